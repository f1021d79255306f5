"""What a form shows again: what was just refused, or what was typed before the session ended, or nothing. Never stored here."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from markupsafe import escape
from werkzeug.datastructures import MultiDict

from triage.web.kept import is_text, kept_form_for

FORMS = (
    "acknowledge", "message", "note", "assign", "assess", "state", "turn", "secure", "hear", "finding", "classify", "closing",
    "propose", "vote", "transfer", "result", "correct", "checker", "verify", "part", "protect",
    "justify", "justified",
)  # fmt: skip
"""The forms of a case's page: the last part of where each is sent, and the id of its element."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One form. In a template ``typed.note.text`` is the field ``text`` of the form ``note``."""

    sent: MultiDict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.sent.get(name, "")

    def __bool__(self) -> bool:
        return bool(self.sent)

    def all(self, name: str) -> list[str]:
        """Every value of a field that repeats."""
        return self.sent.getlist(name)


def typed_into(case_id: str, refused_form: str) -> dict[str, Typed]:
    """Every form of a case's page with what it shows."""
    return {
        form: Typed(MultiDict(request.form) if form == refused_form else kept_form_for(_path(case_id, form)))
        for form in FORMS
    }


def left_out(page: str, typed: Typed) -> list[str]:
    """What somebody wrote into this form and ``page`` does not show."""
    return [
        value
        for name, value in typed.sent.items(multi=True)
        if is_text(name, value) and str(escape(value)) not in page
    ]


def kept_form(case_id: str) -> str:
    """The form that a session's end interrupted, or an empty text."""
    return next((form for form in FORMS if kept_form_for(_path(case_id, form))), "")


def _path(case_id: str, form: str) -> str:
    return f"/cases/{case_id}/{form}"

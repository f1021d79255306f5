"""Text that was typed into a page whose session had ended: shown at once, and given back after the next login.

Between the two it exists in the page alone. The request already proved by its token that it came from our own page, so no other
site can put words into an officer's form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from crypto.keys import is_id
from templates.web.request import Fields
from triage.accounts.session import KeptText

KEPT_PATH, KEPT_TEXT = "kept_path", "kept_text"
LOGIN_FIELDS = Fields.of("name", KEPT_PATH, KEPT_TEXT, secret=("password", "code"))
_ACT = re.compile(r"/cases/([^/]+)/(acknowledge|message|note|assign|recuse)")
_SEARCH = "/cases/search"
_TEXT_FIELDS = ("text", "q")


@dataclass(frozen=True, slots=True)
class LoginForm:
    """What the login page shows again. Never a password or a code."""

    name: str = ""
    kept_path: str = ""
    kept_text: str = ""

    @classmethod
    def typed(cls) -> LoginForm:
        """From the login form that was sent."""
        form = request.form
        path = form.get(KEPT_PATH, "")
        known = _is_ours(path)
        return cls(form.get("name", ""), path if known else "", form.get(KEPT_TEXT, "") if known else "")

    @property
    def kept(self) -> KeptText | None:
        """What the new session is to hold."""
        return KeptText(self.kept_path, {"text": self.kept_text}) if self.kept_path else None

    @property
    def back(self) -> str:
        """Where to go after the login."""
        found = _ACT.fullmatch(self.kept_path)
        return f"/cases/{found[1]}#{found[2]}" if found else "/cases"


def session_over() -> ResponseReturnValue:
    """The answer to a form that came too late: nothing was done, nothing is lost."""
    text = next((request.form[name] for name in _TEXT_FIELDS if request.form.get(name)), "")
    path = request.path if _is_ours(request.path) else ""
    form = LoginForm(kept_path=path, kept_text=text)
    return render_template("triage/login.html", form=form, failed=False, over=True), 403


def kept_for(path: str) -> str:
    """The kept text that belongs to the form with this action, or an empty text."""
    session = g.get("officer_session")
    kept = None if session is None else session.kept
    return "" if kept is None or kept.path != path else kept.fields.get("text", "")


def _is_ours(path: str) -> bool:
    found = _ACT.fullmatch(path)
    return path == _SEARCH or (found is not None and is_id(found[1]))

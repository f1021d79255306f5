"""Text that was typed into a page whose session had ended: shown at once, and given back after the next login.

Between the two it exists in the page alone. The request already proved by its token that it came from our own page, so no other
site can put words into an officer's form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from crypto.keys import is_id
from templates.web.request import CSRF_FIELD, MAX_FIELDS, Fields
from triage.accounts.session import KeptText

KEPT_PATH, KEPT_TEXT = "kept_path", "kept_text"
KEPT_FIELDS = "kept_fields"
_ACT = re.compile(
    r"/cases/([^/]+)/(acknowledge|message|note|assign|recuse|assess|state|turn|secure|hear|finding|classify|closing|propose|vote|transfer"
    r"|result|correct|checker|verify|merge|part|protect)"
)
SAFETY_FORMS = ("plan", "review", "letter")
"""The forms of a reporter's page: the last part of where each is sent, and the id of its element."""
_SAFETY = re.compile(
    r"(/protection/([A-Za-z0-9_-]{22})|/cases/([A-Za-z0-9_-]{22})/protection)/("
    + "|".join(SAFETY_FORMS)
    + ")"
)
_CUSTODY = re.compile(r"/custody/([^/]+)/(agree|open|refuse)")
LOGIN_FIELDS = Fields.of("name", KEPT_PATH, KEPT_TEXT, KEPT_FIELDS, secret=("password", "code"))
_NOT_TYPED = frozenset({CSRF_FIELD, "seen", "looked", "go"})
_PAGES = {
    "/cases/search": "/cases",
    "/cases/batch": "/cases",
    "/oversight/interference": "/oversight/interference",
    "/oversight/call-up": "/oversight",
    "/oversight/pressure": "/oversight?list=interference",
    "/people/invite": "/people",
    "/people/ask": "/people",
    "/oversight/takeover": "/oversight",
    "/oversight/supervise": "/oversight",
    "/ties": "/ties",
    "/ties/search": "/ties",
    "/oversight/inspect": "/oversight",
    "/oversight/inspection-result": "/oversight",
    "/oversight/year-paper": "/oversight",
}
"""Forms of no case → the page that shows their kept text again."""
_TEXT_FIELDS = ("text", "q")
_SHORT = 30  # characters: longer than every token and id that a form sends


@dataclass(frozen=True, slots=True)
class LoginForm:
    """What the login page shows again. Never a password or a code."""

    name: str = ""
    kept_path: str = ""
    kept_text: str = ""
    kept_fields: str = ""
    """The other fields of the form, in the encoding of a form."""

    @classmethod
    def typed(cls) -> LoginForm:
        """From the login form that was sent."""
        form = request.form
        path = form.get(KEPT_PATH, "")
        known = _is_ours(path)
        if not known:
            return cls(form.get("name", ""))
        return cls(form.get("name", ""), path, form.get(KEPT_TEXT, ""), form.get(KEPT_FIELDS, ""))

    @property
    def others(self) -> list[str]:
        """What was written into the form's other fields, to be read."""
        pairs = parse_qsl(self.kept_fields, max_num_fields=MAX_FIELDS)
        return [value for name, value in pairs if is_text(name, value)]

    @property
    def kept(self) -> KeptText | None:
        """What the new session is to hold."""
        if not self.kept_path:
            return None
        return KeptText(self.kept_path, {"text": self.kept_text, "fields": self.kept_fields})

    @property
    def back(self) -> str:
        """Where to go after the login."""
        safety = _SAFETY.fullmatch(self.kept_path)
        if safety:
            return f"{safety[1]}#{safety[4]}"
        if asked := _CUSTODY.fullmatch(self.kept_path):
            return f"/custody/{asked[1]}"
        found = _ACT.fullmatch(self.kept_path)
        if found and found[2] == "merge":
            return self.kept_path  # a page of its own
        return f"/cases/{found[1]}#{found[2]}" if found else _PAGES.get(self.kept_path, "/cases")


def session_over() -> ResponseReturnValue:
    """The answer to a form that came too late: nothing was done, nothing is lost."""
    kept = typed_now()
    path = kept.path if _is_ours(kept.path) else ""
    form = LoginForm(kept_path=path, kept_text=kept.fields["text"], kept_fields=kept.fields["fields"])
    return render_template("triage/login.html", form=form, failed=False, over=True), 403


def typed_now() -> KeptText:
    """What the form that is being served says, as a session keeps it."""
    text = next((request.form[name] for name in _TEXT_FIELDS if request.form.get(name)), "")
    others = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in _NOT_TYPED and name not in _TEXT_FIELDS and value
    ]
    return KeptText(request.path, {"text": text, "fields": urlencode(others)})


def is_text(name: str, value: str) -> bool:
    """Whether somebody wrote this: no token, no id, no choice from a list."""
    return name not in _NOT_TYPED and (
        name in _TEXT_FIELDS or len(value) > _SHORT or any(map(str.isspace, value))
    )


def kept_for(path: str) -> str:
    """The kept text that belongs to the form with this action, or an empty text."""
    return kept_form_for(path).get("text", "")


def kept_form_for(path: str) -> MultiDict[str, str]:
    """Everything that was typed into the form with this action; empty when nothing was."""
    session = g.get("officer_session")
    kept = None if session is None else session.kept
    if kept is None or kept.path != path:
        return MultiDict()
    fields = parse_qsl(kept.fields.get("fields", ""), max_num_fields=MAX_FIELDS)
    text = kept.fields.get("text", "")
    return MultiDict([*fields, *([("text", text)] if text else [])])


def _is_ours(path: str) -> bool:
    found = _ACT.fullmatch(path) or _CUSTODY.fullmatch(path)
    return path in _PAGES or _SAFETY.fullmatch(path) is not None or (found is not None and is_id(found[1]))

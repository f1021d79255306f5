"""The URLs of the forms from the assessment to the closing, with the fields each takes."""

from __future__ import annotations

from intake.catalogues import AXES
from templates.web.request import Fields
from templates.web.routes import View
from triage.casework.assess import assessment_fields
from triage.casework.closing import CLOSING_REPEATED, closing_fields
from triage.casework.small_circle import CIRCLE_FIELDS
from triage.web import handling
from triage.web.access import Access, Guarded

_ONCE, _REPEATED = assessment_fields()
_ACTION = Fields.of("action", "text", "seen")


def _act(name: str, view: View, fields: Fields) -> Guarded:
    return Guarded(f"/cases/<case_id>/{name}", view, post=fields, get=False, access=Access.OFFICER)


ROUTES = (
    _act("assess", handling.assess, Fields.of("text", "seen", *_ONCE, repeatable=_REPEATED)),
    _act("state", handling.state, Fields.of("to", "reason", "manner", "until", *CIRCLE_FIELDS, "seen")),
    _act("turn", handling.turn, Fields.of("to", "text", "seen")),
    _act("secure", handling.secure, Fields.of("text", "seen")),
    _act("hear", handling.hear, Fields.of("text", *CIRCLE_FIELDS, "seen")),
    _act(
        "classify",
        handling.classify,
        Fields.of("allegation", "seen", repeatable=tuple(axis.value for axis in AXES)),
    ),
    _act("finding", handling.finding, Fields.of("allegation", "words", "grade", "text", "evidence", "seen")),
    _act(
        "closing",
        handling.closing,
        Fields.of(
            "go",
            "act",
            "reason",
            "text",
            "basis",
            "seen",
            "looked",
            *closing_fields(),
            repeatable=CLOSING_REPEATED,
        ),
    ),
    _act("result", handling.result, Fields.of("text", "seen", "looked")),
    _act("correct", handling.correct, _ACTION),
    _act("checker", handling.checker, Fields.of("action", "seen")),
    _act("verify", handling.verify, _ACTION),
    _act("protect", handling.protect, Fields.of("band", "call", "text", "seen")),
)

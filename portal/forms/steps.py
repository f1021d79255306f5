"""The five steps and the fields each may send. The fields themselves and their limits are ``intake.drafts``'."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString, lazy_gettext

from intake.drafts import FIELDS, MAX_SUBJECTS, SUBJECT_FIELDS, Draft
from portal.forms import files
from templates.web.request import Fields

_ = lazy_gettext

MAX_INVOLVED = 40
"""Names of involved officers that are compared with the register, one a line."""


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the form."""

    word: str
    """The ``step`` of its fields and faults, and its template's name."""
    path: str
    title: LazyString
    fields: Fields


def subject_field(number: int, name: str) -> str:
    """The form's name of a field of the person with this number."""
    return f"subject-{number}-{name}"


_SUBJECTS = tuple(
    subject_field(number, name) for number in range(MAX_SUBJECTS) for name in (*SUBJECT_FIELDS, "drop")
)
NEAR_INVOLVED = tuple(f"near-involved-{number}" for number in range(MAX_INVOLVED))
_NEAR = tuple(f"near-{number}" for number in range(MAX_SUBJECTS)) + NEAR_INVOLVED


def _named(step: str) -> tuple[str, ...]:
    return tuple(entry.name for entry in FIELDS.values() if entry.step == step)


WHAT = Step("what", "/report", _("What happened"), Fields.of("go", *_named("what")))
WHO = Step(
    "who",
    "/report/who",
    _("Who it is about"),
    Fields.of("go", *_named("who"), *_SUBJECTS, repeatable=("body",)),
)
EVIDENCE = Step(
    "evidence",
    "/report/evidence",
    _("Evidence"),
    Fields.of("go", *files.ONCE, repeatable=files.REPEATABLE, files=(files.FIELD,)),
)
SAFETY = Step("safety", "/report/safety", _("Your safety"), Fields.of("go", *_named("safety")))
CHECK = Step("check", "/report/check", _("Check and send"), Fields.of("go", "send", *_NEAR))

STEPS = (WHAT, WHO, EVIDENCE, SAFETY, CHECK)


def way_of(draft: Draft) -> tuple[Step, ...]:
    """The steps in the order that fits what the reporter brings (`intake.intake_types`)."""
    by_word = {step.word: step for step in STEPS}
    return tuple(by_word[word] for word in draft.path.steps)


def neighbour(draft: Draft, step: Step, distance: int) -> Step:
    """The step before (-1) or after (1) on the draft's way; the ends are their own neighbours."""
    way = way_of(draft)
    position = way.index(step) + distance
    return way[min(max(position, 0), len(way) - 1)]

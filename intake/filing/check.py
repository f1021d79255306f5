"""What must be corrected before a draft can be filed. Answers with codes; the portal has the words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from intake.drafts import FIELDS, MAX_BODIES, MAX_SUBJECTS, SUBJECT_FIELDS, Draft, DraftSubject, Field
from intake.organisation import Organisation


class FaultCode(StrEnum):
    """What is wrong with one field."""

    MISSING = "missing"
    """The report itself is empty."""
    TOO_LONG = "too_long"
    NOT_A_CHOICE = "not_a_choice"
    NO_SUCH_DATE = "no_such_date"
    """Shaped like a date, but no calendar has it."""
    UNKNOWN_BODY = "unknown_body"
    UNKNOWN_REGION = "unknown_region"
    UNKNOWN_OFFICE = "unknown_office"
    TOO_MANY = "too_many"
    POST_MISSING = "post_missing"
    """A person was named, but not what they are: the post decides which office may read the report."""
    PLACE_MISSING = "place_missing"
    """A person with a post, but no body and no description of one."""
    NAME_MISSING = "name_missing"
    """How to reach the reporter, and no name to keep in confidence."""
    UNDECIDED = "undecided"
    """A file that cannot be cleaned, and nobody said that it is sent all the same, or not at all."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to correct. ``field`` is the form's field name; ``limit`` is given where there is one."""

    field: str
    code: FaultCode
    step: str
    limit: int | None = None


_SIGN = r"\s*[-./]\s*"
_DATE = re.compile(rf"\s*(\d+){_SIGN}(\d+){_SIGN}(\d+)\s*")
_YEAR_DIGITS = 4
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
"""General categories of Unicode that leave no mark on a page: white space, joiners, direction marks, controls."""


def says_something(text: str) -> bool:
    """Whether ``text`` holds anything that a reader sees: spaces and invisible signs are no report."""
    return any(unicodedata.category(char) not in _UNSEEN for char in text)


def faults_of(draft: Draft, organisation: Organisation) -> list[Fault]:
    """Every fault, in the order of the steps. An empty list means that the draft can be filed."""
    faults = [
        fault for name, spec in FIELDS.items() for fault in _field_faults(spec, name, draft.answer(name))
    ]
    if not says_something(draft.answer("what")):
        faults.insert(0, Fault("what", FaultCode.MISSING, "what"))
    if _impossible_date(draft.answer("when")):
        faults.append(Fault("when", FaultCode.NO_SUCH_DATE, "what"))
    faults += _place_faults(draft, organisation)
    if len(draft.subjects) > MAX_SUBJECTS:
        faults.append(Fault("subject", FaultCode.TOO_MANY, "who", MAX_SUBJECTS))
    for number, subject in enumerate(draft.subjects):
        if not subject.empty:
            faults += _subject_faults(subject, f"subject-{number}", organisation)
    if says_something(draft.answer("identity_contact")) and not says_something(draft.answer("identity_name")):
        faults.append(Fault("identity_name", FaultCode.NAME_MISSING, "safety"))
    if any(attachment.undecided for attachment in draft.files):
        faults.append(Fault("evidence", FaultCode.UNDECIDED, "evidence"))
    return faults


def _place_faults(draft: Draft, organisation: Organisation) -> list[Fault]:
    faults = []
    if len(draft.bodies) > MAX_BODIES:
        faults.append(Fault("body", FaultCode.TOO_MANY, "who", MAX_BODIES))
    if any(body not in organisation.bodies and body not in organisation.offices for body in draft.bodies):
        faults.append(Fault("body", FaultCode.UNKNOWN_BODY, "who"))
    if (region := draft.answer("region")) and region not in organisation.regions:
        faults.append(Fault("region", FaultCode.UNKNOWN_REGION, "who"))
    if (unit := draft.answer("reporter_unit")) and unit not in organisation.offices:
        faults.append(Fault("reporter_unit", FaultCode.UNKNOWN_OFFICE, "who"))
    return faults


def _subject_faults(subject: DraftSubject, prefix: str, organisation: Organisation) -> list[Fault]:
    faults = [
        fault
        for name, spec in SUBJECT_FIELDS.items()
        for fault in _field_faults(spec, f"{prefix}-{name}", getattr(subject, name))
    ]
    if subject.body and subject.body not in organisation.bodies and subject.body not in organisation.offices:
        faults.append(Fault(f"{prefix}-body", FaultCode.UNKNOWN_BODY, "who"))
    if subject.region and subject.region not in organisation.regions:
        faults.append(Fault(f"{prefix}-region", FaultCode.UNKNOWN_REGION, "who"))
    if not subject.post:
        faults.append(Fault(f"{prefix}-post", FaultCode.POST_MISSING, "who"))
    elif subject.post != "private" and not (subject.body or subject.other or subject.region):
        faults.append(Fault(f"{prefix}-body", FaultCode.PLACE_MISSING, "who"))
    return faults


def _field_faults(spec: Field, name: str, value: str) -> list[Fault]:
    if len(value) > spec.limit:
        return [Fault(name, FaultCode.TOO_LONG, spec.step, spec.limit)]
    if value and spec.tokens and value not in spec.tokens:
        return [Fault(name, FaultCode.NOT_A_CHOICE, spec.step)]
    return []


def _impossible_date(text: str) -> bool:
    """Shaped like a date, year first or last, and no order of day and month makes it a day that exists."""
    match = _DATE.fullmatch(text)
    if match is None:
        return False
    first, second, third = match.groups()
    if len(first) == _YEAR_DIGITS:
        return not _exists(first, second, third)
    if len(third) == _YEAR_DIGITS:
        return not (_exists(third, second, first) or _exists(third, first, second))
    return False


def _exists(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True

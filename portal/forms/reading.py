"""From a sent form into the draft, right or wrong: a step keeps everything that was typed. Knows no page."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from intake.drafts import DETRIMENT_FIELDS, FIELDS, MAX_SUBJECTS, SUBJECT_FIELDS, Draft, DraftSubject
from portal.forms.steps import Step, subject_field

Form = MultiDict[str, str]


def read_step(draft: Draft, step: Step, form: Form) -> None:
    """Put every field of ``step`` into ``draft``; a field that was not sent is an answer taken back."""
    for entry in (*FIELDS.values(), *DETRIMENT_FIELDS.values()):
        if entry.step == step.word:
            draft.set(entry.name, form.get(entry.name, ""))
    if step.word == "who":
        draft.bodies[:] = list(dict.fromkeys(body for body in form.getlist("body") if body))
        draft.subjects[:] = _subjects(form)


def add_subject(draft: Draft) -> None:
    """Make room for one more person, up to MAX_SUBJECTS."""
    if len(draft.subjects) < MAX_SUBJECTS:
        draft.subjects.append(DraftSubject())


def settle(draft: Draft, form: Form) -> None:
    """When a step is left: forget persons of whom nothing was said, and searches that led to a choice."""
    for subject in draft.subjects:
        if subject.body:
            subject.find = ""
    if draft.bodies:
        draft.set("body_find", "")
    if draft.answer("reporter_unit") or "reporter_unit" in form:  # "none of these" is a choice, too
        draft.set("unit_find", "")
    draft.subjects[:] = [subject for subject in draft.subjects if not subject.empty or subject.find]


def _subjects(form: Form) -> list[DraftSubject]:
    subjects = []
    for number in range(MAX_SUBJECTS):
        sent = [name for name in SUBJECT_FIELDS if subject_field(number, name) in form]
        if sent and form.get(subject_field(number, "drop")) != "yes":
            values = {name: form[subject_field(number, name)] for name in sent}
            subjects.append(DraftSubject(**values))
    return subjects

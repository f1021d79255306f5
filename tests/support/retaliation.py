"""What is done to a reporter, told through the portal's own office, and the case that it becomes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from intake.drafts import Draft, DraftSubject
from intake.mailbox import DetrimentOffice
from intake.time import Clock
from tests.support.reports import Filed

WORDS = "Since last week I only get night shifts. They said: you know why."


def entry(*subjects: DraftSubject, day: date | None = None, words: str = WORDS, **answers: str) -> Draft:
    """A detriment as its pages leave it."""
    draft = Draft.new()
    typed = {"happened": "c", "done": "done", "victim": "reporter", "words": words}
    typed |= {"day": day.isoformat()} if day is not None else {"no_day": "yes"}
    for name, value in {**typed, **answers}.items():
        draft.set(name, value)
    draft.subjects.extend(subjects or (DraftSubject(name="Hugo Stein", post="head", body="millbrook-water"),))
    return draft


def detriments(filed: Filed, today: date | None = None) -> DetrimentOffice:
    """The portal's office, on a day."""
    offices = filed.offices if today is None else replace(filed.offices, clock=Clock(today))
    return DetrimentOffice(offices.mailbox, offices.filing)


def told(filed: Filed, draft: Draft | None = None, today: date | None = None) -> Filed:
    """Tell it, and find the case that it opened."""
    draft = draft or entry(day=today or filed.offices.today)
    before = set(filed.offices.cases())
    detriments(filed, today).send(filed.master, draft)
    (case,) = set(filed.offices.cases()) - before
    return replace(filed, case=case)

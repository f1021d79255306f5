"""Who answers for each case of which an officer was told, level by level: office and role below, the officer at one's own.

It is what the worker told (`intake.duties.answers`) and no more: nothing is looked up about a case (P2).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from intake.notices import NoticeKind
from triage.oversight.told import Notices, Told


@dataclass(frozen=True, slots=True, repr=False)
class Span:
    """Somebody at an office answered from ``since`` on. ``until`` is None for whom it is now, as far as one was told."""

    entry: Told
    since: date
    until: date | None


@dataclass(frozen=True, slots=True, repr=False)
class Answered:
    """One case: who answers below, newest first; who answers at one's own level is what was told last."""

    case: str
    spans: tuple[Span, ...]

    @property
    def newest(self) -> Told:
        """What was told last."""
        return self.spans[0].entry


def answered(notices: Notices) -> list[Answered]:
    """Every case of which one was told who answers, what changed last first."""
    cases = dict.fromkeys(entry.case for entry in notices.told if entry.kind is NoticeKind.ANSWERS)
    return [Answered(case, _spans(notices, case)) for case in cases]


def _spans(notices: Notices, case: str) -> tuple[Span, ...]:
    told = [entry for entry in notices.about(case) if entry.kind is NoticeKind.ANSWERS]
    told.sort(key=lambda entry: (entry.given, entry.day("since") or entry.given), reverse=True)
    spans: list[Span] = []
    until: date | None = None
    for entry in told:
        since = entry.day("since") or entry.given
        spans.append(Span(entry, since, until))
        until = since
    return tuple(spans)

"""Until when a case is kept: the same arithmetic for officers, for the reporter and for the worker. Pure.

Every day here is the last one on which the case is kept; it may be deleted on the day after it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from intake.organisation import Organisation
from intake.progress import Progress
from intake.states import CaseState

QUESTIONS = frozenset({"first_question", "second_question"})
"""The clocks on whose day the reporter is asked whether it is solved."""
CLOSING = frozenset({"close_due"})
"""What a case that is refused still owes; deleting it early settles that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """What the time of a closed case counts from."""

    closed: date
    told: date | None = None
    """The result: a review can be asked for from then on."""
    asked: tuple[date, ...] = ()
    """The days of the questions to the reporter that wait for an answer."""
    hold_ended: date | None = None
    word: date | None = None
    """When the reporter last did something."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long a case is kept, as its record has it today. ``until`` None: it has no end yet."""

    until: date | None = None
    held: bool = False
    """A legal hold stands: whatever day stands in ``until``, nothing is deleted."""
    owed: bool = False
    """Something was promised and is not done: nothing is deleted before."""
    early: date | None = None
    """The last day before an early deletion, where one was decided and stands."""

    together: bool = False
    """It goes together with other cases, when the last of them may: ``until`` is its own last day, theirs may be later. None of
    them is deleted early.
    """

    @property
    def last(self) -> date | None:
        """The last day on which the case is there, as things stand; None while something keeps it without end, or other cases
        may.
        """
        days = [day for day in (None if self.owed else self.until, self.early) if day is not None]
        return None if self.held or self.together else min(days, default=None)


NO_END = Keeping()
"""Of a case that is not closed, or whose record does not hold."""


def last_day(end: End, rules: Organisation) -> date:
    """The last day on which a closed case is kept. ``rules`` goes by the pack that the case began with."""
    duties, calendar = rules.pack.duties, rules.calendar
    review, after = duties["review_within"], duties["kept_after"]
    days = [duties["retention"].after(end.closed, calendar)]
    days += [review.after(day, calendar) for day in (end.told, *end.asked) if day is not None]
    days += [after.after(day, calendar) for day in (end.hold_ended, end.word) if day is not None]
    return max(days)


def early_day(decided: date, told: date | None, hold_ended: date | None, rules: Organisation) -> date:
    """The last day on which a case is kept whose early deletion was decided: everybody could object until then."""
    duties, calendar = rules.pack.duties, rules.calendar
    days = [duties["early_deletion"].after(decided, calendar)]
    days += [duties["review_within"].after(told, calendar)] if told is not None else []
    days += [duties["kept_after"].after(hold_ended, calendar)] if hold_ended is not None else []
    return max(days)


def owes(clocks: Iterable[str]) -> bool:
    """Whether clocks run in a closed case that are not the questions to its reporter."""
    return not QUESTIONS.issuperset(clocks)


def keeping_of(progress: Progress, rules: Organisation) -> Keeping:
    """As the record has it."""
    running = progress.outstanding()
    ended = None if progress.hold_ended is None else progress.hold_ended.date
    early = None
    if progress.early is not None and not progress.together:
        early = early_day(progress.early.date, progress.told, ended, rules)
    if progress.state is not CaseState.CLOSED or progress.closed is None:
        return Keeping(held=progress.hold is not None, early=early, together=progress.together)
    end = End(
        closed=progress.closed,
        told=progress.told,
        asked=tuple(day for name, day in running.items() if name in QUESTIONS),
        hold_ended=ended,
        word=progress.word,
    )
    return Keeping(
        last_day(end, rules), progress.hold is not None, owes(running), early, together=progress.together
    )

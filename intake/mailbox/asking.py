"""What a reporter can ask for now: a review, a complaint, an answer to "was it solved?". Read off the record; pure.

The same rules stand again in the worker, which proves them from the watch: what the portal lets through is only asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from intake.events import EventKind
from intake.organisation import EXT_OMB, Organisation
from intake.progress import Progress
from intake.record import EventRecord
from intake.retention.terms import keeping_of
from intake.states import OVER, CaseState

QUESTIONS = ("first_question", "second_question")
"""The clocks on whose day the reporter is asked whether the matter was solved."""
LONGEST_WAY = timedelta(days=2)
"""Nothing came of a request for longer than this: it was lost on its way, and is sent again."""


class NotPossible(StrEnum):
    """Why something cannot be asked for now."""

    NO_RESULT = "no_result"
    """A review is of a result, and none was told."""
    ASKED = "asked"
    """It was asked for already, and is on its way."""
    TOO_LATE = "too_late"
    FINAL = "final"
    """The last review was held, or nobody stands above who could hold one."""
    NOBODY_ABOVE = "nobody_above"
    NOT_ASKED = "not_asked"
    """Nobody asked whether the matter was solved, or it was answered."""
    NO_DELETION = "no_deletion"
    """No early deletion was decided, or the reporter has objected."""
    DELETED = "deleted"
    """There is no case any more."""
    NO_NAME = "no_name"
    """No name was left, or it was withdrawn."""
    OPENED = "opened"
    """The name was opened: what somebody has read cannot be taken back."""
    NO_CUSTODIANS = "no_custodians"
    """Fewer than two people are there who could keep a name."""
    NOT_SOUGHT = "not_sought"
    """Nobody asks for the name now."""
    TOO_MANY = "too_many"
    """There are as many retaliation cases, or entries in one, as there can be."""
    NO_SUCH_CASE = "no_such_case"
    """The retaliation case that was chosen is not there."""
    ENOUGH_TODAY = "enough_today"
    """So many check-ins came today that no more are kept."""
    NOTHING_PROMISED = "nothing_promised"
    """There is no promise that could be taken back."""


class Solved(StrEnum):
    """Whether the matter was solved. Values are stored: never reuse or rename one."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Asks:
    """What can be asked for now. ``None`` as a refusal: it is possible."""

    review: NotPossible | None
    review_until: date | None
    """The last day on which a review of this result can be asked for."""
    again: NotPossible | None
    """As ``review``, for whoever is asked whether the matter was solved and says no: that day has no end."""
    complaint: NotPossible | None
    question: str | None
    """The question that waits for an answer, one of QUESTIONS."""
    due: tuple[str, ...] = ()
    """Every question that an answer of today settles."""
    lost_review: int | None = None
    """The event of a review that was asked for and never came. Asking again sends the request again, for the same event: the
    worker answers it once, however often it comes."""
    lost_complaint: int | None = None
    early: date | None = None
    """The last day on which the reporter can object to an early deletion; None: none was decided, or it fell."""


NO_ASKS = Asks(NotPossible.NO_RESULT, None, NotPossible.NO_RESULT, NotPossible.NOBODY_ABOVE, None)
"""Of a mailbox that does not exist, or whose record does not hold."""


def asks_of(
    records: Sequence[EventRecord], progress: Progress, organisation: Organisation | None, today: date
) -> Asks:
    """What the case's reporter can ask for. ``organisation`` goes by the pack that the case began with; None: it is unknown."""
    if organisation is None:
        return NO_ASKS
    until = None
    if progress.told is not None:
        until = organisation.pack.duties["review_within"].after(progress.told, organisation.calendar)
    asked = _unanswered(records, EventKind.REVIEW_ASKED, _newest(records, EventKind.TOLD))
    again = _review(asked, progress, organisation, today)
    review = again
    if again is None and asked is None and until is not None and today > until:
        review = NotPossible.TOO_LATE
    moves = [record for record in records if record.data.get("reason") != "exclusion"]
    complained = _unanswered(records, EventKind.COMPLAINED, _newest(moves, EventKind.RELEASED))
    complaint = _complaint(complained, progress, today)
    due = tuple(_due(progress, today))
    return Asks(
        review=review,
        review_until=until,
        again=again,
        complaint=complaint,
        question=due[-1] if due else None,
        due=due,
        lost_review=asked.number if asked is not None and again is None else None,
        lost_complaint=complained.number if complained is not None and complaint is None else None,
        early=keeping_of(progress, organisation).early,
    )


def _review(
    asked: EventRecord | None, progress: Progress, organisation: Organisation, today: date
) -> NotPossible | None:
    if progress.state not in OVER or progress.told is None:
        return NotPossible.NO_RESULT
    if asked is not None and today <= asked.date + LONGEST_WAY:
        return NotPossible.ASKED  # one review of each result: the next one is of the next result
    held = progress.reviews - (asked is not None)
    if held >= organisation.pack.reviews or _office(progress) == EXT_OMB:
        return NotPossible.FINAL
    return None


def _complaint(complained: EventRecord | None, progress: Progress, today: date) -> NotPossible | None:
    if _office(progress) == EXT_OMB:
        return NotPossible.NOBODY_ABOVE
    if complained is not None and today <= complained.date + LONGEST_WAY:
        return NotPossible.ASKED
    return None


def _unanswered(records: Sequence[EventRecord], kind: EventKind, answer: int) -> EventRecord | None:
    """The newest event of that kind, if the answer did not come after it."""
    asked = [record for record in records if record.kind is kind and record.number > answer]
    return asked[-1] if asked else None


def _due(progress: Progress, today: date) -> Iterable[str]:
    if progress.state is not CaseState.CLOSED:
        return ()
    running = progress.outstanding()
    return (name for name in QUESTIONS if name in running and running[name] <= today)


def _office(progress: Progress) -> str:
    return str(progress.circle.get("office", ""))


def _newest(records: Sequence[EventRecord], kind: EventKind) -> int:
    return max((record.number for record in records if record.kind is kind), default=-1)

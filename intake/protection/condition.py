"""How a reporter is, as far as anybody knows: from what they said, from what they did not say, and what was done since. Pure.

Silence is a state of its own, never "safe". What raises the risk counts at once; a person's review ends that, and the band of
the case falls by its officers alone, with a second person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from intake.events import EventKind
from intake.levels import Band
from intake.protection.card import ProtectionCard, day_of
from intake.protection.checkins import Course, next_slot, silent_since, slots_of
from intake.protection.course import COMES_BACK
from intake.protection.measures import Trigger
from intake.protection.opening import Said, ToldEvent
from intake.protection.said import CHECK_IN, DATES, PROMISE, REVIEW, Entry, at_least, lifted, said_since
from intake.scoring import Score
from intake.strict_json import parsed_date

DETRIMENT = "detriment"
"""The form of harm that was told; the other forms of what reporters say are `intake.protection.said`'s."""
_YES = "yes"
_HARMED = frozenset({"threat", "actual"})


class Feeling(StrEnum):
    """What a list and a page say first. In the order of how pressing each is."""

    UNSAFE = "unsafe"
    """The reporter said so, and nobody has reviewed it."""
    CHANGED = "changed"
    """Something changed, and nobody has reviewed it."""
    SILENT = "silent"
    """Twice in a row no answer."""
    UNHEARD = "unheard"
    """Nothing was said since the report came in."""
    SAFE = "safe"
    """The last thing that was said."""
    REVIEWED = "reviewed"
    """What was said last was gone through by a person."""

    @property
    def rank(self) -> int:
        """0 is the most pressing."""
        return list(Feeling).index(self)


@dataclass(frozen=True, slots=True)
class Condition:
    """One reporter, today."""

    feeling: Feeling
    since: date | None
    """Since when; None where nothing was said."""
    band: Band
    """The effective one: that of the case, raised by what was said since."""
    triggers: frozenset[Trigger]
    """What offers measures besides the band."""
    next_asked: date | None
    """When the mailbox asks next."""
    next_date: date | None
    """The next day of the reporter's own."""


def condition_of(
    case: str, card: ProtectionCard, said: Sequence[Said], told: Sequence[ToldEvent], today: date
) -> Condition:
    """``said``: what could be opened of the compartment; ``told``: the case's events in clear. Both oldest first."""
    proved = [each for each in said if each.verified]
    reviewed = _reviewed(proved)
    open_ = _open(proved, reviewed)
    unsafe = [each for each in open_ if each.content.get("state") == Feeling.UNSAFE.value]
    own = own_days(proved)
    course = course_of(case, card, own)
    feeling, since = _feeling(card, proved, open_, reviewed)
    if feeling not in (Feeling.UNSAFE, Feeling.CHANGED):
        silent = _silent_since(course, told, today)
        if silent is not None:
            feeling, since = Feeling.SILENT, silent
    asked = next_slot(course, today)
    triggers = _triggers(card, proved)
    # Until the risk is weighed with it, or somebody went through it, harm counts as done (O3).
    hurt = any(each.form == DETRIMENT and each.date.isoformat() >= card.assessed for each in open_)
    band = Band(card.risk.get("band", Band.MEDIUM.value))
    raised = (
        Band.HIGH if unsafe or feeling is Feeling.UNSAFE or hurt else at_least(band, _lifted(card, proved))
    )
    return Condition(
        feeling=feeling,
        since=since,
        band=max(band, raised, key=lambda each: each.rank),
        triggers=triggers,
        next_asked=None if asked is None else asked.opens,
        next_date=min((day for day in own if day >= today), default=None),
    )


def waits_in(said: Sequence[Said]) -> tuple[Feeling, date] | None:
    """What a person has to go through, and since when, where no card opens: a contact who came by a release has none until
    somebody acts, and must not miss by that who is not safe. None where nothing waits.
    """
    proved = [each for each in said if each.verified]
    return _waiting(_open(proved, _reviewed(proved)))


def course_of(case: str, card: ProtectionCard, own: Sequence[date]) -> Course:
    """What the dates of the check-ins follow from."""
    return Course(
        case=case,
        received=date.fromisoformat(card.received),
        bands=tuple((date.fromisoformat(day), Band(band)) for day, band in card.bands),
        closed=day_of(card.closed),
        triggers=tuple(date.fromisoformat(day) for _, day in card.triggers),
        own=tuple(own),
    )


def _lifted(card: ProtectionCard, said: Sequence[Said]) -> Score | None:
    """The sums with what was said after the card was written: what came before it, it counts already."""
    entries = [Entry(each.number, each.date, each.form, each.by_reporter, each.content) for each in said]
    return lifted(card.answers, card.answers.get("D1", Band.LOW.value), said_since(entries, card.number))


def own_days(said: Sequence[Said]) -> list[date]:
    """The days that the reporter gave and did not take back, soonest first."""
    days: set[date] = set()
    for each in said:
        if each.form == DATES and each.verified and each.by_reporter:
            days |= _day(each, "day")
            days -= _day(each, "off")
    return sorted(days)


def promise_in(said: Sequence[Said], told: Sequence[ToldEvent]) -> Said | None:
    """What is to happen if the reporter does not come back, as long as it stands: not taken back, not done, and nobody came
    back on a later day.
    """
    newest = [each for each in said if each.form == PROMISE and each.verified and each.by_reporter][-1:]
    if not newest or not newest[0].content.get("due"):
        return None
    return None if any(_ends(newest[0], each) for each in told) else newest[0]


def _ends(promise: Said, event: ToldEvent) -> bool:
    if event.number <= promise.number:
        return False
    return event.kind is EventKind.PROMISE_KEPT or (event.kind in COMES_BACK and event.date > promise.date)


def _reviewed(said: Sequence[Said]) -> int:
    return max((each.number for each in said if each.form == REVIEW), default=-1)


def _open(said: Sequence[Said], reviewed: int) -> list[Said]:
    return [each for each in said if each.form in (CHECK_IN, DETRIMENT) and each.number > reviewed]


def _waiting(open_: Sequence[Said]) -> tuple[Feeling, date] | None:
    for feeling in (Feeling.UNSAFE, Feeling.CHANGED):
        first = next((each for each in open_ if _state(each) == feeling.value), None)
        if first is not None:
            return feeling, first.date
    return None


def _day(said: Said, name: str) -> set[date]:
    day = parsed_date(str(said.content.get(name, "")))
    return set() if day is None else {day}


def _feeling(
    card: ProtectionCard, said: Sequence[Said], open_: Sequence[Said], reviewed: int
) -> tuple[Feeling, date | None]:
    waiting = _waiting(open_)
    if waiting is not None:
        return waiting
    if card.answers.get("not_safe") == _YES and reviewed < 0:
        return Feeling.UNSAFE, date.fromisoformat(card.received)
    heard = [each for each in said if each.form == CHECK_IN]
    if not heard:
        return Feeling.UNHEARD, None
    last = heard[-1]
    as_said = Feeling.SAFE if last.content.get("state") == Feeling.SAFE.value else Feeling.REVIEWED
    return as_said, last.date


def _state(said: Said) -> object:
    """What was tapped; harm that was told is a change."""
    return Feeling.CHANGED.value if said.form == DETRIMENT else said.content.get("state")


def _silent_since(course: Course, told: Sequence[ToldEvent], today: date) -> date | None:
    answered = [each.date for each in told if each.kind is EventKind.CHECKED_IN]
    return silent_since(slots_of(course, today), answered, today)


def _triggers(card: ProtectionCard, said: Sequence[Said]) -> frozenset[Trigger]:
    harmed = [each for each in said if each.form == DETRIMENT]
    found = set()
    if harmed or card.answers.get("C1") in _HARMED:
        found.add(Trigger.DETRIMENT)
    if any(each.content.get("code") == Trigger.IDENTITY.value for each in harmed):
        found.add(Trigger.IDENTITY)
    return frozenset(found)

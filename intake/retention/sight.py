"""What the worker has seen of a case's record, and on which day first: the part of it that no watch can antedate.

An officer who can write to the database signs a watch with any day in it. So a closing, a hold, its end and an early deletion
count from the day on which the worker first found their events, a little grace apart; and a hold that was seen stands until
its end was seen, whatever a later watch says. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from crypto.encoding import to_text
from intake.events import BY_REPORTER, EventKind
from intake.watch import Watch

GRACE = timedelta(days=7)
"""How late the worker may see something without lengthening anything."""


class Sight(StrEnum):
    """What is noted. Values are stored: never reuse or rename one."""

    CLOSED = "closed"
    HOLD = "hold"
    ENDED = "ended"
    """A hold ended."""
    EARLY = "early"
    OBJECTED = "objected"
    """The reporter did something after a decision to delete early."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event, as far as it is in clear."""

    number: int
    kind: EventKind
    date: date
    commitment: bytes


def to_note(watch: Watch, steps: Sequence[Step]) -> tuple[tuple[Sight, str], ...]:
    """What the watch and the record say that was not noted yet, each with the text under which it is noted."""
    return tuple((sight, about) for sight, about in _found(watch, steps) if about not in watch.seen)


def closing(steps: Sequence[Step]) -> Step | None:
    """The last closing."""
    return next((step for step in reversed(steps) if step.kind is EventKind.CLOSED), None)


def since(watch: Watch, sight: Sight, step: Step, stated: str | None) -> date | None:
    """The day from which an event counts: the stated one, but not long before the worker first saw it. None: not seen yet."""
    noted = watch.seen.get(_name(sight, step))
    if noted is None:
        return None
    seen = date.fromisoformat(noted)
    return seen if stated is None else max(date.fromisoformat(stated), seen - GRACE)


def by_number(steps: Sequence[Step], number: int, kind: EventKind) -> Step | None:
    """The event of this number, if it is of this kind."""
    return next((step for step in steps if (step.number, step.kind) == (number, kind)), None)


def is_held(watch: Watch, steps: Sequence[Step], panel: int) -> bool:
    """Whether a hold stands: the watch says so, or one was seen and no panel's decision that was seen ended it."""
    if watch.hold >= 0:
        return True
    called = max((number for number in _numbers(watch, Sight.HOLD)), default=-1)
    if called < 0:
        return False
    end = by_number(steps, watch.ended, EventKind.DECIDED)
    return (
        end is None
        or end.number <= called
        or since(watch, Sight.ENDED, end, watch.ended_on) is None
        or not decided_by_panel(steps, end.number, panel)
    )


def objected(watch: Watch, steps: Sequence[Step]) -> bool:
    """Whether the reporter did anything after the decision to delete early, now or at a time when the worker saw it."""
    return any(step.number > watch.early and step.kind in BY_REPORTER for step in steps) or any(
        number == watch.early for number in _numbers(watch, Sight.OBJECTED)
    )


def decided_by_panel(steps: Sequence[Step], number: int, panel: int) -> bool:
    """Whether the decision of this number has its own proposal and the votes of all others of a panel before it."""
    before = [step for step in steps if step.number < number]
    proposed = max((step.number for step in before if step.kind is EventKind.PROPOSED), default=-1)
    ends = (EventKind.DECIDED, EventKind.STOPPED)
    ended = max((step.number for step in before if step.kind in ends), default=-1)
    votes = sum(step.kind is EventKind.VOTED and step.number > proposed for step in before)
    return proposed > ended and votes >= panel - 1


def _found(watch: Watch, steps: Sequence[Step]) -> list[tuple[Sight, str]]:
    found: list[tuple[Sight, Step | None]] = []
    if watch.state == "closed":
        found.append((Sight.CLOSED, closing(steps)))
    for sight, number in ((Sight.HOLD, watch.hold), (Sight.ENDED, watch.ended), (Sight.EARLY, watch.early)):
        found.append((sight, by_number(steps, number, EventKind.DECIDED)))
    if watch.early >= 0 and objected(watch, steps):
        found.append((Sight.OBJECTED, by_number(steps, watch.early, EventKind.DECIDED)))
    return [(sight, _name(sight, step)) for sight, step in found if step is not None]


def _name(sight: Sight, step: Step) -> str:
    return f"{sight} {step.number} {to_text(step.commitment)}"


def _numbers(watch: Watch, sight: Sight) -> list[int]:
    named = (about.split(" ") for about in watch.seen)
    return [int(parts[1]) for parts in named if parts[0] == sight and len(parts) == 3]


def noted(watch: Watch, new: Mapping[str, str]) -> dict[str, str]:
    """``watch.seen`` with what was seen today."""
    return dict(sorted({**watch.seen, **new}.items()))

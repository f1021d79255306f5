"""What should exist and does not, or exists without what it needs: read off the clear columns and the sealed watch.

The back office writes both in one transaction, so they agree; where they do not, somebody wrote past it. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from intake.duties.due import days_of
from intake.events import EventKind
from intake.states import OF_THE_REPORTER, OVER, CaseState
from intake.watch import Watch


class Finding(StrEnum):
    """What an alarm says. Values are sent: never reuse or rename one."""

    NOT_REPORTED = "not_reported"
    """A notice that must have been delivered is nowhere."""
    VANISHED = "vanished"
    """The case is gone, what is owed in it is not."""
    UNWATCHED = "unwatched"
    """What is owed in the case was taken away, or altered."""
    PUT_BACK = "put_back"
    """What is owed was put back from an earlier day, or belongs to a former key."""
    CHANGED = "changed"
    """State or office of the case are not those of the last act."""
    POSTPONED = "postponed"
    """The days on which the worker looks at the case were moved."""
    EVENTS_MISSING = "events_missing"
    """Somebody took acts out of the record."""
    NO_WAY_UP = "no_way_up"
    """The ladder over the case was taken away, or altered: it could not leave a silent office."""
    WITHOUT_PANEL = "without_panel"
    """The case is decided, and no panel decided it; or it was split, and no panel split it."""
    TORN = "torn"
    """A report was split or joined, and its cases do not fit each other: one vanished or was exchanged, or somebody invented a
    part.
    """
    FORGED_DELETION = "forged_deletion"
    """The ledger of deletions has an entry that the gate did not sign: a case may have been made to vanish."""
    JOINED_ALONE = "joined_alone"
    """The case is handled in another one, and no panel decided that."""


@dataclass(frozen=True, slots=True)
class Found:
    """One finding. ``mark`` tells it from another of its kind in the same case: each is told once."""

    finding: Finding
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """A case's row, as far as it is in clear."""

    state: CaseState
    office: str
    epoch: int
    wake: date | None
    stale: date | None


@dataclass(frozen=True, slots=True)
class Step:
    """One event in clear."""

    number: int
    kind: EventKind


@dataclass(frozen=True, slots=True)
class Stored:
    """What lies in the database about one case."""

    columns: Columns
    count: int
    first: int
    last: int
    """How many events there are, and the numbers of the first and the last; -1 without any."""
    newest_act: int
    """The newest event whose act wrote the watch anew."""
    acted: date | None = None
    """The day of the newest act, or of the filing."""
    seen: bool = False
    """Whether somebody looked at the case, and nothing moved since (`intake.silence`)."""
    stale_by: date | None = None
    """The latest day that ``stale`` of the columns can be, as the record has it."""
    steps: Sequence[Step] = ()
    """What leads to a decision and away from it."""
    key: str = ""
    """The newest epoch's public keys."""
    leads_up: bool = True
    """Whether the ladder over the case is there, and opens."""
    torn: str | None = None
    """The case with which this one does not fit together: a part that was split off it, the one that it was split from, or one
    that it is joined with.
    """


def in_case(
    stored: Stored, watch: Watch, delivered: Collection[str], today: date, *, least: int
) -> list[Found]:
    """Everything that is wrong in a case that has a watch. ``delivered``: which of its notices are there, or on their way;
    ``least``: the smallest panel under the case's rules.
    """
    missing = sorted(set(watch.notices) - set(delivered))
    checks: Mapping[Finding, str | None] = {
        Finding.NOT_REPORTED: ",".join(missing) or None,
        Finding.PUT_BACK: _put_back(stored, watch),
        Finding.CHANGED: _changed(stored, watch),
        Finding.POSTPONED: _postponed(stored, watch, today),
        Finding.NO_WAY_UP: None if stored.leads_up else str(stored.columns.epoch),
        Finding.EVENTS_MISSING: _events_missing(stored, watch),
        Finding.WITHOUT_PANEL: _without_panel(stored, watch, least) or _split_alone(stored.steps),
        Finding.TORN: stored.torn,
        Finding.JOINED_ALONE: _joined_alone(stored, watch, least),
    }
    return [Found(finding, mark) for finding, mark in checks.items() if mark is not None]


def _put_back(stored: Stored, watch: Watch) -> str | None:
    fits = (stored.columns.epoch, stored.key) == (watch.epoch, watch.key)
    return None if fits and stored.newest_act <= watch.number else str(watch.number)


def _changed(stored: Stored, watch: Watch) -> str | None:
    if _put_back(stored, watch) is not None:
        return None  # nothing to compare with
    if (stored.columns.state.value, stored.columns.office) == (watch.state, watch.office):
        return None
    return f"{stored.columns.state.value} {stored.columns.office}"


def _postponed(stored: Stored, watch: Watch, today: date) -> str | None:
    """Only a day by which something that is due would be overlooked counts."""
    untold = [
        due
        for clock, due in days_of(watch.clocks).items()
        if clock not in OF_THE_REPORTER and watch.missed.get(clock) != due.isoformat()
    ]
    untold += [date.fromisoformat(due) for due, _ in watch.late]
    wake = stored.columns.wake
    overlooked = any(due < today and (wake is None or wake >= today) for due in untold)
    return str(watch.number) if overlooked or is_unwatched(stored) else None


def is_unwatched(stored: Stored) -> bool:
    """Whether reading without acting would never become neglect, or later than by any act of the record."""
    stale, by = stored.columns.stale, stored.stale_by
    if stored.columns.state in OVER:
        return False
    return stored.seen if stale is None else by is not None and stale > by


def _events_missing(stored: Stored, watch: Watch) -> str | None:
    whole = stored.first == 0 and stored.count == stored.last + 1 and stored.last >= watch.number
    return None if whole else ""


def _without_panel(stored: Stored, watch: Watch, least: int) -> str | None:
    """A decided matter has its proposal, the votes of all others of the panel, and the decision, in this order."""
    if stored.columns.state not in OVER and CaseState(watch.state) not in OVER:
        return None
    begun = _last(stored.steps, _BEGUN)
    is_closed = CaseState.CLOSED in (stored.columns.state, watch.state)
    before = _last(stored.steps, _CLOSED) if is_closed else stored.last + 1
    # What was decided after the closing (a legal hold, say) closed nothing.
    decided = [step.number for step in stored.steps if step.kind in _DECIDED and begun < step.number < before]
    whole = any(_is_decided(stored.steps, number, watch, least) for number in decided)
    return None if whole else str(begun)


def _is_decided(steps: Sequence[Step], decided: int, watch: Watch, least: int) -> bool:
    before = [step for step in steps if step.number < decided]
    proposed = _last(before, _PROPOSED)
    votes = sum(step.kind is EventKind.VOTED and step.number > proposed for step in before)
    # A release after the decision may ask for more people from now on; it asks nothing of the panel that decided.
    panel = least if _last(steps, _RELEASED) > decided else watch.panel or 1
    return proposed > _last(before, _ENDS) and votes >= panel - 1  # each decision has a proposal of its own


def _split_alone(steps: Sequence[Step]) -> str | None:
    """A split follows its panel's decision at once, and two decide at least."""
    for step in steps:
        if step.kind is not EventKind.SPLIT:
            continue
        before = [earlier for earlier in steps if earlier.number < step.number - 1]
        proposed = _last(before, _PROPOSED)
        votes = sum(each.kind is EventKind.VOTED for each in before if each.number > proposed)
        decided = any(each.number == step.number - 1 and each.kind is EventKind.DECIDED for each in steps)
        if not decided or proposed <= _last(before, _ENDS) or not votes:
            return f"split {step.number}"
    return None


def _joined_alone(stored: Stored, watch: Watch, least: int) -> str | None:
    """A case that is led by another one has its proposal, the votes of all others of the panel, the decision, and the join with
    it. The events of the cases that it leads itself say nothing here: each was decided in the record of the other.
    """
    if not watch.joined:
        return None
    steps, led = stored.steps, {number for number, _ in watch.leads}
    joined = _last([step for step in steps if str(step.number) not in led], _JOINED)
    decided = _last([step for step in steps if step.number < joined], _DECIDED)
    before = [step for step in steps if step.number < decided]
    proposed = _last(before, _PROPOSED)
    votes = sum(step.kind is EventKind.VOTED for step in steps if proposed < step.number < decided)
    # What made the case graver since asks nothing of the panel that decided; to join alone nobody ever may.
    graver_since = _last(steps, _WEIGHED) > joined
    panel = max(_TOGETHER, least if graver_since else watch.panel or 0)
    if joined == decided + 1 > 1 and proposed > _last(before, _ENDS) and votes >= panel - 1:
        return None
    return str(joined)


_TOGETHER = 2
"""Nobody joins two cases alone, however small the office."""
_BEGUN = frozenset({EventKind.ACKNOWLEDGED, EventKind.ASSESSED, EventKind.ADDRESSED, EventKind.REOPENED})
"""What is done in a matter that is not decided, or not any more."""
_RELEASED = frozenset({EventKind.RELEASED, EventKind.RECOVERED})
_PROPOSED = frozenset({EventKind.PROPOSED})
_DECIDED = frozenset({EventKind.DECIDED})
_ENDS = frozenset({EventKind.DECIDED, EventKind.STOPPED})
_CLOSED = frozenset({EventKind.CLOSED})
_JOINED = frozenset({EventKind.JOINED})
_WEIGHED = _RELEASED | {EventKind.ASSESSED, EventKind.DECIDED}
"""What changes how many have to decide."""
STEPS = (
    _BEGUN
    | _RELEASED
    | _PROPOSED
    | _ENDS
    | _CLOSED
    | _JOINED
    | {EventKind.VOTED, EventKind.SPLIT, EventKind.SPLIT_OFF}
)
"""The kinds that ``Stored.steps`` holds."""


def _last(steps: Sequence[Step], kinds: Collection[EventKind]) -> int:
    return max((step.number for step in steps if step.kind in kinds), default=-1)

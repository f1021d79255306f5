"""A month's figures of offices, counted from clear events and never reported by anybody. Pure; it opens and stores nothing.

Each reader's figures leave out every case from which that reader is excluded, so that they are the same whether or not the case
exists (P2). They are monthly at the finest, have no sums but one over several offices, and say no number from 1 to 4: nobody is
recognised in them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from statistics import median
from types import MappingProxyType

from intake.endings import Ending
from intake.events import EventKind

LEAST = 5
"""k: a count from 1 to k-1 is not said, and no median of so few."""

FEWEST_PEERS = 3
"""Offices that a sum over offices takes at least."""
PEERS = "peers"
"""The group of such a sum. Sent: never rename it."""

Row = dict[str, str | int | None]


class Measure(StrEnum):
    """What is counted: acts of one month. Values are sent: never reuse or rename one."""

    FILED = "filed"
    ACKNOWLEDGED_IN_TIME = "acknowledged_in_time"
    ACKNOWLEDGED_LATE = "acknowledged_late"
    TOLD = "told"
    CLOSED = "closed"
    MISSED = "missed"
    NEGLECTED = "neglected"
    RELEASED = "released"
    UPHELD = "upheld"
    NOT_UPHELD = "not_upheld"
    TURNED_AWAY = "turned_away"
    ASSESSED = "assessed"
    """Cases that were assessed for the first time: both sums, answer by answer."""
    RETURNED = "returned"
    """Reporters who came back for the first time: a message, a check-in, anything."""
    SILENT = "silent"
    """Reporters who became silent."""
    RETALIATION = "retaliation"
    """Reports of retaliation that were filed."""
    JUSTIFICATION_ASKED = "justification_asked"
    JUSTIFICATION_CAME = "justification_came"
    JUSTIFICATION_MISSED = "justification_missed"
    """Whoever was to justify a detriment did not answer in time."""


ONCE: Mapping[EventKind, Measure] = MappingProxyType({EventKind.ASSESSED: Measure.ASSESSED})
"""What counts for a case when it happens for the first time."""


ENDINGS: Mapping[Ending, Measure] = MappingProxyType({ending: Measure(ending.value) for ending in Ending})
"""How the cases ended that were closed. They add up to CLOSED, so they are said all together or not at all."""


class Median(StrEnum):
    """What is measured, in calendar days; from the filing unless it says otherwise. Values are sent: never rename one."""

    TO_ACKNOWLEDGE = "days_to_acknowledge"
    TO_TELL = "days_to_tell"
    TO_ACT = "days_to_act"
    """From the first read to the first act: how long somebody knew and did nothing (row 64)."""
    TO_CONTACT = "days_to_contact"
    """To the first word that an officer wrote to the reporter."""


class Group(StrEnum):
    """Which cases of an office: all, or those in which a leader or somebody of an office is accused (row 85)."""

    ALL = "all"
    HEADS = "heads"


_COUNTED: Mapping[EventKind, Measure] = MappingProxyType(
    {
        EventKind.FILED: Measure.FILED,
        EventKind.TOLD: Measure.TOLD,
        EventKind.CLOSED: Measure.CLOSED,
        EventKind.MISSED: Measure.MISSED,
        EventKind.NEGLECTED: Measure.NEGLECTED,
        EventKind.RELEASED: Measure.RELEASED,
        EventKind.SILENT: Measure.SILENT,
        EventKind.REASONS_ASKED: Measure.JUSTIFICATION_ASKED,
        EventKind.REASONS_GIVEN: Measure.JUSTIFICATION_CAME,
        EventKind.UNANSWERED: Measure.JUSTIFICATION_MISSED,
    }
)
KINDS = frozenset({*_COUNTED, EventKind.ACKNOWLEDGED})
"""The events that figures come from."""


@dataclass(frozen=True, slots=True)
class CaseMonth:
    """What happened in one case in one month."""

    office: str
    heads: bool
    hidden_from: frozenset[str]
    """Officers who must not learn that the case exists."""
    counts: Counter[Measure] = field(default_factory=Counter)
    days: Mapping[Median, int] = field(default_factory=dict)


def month_before(today: date) -> tuple[date, date]:
    """The first and the last day of the last whole month."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def counted(
    events: Iterable[tuple[EventKind, date]], filed: date, ack_due: date, ended: Ending | None = None
) -> tuple[Counter[Measure], dict[Median, int]]:
    """The month's events of one case as counts, and the days from its filing. ``ended``: how the case was last decided."""
    counts: Counter[Measure] = Counter()
    days: dict[Median, int] = {}
    for kind, day in events:
        if kind is EventKind.ACKNOWLEDGED:
            counts[Measure.ACKNOWLEDGED_LATE if day > ack_due else Measure.ACKNOWLEDGED_IN_TIME] += 1
            days.setdefault(Median.TO_ACKNOWLEDGE, (day - filed).days)
        elif kind in _COUNTED:
            counts[_COUNTED[kind]] += 1
        if kind is EventKind.CLOSED and ended is not None:
            counts[ENDINGS[ended]] += 1
        if kind is EventKind.TOLD:
            days.setdefault(Median.TO_TELL, (day - filed).days)
    return counts, days


def beside_peers(reader: str, office: str, peers: Sequence[str], cases: Sequence[CaseMonth]) -> list[Row]:
    """The own office's rows, and one of ``peers``, the other offices of its level, taken together."""
    return [*figures_for(reader, [office], cases), _together(reader, peers, cases)]


def figures_for(reader: str, offices: Sequence[str], cases: Iterable[CaseMonth]) -> list[Row]:
    """Two rows for each of ``offices``, in order. None stands for a number that is not said."""
    shown: dict[str, list[CaseMonth]] = {office: [] for office in offices}
    for case in cases:
        if case.office in shown and reader not in case.hidden_from:
            shown[case.office].append(case)
    return [row for office in offices for row in _rows(office, shown[office])]


def _rows(office: str, cases: Sequence[CaseMonth]) -> list[Row]:
    heads = [case for case in cases if case.heads]
    every: Row = {"office": office, "group": Group.ALL.value}
    some: Row = {"office": office, "group": Group.HEADS.value}
    for measure in Measure:
        total, part = (sum(case.counts[measure] for case in group) for group in (cases, heads))
        every[measure.value] = _said(total)
        some[measure.value] = _said(part, of=total)
    _hide_endings(cases, heads, every, some)
    for what in Median:
        total_days, part_days = (
            [case.days[what] for case in group if what in case.days] for group in (cases, heads)
        )
        every[what.value] = _middle(total_days, _said(len(total_days)))
        some[what.value] = _middle(part_days, _said(len(part_days), of=len(total_days)))
    return [every, some]


def _together(reader: str, peers: Sequence[str], cases: Iterable[CaseMonth]) -> Row:
    """The peers' cases in one row. How they ended is left out: parts of a sum would say what single offices did."""
    row: Row = {"office": "", "group": PEERS}
    seen = [case for case in cases if case.office in peers and reader not in case.hidden_from]
    for measure in Measure:
        if measure not in ENDINGS.values():
            by_office = Counter[str]()
            for case in seen:
                by_office[case.office] += case.counts[measure]
            row[measure.value] = _of_several(by_office)
    for what in Median:
        known = [case for case in seen if what in case.days]
        said = _of_several(Counter(case.office for case in known))
        row[what.value] = _middle([case.days[what] for case in known], said)
    return row


def _of_several(by_office: Counter[str]) -> int | None:
    """The sum, or None where fewer than FEWEST_PEERS offices are in it, or all but a few of it are one office's."""
    numbers = sorted(number for number in by_office.values() if number)
    if len(numbers) < FEWEST_PEERS or sum(numbers[:-1]) < LEAST:
        return None
    return _said(sum(numbers))


def _hide_endings(cases: Sequence[CaseMonth], heads: Sequence[CaseMonth], every: Row, some: Row) -> None:
    """Of parts that add up to what is said, one that is not said could be worked out: then none of them is."""
    all_parts, head_parts = _parts(cases), _parts(heads)
    alone = any(_said(part) is None for part in all_parts)
    of_all = any(_said(part, of=whole) is None for part, whole in zip(head_parts, all_parts, strict=True))
    for measure in ENDINGS.values():
        every[measure.value] = None if alone else every[measure.value]
        some[measure.value] = None if alone or of_all else some[measure.value]


def _parts(cases: Sequence[CaseMonth]) -> list[int]:
    """How many closed cases ended in each way, and of how many it is not known."""
    known = [sum(case.counts[measure] for case in cases) for measure in ENDINGS.values()]
    return [*known, max(0, sum(case.counts[Measure.CLOSED] for case in cases) - sum(known))]


def _said(number: int, *, of: int | None = None) -> int | None:
    """The number, or None where it is small, or where what is left of ``of`` would be: that could be worked out."""
    small = 0 < number < LEAST
    rest_small = of is not None and 0 < of - number < LEAST
    return None if small or rest_small else number


def _middle(days: Sequence[int], said: int | None) -> int | None:
    return round(median(days)) if said else None

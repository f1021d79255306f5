"""How long nothing has moved in a case: which act ended the silence last, and whether somebody looked at the case since. Pure.

It goes by kinds and days alone, which stand in clear: the worker, who opens no case, and whoever acts reckon the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from intake.events import ACTS, MOVES, READS, ROWS, EventKind


@dataclass(frozen=True, slots=True)
class Silence:
    """``since``: the day of the last act that counts, or of a new circle; None before the first. ``seen``: the day on which
    somebody first looked at the case since then, or did only what does not count; None when nobody did.
    """

    since: date | None
    seen: date | None


def silence_of(events: Iterable[tuple[EventKind, date]]) -> Silence:
    """The silence after these events, in their order.

    An act that does not count tells on a later day that somebody looked: whoever acts without reading does not hide by it.
    """
    rows: set[str] = set()
    since: date | None = None
    seen: date | None = None
    for kind, day in events:
        if kind in MOVES or kind in (EventKind.RELEASED, EventKind.RECOVERED):
            rows, since, seen = set(), day, None
        elif kind in ACTS and (row := ROWS.get(kind, kind.value)) not in rows:
            rows, since, seen = {*rows, row}, day, None
        elif kind in READS or (kind in ACTS and since is not None and day > since):
            seen = seen or day
    return Silence(since, seen)

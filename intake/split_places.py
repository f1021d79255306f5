"""Whether the cases that a split names are there, by the clear columns. Knows no key and opens nothing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crypto.encoding import to_text
from intake.database.case_tables import Epoch, Event
from intake.events import EventKind
from intake.record import EventRecord
from intake.split import OF, Part, origin_of, parts_in


def parts_fit(session: Session, records: Sequence[EventRecord]) -> bool:
    """Every part that was split off is there with the key and the leaf that the record names; and in a part, the case that it
    was split from tells of the split. Whoever holds one need not hold the other: the clear columns are enough.
    """
    return all(_is_there(session, part) for part in parts_in(records)) and _comes_from(session, records)


def _is_there(session: Session, part: Part) -> bool:
    leaf = select(Event.commitment).where(Event.case_id == part.case, Event.number == 0)
    key = select(Epoch.public).where(Epoch.case_id == part.case, Epoch.number == 0)
    found = session.scalar(leaf)
    return found is not None and to_text(found) == part.leaf and session.scalar(key) == part.key.raw


def _comes_from(session: Session, records: Sequence[EventRecord]) -> bool:
    if origin_of(records) is None:
        return True
    of = records[0].data[OF]
    rows = session.execute(
        select(Event.number, Event.kind, Event.commitment).where(
            Event.case_id == origin_of(records),
            or_(Event.number == 0, Event.kind.in_((EventKind.DECIDED, EventKind.SPLIT))),
        )
    ).all()
    leaf = {to_text(row.commitment) for row in rows if row.number == 0}
    decided = [row.number for row in rows if to_text(row.commitment) == of.get("decided")]
    split = {row.number for row in rows if row.kind is EventKind.SPLIT}
    return leaf == {of.get("leaf")} and len(decided) == 1 and decided[0] + 1 in split

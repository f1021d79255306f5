"""Which cases the worker has to look at on a day, in pages: none is left out, however many are due before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from intake.database.case_tables import Case
from intake.duties.scan import Seen, look_at, next_page
from intake.release import Gate

Reading = Callable[[], AbstractContextManager[Session]]
"""Opens a session of one moment; each page has its own, so that no act waits for a long round."""

PAGE = 200
"""How many cases are looked at in one moment."""


def past(
    reading: Reading, column: InstrumentedAttribute[date | None], today: date, page: int = PAGE
) -> Iterator[str]:
    """Cases whose ``column`` (``Case.wake`` or ``Case.stale``) is over, soonest first.

    A case that is put off while its page is worked on may come again; doing it twice is harmless.
    """
    after: ColumnElement[bool] | None = None
    while True:
        query = select(column, Case.id).where(column < today).order_by(column, Case.id).limit(page)
        with reading() as session:
            rows = session.execute(query if after is None else query.where(after)).all()
        yield from (case for _, case in rows)
        if len(rows) < page:
            return
        day, case = rows[-1]
        after = or_(column > day, and_(column == day, Case.id > case))


def remarkable(reading: Reading, gate: Gate, page: int = PAGE) -> Iterator[Seen]:
    """Every case, or what is left of one, in which something looks wrong, or of which something is to be told."""
    after = ""
    while True:
        with reading() as session:
            cases = next_page(session, after, page)
            found = [seen for seen in look_at(session, cases, gate) if seen.is_remarkable]
        yield from found
        if len(cases) < page:
            return
        after = cases[-1]

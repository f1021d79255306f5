"""Ceilings that were nearly reached: what the portal leaves for the worker and for ``doctor`` to tell. A word, a number, a day.

They lie among the budgets of the volatile store, which every process may read, until the end of the day after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import case, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, sessionmaker

from intake.budgets import DAY, Ceiling
from intake.database.volatile_tables import Budget as BudgetRow

_PREFIX = "alarm/"


@dataclass(frozen=True, slots=True)
class Alarm:
    """``count``: the highest number that was told of on ``day`` (UTC)."""

    ceiling: Ceiling
    count: int
    day: date


def raise_alarm(factory: sessionmaker[Session], ceiling: Ceiling, count: int, now: int) -> None:
    """Leave it. The higher count of a day stays; ``now`` is seconds since 1970. Database errors pass through."""
    values = {
        "key": f"{_PREFIX}{ceiling.word}/{now // DAY}",
        "count": count,
        "expires": (now // DAY + 2) * DAY,
    }
    higher = {"count": case((BudgetRow.count > count, BudgetRow.count), else_=count)}
    with factory.begin() as session:
        if session.get_bind().dialect.name == "postgresql":
            row = postgresql.insert(BudgetRow).values(values)
            session.execute(row.on_conflict_do_update(index_elements=[BudgetRow.key], set_=higher))
        else:
            line = sqlite.insert(BudgetRow).values(values)
            session.execute(line.on_conflict_do_update(index_elements=[BudgetRow.key], set_=higher))


def alarms(session: Session, now: int) -> list[Alarm]:
    """Those of today and yesterday, in the order of their words and days. What is no alarm of ours is passed over."""
    rows = session.execute(
        select(BudgetRow.key, BudgetRow.count.label("count_")).where(
            BudgetRow.key.startswith(_PREFIX, autoescape=True), BudgetRow.expires > now
        )
    )
    found = []
    known = {ceiling.word: ceiling for ceiling in Ceiling}
    for key, count in sorted((row.key, row.count_) for row in rows):
        word, _, day = key.removeprefix(_PREFIX).partition("/")
        if word in known and day.isdecimal() and len(day) < 7:
            found.append(Alarm(known[word], count, datetime.fromtimestamp(int(day) * DAY, UTC).date()))
    return found

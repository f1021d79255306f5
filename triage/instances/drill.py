"""A drill: proves on a rehearsal that the clocks, the notices and the escalation of this instance really fire.

A marked test report is filed in a copy, nobody acts, and the days are played. What should happen by itself is looked for, and
the copy is removed. Knows no command line.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.database.case_tables import Case, Event, Notice, OutboxJob
from intake.database.engines import Databases
from intake.drafts import Draft
from intake.events import EventKind
from intake.filing.office import FilingOffice
from intake.organisation import EXT_OMB
from intake.roster import RosterReader
from intake.settings import load_portal, load_worker
from intake.time import Clock
from intake.watch import load
from triage.instances.rehearse import rehearse
from triage.worker.context import Context, open_context
from triage.worker.loop import Worker

PROVED_FILE = "drill.proved"
WORDS = "This is a drill: a test report in a rehearsal. Nobody has to act on it."


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that must happen, and whether it did."""

    text: str
    proved: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the copy shows of the test case at the end of a day."""

    office: str
    missed: int
    released: int
    notices: int
    waiting: int


def drill(directory: Path, today: date) -> list[Step]:
    """Play it. Keeps the day in PROVED_FILE when every step is proved. Raises as `rehearse`; filing's refusals pass through."""
    place = Path(tempfile.mkdtemp(prefix=".drill-", dir=directory.resolve().parent))
    try:
        copy = place / "copy"
        rehearse(directory, copy, today)
        steps = list(_play(copy, today))
    finally:
        shutil.rmtree(place, ignore_errors=True)
    if all(step.proved for step in steps):
        _remember(directory, today)
    return steps


def last_proved(directory: Path) -> date | None:
    """The day of the last drill in which everything fired; None: never, or the file says no day."""
    try:
        return date.fromisoformat((directory / PROVED_FILE).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return None


def _play(copy: Path, today: date) -> Iterator[Step]:
    case, due = _file(copy, today)
    begun = _day(copy, case, today)
    yield Step(f"a test report reaches {begun.office}, and nothing waits in the outbox", begun.waiting == 0)
    last = _day(copy, case, due)
    yield Step("on the last day nothing is late", (last.missed, last.released) == (0, 0))
    late = _day(copy, case, due + timedelta(days=1))
    yield Step("on the day after, the missed acknowledgement is told", late.missed > 0)
    yield Step("the level above gets a notice of it", late.notices > last.notices)
    yield Step(f"the case leaves {begun.office}", late.released == 1 and late.office != begun.office)
    again = _day(copy, case, due + timedelta(days=1))
    yield Step("a second worker on the same day repeats nothing", again == late)


def _file(copy: Path, today: date) -> tuple[str, date]:
    """The test report, of the deepest region with an office; its case, and the day its acknowledgement is due."""
    settings = load_portal(copy)
    databases = Databases.open(settings)
    try:
        rosters = RosterReader(databases, settings.roster_root, settings.seen_file)
        organisation = rosters.current(today).organisation
        regions = organisation.regions
        deepest = max(
            organisation.offices.values(), key=lambda office: (regions[office.region].level, office.id)
        )
        draft = Draft.new()
        draft.set("what", WORDS)
        draft.set("region", deepest.region)
        before = _cases(databases)
        FilingOffice(databases, rosters, settings.receipt_salt, Clock(today)).file(draft)
        (case,) = _cases(databases) - before
        return case, organisation.pack.clocks["ack_due"].after(today, organisation.calendar)
    finally:
        databases.close()


def _day(copy: Path, case: str, today: date) -> _Seen:
    """A worker's round on a day, and what is there afterwards."""
    context = open_context(copy, today=today)
    Worker(context).round()
    with _opened(copy) as databases, databases.reading() as session:
        kinds = list(session.scalars(select(Event.kind).where(Event.case_id == case)))
        office = session.scalar(select(Case.office).where(Case.id == case))
        return _Seen(
            office=office or EXT_OMB,
            missed=kinds.count(EventKind.MISSED),
            released=kinds.count(EventKind.RELEASED),
            notices=_delivered(session, case, context),
            waiting=session.scalar(select(func.count()).select_from(OutboxJob)) or 0,
        )


def _delivered(session: Session, case: str, context: Context) -> int:
    """How many of the notices that the case should have caused lie with their officers."""
    watch = load(session, case, context.settings.gate_pair, context.roster())
    wanted = () if watch is None else watch.notices
    return session.scalar(select(func.count()).select_from(Notice).where(Notice.id.in_(wanted))) or 0


@contextmanager
def _opened(copy: Path) -> Iterator[Databases]:
    databases = Databases.open(load_worker(copy))
    try:
        yield databases
    finally:
        databases.close()


def _cases(databases: Databases) -> set[str]:
    with databases.reading() as session:
        return set(session.scalars(select(Case.id)))


def _remember(directory: Path, today: date) -> None:
    partial = directory / f"{PROVED_FILE}.partial"
    partial.write_text(today.isoformat(), encoding="ascii")
    partial.replace(directory / PROVED_FILE)

"""What every piece of work is handed. Knows no work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from intake.database.engines import Databases
from intake.evidence.store import open_store
from intake.evidence.store.protocol import Store
from intake.log import Log, configure
from intake.roster import Roster, RosterReader
from intake.settings import SettingsError, WorkerSettings, load_worker
from intake.time import Clock


@dataclass(frozen=True, slots=True)
class Context:
    """One worker process."""

    settings: WorkerSettings
    databases: Databases
    rosters: RosterReader
    clock: Clock
    log: Log

    @property
    def store(self) -> Store:
        """Where sealed files lie. The worker has no key to any."""
        return open_store(self.settings.evidence)

    def roster(self) -> Roster:
        """The newest roster. Raises RosterError."""
        return self.rosters.current(self.clock.today())

    def today(self) -> date:
        """The day it is where the organisation is: due dates are local (routing.md, S1). Raises RosterError."""
        return self.clock.today(self.roster().organisation.calendar.timezone)


def open_context(directory: Path, *, today: date | None = None) -> Context:
    """The composition root of a worker. ``today`` plays a date, on a demo or a rehearsal. Raises SettingsError."""
    settings = load_worker(directory)
    if today is not None and not settings.plays_dates:
        raise SettingsError(
            "--today works on a demo or a rehearsal only: on a real instance a played date would release what is not due"
        )
    databases = Databases.open(settings)
    log = configure("worker")
    rosters = RosterReader(databases, settings.roster_root, settings.seen_file, log=log)
    return Context(settings, databases, rosters, Clock(today), log)

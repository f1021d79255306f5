"""The worker's loop: rounds of chores and jobs until somebody says stop. Several workers may run; none waits for another."""

from __future__ import annotations

import signal
import threading
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from intake.log import Happening
from intake.outbox import ClaimedJob, claim_job, finish_job, note_failure
from intake.roster import RosterError
from triage.worker.chores import expire, publish_log
from triage.worker.context import Context
from triage.worker.duties import look_after_duties
from triage.worker.figures import tell_figures
from triage.worker.files import keep_files, remove_left
from triage.worker.holders import look_after_holders
from triage.worker.inspections import look_after_inspections
from triage.worker.jobs import JOBS
from triage.worker.portal import Seen, tell_of_portal
from triage.worker.requests import can_wait
from triage.worker.retention import delete_again, delete_due
from triage.worker.tick import TICK_FILE, Tick
from triage.worker.ties import Heeded, heed_ties
from triage.worker.yearly import look_after_years

PAUSE = 5.0  # seconds between rounds
HOUR = 3600  # seconds


@dataclass
class Worker:
    """One worker. ``round`` does everything that is due now."""

    context: Context
    _stop: threading.Event = field(default_factory=threading.Event)
    _looked: date | None = None
    """The day on which the cases were last looked at: what is due depends on the day alone."""
    _published: date | None = None
    """The day whose batch of the public log was last seen to be there."""
    _cleared: date | None = None
    """The day on which the whole store was last looked through for files that no row knows."""
    _heeded: Heeded = field(default_factory=Heeded)
    """Ties whose officers were shut out of the cases that they concern."""
    _portal: Seen = field(default_factory=Seen)
    """The portal's switch and ceilings, as they were told of."""
    _hour: int | None = None
    """The hour of the last round, counted from 1970."""
    _waiting: set[str] = field(default_factory=set)
    """News that wait for the next full hour."""

    def run(self) -> None:
        """Rounds until SIGTERM or SIGINT; the work at hand is finished first."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        self.context.log.note(Happening.STARTED)
        while not self._stop.is_set():
            self.round()
            self._stop.wait(PAUSE)
        self.context.log.note(Happening.STOPPED)

    def round(self) -> bool:
        """Everything that is due. False when something could not be done; it stays due."""
        done = self._do_duties()
        # Last: a store that is slow to answer keeps nobody waiting.
        return keep_files(self.context) and done

    def _do_duties(self) -> bool:
        try:
            expire(self.context)
            jobs_done = self._do_jobs()
            log_whole = self._publish_log()
            self._portal = tell_of_portal(self.context, self._portal)
            self._heeded = heed_ties(self.context, self._heeded)
            # A file that no row knows goes only while the day and the log say that the database is what it was yesterday.
            return self._look_after_cases() and jobs_done and log_whole and self._remove_left()
        except DBAPIError as error:
            self.context.log.failure(Happening.UNAVAILABLE, error)
        except RosterError as error:
            self.context.log.failure(Happening.NO_ROSTER, error)
        return False

    def _publish_log(self) -> bool:
        today = self.context.today()
        if today != self._published and publish_log(self.context):
            self._published = today
        return today == self._published

    def _look_after_cases(self) -> bool:
        today = self.context.today()
        if today == self._looked:
            return True
        played = self.context.clock.fixed is not None
        tick = Tick(self.context.settings.directory / TICK_FILE)
        if not played and not tick.is_plausible(today):
            self.context.log.failure(Happening.CLOCK_JUMPED)
            return False
        delete_again(self.context)
        look_after_holders(self.context)
        look_after_duties(self.context)
        delete_due(self.context)
        tell_figures(self.context)
        look_after_inspections(self.context)
        look_after_years(self.context)
        if not played:
            tick.remember(today)
        self._looked = today
        return True

    def _remove_left(self) -> bool:
        today = self.context.today()
        if today != self._cleared and remove_left(self.context):
            self._cleared = today
        return today == self._cleared

    def _do_jobs(self) -> bool:
        failed: set[str] = set()
        today = self.context.today()
        full_hour = self._full_hour()
        while not self._stop.is_set():
            with self.context.databases.state() as session:
                job = claim_job(session, today, skip=frozenset(failed | self._waiting))
                if job is None:
                    break
                if not full_hour and can_wait(self.context, job):
                    session.rollback()
                    self._waiting.add(job.id)
                    continue
                try:
                    self._do(session, job)
                    continue
                except OperationalError:
                    raise  # the database, not the job: nothing else would work either
                except Exception as error:  # noqa: BLE001 - a job that fails in any way must not stop the others
                    session.rollback()
                    self.context.log.failure(
                        Happening.JOB_FAILED, error, job=job.name, attempts=job.attempts + 1
                    )
            failed.add(job.id)
            self._note_failure(job)
        return not failed

    def _full_hour(self) -> bool:
        """Whether an hour began since the last round. A worker that starts counts as one: its start says nothing of a visit."""
        hour = self.context.clock.now() // HOUR
        begun, self._hour = hour != self._hour, hour
        if begun:
            self._waiting.clear()
        return begun

    def _do(self, session: Session, job: ClaimedJob) -> None:
        JOBS[job.name](session, self.context, job)
        finish_job(session, job)
        session.commit()

    def _note_failure(self, job: ClaimedJob) -> None:
        with self.context.databases.state.begin() as session:
            if note_failure(session, job):
                self.context.log.failure(Happening.JOB_ABANDONED, job=job.name)

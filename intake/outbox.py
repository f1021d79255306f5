"""The outbox: a job is committed with the act that causes it, and done later by whichever worker comes first.

Payloads are JSON, sealed where they say anything, never pickles. Running a job twice is harmless: a crash between the work and
the commit repeats it. Knows no job.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from intake.database.case_tables import OutboxJob

MAX_ATTEMPTS = 10
"""After this many failures a job waits for a person: ``doctor`` names it."""


class JobName(StrEnum):
    """Every job. Values are stored: never reuse or rename one."""

    DELIVER_NOTICES = "deliver-notices"
    REQUEST = "request"
    """Somebody asks the worker to release a rung (intake.requests)."""
    FOLLOW_JOIN = "follow-join"
    """One of two joined cases changed: the other one follows (intake.release.following)."""
    NEWS = "news"
    """A reporter told something about their safety: at the next full hour, danger at once (intake.duties.news)."""


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job that this transaction alone holds."""

    id: str
    name: str
    payload: bytes
    attempts: int


def claim_job(session: Session, today: date, *, skip: frozenset[str] = frozenset()) -> ClaimedJob | None:
    """Lock one due job for the caller's transaction, or None. ``skip``: ids that failed in this round already.

    On PostgreSQL other workers step over a locked row; on SQLite the transaction holds the only write lock.
    """
    query = (
        select(OutboxJob)
        .where(OutboxJob.done.is_(False), OutboxJob.due <= today, OutboxJob.id.not_in(skip))
        .order_by(OutboxJob.due)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = session.scalars(query).one_or_none()
    return None if row is None else ClaimedJob(row.id, row.job, row.payload, row.attempts)


def finish_job(session: Session, job: ClaimedJob) -> None:
    """The job is done and leaves no trace. Part of the transaction that did the work."""
    session.execute(delete(OutboxJob).where(OutboxJob.id == job.id))


def note_failure(session: Session, job: ClaimedJob) -> bool:
    """Count a failed attempt, in a transaction of its own. True when it was the last."""
    attempts = job.attempts + 1
    given_up = attempts >= MAX_ATTEMPTS
    session.execute(update(OutboxJob).where(OutboxJob.id == job.id).values(attempts=attempts, done=given_up))
    return given_up


def abandoned_jobs(session: Session) -> list[str]:
    """The names of jobs that were given up."""
    return list(session.scalars(select(OutboxJob.job).where(OutboxJob.done.is_(True))))

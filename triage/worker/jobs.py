"""What each job of the outbox does. A job works inside the transaction that takes it off the outbox, and may run twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlalchemy.orm import Session

from intake.following import open_follow_up
from intake.notices import dispatched
from intake.outbox import ClaimedJob, JobName
from intake.release import Gate, follow
from triage.worker.context import Context
from triage.worker.requests import carry_out_request, take_safety_news

Job = Callable[[Session, Context, ClaimedJob], None]


def deliver_notices(session: Session, context: Context, job: ClaimedJob) -> None:
    """Hand each sealed notice to its officer. The gate's key opens the list of addressees, never a notice.

    Raises CryptoError when the list was altered or moved from another job.
    """
    for letter in dispatched(context.settings.gate_pair, job.id, job.payload):
        session.merge(letter.as_row())


def follow_join(session: Session, context: Context, job: ClaimedJob) -> None:
    """One of two joined cases follows what happened to the other.

    Raises CryptoError when the job was altered or moved, or one of the cases tampered with.
    """
    case, after = open_follow_up(context.settings.gate_pair, job.id, job.payload)
    follow(session, case, after, Gate(context.settings.gate_pair, context.roster(), context.today()))


JOBS: Mapping[str, Job] = MappingProxyType(
    {
        JobName.DELIVER_NOTICES.value: deliver_notices,
        JobName.REQUEST.value: carry_out_request,
        JobName.FOLLOW_JOIN.value: follow_join,
        JobName.NEWS.value: take_safety_news,
    }
)
"""Job name → what it does."""

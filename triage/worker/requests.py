"""The jobs that carry out what a reporter or an officer above asked for, and tell what a reporter said of their safety: signed,
and sealed to the gate.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from crypto.errors import CryptoError, MalformedError
from intake.duties.news import is_danger, take_news
from intake.log import Happening
from intake.outbox import ClaimedJob, JobName
from intake.release import Gate, carry_out
from intake.requests import Ask, open_request
from triage.worker.context import Context
from triage.worker.inspections import inspect_specially
from triage.worker.pressure import tell_unanswered


def take_safety_news(session: Session, context: Context, job: ClaimedJob) -> None:
    """What a reporter said of their safety is told, and noted where it has to be. Raises as ``carry_out_request``."""
    signed = open_request(context.settings.gate_pair, job.id, job.payload)
    if signed.request.ask is not Ask.NEWS:
        raise MalformedError("a request came as news")
    take_news(session, signed, Gate(context.settings.gate_pair, context.roster(), context.today()))


def can_wait(context: Context, job: ClaimedJob) -> bool:
    """Whether a job is news that wait for the full hour: a log must not show when somebody came by."""
    if job.name != JobName.NEWS:
        return False
    try:
        return not is_danger(open_request(context.settings.gate_pair, job.id, job.payload))
    except CryptoError:
        return False  # done at once, and so found to be forged


def carry_out_request(session: Session, context: Context, job: ClaimedJob) -> None:
    """Do what was asked, once, or nothing when it may not be done: a refused request ends here without a trace.

    Raises CryptoError when the request is forged, altered or moved, or the case was tampered with: the job is kept for somebody
    to look at.
    """
    signed = open_request(context.settings.gate_pair, job.id, job.payload)
    gate = Gate(context.settings.gate_pair, context.roster(), context.today())
    if signed.request.ask is Ask.NEWS:
        raise MalformedError("news came as a request")
    if signed.request.ask is Ask.INSPECT:
        inspect_specially(session, signed, gate)
    elif signed.request.ask is Ask.ANSWER_PRESSED:
        tell_unanswered(session, signed, gate)
    elif carry_out(session, signed, gate):
        context.log.note(Happening.RELEASED, count=1)

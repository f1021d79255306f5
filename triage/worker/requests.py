"""The job that carries a request out: what a reporter or an officer above asked for, signed and sealed to the gate."""

from __future__ import annotations

from sqlalchemy.orm import Session

from intake.log import Happening
from intake.outbox import ClaimedJob
from intake.release import Gate, carry_out
from intake.requests import Ask, open_request
from triage.worker.context import Context
from triage.worker.inspections import inspect_specially
from triage.worker.pressure import tell_unanswered


def carry_out_request(session: Session, context: Context, job: ClaimedJob) -> None:
    """Do what was asked, once, or nothing when it may not be done: a refused request ends here without a trace.

    Raises CryptoError when the request is forged, altered or moved, or the case was tampered with: the job is kept for somebody
    to look at.
    """
    signed = open_request(context.settings.gate_pair, job.id, job.payload)
    gate = Gate(context.settings.gate_pair, context.roster(), context.today())
    if signed.request.ask is Ask.INSPECT:
        inspect_specially(session, signed, gate)
    elif signed.request.ask is Ask.ANSWER_PRESSED:
        tell_unanswered(session, signed, gate)
    elif carry_out(session, signed, gate):
        context.log.note(Happening.RELEASED, count=1)

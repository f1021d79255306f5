"""What is looked after in every round, without a job: sessions that are over, cases whose duty was missed, the public log."""

from __future__ import annotations

from sqlalchemy import delete

from crypto.errors import CryptoError
from intake.database.volatile_tables import Budget
from intake.log import Happening
from intake.publiclog.seen import SeenLog
from intake.publiclog.sequence import Sequencer
from intake.release import Gate, due_cases, release_overdue
from intake.sessions import expire_sessions
from triage.worker.context import Context

MAX_CASES = 10_000
"""How many overdue cases one round looks at; the soonest due come first."""


def expire(context: Context) -> None:
    """Delete drafts, sessions and budgets that are over."""
    now = context.clock.now()
    with context.databases.volatile.begin() as session:
        expire_sessions(session, now)
        session.execute(delete(Budget).where(Budget.expires <= now))


def release_rungs(context: Context) -> int:
    """Release the next rung of every case whose office missed its duty; returns how many moved. Raises RosterError.

    Each case is a transaction of its own: one that was tampered with is named in the log and stops no other.
    """
    gate = Gate(context.settings.gate_pair, context.roster(), context.today())
    with context.databases.reading() as session:
        cases = due_cases(session, gate.today, MAX_CASES)
    released = 0
    for case in cases:
        try:
            with context.databases.state.begin() as session:
                released += release_overdue(session, case, gate)
        except CryptoError as error:
            context.log.failure(Happening.TAMPERED, error)
    if released:
        context.log.note(Happening.RELEASED, count=released)
    return released


def publish_log(context: Context) -> bool:
    """Publish today's batch of the public log, once among all workers. False when the stored log was tampered with.

    It hangs on no tick: a wrong clock publishes a batch early, which harms nobody, and an office that waits for two persons to
    confirm the date must not fall silent as well.
    """
    settings = context.settings
    sequencer = Sequencer(
        context.databases, settings.log_signer, SeenLog(settings.log_seen_file, settings.log_key)
    )
    try:
        if sequencer.publish(context.today()):
            context.log.note(Happening.LOG_PUBLISHED)
    except CryptoError as error:
        context.log.failure(Happening.LOG_BROKEN, error)
        return False
    return True

"""What is looked after in every round, without a job: sessions that are over, the public log."""

from __future__ import annotations

from sqlalchemy import delete

from crypto.errors import CryptoError
from intake.database.volatile_tables import Budget
from intake.log import Happening
from intake.publiclog.seen import SeenLog
from intake.publiclog.sequence import Sequencer
from intake.sessions import expire_sessions
from triage.worker.context import Context


def expire(context: Context) -> None:
    """Delete drafts, sessions and budgets that are over."""
    now = context.clock.now()
    with context.databases.volatile.begin() as session:
        expire_sessions(session, now)
        session.execute(delete(Budget).where(Budget.expires <= now))


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

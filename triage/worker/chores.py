"""What is looked after in every round, without a job: what has expired goes, and a missed acknowledgement moves a case up."""

from __future__ import annotations

from sqlalchemy import delete

from crypto.errors import CryptoError
from intake.database.volatile_tables import Budget
from intake.log import Happening
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

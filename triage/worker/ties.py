"""Ties that were declared, or entered in a new roster, after an officer got a case: the officer is shut out of it.

The back office refuses the officer from the moment of the declaration; here the key goes as well. Looks only at cases that
officers with new ties hold, and opens none: it goes by the watch.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from intake.database.case_tables import Grant
from intake.duties.stewardship import take_up
from intake.log import Happening
from intake.notices import NoticeKind
from intake.organisation import Tie
from intake.release import Gate, exclude
from intake.release.fitting import tied
from intake.rules import as_begun
from triage.worker.context import Context

LATE_TIE = "tie"
"""What the ledger's entry names as the duty: to declare a tie before the first case."""


def heed_ties(context: Context, heeded: frozenset[Tie]) -> frozenset[Tie]:
    """Shut officers out of the cases that their ties concern. ``heeded``: what an earlier round saw to. Returns what is seen
    to now; officers with a case that could not be changed at this moment are looked at again.

    Raises RosterError; the database's errors pass through.
    """
    gate = Gate(context.settings.gate_pair, context.roster(), context.today())
    ties = frozenset(gate.roster.organisation.ties)
    behind = {
        officer
        for officer in sorted({tie.officer for tie in ties - heeded})
        if not _heed(context, officer, gate)
    }
    return frozenset(tie for tie in ties if tie.officer not in behind)


def _heed(context: Context, officer: str, gate: Gate) -> bool:
    with context.databases.reading() as session:
        cases = session.scalars(
            select(Grant.case_id).where(Grant.officer_id == officer).distinct().order_by(Grant.case_id)
        ).all()
    done = True
    for case in cases:
        try:
            with context.databases.state.begin() as session:
                if shut_out(session, case, officer, gate):
                    context.log.note(Happening.RELEASED, count=1)
        except IntegrityError:
            done = False  # somebody acted in the same moment
        except CryptoError as error:
            context.log.failure(Happening.TAMPERED, error)
    return done


def shut_out(session: Session, case: str, officer: str, gate: Gate) -> bool:
    """Take the case from an officer whose tie concerns it, and enter it in the ledger of the level above. False when there is
    nothing to take.

    Raises CryptoError when the case was tampered with, IntegrityError when somebody acted in the same moment.
    """
    steward = take_up(session, case, gate)
    if steward is None:
        return False
    excluded = tied(steward.watch, as_begun(steward.watch.rules, gate.roster.organisation))
    if officer not in excluded or not exclude(session, case, [officer], gate):
        return False
    # The entry is about the office that had the case until now, and nobody with a tie to it reads the entry.
    steward.watch = replace(steward.watch, excluded=tuple(sorted({*steward.watch.excluded, *excluded})))
    steward.notify(
        steward.ledger(),
        NoticeKind.ACCOUNTABILITY_ENTRY,
        {"clock": LATE_TIE, "due": gate.today.isoformat(), "officer": officer},
    )
    return True

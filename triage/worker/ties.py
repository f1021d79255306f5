"""Ties that were declared, or entered in a new roster, after an officer got a case: the officer is shut out of it.

The back office refuses the officer from the moment of the declaration, and a protection contact from this round on; here the
key goes as well. Looks only at cases that officers with new ties hold, look after, or are asked about as custodians, and opens
none: it goes by the watch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from intake.database.case_tables import Grant
from intake.database.custody_tables import CustodyLetter
from intake.database.protection_tables import ProtectionGrant
from intake.duties.stewardship import take_up
from intake.identity.letters import burn
from intake.log import Happening
from intake.notices import NoticeKind
from intake.organisation import Tie
from intake.protection.compartment import present_contacts
from intake.release import Gate, exclude
from intake.release.fitting import tied
from intake.rules import as_begun
from triage.worker.context import Context

LATE_TIE = "tie"
"""What the ledger's entry names as the duty: to declare a tie before the first case."""


class Outcome(Enum):
    """What became of one officer, or of one case of theirs. The later in this list, the less is done."""

    SEEN_TO = 0
    LATER = 1
    """The case was tampered with, or nobody else could read it: looked at again on the next day."""
    SOON = 2
    """Somebody acted in the same moment: looked at again in the next round."""


@dataclass(frozen=True, slots=True)
class Heeded:
    """What earlier rounds saw to, and what they left for another day."""

    ties: frozenset[Tie] = frozenset()
    later: frozenset[str] = frozenset()
    """Officers with a case that could not be changed."""
    day: date | None = None


def heed_ties(context: Context, heeded: Heeded) -> Heeded:
    """Shut officers out of the cases that their ties concern. ``heeded``: what an earlier round saw to. Returns what is seen
    to now.

    Raises RosterError; the database's errors pass through.
    """
    gate = Gate(context.settings.gate_pair, context.roster(), context.today())
    ties = frozenset(gate.roster.organisation.ties)
    again = heeded.later if heeded.day != gate.today else frozenset[str]()
    looked = {
        officer: _heed(context, officer, gate)
        for officer in sorted({tie.officer for tie in ties - heeded.ties} | again)
    }
    soon = {officer for officer, outcome in looked.items() if outcome is Outcome.SOON}
    later = {officer for officer, outcome in looked.items() if outcome is Outcome.LATER}
    return Heeded(
        ties=frozenset(tie for tie in ties if tie.officer not in soon),
        later=frozenset(later | (heeded.later - looked.keys())),
        day=gate.today,
    )


def _heed(context: Context, officer: str, gate: Gate) -> Outcome:
    with context.databases.reading() as session:
        held = select(Grant.case_id).where(Grant.officer_id == officer)
        kept = select(CustodyLetter.case_id).where(CustodyLetter.officer_id == officer)
        # Whoever looks after a reporter and holds no case is shut out of the compartment in the same way.
        looked_after = select(ProtectionGrant.case_id).where(ProtectionGrant.officer_id == officer)
        cases = sorted({*session.scalars(held), *session.scalars(kept), *session.scalars(looked_after)})
    outcomes = [_heed_in(context, case, officer, gate) for case in cases]
    return max(outcomes, key=lambda outcome: outcome.value, default=Outcome.SEEN_TO)


def _heed_in(context: Context, case: str, officer: str, gate: Gate) -> Outcome:
    """One case, in a transaction of its own: what fails in it stops no other, whatever it is."""
    try:
        with context.databases.state.begin() as session:
            shut = shut_out(session, case, officer, gate)
        if shut:
            context.log.note(Happening.RELEASED, count=1)
    except IntegrityError:
        return Outcome.SOON
    except DBAPIError:
        raise  # the database, not the case: nothing else would work either
    except CryptoError as error:
        context.log.failure(Happening.TAMPERED, error)
        return Outcome.LATER
    except Exception as error:  # noqa: BLE001 - whoever can write to the database can seal anything to the gate
        context.log.failure(Happening.JOB_FAILED, error, job=shut_out.__name__)
        return Outcome.LATER
    return Outcome.LATER if shut is None else Outcome.SEEN_TO


def shut_out(session: Session, case: str, officer: str, gate: Gate) -> bool | None:
    """Take the case from an officer whose tie concerns it, and enter it in the ledger of the level above. False when no tie of
    theirs concerns it; None when it could not be done: the watch cannot be gone by, or nobody else could read the case.

    Raises CryptoError when the case was tampered with, IntegrityError when somebody acted in the same moment.
    """
    steward = take_up(session, case, gate)
    if steward is None:
        return None
    excluded = tied(steward.watch, as_begun(steward.watch.rules, gate.roster.organisation))
    if officer not in excluded:
        return False
    burn(session, case, [officer])
    held = select(Grant.case_id).where(Grant.case_id == case, Grant.officer_id == officer).limit(1)
    if session.scalar(held) is None and officer not in present_contacts(session, case):
        return True  # a custodian who was asked for a name: no key of the case is theirs
    if not exclude(session, case, [officer], gate):
        return None
    # The entry is about the office that had the case until now, and nobody with a tie to it reads the entry.
    steward.watch = replace(steward.watch, excluded=tuple(sorted({*steward.watch.excluded, *excluded})))
    steward.notify(
        steward.ledger(),
        NoticeKind.ACCOUNTABILITY_ENTRY,
        {"clock": LATE_TIE, "due": gate.today.isoformat(), "officer": officer},
    )
    return True

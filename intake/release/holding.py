"""A case in the worker's hands before anything is released: its row is locked, its watch is the newest, its ladder is whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.errors import MalformedError
from crypto.keys import KeyPair, PublicKeys
from intake import ladder
from intake import watch as watches
from intake.database.case_tables import Case
from intake.ladder import PeeledRung
from intake.organisation import Organisation
from intake.roster import Roster
from intake.rules import as_begun
from intake.watch import Watch


@dataclass(frozen=True, slots=True, repr=False)
class Gate:
    """What the worker releases with."""

    pair: KeyPair
    roster: Roster
    today: date

    @property
    def signers(self) -> tuple[PublicKeys, ...]:
        """Whose signature counts as the gate's: its own, and those of the gates before it."""
        return (self.pair.public, *self.roster.former_gates)


@dataclass(frozen=True, slots=True, repr=False)
class Held:
    """One case. ``organisation`` counts with the numbers that the case began with."""

    session: Session
    row: Case
    watch: Watch
    rungs: tuple[PeeledRung, ...]
    organisation: Organisation
    gate: Gate


def hold(session: Session, case: str, gate: Gate) -> Held | None:
    """Take a case up, or None when there is none. Several workers may try; one at a time goes on from here.

    Raises CryptoError when rungs or watch were altered or put back from earlier: nothing is released then, and the worker says
    so.
    """
    row = session.scalars(select(Case).where(Case.id == case).with_for_update()).one_or_none()
    if row is None:
        return None
    watch = watches.load(session, case, gate.pair, gate.roster)
    if watch is None or not watches.is_newest(session, row, watch):
        raise MalformedError("the watch over a case is gone, or was put back from earlier")
    rungs = tuple(ladder.peel_all(session, case, row.epoch, gate.pair))
    # Anybody can seal to the gate; but a rung whose grants open anything cannot be forged: it names the real reporter.
    if any(rung.reporter.as_text() != watch.reporter for rung in rungs):
        raise MalformedError("watch and ladder of a case name two reporters")
    return Held(session, row, watch, rungs, as_begun(watch.rules, gate.roster.organisation), gate)

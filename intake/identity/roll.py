"""The roll: who may be custodian of a case as it stands, for a reporter who leaves a name later. Sealed to the reporter.

The portal knows neither who was excluded since the filing nor who holds the case. So every act of an officer leaves the list
anew (`intake.derived`), signed. The portal still asks roster and record about each: a false roll names no false custodian.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import update
from sqlalchemy.orm import Session

from crypto.encoding import canonical_json, pack, parse_object, unpack
from crypto.envelope import Place, Purpose, open_padded, seal_padded
from crypto.errors import BadSignatureError, CryptoError, MalformedError
from crypto.keys import KeyPair, PublicKeys
from intake.casefile import CaseFile
from intake.circle import holders
from intake.database.case_tables import Identity
from intake.identity.confidence import confidence_of
from intake.identity.custodians import custodians_for, fit_pairs
from intake.record import Author
from intake.roster import Roster, RosterError
from intake.standing import Standing

LABEL = "custody-roll"


@dataclass(frozen=True, slots=True)
class Roll:
    """``number``: the newest event that the list knows of."""

    number: int
    custodians: tuple[str, ...]
    left: tuple[str, ...]
    """Who of those that keep what is there now may still be asked; nobody, where it can never be opened."""


def store_roll(
    session: Session, file: CaseFile, standing: Standing, author: Author, roster: Roster, today: date
) -> None:
    """Put the list as it is now in place of the one before. Part of the act's transaction."""
    barred = barred_from(holders(session, file.id), file, standing)
    custodians = custodians_for(roster, standing.held, barred)
    kept = confidence_of(file.records).generation
    pairs = () if kept is None else fit_pairs(kept.custodians, roster, standing.held, barred)
    statement = canonical_json(
        {
            "case": file.id,
            "number": file.records[-1].number if file.records else -1,
            "date": today.isoformat(),
            "custodians": list(custodians),
            "left": sorted({who for pair in pairs for who in (pair.first, pair.second)}),
        }
    )
    signed = pack(author.name.encode(), author.pair.sign(LABEL, statement), statement)
    sealed = seal_padded(file.reporter, _place(file.id), signed)
    session.execute(update(Identity).where(Identity.case_id == file.id).values(roll=sealed))


def barred_from(held_by: Iterable[str], file: CaseFile, standing: Standing) -> frozenset[str]:
    """Who is never custodian of this case: whoever the rules exclude, holds it, handled it, or decided in it."""
    filed = file.report["decision"]["excluded_officers"]
    return frozenset(
        {*filed, *standing.decision.excluded_officers, *held_by, *standing.involved, *file.barred}
    )


def open_roll(case: str, reporter: KeyPair, sealed: bytes, roster: Roster) -> Roll:
    """The list, once a certified officer is shown to have signed it. Raises CryptoError."""
    name, signature, statement = unpack(open_padded(reporter, _place(case), sealed), 3)
    _verify(roster, name.decode("utf-8", "replace"), statement, signature)
    value = parse_object(statement)
    try:
        if value["case"] != case:
            raise MalformedError("a roll of another case")
        custodians, left = (tuple(map(str, value[name])) for name in ("custodians", "left"))
        return Roll(int(value["number"]), custodians, left)
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedError("a roll lacks a part") from error


def _verify(roster: Roster, author: str, statement: bytes, signature: bytes) -> None:
    try:
        keys: tuple[PublicKeys, ...] = roster.all_keys_of(author)
    except RosterError:
        keys = ()
    for each in keys:
        try:
            each.verify(LABEL, statement, signature)
        except CryptoError:
            continue
        return
    raise BadSignatureError("a roll is signed by nobody who may write it")


def _place(case: str) -> Place:
    return Place(Purpose.CUSTODY_ROLL, case, "roll")

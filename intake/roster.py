"""The roster of now: the root's newest edition, with what was appointed and declared on it. Whoever needs one fails closed.

Nothing here is believed for where it lies: every part is verified, and what was seen once and is missing stops the reader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from crypto.keys import PublicKeys
from intake.appointments import AppointmentError
from intake.appointments.stored import Chain, check_chain, fold_stored, seen_appointments
from intake.certified import Officer
from intake.database.engines import Databases, one_moment
from intake.database.people_tables import AppointmentRow, DeclarationRow, RosterRow
from intake.declarations import Declaration, DeclarationError, check_all_there, read_all, seen_declarations
from intake.edition import (
    Roster,
    RosterError,
    SignedRoster,
    certify,
    sign_roster,
    store_roster,
    verify_roster,
)
from intake.log import Happening, Log
from intake.seen import Mark, SeenError, remember_number

__all__ = [
    "Officer",
    "Roster",
    "RosterError",
    "RosterReader",
    "SignedRoster",
    "certify",
    "sign_roster",
    "store_roster",
    "verify_roster",
]

_State = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a reader verified last, and the state of the database that it belongs to."""

    state: _State
    signed: Roster
    chain: Chain
    declarations: Mapping[Mark, Declaration]
    whole: Roster


_HOW_MUCH_THERE_IS = select(
    select(func.max(RosterRow.number)).scalar_subquery(),
    select(func.count()).select_from(AppointmentRow).scalar_subquery(),
    select(func.coalesce(func.max(AppointmentRow.position), 0)).scalar_subquery(),
    select(func.count()).select_from(DeclarationRow).scalar_subquery(),
    select(func.coalesce(func.sum(DeclarationRow.number), 0)).scalar_subquery(),
)
"""Every request of every process asks this, so it is put together once."""


class RosterReader:
    """The newest roster of a database with what was appointed and declared on it, verified once and kept until something is
    added.
    """

    def __init__(
        self,
        databases: Databases,
        root: PublicKeys,
        seen_file: Path | None = None,
        *,
        log: Log | None = None,
    ) -> None:
        """``seen_file`` remembers the highest number across restarts, and files beside it every appointment and declaration;
        None (tests, dry runs) remembers in memory alone. ``log`` is told of what nobody may have signed.
        """
        self._databases = databases
        self._root = root
        self._seen_file = seen_file
        self._seen = seen_declarations(seen_file)
        self._seen_chain = seen_appointments(seen_file)
        self._log = log
        self._kept: _Kept | None = None

    def current(self, today: date) -> Roster:
        """The newest edition, for every use but renewing it. Raises RosterError as ``newest``, and when it has expired."""
        roster = self.newest()
        if roster.expires < today:
            raise RosterError(f"the roster expired on {roster.expires}; renew it with `underseal keys renew`")
        return roster

    def newest(self) -> Roster:
        """The newest edition, expired or not. Raises RosterError: none, forged, older than one seen before, or without an
        appointment or a declaration that was seen before.
        """
        with self._databases.reading() as session:
            number, *added = session.execute(_HOW_MUCH_THERE_IS).one()
        if number is None:
            raise RosterError("there is no roster in the database; restore it from a backup")
        # Two changes that leave all figures equal go unseen until the next one; what is kept is then the fuller of the two.
        state = (number, added[0], added[1], added[2], int(added[3]))
        kept = self._kept
        if kept is None or kept.state != state:
            kept = self._kept = self._read(state, kept)
        return kept.whole

    def _read(self, state: _State, kept: _Kept | None) -> _Kept:
        number = state[0]
        same = kept is not None and number == kept.signed.number
        signed = kept.signed if kept is not None and same else self._load(number, kept)
        try:
            seen_chain, seen = self._seen_chain.read(), self._seen.read()
            with self._databases.reading() as session:
                one_moment(session)
                chain = fold_stored(
                    session, signed.people(), kept.chain if kept is not None and same else None
                )
                whole = signed.with_appointed(chain.people)
                keys = {officer.id: officer.all_keys for officer in whole.officers.values()}
                known = kept.declarations if kept is not None and same else {}
                declarations, refused = read_all(session, keys, known)
            check_chain(seen_chain | (frozenset() if kept is None else kept.chain.marks), signed.head, chain)
            check_all_there(
                seen | frozenset(known if kept is None else kept.declarations), declarations, keys
            )
            self._seen_chain.add(chain.marks - seen_chain)
            self._seen.add(declarations.keys() - seen)
        except (AppointmentError, DeclarationError, SeenError) as error:
            raise RosterError(str(error)) from None
        self._tell(Happening.APPOINTMENT_REFUSED, chain.refused)
        self._tell(Happening.DECLARATION_REFUSED, refused)
        return _Kept(state, signed, chain, declarations, whole.with_declared(declarations.values()))

    def _tell(self, happening: Happening, refused: Sequence[Exception]) -> None:
        if refused and self._log is not None:
            self._log.failure(happening, refused[0], count=len(refused))

    def _load(self, number: int, kept: _Kept | None) -> Roster:
        if kept is not None and number < kept.signed.number:
            raise RosterError(
                "the newest roster has disappeared from the database; an older one is not accepted"
            )
        with self._databases.reading() as session:
            row = session.get_one(RosterRow, number)
            signed = SignedRoster(row.document, row.signature)
        roster = verify_roster(signed, self._root)
        if roster.number != number:
            raise RosterError("a roster is stored under another number than it carries")
        if self._seen_file is not None:
            try:
                remember_number(self._seen_file, number)
            except SeenError as error:
                raise RosterError(str(error)) from None
        return roster

"""The signed roster: organisation, ties, officers and their keys as one document with a rising number and an expiry.

The portal seals only to keys in this document, and trusts it only under the root pinned in its settings: somebody who can
write to the database adds no officer, removes no tie, moves no body, and cannot bring back an older edition.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto.encoding import canonical_json, parse_object
from crypto.errors import CryptoError
from crypto.keys import KeyPair, PublicKeys
from intake.database.engines import Databases
from intake.database.people_tables import DeclarationRow, RosterRow
from intake.declarations import (
    Declaration,
    DeclarationError,
    Mark,
    SeenDeclarations,
    check_all_there,
    read_all,
)
from intake.log import Happening, Log
from intake.organisation import MAX_BYTES, Organisation, Tie, load_organisation
from intake.strict_json import FaultyInputError

FORMAT = 1
MAX_DOCUMENT = 2 * MAX_BYTES
_LABEL = "roster"


class RosterError(Exception):
    """There is no roster that may be used now; the text is one line. Whoever needs one fails closed."""


@dataclass(frozen=True, slots=True)
class Officer:
    """One certified person. Who left stays listed, inactive: what was signed must still verify."""

    id: str
    office: str
    role: str
    duties: frozenset[str]
    keys: PublicKeys
    active: bool = True
    former_keys: tuple[PublicKeys, ...] = ()
    """Keys from before a reset, newest first: good for verifying, never for sealing."""

    @property
    def all_keys(self) -> tuple[PublicKeys, ...]:
        """Every key this officer ever signed with, newest first."""
        return (self.keys, *self.former_keys)

    def as_document(self) -> dict[str, Any]:
        """What stands in the roster."""
        return {
            "id": self.id,
            "office": self.office,
            "role": self.role,
            "duties": sorted(self.duties),
            "keys": self.keys.as_text(),
            "active": self.active,
            "former_keys": [keys.as_text() for keys in self.former_keys],
        }

    @classmethod
    def from_document(cls, value: dict[str, Any]) -> Officer:
        """Undo ``as_document``. Raises KeyError, TypeError, CryptoError."""
        return cls(
            id=value["id"],
            office=value["office"],
            role=value["role"],
            duties=frozenset(value["duties"]),
            keys=PublicKeys.from_text(value["keys"]),
            active=value["active"] is True,
            former_keys=tuple(PublicKeys.from_text(text) for text in value["former_keys"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """One edition. The constructor proves that every active officer is a member of the organisation as it says."""

    number: int
    issued: date
    expires: date
    organisation_json: str
    organisation: Organisation
    officers: Mapping[str, Officer]
    gate: PublicKeys
    recovery: PublicKeys
    former_gates: tuple[PublicKeys, ...] = ()
    """Earlier gate keys: what they signed stays signed. Nothing new is sealed to them or believed from them."""
    declared: Mapping[str, tuple[Tie, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """By officer, the ties that officers declared themselves; empty for "none". They stand in ``organisation`` already, never
    in the document that the root signs. Who is not in here has declared nothing yet."""
    certified: frozenset[str] = field(init=False)
    """Ids of officers to whom something may be sealed."""

    def __post_init__(self) -> None:
        if self.number < 1 or self.expires <= self.issued:
            raise RosterError("a roster needs a number of at least 1 and an expiry after its issue")
        active = frozenset(officer.id for officer in self.officers.values() if officer.active)
        for officer in (self.officers[identifier] for identifier in sorted(active)):
            member = self.organisation.officers.get(officer.id)
            if member is None or (member.office, str(member.role), member.duties) != (
                officer.office,
                officer.role,
                officer.duties,
            ):
                raise RosterError(
                    f"officer {officer.id} is certified for a place that the organisation does not list"
                )
        object.__setattr__(self, "officers", MappingProxyType(dict(self.officers)))
        object.__setattr__(self, "certified", active)

    def keys_of(self, officer_id: str) -> PublicKeys:
        """An officer's newest keys, also of one who left. Raises RosterError when nobody was ever certified so."""
        return self._officer(officer_id).keys

    def all_keys_of(self, officer_id: str) -> tuple[PublicKeys, ...]:
        """Every key that this officer ever signed with, newest first. Raises RosterError."""
        return self._officer(officer_id).all_keys

    def _officer(self, officer_id: str) -> Officer:
        officer = self.officers.get(officer_id)
        if officer is None:
            raise RosterError("the roster has no such officer")
        return officer

    def with_declared(self, declarations: Iterable[Declaration]) -> Roster:
        """The same edition with all that officers ever declared: a later declaration takes nothing back."""
        declared: dict[str, tuple[Tie, ...]] = {}
        for declaration in sorted(declarations, key=lambda each: each.mark):
            before = declared.get(declaration.officer, ())
            declared[declaration.officer] = tuple(dict.fromkeys((*before, *declaration.ties)))
        ties = [tie for officer in sorted(declared) for tie in declared[officer]]
        return replace(
            self, organisation=self.organisation.with_ties(ties), declared=MappingProxyType(declared)
        )

    def as_document(self) -> dict[str, Any]:
        """What the root signs. The organisation stands in it as the text of its file: one text, one meaning."""
        return {
            "format": FORMAT,
            "number": self.number,
            "issued": self.issued.isoformat(),
            "expires": self.expires.isoformat(),
            "organisation": self.organisation_json,
            "officers": [self.officers[key].as_document() for key in sorted(self.officers)],
            "gate": self.gate.as_text(),
            "recovery": self.recovery.as_text(),
            "former_gates": [gate.as_text() for gate in self.former_gates],
        }

    def next_edition(
        self,
        *,
        issued: date,
        expires: date,
        officers: Iterable[Officer] | None = None,
        organisation_json: str | None = None,
    ) -> Roster:
        """The following number with what changed. Members whom a new organisation no longer lists become inactive.

        Raises RosterError, FaultyInputError (a broken organisation).
        """
        text = self.organisation_json if organisation_json is None else organisation_json
        organisation = (
            self.organisation if organisation_json is None else load_organisation(text.encode("utf-8"))
        )
        people = self.officers.values() if officers is None else officers
        return Roster(
            number=self.number + 1,
            issued=issued,
            expires=expires,
            organisation_json=text,
            organisation=organisation,
            officers={officer.id: _placed(officer, organisation) for officer in people},
            gate=self.gate,
            recovery=self.recovery,
            former_gates=self.former_gates,
        )


@dataclass(frozen=True, slots=True)
class SignedRoster:
    """A roster's canonical bytes and the root's signature over them."""

    document: bytes
    signature: bytes


def certify(organisation: Organisation, officer_id: str, keys: PublicKeys) -> Officer:
    """A member of the organisation with keys, ready for the next edition. Raises RosterError for anybody else."""
    member = organisation.officers.get(officer_id)
    if member is None:
        raise RosterError(f"the organisation lists no member {officer_id}; add the member to its file first")
    return Officer(member.id, member.office, str(member.role), member.duties, keys)


def sign_roster(document: dict[str, Any], root: KeyPair) -> SignedRoster:
    """Sign ``Roster.as_document()``. Raises RosterError or FaultyInputError rather than sign what no reader would accept."""
    raw = canonical_json(document)
    _read_document(raw)
    return SignedRoster(raw, root.sign(_LABEL, raw))


def verify_roster(signed: SignedRoster, root: PublicKeys) -> Roster:
    """The roster, once the root's signature over its bytes is checked. Raises RosterError."""
    try:
        root.verify(_LABEL, signed.document, signed.signature)
    except CryptoError:
        raise RosterError(
            "the roster's signature is not the root's; somebody changed it, restore the signed edition"
        ) from None
    return _read_document(signed.document)


def store_roster(session: Session, signed: SignedRoster, number: int) -> None:
    """Add an edition; older ones stay."""
    session.add(RosterRow(number=number, document=signed.document, signature=signed.signature))


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a reader verified last, and the state of the database that it belongs to."""

    state: tuple[int, int, int]
    signed: Roster
    declarations: Mapping[Mark, Declaration]
    whole: Roster


class RosterReader:
    """The newest roster of a database with what officers declared, verified once and kept until something is added."""

    def __init__(
        self,
        databases: Databases,
        root: PublicKeys,
        seen_file: Path | None = None,
        *,
        log: Log | None = None,
    ) -> None:
        """``seen_file`` remembers the highest number across restarts, and a file beside it every declaration; None (tests, dry
        runs) remembers in memory alone. ``log`` is told of declarations that are not their officer's.
        """
        self._databases = databases
        self._root = root
        self._seen_file = seen_file
        self._seen = SeenDeclarations.beside(seen_file)
        self._log = log
        self._kept: _Kept | None = None

    def current(self, today: date) -> Roster:
        """The newest edition, for every use but renewing it. Raises RosterError as ``newest``, and when it has expired."""
        roster = self.newest()
        if roster.expires < today:
            raise RosterError(f"the roster expired on {roster.expires}; renew it with `underseal keys renew`")
        return roster

    def newest(self) -> Roster:
        """The newest edition, expired or not. Raises RosterError: none, forged, older than one seen before, or without a
        declaration that was seen before.
        """
        with self._databases.reading() as session:
            number, *declared = session.execute(
                select(
                    select(func.max(RosterRow.number)).scalar_subquery(),
                    select(func.count()).select_from(DeclarationRow).scalar_subquery(),
                    select(func.coalesce(func.sum(DeclarationRow.number), 0)).scalar_subquery(),
                )
            ).one()
        if number is None:
            raise RosterError("there is no roster in the database; restore it from a backup")
        # Two changes that leave both figures equal go unseen until the next one; what is kept is then the fuller of the two.
        state = (number, declared[0], int(declared[1]))
        kept = self._kept
        if kept is None or kept.state != state:
            kept = self._kept = self._read(state, kept)
        return kept.whole

    def _read(self, state: tuple[int, int, int], kept: _Kept | None) -> _Kept:
        number = state[0]
        if kept is None or number != kept.signed.number:
            signed, known = self._load(number, kept), dict[Mark, Declaration]()
        else:
            signed, known = kept.signed, dict(kept.declarations)
        must_be = frozenset() if kept is None else frozenset(kept.declarations)
        declarations = self._declarations(signed, known, must_be)
        return _Kept(state, signed, declarations, signed.with_declared(declarations.values()))

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
            _remember(self._seen_file, number)
        return roster

    def _declarations(
        self, roster: Roster, known: Mapping[Mark, Declaration], must_be: frozenset[Mark]
    ) -> dict[Mark, Declaration]:
        """Every declaration that is its officer's own; ``known`` ones were verified under this edition. Raises RosterError."""
        keys = {officer.id: officer.all_keys for officer in roster.officers.values()}
        try:
            seen = self._seen.read()
            with self._databases.reading() as session:
                found, refused = read_all(session, keys, known)
            check_all_there(seen | must_be, found, keys)
            self._seen.add(found.keys() - seen)
        except DeclarationError as error:
            raise RosterError(str(error)) from None
        if refused and self._log is not None:
            self._log.failure(Happening.DECLARATION_REFUSED, refused[0], count=len(refused))
        return found


def _remember(path: Path, number: int) -> None:
    """Raise the highest number seen; refuse a lower one. Several processes may share the file."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise RosterError(
            f"{path} cannot be opened ({type(error).__name__}); without it an old roster could return"
        ) from None
    with os.fdopen(descriptor, "r+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read(20)
        if text and not text.isdecimal():
            raise RosterError(f"{path} does not hold a number; restore it")
        seen = int(text or "0")
        if number < seen:
            raise RosterError(
                f"the database offers roster {number}, but {seen} was seen before; an older one is not accepted"
            )
        if number > seen:
            # One write of a number that only grows in length: a crash leaves the old number or the new one.
            os.pwrite(file.fileno(), str(number).encode("ascii"), 0)
            os.fsync(file.fileno())


def _read_document(raw: bytes) -> Roster:
    try:
        value = parse_object(raw, limit=MAX_DOCUMENT)
        if value["format"] != FORMAT:
            raise RosterError("the roster has another format; update the software")
        officers = [Officer.from_document(entry) for entry in value["officers"]]
        return Roster(
            number=value["number"],
            issued=date.fromisoformat(value["issued"]),
            expires=date.fromisoformat(value["expires"]),
            organisation_json=value["organisation"],
            organisation=load_organisation(value["organisation"].encode("utf-8"), stored=True),
            officers={officer.id: officer for officer in officers},
            gate=PublicKeys.from_text(value["gate"]),
            recovery=PublicKeys.from_text(value["recovery"]),
            # A roster that was signed before there were rehearsals does not say it.
            former_gates=tuple(PublicKeys.from_text(gate) for gate in value.get("former_gates", ())),
        )
    except FaultyInputError as error:
        raise RosterError(f"the roster's organisation is broken: {error.faults[0]}") from None
    except (KeyError, TypeError, AttributeError, ValueError, CryptoError):
        raise RosterError("the roster is not in its format") from None


def _placed(officer: Officer, organisation: Organisation) -> Officer:
    member = organisation.officers.get(officer.id)
    if member is None:
        return replace(officer, active=False)
    return replace(officer, office=member.office, role=str(member.role), duties=member.duties)

"""The signed roster: organisation, ties, officers and their keys as one document with a rising number and an expiry.

The portal seals only to keys in this document, and to those whom the appointments on it name, and trusts it only under the root
pinned in its settings: somebody who can write to the database adds no officer, removes no tie, moves no body, and cannot bring
back an older edition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from crypto.encoding import canonical_json, parse_object
from crypto.errors import CryptoError
from crypto.keys import KeyPair, PublicKeys
from intake.appointments import Head, Lift, People
from intake.certified import Officer
from intake.database.people_tables import RosterRow
from intake.declarations import Declaration
from intake.organisation import (
    MAX_BYTES,
    NoSuchOfficeError,
    Organisation,
    Tie,
    load_organisation,
    text_with_members,
)
from intake.strict_json import FaultyInputError

FORMAT = 1
MAX_DOCUMENT = 2 * MAX_BYTES
_LABEL = "roster"


class RosterError(Exception):
    """There is no roster that may be used now; the text is one line. Whoever needs one fails closed."""


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
    former_recoveries: tuple[PublicKeys, ...] = ()
    """Earlier recovery keys: what was done with them stays done, and some cases are still sealed to them."""
    declared: Mapping[str, tuple[Tie, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """By officer, the ties that officers declared themselves; empty for "none". They stand in ``organisation`` already, never
    in the document that the root signs. Who is not in here has declared nothing yet."""
    declared_through: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """By officer, the number of the newest declaration."""
    lifted: Mapping[Tie, int] = field(default_factory=lambda: MappingProxyType({}))
    """Declared ties that two of the office above lifted, each with the last declaration for which it counts no more."""
    head: Head = field(default_factory=Head)
    """Where the chain of appointments ends that is taken in here: in the root's own document, what it took over."""
    appointed: People | None = field(default=None, repr=False, compare=False)
    """Who came and went by appointments on this edition; they stand in ``officers`` and ``organisation`` already."""
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

    def people(self) -> People:
        """The members and certificates of now, with the rules of who may appoint whom. Raises nothing; changes nothing here."""
        if self.appointed is not None:
            return self.appointed.copy()
        return People(
            self.organisation, self.number, dict(self.officers), self.head, self.expires, dict(self.lifted)
        )

    def with_appointed(self, people: People) -> Roster:
        """The same edition with what was appointed on it. Raises RosterError when it does not fit together."""
        try:
            organisation = self.organisation.with_members(people.changed.values())
        except FaultyInputError as error:
            raise RosterError(f"the appointments do not fit the organisation: {error.faults[0]}") from None
        return replace(
            self,
            organisation=organisation,
            officers=people.officers,
            head=people.head,
            lifted=MappingProxyType(dict(people.lifted)),
            appointed=people,
        )

    def with_declared(self, declarations: Iterable[Declaration]) -> Roster:
        """The same edition with all that officers ever declared: a later declaration takes nothing back. Two of the office
        above do, of what was declared until then.
        """
        declared: dict[str, tuple[Tie, ...]] = {}
        newest: dict[str, int] = {}
        for declaration in sorted(declarations, key=lambda each: each.mark):
            before = declared.get(declaration.officer, ())
            counting = (tie for tie in declaration.ties if declaration.number > self.lifted.get(tie, 0))
            declared[declaration.officer] = tuple(dict.fromkeys((*before, *counting)))
            newest[declaration.officer] = declaration.number
        ties = [tie for officer in sorted(declared) for tie in declared[officer]]
        return replace(
            self,
            organisation=self.organisation.with_ties(ties),
            declared=MappingProxyType(declared),
            declared_through=MappingProxyType(newest),
        )

    @property
    def recoveries(self) -> tuple[PublicKeys, ...]:
        """Every recovery key, the present one first."""
        return (self.recovery, *self.former_recoveries)

    def as_document(self) -> dict[str, Any]:
        """What the root signs. The organisation stands in it as the text of its file: one text, one meaning. Everybody who was
        appointed on this edition stands in it.
        """
        changed = () if self.appointed is None else self.appointed.changed.values()
        return {
            "format": FORMAT,
            "number": self.number,
            "issued": self.issued.isoformat(),
            "expires": self.expires.isoformat(),
            "organisation": text_with_members(self.organisation_json, changed),
            "officers": [self.officers[key].as_document() for key in sorted(self.officers)],
            "gate": self.gate.as_text(),
            "recovery": self.recovery.as_text(),
            "former_gates": [gate.as_text() for gate in self.former_gates],
            "former_recoveries": [key.as_text() for key in self.former_recoveries],
            "appointments": self.head.as_document(),
            "lifted": [
                {"officer": tie.officer, **Lift(tie, through).as_document()}
                for tie, through in sorted(self.lifted.items(), key=lambda each: repr(each[0]))
            ],
        }

    def next_edition(
        self,
        *,
        issued: date,
        expires: date,
        officers: Iterable[Officer] | None = None,
        organisation_json: str | None = None,
    ) -> Roster:
        """The following number with what changed. Members whom a new organisation no longer lists become inactive, except those
        who were appointed: they are taken over as the office above made them.

        Raises RosterError, FaultyInputError (a broken organisation).
        """
        people = list(self.officers.values() if officers is None else officers)
        text = self._text_for(organisation_json, people)
        unchanged = organisation_json is None and self.appointed is None
        organisation = self.organisation if unchanged else load_organisation(text.encode("utf-8"))
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
            former_recoveries=self.former_recoveries,
            head=self.head,
            lifted=self.lifted,
        )

    def _text_for(self, organisation_json: str | None, people: Iterable[Officer]) -> str:
        """The next edition's organisation: a new file, or what holds now, with everybody who was ever appointed."""
        changed = {} if self.appointed is None else dict(self.appointed.changed)
        if organisation_json is not None:
            appointed = (one.id for one in people if one.appointment and one.active)
            changed |= {one: self.organisation.officers[one] for one in appointed}
        text = self.organisation_json if organisation_json is None else organisation_json
        if organisation_json is not None:
            load_organisation(
                text.encode("utf-8")
            )  # names every fault of the file before anybody is put into it
        try:
            return text_with_members(text, changed.values())
        except NoSuchOfficeError as error:
            raise RosterError(str(error)) from None


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
            former_recoveries=tuple(PublicKeys.from_text(key) for key in value.get("former_recoveries", ())),
            # Nor one that was signed before there were appointments.
            head=Head.from_document(value["appointments"]) if "appointments" in value else Head(),
            lifted={each.tie: each.through for each in _lifted(value.get("lifted", ()))},
        )
    except FaultyInputError as error:
        raise RosterError(f"the roster's organisation is broken: {error.faults[0]}") from None
    except (KeyError, TypeError, AttributeError, ValueError, CryptoError):
        raise RosterError("the roster is not in its format") from None


def _lifted(entries: Iterable[dict[str, Any]]) -> Iterator[Lift]:
    return (Lift.from_document(entry["officer"], entry) for entry in entries)


def _placed(officer: Officer, organisation: Organisation) -> Officer:
    member = organisation.officers.get(officer.id)
    if member is None:
        return replace(officer, active=False)
    return replace(officer, office=member.office, role=str(member.role), duties=member.duties)

"""Who may appoint whom, as one fold: each entry is checked against the people *before* it, and changes them.

So somebody who has left can add nothing, and what they signed while in office stays. The rules are here and nowhere else: the
back office asks them before it stores an entry, and every reader asks them again. Knows no database and no page.
"""

from __future__ import annotations

import copy
import hashlib
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from crypto.encoding import canonical_json, to_text
from crypto.errors import CryptoError
from intake.appointments.document import Ask, Entry, Head, Kind, SignedAsk, SignedEntry, read_entry
from intake.certified import Officer
from intake.organisation import EXT_OMB, OVS, Duty, Organisation, Role, Tie
from intake.organisation import Officer as Member

SIGNERS = 2


class Why(StrEnum):
    """Why an ask or an entry is refused."""

    OFFICE = "office"
    """The root's own: the topmost office, EXT-OMB, OVS; or no office at all."""
    SIGNER = "signer"
    """Not certified, without the duty, or of no office that may."""
    SAME = "same"
    """One person is not two."""
    SIGNATURE = "signature"
    BASE = "base"
    """It stands on another edition of the roster."""
    PLACE = "place"
    """It does not follow where the chain ends, or was used already."""
    DATE = "date"
    CHANGED = "changed"
    """The officer is not as the first one saw them."""
    STATE = "state"
    """It does not fit who the officer is: certified already, not certified, elsewhere."""
    ID_TAKEN = "id_taken"
    KEYS_TAKEN = "keys_taken"
    """Somebody has, or had, these keys: one person would sign for two."""
    DUTIES = "duties"
    HEAD = "head"
    """The office has a head."""
    NOTHING = "nothing"
    """It changes nothing."""


class UnlawfulError(Exception):
    """No reader takes this; the text is one word of ``Why``."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass
class People:
    """Members and certificates while the chain is folded. Begins with an edition of the root's."""

    organisation: Organisation
    """The edition's: offices and who stands above whom never change here."""
    base: int
    officers: dict[str, Officer]
    head: Head
    expires: date
    lifted: dict[Tie, int] = field(default_factory=dict)
    """Declared ties that count no more, each with the last declaration for which that is so."""
    changed: dict[str, Member] = field(default_factory=dict)
    """Members whom appointments added, or gave another role or other duties."""
    entries: list[Entry] = field(default_factory=list)
    """What was taken, oldest first."""
    _used: set[str] = field(default_factory=set, init=False)
    _added: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False)
    _keys: set[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self._keys = {keys.raw for officer in self.officers.values() for keys in officer.all_keys}

    def copy(self) -> People:
        """The same people, to be changed apart from these."""
        other = copy.copy(self)
        other.officers, other.changed, other.lifted = (
            dict(self.officers),
            dict(self.changed),
            dict(self.lifted),
        )
        other.entries = [*self.entries]
        other._used, other._added, other._keys = set(self._used), dict(self._added), set(self._keys)
        return other

    def member(self, officer: str) -> Member | None:
        """Who this is in the organisation, or None."""
        return self.changed.get(officer) or self.organisation.officers.get(officer)

    def members_of(self, office: str) -> list[Member]:
        """Everybody whom the office lists now."""
        ids = [*(each.id for each in self.organisation.members_of(office)), *self._added.get(office, ())]
        return [member for member in map(self.member, ids) if member is not None]

    def is_active(self, officer: str) -> bool:
        """Whether something may be sealed to this officer."""
        return officer in self.officers and self.officers[officer].active

    def signers(self, office: str) -> list[str]:
        """Who may sign for a member of this office: those of the office above with the duty, and of as many further up as it
        takes to be two. Nobody for the topmost office, EXT-OMB and OVS: there the root signs.
        """
        if office not in self.organisation.offices or self.organisation.parent(office) == EXT_OMB:
            return []
        found: list[str] = []
        for above in self.organisation.path_up(office)[1:]:
            found += [member.id for member in self.members_of(above) if self._may_appoint(member)]
            if len(found) >= SIGNERS:
                break
        return found

    def state_of(self, officer: str) -> str:
        """A digest of everything that an appointment can change about somebody; the same for everybody unknown."""
        member, certified = self.member(officer), self.officers.get(officer)
        said = {
            "office": None if member is None else member.office,
            "name": None if member is None else member.name,
            "role": None if member is None else member.role.value,
            "duties": [] if member is None else sorted(member.duties),
            "keys": None if certified is None else certified.keys.as_text(),
            "active": self.is_active(officer),
        }
        return to_text(hashlib.sha256(canonical_json(said)).digest())

    def check_free(self, officer: str) -> None:
        """Return if somebody new can have this id. Raises UnlawfulError."""
        organisation = self.organisation
        known = self.member(officer) is not None or officer in self.officers
        if known or organisation.is_target(officer) or officer in organisation.regions:
            raise UnlawfulError(Why.ID_TAKEN)
        # As the login reads a name: in another spelling nobody could log in, or two people under one name.
        if officer in (EXT_OMB, OVS) or unicodedata.normalize("NFKC", officer).strip() != officer:
            raise UnlawfulError(Why.ID_TAKEN)

    def check_head(self, office: str, officer: str, role: Role) -> None:
        """Return if this officer can have this role beside the office's head. Raises UnlawfulError."""
        head = self._head_of(office)
        if role is Role.HEAD and head is not None and head != officer and self.is_active(head):
            raise UnlawfulError(Why.HEAD)

    def check_ask(self, signed: SignedAsk) -> None:
        """Return if the first one may sign this, did, and it would be taken now. Raises UnlawfulError."""
        ask = signed.ask
        if ask.base != self.base:
            raise UnlawfulError(Why.BASE)
        if ask.id in self._used:
            raise UnlawfulError(Why.PLACE)
        signers = self.signers(ask.office)
        if not signers:
            raise UnlawfulError(Why.OFFICE)
        if ask.first not in signers:
            raise UnlawfulError(Why.SIGNER)
        try:
            signed.verify(self.officers[ask.first].keys)
        except CryptoError:
            raise UnlawfulError(Why.SIGNATURE) from None
        self._check_change(ask)

    def check_second(self, ask: Ask, second: str, day: date) -> None:
        """Return if ``second`` may sign this ask as well on that day. Raises UnlawfulError."""
        if second == ask.first:
            raise UnlawfulError(Why.SAME)
        if second not in self.signers(ask.office):
            raise UnlawfulError(Why.SIGNER)
        if not ask.asked <= day <= ask.until:
            raise UnlawfulError(Why.DATE)

    def apply(self, signed: SignedEntry) -> Entry:
        """Take the next entry. Raises UnlawfulError, MalformedError; then nothing has changed."""
        entry = read_entry(signed.document)
        ask = entry.signed.ask
        if (entry.number, entry.previous) != (self.head.number + 1, self.head.hash):
            raise UnlawfulError(Why.PLACE)
        # Dates never go back: or an ask that was withdrawn could be entered long after its last day.
        if entry.date > self.expires or any(entry.date < each.date for each in self.entries[-1:]):
            raise UnlawfulError(Why.DATE)
        self.check_ask(entry.signed)
        self.check_second(ask, entry.second, entry.date)
        try:
            signed.verify(self.officers[entry.second].keys)
        except CryptoError:
            raise UnlawfulError(Why.SIGNATURE) from None
        self._change(ask, entry.number)
        self.head = Head(number=entry.number, hash=signed.hash)
        self.entries.append(entry)
        self._used.add(ask.id)
        return entry

    def _may_appoint(self, member: Member) -> bool:
        return Duty.ACCOUNTS in member.duties and self.is_active(member.id)

    def _check_change(self, ask: Ask) -> None:
        member, active = self.member(ask.officer), self.is_active(ask.officer)
        if ask.before != self.state_of(ask.officer):
            raise UnlawfulError(Why.CHANGED)
        if member is None:
            self.check_free(ask.officer)
        elif (member.office, member.name) != (ask.office, ask.name):
            raise UnlawfulError(Why.STATE)
        if active != (ask.kind is not Kind.APPOINT):
            raise UnlawfulError(Why.STATE)
        self._check_part(ask, member)
        if ask.keys is not None and ask.keys.raw in self._keys:
            raise UnlawfulError(Why.KEYS_TAKEN)

    def _check_part(self, ask: Ask, member: Member | None) -> None:
        same = member is not None and (member.role, member.duties) == (ask.role, ask.duties)
        if ask.kind in (Kind.KEYS, Kind.DISABLE, Kind.LIFT) and not same:
            raise UnlawfulError(Why.STATE)
        if ask.kind is Kind.CHANGE and same:
            raise UnlawfulError(Why.NOTHING)
        if ask.lifts is not None and self.lifted.get(ask.lifts.tie, 0) >= ask.lifts.through:
            raise UnlawfulError(Why.NOTHING)
        # A duty that the file invented may stay with whoever has it; nobody gets one here.
        if not ask.duties <= set(Duty) | (frozenset() if member is None else member.duties):
            raise UnlawfulError(Why.DUTIES)
        self.check_head(ask.office, ask.officer, ask.role)

    def _head_of(self, office: str) -> str | None:
        return next((member.id for member in self.members_of(office) if member.role is Role.HEAD), None)

    def _change(self, ask: Ask, number: int) -> None:
        self._place(ask)
        known = self.officers.get(ask.officer)
        keys = ask.keys if ask.keys is not None else None if known is None else known.keys
        assert keys is not None, "who has no keys is appointed with some"
        former = () if known is None else known.former_keys if known.keys == keys else known.all_keys
        self.officers[ask.officer] = Officer(
            id=ask.officer,
            office=ask.office,
            role=ask.role.value,
            duties=ask.duties,
            keys=keys,
            active=ask.kind is not Kind.DISABLE,
            former_keys=former,
            appointment=number,
        )
        self._keys.add(keys.raw)
        if ask.lifts is not None:
            self.lifted[ask.lifts.tie] = ask.lifts.through

    def _place(self, ask: Ask) -> None:
        """Who was head and has left makes room. They stay a member: a report about them still goes above the office."""
        head = self._head_of(ask.office)
        if ask.role is Role.HEAD and head is not None and head != ask.officer:
            former = self.member(head)
            assert former is not None
            self.changed[head] = replace(former, role=Role.OFFICER)
            if head in self.officers:
                self.officers[head] = replace(self.officers[head], role=Role.OFFICER.value)
        member = self.member(ask.officer)
        if member is None:
            self._added[ask.office] = (*self._added.get(ask.office, ()), ask.officer)
            member = Member(
                id=ask.officer, office=ask.office, role=ask.role, duties=ask.duties, extra={"name": ask.name}
            )
        self.changed[ask.officer] = replace(member, role=ask.role, duties=ask.duties)

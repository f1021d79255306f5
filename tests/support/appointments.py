"""Appointments as officers and attackers sign them, straight into the database, and the organisation in which they may."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import Any

from crypto.keys import KeyPair, new_id
from intake.appointments import (
    GROUNDS,
    WAITS,
    WITH_KEYS,
    Ask,
    Entry,
    Head,
    Kind,
    Lift,
    People,
    SignedAsk,
    SignedEntry,
    sign_ask,
    sign_entry,
)
from intake.appointments.stored import newest_position, store_entry
from intake.organisation import Role, Tie, TieType
from tests.support.instances import Instance, Person
from tests.support.organisation import small_organisation

ALL = ["triage", "handle", "protect", "custody", "accounts"]
APPOINTERS = ("lena", "luca", "nora", "nils", "mara", "anna", "abel", "olga")
"""Who has the duty: two at the top, two in the north; in Millbrook the head alone; in Ashford next door two."""


def organisation_with_appointers() -> dict[str, Any]:
    """The small organisation, with people at every level who look after accounts."""
    document = small_organisation()
    for holder in (*document["handling_offices"], *document["external"]):
        for member in holder["members"]:
            if member["id"] in APPOINTERS:
                member["duties"] = list(ALL)
    return document


def ask_for(people: People, officer: str, kind: Kind, first: str, **changes: Any) -> Ask:
    """An ask about somebody as ``people`` has them; ``changes`` says what is new, or false."""
    member = people.member(officer)
    day = people.expires.replace(year=people.expires.year - 1)
    said: dict[str, Any] = {
        "id": new_id(),
        "base": people.base,
        "kind": kind,
        "officer": officer,
        "office": "HO-millbrook" if member is None else member.office,
        "name": "Frida Friend" if member is None else member.name,
        "role": Role.OFFICER if member is None else member.role,
        "duties": frozenset({"triage", "handle"}) if member is None else member.duties,
        "keys": KeyPair.generate().public if kind in WITH_KEYS else None,
        "before": people.state_of(officer),
        "ground": GROUNDS[kind][0],
        "lifts": Lift(Tie(officer=officer, type=TieType.KIN, target="p-water"), 1)
        if kind is Kind.LIFT
        else None,
        "first": first,
        "asked": day,
        "until": day + WAITS,
    }
    return Ask(**{**said, **changes})


def entry_for(people: People, signed: SignedAsk, second: str, pair: KeyPair, **changes: Any) -> SignedEntry:
    """The entry that would follow the chain's end."""
    head: Head = people.head
    entry = Entry(
        number=head.number + 1, previous=head.hash, signed=signed, second=second, date=signed.ask.asked
    )
    return sign_entry(replace(entry, **changes), pair)


@dataclass
class Signing:
    """People with pens: whoever can write to the database, with the keys of whoever helps."""

    instance: Instance

    @property
    def people(self) -> People:
        """As every reader sees them now."""
        return self.instance.roster.people()

    def make(self, officer: str, kind: Kind, first: str, second: str, **changes: Any) -> SignedEntry:
        """An entry that both signed with their own keys."""
        people = self.people
        signed = sign_ask(ask_for(people, officer, kind, first, **changes), self.instance.pair(first))
        return entry_for(people, signed, second, self.instance.pair(second))

    def store(self, entry: SignedEntry, base: int | None = None) -> None:
        """Put it where the newest one stands, whatever it is."""
        with self.instance.owner.state.begin() as session:
            store_entry(session, entry, base or self.people.base, newest_position(session) + 1)

    def appoint(
        self, officer: str, kind: Kind, first: str = "nora", second: str = "nils", **changes: Any
    ) -> None:
        """Make and store one."""
        self.store(self.make(officer, kind, first, second, **changes))

    def friend(self, name: str = "frida") -> KeyPair:
        """Somebody outside with a key pair, whom ``instance.pair`` knows from now on."""
        pair = KeyPair.generate()
        self.instance._pairs[name] = pair
        return pair


def fresh(people: People) -> People:
    """The same, for a fold that is to change nothing elsewhere."""
    return copy.copy(people).copy()


__all__ = ["APPOINTERS", "Person", "Signing", "ask_for", "entry_for", "fresh", "organisation_with_appointers"]

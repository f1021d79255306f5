"""An appointment: what two officers of the office above say about a member of an office below, each with an own signature.

The first signs the *ask*, which says what is to change and of whom. The second signs the *entry*, which puts that ask, with its
signature, into its one place in the chain. Here are the formats; who may sign what is in ``fold``. Knows no database.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from crypto.encoding import canonical_json, from_text, pack, parse_object, to_text
from crypto.errors import MalformedError
from crypto.keys import SIGNATURE_BYTES, KeyPair, PublicKeys, is_id
from intake.organisation import Role, Tie
from intake.strict_json import MAX_ID, parsed_date
from intake.ties import tie_document, tie_from

FORMAT = 1
HASH_BYTES = 32
WAITS = timedelta(days=14)
"""How long an ask may wait for the second signature."""
MAX_NUMBER = 1_000_000
"""Of an officer's declarations."""
MAX_NAME = 200  # characters, as on pages and on paper
_MAX_DOCUMENT = 64 * 1024  # bytes; two public keys and short words are about 4 KiB
_ASK_LABEL = "appointment-ask"
_ENTRY_LABEL = "appointment"
_DIGITS = 30
_GROUP = 5


class Kind(StrEnum):
    """What an appointment does."""

    APPOINT = "appoint"
    """Certify a new member, or a listed one who has no keys or was disabled."""
    CHANGE = "change"
    """Another role or other duties for a certified member."""
    KEYS = "keys"
    """New keys for a certified member, after a lost password."""
    DISABLE = "disable"
    """Nothing is sealed to the member any more, and no login succeeds."""
    LIFT = "lift"
    """A tie that the member declared counts no more."""


class Ground(StrEnum):
    """Why. A closed list and no free text: it lies in clear, for good, in everybody's copy of the chain."""

    JOINS = "joins"
    RETURNS = "returns"
    OTHER_TASKS = "other_tasks"
    LOST_ACCESS = "lost_access"
    LEAVES = "leaves"
    ABSENT = "absent"
    SAFETY = "safety"
    MISTAKEN = "mistaken"
    OVER = "over"


GROUNDS = {
    Kind.APPOINT: (Ground.JOINS, Ground.RETURNS),
    Kind.CHANGE: (Ground.OTHER_TASKS,),
    Kind.KEYS: (Ground.LOST_ACCESS, Ground.SAFETY),
    Kind.DISABLE: (Ground.LEAVES, Ground.ABSENT, Ground.OTHER_TASKS, Ground.SAFETY),
    Kind.LIFT: (Ground.MISTAKEN, Ground.OVER),
}
"""Which reasons fit which kind."""

WITH_KEYS = frozenset({Kind.APPOINT, Kind.KEYS})
"""The kinds that certify keys: the two compare them with what the officer reads out."""


@dataclass(frozen=True, slots=True)
class Lift:
    """A declared tie, and the last declaration that it counts no more in: declared again later, it counts again."""

    tie: Tie
    through: int

    def as_document(self) -> dict[str, Any]:
        """What stands in an ask, which says itself whose tie it is."""
        return {**tie_document(self.tie), "through": self.through}

    @classmethod
    def from_document(cls, officer: str, value: dict[str, Any]) -> Lift:
        """Undo ``as_document``. Raises MalformedError, KeyError, TypeError, ValueError."""
        return cls(tie_from(officer, value), value["through"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What the first of the two signs. The constructor refuses what no reader would take: MalformedError."""

    id: str
    base: int
    """The number of the roster's edition that it stands on."""
    kind: Kind
    officer: str
    office: str
    name: str
    role: Role
    duties: frozenset[str]
    keys: PublicKeys | None
    before: str
    """``fold.People.state_of`` the officer, as the first one saw it: an ask fits nothing else."""
    ground: Ground
    lifts: Lift | None = None
    first: str
    asked: date
    until: date
    """The last day on which the second one may sign."""

    def __post_init__(self) -> None:
        if not is_id(self.id) or self.base < 1 or not self.asked <= self.until <= self.asked + WAITS:
            raise MalformedError("an ask is outside its limits")
        if not all(_is_id_text(text) for text in (self.officer, self.office, self.first)):
            raise MalformedError("an ask holds no id where one belongs")
        if not self.name.strip() or len(self.name) > MAX_NAME or not self.name.isprintable():
            raise MalformedError("an ask gives no name")
        if not all(_is_id_text(duty) for duty in self.duties) or self.ground not in GROUNDS[self.kind]:
            raise MalformedError("an ask says what none can say")
        if (self.keys is not None) != (self.kind in WITH_KEYS):
            raise MalformedError("an ask certifies keys where none belong, or none where some do")
        lifts = self.lifts
        if (lifts is not None) != (self.kind is Kind.LIFT):
            raise MalformedError("an ask lifts a tie where none belongs, or none where one does")
        if lifts is not None and (lifts.tie.officer != self.officer or not 1 <= lifts.through <= MAX_NUMBER):
            raise MalformedError("an ask lifts a tie that nobody can declare")

    def as_document(self) -> dict[str, Any]:
        """What the first one signs."""
        return {
            "format": FORMAT,
            "id": self.id,
            "base": self.base,
            "kind": self.kind.value,
            "officer": self.officer,
            "office": self.office,
            "name": self.name,
            "role": self.role.value,
            "duties": sorted(self.duties),
            "keys": None if self.keys is None else self.keys.as_text(),
            "before": self.before,
            "ground": self.ground.value,
            "lifts": None if self.lifts is None else self.lifts.as_document(),
            "first": self.first,
            "asked": self.asked.isoformat(),
            "until": self.until.isoformat(),
        }

    @property
    def digest(self) -> str:
        """Says which ask was looked at: whoever confirms signs this one and no other."""
        return to_text(hashlib.sha256(canonical_json(self.as_document())).digest())


@dataclass(frozen=True, slots=True)
class SignedAsk:
    """An ask with the first one's signature, not yet checked."""

    ask: Ask
    signature: bytes

    def verify(self, first: PublicKeys) -> None:
        """Return if the first one signed this. Raises CryptoError."""
        first.verify(_ASK_LABEL, canonical_json(self.ask.as_document()), self.signature)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where the chain ends."""

    number: int = 0
    hash: bytes = bytes(HASH_BYTES)

    def as_document(self) -> dict[str, Any]:
        """What an edition says of the chain that it took over."""
        return {"number": self.number, "hash": to_text(self.hash)}

    @classmethod
    def from_document(cls, value: dict[str, Any]) -> Head:
        """Undo ``as_document``. Raises KeyError, TypeError, CryptoError."""
        return cls(number=value["number"], hash=from_text(value["hash"], length=HASH_BYTES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An ask in its place in the chain, as the second one signs it."""

    number: int
    previous: bytes
    signed: SignedAsk
    second: str
    date: date

    def as_document(self) -> dict[str, Any]:
        """What the second one signs."""
        return {
            "format": FORMAT,
            "number": self.number,
            "previous": to_text(self.previous),
            "ask": self.signed.ask.as_document(),
            "ask_signature": to_text(self.signed.signature),
            "second": self.second,
            "date": self.date.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class SignedEntry:
    """An entry's canonical bytes with the second one's signature, not yet checked."""

    document: bytes
    signature: bytes

    def verify(self, second: PublicKeys) -> None:
        """Return if the second one signed this. Raises CryptoError."""
        second.verify(_ENTRY_LABEL, self.document, self.signature)

    @property
    def hash(self) -> bytes:
        """What the next entry, and a reader's memory, name this one by."""
        return hashlib.sha256(pack(b"underseal/v1/appointment", self.document)).digest()


def sign_ask(ask: Ask, pair: KeyPair) -> SignedAsk:
    """The first signature."""
    return SignedAsk(ask, pair.sign(_ASK_LABEL, canonical_json(ask.as_document())))


def sign_entry(entry: Entry, pair: KeyPair) -> SignedEntry:
    """The second signature."""
    document = canonical_json(entry.as_document())
    return SignedEntry(document, pair.sign(_ENTRY_LABEL, document))


def read_ask(document: bytes, signature: bytes) -> SignedAsk:
    """An ask as it is stored while it waits. Raises MalformedError."""
    return SignedAsk(_ask(parse_object(document, limit=_MAX_DOCUMENT)), signature)


def read_entry(document: bytes) -> Entry:
    """What an entry says. Raises MalformedError."""
    value = parse_object(document, limit=_MAX_DOCUMENT)
    try:
        if value["format"] != FORMAT:
            raise MalformedError("an appointment has another format")
        entry = Entry(
            number=value["number"],
            previous=from_text(value["previous"], length=HASH_BYTES),
            signed=SignedAsk(_ask(value["ask"]), from_text(value["ask_signature"], length=SIGNATURE_BYTES)),
            second=value["second"],
            date=_day(value["date"]),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise MalformedError("an appointment is not in its format") from error
    if canonical_json(entry.as_document()) != document:
        raise MalformedError("an appointment says more than it may")
    return entry


def spoken(keys: PublicKeys) -> str:
    """30 digits in groups of five (100 bits): what a new officer reads out, and the two compare."""
    digest = hashlib.sha256(pack(b"underseal/v1/appointment-keys", keys.raw)).digest()
    digits = f"{int.from_bytes(digest, 'big') % 10**_DIGITS:0{_DIGITS}d}"
    return " ".join(digits[at : at + _GROUP] for at in range(0, _DIGITS, _GROUP))


def _ask(value: dict[str, Any]) -> Ask:
    try:
        if value["format"] != FORMAT:
            raise MalformedError("an ask has another format")
        ask = Ask(
            id=value["id"],
            base=value["base"],
            kind=Kind(value["kind"]),
            officer=value["officer"],
            office=value["office"],
            name=value["name"],
            role=Role(value["role"]),
            duties=frozenset(value["duties"]),
            keys=None if value["keys"] is None else PublicKeys.from_text(value["keys"]),
            before=value["before"],
            ground=Ground(value["ground"]),
            lifts=None if value["lifts"] is None else Lift.from_document(value["officer"], value["lifts"]),
            first=value["first"],
            asked=_day(value["asked"]),
            until=_day(value["until"]),
        )
        if ask.as_document() != value:
            raise MalformedError("an ask is not in its one form")
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise MalformedError("an ask is not in its format") from error
    return ask


def _is_id_text(text: object) -> bool:
    return isinstance(text, str) and 1 <= len(text) <= MAX_ID and text.isprintable()


def _day(text: str) -> date:
    day = parsed_date(text)
    if day is None:
        raise MalformedError("an appointment holds no date where one belongs")
    return day

"""What the gate alone keeps beside a watch, in an envelope of its own: who asked to take the case over, what it has seen,
and what the reporter wants done.

Officers' acts write the watch anew and carry this over unread; they have no key that signs it. So a day that the gate noted is
no earlier than it says, whatever somebody signs as a watch later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from crypto.encoding import canonical_json, pack, parse_object, unpack
from crypto.envelope import Place, Purpose, open_padded, seal_padded
from crypto.errors import BadSignatureError, CryptoError
from crypto.keys import KeyPair, PublicKeys
from intake.roster import Roster

_LABEL = "watch asked"


@dataclass(frozen=True, slots=True)
class GateNotes:
    """Days are ISO texts, so that the encoding is the value."""

    asked: Mapping[str, str] = field(default_factory=dict)
    """Officers of the level above who asked to take the case over, with the day."""
    seen: Mapping[str, str] = field(default_factory=dict)
    """What the worker saw in the record (`intake.retention.sight`), with the day on which it first did."""
    given: Mapping[str, str] = field(default_factory=dict)
    """The own days that the reporter gave last (`intake.duties.news`)."""
    promise: Mapping[str, str] = field(default_factory=dict)
    """What the reporter wants done if they do not come back; its words are sealed to the case."""


def nothing(case: str, gate: PublicKeys) -> bytes:
    """Says nothing, so it needs no signature: the officer or the reporter who begins a row has no key of the gate's."""
    return seal_padded(gate, place(case), pack(b"", b""))


def seal_notes(case: str, notes: GateNotes, gate: KeyPair) -> bytes:
    """Signed and sealed by the gate, for itself."""
    said = {"asked": notes.asked, "seen": notes.seen, "given": notes.given, "promise": notes.promise}
    statement = canonical_json({"case": case, **{name: dict(value) for name, value in said.items()}})
    return seal_padded(gate.public, place(case), pack(gate.sign(_LABEL, statement), statement))


def notes_in(sealed: bytes) -> bytes | None:
    """The envelope of a row, unread; None for a row that nobody here wrote: the next act puts a good one there."""
    try:
        return unpack(sealed, 2)[1]
    except CryptoError:
        return None


def open_notes(case: str, sealed: bytes, gate: KeyPair, roster: Roster) -> GateNotes:
    """As the gate signed it: somebody who invents the first of two would need one accomplice only.

    What does not hold says nothing and stops nothing. To take an ask away is no more than deleting it, and the two ask again;
    without what the gate has seen, times count from today.
    """
    try:
        signature, statement = unpack(open_padded(gate, place(case), sealed), 2)
    except CryptoError:
        return GateNotes()
    for keys in (roster.gate, *roster.former_gates):
        try:
            keys.verify(_LABEL, statement, signature)
        except BadSignatureError:
            continue
        value = parse_object(statement)
        if value.get("case") == case:
            said = (_texts(value.get(name, {})) for name in ("given", "promise"))
            return GateNotes(_days(value["asked"]), _days(value.get("seen", {})), *said)
    return GateNotes()


def place(case: str) -> Place:
    """Where the envelope belongs."""
    return Place(Purpose.WATCH, case, "asked")


def _days(value: Mapping[str, str]) -> dict[str, str]:
    return {str(about): date.fromisoformat(day).isoformat() for about, day in value.items()}


def _texts(value: Mapping[str, str]) -> dict[str, str]:
    return {str(name): str(text) for name, text in value.items()}

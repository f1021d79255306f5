"""The protection card: the one line of a reporter in a contact's list, and what stands beside the plan. Knows no page.

It says how great the risk is, what weighed, and the days that matter. It says nothing of the report: no title, no name, no
place, no answer in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from crypto.encoding import canonical_json, pack, parse_object
from crypto.errors import MalformedError
from crypto.kdf import derive
from crypto.keys import KeyPair
from crypto.symmetric import open_value, seal_value

FLOOR = 4096
_EPOCH = 4  # bytes in front: which epoch's compartment opens the card


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionCard:
    """Dates are ISO texts, so that the encoding is the value."""

    office: str
    received: str
    state: str
    bands: tuple[tuple[str, str], ...]
    """Since when which band stands, oldest first."""
    risk: Mapping[str, Any]
    """``score``, ``band``, ``overrides``, ``factors`` {id: points}, as the newest assessment has them, or the filing."""
    answers: Mapping[str, str]
    """The tokens of the risk's questions, and its flags: no words."""
    assessed: str
    """The day of the newest assessment, or of the filing."""
    kind: str = "initial"
    closed: str = ""
    feedback: str = ""
    """When the reporter was told the result."""
    triggers: tuple[tuple[str, str], ...] = ()
    """Steps that may give the reporter away: what, and when."""
    team: int = 0
    """How many hold the case."""
    number: int = 0
    """The newest event when this was written: an older card that was put back shows against the events in clear."""
    reached: Mapping[str, str] = field(default_factory=dict)
    """As `intake.watch.Watch.reached`. A card of an earlier release does not say it: nothing is due by it."""
    own: tuple[str, ...] = ()
    """Days that the reporter gave."""
    silent: str = ""
    """Since when the reporter is silent, as of the newest act; what happened since stands in clear (`intake.duties.said`)."""
    not_safe: str = ""
    """Since when the reporter says that they are not safe, and nobody has looked."""


def seal_card(card: ProtectionCard, case: str, epoch: int, pair: KeyPair) -> bytes:
    """Seal under one epoch's protection pair."""
    sealed = seal_value(_key(pair), _place(case, epoch), canonical_json(asdict(card)), floor=FLOOR)
    return epoch.to_bytes(_EPOCH, "big") + sealed


def card_epoch(sealed: bytes) -> int:
    """Which epoch's compartment opens this card."""
    return int.from_bytes(sealed[:_EPOCH], "big")


def open_card(sealed: bytes, case: str, pairs: Mapping[int, KeyPair]) -> ProtectionCard:
    """Open with the protection pair of the card's epoch. Raises MalformedError, BrokenSealError."""
    epoch = card_epoch(sealed)
    if epoch not in pairs:
        raise MalformedError("the key of this card's epoch is not at hand")
    content = open_value(_key(pairs[epoch]), _place(case, epoch), sealed[_EPOCH:], floor=FLOOR)
    value = parse_object(content)
    try:
        pairs_in = {name: tuple((str(a), str(b)) for a, b in value[name]) for name in ("bands", "triggers")}
        return ProtectionCard(**{**value, **pairs_in, "own": tuple(map(str, value.get("own", ())))})
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedError("a protection card lacks a part") from error


def day_of(text: str) -> date | None:
    """A day of the card; None for an empty text."""
    return date.fromisoformat(text) if text else None


def _key(pair: KeyPair) -> bytes:
    return derive(pair.unsafe_seed, "protection/card")


def _place(case: str, epoch: int) -> bytes:
    return pack(b"protection card", case.encode(), str(epoch).encode())

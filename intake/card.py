"""The card: the one line of a case in an officer's list, sealed under a key that follows from the case's epoch.

A list opens the cards of the page in view and nothing more. Knows no page and no officer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date

from crypto.encoding import canonical_json, pack, parse_object
from crypto.epoch import card_key
from crypto.errors import MalformedError
from crypto.keys import KeyPair
from crypto.symmetric import open_value, seal_value
from intake.intake_types import IntakeType

MAX_TITLE = 80  # characters
_EPOCH = 4  # bytes in front: which epoch's key opens the card (a ladder release cannot re-seal it)


@dataclass(frozen=True, slots=True)
class Card:
    """What a list shows. Dates are ISO texts, so that the encoding is the value."""

    title: str
    category: str
    priority: str
    severity: str
    band: str
    received: str
    clocks: dict[str, str]
    """Every clock of the case by name."""
    done: dict[str, str] = field(default_factory=dict)
    """Clocks that were met, with the date."""
    handlers: dict[str, str] = field(default_factory=dict)
    """Officers with a task: id → handle or investigate."""
    intake: str = IntakeType.REPORT.value
    """What it is by now: a report, a concern, … Cards of earlier releases do not say."""
    stage: str = ""
    """Whether it is planned, going on or over, where the reporter said so."""
    part: bool = False
    """Whether a panel split it off: the report's first words stand over two cases then."""
    kept: str = ""
    """The last day on which the case is there, as its last act left it; empty while it has no end."""
    held: bool = False
    """Whether a legal hold stands."""
    joined: str = ""
    """The case in which the matter is handled, or an empty text."""
    leads: list[str] = field(default_factory=list)
    """The cases whose matter is handled in this one."""
    reached: dict[str, str] = field(default_factory=dict)
    """As `intake.watch.Watch.reached`. Cards of earlier releases do not say: then nothing is due by it."""

    kind: str = ""
    """Of which kind routing has it: a list marks what was done to somebody because of a report. Earlier cards do not say."""

    def outstanding(self) -> dict[str, date]:
        """The clocks that still run, soonest first."""
        running = {
            name: date.fromisoformat(due) for name, due in self.clocks.items() if name not in self.done
        }
        return dict(sorted(running.items(), key=lambda entry: (entry[1], entry[0])))

    def next_due(self) -> date | None:
        """The soonest running clock: what ``cases.wake`` holds."""
        return next(iter(self.outstanding().values()), None)


def title_of(what: str) -> str:
    """The first words of a report, as a title of at most MAX_TITLE characters."""
    words = " ".join(what.split())
    if len(words) <= MAX_TITLE:
        return words
    return words[: MAX_TITLE - 1].rsplit(" ", 1)[0].rstrip(".,;:!?") + "…"


def seal_card(card: Card, case: str, epoch: int, pair: KeyPair) -> bytes:
    """Seal for one epoch of one case."""
    sealed = seal_value(card_key(pair), _place(case, epoch), canonical_json(asdict(card)), floor=1024)
    return epoch.to_bytes(_EPOCH, "big") + sealed


def card_epoch(sealed: bytes) -> int:
    """Which epoch's key opens this card."""
    return int.from_bytes(sealed[:_EPOCH], "big")


def open_card(sealed: bytes, case: str, pairs: Mapping[int, KeyPair]) -> Card:
    """Open with the pair of the card's epoch. Raises MalformedError, BrokenSealError."""
    epoch = card_epoch(sealed)
    if epoch not in pairs:
        raise MalformedError("the key of this card's epoch is not at hand")
    return Card(
        **parse_object(open_value(card_key(pairs[epoch]), _place(case, epoch), sealed[_EPOCH:], floor=1024))
    )


def _place(case: str, epoch: int) -> bytes:
    return pack(b"card", case.encode(), str(epoch).encode())

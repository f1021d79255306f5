"""Tickets of those who were asked to wait: a number of ten seconds and a seal, in the form. Nothing is stored.

A ticket belongs to one visit and one act, and says since when the visit waits, to ten seconds. It keeps its first time however
often the form comes back, so that whoever has waited longer goes first. It ends after half an hour.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from crypto.encoding import from_text, pack, to_text
from crypto.errors import MalformedError
from crypto.kdf import derive
from intake.time import Clock
from portal.flood.purses import LONG, WINDOW, Budget, Shown

VALID = 30 * 60  # seconds
_SEAL = 16  # bytes
_NUMBER = 8


@dataclass(frozen=True, slots=True)
class Tickets:
    """Gives and reads tickets. ``secret`` is the instance's web secret, so that every machine reads every ticket."""

    secret: bytes = field(repr=False)
    clock: Clock

    def give(self, anchor: bytes, budget: Budget, earlier: str = "") -> str:
        """A ticket for this visit and act: the ``earlier`` one while it is good, else one of now."""
        if self._since(anchor, budget, earlier) is not None:
            return earlier
        number = (self.clock.now() // WINDOW).to_bytes(_NUMBER, "big")
        return to_text(number + self._seal(anchor, budget, number))

    def shown_by(self, anchor: bytes, budget: Budget, ticket: str) -> Shown:
        """What the ticket shows; an unreadable, foreign or old one shows nothing."""
        since = self._since(anchor, budget, ticket)
        waited = 0 if since is None else self.clock.now() // WINDOW - since
        if waited >= LONG // WINDOW:
            return Shown.WAITED_LONG
        return Shown.WAITED if waited > 0 else Shown.NOTHING

    def _since(self, anchor: bytes, budget: Budget, ticket: str) -> int | None:
        try:
            data = from_text(ticket, length=_NUMBER + _SEAL)
        except MalformedError:
            return None
        number, seal = data[:_NUMBER], data[_NUMBER:]
        if not hmac.compare_digest(seal, self._seal(anchor, budget, number)):
            return None
        since, now = int.from_bytes(number, "big"), self.clock.now() // WINDOW
        return since if 0 <= now - since <= VALID // WINDOW else None

    def _seal(self, anchor: bytes, budget: Budget, number: bytes) -> bytes:
        key = derive(self.secret, "portal/ticket")
        return hmac.digest(key, pack(anchor, budget.word.encode(), number), hashlib.sha256)[:_SEAL]

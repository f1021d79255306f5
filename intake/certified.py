"""One certified officer, as the signed roster and the appointments name them. Knows no edition and no database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crypto.keys import PublicKeys


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
    appointment: int = 0
    """The number of the appointment that last changed this certificate; 0: it is the root's alone."""

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
            "appointment": self.appointment,
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
            # A roster that was signed before there were appointments does not say it.
            appointment=value.get("appointment", 0),
        )

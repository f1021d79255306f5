"""What a reader found in an organisation file, each part with its path, before anybody knows whether it fits together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from intake.organisation.entities import Body, External, Office, Officer, Person, Region, Tie
from intake.strict_json import Fields

Part = TypeVar("Part")
Placed = list[tuple[str, Part]]


@dataclass
class Parts:
    """Parts with their paths, and the faults met so far.

    `stored`: the file was accepted before (`load_organisation`).
    `unread` are the ids of parts that were refused for a fault of their own: a reference to one of them is no second fault.
    """

    regions: Placed[Region] = field(default_factory=list)
    offices: Placed[Office] = field(default_factory=list)
    externals: Placed[External] = field(default_factory=list)
    officers: Placed[Officer] = field(default_factory=list)
    bodies: Placed[Body] = field(default_factory=list)
    persons: Placed[Person] = field(default_factory=list)
    ties: Placed[Tie] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    stored: bool = False

    def keep(self, where: Placed[Part], fields: Fields, identifier: str, part: Part) -> None:
        """Adds a part that was read without a fault; otherwise remembers its id."""
        if fields.sound():
            where.append((fields.path, part))
        else:
            self.unread.add(identifier)

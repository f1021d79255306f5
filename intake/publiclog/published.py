"""What the portal serves of the log: the newest checkpoint, the log's key, tiles and bundles by their addresses."""

from __future__ import annotations

from dataclasses import dataclass

from crypto.checkpoint import LogKey
from crypto.errors import MalformedError
from crypto.tiles import WIDTH, Tile
from intake.database.engines import Databases
from intake.publiclog.stored import bundle_bytes, newest_checkpoint, tile_bytes

ENTRIES = "entries"
"""In the place of a level: the entries themselves (C2SP tlog-tiles, "Log entries")."""


@dataclass(frozen=True, slots=True)
class Published:
    """One tile or bundle."""

    data: bytes
    full: bool
    """It will never change, so whoever mirrors the log may keep it."""


@dataclass(frozen=True, slots=True)
class PublishedLog:
    """Reads with the portal's rights: it can add nothing."""

    databases: Databases
    key: LogKey

    def checkpoint(self) -> bytes | None:
        """The newest signed note, or None before the first batch."""
        with self.databases.reading() as session:
            newest = newest_checkpoint(session)
        return None if newest is None else newest.note

    def tile(self, level: str, place: str) -> Published | None:
        """The tile (or, for level "entries", the bundle) at this address; None when there is none."""
        try:
            tile = Tile.parse("0" if level == ENTRIES else level, place)
        except MalformedError:
            return None
        read = bundle_bytes if level == ENTRIES else tile_bytes
        with self.databases.reading() as session:
            data = read(session, tile)
        return None if data is None else Published(data, tile.width == WIDTH)

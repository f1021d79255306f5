"""A log as tiles: fixed pieces of the tree under names that anybody can compute. Knows no transport and no database.

Source: C2SP tlog-tiles. A tile is 256 consecutive hashes of one tree height, so whoever fetches one tells nobody which entry
it was for. What a tile says is believed only once a proof made from it leads to a signed head.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from crypto.errors import MalformedError
from crypto.merkle import HASH_BYTES, MAX_SIZE, read_leaves

HEIGHT = 8
WIDTH = 1 << HEIGHT
_LEVELS = 8  # eight levels of tiles span MAX_SIZE; more would only name tiles that cannot exist
_INDEX = re.compile(r"(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?", re.ASCII)
_LEVEL = re.compile(r"[0-7]", re.ASCII)
_LENGTH = 2  # bytes of an entry's length in a bundle


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """Which tile: its level, its number in the level, and how many hashes it has so far (256: full, never changes)."""

    level: int
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not (0 <= self.level < _LEVELS and 1 <= self.width <= WIDTH):
            raise MalformedError("there is no such tile")
        if not 0 <= self.index <= MAX_SIZE >> (HEIGHT * (self.level + 1)):
            raise MalformedError("a tile lies beyond the end of any log")

    @property
    def place(self) -> str:
        """Number and width as in its address: ``x001/x234/067.p/8``."""
        return index_path(self.index) + ("" if self.width == WIDTH else f".p/{self.width}")

    @property
    def start(self) -> int:
        """The number, in this level, of its first hash."""
        return self.index * WIDTH

    @classmethod
    def parse(cls, level: str, place: str) -> Tile:
        """Read an address. Raises MalformedError for anything that ``place`` would not write."""
        if not _LEVEL.fullmatch(level):
            raise MalformedError("a tile's level is a number below eight")
        found = _INDEX.fullmatch(place) if len(place) <= 40 else None
        if found is None:
            raise MalformedError("a tile's address is not one")
        digits = found["index"].replace("x", "").replace("/", "")
        tile = cls(int(level), int(digits), int(found["width"] or WIDTH))
        if tile.place != place:
            raise MalformedError("a tile's address is not in its one encoding")
        return tile


def index_path(index: int) -> str:
    """Three digits a step, every step but the last behind an x."""
    digits = f"{index:03d}"
    digits = "0" * (-len(digits) % 3) + digits
    steps = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    return "/".join([*(f"x{step}" for step in steps[:-1]), steps[-1]])


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile of a tree of ``size`` entries, level by level, the partial one of each level last."""
    for level in range(_LEVELS):
        full, rest = divmod(size >> (HEIGHT * level), WIDTH)
        yield from (Tile(level, index) for index in range(full))
        if rest:
            yield Tile(level, full, rest)


@dataclass(slots=True)
class TileReader:
    """A tree read from tiles, for ``merkle``. ``fetch`` gives a tile's bytes; each tile is fetched once."""

    size: int
    fetch: Callable[[Tile], bytes]
    _held: dict[Tile, list[bytes]] = field(default_factory=dict)

    def __call__(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree. Raises MalformedError when a tile has another length than its name says."""
        tile_level, height = divmod(level, HEIGHT)
        first = index << height
        number = first // WIDTH
        total = self.size >> (HEIGHT * tile_level)
        hashes = self._hashes(Tile(tile_level, number, min(WIDTH, total - number * WIDTH)))
        within = first % WIDTH
        return read_leaves(hashes[within : within + (1 << height)])(height, 0)

    def _hashes(self, tile: Tile) -> list[bytes]:
        if tile not in self._held:
            self._held[tile] = split_tile(self.fetch(tile), tile)
        return self._held[tile]


def split_tile(data: bytes, tile: Tile) -> list[bytes]:
    """A tile's hashes. Raises MalformedError for another length than its name says."""
    if len(data) != tile.width * HASH_BYTES:
        raise MalformedError("a tile has another length than its name says")
    return [data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES)]


def full_tile_head(hashes: Sequence[bytes]) -> bytes:
    """What a full tile contributes to the level above it."""
    return read_leaves(hashes)(HEIGHT, 0)


def join_bundle(entries: Sequence[bytes]) -> bytes:
    """The entries of a tile of level 0, each behind its length in two bytes."""
    return b"".join(len(entry).to_bytes(_LENGTH, "big") + entry for entry in entries)


def split_bundle(data: bytes, width: int) -> list[bytes]:
    """Undo ``join_bundle`` for exactly ``width`` entries. Raises MalformedError."""
    entries = []
    position = 0
    for _ in range(width):
        start = position + _LENGTH
        position = start + int.from_bytes(data[position:start], "big")
        entries.append(data[start:position])
    if position != len(data):
        raise MalformedError("a bundle of entries is cut short or has bytes left over")
    return entries

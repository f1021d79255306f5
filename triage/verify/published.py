"""The public log, fetched whole and checked: what is not proved by the signed head is not believed.

Everybody fetches the same tiles in the same order, so that the server does not learn which entry a visitor cares about.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from crypto.checkpoint import Checkpoint, LogKey
from crypto.errors import BadSignatureError, CryptoError, MalformedError
from crypto.merkle import (
    HASH_BYTES,
    inclusion_proof,
    leaf_hash,
    read_leaves,
    tree_head,
    verify_inclusion,
)
from crypto.tiles import Tile, TileReader, full_tile_head, split_bundle, split_tile, tiles_of
from intake.publiclog.seen import prove_growth
from triage.verify.site import Site

MAX_ENTRIES = 1 << 26  # two gigabytes of tiles; a log that claims more is not fetched


class UnverifiedError(Exception):
    """Something is wrong, or not proved; the text is one line for the person who asked."""


@dataclass(frozen=True, slots=True)
class FetchedLog:
    """A log whose every tile fits its signed head."""

    key: LogKey
    note: bytes
    checkpoint: Checkpoint
    tiles: dict[Tile, bytes]
    leaves: list[bytes]

    @classmethod
    def fetch(cls, site: Site, key: LogKey | None) -> FetchedLog:
        """Fetch all tiles. Without ``key`` the server's own word is taken. Raises UnverifiedError, SiteError."""
        answer = site.get("/log/checkpoint")
        if answer.status == 404:
            raise UnverifiedError(
                "the log has no checkpoint yet: the portal's worker has not published a day"
            )
        if answer.status != 200:
            raise UnverifiedError(
                f"the log's checkpoint is not served (status {answer.status}); try again later"
            )
        key = key or _key_of(site)
        try:
            checkpoint = key.open(answer.body)
        except CryptoError as error:
            raise UnverifiedError(f"the log's checkpoint is not genuine: {error}") from None
        if not 0 < checkpoint.size <= MAX_ENTRIES:
            raise UnverifiedError(f"the log claims {checkpoint.size} entries, which cannot be checked")
        tiles = {tile: _tile(site, tile) for tile in tiles_of(checkpoint.size)}
        leaves = [leaf for tile in tiles if tile.level == 0 for leaf in split_tile(tiles[tile], tile)]
        log = cls(key, answer.body, checkpoint, tiles, leaves)
        log._check_tiles()
        return log

    @property
    def read(self) -> TileReader:
        """The tree, for proofs."""
        return TileReader(self.checkpoint.size, self.tiles.__getitem__)

    def check_since(self, note: bytes) -> Checkpoint:
        """Return the earlier checkpoint in ``note`` if this log continues it. Raises UnverifiedError."""
        try:
            old = self.key.open(note)
        except MalformedError as error:
            raise UnverifiedError(f"the earlier checkpoint cannot be read: {error}") from None
        except BadSignatureError:
            raise UnverifiedError(
                "the earlier checkpoint is of another log: this server does not show the log that it was from"
            ) from None
        try:
            prove_growth(old, self.checkpoint, self.read)
        except CryptoError as error:
            raise UnverifiedError(f"the log was rewritten since the earlier checkpoint: {error}") from None
        return old

    def place_of(self, entry: bytes) -> int | None:
        """The number of ``entry``, proved under the signed head; None when the log does not have it."""
        return self.places_of([entry])[0]

    def places_of(self, entries: Sequence[bytes]) -> list[int | None]:
        """As ``place_of``, for many at the price of one look through the log."""
        wanted = [leaf_hash(entry) for entry in entries]
        sought = set(wanted)
        places: dict[bytes, int] = {}
        for index, leaf in enumerate(self.leaves):
            if leaf in sought:
                places.setdefault(leaf, index)
        size = self.checkpoint.size
        for leaf, index in places.items():
            verify_inclusion(leaf, index, size, inclusion_proof(self.read, index, size), self.checkpoint.head)
        return [places.get(leaf) for leaf in wanted]

    def check_entries(self, site: Site) -> None:
        """Fetch every entry and hash it again. Raises UnverifiedError, SiteError."""
        for tile in self.tiles:
            if tile.level == 0:
                data = _fetch(site, f"/log/tile/entries/{tile.place}")
                try:
                    entries = split_bundle(data, tile.width)
                except MalformedError as error:
                    raise UnverifiedError(f"entries {tile.place}: {error}") from None
                if [leaf_hash(entry) for entry in entries] != split_tile(self.tiles[tile], tile):
                    raise UnverifiedError(f"entries {tile.place} are not the ones that were hashed")

    def _check_tiles(self) -> None:
        """Every hash of a higher level from the tile below it, and the head from the leaves alone."""
        for tile, data in self.tiles.items():
            for place, hash_ in enumerate(split_tile(data, tile) if tile.level else ()):
                below = Tile(tile.level - 1, tile.start + place)
                if full_tile_head(split_tile(self.tiles[below], below)) != hash_:
                    raise UnverifiedError(f"tile {tile.level}/{tile.place} does not fit the tiles below it")
        head = tree_head(read_leaves(self.leaves), self.checkpoint.size)
        if not hmac.compare_digest(head, self.checkpoint.head):
            raise UnverifiedError("the log's tiles do not give its signed head: an entry was changed")


def _key_of(site: Site) -> LogKey:
    try:
        key = LogKey.from_text(_fetch(site, "/log/key").decode("utf-8").removesuffix("\n"))
    except (MalformedError, UnicodeDecodeError):
        raise UnverifiedError("the server's log key cannot be read") from None
    if not key.names_itself:
        raise UnverifiedError("the server's log key bears another key's name")
    return key


def _tile(site: Site, tile: Tile) -> bytes:
    data = _fetch(site, f"/log/tile/{tile.level}/{tile.place}")
    if len(data) != tile.width * HASH_BYTES:
        raise UnverifiedError(f"tile {tile.level}/{tile.place} is cut short")
    return data


def _fetch(site: Site, path: str) -> bytes:
    answer = site.get(path)
    if answer.status != 200:
        raise UnverifiedError(f"the server does not serve {path} (status {answer.status})")
    return answer.body

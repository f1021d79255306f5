"""Tiles as C2SP tlog-tiles prints them, and addresses that nobody would write."""

from __future__ import annotations

from collections import Counter

import pytest

from crypto.errors import MalformedError
from crypto.tiles import Tile, TileReader, index_path, join_bundle, split_bundle, tiles_of


def test_an_index_is_written_as_the_specification_prints_it() -> None:
    assert index_path(1234067) == "x001/x234/067"
    assert index_path(0) == "000"
    assert index_path(999) == "999"
    assert index_path(1000) == "x001/000"


def test_a_tree_of_seventy_thousand_entries_has_the_tiles_that_the_specification_counts() -> None:
    tiles = list(tiles_of(70_000))
    assert Counter((tile.level, tile.width) for tile in tiles) == {
        (0, 256): 273,
        (0, 112): 1,
        (1, 256): 1,
        (1, 17): 1,
        (2, 1): 1,
    }


def test_a_tree_of_256_entries_is_one_full_tile_and_one_of_width_one() -> None:
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []


@pytest.mark.parametrize(
    ("level", "place"),
    [
        ("00", "000"), ("8", "000"), ("-1", "000"), ("a", "000"), ("", "000"), ("٣", "000"),
        ("0", ""), ("0", "0"), ("0", "0000"), ("0", "x000/000"), ("0", "001/002"), ("0", "x001/x002"), ("0", "x001/"),
        ("0", "000.p"), ("0", "000.p/"), ("0", "000.p/0"), ("0", "000.p/256"), ("0", "000.p/07"), ("0", "000.p/1/2"),
        ("0", "../000"), ("0", "000?"), ("0", "٠٠٠"), ("7", "x999/999"), ("0", "/".join(["x999"] * 9) + "/999"),
    ],
)  # fmt: skip
def test_an_address_in_any_other_encoding_is_refused(level: str, place: str) -> None:
    with pytest.raises(MalformedError):
        Tile.parse(level, place)


def test_a_tile_of_another_length_than_its_name_says_is_refused() -> None:
    reader = TileReader(3, lambda _: bytes(64))
    with pytest.raises(MalformedError):
        reader(0, 1)


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x00\x01", b"\x00\x01ab", b"\x00\x02a", b"\x00\x00\x00"])
def test_a_bundle_that_is_cut_or_continued_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        split_bundle(data, 1)
    assert split_bundle(join_bundle([b"", b"ab"]), 2) == [b"", b"ab"]

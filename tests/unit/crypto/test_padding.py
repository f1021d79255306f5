"""Padmé as its paper defines it, and the one padding that belongs to each length."""

from __future__ import annotations

import math

import pytest

from crypto.errors import MalformedError
from crypto.padding import FLOOR, pad, padded_length, padme, unpad


def as_printed(length: int) -> int:
    """PURBs, section 4.2, in the paper's own steps and real arithmetic."""
    exponent = math.floor(math.log2(length))
    mantissa_bits = math.floor(math.log2(exponent)) + 1
    last_bits = exponent - mantissa_bits
    step = 1 << last_bits
    return (length + step - 1) // step * step


def test_the_classes_are_those_of_the_paper() -> None:
    lengths = [*range(2, 70_000), *(2**n + d for n in range(17, 40) for d in (-1, 0, 1, 12_345))]
    assert [length for length in lengths if padme(length) != as_printed(length)] == []


def test_known_classes_by_hand() -> None:
    assert [padme(length) for length in (0, 1, 2, 3, 8, 9, 15, 16, 17, 33, 100, 1000, 4097, 1_000_000)] == [
        0,
        1,
        2,
        3,
        8,
        10,
        16,
        16,
        18,
        36,
        104,
        1024,
        4352,
        1_015_808,
    ]


def test_the_overhead_stays_below_twelve_percent() -> None:
    assert max(padme(length) / length for length in range(2, 200_000)) < 1.12


def test_everything_short_looks_the_same() -> None:
    assert {padded_length(length) for length in range(FLOOR - 8 + 1)} == {FLOOR}
    assert padded_length(FLOOR - 8 + 1) > FLOOR


@pytest.mark.parametrize(
    "forged",
    [
        b"",
        bytes(7),
        bytes(FLOOR - 1),
        bytes(FLOOR + 1),
        b"\xff" * FLOOR,
        pad(b"a") + bytes(4096),
        pad(b"a")[:-1] + b"\1",
        (4089).to_bytes(8, "big") + bytes(FLOOR - 8),
        pad(b"", floor=64),
    ],
    ids=[
        "empty",
        "half a length",
        "short",
        "long",
        "huge length",
        "another class",
        "a hidden byte",
        "a length of the next class",
        "another floor",
    ],
)
def test_another_padding_is_refused(forged: bytes) -> None:
    with pytest.raises(MalformedError):
        unpad(forged)

"""Lengths that tell little: Padmé classes with a floor. Knows nothing of what it pads.

Source: Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs" (PETS 2019),
section 4.2. Padmé leaks O(log log L) bits of the length for at most 12 % overhead.
"""

from __future__ import annotations

from crypto.errors import MalformedError

FLOOR = 4096  # bytes; a short answer and a short report look the same
_LENGTH = 8  # bytes of the true length in front


def padme(length: int) -> int:
    """The Padmé class of ``length`` (bytes): the smallest class that is not below it."""
    if length < 2:
        return length
    exponent = length.bit_length() - 1
    mantissa_bits = exponent.bit_length()
    mask = (1 << (exponent - mantissa_bits)) - 1 if exponent > mantissa_bits else 0
    return (length + mask) & ~mask


def padded_length(length: int, *, floor: int = FLOOR) -> int:
    """How long ``pad`` makes ``length`` bytes: a Padmé class, at least ``floor``."""
    return max(floor, padme(length + _LENGTH))


def pad(data: bytes, *, floor: int = FLOOR) -> bytes:
    """The true length, the data, then zero bytes up to the class. Call before sealing, never after."""
    body = len(data).to_bytes(_LENGTH, "big") + data
    return body.ljust(padded_length(len(data), floor=floor), b"\0")


def unpad(padded: bytes, *, floor: int = FLOOR) -> bytes:
    """Undo ``pad``; any other padding of the same data is refused. Raises MalformedError."""
    length = int.from_bytes(padded[:_LENGTH], "big")
    end = _LENGTH + length
    if len(padded) < _LENGTH or end > len(padded) or len(padded) != padded_length(length, floor=floor):
        raise MalformedError("the padding is not the one that belongs to this length")
    if padded.count(0, end) != len(padded) - end:
        raise MalformedError("the padding is not made of zero bytes")
    return padded[_LENGTH:end]

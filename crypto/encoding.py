"""One value, one encoding. Everything hashed, signed or sealed passes through here; nothing here touches a key.

Decoding re-encodes and compares, so that two byte strings never mean the same thing: a signature or a hash over the
bytes is then a signature or a hash over the meaning.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from crypto.errors import MalformedError

MAX_DEPTH = 64  # levels of lists and objects; deeper input would exhaust the stack of whoever checks it
MAX_DOCUMENT = 16 * 1024 * 1024  # bytes; the largest roster of a nation stays well below it
_LENGTH = 4  # bytes of a big-endian length prefix


def canonical_json(value: Any) -> bytes:
    """Encode ``value`` as UTF-8 JSON with keys sorted by code point and no spaces.

    Only dict with str keys, list, str, int, bool and None, at most MAX_DEPTH levels deep. Floats are refused: their text
    form is not unique. Lone surrogates are refused: they have no UTF-8 encoding. For ASCII keys and integers below 2**53
    this is RFC 8785. Raises MalformedError.
    """
    _refuse_ambiguous(value, MAX_DEPTH)
    encoded = _encoded(value)
    if encoded is None:
        raise MalformedError("a value cannot be encoded in one way only")
    return encoded


def parse_canonical(data: bytes, *, limit: int = MAX_DOCUMENT) -> Any:
    """Decode what ``canonical_json`` wrote; anything that would re-encode differently is refused.

    ``limit`` is in bytes and is checked before parsing. Raises MalformedError.
    """
    if len(data) > limit:
        raise MalformedError(f"a document is larger than {limit} bytes")
    parsed = _parsed(data)
    if parsed is None:
        raise MalformedError("a document is not JSON")
    value = parsed[0]
    if canonical_json(value) != data:
        raise MalformedError("a document is not in its one encoding")
    return value


def parse_object(data: bytes, *, limit: int = MAX_DOCUMENT) -> dict[str, Any]:
    """``parse_canonical`` for a JSON object. Raises MalformedError."""
    value = parse_canonical(data, limit=limit)
    if not isinstance(value, dict):
        raise MalformedError("a document is not an object")
    return value


def to_text(data: bytes) -> str:
    """Base64url without padding (RFC 4648 section 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_text(text: str, *, length: int | None = None) -> bytes:
    """Decode base64url without padding, strictly; ``length`` in bytes if it is fixed. Raises MalformedError."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise MalformedError("a text is not base64url") from error
    if to_text(data) != text or (length is not None and len(data) != length):
        raise MalformedError("a text is not the one encoding of its bytes")
    return data


def pack(*parts: bytes) -> bytes:
    """Join byte strings so that they can be told apart again: each behind its 4-byte big-endian length."""
    return b"".join(len(part).to_bytes(_LENGTH, "big") + part for part in parts)


def unpack(data: bytes, count: int) -> tuple[bytes, ...]:
    """Undo ``pack`` for exactly ``count`` parts with nothing left over. Raises MalformedError."""
    parts = []
    position = 0
    for _ in range(count):
        end = position + _LENGTH
        size = int.from_bytes(data[position:end], "big")
        if end > len(data) or end + size > len(data):
            raise MalformedError("a packed value is cut short")
        parts.append(data[end : end + size])
        position = end + size
    if position != len(data):
        raise MalformedError("a packed value has bytes left over")
    return tuple(parts)


# Both answer None instead of raising: the errors of json and of codecs hold the whole input, and an exception that is raised
# while another is handled keeps that one for whoever prints the chain (P1).


def _encoded(value: Any) -> bytes | None:
    try:
        return json.dumps(
            value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        ).encode("utf-8")
    except (TypeError, ValueError):
        return None


def _parsed(data: bytes) -> tuple[Any] | None:
    try:
        return (json.loads(data),)
    except (ValueError, RecursionError):
        return None


def _refuse_ambiguous(value: Any, levels: int) -> None:
    if levels < 0:
        raise MalformedError(f"a value is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise MalformedError("a key is not text")
            _refuse_ambiguous(inner, levels - 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_ambiguous(inner, levels - 1)
    elif not (value is None or isinstance(value, str | bool | int)):
        raise MalformedError(f"a {type(value).__name__} has no single encoding")

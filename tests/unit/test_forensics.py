"""The search for secrets finds them: a check that cannot fail proves nothing."""

from __future__ import annotations

import base64
import gzip
import zlib
from pathlib import Path

import pytest

from tests.support.forensics import traces

SECRET = "The planted sentence, which nobody may find."


@pytest.mark.parametrize(
    "disguise",
    [
        lambda raw: raw,
        lambda raw: raw.decode().encode("utf-16-le"),
        lambda raw: raw.hex().encode(),
        lambda raw: raw.decode().encode("utf-16-be").hex().upper().encode(),
        lambda raw: base64.b64encode(b"x" + raw + b"yz"),
        lambda raw: base64.b64encode(b"xy" + raw),
        base64.urlsafe_b64encode,
        gzip.compress,
        lambda raw: b"before" + zlib.compress(raw) + b"after",
        lambda raw: raw.replace(b" ", b"+"),
    ],
)
def test_every_disguise_is_seen_through(disguise: object, tmp_path: Path) -> None:
    assert callable(disguise)
    hidden = b"\x00noise" + disguise(b"## " + SECRET.encode() + b" ##") + b"noise"
    (tmp_path / "file").write_bytes(hidden)
    assert traces([SECRET], [tmp_path])
    assert traces([SECRET], [], [hidden])


def test_noise_is_no_secret(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(range(256)) * 100)
    assert traces([SECRET], [tmp_path]) == []

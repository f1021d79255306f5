"""An archive is as long as was said before its first byte, opens in Python's and the system's own programs, or not at all."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.casework.zipping import Member, archive, length_of

DAY = date(2026, 3, 2)
names = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="/\\"), min_size=1, max_size=40
)
contents = st.lists(st.binary(max_size=400), max_size=4)


def members_of(files: list[tuple[str, list[bytes]]]) -> list[Member]:
    return [
        Member(f"{number:03}-{name}", len(b"".join(pieces)), lambda pieces=pieces: iter(pieces))  # type: ignore[misc]
        for number, (name, pieces) in enumerate(files)
    ]


@given(st.lists(st.tuples(names, contents), max_size=6), st.sampled_from([None, 100, 300, 2000]))
def test_an_archive_is_as_long_as_was_said_and_holds_what_was_put_into_it(
    files: list[tuple[str, list[bytes]]], limit: int | None
) -> None:
    """``limit``: where four bytes of a size end, drawn near so that every way to write a large archive is gone."""
    with patch.object(zipfile, "ZIP64_LIMIT", limit or zipfile.ZIP64_LIMIT):
        members = members_of(files)
        data = b"".join(archive(members, DAY))
        assert len(data) == length_of(members)
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
        assert [info.filename for info in opened.infolist()] == [member.path for member in members]
        assert [opened.read(info) for info in opened.infolist()] == [b"".join(pieces) for _, pieces in files]


@given(st.integers(0, 3))
def test_an_archive_of_which_a_file_breaks_off_opens_nowhere(whole: int) -> None:
    class BrokenError(Exception):
        pass

    def broken() -> list[bytes]:
        raise BrokenError

    members = [*members_of([("a", [b"x" * 500])] * whole), Member("z", 10, broken)]
    got = bytearray()
    with pytest.raises(BrokenError):
        got.extend(byte for piece in archive(members, DAY) for byte in piece)
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(bytes(got)))

"""An archive that is sent while it is made: stored, not compressed, memory flat, its length known before the first byte.

Names and times in it are ours. The length is told first, so that an archive that is cut off can be seen to be cut off, whatever
proxy lies in between. Knows no case. Source: PKWARE APPNOTE 6.3.10; the writer is Python's own.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

_LOCAL, _CENTRAL, _END, _END_64 = 30, 46, 22, 56 + 20
_DESCRIPTOR, _DESCRIPTOR_64, _EXTRA_64 = 16, 24, 20
_MOST_BEFORE_64 = 0xFFFF  # entries
_READ_ONLY = 0o100400 << 16


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive. ``content`` is read once, when its turn comes, and gives ``length`` bytes or raises."""

    path: str
    length: int
    content: Callable[[], Iterable[bytes]]

    @property
    def is_large(self) -> bool:
        """Whether its sizes take eight bytes each; the rule of the writer."""
        return self.length * 1.05 > zipfile.ZIP64_LIMIT


class _Outgoing:
    """What the writer wrote and nobody has yet."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def take(self) -> bytes:
        data, self._pieces = b"".join(self._pieces), []
        return data


def length_of(members: Sequence[Member]) -> int:
    """Bytes of the archive of these."""
    at, directory = 0, 0
    for member in members:
        name = len(member.path.encode())
        directory += _CENTRAL + name + _central_extra(member, at)
        at += _LOCAL + name + member.length
        at += _EXTRA_64 + _DESCRIPTOR_64 if member.is_large else _DESCRIPTOR
    limit = zipfile.ZIP64_LIMIT
    is_large = len(members) > _MOST_BEFORE_64 or at > limit or directory > limit
    return at + directory + _END + (_END_64 if is_large else 0)


def _central_extra(member: Member, at: int) -> int:
    eights = (2 if member.length > zipfile.ZIP64_LIMIT else 0) + (1 if at > zipfile.ZIP64_LIMIT else 0)
    return 4 + 8 * eights if eights else 0


def archive(members: Sequence[Member], day: date) -> Iterator[bytes]:
    """The archive, piece by piece. What a member's content raises ends it before its directory, so nothing opens it."""
    out = _Outgoing()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as writer:  # type: ignore[call-overload]  # it is written to, no more
        for member in members:
            info = zipfile.ZipInfo(member.path, (max(day.year, 1980), day.month, day.day, 0, 0, 0))
            info.file_size, info.external_attr, info.create_system = member.length, _READ_ONLY, 3
            with writer.open(info, "w") as target:
                for piece in member.content():
                    target.write(piece)
                    yield out.take()
            yield out.take()
    yield out.take()

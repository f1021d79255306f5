"""The sandbox's process, `python -P -I -m intake.evidence.child`: it does one act with one file from standard input, and ends.

It loads every parser of that act, shuts itself in, and only then reads the first byte of the file.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from collections.abc import Callable

from intake.evidence.confine import limit, lock
from intake.evidence.traces import Drop, NotCleanableError, Reason

_LENGTH = struct.Struct(">Q")
_Act = Callable[[bytes], tuple[bytes, bytes]]
"""A header in JSON, which says the ``size`` of a body, and the body."""


def main(arguments: list[str]) -> None:
    """Do the act, and answer in frames: 8 bytes length of the header, the header as JSON, the body. First frame: the walls."""
    memory, seconds, size = (int(number) for number in arguments[:3])
    work = _loaded(*arguments[3:])
    limit(memory, seconds)
    _send(json.dumps({"walls": lock()}).encode(), b"")
    if work is None:
        return
    try:
        data = sys.stdin.buffer.read(size)
        _send(*work(data))
    except NotCleanableError as error:
        _refuse(error.reason, error.detail)
    except MemoryError:
        _refuse(Reason.MEMORY, "")


def _loaded(act: str, argument: str) -> _Act | None:
    """The act, with everything loaded that it needs. A process that cleans never loads what only shows."""
    if act == "view":
        from intake.evidence.view import engine as views

        views.load()
        return lambda data: views.view(data, int(argument) if argument else None)
    from intake.evidence.clean import engine

    engine.load()
    if act == "walls":
        return None
    drop = frozenset(Drop(name) for name in argument.split(",") if name)

    def clean(data: bytes) -> tuple[bytes, bytes]:
        cleaned = engine.clean(data, drop)
        return cleaned.header(), cleaned.data

    return clean


def _refuse(reason: Reason, detail: str) -> None:
    _send(json.dumps({"reason": reason.value, "detail": detail}).encode(), b"")


def _send(header: bytes, body: bytes) -> None:
    out = sys.stdout.buffer
    out.write(_LENGTH.pack(len(header)) + header)
    out.write(body)
    out.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # nothing of an interpreter that parsed hostile bytes runs on: no exit handler, no destructor

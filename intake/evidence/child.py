"""The sandbox's process, `python -P -I -m intake.evidence.child`: it cleans one file from standard input, answers, and ends.

It loads every parser, shuts itself in, and only then reads the first byte of the file.
"""

from __future__ import annotations

import json
import os
import struct
import sys

from intake.evidence.confine import limit, lock
from intake.evidence.traces import Drop, NotCleanableError, Reason

_LENGTH = struct.Struct(">Q")


def main(arguments: list[str]) -> None:
    """Clean, and answer in one frame: 8 bytes length of the header, the header as JSON, the clean bytes."""
    memory, seconds, size, drop = int(arguments[0]), int(arguments[1]), int(arguments[2]), arguments[3]
    from intake.evidence.clean import engine

    engine.load()
    limit(memory, seconds)
    walls = lock()
    _send({"walls": walls})
    try:
        data = sys.stdin.buffer.read(size)
        if data == b"" and drop == "-":
            return
        cleaned = engine.clean(data, frozenset(Drop(name) for name in drop.split(",") if name))
        del data
        _send_raw(cleaned.header(), cleaned.data)
    except NotCleanableError as error:
        _send({"reason": error.reason.value, "detail": error.detail})
    except MemoryError:
        _send({"reason": Reason.MEMORY.value, "detail": ""})


def _send(value: dict[str, object]) -> None:
    _send_raw(json.dumps(value).encode(), b"")


def _send_raw(header: bytes, body: bytes) -> None:
    out = sys.stdout.buffer
    out.write(_LENGTH.pack(len(header)) + header)
    out.write(body)
    out.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # nothing of an interpreter that parsed hostile bytes runs on: no exit handler, no destructor

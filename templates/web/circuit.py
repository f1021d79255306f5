"""The line that Tor writes in front of a visitor's stream: which of its circuits the stream came by. Knows no socket.

Tor's ``HiddenServiceExportCircuitID haproxy`` borrows the PROXY protocol, version 1, for it. What looks like an address there
is none, and says nothing about where a visitor is: the last 32 bits are a number that Tor counts up from its start. One form
is read, the one that Tor's ``export_hs_client_circuit_id`` writes; whatever else comes is not from Tor. Sources: tor(1); the
PROXY protocol, section 2.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable

MAX_LINE = 107
"""Bytes of the longest line of the protocol, its end included."""
CIRCUIT_BYTES = 4

_END = b"\r\n"
_HALF = rb"(0|[1-9a-f][0-9a-f]{0,3})"
_PORT = rb"(0|[1-9][0-9]{0,4})"
_LINE = re.compile(
    rb"PROXY TCP6 fc00:dead:beef:4dad::" + _HALF + rb":" + _HALF + rb" ::1 " + _PORT + rb" " + _PORT
)


class NotTorError(Exception):
    """A stream does not begin as Tor begins one. Its text says nothing of what came instead."""


def read_circuit(read: Callable[[], bytes]) -> tuple[bytes, bytes]:
    """The circuit's 4 bytes, and what already came of the stream behind the line.

    ``read`` returns some bytes, or none at the end. Raises NotTorError, and whatever ``read`` raises.
    """
    data = b""
    while _END not in data[:MAX_LINE]:
        more = b"" if len(data) >= MAX_LINE else read()
        if not more:
            raise NotTorError
        data += more
    line, _, rest = data.partition(_END)
    return _circuit_in(line), rest


def circuit_line(circuit: bytes, port: int = 80) -> bytes:
    """The line that Tor writes for a stream of this circuit to this port of the service."""
    high, low = int.from_bytes(circuit[:2], "big"), int.from_bytes(circuit[2:], "big")
    return b"PROXY TCP6 fc00:dead:beef:4dad::%x:%x ::1 %d %d\r\n" % (high, low, low, port)


def _circuit_in(line: bytes) -> bytes:
    found = _LINE.fullmatch(line)
    if found is None:
        raise NotTorError
    high, low, source, port = int(found[1], 16), int(found[2], 16), int(found[3]), int(found[4])
    if source != low or port > 65535:
        raise NotTorError
    return (high << 16 | low).to_bytes(CIRCUIT_BYTES, "big")

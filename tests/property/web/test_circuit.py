"""Tor's line in front of a stream: one form is read, and from whatever else comes nothing is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates.web.circuit import CIRCUIT_BYTES, MAX_LINE, NotTorError, circuit_line, read_circuit

CIRCUITS = st.binary(min_size=CIRCUIT_BYTES, max_size=CIRCUIT_BYTES)


def arriving(data: bytes, sizes: list[int]) -> Callable[[], bytes]:
    """``data`` as a network brings it, in pieces of these sizes and then the rest."""
    pieces, at = [], 0
    for size in sizes:
        pieces.append(data[at : at + size])
        at += size
    pieces = [piece for piece in (*pieces, data[at:]) if piece]
    return lambda: pieces.pop(0) if pieces else b""


@given(
    circuit=CIRCUITS,
    port=st.integers(0, 65535),
    behind=st.binary(max_size=300),
    sizes=st.lists(st.integers(1, 40)),
)
def test_the_circuit_is_read_however_the_line_arrives_and_nothing_behind_it_is_lost(
    circuit: bytes, port: int, behind: bytes, sizes: list[int]
) -> None:
    read = arriving(circuit_line(circuit, port) + behind, sizes)
    found, rest = read_circuit(read)
    while more := read():
        rest += more
    assert (found, rest) == (circuit, behind)


@given(data=st.binary(max_size=400), sizes=st.lists(st.integers(1, 40)))
def test_whatever_else_comes_is_not_from_tor(data: bytes, sizes: list[int]) -> None:
    with pytest.raises(NotTorError):
        read_circuit(arriving(data, sizes))


@given(
    circuit=CIRCUITS, port=st.integers(0, 65535), place=st.integers(0, MAX_LINE), put=st.binary(max_size=3)
)
def test_one_circuit_has_one_line(circuit: bytes, port: int, place: int, put: bytes) -> None:
    """Whatever is changed in a line either spoils it or makes it the line of what is read from it."""
    line = circuit_line(circuit, port)
    changed = line[:place] + put + line[place + 1 :]
    try:
        found, rest = read_circuit(arriving(changed, []))
    except NotTorError:
        return
    taken = changed.removesuffix(rest)
    assert taken == circuit_line(found, int(taken.split()[-1]))


@pytest.mark.parametrize("line", [
    b"PROXY TCP6 fc00:dead:beef:4dad::0:29a ::1 666 80\n",
    b"PROXY TCP6 fc00:dead:beef:4dad::29a ::1 666 80\r\n",
    b"PROXY TCP6 fc00:dead:beef:4dad::0:29A ::1 666 80\r\n",
    b"PROXY TCP6 fc00:dead:beef:4dad::0:029a ::1 666 80\r\n",
    b"PROXY TCP6 fc00:dead:beef:4dad::0:29a ::1 667 80\r\n",
    b"PROXY TCP6 fc00:dead:beef:4dad::0:29a ::1 0666 80\r\n",
    b"PROXY TCP6 fc00:dead:beef:4dad::0:29a ::1 666 65536\r\n",
    b"PROXY TCP6 fc00:dead:beef:4dad::0:29a ::1 666 80 \r\n",
    b"PROXY TCP6 fc00:dead:beef:4dad::0:29a ::2 666 80\r\n",
    b"PROXY TCP6 2001:db8::29a ::1 666 80\r\n",
    b"PROXY TCP4 192.0.2.7 127.0.0.1 666 80\r\n",
    b"PROXY UNKNOWN\r\n",
    b"PROXY TCP6 fc00:dead:beef:4dad::0:29a ::1 666 80" + b" " * 100 + b"\r\n",
    b"\r\n\r\n\x00\r\nQUIT\n!\x11\x00\x0c" + bytes(12),
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"",
])  # fmt: skip
def test_lines_that_are_almost_right_are_refused(line: bytes) -> None:
    with pytest.raises(NotTorError):
        read_circuit(arriving(line, []))


def test_no_more_is_read_than_a_line_may_be_long() -> None:
    asked = []

    def drip() -> bytes:
        asked.append(1)
        return b"P"

    with pytest.raises(NotTorError):
        read_circuit(drip)
    assert len(asked) == MAX_LINE

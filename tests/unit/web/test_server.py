"""The server's patience: slow lines are served, dripping ones are not."""

from __future__ import annotations

import socket

import pytest

from templates.web import server


def test_a_request_may_arrive_slowly_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "READ_SECONDS", 0.2)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        reader = server._Impatient(ours)
        theirs.sendall(b"x" * server.LEAST_RATE)
        assert len(reader.recv(8192)) == server.LEAST_RATE
        theirs.sendall(b"y")
        assert reader.recv(8192) == b"y"
        with pytest.raises(TimeoutError):  # a second was earned, and no more
            list(iter(lambda: reader.recv(8192), b""))


def test_a_port_in_use_is_said_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listen = server.Listen("127.0.0.1", taken.getsockname()[1], https=False)
        with pytest.raises(server.ListenError, match="choose another with --port"):
            server.serve(lambda: lambda _environ, _start: [], listen)

"""The server's patience: slow lines are served, dripping ones are not."""

from __future__ import annotations

import socket
import time

import pytest
from gunicorn.config import Config
from gunicorn.http.parser import RequestParser

from templates.web import server
from templates.web.listen import Listen, ListenError


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


def test_a_line_that_was_fast_may_not_fall_silent_for_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred megabytes in a second must not pay for half a day of silence."""
    monkeypatch.setattr(server, "READ_SECONDS", 0.2)
    monkeypatch.setattr(server, "PAUSE_SECONDS", 0.3)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        reader = server._Impatient(ours)
        theirs.sendall(b"x" * 100 * server.LEAST_RATE)
        assert len(reader.recv(1 << 20)) == 100 * server.LEAST_RATE
        begun = time.monotonic()
        with pytest.raises(TimeoutError):
            reader.recv(1)
        assert time.monotonic() - begun < server.WRITE_SECONDS / 2


def test_the_rest_of_a_refused_body_is_not_waited_for() -> None:
    """A body that was announced and never sent must not hold a thread for as long as a request may take."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        parser = RequestParser(Config(), server._Impatient(ours), None)
        theirs.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 10000000000\r\n\r\n")
        next(parser)
        begun = time.monotonic()
        assert parser.finish_body(deadline=begun + 0.2) is False
        assert time.monotonic() - begun < server.READ_SECONDS


def test_a_port_in_use_is_said_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listen = Listen("127.0.0.1", taken.getsockname()[1], https=False)
        with pytest.raises(ListenError, match="choose another with --port"):
            server.serve(lambda: lambda _environ, _start: [], listen)

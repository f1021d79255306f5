"""gunicorn, told to forget: no access log, no address, no banner, no control socket. Knows only a WSGI application.

Started under ``python -P``, so that a stray ``./templates/`` cannot shadow ours. Bodies stay in memory; the only file a worker
makes is its empty heartbeat.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http import errors, wsgi
from gunicorn.workers.gthread import TConn, ThreadWorker

from templates.web.headers import NO_STORE, security_headers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

READ_SECONDS = 30
"""How long a request may take to arrive, …"""
LEAST_RATE = 2048
"""… plus a second for so many bytes that did: slow lines are served, and nobody holds a thread by dripping bytes (A6)."""
PAUSE_SECONDS = 120
"""The most that is saved up in this way: a file may take hours to arrive, and its line may not fall silent for longer."""
LONG_BODY = 4 * 1024 * 1024
"""Announced bytes from which a body counts as one that takes long, as one does that announces none."""
PUT_OFF = 1000
"""Requests by which a worker's renewal is put off while such a body arrives: its sender would have to begin again."""
WRITE_SECONDS = 120
"""How long a page may take to leave: our largest ones, over a slow circuit."""
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # heartbeat files only, so that a slow disk kills no worker

_STATUS: tuple[tuple[type[Exception], str], ...] = (
    (errors.LimitRequestLine, "414 URI Too Long"),
    (errors.LimitRequestHeaders, "431 Request Header Fields Too Large"),
    (errors.UnsupportedTransferCoding, "501 Not Implemented"),
    (errors.ExpectationFailed, "417 Expectation Failed"),
    (errors.ParseException, "400 Bad Request"),
)
_BODY = b"Your browser sent something this site does not understand. Please go back and try again.\n"


@dataclass(frozen=True, slots=True)
class Listen:
    """Where and how wide to listen."""

    host: str
    port: int
    https: bool
    workers: int = 2
    threads: int = 32


class ListenError(Exception):
    """The address cannot be listened on; the text is one line."""


def serve(load: Callable[[], WSGIApplication], listen: Listen) -> None:
    """Serve until told to stop. ``load`` runs in each worker, so that workers share no connection.

    gunicorn's own log goes to the root logger: configure it first. Raises ListenError.
    """
    _try_to_bind(listen)
    _Server(load, listen).run()


def _try_to_bind(listen: Listen) -> None:
    # gunicorn would say it in a log line that holds no text, five times.
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((listen.host, listen.port))
        except OSError as error:
            raise ListenError(
                f"cannot listen on {listen.host} port {listen.port} ({error.strerror}); choose another with --port"
            ) from None


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, load: Callable[[], WSGIApplication], listen: Listen) -> None:
        self._load, self._listen = load, listen
        super().__init__()

    def load_config(self) -> None:
        host = f"[{self._listen.host}]" if ":" in self._listen.host else self._listen.host
        settings: dict[str, Any] = {
            "bind": f"{host}:{self._listen.port}",
            "workers": self._listen.workers,
            "threads": self._listen.threads,
            "worker_class": _worker_class(self._listen.https),
            "logger_class": QuietLogger,
            "accesslog": None,
            "control_socket_disable": True,
            "worker_tmp_dir": str(_SHARED_MEMORY) if _SHARED_MEMORY.is_dir() else None,
            "limit_request_line": 4094,
            "limit_request_fields": 60,
            "limit_request_field_size": 8190,
            "timeout": 60,
            "graceful_timeout": 20,
            "keepalive": 5,
            "max_requests": 20_000,  # a worker is renewed now and then: what it held in memory goes with it
            "max_requests_jitter": 2_000,
            "secure_scheme_headers": {},  # no header from outside decides what is secure
            "forwarded_allow_ips": "",
            "umask": 0o077,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        return self._load()


class QuietResponse(wsgi.Response):  # type: ignore[misc]  # gunicorn has no types
    """A response that does not name the server."""

    def default_headers(self) -> list[str]:
        """gunicorn's own, without the banner."""
        return [line for line in super().default_headers() if not line.startswith("Server:")]


class _Impatient:
    """The reading side of a socket, for one request: it gives up when bytes come too slowly."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._deadline = time.monotonic() + READ_SECONDS

    def recv(self, size: int) -> bytes:
        """As a socket's. Raises TimeoutError."""
        patience = self._deadline - time.monotonic()
        if patience <= 0:
            raise TimeoutError
        before = self._sock.gettimeout()
        self._sock.settimeout(patience if before is None else min(patience, before))
        try:
            data = self._sock.recv(size)
        finally:
            self._sock.settimeout(before)
        earned = self._deadline + len(data) / LEAST_RATE
        self._deadline = min(earned, time.monotonic() + max(READ_SECONDS, PAUSE_SECONDS))
        return data

    def gettimeout(self) -> float | None:
        """As a socket's."""
        return self._sock.gettimeout()

    def settimeout(self, seconds: float | None) -> None:
        """As a socket's: gunicorn bounds by it how long it waits for the rest of a body that nobody wants."""
        self._sock.settimeout(seconds)


class QuietWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A worker whose refusals carry our headers and whose log lines carry no address. Threads: a browser's idle
    connection must not keep others out."""

    https = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._long: set[int] = set()

    def init_process(self) -> None:
        """Start the worker's loop."""
        # The factory of responses takes its class from its own module and offers no other way in.
        wsgi.Response = QuietResponse
        super().init_process()

    def handle(self, conn: TConn) -> Any:
        """Serve one request of a connection, with a limit on how long it may take to arrive and to be answered."""
        begin = conn.init

        def begin_with_limits() -> None:
            begin()
            conn.sock.settimeout(WRITE_SECONDS)
            conn.parser.unreader.sock = _Impatient(conn.sock)

        conn.init = begin_with_limits
        try:
            return super().handle(conn)
        finally:
            conn.init = begin

    def handle_request(self, req: Any, conn: TConn) -> Any:
        """Serve it. A worker that is due for renewal waits for files that are on their way: they may have come for hours."""
        if not _is_long(req):
            self._put_off_renewal()
            return super().handle_request(req, conn)
        self._long.add(id(req))
        try:
            self._put_off_renewal()
            return super().handle_request(req, conn)
        finally:
            self._long.discard(id(req))

    def _put_off_renewal(self) -> None:
        if self.nr + 1 >= self.max_requests and self._long:
            self.max_requests += PUT_OFF

    def handle_error(self, _req: object, client: Any, _addr: object, exc: BaseException) -> None:
        """Answer what is not HTTP; the original would log the address and skip our headers."""
        status = next((line for kind, line in _STATUS if isinstance(exc, kind)), "500 Internal Server Error")
        if status.startswith("500"):
            self.log.error("a connection failed", exc_info=exc)
        headers = security_headers(https=self.https) | {
            "Cache-Control": NO_STORE,
            "Connection": "close",
            "Content-Length": str(len(_BODY)),
            "Content-Type": "text/plain; charset=utf-8",
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        with contextlib.suppress(OSError):  # whoever sent it may be gone
            client.sendall(f"HTTP/1.1 {status}\r\n{head}\r\n".encode("ascii") + _BODY)


def _is_long(req: Any) -> bool:
    headers = dict(req.headers)
    return "TRANSFER-ENCODING" in headers or int(headers.get("CONTENT-LENGTH", 0)) > LONG_BODY


def _worker_class(https: bool) -> type[QuietWorker]:  # noqa: FBT001  # the class is made for one setting
    return type("Worker", (QuietWorker,), {"https": https})


class QuietLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's warnings go to the process's own log, which keeps their source and the exception's type, no text."""

    def setup(self, cfg: Any) -> None:
        """No handler and no file of its own."""
        self.cfg = cfg
        self.loglevel = logging.WARNING
        self.error_log.handlers.clear()
        self.error_log.propagate = True
        self.error_log.setLevel(self.loglevel)

    def access(self, *_arguments: Any, **_options: Any) -> None:
        """Nobody's visit is written down (P6)."""

"""gunicorn, told to forget: no access log, no address, no banner, no control socket. Knows only a WSGI application.

Started under ``python -P``, so that a stray ``./templates/`` cannot shadow ours. Bodies stay in memory; the only file a worker
makes is its empty heartbeat.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http import errors, wsgi
from gunicorn.workers.gthread import TConn, ThreadWorker

from templates.web.circuit import NotTorError, read_circuit
from templates.web.entrance import CIRCUIT
from templates.web.headers import NO_STORE, security_headers
from templates.web.listen import Listen, open_listeners

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

READ_SECONDS = 30
"""How long a request may take to arrive, …"""
LEAST_RATE = 2048
"""… plus a second for so many bytes that did: slow lines are served, and nobody holds a thread by dripping bytes (A6)."""
PAUSE_SECONDS = 120
"""The most that is saved up in this way: a file may take hours to arrive, and its line may not fall silent for longer."""
LONG_BODY = 4 * 1024 * 1024
"""Announced bytes from which a body counts as one that takes long, as one does that announces none."""
RENEWED_AFTER = 6 * 60 * 60
"""Seconds after which a worker is renewed however few it served, up to an hour more: no memory holds longer what it saw."""
PUT_OFF = 1000
"""Requests by which a worker's renewal is put off while such a body arrives: its sender would have to begin again."""
WRITE_SECONDS = 120
"""How long a page may take to leave: our largest ones, over a slow circuit."""
_THIS_MACHINE = ("127.0.0.1", 0)
_HERE = ("localhost", 80)
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # heartbeat files only, so that a slow disk kills no worker

_STATUS: tuple[tuple[type[Exception], str], ...] = (
    (errors.LimitRequestLine, "414 URI Too Long"),
    (errors.LimitRequestHeaders, "431 Request Header Fields Too Large"),
    (errors.UnsupportedTransferCoding, "501 Not Implemented"),
    (errors.ExpectationFailed, "417 Expectation Failed"),
    (errors.ParseException, "400 Bad Request"),
)
_BODY = b"Your browser sent something this site does not understand. Please go back and try again.\n"


def serve(load: Callable[[], WSGIApplication], listen: Listen) -> None:
    """Serve until told to stop. ``load`` runs in each worker, so that workers share no connection.

    gunicorn's own log goes to the root logger: configure it first. Raises ListenError.
    """
    # Bound here: gunicorn would say what is wrong in a log line that holds no text, and give sockets in the file system its own
    # group instead of their folder's.
    listeners = [listener.detach() for listener in open_listeners(listen)]
    _Server(load, listen, listeners).run()


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(
        self, load: Callable[[], WSGIApplication], listen: Listen, listeners: Sequence[int] = ()
    ) -> None:
        self._load, self._listen, self._listeners = load, listen, listeners
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": [f"fd://{number}" for number in self._listeners],
            "workers": self._listen.workers,
            "threads": self._listen.threads,
            "worker_class": _worker_class(self._listen),
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
            # gunicorn trusts whoever comes by a socket in the file system as a proxy; but Tor passes on what a visitor says.
            "forwarder_headers": "",
            "proxy_protocol": "off",  # gunicorn's would keep an address, log it, and take a stream without one as well
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
    onion = ""
    """The path of Tor's socket, if there is one."""
    wsgi: WSGIApplication

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._long: set[int] = set()
        self._until = time.monotonic() + RENEWED_AFTER * (1 + secrets.randbelow(1000) / 6000)
        self._serving = threading.local()

    def init_process(self) -> None:
        """Start the worker's loop."""
        # The factory of responses takes its class from its own module and offers no other way in.
        wsgi.Response = QuietResponse
        super().init_process()

    def notify(self) -> None:
        """Say that it is alive, about once a second; and end where its time is over. Files on their way are waited for, as long
        again at most."""
        super().notify()
        over = time.monotonic() - self._until
        if over > (RENEWED_AFTER if self._long else 0):
            self.alive = False

    def load_wsgi(self) -> None:
        """Load the application; it is told by which circuit each request came."""
        super().load_wsgi()
        application: WSGIApplication = self.wsgi

        def told(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if (circuit := self._serving.conn.circuit) is not None:
                environ[CIRCUIT] = circuit
            return application(environ, start_response)

        self.wsgi = told

    def handle(self, conn: TConn) -> Any:
        """Serve one request of a connection, with a limit on how long it may take to arrive and to be answered."""
        begin = conn.init
        self._arrive(conn)

        def begin_with_limits() -> None:
            is_new = not conn.initialized
            begin()
            conn.sock.settimeout(WRITE_SECONDS)
            unreader = conn.parser.unreader
            unreader.sock = _Impatient(conn.sock)
            if is_new and conn.from_tor:
                conn.circuit, rest = read_circuit(unreader.read)
                unreader.unread(rest)

        conn.init = begin_with_limits
        try:
            return super().handle(conn)
        finally:
            conn.init = begin

    def _arrive(self, conn: TConn) -> None:
        self._serving.conn = conn
        if hasattr(conn, "from_tor"):
            return  # kept alive, or put off until it had something to say
        conn.circuit = None
        conn.from_tor = conn.server == self.onion
        if isinstance(conn.server, str):
            # gunicorn would trust whoever comes this way as it trusts a proxy, and make a server's name out of the path.
            conn.client, conn.server = _THIS_MACHINE, _HERE

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
        if isinstance(exc, NotTorError):
            return  # nobody is there who could read an answer
        status = next((line for kind, line in _STATUS if isinstance(exc, kind)), "500 Internal Server Error")
        if status.startswith("500"):
            self.log.error("a connection failed", exc_info=exc)
        headers = security_headers(https=self.https and not self._serving.conn.from_tor) | {
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


def _worker_class(listen: Listen) -> type[QuietWorker]:
    onion = "" if listen.onion is None else str(listen.onion)
    return type("Worker", (QuietWorker,), {"https": listen.https, "onion": onion})


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

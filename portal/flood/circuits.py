"""One circuit's requests, kept within bounds at the edge, before anything is read of them. It knows a circuit by a short hash.

Tor names the circuit that a visitor came by, where it is told to; the server puts the name into the environment. Here it is
blotted out, and nothing behind this knows it. Without a name every request passes.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from intake.time import Clock
from portal.flood.purses import WINDOW
from portal.flood.secret import DaySecret
from templates.web.entrance import CIRCUIT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEY = "underseal.circuit.key"
"""What stands for the circuit today; not there without one."""
OVER = "underseal.circuit.over"
"""True: this request is one too many."""
KEY_BYTES = 2
"""Of 65,536 keys: a circuit shares its own with every 65,536th other, so that a key proves nothing against anybody."""
AT_ONCE = 8
"""Requests of one circuit in one process at the same time; a browser opens six lines at most."""
IN_WINDOW = 60
"""Requests of one circuit in one process within one window; a page is three of them once, and one afterwards."""


@dataclass(slots=True)
class Circuits:
    """WSGI around the application."""

    application: WSGIApplication
    secret: DaySecret
    clock: Clock
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _window: int = 0
    _asked: Counter[str] = field(default_factory=Counter)
    _inside: Counter[str] = field(default_factory=Counter)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        circuit = environ.get(CIRCUIT)
        if not circuit:
            return self.application(environ, start_response)
        environ[CIRCUIT] = b""  # that there was one says by which door the request came, and no more
        key = environ[KEY] = self.secret.key_of("circuit", circuit, KEY_BYTES)
        del circuit
        environ[OVER] = self._enter(key)
        try:
            return self.application(environ, start_response)
        finally:
            self._leave(key)  # every page is whole by now, and fits into what the system sends by itself

    def _enter(self, key: str) -> bool:
        window = self.clock.now() // WINDOW
        with self._lock:
            if window != self._window:
                self._window = window
                self._asked.clear()
            self._asked[key] += 1
            self._inside[key] += 1
            return self._asked[key] > IN_WINDOW or self._inside[key] > AT_ONCE

    def _leave(self, key: str) -> None:
        with self._lock:
            self._inside[key] -= 1
            if self._inside[key] <= 0:
                del self._inside[key]

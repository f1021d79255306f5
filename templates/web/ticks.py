"""Answers that may hang on something secret leave at fixed ticks, so that a clock outside tells nothing of the work (P7).

The clock of an answer starts when its request was read whole, so that whoever sends slowly chooses no moment. When the answer
is complete, closing work included, the processor goes on until whole portions of its time are used up: on a busy machine every
difference in work is multiplied. Then it waits, and after that every answer takes the same few steps. Work that takes longer
than a tick leaves at the next one. See docs/adr/0041.

Knows no page and no secret.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import request

from templates.web.refusals import TooManyAtOnce

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

TICK = 0.5
"""Seconds. The dearest ordinary work, a login's derivation, fits in twice."""
WORK = 0.05
"""Seconds of the processor: what a mailbox with a dozen answers takes."""
UNSAFE_NO_TICK = 0.0
"""For tests only: answers leave when they are ready. No setting, file or environment variable leads here."""
AT_ONCE = 24
"""Answers that may be made or wait at once in a process. Files may take 16 of 64 threads: forms and advice stay open (A6)."""

_KEY = "underseal.tick"
_BLOCK, _STEPS = bytes(1024), 20


@dataclass(frozen=True, slots=True)
class Ticks:
    """The ticks of one application. ``seconds`` is a tick's length, ``work`` a portion of the processor's time."""

    seconds: float = TICK
    work: float = WORK
    at_once: int = AT_ONCE
    clock: Callable[[], float] = time.monotonic
    processor: Callable[[], float] = time.thread_time
    sleep: Callable[[float], None] = time.sleep
    _places: threading.BoundedSemaphore = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_places", threading.BoundedSemaphore(self.at_once))

    def begin(self, environ: WSGIEnvironment) -> None:
        """From now on the answer to this request waits for a tick. Raises TooManyAtOnce, before any work was done."""
        if not self._places.acquire(blocking=False):
            raise TooManyAtOnce
        environ[_KEY] = self.clock(), self.processor()

    def end(self, environ: WSGIEnvironment) -> None:
        """Give the place of this request back, if it has one."""
        if _KEY in environ:
            self._places.release()

    def wait(self, environ: WSGIEnvironment) -> None:
        """Use up what is left of the work, and wait for the tick at which this request's answer leaves."""
        if environ.get(_KEY) is None or not self.seconds:
            return
        begun, before = environ[_KEY]
        worked = next_tick(before, self.processor(), self.work)
        while self.processor() < worked:
            # Small steps under the interpreter's lock, as opening and showing a mailbox are.
            for _ in range(_STEPS):
                hashlib.sha256(_BLOCK)
        now = self.clock()
        due = next_tick(begun, now, self.seconds)
        while now < due:
            self.sleep(due - now)
            now = self.clock()


@dataclass(frozen=True, slots=True)
class Held:
    """WSGI around everything else: marked answers are held back. Nothing of an answer may go out before it."""

    application: WSGIApplication
    ticks: Ticks

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            answer = self.application(environ, start_response)
            if _KEY not in environ:
                return answer
            try:
                whole = [_complete(answer)]
            finally:
                del answer  # and all that it holds: taking it apart takes time as well
                self.ticks.wait(environ)
            return whole
        finally:
            self.ticks.end(environ)


def _complete(answer: Iterable[bytes]) -> bytes:
    try:
        return b"".join(answer)
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()


def next_tick(begun: float, now: float, tick: float) -> float:
    """When what is ready ``now`` is over: whole ticks after ``begun``, at least one."""
    due = begun + tick * max(1, -((begun - now) // tick))
    return due if due >= now else due + tick


def leave_at_once() -> None:
    """The answer being made hangs on nothing secret, and nobody need wait for it."""
    if _KEY in request.environ:
        request.environ[_KEY] = None

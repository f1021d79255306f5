"""The secret of the day, in memory only: budgets' keys are made with it, and with it they stop meaning anything.

One page of anonymous memory, made before the processes of a portal are forked, so that all of them make the same keys. It has a
file descriptor and no name: nothing of it is on a disk, and it ends with the last process. Whoever first sees a new day puts a
fresh secret in the old one's place. Several machines have one each.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import secrets
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

from crypto.encoding import pack
from intake.time import Clock

DAY = 24 * 60 * 60  # seconds
_SECRET = 32  # bytes, after eight for the day
_SIZE = 8 + _SECRET


class DaySecret:
    """Make one before forking. ``key_of`` is safe in every thread and process that inherits it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._file = os.memfd_create("underseal")
        os.ftruncate(self._file, mmap.PAGESIZE)
        self._page = mmap.mmap(self._file, mmap.PAGESIZE)
        self._threads = threading.Lock()
        weakref.finalize(self, os.close, self._file)

    def key_of(self, kind: str, value: bytes, length: int) -> str:
        """``length`` bytes in hexadecimal that stand for ``value`` until the day (UTC) is over, and for nothing afterwards.

        Truncated, so that even with the secret many values have the same key.
        """
        with self._locked():
            secret = self._today()
        return hashlib.blake2b(pack(kind.encode(), value), key=secret, digest_size=length).hexdigest()

    def _today(self) -> bytes:
        day = self._clock.now() // DAY
        kept = int.from_bytes(self._page[:8], "big")
        # A thread that read the clock just before midnight, and a clock set back a little, must not undo the change.
        if not (day <= kept <= day + 1):
            self._page[:_SIZE] = day.to_bytes(8, "big") + secrets.token_bytes(_SECRET)
        return self._page[8:_SIZE]

    @contextmanager
    def _locked(self) -> Iterator[None]:
        # The kernel gives this lock back when a process is killed while it holds it; between threads it does nothing.
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

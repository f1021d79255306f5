"""Temporary files lie in memory where the machine has room for them: a story pays for no disk that it says nothing about."""

from __future__ import annotations

import os
import shutil
import tempfile

_MEMORY = "/dev/shm"
_ROOM = 4 << 30  # bytes; a whole run with three workers and as many database servers stays under half of it


def files_in_memory() -> None:
    """For this process and those that it starts, unless TMPDIR names another place, or there is no such place or no room."""
    if "TMPDIR" in os.environ or not os.access(_MEMORY, os.W_OK | os.X_OK):
        return
    if shutil.disk_usage(_MEMORY).free < _ROOM:
        return
    os.environ["TMPDIR"] = tempfile.tempdir = _MEMORY

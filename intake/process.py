"""What every process does to itself before it reads a secret: its files and its memory are nobody else's.

A crash must not write plaintext to a disk (P1): no core file, and no core piped to a collector, which ignores the limit on
core files (core(5)). The same flag keeps other processes of the same user from reading this one's memory (ptrace(2)).
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys

_PR_SET_DUMPABLE = 4  # prctl(2)


def keep_to_itself() -> None:
    """Write files for the owner alone, and leave no memory behind in a crash. Threads and forks inherit it; a new program
    must do it again. Raises OSError when the kernel refuses."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux" and ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "this process cannot be kept out of core dumps")

"""What the sandbox's process does to itself before it reads the first byte: limits, no network, no files, no other processes.

Four walls, each tried: namespaces of its own (user and network), Landlock, a seccomp filter, and resource limits. Only the
limits exist everywhere; which of the others hold is returned, so that ``doctor`` can say it. Linux on x86-64 or ARM64 for the
filter; sources: unshare(2), landlock(7), seccomp(2), setrlimit(2).
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys
from collections.abc import Iterable

_LIBC = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 4, 38, 22
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446
# Rights of the first Landlock that has each: files (ABI 1 to 5), TCP (4), abstract sockets and signals (6).
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}

NAMESPACE, LANDLOCK, SECCOMP = "namespace", "landlock", "seccomp"


def limit(memory: int, seconds: int) -> None:
    """Bound this process: ``memory`` in bytes of address space, ``seconds`` of processor time; no file, no core, no child."""
    for which, value in (
        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory), (resource.RLIMIT_NOFILE, 64), (resource.RLIMIT_NPROC, 0),
    ):  # fmt: skip
        resource.setrlimit(which, (value, value))
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def lock() -> list[str]:
    """Shut every door that this kernel lets us shut; which did. Nothing can be imported or opened afterwards."""
    if sys.platform != "linux":
        return []
    walls = []
    if _own_network():
        walls.append(NAMESPACE)
    _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if _no_files():
        walls.append(LANDLOCK)
    if _filter_calls():
        walls.append(SECCOMP)
    return walls


def _own_network() -> bool:
    """A network namespace with nothing in it. A user namespace comes first where this is not root."""
    if os.geteuid() == 0 and _LIBC.unshare(_CLONE_NEWNET) == 0:
        return True
    return bool(_LIBC.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


def _no_files() -> bool:
    """A Landlock domain that handles every right and grants none."""
    version = _LIBC.syscall(_LANDLOCK_CREATE, None, 0, 1)
    if version < 1:
        return False
    files = _FILE_RIGHTS[min(version, 5)]
    rights = struct.pack("<QQQ", files, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = _LIBC.syscall(_LANDLOCK_CREATE, rights, size, 0)
    if ruleset < 0:
        return False
    done = _LIBC.syscall(_LANDLOCK_RESTRICT, ruleset, 0) == 0
    os.close(ruleset)
    return bool(done)


# What computing and two open pipes need. Numbers: x86-64, ARM64 (None: it has no such call).
_ALLOWED: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63), "write": (1, 64), "close": (3, 57), "fstat": (5, 80), "lseek": (8, 62), "mmap": (9, 222),
    "mprotect": (10, 226), "munmap": (11, 215), "brk": (12, 214), "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139), "readv": (19, 65), "writev": (20, 66), "sched_yield": (24, 124), "mremap": (25, 216),
    "madvise": (28, 233), "getpid": (39, 172), "exit": (60, 93), "sigaltstack": (131, 132), "gettid": (186, 178),
    "futex": (202, 98), "clock_gettime": (228, 113), "exit_group": (231, 94), "getrandom": (318, 278), "rseq": (334, 293),
    "sched_getaffinity": (204, 123), "poll": (7, None), "getrusage": (98, 165), "gettimeofday": (96, 169),
}  # fmt: skip
_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | 1, 0x80000000  # SECCOMP_RET_ERRNO with EPERM
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_X32 = 0x40000000


def _program(architecture: int, numbers: Iterable[int]) -> bytes:
    """Classic BPF: kill another architecture, allow the listed calls, answer EPERM to the rest."""
    allowed = sorted(numbers)
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0),
             (_AT_LEAST, len(allowed), 0, _X32)]  # fmt: skip
    for index, number in enumerate(allowed):
        steps.append((_EQUAL, len(allowed) - index, 0, number))
    steps += [(_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("<HBBI", *step) for step in steps)


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("program", ctypes.c_char_p))


def _filter_calls() -> bool:
    """An allowlist of system calls; no socket, no open, no fork, no exec is on it."""
    known = _ARCHITECTURES.get(platform.machine())
    if known is None:
        return False
    architecture, column = known
    program = _program(architecture, [row[column] for row in _ALLOWED.values() if row[column] is not None])  # type: ignore[misc]
    prog = _Filter(len(program) // 8, program)
    return bool(_LIBC.prctl(_PR_SET_SECCOMP, 2, ctypes.byref(prog), 0, 0) == 0)

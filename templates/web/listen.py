"""Where a process listens: a port, or sockets in the file system that one group can reach. Knows no request and no server.

A socket in the file system is as open as its folder and its mode say: whoever could put another one in its place would
receive the reports, and whoever could connect to Tor's could claim any circuit. So the folder belongs to this process's user,
nobody else may write to it, and others cannot enter it; the socket takes the folder's group, the reverse proxy's or Tor's.
"""

from __future__ import annotations

import os
import socket
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MAX_PATH = 107
"""Bytes of a path in the kernel's sockaddr_un, without the zero behind it: unix(7)."""
_MASK = 0o117
"""Owner and group may connect, from the file's first moment."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Where and how wide to listen."""

    host: str
    port: int
    https: bool
    """Whether visitors reach host and port, or ``unix``, by https."""
    workers: int = 2
    threads: int = 64
    unix: Path | None = None
    """A socket of a reverse proxy, in place of host and port."""
    onion: Path | None = None
    """A second socket, for Tor alone: each stream begins with its circuit. What comes by it is no https."""


class ListenError(Exception):
    """The address cannot be listened on; the text is one line."""


def open_listeners(listen: Listen) -> list[socket.socket]:
    """Every place, bound. Raises ListenError; then none of them is bound."""
    opened: list[socket.socket] = []
    try:
        opened.append(_port(listen) if listen.unix is None else unix_listener(listen.unix, "--socket"))
        if listen.onion is not None:
            opened.append(unix_listener(listen.onion, "--onion-socket"))
    except ListenError:
        for each in opened:
            each.close()
        raise
    return opened


def _port(listen: Listen) -> socket.socket:
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((listen.host, listen.port))
    except OSError as error:
        listener.close()
        raise ListenError(
            f"cannot listen on {listen.host} port {listen.port} ({error.strerror}); choose another with --port"
        ) from None
    return listener


def unix_listener(path: Path, option: str) -> socket.socket:
    """A socket at ``path``, bound; one that nobody listens at any more makes room. Raises ListenError, naming ``option``."""
    if not path.is_absolute() or len(os.fsencode(path)) > MAX_PATH:
        raise ListenError(
            f"{path} is no place for a socket: give {option} a path from / of at most {MAX_PATH} bytes"
        )
    if (fault := fault_of_folder(path.parent)) is not None:
        raise ListenError(fault)
    try:
        _make_room(path, option)
        return _bound(path)
    except OSError as error:
        raise ListenError(
            f"cannot listen at {path} ({error.strerror}); see to its folder, or choose another with {option}"
        ) from None


def fault_of_folder(folder: Path, *, owner: int | None = None) -> str | None:
    """Why sockets in ``folder`` would be open to others, in one line, or None. ``owner``: who may have it beside us."""
    try:
        found = folder.stat()
    except OSError as error:
        return (
            f"{folder} cannot be used ({error.strerror}); make it, once for every start of the machine, with: "
            f"install -d -m 2750 -o {_own_name()} -g GROUP {folder}"
        )
    mode = stat.S_IMODE(found.st_mode)
    if not stat.S_ISDIR(found.st_mode):
        return f"{folder} is no folder; choose another place for the socket"
    if mode & 0o027:
        return f"{folder} is open to others; run: chmod g-w,o-rwx {folder}"
    if found.st_uid not in {os.geteuid(), 0, owner}:
        return f"{folder} belongs to somebody else, who could take the socket's place; run: chown {_own_name()} {folder}"
    return None


def _own_name() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _make_room(path: Path, option: str) -> None:
    with suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise ListenError(f"{path} is there and is no socket; remove it, or choose another with {option}")
        if _answers(path):
            raise ListenError(f"somebody listens at {path} already; stop it, or choose another with {option}")
        path.unlink()  # left behind by a process that was killed


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except TimeoutError:
            return True  # so busy that it cannot take one more
    return True


def _bound(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(_MASK)
    try:
        listener.bind(str(path))
        group = path.parent.stat().st_gid
        if path.stat().st_gid != group:
            os.chown(path, -1, group)
    except OSError:
        listener.close()
        raise
    finally:
        os.umask(before)
    return listener

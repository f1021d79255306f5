"""Sealed files in a directory: ``xx/<id>``, ``xx`` being the id's first two characters. Knows nothing of what they hold.

Names are random and file times are fixed, so that a listing is no calendar of reports. Two times are the kernel's own and
cannot be set: when an inode was last changed, and when it was born (statx(2)). Nothing is overwritten when it is deleted: on
flash storage that reaches no old block; what is destroyed is the key.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from crypto.keys import is_id, new_id
from intake.evidence.store.protocol import PIECE, MissingError, StoreError, checked

INCOMING = "incoming"
"""Where files lie while they are written; no shard has a name of this length."""

_NEUTRAL_TIME = (0, 0)
_SHARD = 2  # characters of an id
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
# Reading leaves no time behind either; the kernel grants this to the files' owner.
_UNTIMED = getattr(os, "O_NOATIME", 0)
_OPEN = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class DirectoryStore:
    """Sealed files under ``path``, which must exist: a disk that is not mounted must not look like an empty store."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self, blob_id: str) -> IncomingFile:
        """Begin a file. Raises StoreError."""
        if self.size(blob_id) is not None:
            raise StoreError("a sealed file of this id is there already; nothing was changed")
        with self.place() as root:
            return IncomingFile(self, blob_id, *_new_file(root))

    def read(self, blob_id: str) -> Iterator[bytes]:
        """The bytes in pieces of at most PIECE. Raises MissingError, StoreError."""
        shard, name = _parts(blob_id)
        with self.place() as root:
            try:
                with _folder(shard, root) as folder:
                    return _Pieces(self, FileIO(_open_file(name, folder), "rb"))
            except FileNotFoundError:
                raise MissingError("a sealed file is not in the store") from None

    def size(self, blob_id: str) -> int | None:
        """Bytes of a whole file, None when there is none. Raises StoreError."""
        shard, name = _parts(blob_id)
        with self.place() as root:
            try:
                with _folder(shard, root) as folder:
                    return _size(name, folder)
            except FileNotFoundError:
                return None

    def delete(self, blob_id: str) -> None:
        """Take the file away, durably. Raises StoreError."""
        shard, name = _parts(blob_id)
        with self.place() as root, suppress(FileNotFoundError), _folder(shard, root) as folder:
            os.unlink(name, dir_fd=folder)
            _settle(folder)

    def list(self) -> Iterator[tuple[str, int]]:
        """Id and size of every whole file. Raises StoreError."""
        with self.place() as root:
            for shard in _names(root):
                if len(shard) == _SHARD:
                    yield from _files_of(shard, root)

    def sweep(self) -> int:
        """Remove what killed writers left: a living one, also in another process, holds its file's lock. Raises StoreError."""
        with self.place() as root, suppress(FileNotFoundError), _folder(INCOMING, root) as folder:
            swept = sum(_remove_if_left(name, folder) for name in _names(folder) if is_id(name))
            if swept:
                _settle(folder)
            return swept
        return 0

    @contextmanager
    def place(self) -> Iterator[int]:
        """The directory, open; what the system refuses inside becomes a StoreError."""
        with self.refusing():
            root = _open_untimed(str(self.path), os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
            try:
                yield root
            finally:
                os.close(root)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Turn what the system refuses into a StoreError that says what to do."""
        try:
            yield
        except OSError as error:
            if error.errno in _FULL:
                raise StoreError(f"{self.path} is full; make room for sealed files") from None
            raise StoreError(
                f"sealed files cannot be kept in {self.path} ({error.strerror});"
                " check that it is there, mounted, and its owner is who runs this"
            ) from None


class IncomingFile:
    """A file under ``incoming/``, locked while this lives."""

    def __init__(self, store: DirectoryStore, blob_id: str, name: str, file: FileIO) -> None:
        self._store = store
        self._id = blob_id
        self._name = name
        self._file = file

    def write(self, piece: bytes) -> None:
        """Add bytes. Raises StoreError, and nothing is left then."""
        rest = memoryview(piece)
        with self._all_or_nothing():
            while rest:
                rest = rest[self._file.write(rest) :]

    def commit(self) -> None:
        """File, name and folders are on the device when this returns. Raises StoreError, and nothing is left then."""
        shard, name = _parts(self._id)
        with self._all_or_nothing(), self._store.place() as root:
            # After the last byte, or the write would set them again.
            os.utime(self._file.fileno(), _NEUTRAL_TIME)
            os.fsync(self._file.fileno())
            _make_folder(shard, root)
            with _folder(INCOMING, root) as incoming, _folder(shard, root) as folder:
                os.rename(self._name, name, src_dir_fd=incoming, dst_dir_fd=folder)
                try:
                    _settle(folder)
                    _settle(incoming)
                    _settle(root)
                except OSError:
                    # Perhaps not on the device: it must not count, and nobody was told that it does.
                    os.unlink(name, dir_fd=folder)
                    raise
        self._file.close()

    def abort(self) -> None:
        """Leave nothing; after a commit nothing happens."""
        if self._file.closed:
            return
        with suppress(StoreError), self._store.place() as root, _folder(INCOMING, root) as incoming:
            os.unlink(self._name, dir_fd=incoming)
            _settle(incoming)
        self._file.close()

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        if self._file.closed:
            raise StoreError("this sealed file was ended already")
        try:
            with self._store.refusing():
                yield
        except BaseException:
            self.abort()
            raise


class _Pieces(Iterator[bytes]):
    """A file's bytes. Opened before the first piece is asked for, so that whoever streams it knows first that it is there."""

    def __init__(self, store: DirectoryStore, file: FileIO) -> None:
        self._store = store
        self._file = file

    def __next__(self) -> bytes:
        if self._file.closed:
            raise StopIteration
        with self._store.refusing():
            piece = self._file.read(PIECE)
        if not piece:
            self.close()
            raise StopIteration
        return piece

    def close(self) -> None:
        """Whoever reads no further ends here."""
        self._file.close()

    def __del__(self) -> None:
        self._file.close()


def _parts(blob_id: str) -> tuple[str, str]:
    return checked(blob_id)[:_SHARD], blob_id


def _new_file(root: int) -> tuple[str, FileIO]:
    """A locked, empty file in ``incoming/`` under a random name that is not the id."""
    _make_folder(INCOMING, root)
    with _folder(INCOMING, root) as folder:
        while True:
            name = new_id()
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            file = FileIO(os.open(name, flags, 0o600, dir_fd=folder), "wb")
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file.fileno()).st_nlink:
                return name, file
            file.close()  # a sweep came between the two calls and took it for left over


def _remove_if_left(name: str, folder: int) -> bool:
    try:
        file = FileIO(_open_file(name, folder), "rb")
    except OSError:
        return False  # committed meanwhile, or nothing of ours
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Under its own name only: a file that was committed between the two calls has another one by now.
            os.unlink(name, dir_fd=folder)
        except (BlockingIOError, FileNotFoundError):
            return False
    return True


def _files_of(shard: str, root: int) -> Iterator[tuple[str, int]]:
    with suppress(FileNotFoundError, NotADirectoryError), _folder(shard, root) as folder:
        for name in _names(folder):
            if is_id(name) and name.startswith(shard):
                with suppress(FileNotFoundError):
                    yield name, _size(name, folder)


def _size(name: str, folder: int) -> int:
    """Raises FileNotFoundError, also for what is no file: it is none of ours."""
    found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if not stat.S_ISREG(found.st_mode):
        raise FileNotFoundError(errno.ENOENT, "not a file", name)
    return found.st_size


def _open_file(name: str, folder: int) -> int:
    handle = _open_untimed(name, _OPEN, folder)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "something else than a file lies there", name)
    return handle


def _names(folder: int) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]


@contextmanager
def _folder(name: str, root: int) -> Iterator[int]:
    handle = _open_untimed(name, _OPEN | os.O_DIRECTORY, root)
    try:
        yield handle
    finally:
        os.close(handle)


def _open_untimed(name: str, flags: int, folder: int | None = None) -> int:
    try:
        return os.open(name, flags | _UNTIMED, dir_fd=folder)
    except PermissionError:
        return os.open(name, flags, dir_fd=folder)


def _make_folder(name: str, root: int) -> None:
    with suppress(FileExistsError):
        os.mkdir(name, 0o700, dir_fd=root)


def _settle(folder: int) -> None:
    """The folder's time says nothing, where it is ours to set, and its entries are on the device."""
    with suppress(PermissionError):
        os.utime(folder, _NEUTRAL_TIME)
    os.fsync(folder)

"""The folder of guidance pages, ``pages/<language>/<name>.md`` in the instance: read whole, every fault named, nothing raised.

Whoever can write there speaks to reporters in the office's name, so what others of the machine could have put there is left
out: links to other files, files that everybody may write.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from markupsafe import Markup

from intake.guidance.written import MAX_BYTES, FaultyPageError, Marks, Written, read_page

FOLDER = "pages"
MAX_PAGES = 20
"""Of one language."""
MAX_ENTRIES = 200
"""Of one folder; what lies behind them is not looked at."""
_FILE = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)\.md")
_MAX_NAME = 40  # characters
_OTHERS = (".", "~")
"""What editors and systems leave beside a file: names that begin with the first, or end with the second."""
_LOOK = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_WORDS: Mapping[int | None, str] = MappingProxyType(
    {
        errno.ELOOP: "this is a link to somewhere else; put the file itself here",
        errno.ENOTDIR: "this must be a folder, and no link to one",
    }
)

Stamp = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What somebody should look at. ``shown``: the page is shown nevertheless."""

    place: str
    """Path below the folder."""
    words: str
    line: int | None = None
    shown: bool = False

    def __str__(self) -> str:
        # A file may be called by signs that move a terminal's cursor.
        place = "".join(sign if sign.isprintable() else "?" for sign in self.place)
        where = place if self.line is None else f"{place}, line {self.line}"
        return f"{where}: {self.words}"


@dataclass(frozen=True, slots=True)
class Page:
    """One page in one language."""

    name: str
    tag: str
    title: str
    body: Markup


@dataclass(frozen=True, slots=True)
class Folder:
    """Everything that was found: pages by language and name, and the faults."""

    pages: Mapping[str, Mapping[str, Page]]
    faults: tuple[Fault, ...] = ()


def read_folder(instance: Path, marks: Mapping[str, Marks]) -> Folder:
    """The pages of ``instance`` in the languages of ``marks``. A folder that is not there has none."""
    reader = _Reader(marks)
    try:
        with _opened(str(instance / FOLDER), os.O_DIRECTORY) as folder:
            pages = reader.languages(folder)
    except FileNotFoundError:
        return Folder({})
    except (OSError, FaultyPageError) as error:
        return Folder({}, (Fault(FOLDER, _why(error)),))
    return Folder(pages, tuple(reader.faults))


def stamp(instance: Path, folder: Folder, tags: Collection[str]) -> Stamp:
    """What changes when a file of ``folder`` does, or one comes or goes. No file is read for it, so no file's time moves."""
    top = instance / FOLDER
    places = [top, *(top / tag for tag in tags)]
    places += [top / tag / f"{name}.md" for tag in folder.pages for name in folder.pages[tag]]
    places += [top / fault.place for fault in folder.faults]
    return tuple(_state_of(place) for place in sorted(set(places)))


def _state_of(place: Path) -> tuple[str, int, int, int]:
    try:
        state = place.lstat()
    except OSError:
        return (str(place), 0, 0, 0)
    return (str(place), state.st_mtime_ns, state.st_ctime_ns, state.st_size)


class _Reader:
    def __init__(self, marks: Mapping[str, Marks]) -> None:
        self.faults: list[Fault] = []
        self._marks = marks

    def languages(self, folder: int) -> dict[str, dict[str, Page]]:
        pages: dict[str, dict[str, Page]] = {}
        links: list[tuple[str, int, str]] = []
        for tag in _entries(folder):
            if tag not in self._marks:
                self._fault(
                    tag, f"this is no language of the portal; the folders are {', '.join(self._marks)}"
                )
                continue
            try:
                with _opened(tag, os.O_DIRECTORY, folder) as inside:
                    found = self._pages(tag, inside, links)
            except (OSError, FaultyPageError) as error:
                self._fault(tag, _why(error))
            else:
                pages[tag] = found
        self._check_links(pages, links)
        return pages

    def _pages(self, tag: str, folder: int, links: list[tuple[str, int, str]]) -> dict[str, Page]:
        pages: dict[str, Page] = {}
        for entry in _entries(folder):
            place = f"{tag}/{entry}"
            try:
                name = _name_of(entry)
                _check_room(pages)
                written = read_page(_bytes_of(entry, folder), self._marks[tag])
            except (OSError, FaultyPageError) as error:
                self._fault(place, _why(error), getattr(error, "line", None))
            else:
                pages[name] = Page(name, tag, written.title, written.body)
                self._note(place, written)
                links += [(place, line, address) for line, address in written.own_links]
        return pages

    def _check_links(
        self, pages: Mapping[str, Mapping[str, Page]], links: list[tuple[str, int, str]]
    ) -> None:
        names = {name for each in pages.values() for name in each}
        for place, line, address in links:
            _, _, name = address.partition("/guidance/")
            if name and name not in names:
                self.faults.append(Fault(place, f"{address} leads to a page that is not there", line, True))  # noqa: FBT003

    def _note(self, place: str, written: Written) -> None:
        self.faults += [Fault(place, note.words, note.line, shown=True) for note in written.notes]

    def _fault(self, place: str, words: str, line: int | None = None) -> None:
        self.faults.append(Fault(place, words, line))


def _entries(folder: int) -> list[str]:
    found: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith(_OTHERS[0]) and not entry.name.endswith(_OTHERS[1]):
                found.append(entry.name)
            if len(found) == MAX_ENTRIES:
                break
    return sorted(found)


def _name_of(entry: str) -> str:
    found = _FILE.fullmatch(entry)
    if found is None or len(found[1]) > _MAX_NAME:
        raise FaultyPageError(
            f"a page is called like whom-to-call.md: small letters, digits and hyphens, at most {_MAX_NAME}"
        )
    return found[1]


def _check_room(pages: Mapping[str, Page]) -> None:
    if len(pages) >= MAX_PAGES:
        raise FaultyPageError(f"a language has at most {MAX_PAGES} pages; take one away")


def _bytes_of(entry: str, folder: int) -> bytes:
    with _opened(entry, 0, folder) as file:
        state = os.fstat(file)
        if not stat.S_ISREG(state.st_mode):
            raise FaultyPageError("this is no file; take it away")
        if state.st_nlink != 1:
            # The text of a secret file must not become a page because it was given a second name here.
            raise FaultyPageError("this file has a second name elsewhere; copy it instead")
        raw = b""
        # One byte more than is allowed says that there is more, whatever the size was a moment ago.
        while len(raw) <= MAX_BYTES and (piece := os.read(file, MAX_BYTES + 1 - len(raw))):
            raw += piece
        return raw


@contextmanager
def _opened(name: str, more: int, folder: int | None = None) -> Iterator[int]:
    descriptor = os.open(name, _LOOK | more, dir_fd=folder)
    try:
        if stat.S_IMODE(os.fstat(descriptor).st_mode) & stat.S_IWOTH:
            raise FaultyPageError("everybody on this machine can change it; run: chmod o-w on it")
        yield descriptor
    finally:
        os.close(descriptor)


def _why(error: Exception) -> str:
    if isinstance(error, FaultyPageError):
        return str(error)
    assert isinstance(error, OSError)
    if error.errno in _WORDS:
        return _WORDS[error.errno]
    return f"it cannot be read ({error.strerror}); check that the portal's user may read it"

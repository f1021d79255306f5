"""What is shown of the guidance pages in which language, kept in memory. Files are read at the start and when they change.

When they are looked at follows a timer and no visitor: a file's time of reading would else be the time of a visit (P6).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from intake.guidance.folder import Fault, Folder, Page, read_folder, stamp
from intake.guidance.written import Marks

LOOK_SECONDS = 60
"""After which time a change is seen."""

Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Languages:
    """In which languages pages are shown, with the words for links in each, and which stands in for one that is missing."""

    default: str
    marks: Mapping[str, Marks]

    @classmethod
    def of(cls, default: str, words: Mapping[str, Mapping[str, str]]) -> Languages:
        """``words``: language → kind of link → its words, the source language first, which stands in for an unknown default."""
        return cls(
            default if default in words else next(iter(words)),
            {tag: Marks(**each) for tag, each in words.items()},
        )

    def shown(self, folder: Folder, tag: str) -> Mapping[str, Page]:
        """The pages for readers of ``tag``, by name: each in their language, or in the default one."""
        return dict(sorted({**folder.pages.get(self.default, {}), **folder.pages.get(tag, {})}.items()))

    def missing(self, folder: Folder) -> list[Fault]:
        """Which page is not there in which language, and what its readers get instead."""
        names = sorted({name for pages in folder.pages.values() for name in pages})
        found: list[Fault] = []
        for tag in self.marks:
            for name in names:
                if name not in folder.pages.get(tag, {}):
                    there = name in folder.pages.get(self.default, {})
                    instead = (
                        f"its readers get the one in {self.default!r}" if there else "its readers get none"
                    )
                    found.append(
                        Fault(f"{tag}/{name}.md", f"this translation is missing; {instead}", shown=there)
                    )
        return found


class Guidance:
    """The pages as they are now. Never raises: a page with a fault is left out, and ``told`` how many are."""

    def __init__(self, instance: Path, languages: Languages, told: Told = lambda _count: None) -> None:
        self._instance, self._languages, self._told = instance, languages, told
        self._folder = Folder({})
        self._stamp = stamp(instance, self._folder, languages.marks)
        self._read()

    def titles(self, tag: str) -> Sequence[Page]:
        """The pages for readers of ``tag``, by the alphabet of their names."""
        return tuple(self._languages.shown(self._folder, tag).values())

    def page(self, tag: str, name: str) -> Page | None:
        """One page for readers of ``tag``."""
        return self._languages.shown(self._folder, tag).get(name)

    def refresh(self) -> None:
        """Read again if something changed."""
        if self._stamp != stamp(self._instance, self._folder, self._languages.marks):
            self._read()

    def keep_fresh(self) -> Guidance:
        """Look for changes from now on, for as long as this process runs."""
        threading.Thread(target=self._watch, name="guidance", daemon=True).start()
        return self

    def _watch(self) -> None:
        while not threading.Event().wait(LOOK_SECONDS):
            self.refresh()

    def _read(self) -> None:
        folder = read_folder(self._instance, self._languages.marks)
        self._stamp = stamp(self._instance, folder, self._languages.marks)
        self._folder = folder
        if left_out := sum(not fault.shown for fault in folder.faults):
            self._told(left_out)

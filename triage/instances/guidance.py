"""`underseal doctor` on the pages that the office writes for reporters: one that is left out is missed by nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from intake.guidance.folder import read_folder
from intake.guidance.shelf import Languages
from intake.settings import read_public
from templates.web.link_words import link_words
from triage.instances.finding import Finding, Grade


class Examined(Protocol):
    """What this check needs of the instance under examination."""

    @property
    def directory(self) -> Path:
        """Where the instance is."""


def check_guidance(examined: Examined) -> Iterator[Finding]:
    """Nothing when there are no pages; else how many are shown, what is left out, and what is not translated."""
    languages = Languages.of(read_public(examined.directory).language, link_words())
    folder = read_folder(examined.directory, languages.marks)
    left_out = sum(not fault.shown for fault in folder.faults)
    missing = len(languages.missing(folder))
    shown = sum(len(pages) for pages in folder.pages.values())
    more = f"see `underseal pages {examined.directory} check`"
    if left_out:
        yield Finding(Grade.WARN, f"{left_out} of the pages for reporters are left out or unreadable; {more}")
    if missing:
        yield Finding(Grade.WARN, f"{missing} translations of pages for reporters are missing; {more}")
    if shown and not left_out and not missing:
        yield Finding(Grade.OK, f"{shown} pages for reporters can be shown")

"""What the section evidence of a case's page shows, and the view of a file: rows and words for the templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from intake.casefile import CaseFile
from intake.evidence import words as trace_words
from intake.evidence.traces import Trace
from intake.evidence.views import Block, Label, Style
from triage.casework.evidence import Broken, Evidence, Piece, Source, cases_beside, evidence_of
from triage.casework.reading import CaseView
from triage.web import evidence_words
from triage.web.evidence_words import fingerprint, size_words

_HIGHEST, _LOWEST = 3, 6
"""Headings of a document stand below the page's own two."""
_MOST_PICTURES = 24
_SHOWN_AT_ONCE = 3
"""Kinds of traces in one line; an Office file has twenty, and fifty files must fit a phone."""


class EvidenceWords:
    """The words, for the templates."""

    kinds = evidence_words.KINDS
    uncleaned = evidence_words.UNCLEANED
    drops = evidence_words.DROPS
    faults = evidence_words.FAULTS
    most_pictures = _MOST_PICTURES
    shown_at_once = _SHOWN_AT_ONCE
    page_text = Label.PAGE_TEXT
    size = staticmethod(size_words)
    fingerprint = staticmethod(fingerprint)

    @staticmethod
    def traces(found: Counter[Trace]) -> list[str]:
        """What was found, what leads to a person first, with how often where that says something."""
        return [
            gettext(trace_words.TRACES[trace]) + (f" ({found[trace]})" if found[trace] > 1 else "")
            for trace in Trace
            if found[trace]
        ]

    @staticmethod
    def notes(view: Any) -> list[str]:
        """What a view leaves out."""
        return [gettext(trace_words.NOTES[note]) for note in view.notes]

    @staticmethod
    def facts(view: Any) -> list[tuple[str, int]]:
        """Numbers about a file."""
        return [(gettext(trace_words.FACTS[fact]), value) for fact, value in view.facts.items()]

    @staticmethod
    def not_shown(view: Any) -> str:
        """Why there is nothing to see."""
        return str(gettext(trace_words.NOT_SHOWN[view.reason]))

    @staticmethod
    def label(label: Label) -> str:
        """What a block is."""
        return str(gettext(trace_words.LABELS[label]))


@dataclass(frozen=True, slots=True, repr=False)
class Group:
    """The files of the report, or of one message."""

    source: Source
    pieces: Sequence[Piece]
    broken: Sequence[Broken]


@dataclass(frozen=True, slots=True, repr=False)
class Shelf:
    """The files of a case, for its page."""

    evidence: Evidence
    beside: Sequence[tuple[CaseFile, Evidence]]

    @property
    def count(self) -> int:
        """All that are listed."""
        return len(self.evidence.pieces) + len(self.evidence.broken)

    @property
    def uncleaned(self) -> int:
        """Those that a machine with a network should not open."""
        return sum(not piece.entry.cleaned for piece in self.evidence.pieces)

    def groups(self) -> Iterator[Group]:
        """By where they came from."""
        for source in self.evidence.sources():
            yield Group(
                source,
                [each for each in self.evidence.pieces if each.source == source],
                [each for each in self.evidence.broken if each.source == source],
            )


def evidence_section(view: CaseView) -> dict[str, Any]:
    """Names for the templates."""
    return {"shelf": Shelf(evidence_of(view.file), cases_beside(view.file)), "evidence": EvidenceWords()}


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A block of a file's text. ``level``: of its heading on this page, so that none is left out on the way down."""

    block: Block
    level: int
    number: int
    """Of a table, counted from 1."""

    @property
    def width(self) -> int:
        """The cells of the longest row."""
        return max((len(row) for row in self.block.rows), default=0)

    @property
    def has_names(self) -> bool:
        """Whether the first row and the first column name the others, as those of a sheet do."""
        rows = self.block.rows
        return bool(rows) and bool(rows[0]) and rows[0][0] == "" and self.block.label is None


def shown_blocks(blocks: Sequence[Block]) -> list[ShownBlock]:
    """Blocks with the level of their headings and the numbers of their tables."""
    shown: list[ShownBlock] = []
    level, tables = _HIGHEST - 1, 0
    for block in blocks:
        if block.style is Style.HEADING:
            level = min(max(block.level, 1) + _HIGHEST - 1, level + 1, _LOWEST)
        tables += block.style is Style.TABLE
        shown.append(ShownBlock(block, level, tables))
    return shown

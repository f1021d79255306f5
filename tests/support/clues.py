"""Corpora for the check of clues: sentences with one planted clue between ``[[`` and ``]]``, and clean ones."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake.clues import clues_in

CORPORA = Path(__file__).parents[1] / "corpora" / "clues"
MOST = 360
"""Sentences that one frame's kind gives; frames take turns, and each meets other words."""


@dataclass(frozen=True, slots=True)
class Planted:
    """``text[start:end]`` is a clue of ``kind``."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def found(self) -> bool:
        """Whether the check marks any of it."""
        return any(clue.start < self.end and clue.end > self.start for clue in clues_in(self.text))

    @property
    def named(self) -> bool:
        """Whether it marks it as what it is."""
        return any(
            clue.start < self.end and clue.end > self.start and clue.kind == self.kind
            for clue in clues_in(self.text)
        )


def planted(kind: str, text: str) -> Planted:
    """From a sentence with its mark."""
    before, _, rest = text.partition("[[")
    clue, _, after = rest.partition("]]")
    return Planted(kind, before + clue + after, len(before), len(before + clue))


def written(name: str) -> list[Planted]:
    """A corpus that was written sentence by sentence: kind, tab, text, where a text may go over several lines."""
    lines = re.split(r"\n(?=[a-z_]+\t)", (CORPORA / f"{name}.txt").read_text("utf-8").rstrip("\n"))
    return [planted(*line.split("\t", 1)) for line in lines]


def clean(name: str) -> list[str]:
    """Sentences without a clue, one a line."""
    return (CORPORA / f"{name}.txt").read_text("utf-8").splitlines()


def developed(language: str) -> dict[str, list[Planted]]:
    """Kind → the sentences that the frames of the development half make."""
    document = _document(language)
    return {
        kind: [planted(kind, text) for text in _in_turn(frames, document["slots"])]
        for kind, frames in document["frames"].items()
    }


def developed_clean(language: str) -> list[str]:
    """The same without clues."""
    document = _document(language)
    return _in_turn(document["clean_frames"], document["clean_slots"])


def _document(language: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((CORPORA / f"{language}-development.json").read_text("utf-8"))
    return document


def _in_turn(frames: list[str], slots: dict[str, list[str]]) -> list[str]:
    """Up to MOST different sentences, a frame's slots filled with a stride each, so that all words occur."""
    made: dict[str, None] = {}
    for number in range(MOST):
        for place, frame in enumerate(frames):
            names = re.findall(r"\{(\w+)\}", frame)
            words = {
                name: _nth(slots[name], number + stride * (number // 7) + place)
                for stride, name in enumerate(names)
            }
            made[frame.format(**words)] = None
    return list(itertools.islice(made, MOST))


def _nth(words: list[str], number: int) -> str:
    return words[number % len(words)]


def share(found: Iterator[bool]) -> float:
    """How many of them are true."""
    results = list(found)
    return sum(results) / len(results)

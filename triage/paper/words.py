"""The few sentences of posters and cards, a data file for each language. A language without a file has no posters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from intake.strict_json import FaultyInputError, Fields, parse

MAX_BYTES = 20_000
_FORMAT = 1
_LISTS = ("points", "warnings")
_TEXTS = ("document", "title", "lead", "warning", "web", "onion", "card", "card_web", "card_onion")


@dataclass(frozen=True, slots=True)
class Words:
    """What is printed in one language."""

    document: str
    """The title of the file: what it is, never what it is about."""
    title: str
    lead: str
    points: tuple[str, ...]
    warning: str
    warnings: tuple[str, ...]
    web: str
    onion: str
    card: str
    """All that a card says beside addresses: nothing of what is found there."""
    card_web: str
    card_onion: str

    def printed(self) -> tuple[str, ...]:
        """Every sentence that comes onto paper."""
        return (
            self.title, self.lead, *self.points, self.warning, *self.warnings, self.web, self.onion, self.card, self.card_web,
            self.card_onion,
        )  # fmt: skip


@cache
def words_in(tag: str) -> Words:
    """The sentences in ``tag``, which must be a language of the interface. Raises FaultyInputError."""
    raw = (files("triage") / "data" / "paper" / f"{tag}.json").read_bytes()
    return words_from(parse(raw, what=f"the words of posters in {tag}", limit=MAX_BYTES))


def words_from(document: object) -> Words:
    """Raises FaultyInputError with every fault."""
    faults: list[str] = []
    fields = Fields(document, "", faults)
    texts: dict[str, Any] = {name: fields.optional_text(name) or "" for name in _TEXTS}
    lists: dict[str, Any] = {name: _sentences(fields, name) for name in _LISTS}
    for name, value in (texts | lists).items():
        if not value or not all(value):
            fields.fault(name, "is missing")
    if fields.count("format") != _FORMAT:
        fields.fault("format", f"must be {_FORMAT}")
    for name in fields.besides("format", *_TEXTS, *_LISTS):
        fields.fault(name, "is no part of a poster")
    if faults:
        raise FaultyInputError("the words of posters", faults)
    return Words(**texts, **lists)


def _sentences(fields: Fields, name: str) -> tuple[str, ...]:
    found: list[str] = []
    for element, path in fields.items(name, required=True):
        if isinstance(element, str):
            found.append(element)
        else:
            fields.fault_at(path, "must be text")
    return tuple(found)

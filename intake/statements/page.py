"""How a certificate and a timeline read: the same bytes for the same content, today and in ten years. Knows no proof.

So the words are no translations that change with a release: they are data with a version and a language
(`intake/data/statements`). A file is made with those that it names, and compared with them when it is checked: a word that is
changed makes every file worthless that was handed out before. What is needed instead is a new version beside the old one.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any, cast

from intake.calendar import months_after
from intake.statements.kinds import FILED
from intake.strict_json import parse

_DATA = files("intake") / "data" / "statements"
_PIECES = ("certificate-1.{}.html", "timeline-1.{}.html", "words-1.{}.json")
_FIRST = "en"


def _languages() -> tuple[str, ...]:
    # Only a whole set counts: half of one would offer a paper that nobody can make.
    there = {entry.name for entry in _DATA.iterdir()}
    tags = {name.split(".")[1] for name in there if name.endswith(".json")}
    whole = {tag for tag in tags if all(piece.format(tag) in there for piece in _PIECES)}
    return (_FIRST, *sorted(whole - {_FIRST}))


LANGUAGES = _languages()
"""Tags of those in which there are papers. The first one stands in for any other."""
PRESUMED_MONTHS = 24
"""After the last of receipt, result and closing (protection.md, Presumption; after Directive (EU) 2019/1937 art. 21(5))."""
_MAX_WORDS = 100_000
_ANOTHER = "filed_again"
"""What the words call a report that was filed later with the same code."""


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """What a page tells."""

    made: date
    mark: str
    log: str
    filed: Mapping[str, Any]
    """What the first filing states."""
    counted: date
    """The day from which the presumption counts."""
    statements: Sequence[tuple[Mapping[str, Any], bool]]
    """What each states, in order, and whether it waits for the log."""
    left_out: int


def page_of(language: str, form: str, told: Told, proof: str) -> str:
    """The page; ``proof`` is put in as it is."""
    words = _words(language)
    rows = [_row(said, words, first=said == told.filed, waiting=waiting) for said, waiting in told.statements]
    return _page(f"{form}-1.{language}.html").substitute(
        style=_text("style-1.css"),
        filed=_day(date.fromisoformat(told.filed["date"]), words),
        rules=html.escape(told.filed["rules"]),
        until=_day(months_after(told.counted, PRESUMED_MONTHS), words),
        made=_day(told.made, words),
        mark=told.mark,
        log=html.escape(told.log),
        rows="\n".join(rows),
        notes=_notes(told.left_out, words),
        proof=proof,
    )


def _row(said: Mapping[str, Any], words: Mapping[str, Any], *, first: bool, waiting: bool) -> str:
    lines = [words["kinds"][said["kind"] if first or said["kind"] != FILED else _ANOTHER]]
    for name, field in words["fields"].get(said["kind"], {}).items():
        if name in said:
            lines.append(field["label"] + words.get("colon", ": ") + _said(said[name], field, words))
    if waiting:
        lines.append(words["waiting"])
    day = _day(date.fromisoformat(said["date"]), words)
    return f'<tr><th scope="row">{day}</th><td>{"<br>".join(html.escape(line) for line in lines)}</td></tr>'


def _said(value: str, field: Mapping[str, Any], words: Mapping[str, Any]) -> str:
    if field.get("is_day"):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return value
        return _day(day, words) if day.isoformat() == value else value
    return cast("str", field.get("values", {}).get(value, value))


def _notes(left_out: int, words: Mapping[str, Any]) -> str:
    if not left_out:
        return ""
    said = words["left_out"]["one"] if left_out == 1 else words["left_out"]["more"] % left_out
    return f"<p>{html.escape(said)}</p>"


def _day(day: date, words: Mapping[str, Any]) -> str:
    number = words.get("first", "1") if day.day == 1 else str(day.day)
    form = Template(words.get("day", "$day $month $year"))
    return form.substitute(day=number, month=words["months"][day.month - 1], year=day.year)


@cache
def _page(name: str) -> Template:
    return Template(_text(name))


@cache
def _words(language: str) -> Mapping[str, Any]:
    name = f"words-1.{language}.json"
    return cast("Mapping[str, Any]", parse(_text(name).encode("utf-8"), what=name, limit=_MAX_WORDS))


def _text(name: str) -> str:
    return (_DATA / name).read_text("utf-8")

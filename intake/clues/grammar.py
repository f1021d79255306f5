"""The rules of one language, read strictly from versioned package data and made ready. It knows no text.

A rule is a line: ``word``, ``@list`` or ``$found`` (what a reader or a rule of ``found`` found), or several of them,
``one|@other`` (``_`` joins the words of a phrase); ``*3`` is up to three units of the sentence (``*3~list``: but the words of a
list); ``?`` makes an element optional.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from intake.clues.contacts import Nouns
from intake.clues.kinds import Kind
from intake.clues.match import Element, Matcher, Rule
from intake.clues.units import folded, units_of
from intake.strict_json import FaultyInputError, Fields, parse

MAX_BYTES = 400_000
LANGUAGES = ("en", "zh")
PLAIN = "plain"
"""The kind of a rule that says what is no clue."""
SPEECH = "speech"
"""The kind of a rule that finds what somebody else is quoted with: their "I" is not the writer's."""
READ = frozenset(
    {
        "NAME",
        "CODE",
        "NUM",
        "WORD",
        "END",
        "CLOCK",
        "NDATE",
        "YEAR",
        "CAP",
        "FULL",
        "AGENT",
        "DUTY",
        "PAST",
        "OWNED",
        "HAN",
    }
)
"""What ``intake.clues.readers`` finds."""
ONE, PLURAL, ONE_OF_MANY = "我", frozenset("们們"), "吾"
"""Chinese writes "we" as "I" with an ending; a rule for "I" must not take it for one."""
_LINE_BREAK, _BREAK_WORD = "\n", "\\n"
_KEYS = (
    "id",
    "version",
    "valid_from",
    "reason",
    "traditional",
    "nouns",
    "lists",
    "found",
    "rules",
    PLAIN,
    SPEECH,
)
_NOUNS = ("phone", "office", "matter", "money", "sites")
_MOST = 20
_NEEDED = {
    "en": frozenset({"title", "no_name", "notrole", "notduty", "notmine", "month", "weekday", "file_word"}),
    "zh": frozenset({"title", "no_name", "surname", "file_word"}),
}
"""Lists that readers go by."""


@dataclass(frozen=True, slots=True)
class Language:
    """One version of what gives somebody away in one language."""

    id: str
    version: int
    valid_from: date
    reason: str
    nouns: Nouns
    lists: Mapping[str, frozenset[tuple[str, ...]]]
    simple: Mapping[str, str]
    """Traditional character → the one that the rules are written with."""
    found: Sequence[Matcher]
    """In layers: each finds what is made of what those before it found."""
    rules: Matcher
    lines: Sequence[tuple[str, str]]
    """Kind and text of each rule."""


@cache
def language(tag: str) -> Language:
    """The shipped rules. Raises FaultyInputError when the file is broken, KeyError for another language."""
    if tag not in LANGUAGES:
        raise KeyError(tag)
    raw = (files("intake") / "data" / "clues" / f"{tag}.json").read_bytes()
    return language_from(parse(raw, what=f"clues {tag}", limit=MAX_BYTES))


def language_from(document: object) -> Language:
    """Raises FaultyInputError with every fault."""
    faults: list[str] = []
    fields = Fields(document, "", faults)
    lists = {name: _phrases(words) for name, words in _texts(fields, "lists").items()}
    nouns = {name: frozenset(words) for name, words in _texts(fields, "nouns").items()}
    found = [(name, line) for name, lines in _texts(fields, "found").items() for line in lines]
    rules = [(kind, line) for kind, lines in _texts(fields, "rules").items() for line in lines]
    for kind, _ in rules:
        if kind not in set(Kind):
            fields.fault("rules", f"{kind!r} is no kind of clue")
    rules += [(kind, line) for kind in (PLAIN, SPEECH) for line in _lines(fields, fields.get(kind), kind)]
    if set(nouns) != set(_NOUNS):
        fields.fault("nouns", f"must have each of {', '.join(_NOUNS)}, and nothing else")
    missing = sorted(_NEEDED.get(str(fields.get("id")), frozenset()) - set(lists))
    if missing:
        fields.fault("lists", f"{', '.join(missing)} are needed")
    symbols = READ | {name for name, _ in found}
    read = _Reader(lists, symbols, fields)
    first, second = [read.rule(*each) for each in found], [read.rule(*each) for each in rules]
    tag, version, reason = fields.identifier("id"), fields.count("version"), fields.optional_text("reason")
    if tag not in LANGUAGES or not version or not reason:
        fields.fault("version", "the id of a language, a version of at least 1 and a reason are needed")
    for key in fields.besides(*_KEYS):
        fields.fault(key, "is no part of the clues")
    valid_from = fields.day("valid_from")
    simple = {pair[0]: pair[-1] for pair in _lines(fields, fields.get("traditional") or "", "traditional")}
    if faults:
        raise FaultyInputError("clues", faults)
    return Language(
        tag,
        version or 0,
        valid_from,
        reason or "",
        Nouns(**nouns),
        lists,
        simple,
        _layers(first),
        Matcher(second),
        rules,
    )


def _layers(rules: Sequence[Rule]) -> list[Matcher]:
    """A moment is made of days, a day of numbers. Raises FaultyInputError for what is made of itself."""
    layers, left = [], list(rules)
    while left:
        open_kinds = {rule.kind for rule in left}
        ready = [rule for rule in left if not any(open_kinds & element.symbols for element in rule.elements)]
        later = {rule.kind for rule in left if rule not in ready}
        ready = [rule for rule in ready if rule.kind not in later]
        if not ready:
            raise FaultyInputError(
                "clues", [f"found: {', '.join(sorted(open_kinds))} are made of themselves"]
            )
        layers.append(Matcher(ready))
        left = [rule for rule in left if rule not in ready]
    return layers


def _texts(fields: Fields, key: str) -> dict[str, list[str]]:
    inner = fields.inner(key)
    if inner is None:
        fields.fault(key, "is missing (an object)")
        return {}
    return {name: _lines(inner, inner.get(name), name) for name in inner.names()}


def _lines(fields: Fields, value: object, key: str) -> list[str]:
    """A list of texts, or the words of one."""
    if isinstance(value, str):
        return value.split()
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return value
    fields.fault(key, "must be a text, or a list of texts")
    return []


def _phrases(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(_phrase(word) for word in words)


def _phrase(word: str) -> tuple[str, ...]:
    """The units of a word or phrase; ``'m`` by itself is the end of a contraction."""
    if word == _BREAK_WORD:
        return (_LINE_BREAK,)
    first, _, rest = word.partition("_")
    if first.startswith("'") and len(first) > 1:
        return (first, *(_phrase(rest) if rest else ()))
    norms = [unit.norm for unit in units_of(folded(word.replace("_", " ")))[1:-1]]
    for place, following in enumerate(norms[1:]):
        if norms[place] == ONE and following in PLURAL:
            norms[place] = ONE_OF_MANY
    return tuple(norms)


class _Reader:
    def __init__(
        self, lists: Mapping[str, frozenset[tuple[str, ...]]], symbols: frozenset[str], fields: Fields
    ) -> None:
        self._lists, self._symbols, self._fields = lists, symbols, fields

    def rule(self, kind: str, line: str) -> Rule:
        elements = [element for word in line.split() for element in self._elements(word, line)]
        if not any(not element.optional and not element.anything for element in elements):
            self._fields.fault("rules", f"{line!r} fits anything")
        return Rule(kind, tuple(elements))

    def _elements(self, word: str, line: str) -> list[Element]:
        optional = len(word) > 1 and word.endswith("?")
        body = word[:-1] if optional else word
        if body.startswith("*"):
            most, _, but = body[1:].partition("~")
            if not most.isdigit() or not 1 <= int(most) <= _MOST:
                self._fields.fault("rules", f"{line!r}: a gap has 1 to {_MOST} units")
                return []
            single = frozenset(phrase for phrase in self._list(but, line) if len(phrase) == 1)
            return [Element(single, anything=True, optional=True)] * int(most)
        phrases: set[tuple[str, ...]] = set()
        symbols: set[str] = set()
        for part in [each for each in body.split("|") if each] or [body]:
            if part.startswith("@") and len(part) > 1:
                phrases |= self._list(part[1:], line)
            elif part.startswith("$"):
                symbols.add(part[1:])
                if part[1:] not in self._symbols:
                    self._fields.fault("rules", f"{line!r}: nothing finds {part}")
            else:
                phrases.add(_phrase(part))
        if () in phrases or any("?" in word and len(word) > 1 for word in body.split("|")):
            self._fields.fault("rules", f"{line!r}: {word!r} is no element")
        return [Element(frozenset(phrases), frozenset(symbols), optional=optional)]

    def _list(self, name: str, line: str) -> frozenset[tuple[str, ...]]:
        if name and name not in self._lists:
            self._fields.fault("rules", f"{line!r}: there is no list {name}")
        return self._lists.get(name, frozenset())

"""Comparing the names that reporters type with those of the organisation (S17, Facts; interfaces.md, From form to facts).

It only compares; what follows from an equal name is said where the name is used.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from intake.organisation import Officer, Organisation, Person, Post
from intake.routing.facts import Described

_IGNORED = ("P", "Z", "Cc", "Cf")
"""Unicode categories left out: punctuation, spaces, and the invisible characters that would hide an equal name."""
_LONG_NAME = 8
"""Names of so many letters may differ in two letters and still be near; shorter ones in one."""


def normal(name: str) -> str:
    """The form in which names are compared: NFKC, case folded, without spaces and punctuation. It may be empty."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(
        character for character in folded if not unicodedata.category(character).startswith(_IGNORED)
    )


def same_name(one: str, other: str) -> bool:
    """Whether two names are equal. A name without any letter equals nothing."""
    return normal(one) == normal(other) != ""


def officers_named(organisation: Organisation, name: str) -> tuple[str, ...]:
    """The ids of all officers, those of EXT-OMB and OVS included, with an equal name."""
    return tuple(officer.id for officer in organisation.officers.values() if same_name(officer.name, name))


def identify(organisation: Organisation, entry: Described) -> tuple[str, ...]:
    """The registered persons that a typed entry stands for: the entry is to be replaced by these ids, if any.

    They have an equal name and body (all, when several match). An entry without a name for the head of a listed body
    stands for the head whom the roster names, so that this head's kin are excluded as for a typed name.
    """
    if entry.body is None:
        return ()
    if entry.name is not None and normal(entry.name):
        return tuple(
            sorted(
                somebody.id
                for somebody in _everybody(organisation)
                if _belongs(somebody) == entry.body and same_name(somebody.name, entry.name)
            )
        )
    if entry.post is not Post.HEAD:
        return ()
    head = organisation.head_of(entry.body)
    heads = [person.id for person in organisation.registered_heads(entry.body)]
    return tuple(sorted([*heads, head.id] if head else heads))


def near_names(organisation: Organisation, typed: str, limit: int = 5) -> tuple[str, ...]:
    """Ids of officers and persons whose name is like the typed one but not equal, nearest first, at most `limit`.

    The reporter is asked whether one of them is meant: a slip of the pen must not keep an accused officer in the circle.
    """
    if not normal(typed):
        return ()
    ranked = sorted(
        (distance, somebody.id)
        for somebody in _everybody(organisation)
        if (distance := _distance(somebody.name, typed))
    )
    return tuple(identifier for _, identifier in ranked[:limit])


def _everybody(organisation: Organisation) -> Iterator[Officer | Person]:
    yield from organisation.officers.values()
    yield from organisation.persons.values()


def _belongs(somebody: Officer | Person) -> str | None:
    return somebody.office if isinstance(somebody, Officer) else somebody.body


def _distance(name: str, typed: str) -> int:
    """0: equal or not near. 1 the same words or letters without accents, else the number of differing letters + 1."""
    one, other = normal(name), normal(typed)
    if one == other:
        return 0
    if _words(name) == _words(typed) or _bare(one) == _bare(other):
        return 1
    allowed = 2 if min(len(one), len(other)) >= _LONG_NAME else 1
    edits = _edits(_bare(one), _bare(other), allowed)
    return edits + 1 if edits <= allowed else 0


def _words(name: str) -> list[str]:
    """The words of a name in alphabetical order: "Berg, Anna" has those of "Anna Berg"."""
    separated = "".join(
        " " if unicodedata.category(character).startswith(_IGNORED) else character for character in name
    )
    return sorted(_bare(normal(word)) for word in separated.split())


def _bare(text: str) -> str:
    return "".join(
        c for c in unicodedata.normalize("NFD", text) if not unicodedata.category(c).startswith("M")
    )


def _edits(one: str, other: str, most: int) -> int:
    """The number of letters to add, drop, change or swap with a neighbour, or more than `most` when it is more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [i]
        for j, counterpart in enumerate(other, start=1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != counterpart))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == counterpart:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]

"""The draft looked through for what points at its writer: field by field, in memory, for one page. It keeps nothing.

Whoever is reported may be named, so names of the people typed as reported are no clue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import LazyString, lazy_gettext

from intake.clues import Clue, clues_in, clues_in_file_name
from intake.drafts import Draft
from portal.forms.steps import EVIDENCE, WHAT, WHO, subject_field

_ = lazy_gettext

LOOKED_AT = 20_000
"""Characters of one field that a page looks through: several times what people write, and a fraction of a second."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One field, and what was found in it."""

    text: str
    path: str
    """Where it is changed."""
    title: LazyString
    clues: tuple[Clue, ...]


def look_through(draft: Draft) -> list[Looked]:
    """Every field with a clue, in the order of the form."""
    named = [subject.name for subject in draft.subjects if subject.name]
    found = [
        Looked(text, path, title, tuple(clues_in(text[:LOOKED_AT], named=named)))
        for text, path, title in _fields(draft)
        if text
    ]
    for each in draft.files:
        clues = tuple(clues_in_file_name(each.given, named))
        found.append(Looked(each.given, f"{EVIDENCE.path}#files", _("Evidence"), clues))
    return [each for each in found if each.clues]


def cut_short(draft: Draft) -> bool:
    """Whether a text is longer than what is looked through."""
    return len(draft.answer("what")) > LOOKED_AT


def _fields(draft: Draft) -> Iterator[tuple[str, str, LazyString]]:
    for name, title in (("what", WHAT.title), ("when", _("When?")), ("where", _("Where?"))):
        yield draft.answer(name), f"{WHAT.path}#{name}", title
    for number, subject in enumerate(draft.subjects):
        yield subject.name, f"{WHO.path}#{subject_field(number, 'name')}", WHO.title
        yield subject.other, f"{WHO.path}#{subject_field(number, 'other')}", WHO.title
    yield draft.answer("involved"), f"{WHO.path}#involved", _("Officers who must not read it")

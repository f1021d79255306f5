"""The translations of one side: `templates/locale/<tag>/LC_MESSAGES/<side>.po`. Knows files and words, no request.

They are read as they were written, at the first page in their language, and kept: a compiled copy beside them could be older
than what people translated. English stands in the code and in the pages themselves.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from templates.loader import LOCALE, Side

SOURCE = "en"
"""The language that needs no catalogue."""


def catalogue_file(side: Side, tag: str) -> Path:
    """Where the words of ``side`` in the language ``tag`` are."""
    return LOCALE / tag / "LC_MESSAGES" / f"{side}.po"


@cache
def tags_of(side: Side) -> tuple[str, ...]:
    """The languages that ``side`` is translated into, English first, then by tag."""
    found = (path.parent.parent.name for path in LOCALE.glob(f"*/LC_MESSAGES/{side}.po"))
    return (SOURCE, *sorted(found))


def read_catalogue(side: Side, tag: str) -> Catalog:
    """Every message with its translation. Raises OSError, or PoFileError with the line that is wrong."""
    with catalogue_file(side, tag).open("rb") as file:
        return read_po(file, locale=tag, domain=side.value, abort_invalid=True)


@cache
def translations(side: Side, tag: str) -> NullTranslations:
    """What turns English into ``tag``. A message that is missing, or marked as doubtful, stays English."""
    if tag == SOURCE:
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, read_catalogue(side, tag))
    compiled.seek(0)
    return Translations(compiled, domain=side.value)

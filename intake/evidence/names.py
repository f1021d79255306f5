"""Safe file names: what a person gave, reduced to what no program and no reader misunderstands.

A name is a claim: it may hold a path, a control character, a right-to-left mark that turns ``exe.txt`` around, or 4,000
characters. It knows no file.
"""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 80
MAX_BYTES = 180
"""Of a name with its extension; file systems take 255 bytes, and downloads may add to it."""

_SEPARATORS = re.compile(r"[/\\:\u2044\u2215\u29f8\uff0f\uff3c\uff1a]")
_FORBIDDEN = re.compile(r'[<>"|?*\x60$;&]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_KEPT = frozenset({"L", "N", "P", "S", "M"})


def safe_name(name: str, extension: str) -> str:
    """``name`` without folders, control and direction marks, cut to length, with the one ``extension`` that the content has.

    Never empty, never raises.
    """
    last = _SEPARATORS.split(name)[-1]
    normal = unicodedata.normalize("NFC", last[-4 * MAX_CHARACTERS :] if len(last) > 10_000 else last)
    kept = "".join(
        " " if unicodedata.category(character) == "Zs" else character
        for character in normal
        if unicodedata.category(character)[0] in _KEPT or unicodedata.category(character) == "Zs"
    )
    stem = _FORBIDDEN.sub("_", kept)
    known, _, ending = stem.rpartition(".")
    if known and len(ending) <= 8 and ending.isalnum():
        stem = known
    stem = " ".join(stem.split()).strip(" .-~")[:MAX_CHARACTERS]
    room = MAX_BYTES - len(extension) - 1
    stem = stem.encode("utf-8", "ignore")[:room].decode("utf-8", "ignore").strip(" .-~")
    if not stem or _RESERVED.fullmatch(stem):
        stem = "file"
    return f"{stem}.{extension}"

"""Fonts of this machine for a text in any of the portal's scripts. A character that no font has is refused, never a box.

Nothing is shipped: a font for Chinese alone is larger than the whole product.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from fontTools.ttLib import TTFont, TTLibError

FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("~/.local/share/fonts").expanduser(),
    Path("~/.fonts").expanduser(),
    Path("/Library/Fonts"),
)
MAX_FILES = 20_000
"""Of all folders; a machine for printing may have thousands."""


class Script(StrEnum):
    """A family of letters that needs a font of its own."""

    LATIN = "latin"
    ARABIC = "arabic"
    HAN = "han"


@dataclass(frozen=True, slots=True)
class _Face:
    """A family by its files, the bold one where there is one, and Debian's package that has them."""

    regular: str
    package: str
    bold: str | None = None


_KNOWN: Mapping[Script, Sequence[_Face]] = MappingProxyType(
    {
        Script.LATIN: (
            _Face("NotoSans-Regular.ttf", "fonts-noto-core", "NotoSans-Bold.ttf"),
            _Face("DejaVuSans.ttf", "fonts-dejavu-core", "DejaVuSans-Bold.ttf"),
        ),
        Script.ARABIC: (
            _Face("NotoSansArabic-Regular.ttf", "fonts-noto-core", "NotoSansArabic-Bold.ttf"),
            _Face("NotoNaskhArabic-Regular.ttf", "fonts-noto-core", "NotoNaskhArabic-Bold.ttf"),
            _Face("Amiri-Regular.ttf", "fonts-hosny-amiri", "Amiri-Bold.ttf"),
            _Face("DejaVuSans.ttf", "fonts-dejavu-core", "DejaVuSans-Bold.ttf"),
        ),
        Script.HAN: (
            _Face("DroidSansFallbackFull.ttf", "fonts-droid-fallback"),
            _Face("wqy-microhei.ttc", "fonts-wqy-microhei"),
        ),
    }
)
"""The first that is there is taken."""
_SPACES = frozenset(" \u00a0")


class NoFontError(Exception):
    """Something cannot be printed. The text is one line that says what to install."""


@dataclass(frozen=True, slots=True)
class Font:
    """A font under the name by which a sheet knows it."""

    name: str
    regular: Path
    bold: Path


def fonts_for(texts: Iterable[str], first: Script, own: Collection[Path] = ()) -> tuple[Font, ...]:
    """Fonts that have every character of ``texts`` between them, the one for ``first`` before the others.

    ``own``: files that come before those of this machine. Raises NoFontError.
    """
    missing = {
        sign for text in texts for sign in text if sign not in _SPACES and unicodedata.category(sign) != "Cf"
    }
    chain = []
    for font in [*_given(own), *_installed(first)]:
        has = missing & _covered(font.regular) & _covered(font.bold)
        if has:  # one that adds nothing would be read all the same, and for Chinese that takes longer than the rest
            chain.append(font)
            missing -= has
    if missing:
        raise NoFontError(_words_for(missing))
    return tuple(chain)


def _given(own: Collection[Path]) -> Iterator[Font]:
    for number, path in enumerate(own):
        _covered(path)
        yield Font(f"own{number}", path, path)


def _installed(first: Script) -> Iterator[Font]:
    there = _files()
    for script in sorted(Script, key=lambda each: each is not first):
        for face in _KNOWN[script]:
            if face.regular in there:
                regular = there[face.regular]
                yield Font(script, regular, there.get(face.bold or "", regular))
                break


@cache
def _files() -> Mapping[str, Path]:
    wanted = {
        name for faces in _KNOWN.values() for face in faces for name in (face.regular, face.bold) if name
    }
    found: dict[str, Path] = {}
    seen = 0
    for folder in FOLDERS:
        for place, _, names in os.walk(folder):
            seen += len(names)
            for name in wanted.intersection(names):
                found.setdefault(name, Path(place) / name)
            if seen > MAX_FILES:
                return found
    return found


@cache
def _covered(path: Path) -> frozenset[str]:
    try:
        with path.open("rb") as file, TTFont(file, fontNumber=0, lazy=True) as font:
            return frozenset(map(chr, font.getBestCmap() or {}))
    except (OSError, TTLibError) as error:
        raise NoFontError(
            f"{path} is no font that can be used ({type(error).__name__}); give another one"
        ) from None


def _words_for(missing: Collection[str]) -> str:
    needed = sorted({_KNOWN[_script_of(sign)][0].package for sign in missing})
    shown = " ".join(sorted(missing)[:10])
    return f"no font here has: {shown}; run `apt install {' '.join(needed)}`, or name a font file that has them with --font"


def _script_of(sign: str) -> Script:
    name = unicodedata.name(sign, "")
    if name.startswith("ARABIC"):
        return Script.ARABIC
    return Script.HAN if name.startswith(("CJK", "FULLWIDTH", "IDEOGRAPHIC")) else Script.LATIN

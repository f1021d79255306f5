"""Other people's text, shown as it is and nothing else: what cannot be seen is made visible, what looks like markup is text.

Direction overrides can make a sentence read as its opposite ("Trojan Source", Boucher and Anderson 2021), and tag characters
hide instructions for machines. Joiners stay: Arabic, Indic scripts and emoji need them.
"""

from __future__ import annotations

import unicodedata

from markupsafe import Markup, escape

_ORDINARY = frozenset("\n\t\u200c\u200d")
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs"})


def visible(text: str) -> Markup:
    """``text``, escaped, with every invisible character as its code point."""
    parts: list[Markup] = []
    plain: list[str] = []
    for character in text:
        if character in _ORDINARY or unicodedata.category(character) not in _HIDDEN:
            plain.append(character)
            continue
        parts += [
            escape("".join(plain)),
            Markup('<span class="hidden">U+{:04X}</span>').format(ord(character)),
        ]
        plain = []
    return Markup("").join([*parts, escape("".join(plain))])

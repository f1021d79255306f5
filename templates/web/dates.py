"""Days in words, as each language writes them. Knows no clock, and no time of day: none is ever shown (P6)."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date
from flask_babel import get_locale

_WITHIN_A_SENTENCE = {"ru": "d MMMM y 'года'"}
"""CLDR's long date in Russian ends in a point, and a sentence that ends in it would have two."""


def long_date(day: date) -> str:
    """“March 9, 2026” in the language of the page, to stand anywhere in a sentence."""
    locale = get_locale()
    return str(format_date(day, _WITHIN_A_SENTENCE.get(str(locale), "long"), locale=locale))

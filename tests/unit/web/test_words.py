"""Every word of a page can be translated: templates hold no letters outside of gettext."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract

from templates.loader import ROOT

_OURS = [*(ROOT / "portal").glob("*.html"), *(ROOT / "shared").glob("*.html")]


@pytest.mark.parametrize("path", _OURS, ids=lambda path: path.name)
def test_no_word_is_outside_of_gettext(path: Path) -> None:
    text = re.sub(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", "", path.read_text(), flags=re.DOTALL)
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", text, flags=re.DOTALL)
    text = re.sub(r'[a-z-]+="[^"]*"', "", text)  # a macro that writes attributes
    assert re.findall(r"[A-Za-z]{2,}", text) == []


def test_the_words_can_be_collected() -> None:
    found = set()
    for path in _OURS:
        messages = extract("jinja2", BytesIO(path.read_bytes()), options={"extensions": "jinja2.ext.i18n"})
        found |= {message for _, message, _, _ in messages}
    assert "Exit this page" in found
    assert len(found) > 200


def test_only_known_words_are_asked_for_in_attributes() -> None:
    for path in _OURS:
        for label in re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', path.read_text()):
            assert label.startswith("{{"), f"{path.name}: {label}"

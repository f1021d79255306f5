"""No word of the portal stands outside of a message: each page and each module that speaks with reporters is read for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.evidence.words import REASONS, TRACES
from templates.loader import ROOT, Side
from tests.support.hard_coded import hard_coded_in_code, hard_coded_in_page, messages_of, pages_of
from tests.support.translations import extracted

PORTAL = ROOT.parent / "portal"
_FOR_OPERATORS = {"__main__.py", "budgets.py", "preview.py"}
SPEAKING = [
    *sorted(path for path in PORTAL.rglob("*.py") if path.name not in _FOR_OPERATORS),
    *(ROOT / "web" / name for name in ("errors.py", "refusals.py", "language.py", "lists.py", "dates.py")),
]


@pytest.mark.parametrize("name", pages_of(Side.PORTAL))
def test_every_text_of_a_page_is_a_message(name: str) -> None:
    """Punctuation, too: a colon, a comma or a bracket is another sign, or stands elsewhere, in the next language."""
    assert hard_coded_in_page(Side.PORTAL, name) == []


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: str(path.relative_to(ROOT.parent)))
def test_every_sentence_of_the_code_is_a_message(path: Path) -> None:
    assert hard_coded_in_code(path) == []


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: str(path.relative_to(ROOT.parent)))
def test_every_message_reaches_those_who_translate(path: Path) -> None:
    """One that stands within a formatted text is asked for and never found by whoever collects them."""
    assert set(messages_of(path)) - set(extracted(Side.PORTAL)) == set()


def test_what_is_found_in_a_file_reaches_them_too() -> None:
    assert {*TRACES.values(), *REASONS.values()} - set(extracted(Side.PORTAL)) == set()

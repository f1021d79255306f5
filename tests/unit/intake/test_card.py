"""A case's title: its first words, cut between words, readable in a list."""

from __future__ import annotations

import pytest

from intake.card import title_of


@pytest.mark.parametrize(
    ("what", "title"),
    [
        ("  They take\n money. ", "They take money."),
        ("word " * 30, "word " * 14 + "word…"),
        ("Vans pay at the road block at the bridge on every single market day here. Whoever refuses waits.",
         "Vans pay at the road block at the bridge on every single market day here…"),
        ("x" * 100, "x" * 79 + "…"),
    ],
)  # fmt: skip
def test_a_title_is_cut_between_words_and_without_stray_marks(what: str, title: str) -> None:
    assert title_of(what) == title

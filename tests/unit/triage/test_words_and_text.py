"""What an officer reads: words for every value, days that read like speech, and text that hides nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st

from intake.drafts import FIELDS, IDENTITY
from intake.events import EventKind
from intake.routing import Reason as RoutingReason
from intake.states import CaseState
from triage.casework.policy import Task
from triage.casework.refusals import Reason
from triage.web import decision_words, words
from triage.web.visible import visible

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (3, "in 3 days"),
        (-1, "1 day late"),
        (-2, "2 days late"),
        (90, "in 90 days"),
    ],
)
def test_due_dates_read_like_speech(days: int, expected: str) -> None:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        assert words.due_words(TODAY + timedelta(days=days), TODAY) == expected


def test_every_value_has_its_words() -> None:
    assert set(words.STATES) == set(CaseState)
    assert set(words.EVENTS) == set(EventKind)
    assert set(words.TASKS) == set(Task)
    assert set(words.REFUSALS) == set(Reason)
    assert set(decision_words.ROUTING) == set(RoutingReason)


def test_every_question_and_every_answer_of_the_form_has_its_words() -> None:
    assert set(FIELDS) - {"what", *IDENTITY} <= set(words.QUESTIONS)
    for name, entry in FIELDS.items():
        known = words.ANSWERS.get(name, {"yes": "", "no": ""})
        assert set(entry.tokens) <= set(known), name


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", 'a<span class="hidden">U+202E</span>b'),
        ("\x00", '<span class="hidden">U+0000</span>'),
        ("<b>&", "&lt;b&gt;&amp;"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("می\u200cخواهم 👩\u200d🔧", "می\u200cخواهم 👩\u200d🔧"),
        ("\U000e0041", '<span class="hidden">U+E0041</span>'),
    ],
)
def test_what_cannot_be_seen_is_made_visible(text: str, shown: str) -> None:
    assert str(visible(text)) == shown


@given(st.text())
def test_no_text_brings_markup_or_a_direction_override(text: str) -> None:
    shown = str(visible(text))
    for piece in ('<span class="hidden">', "</span>"):
        shown = shown.replace(piece, "")
    assert "<" not in shown
    assert not any(
        character in shown for character in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e"
    )

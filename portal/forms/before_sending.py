"""What is said to a reporter about their own safety: advice that fits, answers that do not fit together, clues in the words.

Made for one page and forgotten with it.
"""

from __future__ import annotations

from typing import Any

from flask import render_template

from intake.drafts import Draft
from intake.protection.advice import adviser
from portal.clue_words import advice_words, clue_words, contradiction_words
from portal.forms.clues import cut_short, look_through
from templates.web.padding import fill_room

ROOM = 32 * 1024
"""Bytes of the part of the page; what SHOWN passages and all advice need, in letters of two bytes too."""


def fitting_advice(draft: Draft, clues: frozenset[str] = frozenset()) -> dict[str, Any]:
    """For ``portal/_advice.html``."""
    found = adviser()
    return {
        "advice": advice_words(found.advice_for(draft.answers, clues)),
        "contradictions": contradiction_words(found.contradictions_in(draft.answers, clues)),
    }


def before_sending(draft: Draft) -> dict[str, Any]:
    """For the check page: what is urgent, and the part that is of one size whatever was found."""
    looked = look_through(draft)
    kinds = frozenset(clue.kind.value for each in looked for clue in each.clues)
    advice = fitting_advice(draft, kinds)
    part = render_template(
        "portal/_before_sending.html", clues=clue_words(looked), cut=cut_short(draft), **advice
    )
    return {"advice": advice["advice"], "before_sending": fill_room(part, ROOM)}

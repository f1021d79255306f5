"""Looking through a hostile text of 100,000 characters, against an ordinary one of the same length.

The check goes over a text once and never back: whatever somebody writes costs a few times what prose costs, character by
character. Something that tries again from every place would show here with a factor of thousands.
"""

from __future__ import annotations

import statistics
import time

from bench.ratio import Ratio
from intake.clues import MAX_TEXT, clues_in

NAME = "clues"
GOAL = 8.0
TIMES = 3
PROSE = (
    "The director signed the contract without a tender. On 3 March the waterworks paid 12,400 euros to a firm that nobody "
    "knows, and the minutes of the meeting do not mention it. I believe that the figures were changed after the audit. "
)
HOSTILE = (
    "1.1.1",
    "+1 ",
    "I ",
    "my husband ",
    "a/",
    "@a",
    "我",
    "一",
    "my colleague Anna Berg and I was the only nurse ",
)


def measure() -> Ratio:
    """The slowest of the hostile texts against the prose."""
    texts = [(piece * MAX_TEXT)[:MAX_TEXT] for piece in HOSTILE]
    prose = (PROSE * MAX_TEXT)[:MAX_TEXT]
    pairs, page = [], PROSE * 10
    for _ in range(TIMES):
        ordinary = _took(prose)
        pairs.append(max(_took(text) for text in texts) / ordinary)
    milliseconds = 1_000 * min(_took(page) for _ in range(TIMES))
    return Ratio(
        name=NAME,
        ratio=statistics.median(pairs),
        goal=GOAL,
        better="lower",
        detail=f"processor time of looking through the slowest of {len(texts)} hostile texts of {MAX_TEXT:,} characters,"
        f" against prose as long; a report of {len(page):,} characters takes {milliseconds:.0f} ms",
    )


def _took(text: str) -> float:
    began = time.thread_time()
    clues_in(text)
    return time.thread_time() - began

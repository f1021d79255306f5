"""The clocks that acts meet and set, by name. Counting days is the calendar's; the numbers are the pack's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from intake.casefile import CaseFile

ACK = "ack_due"
FIRST_CONTACT = "first_contact_due"
ACCEPT = "accept_due"
FEEDBACK = "feedback_due"
REVIEW = "review_due"
RESULT = "result_due"
HELD = "held_until"
PROGRESS = "progress_due"
FIRST_QUESTION = "first_question"
SECOND_QUESTION = "second_question"


def newly_met(file: CaseFile, today: date, *names: str) -> dict[str, str]:
    """Which of these clocks an act of today meets, as an event says it: those that the case has and that still run."""
    return {name: today.isoformat() for name in names if name in file.progress.outstanding()}


def iso(days: Mapping[str, date]) -> dict[str, str]:
    """Dates as an event says them."""
    return {name: day.isoformat() for name, day in days.items()}

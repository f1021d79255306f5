"""The clocks that acts meet and set, by name. Counting days is the calendar's; the numbers are the pack's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from intake.casefile import CaseFile
from intake.lawful_tables import PANEL_CLOCK
from intake.organisation import Organisation
from intake.roster import Roster
from intake.rules import as_begun

ACK = "ack_due"
FIRST_CONTACT = "first_contact_due"
ACCEPT = "accept_due"
FEEDBACK = "feedback_due"
REVIEW = "review_due"
RESULT = "result_due"
CLOSE = "close_due"
HELD = "held_until"
PROGRESS = "progress_due"
FIRST_QUESTION = "first_question"
SECOND_QUESTION = "second_question"
PANEL = PANEL_CLOCK
CORRECTIVE = "corrective"
REFERRAL = "referral"
"""Clocks of which a case can have several: ``corrective:<id>`` and ``referral:<id>`` (`one_of`)."""


def newly_met(file: CaseFile, today: date, *names: str) -> dict[str, str]:
    """Which of these clocks an act of today meets, as an event says it: those that the case has and that still run."""
    return {name: today.isoformat() for name in names if name in file.progress.outstanding()}


def panel_begins(file: CaseFile, roster: Roster, today: date) -> dict[str, Any]:
    """What an event says of the day by which a panel votes, from ``today``; nothing where the case's pack gives none."""
    rules = rules_of(file, roster)
    period = rules.pack.duties.get("panel")
    if period is None:
        return {}
    return {"restart": [PANEL], "clocks": {PANEL: period.after(today, rules.calendar).isoformat()}}


def one_of(name: str, number: str) -> str:
    """The clock of one corrective action or one referral."""
    return f"{name}:{number}"


def rules_of(file: CaseFile, roster: Roster) -> Organisation:
    """The organisation under the numbers that the case began with. Raises CryptoError when it does not say which."""
    return as_begun(file.report["decision"]["rule_version"], roster.organisation)


def due_after(file: CaseFile, roster: Roster, duty: str, day: date) -> date:
    """The last day on time for a duty of the case's pack, counted from ``day``. Raises as ``rules_of``."""
    rules = rules_of(file, roster)
    return rules.pack.duties[duty].after(day, rules.calendar)


def iso(days: Mapping[str, date]) -> dict[str, str]:
    """Dates as an event says them."""
    return {name: day.isoformat() for name, day in days.items()}

"""The oversight pages in a real browser: readable, never sideways, each field named, done from the keyboard."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser

from crypto.keys import new_id
from intake.notices import NoticeKind, letters
from tests.browser.triage.conftest import Desk
from tests.support.readable import TOO_FAINT, WIDER
from triage.web.oversight_words import LISTS
from triage.worker.figures import readers

pytestmark = pytest.mark.browser


def _tell_everything(desk: Desk) -> None:
    instance = desk.instance
    soon = (instance.today + timedelta(days=4)).isoformat()
    past = (instance.today - timedelta(days=1)).isoformat()
    row = {"office": "HO-millbrook", "group": "all", "filed": 12, "missed": None}
    contents: dict[NoticeKind, dict[str, Any]] = {
        NoticeKind.CONCLUDED: {"final": soon},
        NoticeKind.OVERDUE: {"clock": "feedback_due", "due": past, "until": soon},
        NoticeKind.STOPPED: {"act": "close"},
        NoticeKind.ACCOUNTABILITY_ENTRY: {"clock": "ack_due", "due": past, "owner": "triage"},
        NoticeKind.ALARM: {"finding": "events_missing"},
        NoticeKind.INTERFERENCE: {"by": "milo", "when": past, "text": "A" * 400},
        NoticeKind.OWN_FIGURES: {"month": past[:7], "rows": [row, {**row, "group": "peers", "office": ""}]},
        NoticeKind.ANSWERS: {
            "role": "officer", "task": "investigate", "since": past, "through": "assigned", "above": "HO-north",
            "own": "nora",
        },
        NoticeKind.YEAR_ASKED: {"stage": "plan", "year": 2026, "due": soon},
        NoticeKind.YEAR_PAPER: {
            "stage": "plan", "year": 2025, "by": "mara", "goals": {"acknowledged": 95, "missed": 3}, "text": "We try.",
        },
        NoticeKind.RECOVERED: {"ground": "stated", "text": "Both officers are away."},
        NoticeKind.INSPECTION: {
            "kind": "routine", "from": past, "to": past, "due": soon, "checklist": 1,
            "sample": [{"case": new_id(), "state": "closed", "answers": {"dates_kept": "no"}} for _ in range(5)],
        },
        NoticeKind.INSPECTED: {
            "kind": "special", "from": past, "to": past, "by": "lena", "verdict": "grave", "text": "A" * 400,
        },
        NoticeKind.OWN_ACT: {"act": "supervise", "due": soon},
    }  # fmt: skip
    assert "nora" in readers(instance.roster)
    with instance.owner.state.begin() as session:
        for kind, content in contents.items():
            about: dict[str, Any] = {"case": new_id(), "office": "HO-millbrook", "priority": "P1", **content}
            for letter in letters(instance.roster, ["nora"], kind, instance.today, about):
                session.add(letter.as_row())
        for month in range(1, 4):
            slow = [row | {"days_to_act": 4}, row | {"group": "heads", "days_to_act": 40}]
            figures = {"month": f"2026-0{month}", "rows": slow}
            for letter in letters(instance.roster, ["nora"], NoticeKind.FIGURES, instance.today, figures):
                session.add(letter.as_row())


@pytest.mark.parametrize("width", [320, 1280])
def test_the_oversight_pages_are_readable_and_never_scroll_sideways(
    chromium: Browser, desk: Desk, width: int
) -> None:
    _tell_everything(desk)
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    desk.log_in(page, "nora")
    for path in [*(f"/oversight?list={name}" for name in LISTS), "/oversight/interference"]:
        answer = page.goto(desk.address + path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.evaluate(TOO_FAINT) == [], path
        assert page.evaluate(WIDER) <= 0, path
        unnamed = page.locator("main :is(input:not([type=hidden]), textarea, select)").evaluate_all(
            "all => all.filter(each => each.labels.length === 0).map(each => each.name)"
        )
        assert unnamed == [], path
    page.goto(f"{desk.address}/oversight/interference")
    page.locator("#text").focus()
    page.keyboard.type("Pressed in the corridor.")
    page.locator("main form button").press("Enter")
    page.wait_for_url("**/oversight?list=mine&said=recorded")
    context.close()

"""Keeping and deleting on the pages: what officers see and propose, what the reporter reads and says."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from crypto.kdf import UNSAFE_TEST_COST
from intake.calendar import months_after
from intake.log import configure
from intake.time import Clock
from portal.app import create_app
from templates.web.ticks import UNSAFE_NO_TICK
from tests.functional.portal.conftest import Reporter, Values
from tests.support.backoffice import Browser, forms_of
from tests.support.instances import Instance
from tests.support.keeping import Kept

DAY = timedelta(days=1)
MONTH = timedelta(days=30)
Opens = Callable[[date], Reporter]


@pytest.fixture
def engine_kind() -> str:
    """Pages are the same on both."""
    return "sqlite"


@pytest.fixture
def mailbox_on(kept: Kept, instance: Instance) -> Opens:
    """The reporter comes back with the code on a day."""

    def opens(day: date) -> Reporter:
        app = create_app(
            instance.portal,
            instance.portal_db,
            configure("portal"),
            clock=Clock(day),
            cost=UNSAFE_TEST_COST,
            tick=UNSAFE_NO_TICK,
        )
        reporter = Reporter(app)
        reporter.returns(kept.filed.draft.code.as_digits())
        return reporter

    return opens


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def at(kept: Kept, officer: str, day: date) -> Browser:
    browser = Browser(kept.filed.offices.instance, today=day)
    browser.log_in(officer)
    return browser


def test_officers_and_reporter_read_the_same_day_and_a_hold_in_neutral_words(
    kept: Kept, mailbox_on: Opens, today: date
) -> None:
    kept.closed()
    last = months_after(today, 36)
    case = f"/cases/{kept.case}"
    browser = at(kept, "marc", last - MONTH)
    assert f"This case is kept until {last}, and deleted after that." in plain(browser.get(case).text)
    assert f"deleted after {last}" in plain(browser.get("/cases").text)
    assert "deleted after" not in plain(at(kept, "milo", last - MONTH - DAY).get("/cases").text)
    assert "Your report is kept until March 2, 2029, and longer if you write." in mailbox_on(today).text

    page = browser.get(case)
    fields = forms_of(page)[f"{case}/propose"].fields
    sent = {**fields, "act": "hold", "reason": "court_case", "text": "A trial begins."}
    assert browser.post(f"{case}/propose", **sent).status_code == 303
    shown = plain(browser.get(case).text)
    assert "Legal hold: keep the case whatever its time says" in shown
    opened = kept.filed.opened_by("marc")
    assert opened is not None
    (seat,) = [entry.content["seats"] for entry in opened.papers("proposal")][-1]
    voter = at(kept, seat, last - MONTH)
    assert voter.send(voter.get(case), f"{case}/vote", vote="agree", text="").status_code == 303
    assert "A legal hold stands: this case is not deleted" in plain(browser.get(case).text)
    assert "legal hold" in plain(browser.get("/cases").text)
    text = mailbox_on(last - MONTH).text
    assert "Your report is kept longer than usual." in text
    assert "trial" not in text
    again = browser.post(f"{case}/propose", **sent)
    assert (again.status_code, "A legal hold stands" in plain(again.text)) == (409, True)
    assert "A trial begins." in again.text


def test_the_reporter_is_told_before_an_early_deletion_and_stops_it_with_one_tap(
    kept: Kept, mailbox_on: Opens, today: date
) -> None:
    kept.refused().decide_deletion(today)
    milo = at(kept, "milo", today)
    shown = plain(milo.get(f"/cases/{kept.case}").text)
    assert f"A panel decided to delete this case early. It is kept until {today + MONTH}" in shown
    reporter = mailbox_on(today + DAY)
    assert "Your report is to be deleted" in reporter.text
    assert "after April 1, 2026. If you do not want that, say so until then." in reporter.text
    assert reporter.sends("/mailbox/object").status_code == 303
    assert "Your report is to be deleted" not in reporter.follows().text
    assert "You said that the report must not be deleted early." in reporter.text
    assert reporter.sends("/mailbox/object").status_code == 409
    assert "There is nothing to object to" in reporter.text
    assert "The reporter objected: to an early deletion" in plain(milo.get(f"/cases/{kept.case}").text)


def test_a_deleted_report_says_when_and_why_and_looks_like_any_mailbox_from_outside(
    kept: Kept, mailbox_on: Opens, today: date
) -> None:
    living = mailbox_on(today)
    kept.refused().decide_deletion(today).look(today + DAY, today + 32 * DAY, today + 33 * DAY)
    reporter = mailbox_on(today + 33 * DAY)
    assert "Your report was deleted" in reporter.text
    assert "It was deleted on April 4, 2026. It was not a matter for this office." in reporter.text
    assert "will be in the public log tomorrow" in reporter.text
    assert len(reporter.page.data) == len(living.page.data)
    said: dict[str, Values] = {
        "message": {"text": "Is somebody there?"},
        "complaint": {"text": "Why?"},
        "object": {},
    }
    for path, sent in said.items():
        refused = reporter.sends(f"/mailbox/{path}", sent)
        assert refused.status_code == 409, path
    assert "The report was deleted, so nobody would read this." in reporter.text
    kept.look(today + 34 * DAY)
    assert "in the public log since April 5, 2026" in mailbox_on(today + 34 * DAY).text
    assert at(kept, "milo", today + 34 * DAY).get(f"/cases/{kept.case}").status_code == 404


def test_the_level_above_and_the_board_read_of_it_as_metadata(kept: Kept, today: date) -> None:
    kept.refused().decide_deletion(today).look(today + DAY, today + 32 * DAY, today + 33 * DAY)
    for officer in ("nora", "vera"):
        shown = plain(at(kept, officer, today + 34 * DAY).get("/oversight?list=told").text)
        assert "A panel decided to delete a case early" in shown
        assert f"Kept until: {today + MONTH}" in shown
        assert "A case was deleted by the rules" in shown

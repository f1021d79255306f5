"""When to come back: a card and a calendar file that whoever finds them learns nothing from."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from intake.protection.reminders import SIZE
from portal.views.reminder import SUMMARIES
from templates.loader import Side
from templates.web.catalogues import SOURCE
from templates.web.headers import NO_STORE
from templates.web.language import languages_of
from tests.functional.portal.conftest import PatientClock, Reporter, Story
from tests.functional.portal.test_mailbox import unknown_code
from tests.support.instances import Instance
from tests.support.reports import Offices
from tests.support.translations import glossary

TELLING = (
    "underseal", "millbrook", "report", "whistle", "office", "forms", "safe", "http", "localhost", "127.0.0.1", "mailbox",
    "portal", "code", "case",
)  # fmt: skip


def card_of(reporter: Reporter) -> str:
    """The card; that nothing else comes out of the printer is looked at in a browser."""
    found = re.search(r'<div class="wallet">(.*?)</div>', reporter.page.text, re.DOTALL)
    assert found is not None, reporter.text
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def starts(data: str) -> list[date]:
    """The days of a calendar file."""
    return [date.fromisoformat(day) for day in re.findall(r"DTSTART;VALUE=DATE:(\d{8})", data)]


def test_whoever_has_filed_takes_a_card_along_that_tells_nobody_anything(
    reporter: Reporter, instance: Instance
) -> None:
    reporter.writes_about_the_waterworks()
    reporter.sends("/report/check", send="1")
    code = reporter.reads_the_code()
    assert "/receipt/reminder" in reporter.page.text
    reporter.opens("/receipt/reminder")
    card = card_of(reporter)
    assert re.fullmatch(r"(\w+ \d{1,2}, \d{4} ?){2,6}", card), card
    assert code not in reporter.page.text
    assert not [word for word in TELLING if word in card.lower()]
    reporter.opens("/receipt/reminder?words=1")
    assert card_of(reporter) == f"{card} {code}"
    # The days of the calendar are those of the card.
    reporter.opens("/receipt/calendar?called=plants")
    page = reporter.page
    assert page.headers["Content-Disposition"] == 'attachment; filename="dates.ics"'
    assert page.headers["Cache-Control"] == NO_STORE
    assert page.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert len(page.data) == SIZE
    days = starts(page.text)
    assert [f"{day:%B} {day.day}, {day.year}" for day in days] == re.findall(r"\w+ \d{1,2}, \d{4}", card)
    assert days[0] > instance.today
    assert days[0] - instance.today > timedelta(days=11)  # nobody asked about safety: a medium risk
    assert page.text.count("SUMMARY:Water the plants") == len(days)
    assert not [word for word in TELLING if word in page.text.lower()]
    assert code not in page.text


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("tag", languages_of(Side.PORTAL))
def test_a_calendar_file_says_as_little_in_every_language(reporter: Reporter, tag: str) -> None:
    telling = telling_words(tag)
    reporter.writes_about_the_waterworks()
    reporter.sends("/report/check", send="1")
    reporter.opens("/receipt/calendar?called=books")
    plain = unfolded(reporter.page.data)
    reporter.opens(f"/language/{tag}")
    said = set()
    for called in SUMMARIES:
        reporter.opens(f"/receipt/calendar?called={called}")
        data = reporter.page.data
        assert len(data) == SIZE
        assert all(len(line) <= 75 for line in data.split(b"\r\n"))
        assert [line.decode("utf-8") for line in data.split(b"\r\n")], "no line is broken inside a character"
        lines = unfolded(data)
        (summary,) = {line.rstrip(" ") for line in lines if line.startswith("SUMMARY:")}
        said.add(summary)
        assert not [word for word in telling if word in summary.casefold()]
        # But for the name of its entries it is the file that anybody gets, in any language.
        rest = [line for line in lines if not line.startswith(("SUMMARY:", "DESCRIPTION:"))]
        assert rest == [line for line in plain if not line.startswith(("SUMMARY:", "DESCRIPTION:"))]
    assert len(said) == len(SUMMARIES)


def unfolded(data: bytes) -> list[str]:
    """The lines of a calendar file as a calendar reads them."""
    return data.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")


def telling_words(tag: str) -> list[str]:
    """What a language calls the things that no entry may name."""
    if tag == SOURCE:
        return list(TELLING)
    rows = [line.split("|") for line in glossary(tag).splitlines() if line.startswith("| ")]
    told = {row[1].strip(): row[2].strip().casefold() for row in rows if len(row) > 3}
    return [told[word] for word in ("report", "receipt code", "mailbox", "case", "officer", "complaint")]


def test_whoever_is_not_safe_is_asked_to_come_back_sooner(reporter: Reporter, instance: Instance) -> None:
    reporter.begins()
    reporter.names(name="Hugo Stein", post="head", body="millbrook-water")
    reporter.opens("/report/safety")
    reporter.sends("/report/safety", threat_of_violence="yes", go="next")
    reporter.opens("/report/check")
    reporter.sends("/report/check", send="1")
    reporter.opens("/receipt/calendar?called=filter")
    days = starts(reporter.page.text)
    assert timedelta(days=1) < days[0] - instance.today < timedelta(days=5)
    assert len(days) == 6


def test_a_calendar_needs_a_name_that_its_owner_chose(reporter: Reporter) -> None:
    reporter.writes_about_the_waterworks()
    assert reporter.opens("/receipt/calendar?called=books").status_code == 303  # nothing was sent yet
    reporter.opens("/report/check")
    reporter.sends("/report/check", send="1")
    for called in ("", "?called=", "?called=nonsense"):
        page = reporter.opens(f"/receipt/calendar{called}")
        assert page.status_code == 422
        assert "Choose what the entries are to be called" in reporter.text
    # Whatever else stands behind the question mark never reaches the file.
    assert reporter.opens("/receipt/calendar?called=books&more=1").status_code == 303


def test_whoever_comes_back_gets_the_next_days_and_never_the_code(
    reporter: Reporter, clock: PatientClock
) -> None:
    code = reporter.files()
    reporter.returns(code)
    assert 'href="/mailbox/reminder"' in reporter.page.text
    reporter.opens("/mailbox/reminder?words=1")
    assert code not in reporter.page.text
    assert "this site does not know them" in reporter.text
    first = card_of(reporter)
    reporter.opens("/mailbox/reminder")
    assert card_of(reporter) == first
    reporter.opens("/mailbox/calendar?called=call")
    assert len(reporter.page.data) == SIZE
    assert min(starts(reporter.page.text)) > clock.today()


def test_each_visit_draws_other_days(reporter: Reporter, another: Callable[[], Reporter]) -> None:
    """So what lies in two places, or with two people, is no sign that both are of one thing."""
    code = reporter.files()
    seen = set()
    for _ in range(5):
        visitor = another()
        visitor.returns(code)
        visitor.opens("/mailbox/reminder")
        seen.add(card_of(visitor))
    assert len(seen) > 1


def test_a_code_without_a_report_gets_a_card_too(reporter: Reporter) -> None:
    reporter.returns(unknown_code())
    reporter.opens("/mailbox/reminder")
    assert reporter.page.status_code == 200
    assert card_of(reporter)
    assert len(reporter.opens("/mailbox/calendar?called=books").data) == SIZE


def test_nobody_without_a_visit_gets_one(reporter: Reporter) -> None:
    for path, to in (
        ("/receipt/reminder", "/report"),
        ("/receipt/calendar?called=books", "/report"),
        ("/mailbox/reminder", "/return"),
        ("/mailbox/calendar?called=books", "/return"),
    ):
        page = reporter.opens(path)
        assert (page.status_code, page.headers["Location"]) == (303, to)


def test_long_after_the_closing_nobody_is_told_to_come(
    reporter: Reporter, instance: Instance, clock: PatientClock
) -> None:
    reporter.begins()
    reporter.names(name="Hugo Stein", post="head", body="millbrook-water")
    reporter.opens("/report/safety")
    reporter.sends("/report/safety", a1="nobody", a2="over_15", b1="none", c1="none", go="next")
    reporter.opens("/report/check")
    reporter.sends("/report/check", send="1")
    code = reporter.reads_the_code()
    reporter.sends("/receipt", saved="1")
    (case,) = Offices(instance, instance.today).cases()
    story = Story(reporter, instance, clock, code, case)
    story.is_told_the_result()
    story.is_closed()
    story.days_pass(200)
    reporter.returns(code)
    reporter.opens("/mailbox/reminder")
    assert "There is no day on which you must come back" in reporter.text
    assert reporter.opens("/mailbox/calendar?called=books").status_code == 422

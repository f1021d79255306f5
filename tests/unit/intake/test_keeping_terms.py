"""Until when a case is kept, at the edges: short months, leap days, two countries, what the reporter and a court add."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.calendar import months_after
from intake.organisation import Organisation, load_pack, organisation_from
from intake.organisation.pack import SINCE
from intake.progress import Mark, Progress
from intake.retention.terms import End, early_day, keeping_of, last_day
from intake.states import CaseState
from tests.support.organisation import small_organisation

DAYS = st.dates(date(2020, 1, 1), date(2090, 12, 31))


def rules(pack: str = "default", version: int | None = None) -> Organisation:
    return organisation_from(small_organisation()).with_pack(load_pack(pack, version))


@pytest.mark.parametrize(
    ("pack", "closed", "last"),
    [
        ("default", date(2026, 3, 2), date(2029, 3, 2)),
        ("default", date(2028, 2, 29), date(2031, 2, 28)),  # no leap day there
        ("default", date(2025, 2, 28), date(2028, 2, 28)),  # and none is added
        ("france", date(2026, 12, 31), date(2027, 2, 28)),
        ("france", date(2027, 12, 31), date(2028, 2, 29)),
        ("france", date(2026, 6, 30), date(2026, 8, 30)),
        ("small", date(2026, 8, 31), date(2029, 8, 31)),
    ],
)
def test_the_time_of_a_closed_case_ends_on_the_day_that_the_pack_says(
    pack: str, closed: date, last: date
) -> None:
    assert last_day(End(closed=closed), rules(pack)) == last


def test_in_france_the_questions_to_the_reporter_outlast_the_two_months() -> None:
    closed = date(2026, 3, 2)
    asked = closed + timedelta(days=180)
    assert last_day(End(closed=closed, asked=(asked,)), rules("france")) == asked + timedelta(days=30)


@pytest.mark.parametrize("name", ["told", "hold_ended", "word"])
def test_nobody_loses_the_last_days_to_speak(name: str) -> None:
    closed = date(2026, 3, 2)
    last = months_after(closed, 36)
    late: dict[str, Any] = {name: last}
    early: dict[str, Any] = {name: last - timedelta(days=30)}
    assert last_day(replace(End(closed=closed), **late), rules()) == last + timedelta(days=30)
    assert last_day(replace(End(closed=closed), **early), rules()) == last


@given(closed=DAYS, word=DAYS, ended=DAYS, asked=DAYS)
def test_whatever_else_happens_never_shortens_the_time(
    closed: date, word: date, ended: date, asked: date
) -> None:
    least = last_day(End(closed=closed), rules())
    assert last_day(End(closed=closed, word=word, hold_ended=ended, asked=(asked,)), rules()) >= least


@given(decided=DAYS, told=DAYS)
def test_an_early_deletion_leaves_the_time_to_object_and_to_ask_for_a_review(
    decided: date, told: date
) -> None:
    day = early_day(decided, told, None, rules())
    assert day >= max(decided, told) + timedelta(days=30)


@pytest.mark.parametrize("pack", ["default", "france", "small"])
def test_a_case_that_began_under_the_first_version_has_the_new_terms_too(pack: str) -> None:
    old, new = load_pack(pack, 1), load_pack(pack)
    assert {name: old.duties.get(name) for name in SINCE} == {
        name: period for name, (_, period) in SINCE.items()
    }
    assert old.duties["retention"] == new.duties["retention"]
    assert last_day(End(closed=date(2026, 3, 2)), rules(pack, 1)) == last_day(
        End(closed=date(2026, 3, 2)), rules(pack)
    )


def closed_progress(**changed: object) -> Progress:
    progress = Progress(state=CaseState.CLOSED, closed=date(2026, 3, 2))
    for name, value in changed.items():
        setattr(progress, name, value)
    return progress


def test_the_page_says_no_day_while_something_keeps_the_case() -> None:
    last = months_after(date(2026, 3, 2), 36)
    assert keeping_of(closed_progress(), rules()).last == last
    assert keeping_of(closed_progress(hold=Mark(9, last)), rules()).last is None
    assert keeping_of(closed_progress(clocks={"referral:x": last}), rules()).last is None
    assert keeping_of(closed_progress(state=CaseState.REOPENED), rules()).last is None
    early = keeping_of(closed_progress(early=Mark(9, date(2026, 3, 3))), rules())
    assert early.last == date(2026, 4, 2)

"""Lists, loads and searches: what an officer finds, and that nothing else is opened on the way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from crypto.keys import KeyPair
from intake.card import Card, open_card
from intake.database.case_tables import Case, Event
from intake.drafts import DraftSubject
from intake.events import EventKind
from intake.routing import Priority
from intake.states import CaseState
from tests.functional.triage.conftest import BackOffice
from tests.support.reports import Filed, Offices, report, water_report
from triage.casework import listing
from triage.casework.acknowledge import acknowledge
from triage.casework.assign import assign
from triage.casework.listing import Due, Filters, Whose, list_cases
from triage.casework.reading import read_case
from triage.casework.refusals import CorrectThisError
from triage.casework.search import search_cases


def _events(back_office: BackOffice, case: str) -> list[EventKind]:
    with back_office.instance.owner.reading() as session:
        rows = session.scalars(select(Event).where(Event.case_id == case).order_by(Event.number))
        return [row.kind for row in rows]


def test_the_list_is_ordered_by_due_date_and_opens_only_its_page(
    back_office: BackOffice, instance_days: list[Filed], monkeypatch: pytest.MonkeyPatch
) -> None:
    milo = back_office.officer("milo")
    opened: list[str] = []

    def open_and_count(sealed: bytes, case: str, pairs: Mapping[int, KeyPair]) -> Card:
        opened.append(case)
        return open_card(sealed, case, pairs)

    monkeypatch.setattr(listing, "PAGE", 2)
    monkeypatch.setattr(listing, "open_card", open_and_count)
    list_cases(back_office.desk, milo)
    assert len(opened) == 2, "the cards of the page in view, and no other"
    first, second = (list_cases(back_office.desk, milo, page=number) for number in (1, 2))
    assert [entry.case for entry in (*first.entries, *second.entries)] == [
        filed.case for filed in instance_days
    ]
    assert (first.pages, first.total) == (2, 3)
    assert list_cases(back_office.desk, milo, page=99).number == 2


@pytest.fixture
def instance_days(offices: Offices) -> list[Filed]:
    """Three reports of three days, filed in another order than they are due."""
    days = [offices.today + timedelta(days=shift) for shift in (1, 0, 2)]
    made = [Offices(offices.instance, day).file(water_report()) for day in days]
    return [made[1], made[0], made[2]]


def test_a_list_can_be_narrowed_to_a_state(back_office: BackOffice, offices: Offices) -> None:
    desk, milo = back_office.desk, back_office.officer("milo")
    one, two = offices.file(), offices.file()
    acknowledge(desk, milo, one.case)
    assert [e.case for e in list_cases(desk, milo, filters=Filters(CaseState.RECEIVED)).entries] == [two.case]
    assert [e.case for e in list_cases(desk, milo, filters=Filters(CaseState.ACKNOWLEDGED)).entries] == [
        one.case
    ]
    assert list_cases(desk, milo, filters=Filters(CaseState.CLOSED)).total == 0


def test_a_list_can_be_narrowed_by_what_is_due(back_office: BackOffice, offices: Offices) -> None:
    desk, milo = back_office.desk, back_office.officer("milo")
    shifts = {"late": -8, "today": -7, "soon": -3, "later": 2}
    filed = {
        name: Offices(offices.instance, offices.today + timedelta(days=shift)).file().case
        for name, shift in shifts.items()
    }

    def cases(due: Due) -> list[str]:
        return [entry.case for entry in list_cases(desk, milo, filters=Filters(due=due)).entries]

    assert cases(Due.LATE) == [filed["late"]]
    assert cases(Due.TODAY) == [filed["today"]]
    assert cases(Due.WEEK) == [filed["today"], filed["soon"]]


def test_a_list_can_be_narrowed_by_what_only_the_cards_say(
    back_office: BackOffice, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, moss = back_office.desk, back_office.officer("moss")
    grave = offices.file(water_report(imminent_danger="yes"))
    mine, free = offices.file(), offices.file()
    assign(desk, moss, mine.case, "moss", "handle")
    assign(desk, moss, grave.case, "marc", "handle")

    def cases(**chosen: Whose | Priority) -> set[str]:
        return {entry.case for entry in list_cases(desk, moss, filters=Filters(**chosen)).entries}  # type: ignore[arg-type]  # each name has its own kind

    assert cases(whose=Whose.MINE) == {mine.case}
    assert cases(whose=Whose.NOBODY) == {free.case}
    assert cases(priority=Priority.P1) == {grave.case}
    assert cases(priority=Priority.P1, whose=Whose.MINE) == set()

    with offices.instance.owner.state.begin() as session:
        session.get_one(Case, free.case).card = b"\0" * 2000
    assert cases(whose=Whose.MINE) == {mine.case, free.case}, "what was altered never vanishes from sight"
    monkeypatch.setattr(listing, "MOST_LISTED", 2)
    assert list_cases(desk, moss, filters=Filters(whose=Whose.MINE)).stopped
    assert not list_cases(desk, moss).stopped


def test_a_narrowed_list_still_looks_at_the_officers_own_cases_alone(
    back_office: BackOffice, filed: Filed
) -> None:
    """A database led by the dates of everybody's cases would answer more slowly the more others have (P2)."""
    milo = back_office.officer("milo")
    for due in (None, *Due):
        statement = listing._soonest_first(
            listing._narrowed(listing._held(milo), Filters(due=due), milo.today)
        )
        with back_office.instance.owner.reading() as session:
            if session.get_bind().dialect.name != "sqlite":
                pytest.skip("SQLite says its plan in words")
            literal = statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
            plan = [row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {literal}"))]
        assert plan[0].startswith("SEARCH grants USING PRIMARY KEY (officer_id=?"), plan
        assert not any("SCAN" in step for step in plan), plan


def test_colleagues_come_with_the_load_the_viewer_may_know(back_office: BackOffice, offices: Offices) -> None:
    desk, milo = back_office.desk, back_office.officer("milo")
    mine = offices.file()
    elsewhere = offices.file(report(DraftSubject(name="Tara Singh", post="staff", body="ashford-clinic")))
    assign(desk, back_office.officer("anna"), elsewhere.case, "abel", "handle")
    assign(desk, milo, mine.case, "marc", "handle")
    colleagues = {c.id: c for c in read_case(desk, milo, mine.case).colleagues}
    assert colleagues["marc"].load.cases == 1
    assert colleagues["marc"].load.next_due == back_office.today + timedelta(days=7)
    assert colleagues["mona"].load.cases == 0
    assert "abel" not in colleagues


def test_a_search_finds_words_anywhere_in_what_the_officer_holds(
    back_office: BackOffice, offices: Offices
) -> None:
    desk, milo = back_office.desk, back_office.officer("milo")
    long = "A beginning that says little about it. " * 4 + "The zirconium pump was sold."
    one, other = offices.file(water_report(what=long)), offices.file()
    found = search_cases(desk, milo, "ZIRCONIUM sold")
    assert [entry.case for entry in found.entries] == [one.case]
    assert _events(back_office, one.case) == [
        EventKind.FILED,
        EventKind.OPENED,
    ]  # a hit in the content is a read
    assert _events(back_office, other.case) == [EventKind.FILED]
    assert len(search_cases(desk, milo, "hugo stein").entries) == 2
    assert search_cases(desk, milo, "zirconium wells").entries == []
    with pytest.raises(CorrectThisError, match="query_too_short"):
        search_cases(desk, milo, " a ")

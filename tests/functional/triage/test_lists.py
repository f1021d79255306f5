"""Lists, loads and searches: what an officer finds, and that nothing else is opened on the way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select

from crypto.keys import KeyPair
from intake.card import Card, open_card
from intake.database.case_tables import Event
from intake.drafts import DraftSubject
from intake.events import EventKind
from intake.states import CaseState
from tests.functional.triage.conftest import BackOffice
from tests.support.reports import Filed, Offices, report, water_report
from triage.casework import listing
from triage.casework.acknowledge import acknowledge
from triage.casework.assign import assign
from triage.casework.listing import list_cases
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
    assert [e.case for e in list_cases(desk, milo, state=CaseState.RECEIVED).entries] == [two.case]
    assert [e.case for e in list_cases(desk, milo, state=CaseState.ACKNOWLEDGED).entries] == [one.case]
    assert list_cases(desk, milo, state=CaseState.CLOSED).total == 0


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

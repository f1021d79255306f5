"""Pressure on an officer is recorded: who reads of it, and who never can. Both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select

from crypto.keys import new_id
from intake.database.case_tables import Notice, OutboxJob
from intake.database.volatile_tables import SealedSession
from intake.notices import NoticeKind
from tests.functional.triage.conftest import office_with_duties
from tests.support.backoffice import Browser
from tests.support.instances import Instance
from tests.support.oversight import INTERFERENCE, deliver, plain, told, who_was_told
from tests.support.reports import Filed, Offices, plumber_report

ACCOUNT = "The mayor rang me twice and asked who had talked."


@pytest.fixture
def browser(instance: Instance) -> Browser:
    """Somebody at the door."""
    return Browser(instance)


def _records(browser: Browser, officer: str, **typed: str) -> Any:
    browser.log_in(officer)
    return browser.send(browser.get(INTERFERENCE), INTERFERENCE, **{"text": ACCOUNT, **typed})


def test_interference_reaches_the_level_above_and_the_board_and_nobody_of_the_own_office(
    browser: Browser, instance: Instance
) -> None:
    answer = _records(browser, "milo", when="2026-02-27")
    assert (answer.status_code, answer.location) == (303, "/oversight?list=mine&said=recorded")
    deliver(instance)
    mine = browser.get("/oversight?list=mine").text
    assert "You recorded interference" in mine
    assert ACCOUNT not in mine
    assert who_was_told(instance, NoticeKind.INTERFERENCE) == {"nora", "nils", "nina", "noel", "vera", "vito"}
    nora = Browser(instance)
    nora.log_in("nora")
    page = plain(nora.get("/oversight?list=interference").text)
    assert ACCOUNT in page
    assert "Milo Fernandes , 2026-02-27" in page
    mara = Browser(instance)
    mara.log_in("mara")
    assert ACCOUNT not in mara.get("/oversight?list=interference").text


def test_the_own_head_cannot_read_it_with_the_whole_database_and_their_own_key(
    browser: Browser, instance: Instance
) -> None:
    assert _records(browser, "milo").status_code == 303
    with instance.owner.reading() as session:
        payloads = [row.payload for row in session.scalars(select(OutboxJob))]
    deliver(instance)
    assert not any(n["notice"] == NoticeKind.INTERFERENCE for n in told(instance, "mara"))
    with instance.owner.reading() as session:
        sealed = [row.sealed for row in session.scalars(select(Notice))]
    assert not any(word.encode() in raw for raw in payloads + sealed for word in ("mayor", "milo", "Milo"))
    assert len({len(raw) for raw in sealed}) == 1  # its size does not stand out


def test_interference_about_a_case_reaches_nobody_who_is_excluded_from_it(
    browser: Browser, instance: Instance, offices: Offices
) -> None:
    document = office_with_duties()
    document["ties"].append({"officer": "noel", "type": "kin", "target": "p-plumber", "until": None})
    instance.reissue(organisation=document)
    case = offices.file(plumber_report()).case
    browser.log_in("milo")
    page = browser.get(f"{INTERFERENCE}?case={case}")
    assert "The case you came from" in page.text
    assert browser.send(page, INTERFERENCE, text=ACCOUNT, case=case).status_code == 303
    deliver(instance)
    assert who_was_told(instance, NoticeKind.INTERFERENCE) == {"nora", "nils", "nina", "vera", "vito"}


def test_the_highest_office_writes_to_the_recipient_outside_and_the_board(
    browser: Browser, instance: Instance
) -> None:
    assert _records(browser, "lena").status_code == 303
    deliver(instance)
    assert who_was_told(instance, NoticeKind.INTERFERENCE) == {"olga", "omar", "vera", "vito"}


@pytest.mark.parametrize(
    ("writer", "readers"), [("olga", {"vera", "vito"}), ("lily", {"olga", "omar", "vera", "vito"})]
)
def test_nobody_of_the_own_place_reads_it_wherever_one_stands(
    browser: Browser, instance: Instance, writer: str, readers: set[str]
) -> None:
    assert _records(browser, writer).status_code == 303
    deliver(instance)
    assert who_was_told(instance, NoticeKind.INTERFERENCE) == readers


def test_where_nobody_can_be_told_it_is_said_and_not_lost_silently(
    browser: Browser, instance: Instance
) -> None:
    instance.without("vera", "vito", "olga", "omar")
    answer = _records(browser, "lena")
    assert answer.status_code == 409
    assert ACCOUNT in answer.text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"text": " "}, "Write something first."),
        ({"text": "x" * 1001}, "longer than 1,000 characters"),
        ({"when": "2026-03-03"}, "has not come yet"),
        ({"when": "last week"}, "Write the date as"),
    ],
)
def test_what_cannot_be_recorded_is_said_and_still_there(
    browser: Browser, instance: Instance, typed: dict[str, str], words: str
) -> None:
    answer = _records(browser, "milo", **typed)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert typed.get("text", ACCOUNT).strip() in answer.text
    with instance.owner.reading() as session:
        assert session.scalars(select(OutboxJob)).all() == []


def test_a_case_of_somebody_else_and_no_case_are_the_same(
    browser: Browser, instance: Instance, filed: Filed
) -> None:
    answers = [_again(browser, case) for case in (filed.case, new_id(), "../x")]
    assert {answer.status_code for answer in answers} == {404}
    with instance.owner.reading() as session:
        assert len(session.scalars(select(OutboxJob)).all()) == 1  # the filing's own


def _again(browser: Browser, case: str) -> Any:
    if browser.get("/cases").status_code != 200:
        browser.log_in("mina")
    return browser.send(browser.get(INTERFERENCE), INTERFERENCE, text=ACCOUNT, case=case)


def test_words_typed_into_a_session_that_ended_come_back(browser: Browser, instance: Instance) -> None:
    browser.log_in("milo")
    page = browser.get(INTERFERENCE)
    with instance.owner.volatile.begin() as session:
        session.execute(delete(SealedSession))
    late = browser.send(page, INTERFERENCE, text=ACCOUNT)
    assert (late.status_code, ACCOUNT in late.text) == (403, True)
    again = browser.send(
        late,
        "/login",
        name="milo",
        password=instance.people["milo"].password,
        code=browser.code("milo", step=1),
    )
    assert again.location == INTERFERENCE
    assert ACCOUNT in browser.get(INTERFERENCE).text

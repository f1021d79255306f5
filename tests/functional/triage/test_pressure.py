"""An officer who is put under pressure: who reads the flag, who owes an answer, and what happens when none comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crypto.keys import new_id
from intake.calendar import Period
from intake.database.case_tables import Notice, OutboxJob
from intake.notices import NoticeKind
from tests.functional.triage.conftest import office_with_duties
from tests.support.backoffice import Browser, forms_of
from tests.support.instances import Instance
from tests.support.oversight import INTERFERENCE, deliver, plain, round_of, told, who_was_told
from tests.support.reports import Offices, plumber_report

FEAR = "The head says that my contract ends if I go on with it."
HELP = "We call you tonight. Your contract is ours to end, not hers."
LIST = "/oversight?list=interference"
PRESSURE = "/oversight/pressure"


def _flags(instance: Instance, officer: str = "milo", **more: str) -> Browser:
    browser = Browser(instance)
    browser.log_in(officer)
    answer = browser.send(browser.get(INTERFERENCE), INTERFERENCE, text=FEAR, pressed="yes", **more)
    assert (answer.status_code, answer.location) == (303, "/oversight?list=mine&said=recorded")
    deliver(instance)
    return browser


def _seat(instance: Instance, officer: str) -> Browser:
    browser = Browser(instance)
    browser.log_in(officer)
    return browser


def _due(instance: Instance) -> date:
    within: Period = instance.organisation.pack.first_contact["P2"]
    return within.after(instance.today, instance.organisation.calendar)


def _missing(instance: Instance, officer: str) -> list[dict[str, object]]:
    return [
        dict(each)
        for each in told(instance, officer)
        if each["notice"] == NoticeKind.ACCOUNTABILITY_ENTRY and each["clock"] == "pressed"
    ]


def test_the_level_above_reads_it_owes_an_answer_and_the_officer_gets_it(instance: Instance) -> None:
    milo = _flags(instance)
    assert who_was_told(instance, NoticeKind.PRESSURE) == {"nora", "nils", "nina", "noel", "vera", "vito"}
    nora = _seat(instance, "nora")
    page = nora.get(LIST)
    words = plain(page.text)
    assert FEAR in words
    assert f"Answer to an officer under pressure: {_due(instance).isoformat()}" in words
    silent = nora.send(page, PRESSURE, text=" ")
    assert silent.status_code == 422
    assert nora.send(page, PRESSURE, text=HELP).location == f"{LIST}&said=answered"
    deliver(instance)
    assert HELP in plain(milo.get("/oversight?list=mine").text)
    nils = _seat(instance, "nils")
    seen = nils.get(LIST)
    assert "Somebody answered an officer who is under pressure" in plain(seen.text)
    assert PRESSURE not in forms_of(seen)
    again = nora.post(PRESSURE, **forms_of(page)[PRESSURE].fields | {"text": HELP})
    assert again.status_code == 409
    round_of(instance, _due(instance) + timedelta(days=1))
    assert not any(_missing(instance, who) for who in instance.people)


def test_no_answer_is_an_entry_of_the_ledger_further_up_once_and_without_a_name(instance: Instance) -> None:
    _flags(instance)
    round_of(instance, _due(instance))  # its last day is not over
    assert not any(_missing(instance, who) for who in instance.people)
    for days in (1, 2, 9):
        round_of(instance, _due(instance) + timedelta(days=days))
    reached = {who for who in instance.people if _missing(instance, who)}
    assert reached == {"lena", "leo", "lily", "luca", "vera", "vito"}
    (entry,) = _missing(instance, "lena")
    assert (entry["office"], entry["due"]) == ("HO-north", _due(instance).isoformat())
    assert "milo" not in repr(entry)
    lena = _seat(instance, "lena")
    assert "Answer to an officer under pressure" in plain(lena.get("/oversight?list=ledger").text)


def test_the_own_head_finds_nothing_with_every_page_the_whole_database_and_the_own_key(
    instance: Instance,
) -> None:
    _flags(instance)
    with instance.owner.reading() as session:
        stored = [row.payload for row in session.scalars(select(OutboxJob))]
        stored += [row.sealed for row in session.scalars(select(Notice))]
        sizes = {len(row.sealed) for row in session.scalars(select(Notice))}
    round_of(instance, _due(instance) + timedelta(days=1))
    assert not any(each["notice"] in ("pressure", "pressure_answered") for each in told(instance, "mara"))
    assert not _missing(instance, "mara")
    assert not any(word.encode() in raw for raw in stored for word in ("contract", "milo", "pressure"))
    assert len(sizes) == 1  # it does not stand out among other notices
    mara = _seat(instance, "mara")
    for path in ("/oversight", LIST, "/oversight?list=ledger", "/oversight?list=told", "/cases"):
        assert FEAR not in mara.get(path).text
        assert "pressure" not in plain(mara.get(path).text).replace("put under pressure", "")
    token = forms_of(mara.get("/cases"))["/cases/search"].fields["csrf_token"]
    numbers = [new_id(), "", "../x"]
    with instance.owner.reading() as session:
        numbers += list(session.scalars(select(Notice.id)))[:3]
    for number in numbers:  # nor an answer in somebody else's name
        assert mara.post(PRESSURE, csrf_token=token, notice=number, text=HELP).status_code == 404


def test_in_the_writers_own_list_it_looks_like_any_other_record(instance: Instance) -> None:
    milo = _flags(instance)
    other = Browser(instance)
    other.log_in("marc")
    assert other.send(other.get(INTERFERENCE), INTERFERENCE, text=FEAR).status_code == 303
    deliver(instance)
    flagged, recorded = (
        each.get("/oversight?list=mine").text.partition("<article")[2] for each in (milo, other)
    )
    assert "You recorded interference" in flagged
    assert flagged.partition("</article>")[0] == recorded.partition("</article>")[0]


def test_about_a_case_nobody_who_is_excluded_from_it_is_told_of_the_flag_or_of_the_miss(
    instance: Instance, offices: Offices
) -> None:
    document = office_with_duties()
    document["ties"] += [
        {"officer": who, "type": "kin", "target": "p-plumber", "until": None} for who in ("noel", "leo")
    ]
    instance.reissue(organisation=document)
    case = offices.file(plumber_report()).case
    _flags(instance, case=case)
    assert who_was_told(instance, NoticeKind.PRESSURE) == {"nora", "nils", "nina", "vera", "vito"}
    round_of(instance, _due(instance) + timedelta(days=1))
    assert "leo" not in {who for who in instance.people if _missing(instance, who)}


@pytest.mark.parametrize(
    ("officer", "first", "further"),
    [("lena", {"olga", "omar", "vera", "vito"}, {"vera", "vito"}), ("vera", set(), set())],
)
def test_at_the_top_the_recipient_outside_owes_it_and_where_nobody_can_be_told_it_is_said(
    instance: Instance, officer: str, first: set[str], further: set[str]
) -> None:
    if not first:
        browser = _seat(instance, officer)
        answer = browser.send(browser.get(INTERFERENCE), INTERFERENCE, text=FEAR, pressed="yes")
        assert answer.status_code == 409
        assert FEAR in answer.text
        assert "checked" in answer.text
        return
    _flags(instance, officer)
    assert who_was_told(instance, NoticeKind.PRESSURE) == first
    round_of(instance, _due(instance) + timedelta(days=1))
    assert {who for who in instance.people if _missing(instance, who)} == further


def test_who_lost_their_account_meanwhile_is_not_forgotten(instance: Instance) -> None:
    """It is what they feared."""
    _flags(instance)
    officers = instance.roster.officers.values()
    instance.reissue(officers=[replace(each, active=each.id != "milo") for each in officers])
    round_of(instance, _due(instance) + timedelta(days=1))
    assert _missing(instance, "vera")

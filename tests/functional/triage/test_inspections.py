"""Inspections of three kinds: drawn by the worker, answered by the log, closed with a written result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from intake.database.case_tables import Notice
from intake.inspections import SAMPLE
from intake.log import configure
from intake.notices import NoticeKind, open_notice
from intake.requests import Ask, Request, request_job
from intake.time import Clock
from tests.conftest import MakeInstance
from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser, forms_of
from tests.support.instances import Instance
from tests.support.organisation import small_organisation
from tests.support.oversight import deliver, plain, requests_of, round_of, tell, told, who_was_told
from tests.support.reports import SENTENCE, Offices, plumber_report
from triage.casework.acknowledge import acknowledge
from triage.worker.context import Context
from triage.worker.inspections import look_after_inspections

APRIL = date(2026, 4, 1)
LATE = date(2026, 5, 31)  # the results of the first quarter were due the day before


def _look(instance: Instance, day: date) -> int:
    clock = Clock(day)
    context = Context(instance.worker, instance.worker_db, instance.rosters, clock, configure("worker"))
    return look_after_inspections(context)


def _inspections(instance: Instance, officer: str, office: str = "HO-millbrook") -> list[Mapping[str, Any]]:
    return [
        notice
        for notice in told(instance, officer)
        if notice["notice"] == NoticeKind.INSPECTION.value and notice["office"] == office
    ]


def _number(instance: Instance, officer: str, office: str) -> str:
    with instance.owner.reading() as session:
        rows = session.scalars(select(Notice).where(Notice.officer_id == officer)).all()
    opened = {row.id: open_notice(instance.pair(officer), row.id, row.sealed) for row in rows}
    (number,) = [
        number
        for number, notice in opened.items()
        if (notice["notice"], notice.get("office")) == (NoticeKind.INSPECTION, office)
    ]
    return number


def test_every_quarter_the_head_above_gets_a_sample_that_the_log_answers(
    instance: Instance, offices: Offices, today: date
) -> None:
    cases = [offices.file(plumber_report()) for _ in range(SAMPLE + 2)]
    back_office = BackOffice(instance, today + timedelta(days=1))
    for case in cases:
        acknowledge(back_office.desk, back_office.officer("milo"), case.case)
    assert _look(instance, APRIL) == len(instance.organisation.offices)
    assert _look(instance, APRIL + timedelta(days=2)) == 0
    assert who_was_told(instance, NoticeKind.INSPECTION) == {"nora", "lena", "vera"}
    (inspection,) = _inspections(instance, "nora")
    assert (inspection["kind"], inspection["from"], inspection["to"]) == (
        "routine",
        "2026-01-01",
        "2026-03-31",
    )
    assert len(inspection["sample"]) == SAMPLE
    assert {row["case"] for row in inspection["sample"]} < {case.case for case in cases}
    for row in inspection["sample"]:
        assert row["answers"] == {
            "acknowledged_in_time": "yes",
            "acted_when_read": "open",
            "dates_kept": "yes",
            "decided_by_panel": "open",
            "result_told": "open",
        }
    assert SENTENCE not in str(inspection)
    assert "milo" not in str(inspection["sample"])


def test_a_case_is_in_no_sample_of_anybody_who_must_not_know_of_it(
    make_instance: MakeInstance, today: date
) -> None:
    """Mara leads the inspected office and reads the result; Vera of the board as well. Of each one's kin nothing is drawn."""
    document = small_organisation()
    document["ties"].append({"officer": "vera", "type": "kin", "target": "p-plumber", "until": None})
    instance = make_instance(document)
    offices = Offices(instance, today)
    for _ in range(3):
        offices.file(plumber_report())
    _look(instance, APRIL)
    (inspection,) = _inspections(instance, "nora")
    assert inspection["sample"] == []
    other = make_instance(small_organisation())
    _look(other, APRIL)
    (nothing,) = _inspections(other, "nora")
    assert {key: value for key, value in inspection.items() if key != "results"} == {
        key: value for key, value in nothing.items() if key != "results"
    }


def test_a_result_is_written_once_and_goes_to_the_head_below_and_further_up(
    instance: Instance, offices: Offices
) -> None:
    offices.file(plumber_report())
    _look(instance, APRIL)
    browser = Browser(instance, today=APRIL)
    browser.log_in("nora")
    page = browser.get("/oversight?list=inspections")
    assert "Routine inspection: Office of Millbrook" in plain(page.text)
    form, number = "/oversight/inspection-result", _number(instance, "nora", "HO-millbrook")
    for typed in ({"verdict": "", "text": "Fine."}, {"verdict": "remarks", "text": ""}):
        refused = browser.send(page, form, inspection=number, **typed)
        assert (refused.status_code, typed["text"] in refused.text) == (422, True)
    text = "Acknowledge on the first day."
    assert browser.send(page, form, inspection=number, verdict="remarks", text=text).status_code == 303
    deliver(instance)
    readers = {"mara", "lena", "luca", "lily", "leo", "vera", "vito"}
    assert who_was_told(instance, NoticeKind.INSPECTED) == readers
    again = browser.send(page, form, inspection=number, verdict="grave", text="Again.")
    assert again.status_code == 409
    mara = Browser(instance, today=APRIL)
    mara.log_in("mara")
    read = plain(mara.get("/oversight?list=inspections").text)
    assert "In order, with remarks Acknowledge on the first day." in read


def test_a_result_that_is_not_written_in_time_is_told_above_once(
    instance: Instance, offices: Offices
) -> None:
    _look(instance, APRIL)
    assert _look(instance, LATE - timedelta(days=1)) == 0
    assert _look(instance, LATE) > 0
    assert _look(instance, LATE + timedelta(days=1)) == 0
    late = [n for n in told(instance, "lena") if n["notice"] == NoticeKind.ACCOUNTABILITY_ENTRY.value]
    assert {(n["office"], n["clock"], n["due"]) for n in late} == {("HO-north", "inspection", "2026-05-30")}
    browser = Browser(instance, today=LATE)
    browser.log_in("lena")
    assert "Office of North Province Result of an inspection" in plain(
        browser.get("/oversight?list=ledger").text
    )


def test_somebody_above_asks_for_a_special_inspection_with_a_reason_once_a_month(
    instance: Instance, offices: Offices
) -> None:
    filed = offices.file(plumber_report())
    day = APRIL + timedelta(days=20)
    browser = Browser(instance, today=day)
    browser.log_in("nils")
    page = browser.get("/oversight?list=inspections")
    assert browser.send(page, "/oversight/inspect", office="HO-millbrook", reason="").status_code == 422
    assert browser.send(page, "/oversight/inspect", office="HO-land", reason="Why not.").status_code == 422
    assert (
        browser.send(page, "/oversight/inspect", office="HO-millbrook", reason="Two complaints.").status_code
        == 303
    )
    deliver(instance)
    twice = browser.send(page, "/oversight/inspect", office="HO-millbrook", reason="Again.")
    assert twice.status_code == 409
    round_of(instance, day)
    (special,) = [each for each in _inspections(instance, "nils") if each["kind"] == "special"]
    assert (special["reason"], special["from"]) == ("Two complaints.", "2026-01-01")
    assert [row["case"] for row in special["sample"]] == [filed.case]
    milo = Browser(instance, today=day)
    milo.log_in("milo")
    assert "/oversight/inspect" not in forms_of(milo.get("/oversight?list=inspections"))


@pytest.mark.parametrize("by", ["mara", "anna", "lena"])
def test_nobody_but_the_level_above_has_an_office_inspected(
    instance: Instance, back_office: BackOffice, offices: Offices, by: str
) -> None:
    """Past the page, with a request of one's own: the worker asks again who asks."""
    offices.file(plumber_report())
    actor = back_office.officer(by)
    details = {"office": "HO-millbrook", "reason": "I want to see."}
    with instance.triage_db.state.begin() as session:
        session.add(
            request_job(
                Request("", Ask.INSPECT, by, actor.today, details=details), actor.author, instance.triage.gate
            )
        )
    assert len(requests_of(instance)) == 1
    round_of(instance, actor.today)
    assert who_was_told(instance, NoticeKind.INSPECTION) == set()


def test_an_invented_inspection_tells_nobody_but_whom_the_rules_name(instance: Instance) -> None:
    """Somebody with the database invents an inspection of the own office, with readers of their choice."""
    tell(
        instance, "nils", NoticeKind.INSPECTION, office="HO-land", checklist=[], results={"milo": "x"},
        sample=[{"answers": 7}, 3], case="",
    )  # fmt: skip
    browser = Browser(instance)
    browser.log_in("nils")
    page = browser.get("/oversight?list=inspections")
    assert page.status_code == 200
    sent = browser.send(page, "/oversight/inspection-result", verdict="grave", text="Made up.")
    assert sent.status_code == 404
    deliver(instance)
    assert who_was_told(instance, NoticeKind.INSPECTED) == set()

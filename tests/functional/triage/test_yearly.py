"""The year of an office: its head plans with numbers, the software measures, what is not written in time is told above."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from intake.database.case_tables import Notice
from intake.log import configure
from intake.notices import NoticeKind, open_notice
from intake.time import Clock
from tests.support.backoffice import Browser
from tests.support.instances import Instance
from tests.support.oversight import deliver, plain, tell, told, who_was_told
from triage.worker.context import Context
from triage.worker.yearly import look_after_years

NEW_YEAR, JULY = date(2027, 1, 1), date(2026, 7, 1)
FORM = "/oversight/year-paper"


def _look(instance: Instance, day: date) -> int:
    clock = Clock(day)
    context = Context(instance.worker, instance.worker_db, instance.rosters, clock, configure("worker"))
    return look_after_years(context)


def _asked(instance: Instance, officer: str, stage: str) -> tuple[str, Mapping[str, Any]]:
    with instance.owner.reading() as session:
        rows = session.scalars(select(Notice).where(Notice.officer_id == officer)).all()
    opened = {row.id: open_notice(instance.pair(officer), row.id, row.sealed) for row in rows}
    (found,) = [
        (number, notice)
        for number, notice in opened.items()
        if notice["notice"] == NoticeKind.YEAR_ASKED and notice["stage"] == stage
    ]
    return found


def _figures(instance: Instance, officer: str, kind: NoticeKind, months: range, **numbers: int) -> None:
    for month in months:
        row = {"office": "HO-millbrook", "group": "all", **numbers}
        tell(instance, officer, kind, month=f"2026-{month:02}", rows=[row], case="")


def test_a_head_plans_the_year_and_the_software_sets_the_measured_numbers_beside_it(
    instance: Instance,
) -> None:
    day = date(2026, 7, 3)
    instance.reissue(issued=date(2026, 1, 1))
    assert _look(instance, date(2026, 1, 5)) > 0
    assert _look(instance, date(2026, 1, 6)) == 0
    number, asked = _asked(instance, "mara", "plan")
    assert (asked["year"], asked["due"]) == (2026, "2026-01-31")
    mara = Browser(instance)
    mara.log_in("mara")
    page = mara.get("/oversight?list=year")
    plan = {
        "acknowledged": "95",
        "days_to_tell": "60",
        "missed": "3",
        "text": "Two of us read the post every day.",
    }
    for wrong in ({"acknowledged": "101"}, {"missed": "few"}, {"days_to_tell": ""}, {"text": ""}):
        refused = mara.send(page, FORM, **{**plan, **wrong, "paper": number})
        assert refused.status_code == 422
    assert mara.send(page, FORM, **plan, paper=number).status_code == 303
    deliver(instance)
    assert who_was_told(instance, NoticeKind.YEAR_PAPER) == {"nora", "nils", "nina", "noel", "vera", "vito"}
    assert mara.send(page, FORM, **plan, paper=number).status_code == 409

    # July: nobody says how it went. The software does, from the figures that each reader was told.
    assert _look(instance, JULY) == len(instance.organisation.offices)
    _figures(
        instance,
        "mara",
        NoticeKind.OWN_FIGURES,
        range(1, 7),
        acknowledged_in_time=9,
        acknowledged_late=1,
        missed=0,
    )
    _figures(
        instance,
        "nora",
        NoticeKind.FIGURES,
        range(1, 7),
        acknowledged_in_time=48,
        acknowledged_late=0,
        missed=5,
    )
    number, _ = _asked(instance, "mara", "mid_year")
    half = mara.get("/oversight?list=year")
    assert "at least so many in 100 95 90 , not kept (6 months)" in plain(half.text)
    assert mara.send(half, FORM, text="A colleague was ill.", paper=number).status_code == 303
    deliver(instance)
    nora = Browser(instance, today=day)
    nora.log_in("nora")
    read = plain(nora.get("/oversight?list=year").text)
    assert "at least so many in 100 95 100 , kept (6 months)" in read
    assert "Dates missed, at most 3 30 , not kept (6 months)" in read
    assert "Days to the result, at most 60 too few" in read
    assert "A colleague was ill." in read


def test_a_paper_that_is_not_written_in_time_is_told_above_once(instance: Instance) -> None:
    assert _look(instance, JULY) == len(instance.organisation.offices)
    assert _look(instance, date(2026, 7, 31)) == 0
    assert _look(instance, date(2026, 8, 1)) > 0
    assert _look(instance, date(2026, 8, 2)) == 0
    entries = [n for n in told(instance, "nora") if n["notice"] == NoticeKind.ACCOUNTABILITY_ENTRY.value]
    assert {(n["office"], n["clock"], n["due"]) for n in entries} == {
        (office, "yearly", "2026-07-31") for office in ("HO-millbrook", "HO-ashford")
    }
    nora = Browser(instance)
    nora.log_in("nora")
    assert "Office of Millbrook Paper of the year 1" in plain(nora.get("/oversight?list=ledger").text)
    mara = Browser(instance)
    mara.log_in("mara")
    assert "Paper of the year you Office of Millbrook" in plain(mara.get("/oversight?list=upwards").text)


def test_nobody_writes_the_papers_of_an_office_but_its_head(instance: Instance) -> None:
    """Somebody with the database puts the question before an officer of the office; past the page, too."""
    _look(instance, JULY)
    number, _ = _asked(instance, "mara", "mid_year")
    tell(
        instance,
        "milo",
        NoticeKind.YEAR_ASKED,
        stage="mid_year",
        year=2026,
        due="2026-07-31",
        results={"x": 7},
        case="",
    )
    forged, _ = _asked(instance, "milo", "mid_year")
    milo = Browser(instance, today=JULY + timedelta(days=1))
    milo.log_in("milo")
    page = milo.get("/oversight?list=year")
    for paper in (number, forged, "x", ""):
        assert milo.send(page, FORM, text="All is well.", paper=paper).status_code == 404
    deliver(instance)
    assert who_was_told(instance, NoticeKind.YEAR_PAPER) == set()

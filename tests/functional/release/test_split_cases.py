"""The worker and a report in two cases: each has its own duties and ways up, and whoever is named loses both."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from intake.database.case_tables import Case, Epoch, Event, Grant, Item, Rung, WatchRow
from intake.events import EventKind
from intake.notices import NoticeKind
from intake.requests import Ask
from tests.conftest import MakeInstance
from tests.functional.triage.conftest import BackOffice, office_with_duties
from tests.support.handling import Handled
from tests.support.instances import Instance
from tests.support.releases import DAY, Moving
from tests.support.reports import Offices, plumber_report
from tests.support.splitting import Split, agree, proposes, two_matters
from triage.worker.figures import tell_figures

NORTH = {"nora", "nils", "nina", "noel"}


@pytest.fixture
def instance(make_instance: MakeInstance) -> Instance:
    """The small organisation with divided duties."""
    return make_instance(office_with_duties())


@pytest.fixture
def split(instance: Instance, today: date) -> Split:
    """Two matters in two cases, both being addressed; Marc investigates the first."""
    return Split.made(BackOffice(instance, today), Offices(instance, today))


def work(case: Moving, today: date) -> None:
    assert case.worker(today).round()


def state_of(case: Moving) -> list[tuple[object, ...]]:
    """Every row of a case, byte for byte: what another one's fate must not touch."""
    with case.instance.owner.reading() as session:
        found = [tuple(row) for row in session.execute(select(Case.__table__).where(Case.id == case.case))]
        for table in (Epoch, Grant, Event, Item, Rung, WatchRow):
            rows = session.execute(select(table.__table__).where(table.__table__.c.case_id == case.case))
            found += sorted(tuple(row) for row in rows)
    return found


def holders(case: Moving) -> set[str]:
    with case.instance.owner.reading() as session:
        return set(session.scalars(select(Grant.officer_id).where(Grant.case_id == case.case)))


def test_a_missed_date_of_a_part_is_told_and_two_of_the_level_above_take_the_part_alone(split: Split) -> None:
    first, second = split.moving()
    due = {case.case: date.fromisoformat(case.watch().clocks["feedback_due"]) for case in (first, second)}
    assert due[first.case] == due[second.case]
    after = due[second.case] + DAY
    work(first, after)
    missed = [
        notice["case"]
        for notice in first.told(NoticeKind.OVERDUE)["nora"]
        if notice["clock"] == "feedback_due"
    ]
    assert sorted(missed) == sorted([first.case, second.case])

    before = state_of(first)
    for officer in ("nora", "noel"):
        second.ask_officer(Ask.TAKEOVER, officer, after)
        work(second, after)
    assert holders(second) == NORTH
    assert state_of(first) == before

    # And the reverse: the first goes as well, by the same date, and the part stays where it is.
    before = state_of(second)
    for officer in ("nora", "noel"):
        first.ask_officer(Ask.TAKEOVER, officer, after)
        work(first, after)
    assert holders(first) == NORTH
    assert state_of(second) == before
    second.check_consequences()


def test_a_review_of_one_case_leaves_the_other_alone(split: Split) -> None:
    first, second = split.moving()
    day = split.back.today
    for case, other in ((second, first), (first, second)):
        case.conclude("milo", ["moss"])
        case.tell_result("milo")
        before = state_of(other)
        case.ask_reporter(Ask.REVIEW, EventKind.REVIEW_ASKED, day + 5 * DAY)
        work(case, day + 5 * DAY)
        assert holders(case) == NORTH
        assert state_of(other) == before
    view = split.first.offices.mailbox.view(split.first.master)
    assert [part.progress.circle["office"] for part in view.parts] == ["HO-north", "HO-north"]
    assert [part.proved for part in view.parts] == [True, True]
    second.check_consequences()


def test_a_complaint_about_one_case_moves_that_case(split: Split) -> None:
    first, second = split.moving()
    before = state_of(first)
    split.first.offices.mailbox.complain(split.first.master, "Nobody asks anything.", 1)
    work(second, split.back.today)
    assert holders(second) == NORTH
    assert state_of(first) == before
    opened = second.filed.opened_by("nora")
    assert opened is not None
    assert opened.whole
    assert "Nobody asks anything." in [entry.text for entry in opened.written]


@pytest.mark.parametrize("part", [0, 1])
def test_whoever_is_named_in_one_part_loses_every_part(split: Split, part: int) -> None:
    first, second = split.moving()
    assert "moss" in holders(first) & holders(second)
    split.first.offices.mailbox.name_involved(split.first.master, ["moss"], part)
    work(first, split.back.today)
    for case in (first, second):
        assert "moss" not in holders(case)
        assert "moss" in case.watch().excluded
        assert case.count(EventKind.RELEASED) == 1
    view = split.first.offices.mailbox.view(split.first.master)
    assert [entry.proved for entry in view.parts] == [True, True]
    # Both go on, each without Moss.
    assert all(file.whole for file in split.files())


def test_whoever_was_named_before_the_split_and_not_shut_out_yet_loses_the_part_too(
    instance: Instance, today: date
) -> None:
    back, offices = BackOffice(instance, today), Offices(instance, today)
    handled = Handled(back, offices.file(two_matters())).assessed()
    proposes(back, handled.filed, ("subject-1",))
    offices.mailbox.name_involved(handled.filed.master, ["moss"])
    agree(back, handled.filed)  # the office is faster than the worker
    (case,) = [each for each in offices.cases() if each != handled.filed.case]
    second = replace(handled.filed, case=case)
    assert second.opened_by("moss") is not None
    work(Moving(handled.filed), today)
    assert handled.filed.opened_by("moss") is None
    assert second.opened_by("moss") is None


def test_nobody_is_alarmed_by_an_honest_split_and_the_report_is_counted_once(split: Split) -> None:
    first, second = split.moving()
    for _ in range(4):
        split.first.offices.file(plumber_report())
    for today in (split.back.today, split.back.today + DAY):
        work(first, today)
    assert first.told(NoticeKind.ALARM) == {}
    assert tell_figures(first.worker(date(2026, 4, 1)).context)
    (figures,) = [entry for entry in first.told(NoticeKind.FIGURES)["vera"] if entry["month"] == "2026-03"]
    (row,) = [row for row in figures["rows"] if row["office"] == "HO-millbrook" and row["group"] == "all"]
    assert row["filed"] == 5  # five reports in six cases
    watches = [case.watch() for case in (first, second)]
    assert watches[0].parts == ((second.case, watches[0].parts[0][1]),)
    assert watches[1].origin == first.case

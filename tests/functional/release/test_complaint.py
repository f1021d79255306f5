"""A complaint about the handling goes above the office that it is about, at any time, and no clock is lost on the way."""

from __future__ import annotations

from datetime import timedelta

from intake.events import EventKind
from intake.notices import NoticeKind
from intake.requests import Ask
from tests.support.instances import Instance
from tests.support.releases import DAY, Moving
from tests.support.reports import Offices, water_report

NORTH = {"nora", "nils", "nina", "noel"}
LAND = {"lena", "luca", "lily", "leo"}


def complain(case: Moving, days: int) -> None:
    today = case.day + timedelta(days=days)
    case.ask_reporter(Ask.COMPLAINT, EventKind.COMPLAINED, today)
    assert case.worker(today).round()


def test_a_complaint_opens_the_case_to_exactly_those_whom_the_rules_name(moving: Moving) -> None:
    moving.acknowledge()
    moving.assign("mara", "milo")
    before = moving.opened().progress.clocks
    complain(moving, 3)
    expected = moving.expected(
        kind="handling_complaint",
        prior={"handling_unit": "HO-millbrook", "assigned": ["milo"], "decided_by": []},
    )
    assert moving.who_can_open() == expected == NORTH
    progress = moving.opened().progress
    assert {name: progress.clocks[name] for name in before} == before
    assert progress.state == "acknowledged"
    moving.check_consequences()


def test_a_complaint_before_anybody_answered_goes_up_too(moving: Moving) -> None:
    complain(moving, 1)
    assert moving.who_can_open() == NORTH
    moving.check_consequences()
    assert moving.opened().progress.state == "received"


def test_a_complaint_is_an_entry_of_the_ledger_above(moving: Moving) -> None:
    complain(moving, 1)
    assert set(moving.told(NoticeKind.ACCOUNTABILITY_ENTRY)) == NORTH
    assert set(moving.told(NoticeKind.SEALED_NOTICE)) == LAND


def test_a_complaint_in_a_grave_case_lets_the_first_contact_count_anew(
    instance: Instance, today: object
) -> None:
    filed = Offices(instance, instance.today).file(water_report(imminent_danger="yes"))
    case = Moving(filed)
    case.act("mara", EventKind.ANSWERED, {"met": {"first_contact_due": case.day.isoformat()}})
    complain(case, 2)
    assert case.opened().progress.outstanding()["first_contact_due"] == case.day + 3 * DAY
    case.check_consequences()


def test_a_complaint_about_a_decided_case_opens_it_again(told: Moving) -> None:
    told.close("milo")
    complain(told, 40)
    progress = told.opened().progress
    assert told.who_can_open() == NORTH
    assert (progress.state, progress.outstanding()) == ("reopened", {"review_due": told.day + 70 * DAY})
    told.check_consequences()


def test_complaints_lead_to_the_external_recipient_and_end_there(moving: Moving) -> None:
    for days in (1, 2, 3):
        complain(moving, days)
    assert moving.who_can_open() == {"olga", "omar"}
    moving.check_consequences()
    complain(moving, 4)
    assert (moving.count(EventKind.RELEASED), moving.waiting()) == (3, 0)
    assert moving.who_can_open() == {"olga", "omar"}


def test_two_complaints_and_a_review_at_once_are_each_answered_once(told: Moving) -> None:
    jobs = [
        told.ask_reporter(Ask.COMPLAINT, EventKind.COMPLAINED, told.day),
        told.ask_reporter(Ask.COMPLAINT, EventKind.COMPLAINED, told.day),
        told.ask_reporter(Ask.REVIEW, EventKind.REVIEW_ASKED, told.day),
    ]
    told.worker(told.day).round()
    released = told.count(EventKind.RELEASED)
    assert released in (2, 3), "a review is of a result: after a complaint there is none to review"
    for job in jobs:
        told.post(job)
    told.worker(told.day).round()
    assert told.count(EventKind.RELEASED) == released

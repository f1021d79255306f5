"""A result is contested: the next office up decides anew, without whoever decided, twice at most."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from crypto.errors import CryptoError
from intake.database.case_tables import Item, ItemKind
from intake.events import EventKind
from intake.notices import NoticeKind
from intake.requests import Ask
from tests.support.releases import DAY, Moving

NORTH = {"nora", "nils", "nina", "noel"}
LAND = {"lena", "luca", "lily", "leo"}


def ask_review(case: Moving, days: int) -> None:
    today = case.day + timedelta(days=days)
    case.ask_reporter(Ask.REVIEW, EventKind.REVIEW_ASKED, today)
    assert case.worker(today).round()


def prior(office: str, assigned: list[str], decided_by: list[str]) -> dict[str, object]:
    return {"handling_unit": office, "assigned": assigned, "decided_by": decided_by}


def test_a_review_opens_the_case_to_exactly_those_whom_the_rules_name(told: Moving) -> None:
    ask_review(told, 5)
    expected = told.expected(
        kind="review",
        received=(told.day + 5 * DAY).isoformat(),
        prior=prior("HO-millbrook", ["milo"], ["marc", "milo"]),
    )
    assert told.who_can_open() == expected == NORTH
    told.check_consequences()


def test_a_review_has_its_own_clocks_from_the_day_it_was_asked_for(told: Moving) -> None:
    asked = told.day + 5 * DAY
    told.ask_reporter(Ask.REVIEW, EventKind.REVIEW_ASKED, asked)
    told.worker(asked + 4 * DAY).round()  # a worker that was off buys nobody time
    progress = told.opened().progress
    assert progress.state == "reopened"
    assert progress.handlers == {}
    assert progress.outstanding() == {"ack_due": asked + 7 * DAY, "review_due": asked + 30 * DAY}


def test_what_arrives_above_is_the_sealed_original_or_nothing_at_all(told: Moving) -> None:
    with told.instance.owner.reading() as session:
        before = session.scalars(select(Item.body).where(Item.kind == ItemKind.REPORT)).one()
    ask_review(told, 5)
    with told.instance.owner.reading() as session:
        assert session.scalars(select(Item.body).where(Item.kind == ItemKind.REPORT)).one() == before
    assert told.opened().whole
    with told.instance.owner.state.begin() as session:
        report = session.scalars(select(Item).where(Item.kind == ItemKind.REPORT)).one()
        report.body = bytes([*before[:-1], before[-1] ^ 1])
    with pytest.raises(CryptoError):
        told.filed.opened_by("nora")


def test_the_office_that_decided_is_told_nothing_and_the_level_above_is(told: Moving) -> None:
    ask_review(told, 5)
    assert set(told.told(NoticeKind.SEALED_NOTICE)) == LAND
    notice = told.told(NoticeKind.SEALED_NOTICE)["lena"][0]
    assert (notice["office"], notice["reason"]) == ("HO-north", "review")
    assert set(told.opened().records[-1].data["notices"]) <= set(told.watch().notices)


def test_a_guest_who_voted_from_above_is_kept_out_of_the_review(moving: Moving) -> None:
    moving.acknowledge()
    moving.assign("mara", "milo")
    with moving.filed.act("mara") as acting:
        acting.grant(["nils"])
        acting.tell(EventKind.NOTED, {})
    moving.conclude("milo", ["nils"])
    moving.tell_result("milo")
    ask_review(moving, 1)
    expected = moving.expected(
        kind="review",
        received=(moving.day + DAY).isoformat(),
        prior=prior("HO-millbrook", ["milo"], ["milo", "nils"]),
    )
    assert moving.who_can_open() == expected == NORTH - {"nils"}
    moving.check_consequences()


def test_a_second_review_goes_one_further_up_and_a_third_one_nowhere(told: Moving) -> None:
    ask_review(told, 5)
    told.conclude("nils", ["noel", "nina"], told.day + 6 * DAY)
    told.tell_result("nils", told.day + 6 * DAY)
    ask_review(told, 8)
    assert told.who_can_open() == LAND
    told.conclude("luca", ["lily", "leo"], told.day + 9 * DAY)
    told.tell_result("luca", told.day + 9 * DAY)
    ask_review(told, 10)
    assert told.who_can_open() == LAND
    assert told.count(EventKind.RELEASED) == 2
    assert told.waiting() == 0


def test_a_review_asked_for_too_late_or_before_the_result_does_nothing(moving: Moving) -> None:
    moving.acknowledge()
    moving.assign("mara", "milo")
    moving.conclude("milo", ["marc"])
    early = moving.ask_reporter(Ask.REVIEW, EventKind.REVIEW_ASKED, moving.day)
    moving.worker(moving.day).round()
    moving.tell_result("milo")
    moving.post(early)  # put back once there is a result: it was not asked of that one
    ask_review(moving, 31)
    assert (moving.count(EventKind.RELEASED), moving.waiting()) == (0, 0)
    assert "marc" in moving.who_can_open()


def test_the_answer_that_it_was_not_solved_opens_a_review_however_late(told: Moving) -> None:
    told.close("milo")
    late = told.day + timedelta(days=60)
    told.reporter_event(EventKind.REPLIED, late)
    ask_review(told, 60)
    assert told.who_can_open() == NORTH


def test_a_review_that_nobody_takes_up_moves_on_by_itself(told: Moving) -> None:
    ask_review(told, 5)
    told.worker(told.day + 12 * DAY).round()
    assert told.who_can_open() == NORTH
    told.worker(told.day + 13 * DAY).round()
    assert told.who_can_open() == LAND
    told.check_consequences()


def test_a_conclusion_is_called_up_by_the_level_above_until_it_is_final_and_not_later(moving: Moving) -> None:
    moving.acknowledge()
    moving.assign("mara", "milo")
    moving.conclude("milo", ["marc"], final=moving.day + 14 * DAY)
    late = moving.day + 15 * DAY
    moving.ask_officer(Ask.CALL_UP, "nora", late)
    moving.worker(late).round()
    assert moving.count(EventKind.RELEASED) == 0
    last = moving.day + 14 * DAY
    moving.ask_officer(Ask.CALL_UP, "nora", last)
    moving.worker(last).round()
    assert moving.who_can_open() == NORTH
    progress = moving.opened().progress
    assert (progress.state, progress.clocks["review_due"]) == ("reopened", last + 30 * DAY)
    assert "feedback_due" in progress.outstanding(), "what the law owes the reporter runs on"
    moving.check_consequences()


def test_nobody_but_the_level_above_calls_a_conclusion_up(moving: Moving) -> None:
    moving.acknowledge()
    moving.conclude("mara", ["marc"], final=moving.day + 14 * DAY)
    for officer in ("marc", "lena", "anna", "vera"):
        moving.ask_officer(Ask.CALL_UP, officer, moving.day)
    moving.worker(moving.day).round()
    assert (moving.count(EventKind.RELEASED), moving.waiting()) == (0, 0)


def test_a_call_up_of_a_conclusion_that_is_nobodys_to_call_up_does_nothing(told: Moving) -> None:
    told.ask_officer(Ask.CALL_UP, "nora", told.day)
    told.worker(told.day).round()
    assert told.count(EventKind.RELEASED) == 0

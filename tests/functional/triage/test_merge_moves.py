"""Joined cases and what happens to one of them alone: it moves, somebody is shut out, nobody acts, somebody cheats."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from crypto.encoding import canonical_json
from intake.database.case_tables import Grant
from intake.declarations import next_declaration, sign_declaration
from intake.drafts import DraftSubject
from intake.duties.findings import Finding
from intake.events import EventKind
from intake.joins import JOIN, leader_of
from intake.notices import NoticeKind
from intake.organisation import Tie, TieType
from intake.requests import Ask
from intake.standing import facts_to_join
from tests.functional.triage.conftest import BackOffice
from tests.support.duties import Watched
from tests.support.handling import Handled
from tests.support.joined import Pair
from tests.support.releases import Moving
from tests.support.reports import Filed, Offices, plumber_report, report

DAY = timedelta(days=1)


@pytest.fixture
def pair(back_office: BackOffice, offices: Offices) -> Pair:
    """One report about the plumber, which leads, and one about a colleague of hers, joined."""
    leading = Handled(back_office, offices.file(plumber_report())).addressed()
    other = report(DraftSubject(name="Ada Reed", post="staff", body="millbrook-water"))
    return Pair(back_office, Handled(back_office, offices.file(other)).assessed(), leading).joined()


def _holders(filed: Filed) -> set[str]:
    with filed.offices.instance.owner.reading() as session:
        return set(session.scalars(select(Grant.officer_id).where(Grant.case_id == filed.case)))


def _asks(filed: Filed, ask: Ask, kind: EventKind, *officers: str) -> None:
    moving = Moving(filed)
    moving.ask_reporter(ask, kind, moving.day, officers)
    assert moving.worker(moving.day).round()


@pytest.mark.parametrize("mover", ["led", "leading"])
def test_a_case_that_moves_up_leaves_the_join_and_the_other_goes_on_by_itself(pair: Pair, mover: str) -> None:
    moved, left = (pair.led, pair.leading) if mover == "led" else (pair.leading, pair.led)
    clocks = pair.opened(left.filed.case, "milo").progress.clocks
    _asks(moved.filed, Ask.COMPLAINT, EventKind.COMPLAINED)
    above = moved.filed.opened_by("nora")
    assert above is not None
    assert above.whole
    assert above.progress.joined is None
    assert not above.progress.leads
    assert left.filed.opened_by("nora") is None, (
        "the office above gets what was complained about, and nothing else"
    )
    stays = pair.opened(left.filed.case, "milo")
    assert stays.whole
    assert stays.progress.joined is None
    assert not stays.progress.leads
    assert stays.progress.clocks == clocks
    assert not stays.beside
    assert Watched(left.filed).row().stale is not None
    assert left.filed.offices.mailbox.view(left.filed.master).proved


def test_a_name_that_one_reporter_gives_counts_in_both_and_is_told_in_one(pair: Pair) -> None:
    _asks(pair.led.filed, Ask.EXCLUSION, EventKind.NAMED, "moss")
    for filed in (pair.led.filed, pair.leading.filed):
        assert "moss" not in _holders(filed)
        assert filed.offices.mailbox.view(filed.master).proved
    assert leader_of(pair.file()) == pair.leading.filed.case, "they are still handled together"
    shown = pair.leading.filed.offices.mailbox.view(pair.leading.filed.master).events
    assert b"moss" not in canonical_json([record.data for record in shown])


def test_a_tie_to_somebody_whom_one_report_names_shuts_out_of_both(pair: Pair) -> None:
    instance, day = pair.back.instance, pair.back.today
    tie = Tie(officer="moss", type=TieType.KIN, target="p-plumber")
    with instance.owner.state.begin() as session:
        said = next_declaration(session, "moss", [tie], declared=(), today=day, roster=1)
        session.add(sign_declaration(said, instance.pair("moss")))
    assert Moving(pair.led.filed).worker(day).round()
    assert "moss" not in _holders(pair.led.filed)
    assert "moss" not in _holders(pair.leading.filed)
    assert pair.file().whole


def test_nobody_is_asked_twice_to_act_until_the_leading_case_is_over(pair: Pair) -> None:
    led, leading = Watched(pair.led.filed), Watched(pair.leading.filed)
    stale = led.row().stale
    assert stale is not None
    led.read(led.filed_on, "milo")
    leading.read(leading.filed_on, "milo")
    led.look(stale + DAY)
    assert led.count(EventKind.NEGLECTED) == 0
    assert leading.count(EventKind.NEGLECTED) == 1
    assert led.row().stale == stale, "it is looked at again every day"
    later = BackOffice(pair.back.instance, stale + DAY)
    pair.leading.on(later).secured_and_found().propose_closing().agree()
    led.look(stale + 2 * DAY)
    assert led.count(EventKind.NEGLECTED) == 1


def test_clocks_of_a_joined_case_are_missed_and_told_like_any(pair: Pair) -> None:
    led = Watched(pair.led.filed)
    due = led.clocks("milo")["feedback_due"]
    led.look(due + DAY)
    assert led.told(NoticeKind.OVERDUE)
    assert any(data["clock"] == "feedback_due" for data in led.data_of(EventKind.MISSED, "milo"))


def test_honest_joins_raise_no_alarm(pair: Pair) -> None:
    led = Watched(pair.led.filed)
    led.read(led.filed_on, "marc")  # who investigates the leading case, and has no task in this one
    led.look(led.filed_on + DAY)
    assert led.told(NoticeKind.ALARM) == {}
    assert Watched(pair.leading.filed).told(NoticeKind.ALARM) == {}


def _joins_alone(pair: Pair, filed: Filed, data: dict[str, Any]) -> None:
    leader = pair.leader()
    with filed.act("milo") as acting:
        content = {"case": leader.id, "facts": facts_to_join(leader, acting.roster)}
        acting.tell(EventKind.JOINED, {"proposal": "p", **data, **acting.paper(JOIN, "", content)})


def test_a_join_that_one_officer_wrote_past_the_back_office_is_seen_and_told(
    pair: Pair, offices: Offices
) -> None:
    """A2 with A3: Milo hides a report behind another one, so that nobody waits for an act in it."""
    hidden = Handled(pair.back, offices.file(plumber_report())).assessed().filed
    _joins_alone(pair, hidden, {})
    opened = hidden.opened_by("moss")
    assert opened is not None
    assert not opened.whole
    assert not hidden.offices.mailbox.view(hidden.master).proved
    watched = Watched(hidden)
    watched.look(watched.filed_on + DAY)
    told = watched.told(NoticeKind.ALARM)
    assert {notice["finding"] for notices in told.values() for notice in notices} == {Finding.JOINED_ALONE}
    assert {"nora", "vera"} <= set(told)


def test_a_whole_panel_played_by_one_person_joins_nothing_unseen(pair: Pair, offices: Offices) -> None:
    hidden = Handled(pair.back, offices.file(plumber_report())).assessed().filed
    with hidden.act("milo") as acting:
        acting.tell(
            EventKind.PROPOSED, {"proposal": "p", "act": "merge", "reason": "known_matter", "size": 1}
        )
        acting.tell(EventKind.DECIDED, {"proposal": "p", "act": "merge"})
    _joins_alone(pair, hidden, {"state": "addressing"})
    watched = Watched(hidden)
    watched.look(watched.filed_on + DAY)
    (notice,) = watched.told(NoticeKind.ALARM)["vera"]
    assert notice["finding"] == Finding.JOINED_ALONE

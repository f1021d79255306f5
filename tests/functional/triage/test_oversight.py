"""The oversight pages: who is told what, what can be asked for because of it, and what one owes. Both databases."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from crypto.keys import new_id
from intake.database.case_tables import Notice
from intake.database.volatile_tables import SealedSession
from intake.events import EventKind
from intake.notices import NoticeKind
from intake.requests import Ask, Request
from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser, forms_of
from tests.support.instances import Instance
from tests.support.oversight import (
    CALL_UP,
    INTERFERENCE,
    SUPERVISE,
    TAKEOVER,
    deliver,
    plain,
    requests_of,
    round_of,
    tell,
    tell_concluded,
    tell_overdue,
    told,
    who_was_told,
)
from tests.support.reports import SENTENCE, Filed, Offices
from triage.casework.acknowledge import acknowledge
from triage.web.oversight_words import LISTS

ACCOUNT = "The mayor rang me twice and asked who had talked."


@pytest.fixture
def browser(instance: Instance) -> Browser:
    """Somebody at the door."""
    return Browser(instance)


# What one was told


def test_who_is_not_logged_in_sees_nothing(browser: Browser) -> None:
    for path in ("/oversight", INTERFERENCE):
        assert browser.get(path).location == "/login"


def test_an_officer_above_sees_each_thing_in_its_list_and_nothing_of_the_content(
    browser: Browser, instance: Instance, filed: Filed
) -> None:
    deliver(instance)
    concluded, overdue = tell_concluded(instance, "nora"), tell_overdue(instance, "nora")
    stopped = tell(instance, "nora", NoticeKind.STOPPED, act="close")
    missed = tell(
        instance, "nora", NoticeKind.ACCOUNTABILITY_ENTRY, clock="ack_due", due="2026-03-01", owner="triage"
    )
    alarm = tell(instance, "nora", NoticeKind.ALARM, finding="without_panel")
    browser.log_in("nora")
    seen = {name: browser.get(f"/oversight?list={name}").text for name in LISTS}
    where = {
        case: {name for name, page in seen.items() if case[:8] in page}
        for case in (concluded, overdue, stopped, missed, alarm, filed.case)
    }
    assert where == {
        concluded: {"decide"},
        overdue: {"decide"},
        stopped: {"told"},
        missed: {"ledger"},
        alarm: {"decide"},
        filed.case: {
            "told"
        },  # the head of the waterworks is accused: the level above knows that there is a case
    }
    assert not any(SENTENCE in page or filed.case in page for page in seen.values())
    assert "no panel decided that" in seen["decide"]
    assert "Office of Millbrook Acknowledge 1" in plain(seen["ledger"])


def test_notices_of_other_people_are_nowhere(browser: Browser, instance: Instance) -> None:
    case = tell_concluded(instance, "nora")
    browser.log_in("nils")
    assert case[:8] not in browser.get("/oversight").text


def test_the_page_is_the_same_whether_or_not_a_case_exists_that_one_is_excluded_from(
    browser: Browser, instance: Instance, offices: Offices
) -> None:
    browser.log_in("mina")
    paths = [
        "/oversight",
        INTERFERENCE,
        *(f"/oversight?list={n}" for n in ("told", "ledger", "duties", "mine")),
    ]
    before = [re.sub(r'value="[^"]*"', "", browser.get(path).text) for path in paths]
    case = offices.file().case  # about the head of the waterworks, of whom Mina is kin
    deliver(instance)
    assert [re.sub(r'value="[^"]*"', "", browser.get(path).text) for path in paths] == before
    for path, fields in ((CALL_UP, {"reason": "Why"}), (TAKEOVER, {}), (SUPERVISE, {"due": "2026-03-09"})):
        token = forms_of(browser.get("/oversight"))["/logout"].fields
        answers = [browser.post(path, **token, case=each, **fields) for each in (case, new_id(), "", "x/y")]
        assert {answer.status_code for answer in answers} == {404}
        assert len({re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}) == 1
    assert requests_of(instance) == []


def test_a_long_past_is_read_page_by_page_newest_first(browser: Browser, instance: Instance) -> None:
    days = [instance.today - timedelta(days=n) for n in range(60)]
    cases = [tell(instance, "vera", NoticeKind.STOPPED, day) for day in days]
    browser.log_in("vera")
    first, second = (browser.get(f"/oversight?list=told&page={n}").text for n in (1, 2))
    assert [case for case in cases if case[:8] in first] == cases[:50]
    assert [case for case in cases if case[:8] in second] == cases[50:]
    assert browser.get("/oversight?list=told&page=99").text.count("<article") == 10


def test_what_waits_for_a_decision_is_shown_by_its_last_day(browser: Browser, instance: Instance) -> None:
    later, soon = tell_concluded(instance, "nora", days=7), tell_overdue(instance, "nora", days=2)
    alarm = tell(instance, "nora", NoticeKind.ALARM, finding="without_panel")
    between = tell_concluded(instance, "nora", days=4)
    browser.log_in("nora")
    page = browser.get("/oversight").text
    assert sorted((later, soon, alarm, between), key=lambda case: page.index(case[:8])) == [
        alarm, soon, between, later,
    ]  # fmt: skip


def test_a_notice_that_was_altered_is_said_and_hides_no_other(browser: Browser, instance: Instance) -> None:
    case = tell(instance, "nora", NoticeKind.STOPPED)
    with instance.owner.state.begin() as session:
        session.add(Notice(officer_id="nora", id=new_id(), sealed=b"USv1 forged"))
        copied = session.scalars(
            select(Notice).where(Notice.officer_id == "nora", Notice.sealed != b"")
        ).first()
        assert copied is not None
        session.add(Notice(officer_id="nora", id=new_id(), sealed=copied.sealed))  # moved to another id
    browser.log_in("nora")
    page = browser.get("/oversight?list=told").text
    assert case[:8] in page
    assert "2 notices do not open" in page


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_an_invented_notice_breaks_no_page_and_the_worker_believes_none(
    browser: Browser, instance: Instance, kind: NoticeKind
) -> None:
    strange: dict[str, Any] = {
        "case": ["x"], "office": 7, "priority": None, "clocks": {"ack_due": 3, "x": "never"}, "due": "soon",
        "until": {}, "final": "2026-02-30", "rows": [1, {"office": "HO-millbrook"}, {"office": "?", "group": "all"}],
        "month": 3, "text": "<b>&\u202e", "by": "nobody", "finding": "unheard", "act": "unheard",
        "role": 5, "since": "x", "through": [], "own": {}, "above": 3, "sample": {"a": 1}, "checklist": {}, "results": [1],
        "verdict": "unheard", "ground": "unheard",
    }  # fmt: skip
    tell(instance, "nora", kind, **strange)
    tell(instance, "nora", kind, clock="corrective:abc", due="2026-03-01")
    browser.log_in("nora")
    for name in LISTS:
        answer = browser.get(f"/oversight?list={name}")
        assert answer.status_code == 200, name
        assert "<b>" not in answer.text.partition("<main")[2]


def test_the_oversight_board_sees_notices_and_never_a_case(
    browser: Browser, instance: Instance, filed: Filed
) -> None:
    case = tell(
        instance, "vera", NoticeKind.ACCOUNTABILITY_ENTRY, case=filed.case, clock="ack_due", due="2026-03-01"
    )
    browser.log_in("vera")
    assert case[:8] in browser.get("/oversight?list=ledger").text
    assert browser.get(f"/cases/{filed.case}").status_code == 404
    assert "No case is open to you" in browser.get("/cases").text


# Asking because of it


def test_a_conclusion_is_called_up_with_a_reason_once(browser: Browser, instance: Instance) -> None:
    case = tell_concluded(instance, "nora")
    browser.log_in("nora")
    page = browser.get("/oversight")
    empty = browser.send(page, CALL_UP, reason="  ")
    assert (empty.status_code, "Write something first." in empty.text) == (422, True)
    long = browser.send(page, CALL_UP, reason="why " * 300)
    assert (long.status_code, "why why" in long.text) == (422, True)
    assert requests_of(instance) == []
    done = browser.send(page, CALL_UP, reason="Nobody was heard.")
    assert (done.status_code, done.location) == (303, "/oversight?said=asked")
    assert requests_of(instance) == [
        Request(case, Ask.CALL_UP, "nora", instance.today, details={"reason": "Nobody was heard."})
    ]
    deliver(instance)
    assert "You asked for this on" in browser.get("/oversight").text
    again = browser.send(page, CALL_UP, reason="Nobody was heard.")
    assert (again.status_code, "asked for this already" in again.text) == (409, True)
    assert "Nobody was heard." in browser.get("/oversight?list=mine").text
    assert who_was_told(instance, NoticeKind.OWN_ACT) == {"nora"}


def test_a_case_is_taken_over_or_supervised_after_a_missed_date(browser: Browser, instance: Instance) -> None:
    case = tell_overdue(instance, "nora")
    browser.log_in("nora")
    page = browser.get("/oversight")
    assert browser.send(page, TAKEOVER).status_code == 303
    for due, words in (
        ("tomorrow", "Write the date"),
        ("2026-03-02", "is over"),
        ("2027-03-02", "later than"),
    ):
        refused = browser.send(page, SUPERVISE, due=due)
        assert (refused.status_code, words in refused.text) == (422, True)
    assert browser.send(page, SUPERVISE, due="2026-03-09").status_code == 303
    asked = sorted(requests_of(instance), key=lambda request: request.ask)
    assert asked == [
        Request(case, Ask.SUPERVISE, "nora", instance.today, details={"due": "2026-03-09"}),
        Request(case, Ask.TAKEOVER, "nora", instance.today),
    ]


def test_a_colleague_who_is_asked_for_help_can_take_over_too(browser: Browser, instance: Instance) -> None:
    case = tell_overdue(instance, "nils")
    tell(instance, "nils", NoticeKind.TAKEOVER_ASKED, case=case)
    browser.log_in("nils")
    page = browser.get("/oversight")
    assert page.text.count(f'action="{TAKEOVER}"') == 1
    assert browser.send(page, TAKEOVER).status_code == 303
    assert [request.by for request in requests_of(instance)] == ["nils"]


def test_two_of_the_level_above_take_a_neglected_case_over_through_their_pages(
    instance: Instance, filed: Filed, back_office: BackOffice
) -> None:
    acknowledge(back_office.desk, back_office.officer("milo"), filed.case)
    day = date(2026, 3, 24)  # the day after the fifteenth working day
    round_of(instance, day)
    nora, nils = Browser(instance, today=day), Browser(instance, today=day)
    nora.log_in("nora")
    nils.log_in("nils")
    assert filed.case[:8] in nora.get("/oversight?list=ledger").text
    assert nora.send(nora.get("/oversight"), TAKEOVER).status_code == 303
    round_of(instance, day)
    assert nora.get(f"/cases/{filed.case}").status_code == 404  # one alone gets nothing
    page = nils.get("/oversight")
    assert "A colleague asked to take this case over" in page.text
    assert nils.send(page, TAKEOVER).status_code == 303
    round_of(instance, day)
    assert SENTENCE in nora.get(f"/cases/{filed.case}").text
    assert SENTENCE in nils.get(f"/cases/{filed.case}").text
    milo = Browser(instance, today=day)
    milo.log_in("milo")
    assert milo.get(f"/cases/{filed.case}").status_code == 404


def test_after_its_last_day_nothing_can_be_asked_for(browser: Browser, instance: Instance) -> None:
    final, missed = tell_concluded(instance, "nora", days=0), tell_overdue(instance, "nora", days=0)
    browser.log_in("nora")
    page = browser.get("/oversight")
    assert {CALL_UP, TAKEOVER, SUPERVISE} <= set(forms_of(page))
    moved = Browser(instance, today=instance.today + timedelta(days=1))
    assert moved.try_login("nora", code=moved.code("nora", step=1)).status_code == 303
    now = moved.get("/oversight")
    assert not {CALL_UP, TAKEOVER, SUPERVISE} & set(forms_of(now))
    told = moved.get("/oversight?list=told").text
    assert final[:8] in told
    assert missed[:8] in told
    token = forms_of(now)["/logout"].fields
    for path, case, fields in (
        (CALL_UP, final, {"reason": "Late"}),
        (TAKEOVER, missed, {}),
        (SUPERVISE, missed, {"due": "2026-03-09"}),
    ):
        late = moved.post(path, **token, case=case, **fields)
        assert (late.status_code, "The time for this is over." in late.text) == (409, True)
    assert requests_of(instance) == []


@pytest.mark.parametrize(
    "kind", [NoticeKind.SEALED_NOTICE, NoticeKind.ACCOUNTABILITY_ENTRY, NoticeKind.STOPPED]
)
def test_a_notice_that_only_tells_allows_nothing(
    browser: Browser, instance: Instance, kind: NoticeKind
) -> None:
    case = tell(instance, "nora", kind)
    browser.log_in("nora")
    token = forms_of(browser.get("/oversight"))["/logout"].fields
    answers = {
        browser.post(CALL_UP, **token, case=case, reason="x").status_code,
        browser.post(TAKEOVER, **token, case=case).status_code,
        browser.post(SUPERVISE, **token, case=case, due="2026-03-09").status_code,
    }
    assert answers == {404}


def test_nobody_posts_without_the_forms_token(browser: Browser, instance: Instance) -> None:
    case = tell_concluded(instance, "nora")
    browser.log_in("nora")
    assert browser.post(CALL_UP, case=case, reason="x").status_code == 403
    assert browser.post(INTERFERENCE, text=ACCOUNT).status_code == 403
    assert requests_of(instance) == []


def test_a_read_by_somebody_without_a_part_is_told_above_before_anything_is_shown(
    browser: Browser, instance: Instance, filed: Filed
) -> None:
    with filed.act("milo") as acting:
        acting.grant(["marc"])  # a key left over: no task, no seat, no triage duty
        acting.tell(EventKind.NOTED, {})
    browser.log_in("milo")
    assert browser.get(f"/cases/{filed.case}").status_code == 200
    marc = Browser(instance)
    marc.log_in("marc")
    for _ in range(2):
        assert marc.get(f"/cases/{filed.case}").status_code == 200
    deliver(instance)
    alarms = [n for n in told(instance, "nora") if n["notice"] == NoticeKind.ALARM]
    assert [(n["finding"], n["by"], n["case"]) for n in alarms] == [("unassigned_read", "marc", filed.case)]
    assert who_was_told(instance, NoticeKind.ALARM) == {"nora", "nils", "nina", "noel"}
    nora = Browser(instance)
    nora.log_in("nora")
    assert "Somebody read the case who has no part in it." in nora.get("/oversight").text


def test_a_reason_typed_into_a_session_that_ended_comes_back_to_its_case(
    browser: Browser, instance: Instance
) -> None:
    case, other = tell_concluded(instance, "nora"), tell_concluded(instance, "nora")
    browser.log_in("nora")
    token = forms_of(browser.get("/oversight"))["/logout"].fields
    with instance.owner.volatile.begin() as session:
        session.execute(delete(SealedSession))
    late = browser.post(CALL_UP, **token, case=case, reason="Nobody was heard.")
    assert late.status_code == 403
    known = {
        "name": "nora",
        "password": instance.people["nora"].password,
        "code": browser.code("nora", step=1),
    }
    assert browser.send(late, "/login", **known).location == "/oversight"
    page = browser.get("/oversight").text
    for each, words in ((case, True), (other, False)):
        form = page.partition(f'value="{each}"')[2].partition("</form>")[0]
        assert ("Nobody was heard." in form) is words
    assert requests_of(instance) == []


# One's own duties


def test_my_duties_are_the_dates_that_i_owe_and_those_of_my_role(
    browser: Browser, instance: Instance, filed: Filed
) -> None:
    browser.log_in("milo")
    page = plain(browser.get("/oversight?list=duties").text)
    assert "in 7 days 2026-03-09 Acknowledge" in page
    assert "Tell the reporter that the report arrived. (within 7 days)" in page
    assert "Write a finding" not in page
    marc = Browser(instance)
    marc.log_in("marc")
    assert "You owe nothing in a case now." in marc.get("/oversight?list=duties").text
    nora = Browser(instance)
    nora.log_in("nora")
    above = nora.get("/oversight?list=duties").text
    assert "before it is final" in above
    assert "Vote after all others." in above
    vera = Browser(instance)
    vera.log_in("vera")
    board = vera.get("/oversight?list=duties").text
    assert "Look at the figures" in board
    assert "Tell the reporter" not in board


def test_the_case_says_who_owes_what_until_when(browser: Browser, filed: Filed) -> None:
    browser.log_in("milo")
    section = (
        browser.get(f"/cases/{filed.case}")
        .text.partition('<section id="clocks"')[2]
        .partition("</section>")[0]
    )
    owed = plain(section)
    assert re.search(
        r"Acknowledge .*in 7 days 2026-03-09 Mara Lindqvist , Milo Fernandes , Moss Taylor", owed
    )
    assert "Marc Dubois" not in owed

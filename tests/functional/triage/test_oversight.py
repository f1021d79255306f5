"""The oversight pages: who is told what, what can be asked for because of it, and who reads of interference. Both databases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from crypto.errors import CryptoError
from crypto.keys import new_id
from intake.database.case_tables import Notice, OutboxJob
from intake.database.volatile_tables import SealedSession
from intake.events import EventKind
from intake.log import configure
from intake.notices import NoticeKind, letters, open_notice
from intake.outbox import ClaimedJob, JobName, finish_job
from intake.requests import Ask, Request, open_request
from intake.time import Clock
from tests.functional.triage.conftest import BackOffice, office_with_duties
from tests.support.backoffice import Browser, forms_of
from tests.support.instances import Instance
from tests.support.reports import SENTENCE, Filed, Offices, plumber_report
from triage.casework.acknowledge import acknowledge
from triage.worker.context import Context
from triage.worker.jobs import deliver_notices
from triage.worker.loop import Worker

CALL_UP, TAKEOVER, SUPERVISE = (f"/oversight/{name}" for name in ("call-up", "takeover", "supervise"))
INTERFERENCE = "/oversight/interference"
ACCOUNT = "The mayor rang me twice and asked who had talked."


@pytest.fixture
def browser(instance: Instance) -> Browser:
    """Somebody at the door."""
    return Browser(instance)


def _plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def _tell(instance: Instance, officer: str, kind: NoticeKind, day: date | None = None, **content: Any) -> str:
    """What an act or the worker tells an officer; returns the case's id."""
    content.setdefault("case", new_id())
    content.setdefault("office", "HO-millbrook")
    content.setdefault("priority", "P2")
    with instance.owner.state.begin() as session:
        for letter in letters(instance.roster, [officer], kind, day or instance.today, content):
            session.add(letter.as_row())
    return str(content["case"])


def _concluded(instance: Instance, officer: str, *, days: int = 5) -> str:
    final = (instance.today + timedelta(days=days)).isoformat()
    return _tell(instance, officer, NoticeKind.CONCLUDED, final=final)


def _overdue(instance: Instance, officer: str, *, days: int = 5, **more: Any) -> str:
    until, due = (instance.today + timedelta(days=n) for n in (days, -1))
    return _tell(
        instance,
        officer,
        NoticeKind.OVERDUE,
        clock="feedback_due",
        due=due.isoformat(),
        until=until.isoformat(),
        **more,
    )


def _works(instance: Instance) -> None:
    """The worker delivers the notices that wait. What it does with requests is its own story."""
    clock = Clock(instance.today)
    context = Context(instance.worker, instance.worker_db, instance.rosters, clock, configure("worker"))
    with instance.worker_db.state.begin() as session:
        for row in session.scalars(
            select(OutboxJob).where(OutboxJob.job == JobName.DELIVER_NOTICES.value)
        ).all():
            job = ClaimedJob(row.id, row.job, row.payload, row.attempts)
            deliver_notices(session, context, job)
            finish_job(session, job)


def _round(instance: Instance, day: date) -> None:
    """Everything that the worker owes on a day."""
    context = Context(instance.worker, instance.worker_db, instance.rosters, Clock(day), configure("worker"))
    assert Worker(context).round()


def _requests(instance: Instance) -> list[Request]:
    """What was asked of the worker, each proved to be signed by who says so."""
    with instance.owner.reading() as session:
        rows = session.scalars(select(OutboxJob).where(OutboxJob.job == JobName.REQUEST.value)).all()
    opened = [open_request(instance.worker.gate_pair, row.id, row.payload) for row in rows]
    return [each.verify(*instance.roster.all_keys_of(each.request.by)) for each in opened]


def _told(instance: Instance, officer: str) -> list[Mapping[str, Any]]:
    """Every notice in the whole table that this officer's key opens."""
    with instance.owner.reading() as session:
        rows = session.scalars(select(Notice)).all()
    found: list[Mapping[str, Any]] = []
    for row in rows:
        try:
            found.append(open_notice(instance.pair(officer), row.id, row.sealed))
        except CryptoError:
            continue
    return found


def _all_kinds(instance: Instance, kind: NoticeKind) -> set[str]:
    return {who for who in instance.people if any(n["notice"] == kind for n in _told(instance, who))}


# What one was told


def test_who_is_not_logged_in_sees_nothing(browser: Browser) -> None:
    for path in ("/oversight", INTERFERENCE):
        assert browser.get(path).location == "/login"


def test_an_officer_above_sees_each_thing_in_its_list_and_nothing_of_the_content(
    browser: Browser, instance: Instance, filed: Filed
) -> None:
    _works(instance)
    concluded, overdue = _concluded(instance, "nora"), _overdue(instance, "nora")
    stopped = _tell(instance, "nora", NoticeKind.STOPPED, act="close")
    missed = _tell(
        instance, "nora", NoticeKind.ACCOUNTABILITY_ENTRY, clock="ack_due", due="2026-03-01", owner="triage"
    )
    alarm = _tell(instance, "nora", NoticeKind.ALARM, finding="without_panel")
    browser.log_in("nora")
    seen = {
        name: browser.get(f"/oversight?list={name}").text
        for name in ("decide", "told", "ledger", "interference", "mine", "figures", "duties")
    }
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
    assert "no panel decided it" in seen["decide"]
    assert "Office of Millbrook Acknowledge 1" in _plain(seen["ledger"])


def test_notices_of_other_people_are_nowhere(browser: Browser, instance: Instance) -> None:
    case = _concluded(instance, "nora")
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
    _works(instance)
    assert [re.sub(r'value="[^"]*"', "", browser.get(path).text) for path in paths] == before
    for path, fields in ((CALL_UP, {"reason": "Why"}), (TAKEOVER, {}), (SUPERVISE, {"due": "2026-03-09"})):
        token = forms_of(browser.get("/oversight"))["/logout"].fields
        answers = [browser.post(path, **token, case=each, **fields) for each in (case, new_id(), "", "x/y")]
        assert {answer.status_code for answer in answers} == {404}
        assert len({re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}) == 1
    assert _requests(instance) == []


def test_a_long_past_is_read_page_by_page_newest_first(browser: Browser, instance: Instance) -> None:
    days = [instance.today - timedelta(days=n) for n in range(60)]
    cases = [_tell(instance, "vera", NoticeKind.STOPPED, day) for day in days]
    browser.log_in("vera")
    first, second = (browser.get(f"/oversight?list=told&page={n}").text for n in (1, 2))
    assert [case for case in cases if case[:8] in first] == cases[:50]
    assert [case for case in cases if case[:8] in second] == cases[50:]
    assert browser.get("/oversight?list=told&page=99").text.count("<article") == 10


def test_a_notice_that_was_altered_is_said_and_hides_no_other(browser: Browser, instance: Instance) -> None:
    case = _tell(instance, "nora", NoticeKind.STOPPED)
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
    }  # fmt: skip
    _tell(instance, "nora", kind, **strange)
    _tell(instance, "nora", kind, clock="corrective:abc", due="2026-03-01")
    browser.log_in("nora")
    for name in ("decide", "told", "ledger", "interference", "mine", "figures", "duties"):
        answer = browser.get(f"/oversight?list={name}")
        assert answer.status_code == 200, name
        assert "<b>" not in answer.text.partition("<main")[2]


def test_the_oversight_board_sees_notices_and_never_a_case(
    browser: Browser, instance: Instance, filed: Filed
) -> None:
    case = _tell(
        instance, "vera", NoticeKind.ACCOUNTABILITY_ENTRY, case=filed.case, clock="ack_due", due="2026-03-01"
    )
    browser.log_in("vera")
    assert case[:8] in browser.get("/oversight?list=ledger").text
    assert browser.get(f"/cases/{filed.case}").status_code == 404
    assert "No case is open to you" in browser.get("/cases").text


# Asking because of it


def test_a_conclusion_is_called_up_with_a_reason_once(browser: Browser, instance: Instance) -> None:
    case = _concluded(instance, "nora")
    browser.log_in("nora")
    page = browser.get("/oversight")
    empty = browser.send(page, CALL_UP, reason="  ")
    assert (empty.status_code, "Write something first." in empty.text) == (422, True)
    long = browser.send(page, CALL_UP, reason="why " * 300)
    assert (long.status_code, "why why" in long.text) == (422, True)
    assert _requests(instance) == []
    done = browser.send(page, CALL_UP, reason="Nobody was heard.")
    assert (done.status_code, done.location) == (303, "/oversight?said=asked")
    assert _requests(instance) == [
        Request(case, Ask.CALL_UP, "nora", instance.today, details={"reason": "Nobody was heard."})
    ]
    _works(instance)
    assert "You asked for this on" in browser.get("/oversight").text
    again = browser.send(page, CALL_UP, reason="Nobody was heard.")
    assert (again.status_code, "asked for this already" in again.text) == (409, True)
    assert "Nobody was heard." in browser.get("/oversight?list=mine").text
    assert _all_kinds(instance, NoticeKind.OWN_ACT) == {"nora"}


def test_a_case_is_taken_over_or_supervised_after_a_missed_date(browser: Browser, instance: Instance) -> None:
    case = _overdue(instance, "nora")
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
    asked = sorted(_requests(instance), key=lambda request: request.ask)
    assert asked == [
        Request(case, Ask.SUPERVISE, "nora", instance.today, details={"due": "2026-03-09"}),
        Request(case, Ask.TAKEOVER, "nora", instance.today),
    ]


def test_a_colleague_who_is_asked_for_help_can_take_over_too(browser: Browser, instance: Instance) -> None:
    case = _overdue(instance, "nils")
    _tell(instance, "nils", NoticeKind.TAKEOVER_ASKED, case=case)
    browser.log_in("nils")
    page = browser.get("/oversight")
    assert page.text.count(f'action="{TAKEOVER}"') == 1
    assert browser.send(page, TAKEOVER).status_code == 303
    assert [request.by for request in _requests(instance)] == ["nils"]


def test_two_of_the_level_above_take_a_neglected_case_over_through_their_pages(
    instance: Instance, filed: Filed, back_office: BackOffice
) -> None:
    acknowledge(back_office.desk, back_office.officer("milo"), filed.case)
    day = date(2026, 3, 24)  # the day after the fifteenth working day
    _round(instance, day)
    nora, nils = Browser(instance, today=day), Browser(instance, today=day)
    nora.log_in("nora")
    nils.log_in("nils")
    assert filed.case[:8] in nora.get("/oversight?list=ledger").text
    assert nora.send(nora.get("/oversight"), TAKEOVER).status_code == 303
    _round(instance, day)
    assert nora.get(f"/cases/{filed.case}").status_code == 404  # one alone gets nothing
    page = nils.get("/oversight")
    assert "A colleague asked to take this case over" in page.text
    assert nils.send(page, TAKEOVER).status_code == 303
    _round(instance, day)
    assert SENTENCE in nora.get(f"/cases/{filed.case}").text
    assert SENTENCE in nils.get(f"/cases/{filed.case}").text
    milo = Browser(instance, today=day)
    milo.log_in("milo")
    assert milo.get(f"/cases/{filed.case}").status_code == 404


def test_after_its_last_day_nothing_can_be_asked_for(browser: Browser, instance: Instance) -> None:
    final, missed = _concluded(instance, "nora", days=0), _overdue(instance, "nora", days=0)
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
    assert _requests(instance) == []


@pytest.mark.parametrize(
    "kind", [NoticeKind.SEALED_NOTICE, NoticeKind.ACCOUNTABILITY_ENTRY, NoticeKind.STOPPED]
)
def test_a_notice_that_only_tells_allows_nothing(
    browser: Browser, instance: Instance, kind: NoticeKind
) -> None:
    case = _tell(instance, "nora", kind)
    browser.log_in("nora")
    token = forms_of(browser.get("/oversight"))["/logout"].fields
    answers = {
        browser.post(CALL_UP, **token, case=case, reason="x").status_code,
        browser.post(TAKEOVER, **token, case=case).status_code,
        browser.post(SUPERVISE, **token, case=case, due="2026-03-09").status_code,
    }
    assert answers == {404}


def test_nobody_posts_without_the_forms_token(browser: Browser, instance: Instance) -> None:
    case = _concluded(instance, "nora")
    browser.log_in("nora")
    assert browser.post(CALL_UP, case=case, reason="x").status_code == 403
    assert browser.post(INTERFERENCE, text=ACCOUNT).status_code == 403
    assert _requests(instance) == []


# Interference


def _records(browser: Browser, officer: str, **typed: str) -> Any:
    browser.log_in(officer)
    return browser.send(browser.get(INTERFERENCE), INTERFERENCE, **{"text": ACCOUNT, **typed})


def test_interference_reaches_the_level_above_and_the_board_and_nobody_of_the_own_office(
    browser: Browser, instance: Instance
) -> None:
    answer = _records(browser, "milo", when="2026-02-27")
    assert (answer.status_code, answer.location) == (303, "/oversight?list=mine&said=recorded")
    _works(instance)
    mine = browser.get("/oversight?list=mine").text
    assert "You recorded interference" in mine
    assert ACCOUNT not in mine
    assert _all_kinds(instance, NoticeKind.INTERFERENCE) == {"nora", "nils", "nina", "noel", "vera", "vito"}
    nora = Browser(instance)
    nora.log_in("nora")
    page = _plain(nora.get("/oversight?list=interference").text)
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
    _works(instance)
    assert not any(n["notice"] == NoticeKind.INTERFERENCE for n in _told(instance, "mara"))
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
    _works(instance)
    assert _all_kinds(instance, NoticeKind.INTERFERENCE) == {"nora", "nils", "nina", "vera", "vito"}


def test_the_highest_office_writes_to_the_recipient_outside_and_the_board(
    browser: Browser, instance: Instance
) -> None:
    assert _records(browser, "lena").status_code == 303
    _works(instance)
    assert _all_kinds(instance, NoticeKind.INTERFERENCE) == {"olga", "omar", "vera", "vito"}


@pytest.mark.parametrize(
    ("writer", "readers"), [("olga", {"vera", "vito"}), ("lily", {"olga", "omar", "vera", "vito"})]
)
def test_nobody_of_the_own_place_reads_it_wherever_one_stands(
    browser: Browser, instance: Instance, writer: str, readers: set[str]
) -> None:
    assert _records(browser, writer).status_code == 303
    _works(instance)
    assert _all_kinds(instance, NoticeKind.INTERFERENCE) == readers


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
    _works(instance)
    alarms = [n for n in _told(instance, "nora") if n["notice"] == NoticeKind.ALARM]
    assert [(n["finding"], n["by"], n["case"]) for n in alarms] == [("unassigned_read", "marc", filed.case)]
    assert _all_kinds(instance, NoticeKind.ALARM) == {"nora", "nils", "nina", "noel"}
    nora = Browser(instance)
    nora.log_in("nora")
    assert "Somebody read the case who has no part in it." in nora.get("/oversight").text


def test_a_reason_typed_into_a_session_that_ended_comes_back_to_its_case(
    browser: Browser, instance: Instance
) -> None:
    case, other = _concluded(instance, "nora"), _concluded(instance, "nora")
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
    assert _requests(instance) == []


# One's own duties


def test_my_duties_are_the_dates_that_i_owe_and_those_of_my_role(
    browser: Browser, instance: Instance, filed: Filed
) -> None:
    browser.log_in("milo")
    page = _plain(browser.get("/oversight?list=duties").text)
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
    owed = _plain(section)
    assert re.search(
        r"Acknowledge .*in 7 days 2026-03-09 Mara Lindqvist , Milo Fernandes , Moss Taylor", owed
    )
    assert "Marc Dubois" not in owed

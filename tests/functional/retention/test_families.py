"""Cases that go together: what keeps one keeps them all, a worker that stops in between, and one that somebody made vanish."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from crypto.kdf import UNSAFE_TEST_COST
from intake import watch as watches
from intake.calendar import months_after
from intake.database.case_tables import WatchRow
from intake.duties.findings import Finding
from intake.events import EventKind
from intake.evidence.attachments import entries_in
from intake.mailbox import NotPossible, NotPossibleError
from intake.notices import NoticeKind
from intake.record import Author
from intake.release import Gate
from intake.retention.due import Stay, verdict_on
from intake.retention.ledger import Why, lawfully_deleted
from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser
from tests.support.families import (
    closed_apart,
    finish,
    joined,
    joined_and_closed,
    kept,
    split_and_closed,
    vanish,
)
from tests.support.instances import Instance
from tests.support.keeping import TOLD_ELSEWHERE, Kept
from tests.support.reports import Filed, Offices
from tests.support.served import serving
from tests.support.splitting import Split, two_matters
from tests.support.stored_files import file_with, objects, rows
from tests.support.visitor import Visitor
from triage.casework.part import part
from triage.casework.refusals import NotNowError, Reason
from triage.instances.doctor import examine
from triage.worker import retention

DAY = timedelta(days=1)
MONTH = timedelta(days=30)


@pytest.fixture
def engine_kind() -> str:
    """What decides is the same on both; the deletion itself meets both in test_deleting."""
    return "sqlite"


@pytest.fixture
def last(today: date) -> date:
    """The last day of what is closed today."""
    return months_after(today, 36)


@pytest.fixture
def split(instance: Instance, today: date) -> tuple[Kept, Kept]:
    """Closed today, both, and seen by the worker."""
    first, second = split_and_closed(Offices(instance, today), today, today)
    first.look(today + DAY)
    return first, second


@pytest.fixture
def pair(instance: Instance, today: date) -> tuple[Kept, Kept]:
    """A leading case and one that is led, closed today and seen."""
    leading, led = joined_and_closed(Offices(instance, today), today, today)
    leading.look(today + DAY)
    return leading, led


def there(*cases: Kept) -> list[bool]:
    return [case.is_there() for case in cases]


def findings(case: Kept) -> set[str]:
    return {notice["finding"] for notice in case.watched.told(NoticeKind.ALARM).get("vera", ())}


def said(case: Kept, day: date) -> list[str]:
    directory = case.filed.offices.instance.directory
    return [entry.text for entry in examine(directory, day) if "beyond" in entry.text]


def stops_after_one(case: Kept, day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker deletes one case on a day, and then it is stopped."""
    done = retention.delete_case
    calls: list[str] = []

    def once_only(*given: object) -> int:
        if calls:
            raise KeyboardInterrupt
        calls.append("")
        return done(*given)  # type: ignore[arg-type]  # handed on as it came

    with monkeypatch.context() as patched:
        patched.setattr(retention, "delete_case", once_only)
        worker = case.watched.worker(day)
        worker._publish_log()
        with pytest.raises(KeyboardInterrupt):
            retention.delete_due(worker.context)


def test_a_worker_that_stops_between_the_two_goes_on_in_the_next_round(
    split: tuple[Kept, Kept], last: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = split
    first.look(last)
    stops_after_one(first, last + DAY, monkeypatch)
    assert there(first, second) == [True, False]

    offices = replace(first.filed.offices, today=last + DAY)
    view = offices.mailbox.view(first.filed.master)
    assert [(each.proved, each.deleted) for each in view.parts] == [(True, False), (False, True)]
    with pytest.raises(NotPossibleError) as refused:
        offices.mailbox.write(first.filed.master, "Is anybody there?", 1)
    assert refused.value.reason is NotPossible.DELETED
    proof = type(proof := offices.mailbox.proof(first.filed.master)).from_bytes(proof.to_bytes())
    code = first.filed.draft.code
    assert len(proof.check(code, UNSAFE_TEST_COST)) == 1
    ((deletion, _),) = proof.parts_deleted(code, UNSAFE_TEST_COST)
    assert deletion.on == last + DAY

    first.look(last + 2 * DAY)
    assert there(first, second) == [False, False]
    assert findings(first) == findings(second) == set()
    assert len(first.entries()) == 2
    deleted = first.mailbox(last + 2 * DAY).deletion
    assert deleted is not None
    assert deleted.on == last + 2 * DAY


def test_the_files_of_a_split_report_are_there_as_long_as_a_part_of_it_is(
    instance: Instance, today: date, last: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their rows name the case that was filed; a part holds the report, and so their keys, and no row."""
    offices = Offices(instance, today)
    filed, (ref,) = file_with(offices, b"a bill", draft=two_matters())
    first, second = closed_apart(offices, filed, today, today)
    part = second.filed.opened_by("milo")
    assert part is not None
    assert [entry.id for entry in entries_in(part.report)] == [ref.id]
    first.look(today + DAY)
    second.call_hold(last)
    first.look(last + DAY)
    assert (there(first, second), objects(instance)) == ([True, True], {ref.id})
    ended = last + MONTH
    second.end_hold(ended).look(ended + DAY)
    stops_after_one(first, ended + MONTH + DAY, monkeypatch)
    assert (there(first, second), objects(instance), rows(instance)) == ([True, False], {ref.id}, {ref.id})
    first.look(ended + MONTH + 2 * DAY)
    assert (there(first, second), objects(instance)) == ([False, False], set())


def test_a_filed_case_that_was_made_to_vanish_leaves_its_files_to_the_part_for_a_week(
    instance: Instance, today: date
) -> None:
    offices = Offices(instance, today)
    filed, (ref,) = file_with(offices, b"a bill", draft=two_matters())
    first, second = closed_apart(offices, filed, today, today)
    vanish(first.filed)
    second.look(today + DAY, today + 7 * DAY)
    assert findings(second) == {Finding.TORN}
    assert objects(instance) == {ref.id}
    assert ref.id in "".join(entry.text for entry in examine(instance.directory, today + DAY))


def test_a_hold_on_one_keeps_both_and_the_doctor_says_why(split: tuple[Kept, Kept], last: date) -> None:
    first, second = split
    second.call_hold(last).look(last + DAY, last + 5 * MONTH)
    assert there(first, second) == [True, True]
    assert "(1 held, 1 joined)" in said(first, last + 5 * MONTH)[0]
    ended = last + 5 * MONTH
    second.end_hold(ended).look(ended + DAY, ended + MONTH)
    assert there(first, second) == [True, True]
    first.look(ended + MONTH + DAY)
    assert there(first, second) == [False, False]


def test_nobody_is_told_an_earlier_day_than_that_of_all(pair: tuple[Kept, Kept], last: date) -> None:
    """Nor does either reporter read of another report: it goes with what the office knows."""
    browser = Browser(pair[0].filed.offices.instance)
    browser.log_in("milo")
    for case in pair:
        keeping = case.mailbox(last).keeping
        assert (keeping.until, keeping.together, keeping.last) == (last, True, None)
        page = browser.get(f"/cases/{case.case}").text
        assert f"This case is not deleted before {last}, and only together with the cases" in page


def test_what_the_reporter_writes_in_one_keeps_the_other(pair: tuple[Kept, Kept], last: date) -> None:
    leading, led = pair
    replace(led.filed.offices, today=last).mailbox.write(led.filed.master, "They threaten me again.")
    leading.look(last + DAY, last + MONTH)
    assert there(leading, led) == [True, True]
    leading.look(last + MONTH + DAY)
    assert there(leading, led) == [False, False]


@pytest.mark.parametrize("kind", ["split", "pair"])
@pytest.mark.parametrize("gone", [0, 1])
def test_one_that_was_made_to_vanish_keeps_the_other_and_is_missed(
    request: pytest.FixtureRequest, last: date, kind: str, gone: int
) -> None:
    cases: tuple[Kept, Kept] = request.getfixturevalue(kind)
    vanish(cases[gone].filed)
    cases[0].look(last - DAY, last + DAY, last + 2 * DAY)
    assert cases[1 - gone].is_there()
    assert findings(cases[1 - gone]) == {Finding.TORN}
    with cases[0].filed.offices.instance.owner.reading() as session:
        gates = (cases[0].filed.offices.instance.worker.gate_pair.public,)
        assert not lawfully_deleted(session, [case.case for case in cases], gates)


def test_a_watch_that_cannot_be_gone_by_keeps_the_whole_family(pair: tuple[Kept, Kept], last: date) -> None:
    leading, led = pair
    with led.filed.offices.instance.owner.state.begin() as session:
        session.execute(update(WatchRow).where(WatchRow.case_id == led.case).values(sealed=b"nothing"))
    leading.look(last + DAY, last + 2 * DAY)
    assert there(leading, led) == [True, True]


@pytest.mark.parametrize("at", [0, 1])
def test_an_officer_who_signs_a_watch_without_the_others_has_none_of_them_deleted(
    split: tuple[Kept, Kept], last: date, at: int
) -> None:
    lying = split[at]
    instance = lying.filed.offices.instance
    forged = replace(lying.watched.watch(), parts=(), origin=None)
    with instance.owner.state.begin() as session:
        watches.store(session, forged, Author("marc", instance.pair("marc")), instance.portal.gate)
    lying.look(last + DAY, last + 2 * DAY)
    assert there(*split) == [True, True]
    assert Finding.TORN in findings(lying)


def test_cases_that_were_taken_apart_again_each_have_a_time_of_their_own(
    instance: Instance, today: date
) -> None:
    two = joined(Offices(instance, today))
    part(two.back.desk, two.back.officer("milo"), two.led.filed.case, "They differ after all.")
    two.follows()
    leading, led = kept(two.leading.filed), kept(two.led.filed)
    finish(two.leading, today)
    leading.look(today + DAY)
    assert leading.mailbox(today + DAY).keeping.last is not None
    leading.look(months_after(today, 36), months_after(today, 36) + DAY)
    assert there(leading, led) == [False, True]


def test_none_of_them_is_deleted_early(instance: Instance, today: date) -> None:
    """No panel can decide it any more; and where somebody signs that one did, nothing follows."""
    offices = Offices(instance, today)
    back = BackOffice(instance, today)
    split = Split.made(back, offices, state="assessed")
    first, second = kept(split.first), kept(split.second)
    second.propose(
        today, "refuse", {"reason": "other_authority", "text": "Not ours.", "told": TOLD_ELSEWHERE}
    )
    with pytest.raises(NotNowError) as refused:
        second.decide_deletion(today)
    assert refused.value.reason is Reason.GOES_TOGETHER
    decided = second.watched.kinds().index(EventKind.DECIDED)
    forged = replace(second.watched.watch(), early=decided, early_on=today.isoformat())
    with instance.owner.state.begin() as session:
        watches.store(session, forged, Author("milo", instance.pair("milo")), instance.portal.gate)
    first.look(today + DAY, today + 3 * MONTH, today + 4 * MONTH)
    assert there(first, second) == [True, True]
    with instance.owner.reading() as session:
        gate = Gate(instance.worker.gate_pair, instance.roster, today + 4 * MONTH)
        verdict = verdict_on(session, second.case, gate)
    assert verdict is not None
    assert (verdict.why, verdict.stay) == (Why.EARLY, Stay.JOINED)


def test_a_reporter_proves_from_the_code_that_every_case_of_the_report_was_deleted(
    instance: Instance, tmp_path: Path, today: date, last: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = sys.excepthook, threading.excepthook
    with serving(instance, last + 2 * DAY) as portal:
        code, master = portal.files(tmp_path, today, draft := two_matters())
        offices = Offices(instance, today)
        (case,) = offices.cases()
        first, second = closed_apart(offices, Filed(offices, draft, case, master), today, today)
        first.look(today + DAY, last)
        visitor = Visitor(portal.url)
        visitor.get("/return")
        page = visitor.post("/return", {"code": code.read_text("utf-8").strip()})
        assert "only when everything that is handled together with it may be deleted too" in page.text
        stops_after_one(first, last + DAY, monkeypatch)
        assert there(first, second) == [True, False]
        assert "Part 2</a><br>Deleted<br>" in visitor.get("/mailbox").text
        gone = visitor.get("/mailbox?part=2")
        assert "It was deleted on" in gone.text
        assert "Something does not fit" not in gone.text
        done = portal.verify("receipt", "--code-file", code)
        assert done.exit_code == 0, done.output
        assert "is still there, unchanged" in done.output
        first.look(last + 2 * DAY, last + 3 * DAY)
        done = portal.verify("receipt", "--code-file", code)
        assert done.exit_code == 0, done.output
        assert f"deleted by the rules on {last + 2 * DAY}" in done.output
    sys.excepthook, threading.excepthook = hooks

"""A1 to A3: somebody who can write to the database wants a case gone before its time, and the software to call that lawful."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from crypto.encoding import pack, unpack
from crypto.keys import new_id
from intake import watch as watches
from intake.calendar import months_after
from intake.database.case_tables import Case, Event, Notice, WatchRow
from intake.database.retention_tables import DeletionRow
from intake.duties.findings import Finding
from intake.events import EventKind
from intake.lawful import is_lawful
from intake.notices import NoticeKind, open_notice
from intake.record import Author
from intake.retention.ledger import LABEL, case_hash, statement_of, stored
from intake.states import CaseState
from intake.watch import Watch
from tests.conftest import MakeInstance
from tests.functional.triage.conftest import office_with_duties
from tests.support.instances import Instance
from tests.support.keeping import Kept
from tests.support.reports import Offices, plumber_report

DAY = timedelta(days=1)
MONTH = timedelta(days=30)
LONG_AGO = "2020-01-01"


@pytest.fixture
def engine_kind() -> str:
    """What is read and refused is the same on both; what a login may do is in tests/migrations."""
    return "sqlite"


@pytest.fixture
def instance(make_instance: MakeInstance) -> Instance:
    made = make_instance(office_with_duties())
    made.reissue(expires=date(2099, 1, 1))
    return made


@pytest.fixture
def kept(instance: Instance, today: date) -> Kept:
    return Kept.file(Offices(instance, today))


@pytest.fixture
def last(today: date) -> date:
    return months_after(today, 36)


def signs(kept: Kept, officer: str = "marc", **changed: Any) -> None:
    """A certified officer puts a watch of his own making into the database."""
    put(kept, lambda watch: replace(watch, **changed), officer)


def put(kept: Kept, change: Callable[[Watch], Watch], officer: str) -> None:
    instance = kept.filed.offices.instance
    forged = change(kept.watched.watch())
    with instance.owner.state.begin() as session:
        watches.store(session, forged, Author(officer, instance.pair(officer)), instance.portal.gate)


def change(kept: Kept, *statements: Any) -> None:
    with kept.filed.offices.instance.owner.state.begin() as session:
        for statement in statements:
            session.execute(statement)


def findings(kept: Kept) -> set[str]:
    return {notice["finding"] for notice in kept.watched.told(NoticeKind.ALARM).get("vera", ())}


def events(kept: Kept) -> list[Event]:
    with kept.filed.offices.instance.owner.reading() as session:
        return list(session.scalars(select(Event).order_by(Event.number)))


def insert_event(kept: Kept, kind: EventKind, day: date) -> int:
    """A row that looks like an event, with what lies in another one."""
    rows = events(kept)
    like, number = rows[-1], rows[-1].number + 1
    values = {
        column.key: getattr(like, column.key)
        for column in Event.__table__.columns
        if column.key not in ("id", "number", "kind", "date")
    }
    with kept.filed.offices.instance.owner.state.begin() as session:
        session.add(Event(**values, id=new_id(), number=number, kind=kind, date=day))
    return number


def test_a_closing_that_is_antedated_in_watch_and_columns_wins_no_day(
    kept: Kept, today: date, last: date
) -> None:
    kept.closed().look(today + DAY)
    signs(kept, closed=LONG_AGO, told=LONG_AGO, clocks={})
    change(kept, update(Event).values(date=date(2020, 1, 1)))
    kept.look(today + 2 * DAY, last - 8 * DAY)
    assert kept.is_there()


def test_an_open_case_that_is_dressed_up_as_closed_years_ago_is_told_and_stays(
    kept: Kept, today: date
) -> None:
    kept.handled(today).acknowledged()
    kept.look(today + DAY)
    number = insert_event(kept, EventKind.CLOSED, date(2020, 1, 1))
    signs(kept, state="closed", closed=LONG_AGO, clocks={}, number=number)
    change(kept, update(Case).values(state=CaseState.CLOSED, wake=None, stale=None))
    kept.look(today + 2 * DAY, today + 4 * 365 * DAY)
    assert kept.is_there()
    assert Finding.WITHOUT_PANEL in findings(kept)


def test_another_countrys_shorter_time_is_not_gone_by(kept: Kept, today: date) -> None:
    kept.closed().look(today + DAY)
    signs(kept, rules="routing-1/france-2", clocks={})
    change(kept, update(Case).values(rule_version="routing-1/france-2"))
    kept.look(today + 2 * DAY, months_after(today, 12))
    assert kept.is_there()


def test_without_what_the_worker_noted_times_count_anew_and_never_earlier(
    kept: Kept, today: date, last: date
) -> None:
    kept.closed().look(today + DAY)
    with kept.filed.offices.instance.owner.state.begin() as session:
        row = session.get_one(WatchRow, kept.case)
        row.sealed = pack(unpack(row.sealed, 2)[0], b"nothing that opens")
    signs(kept, closed=LONG_AGO)
    kept.look(last, last + DAY)
    assert kept.is_there()


class TestAHold:
    """It was called, and the worker has seen it."""

    @pytest.fixture
    def held(self, kept: Kept, today: date) -> Kept:
        return kept.closed().call_hold(today).look(today + DAY)

    def test_a_watch_that_knows_nothing_of_it_ends_nothing(self, held: Kept, today: date, last: date) -> None:
        signs(held, hold=-1)
        held.look(today + 2 * DAY, last + DAY, last + 2 * MONTH)
        assert held.is_there()

    def test_an_earlier_decision_does_not_end_it(self, held: Kept, today: date, last: date) -> None:
        decided = [row.number for row in events(held) if row.kind is EventKind.DECIDED]
        signs(held, hold=-1, ended=decided[0], ended_on=today.isoformat())
        held.look(today + 2 * DAY, last + DAY, last + 2 * MONTH)
        assert held.is_there()

    def test_a_decision_without_its_panel_does_not_end_it(self, held: Kept, today: date, last: date) -> None:
        number = insert_event(held, EventKind.DECIDED, today)
        signs(held, hold=-1, ended=number, ended_on=today.isoformat(), number=number)
        held.look(today + 2 * DAY, last + DAY, last + 2 * MONTH)
        assert held.is_there()

    def test_one_officer_alone_signs_no_end_that_anybody_believes(self, held: Kept, today: date) -> None:
        """Past every page, with a good signature: the record tells of an act that no gate lets happen."""
        held.watched.act(
            today, EventKind.PROPOSED, {"proposal": "p", "act": "end_hold", "size": 1}, officer="marc"
        )
        held.watched.act(today, EventKind.DECIDED, {"proposal": "p", "act": "end_hold"}, officer="marc")
        opened = held.filed.opened_by("milo")
        assert opened is not None
        assert not opened.whole
        assert not is_lawful(opened.records)
        assert not held.mailbox(today).proved

    def test_a_watch_from_before_it_is_told_and_not_gone_by(
        self, kept: Kept, today: date, last: date
    ) -> None:
        kept.closed().look(today + DAY)
        with kept.filed.offices.instance.owner.reading() as session:
            earlier = session.get_one(WatchRow, kept.case).sealed
        kept.call_hold(today + DAY)
        change(kept, update(WatchRow).values(sealed=earlier))
        kept.look(today + 2 * DAY, last + DAY)
        assert kept.is_there()
        assert Finding.PUT_BACK in {n["finding"] for n in kept.watched.told(NoticeKind.ALARM)["nora"]}


def test_a_decision_for_one_thing_does_not_carry_out_another(kept: Kept, today: date) -> None:
    """The panel agreed to a hold; whoever votes last writes that it agreed to an early deletion."""
    kept.refused()
    kept.propose(today, "hold", {"reason": "court_case", "text": "A trial."}, agree=False)
    opened = kept.filed.opened_by("milo")
    assert opened is not None
    (proposal,) = [r.data["proposal"] for r in opened.records if r.kind is EventKind.PROPOSED][-1:]
    seat = next(
        entry.content["seats"][0]
        for entry in reversed(opened.written)
        if entry.content.get("form") == "proposal"
    )
    kept.watched.act(today, EventKind.VOTED, {"proposal": proposal, "vote": "agree"}, officer=seat)
    kept.watched.act(today, EventKind.DECIDED, {"proposal": proposal, "act": "delete_early"}, officer=seat)
    opened = kept.filed.opened_by("milo")
    assert opened is not None
    assert not is_lawful(opened.records)


def test_an_objection_that_was_taken_out_of_the_database_still_counts(kept: Kept, today: date) -> None:
    kept.refused().decide_deletion(today).look(today + DAY)
    offices = kept.filed.offices
    offices.today = today + DAY
    offices.mailbox.object_to_deletion(kept.filed.master)
    kept.look(today + 2 * DAY)
    change(kept, delete(Event).where(Event.kind == EventKind.OBJECTED))
    kept.look(today + 2 * MONTH)
    assert kept.is_there()


def test_a_watch_that_says_early_says_so_to_the_level_above_first_and_needs_a_panel(
    kept: Kept, today: date
) -> None:
    kept.refused().look(today + DAY)
    decided = next(row.number for row in events(kept) if row.kind is EventKind.DECIDED)
    signs(kept, "milo", early=decided, early_on=LONG_AGO, told=LONG_AGO)
    kept.look(today + 2 * DAY)
    assert kept.is_there()
    assert set(kept.watched.told(NoticeKind.EARLY_DELETION)) >= {"nora", "vera"}


TABLES = (
    "item_keys", "items", "events", "rungs", "grants", "epochs", "identities", "custody_letters",
    "protection_keys", "protection_grants", "protection_cards", "cases",
)  # fmt: skip


class TestAForgedLedger:
    """The case is deleted by hand, and a row says that it was lawful."""

    @staticmethod
    def forge(kept: Kept, like: DeletionRow | None, signer: str | None, today: date) -> None:
        row = DeletionRow(
            case_hash=case_hash(kept.case),
            date=today,
            why="retention",
            event=new_id() if like is None else like.event,
            commitment=bytes(32) if like is None else like.commitment[::-1],
            body=b"x" if like is None else like.body,
            reporter_key=b"x" if like is None else like.reporter_key,
            signature=b"" if like is None else like.signature,
        )
        if signer is not None:
            row.signature = kept.filed.offices.instance.pair(signer).sign(LABEL, statement_of(stored(row)))
        with kept.filed.offices.instance.owner.state.begin() as session:
            session.execute(text("PRAGMA defer_foreign_keys = ON"))
            for table in TABLES:
                column = "id" if table == "cases" else "case_id"
                where = (
                    "item_id IN (SELECT id FROM items WHERE case_id = :c)"
                    if table == "item_keys"
                    else f"{column} = :c"
                )
                session.execute(text(f"DELETE FROM {table} WHERE {where}"), {"c": kept.case})
            session.add(row)

    @pytest.mark.parametrize("signer", [None, "mara"])
    def test_it_is_found_told_and_not_believed(self, kept: Kept, today: date, signer: str | None) -> None:
        kept.look(today)
        self.forge(kept, None, signer, today)
        kept.look(today + DAY)
        assert findings(kept) == {Finding.VANISHED}
        assert Finding.FORGED_DELETION in told_to_the_board(kept)
        view = kept.mailbox(today + DAY)
        assert (view.known, view.deleted, view.proved) == (True, False, False)

    def test_the_true_row_of_another_case_does_not_stand_for_this_one(self, kept: Kept, today: date) -> None:
        other = Kept.file(kept.filed.offices).refused().decide_deletion(today).look(today + DAY)
        other.look(today + 32 * DAY, today + 33 * DAY)
        (true,) = other.entries()
        self.forge(kept, true, None, today)
        kept.look(today + 33 * DAY)
        assert Finding.VANISHED in findings(kept)
        assert not kept.mailbox(today + 33 * DAY).deleted
        assert other.mailbox(today + 33 * DAY).deleted


def told_to_the_board(kept: Kept) -> set[str]:
    instance = kept.filed.offices.instance
    with instance.owner.reading() as session:
        rows = session.scalars(select(Notice).where(Notice.officer_id == "vera"))
        opened = [open_notice(instance.pair("vera"), row.id, row.sealed) for row in rows]
    return {entry["finding"] for entry in opened if entry["notice"] == NoticeKind.ALARM}


def test_a_report_that_is_put_back_into_the_database_is_deleted_again(kept: Kept, today: date) -> None:
    """Somebody kept the rows, or a backup was restored: what was deleted stays deleted."""
    kept.refused().decide_deletion(today).look(today + DAY)
    with kept.filed.offices.instance.owner.reading() as session:
        row = session.get_one(WatchRow, kept.case).sealed
    kept.look(today + 32 * DAY, today + 33 * DAY)
    with kept.filed.offices.instance.owner.state.begin() as session:
        session.add(WatchRow(case_id=kept.case, sealed=row))
    kept.look(today + 34 * DAY)
    assert kept.left() == dict.fromkeys(kept.left(), 0)
    assert findings(kept) == set()


def test_the_report_of_somebody_else_is_untouched(kept: Kept, today: date) -> None:
    other = kept.filed.offices.file(plumber_report())
    kept.refused().decide_deletion(today).look(today + DAY, today + 32 * DAY, today + 33 * DAY)
    assert not kept.is_there()
    view = replace(kept.filed.offices, today=today + 33 * DAY).mailbox.view(other.master)
    assert (view.known, view.deleted, view.proved) == (True, False, True)
    opened = other.opened_by("mara") or other.opened_by("milo") or other.opened_by("nora")
    assert opened is not None
    assert opened.whole

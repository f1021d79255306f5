"""A closed case is deleted when its time is over: once, whole, provably, and not a day before."""

from __future__ import annotations

import threading
from datetime import date, timedelta

from intake.calendar import months_after
from intake.notices import NoticeKind
from intake.retention.ledger import Why
from tests.support.duties import ABOVE, BOARD
from tests.support.families import joined_and_closed, split_and_closed
from tests.support.instances import Instance
from tests.support.keeping import Kept
from tests.support.reports import Offices

DAY = timedelta(days=1)


def test_a_closed_case_is_deleted_on_the_day_after_its_time_and_what_is_left_is_the_proof(
    kept: Kept, today: date
) -> None:
    kept.closed().look(today + DAY)
    last = months_after(today, 36)
    kept.look(last)
    assert kept.is_there()
    before = kept.mailboxes()
    kept.look(last + DAY)
    assert kept.left() == dict.fromkeys(kept.left(), 0)
    assert kept.mailboxes() == before
    (entry,) = kept.entries()
    assert (entry.date, entry.why) == (last + DAY, Why.RETENTION)
    view = kept.mailbox(last + 2 * DAY)
    assert (view.known, view.deleted, view.can_write, view.answers) == (True, True, False, ())
    assert view.deletion is not None
    assert (view.deletion.due, view.deletion.closed, view.deletion.why) == (last, today, Why.RETENTION)
    assert set(kept.watched.told(NoticeKind.DELETED)) == ABOVE | BOARD
    kept.look(last + 2 * DAY)
    assert kept.mailbox(last + 2 * DAY).published == last + 2 * DAY
    assert kept.watched.told(NoticeKind.ALARM) == {}


def test_of_several_workers_at_once_one_deletes_it_and_tells_it_once(kept: Kept, today: date) -> None:
    last = today + 31 * DAY
    kept.refused().decide_deletion(today).look(today + DAY, last)
    workers = [threading.Thread(target=kept.watched.worker(last + DAY).round) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    kept.look(last + DAY)
    assert not kept.is_there()
    assert len(kept.entries()) == 1
    told = kept.watched.told(NoticeKind.DELETED)
    assert set(told) == ABOVE | BOARD
    assert all(len(notices) == 1 for notices in told.values())


def test_the_cases_of_one_report_go_together_on_the_day_after_the_later_one(
    instance: Instance, today: date
) -> None:
    later = today + 40 * DAY
    first, second = split_and_closed(Offices(instance, today), today, later)
    first.look(today + DAY, later + DAY)
    for view in first.mailbox(later + DAY).parts:
        assert view.keeping.together
        assert view.keeping.last is None
    first.look(months_after(today, 36) + DAY, months_after(later, 36))
    assert (first.is_there(), second.is_there()) == (True, True)
    last = months_after(later, 36)
    first.look(last + DAY)
    assert first.left() == dict.fromkeys(first.left(), 0)
    assert [(entry.date, entry.why) for entry in first.entries()] == [(last + DAY, Why.RETENTION)] * 2
    view = first.mailbox(last + DAY)
    assert (view.known, view.deleted, view.can_write) == (True, True, False)
    assert view.deletion is not None
    assert (view.deletion.due, view.deletion.closed) == (last, today)
    for case in (first, second):
        assert set(case.watched.told(NoticeKind.DELETED)) == ABOVE | BOARD
        assert case.watched.told(NoticeKind.ALARM) == {}


def test_joined_cases_go_together_and_each_reporter_reads_it_in_a_mailbox_of_their_own(
    instance: Instance, today: date
) -> None:
    later = today + 40 * DAY
    leading, led = joined_and_closed(Offices(instance, today), today, later)
    leading.look(today + DAY, later + DAY, months_after(today, 36) + DAY, months_after(later, 36))
    assert (leading.is_there(), led.is_there()) == (True, True)
    last = months_after(later, 36)
    leading.look(last + DAY)
    assert leading.left() == dict.fromkeys(leading.left(), 0)
    for case, closed in ((leading, today), (led, later)):
        deletion = case.mailbox(last + DAY).deletion
        assert deletion is not None
        assert (deletion.on, deletion.closed) == (last + DAY, closed)
        assert case.watched.told(NoticeKind.ALARM) == {}

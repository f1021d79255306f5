"""A closed case is deleted when its time is over: once, whole, provably, and not a day before."""

from __future__ import annotations

import threading
from datetime import date, timedelta

from intake.calendar import months_after
from intake.notices import NoticeKind
from intake.retention.ledger import Why
from tests.support.duties import ABOVE, BOARD
from tests.support.keeping import Kept

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

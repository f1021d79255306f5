"""Who attacks what a reporter says against the office: its officers with the whole database, the gate, a copyist of rows."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, update

from crypto.errors import CryptoError
from crypto.item import ItemPlace, open_item
from intake.database.case_tables import Event, OutboxJob
from intake.events import EventKind
from intake.log import configure
from intake.mailbox import NotPossible, NotPossibleError
from intake.record import ITEM_KIND
from intake.requests import open_request
from intake.time import Clock
from intake.upward import WORDS, open_words
from tests.support.instances import Instance
from tests.support.reports import Filed, Offices
from triage.worker.context import Context
from triage.worker.loop import Worker

TEXT = "The head told the mayor that somebody had reported."


@pytest.fixture
def filed(offices: Offices) -> Filed:
    """Handled in Millbrook; a complaint goes to North Province."""
    return offices.file()


def requests(instance: Instance) -> Iterator[OutboxJob]:
    """What waits for the worker."""
    with instance.owner.reading() as session:
        yield from session.scalars(select(OutboxJob).where(OutboxJob.job == "request")).all()


def worker(instance: Instance) -> Worker:
    """One worker of today."""
    clock = Clock(instance.today)
    return Worker(Context(instance.worker, instance.worker_db, instance.rosters, clock, configure("worker")))


def test_the_gate_moves_the_words_and_cannot_read_them(offices: Offices, filed: Filed) -> None:
    offices.mailbox.complain(filed.master, TEXT)
    gate = offices.instance.worker.gate_pair
    (job,) = requests(offices.instance)
    details = open_request(gate, job.id, job.payload).request.details
    assert TEXT not in repr(details)
    with pytest.raises(CryptoError):
        open_words(filed.case, {0: gate}, details[WORDS])


def test_the_old_circle_opens_neither_the_request_nor_the_release(offices: Offices, filed: Filed) -> None:
    instance = offices.instance
    offices.mailbox.complain(filed.master, TEXT)
    before = filed.opened_by("mara")
    assert before is not None
    (job,) = requests(instance)
    for pair in (*before.pairs.values(), instance.pair("mara")):
        with pytest.raises(CryptoError):
            open_request(pair, job.id, job.payload)
    assert worker(instance).round()
    with instance.owner.reading() as session:
        event = session.scalars(select(Event).where(Event.kind == EventKind.RELEASED)).one()
    place = ItemPlace(ITEM_KIND, filed.case, event.id)
    for pair in (*before.pairs.values(), instance.pair("mara")):
        with pytest.raises(CryptoError):
            open_item(pair, place, event.body, event.case_key)
    after = filed.opened_by("nora")
    assert after is not None
    assert [entry.text for entry in after.written] == [TEXT]


def test_the_named_officer_finds_no_name_in_anything_the_case_opens(offices: Offices, filed: Filed) -> None:
    offices.mailbox.name_involved(filed.master, ["milo"])
    mine = filed.opened_by("milo")
    assert mine is not None
    assert [record.data for record in mine.records if record.kind is EventKind.NAMED] == [{}]
    (job,) = requests(offices.instance)
    for pair in (*mine.pairs.values(), offices.instance.pair("milo")):
        with pytest.raises(CryptoError):
            open_request(pair, job.id, job.payload)
    # Neither does a request's size tell how many were named.
    offices.mailbox.name_involved(filed.master, ["milo", "marc"])
    assert len({len(each.payload) for each in requests(offices.instance)}) == 1


def test_a_request_that_was_moved_to_another_case_brings_nothing(offices: Offices, filed: Filed) -> None:
    other = offices.file()
    offices.mailbox.complain(filed.master, TEXT)
    offices.mailbox.complain(other.master, "Something else.")
    first, second = requests(offices.instance)
    with offices.instance.owner.state.begin() as session:
        session.execute(update(OutboxJob).where(OutboxJob.id == first.id).values(payload=second.payload))
    assert not worker(offices.instance).round()
    moved = [filed.opened_by("nora"), other.opened_by("nora")]
    assert sum(file is not None for file in moved) == 1


def test_a_button_pressed_twice_at_once_asks_for_one_review(offices: Offices, filed: Filed) -> None:
    with filed.act("mara") as acting:
        acting.tell(EventKind.DECIDED, {"state": "concluded"})
    with filed.act("mara") as acting:
        acting.tell(EventKind.TOLD, acting.answer("It was not established."))
    together, refused = Barrier(3), []

    def press() -> None:
        together.wait()
        try:
            offices.mailbox.ask_for_review(filed.master, TEXT)
        except NotPossibleError as error:
            refused.append(error.reason)

    threads = [Thread(target=press) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == [NotPossible.ASKED] * 2
    assert len(list(requests(offices.instance))) == 1
    assert offices.mailbox.view(filed.master).progress.reviews == 1

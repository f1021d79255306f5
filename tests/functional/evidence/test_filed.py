"""A report with files is sent: its officers read each file whole, two custodians the untouched one, and nobody loses one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError

from crypto import custody
from crypto.encoding import unpack
from crypto.errors import CryptoError
from crypto.keys import KeyPair
from intake.database.case_tables import Identity
from intake.database.evidence_tables import Evidence, Staged
from intake.drafts import Draft
from intake.evidence.attachments import Attachment, entries_in
from intake.evidence.staging import KEPT_SECONDS, SENDING_SECONDS, GoneError, expire, remove_orphans
from intake.evidence.traces import Trace
from intake.filing.check import FaultCode
from intake.filing.office import FilingError
from tests.support.canaries import CANARY
from tests.support.evidence_pictures import jpeg
from tests.support.instances import Instance
from tests.support.reports import Filed, Offices, plumber_report

NOTE = b"Meter 4: 812 at night, 411 before noon."
SCAN = b"%PDF-1.7 this is no whole document"


@dataclass
class World:
    """An instance, its reporter's draft, and everything that is stored of files."""

    offices: Offices
    draft: Draft

    @property
    def instance(self) -> Instance:
        return self.offices.instance

    def objects(self) -> set[str]:
        return {blob for blob, _ in self.offices.staging.store.list()}

    def rows(self, table: type[Evidence | Staged]) -> set[str]:
        factory = self.instance.owner.volatile if table is Staged else self.instance.owner.reading
        with factory() as session:
            return set(session.scalars(select(table.id)))

    def worker_works(self, later: int = 0) -> int:
        """A round with the worker's own rights, ``later`` seconds from now."""
        databases, staging = self.instance.worker_db, self.offices.staging
        removed = expire(databases, staging.store, staging.clock.now() + later)
        return removed + remove_orphans(databases, staging.store)

    def time_is_over_for(self, attachment: Attachment) -> None:
        with self.instance.owner.volatile.begin() as session:
            session.execute(update(Staged).where(Staged.id.in_(attachment.blobs)).values(expires=1))
        self.worker_works()


@pytest.fixture
def world(instance: Instance, today: date) -> World:
    return World(Offices(instance, today), plumber_report())


def files_of(filed: Filed, officer: str) -> list[tuple[str, bytes]]:
    """What an officer who opens the case can read: each file's name and content."""
    file = filed.opened_by(officer)
    assert file is not None
    assert file.whole
    return [(entry.name, filed.offices.read(entry.blob)) for entry in entries_in(file.report)]


def test_the_officers_read_each_file_whole_and_clean(world: World) -> None:
    world.offices.attach(world.draft, jpeg(), "IMG_2031.JPG")
    world.offices.attach(world.draft, NOTE, "meter list.txt")
    damaged = world.offices.attach(world.draft, SCAN, "../scan\u202efdp.pdf", accepted=True)
    filed = world.offices.file(world.draft)
    (photo, picture), (name, note), (odd, scan) = files_of(filed, "milo")
    assert (photo, name, note, scan) == ("IMG_2031.jpg", "meter list.txt", NOTE, SCAN)
    assert CANARY.encode() not in picture
    assert odd.endswith(".bin")
    assert not set("/\u202e") & set(odd)
    file = filed.opened_by("milo")
    assert file is not None
    first, _, last = entries_in(file.report)
    assert {Trace.PLACE, Trace.SERIAL} <= set(first.findings.removed)
    assert (last.cleaned, last.reason, last.id) == (False, damaged.reason, damaged.raw.id)
    # What was not kept is gone: the untouched photo and the untouched note.
    assert world.objects() == world.rows(Evidence) == {first.id, last.id, entries_in(file.report)[1].id}
    assert world.rows(Staged) == set()


def test_nobody_who_cannot_open_the_report_can_open_its_files(world: World) -> None:
    world.offices.attach(world.draft, NOTE, "note.txt")
    filed = world.offices.file(world.draft)
    assert filed.opened_by("luca") is None
    stored = b"".join(b"".join(world.offices.staging.store.read(blob)) for blob in world.objects())
    assert NOTE not in stored
    with world.instance.owner.reading() as session:
        (row,) = session.scalars(select(Evidence))
    assert (row.case_id, row.size) == (filed.case, len(stored))


def test_an_untouched_original_opens_for_two_custodians_and_for_no_officer_of_the_case(world: World) -> None:
    original = jpeg()
    kept = world.offices.attach(world.draft, original, "photo.jpg", keep_original=True)
    filed = world.offices.file(world.draft)
    file = filed.opened_by("milo")
    assert file is not None
    (entry,) = entries_in(file.report)
    assert entry.original is not None
    assert world.objects() == {entry.id, kept.raw.id}
    for pair in (*file.pairs.values(), world.instance.pair("milo"), world.instance.pair("mara")):
        with pytest.raises(CryptoError):
            entry.original.open(pair)
    opened = entry.original.open(_two_custodians_open(world, filed.case))
    assert opened == kept.raw
    assert world.offices.read(opened) == original
    # The officers' own copy shows none of what only the original shows.
    assert CANARY.encode() not in world.offices.read(entry.blob)


def _two_custodians_open(world: World, case: str) -> KeyPair:
    """The custody key, through the first pair envelope that two people of this organisation open one after the other."""
    with world.instance.owner.reading() as session:
        envelopes = unpack(session.get_one(Identity, case).pairs, custody.PAIRS)
    for number, envelope in enumerate(envelopes):
        for first in world.instance.people:
            try:
                inner = custody.peel(case, number, world.instance.pair(first), envelope)
            except CryptoError:
                continue
            for second in set(world.instance.people) - {first}:
                try:
                    return custody.open_inner(case, number, world.instance.pair(second), inner)
                except CryptoError:
                    continue
    raise AssertionError("no two people open the custody key")


def test_a_file_that_nobody_decided_about_is_not_sent(world: World) -> None:
    file = world.offices.attach(world.draft, SCAN, "scan.pdf")
    with pytest.raises(FilingError) as refused:
        world.offices.filing.file(world.draft)
    assert {fault.code for fault in refused.value.faults} == {FaultCode.UNDECIDED}
    assert world.offices.cases() == []
    file.accepted = True
    assert files_of(world.offices.file(world.draft), "milo")[0][1] == SCAN


def test_sending_again_files_nothing_twice_and_takes_nothing_away(world: World) -> None:
    world.offices.attach(world.draft, NOTE, "note.txt", keep_original=True)
    filed = world.offices.file(world.draft)
    before = world.objects()
    world.draft.files[0].keep_original = False  # an older tab, in which the original was not wanted yet
    world.offices.filing.file(world.draft)
    assert world.offices.cases() == [filed.case]
    assert world.objects() == world.rows(Evidence) == before
    assert world.worker_works(later=SENDING_SECONDS) == 0
    assert files_of(filed, "milo") == [("note.txt", NOTE)]


def test_two_tabs_that_send_at_once_file_one_case_with_all_its_files(world: World) -> None:
    world.offices.attach(world.draft, NOTE, "note.txt", keep_original=True)
    other = Draft.from_bytes(world.draft.to_bytes())
    other.files[0].keep_original = False
    filing = world.offices.filing
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(filing.file, [world.draft, other, world.draft, other]))
    (case,) = world.offices.cases()
    filed = Filed(world.offices, world.draft, case, world.offices.mailbox.open(world.draft.code))
    world.worker_works(later=SENDING_SECONDS)
    assert files_of(filed, "milo") == [("note.txt", NOTE)]
    assert world.objects() == world.rows(Evidence)
    assert world.rows(Staged) == set()


def test_a_connection_lost_while_committing_loses_no_file(world: World) -> None:
    """The commit arrived, the answer did not: the reporter gets the receipt, and the files are there."""
    world.offices.attach(world.draft, NOTE, "note.txt")
    engine = world.instance.portal_db.state.kw["bind"]
    lost: list[bool] = []

    def lose(session: Any) -> None:
        if not lost:
            lost.append(True)
            raise OperationalError("COMMIT", None, ConnectionError("the line is gone"))

    # After the commit that the database made, before anybody hears of it.
    sessions = world.instance.portal_db.state.class_
    event.listen(sessions, "after_commit", lose)
    try:
        world.offices.filing.file(world.draft)
    finally:
        event.remove(sessions, "after_commit", lose)
        engine.dispose()
    assert lost
    (case,) = world.offices.cases()
    filed = Filed(world.offices, world.draft, case, world.offices.mailbox.open(world.draft.code))
    world.worker_works(later=SENDING_SECONDS)
    assert files_of(filed, "milo") == [("note.txt", NOTE)]


def test_a_file_whose_time_was_over_must_be_added_again_and_the_rest_is_kept(world: World) -> None:
    kept = world.offices.attach(world.draft, NOTE, "note.txt")
    gone = world.offices.attach(world.draft, b"Another one.", "other.txt")
    world.time_is_over_for(gone)
    with pytest.raises(GoneError) as error:
        world.offices.filing.file(world.draft)
    assert error.value.blobs == {gone.filed_blobs[0]}
    assert world.offices.cases() == []
    world.draft.files.remove(gone)
    world.offices.attach(world.draft, b"Another one.", "other.txt")
    names = files_of(world.offices.file(world.draft), "milo")
    assert names == [(kept.name, NOTE), ("other.txt", b"Another one.")]


def test_a_report_that_is_never_sent_leaves_nothing(world: World) -> None:
    world.offices.attach(world.draft, NOTE, "note.txt", keep_original=True)
    assert len(world.objects()) == len(world.rows(Staged)) == 2
    assert world.worker_works(later=KEPT_SECONDS - 60) == 0
    assert world.worker_works(later=KEPT_SECONDS) == 2
    assert (world.objects(), world.rows(Staged)) == (set(), set())


def test_a_message_brings_files_to_whoever_has_the_case(world: World) -> None:
    filed = world.offices.file(world.draft)
    mailbox = world.offices.mailbox
    original = jpeg()
    photo = world.offices.received(original, "photo.jpg", keep_original=True)
    mailbox.write(filed.master, "Look at the meter.", 0, [photo])
    file = filed.opened_by("milo")
    assert file is not None
    (message,) = [entry for entry in file.written if entry.author == "reporter"]
    (entry,) = entries_in(message.content)
    assert (message.text, entry.name) == ("Look at the meter.", "photo.jpg")
    assert CANARY.encode() not in world.offices.read(entry.blob)
    assert entry.original is not None
    opened = entry.original.open(_two_custodians_open(world, filed.case))
    assert world.offices.read(opened) == original
    assert world.objects() == world.rows(Evidence) == {entry.id, photo.raw.id}

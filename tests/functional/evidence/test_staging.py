"""Files on their way: whatever stops in between, no report points at nothing, and nothing that nobody sent stays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from crypto.keys import new_id
from intake.database.engines import Databases
from intake.database.evidence_tables import Evidence, Staged
from intake.evidence.blob import BlobRef, read_blob
from intake.evidence.staging import (
    KEPT_SECONDS,
    SENDING_SECONDS,
    GoneError,
    Staging,
    accept,
    expire,
    remove_orphans,
)
from intake.evidence.store.directory import DirectoryStore
from intake.evidence.store.protocol import StoreError
from intake.time import Clock
from tests.support.reports import Filed, Offices

NOW = 1_800_000_000


@dataclass(frozen=True, slots=True)
class Later(Clock):
    """A clock that a story moves."""

    at: Any = None

    def now(self) -> int:
        return int(self.at[0])


@dataclass
class Story:
    """A draft's files, and a case that may take them."""

    databases: Databases
    worker_databases: Databases
    store: DirectoryStore
    staging: Staging
    at: list[int]
    filed: Filed

    def adds(self, content: bytes = b"a bill") -> BlobRef:
        receiving = self.staging.begin()
        receiving.write(content)
        return receiving.finish()

    def rows(self, table: type[Evidence | Staged]) -> set[str]:
        factory = self.databases.volatile if table is Staged else self.databases.reading
        with factory() as session:
            return set(session.scalars(select(table.id)))

    def objects(self) -> set[str]:
        return {blob for blob, _ in self.store.list()}

    def worker(self) -> int:
        known = self.worker_databases
        return expire(known, self.store, self.at[0]) + remove_orphans(known, self.store)

    def takes(self, *refs: BlobRef) -> None:
        sizes = self.staging.renew({ref.id for ref in refs})
        with self.staging.databases.state.begin() as session:
            accept(session, self.filed.case, sizes)


@pytest.fixture
def story(instance: Any, tmp_path: Path, today: Any) -> Story:
    filed = Offices(instance, today).file()
    at = [NOW]
    place = tmp_path / "evidence"
    place.mkdir(mode=0o700)
    store = DirectoryStore(place)
    staging = Staging(instance.portal_db, store, Later(today, at))
    return Story(instance.owner, instance.worker_db, store, staging, at, filed)


def test_a_file_comes_in_is_taken_and_stays(story: Story) -> None:
    ref = story.adds(b"the planted sentence" * 1000)
    assert story.objects() == story.rows(Staged) == {ref.id}
    story.takes(ref)
    story.staging.settle([ref.id], [])
    assert (story.rows(Staged), story.rows(Evidence)) == (set(), {ref.id})
    story.at[0] += 10 * KEPT_SECONDS
    assert story.worker() == 0
    assert b"".join(read_blob(ref, story.store.read(ref.id))) == b"the planted sentence" * 1000
    with story.databases.reading() as session:
        assert session.scalar(select(Evidence.size)) == story.store.size(ref.id)


def test_what_nobody_sends_is_gone_after_its_time(story: Story) -> None:
    ref = story.adds()
    story.at[0] += KEPT_SECONDS - 1
    assert story.worker() == 0
    story.at[0] += 1
    assert story.worker() == 1
    assert story.objects() == story.rows(Staged) == set()
    with pytest.raises(GoneError):
        story.staging.renew({ref.id})


def test_a_report_that_is_being_sent_is_not_robbed_of_its_file(story: Story) -> None:
    ref = story.adds()
    story.at[0] += KEPT_SECONDS - 1
    sizes = story.staging.renew({ref.id})
    story.at[0] += SENDING_SECONDS - 1
    assert story.worker() == 0
    with story.staging.databases.state.begin() as session:
        accept(session, story.filed.case, sizes)
    # A crash here: the staged row is never settled. The object stays, the row goes in its time.
    story.at[0] += KEPT_SECONDS
    assert story.worker() == 0
    assert (story.objects(), story.rows(Staged)) == ({ref.id}, set())


def test_a_file_that_is_being_sent_or_was_sent_cannot_be_dropped_in_another_tab(story: Story) -> None:
    ref, other = story.adds(), story.adds()
    sizes = story.staging.renew({ref.id})
    story.staging.drop([ref.id, other.id])
    assert story.objects() == {ref.id}
    with story.staging.databases.state.begin() as session:
        accept(session, story.filed.case, sizes)
    story.staging.drop([ref.id])
    story.staging.settle([ref.id], [])
    story.staging.drop([ref.id])
    assert (story.objects(), story.rows(Staged)) == ({ref.id}, set())


def test_a_file_that_was_dropped_cannot_be_sent_in_another_tab(story: Story) -> None:
    ref = story.adds()
    story.staging.drop([ref.id])
    with pytest.raises(GoneError):
        story.staging.renew({ref.id})
    assert story.objects() == story.rows(Staged) == set()


def test_an_upload_that_is_broken_off_leaves_nothing(story: Story) -> None:
    receiving = story.staging.begin()
    receiving.write(bytes(3_000_000))
    receiving.abort()
    assert story.objects() == story.rows(Staged) == set()
    hangs = story.staging.begin()
    hangs.write(bytes(100))
    assert story.objects() == set()
    assert len(story.rows(Staged)) == 1
    story.at[0] += KEPT_SECONDS
    assert story.worker() == 1
    assert story.rows(Staged) == set()
    hangs.abort()


def test_a_slow_upload_moves_its_own_limit(story: Story) -> None:
    receiving = story.staging.begin()
    for _ in range(12):
        story.at[0] += KEPT_SECONDS // 2
        receiving.write(b"slow")
        assert story.worker() == 0
    ref = receiving.finish()
    assert b"".join(read_blob(ref, story.store.read(ref.id))) == b"slow" * 12


def test_an_object_without_any_row_is_an_orphan(story: Story) -> None:
    known, taken = story.adds(), story.adds()
    story.takes(taken)
    story.staging.settle([taken.id], [])
    lost = story.store.create(new_id())
    lost.write(b"nobody knows this")
    lost.commit()
    assert story.worker() == 1
    assert story.objects() == {known.id, taken.id}


def test_many_objects_are_asked_for_in_batches_and_every_lost_one_is_found(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.evidence.staging.BATCH", 2)
    stays = {story.adds().id for _ in range(3)}
    lost = set()
    for _ in range(4):
        incoming = story.store.create(blob := new_id())
        incoming.write(b"lost")
        incoming.commit()
        lost.add(blob)
    spared = {min(lost)}
    assert remove_orphans(story.worker_databases, story.store, lambda blob: blob in spared) == 3
    assert story.objects() == stays | spared


@pytest.mark.parametrize("question", ["volatile", "reading"])
def test_a_report_that_is_committed_between_two_questions_keeps_its_file(story: Story, question: str) -> None:
    """The worker lists, asks the drafts, and asks the cases; the commit and what follows it come before either question."""
    ref = story.adds()
    lost = story.store.create(new_id())  # without it the cases would not be asked
    lost.write(b"nobody knows this")
    lost.commit()

    def commits_first(ask: Any) -> Any:
        def asked() -> Any:
            if story.rows(Staged):
                story.takes(ref)
                story.staging.settle([ref.id], [])
            return ask()

        return asked

    known = story.worker_databases
    racing = replace(known, **{question: commits_first(getattr(known, question))})
    assert remove_orphans(racing, story.store) == 1
    assert (story.objects(), story.rows(Evidence), story.rows(Staged)) == ({ref.id}, {ref.id}, set())


def test_a_store_that_does_not_answer_loses_no_row_that_tells_of_a_file(story: Story, tmp_path: Path) -> None:
    refs = {story.adds().id for _ in range(2)}
    story.at[0] += KEPT_SECONDS
    story.store.path.rename(tmp_path / "away")
    with pytest.raises(StoreError):
        expire(story.worker_databases, story.store, story.at[0])
    assert story.rows(Staged) == refs
    (tmp_path / "away").rename(story.store.path)
    assert expire(story.worker_databases, story.store, story.at[0]) == 2
    assert story.objects() == story.rows(Staged) == set()


def test_two_reports_never_hold_one_file(story: Story, today: Any) -> None:
    ref = story.adds()
    story.takes(ref)
    with pytest.raises(GoneError) as gone:
        story.takes(ref)
    assert gone.value.blobs == {ref.id}


def test_what_is_stored_counts_drafts_and_cases(story: Story) -> None:
    assert story.staging.stored_bytes() == 0
    one, two = story.adds(), story.adds(bytes(100_000))
    story.takes(two)
    story.staging.settle([two.id], [])
    sizes = [story.store.size(ref.id) or 0 for ref in (one, two)]
    assert story.staging.stored_bytes() == sum(sizes)


def test_no_object_is_made_without_a_row_that_tells_of_it(story: Story, monkeypatch: Any) -> None:
    def full(_self: DirectoryStore, _blob: str) -> Any:
        raise StoreError("the disk is full")

    monkeypatch.setattr(DirectoryStore, "create", full)
    with pytest.raises(StoreError):
        story.staging.begin()
    assert story.rows(Staged) == set()

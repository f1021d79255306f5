"""Whatever tabs and worker do in whatever order: no row points at nothing, no file that was sent goes, nothing else stays.

Each actor runs in a thread of its own and stops before every lasting effect; the order in which they go on is drawn.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from intake.database.engines import Databases
from intake.database.evidence_tables import Evidence, Staged
from intake.drafts import Draft
from intake.evidence.attachments import Attachment, filed_and_left
from intake.evidence.blob import BlobRef
from intake.evidence.staging import (
    KEPT_SECONDS,
    SENDING_SECONDS,
    GoneError,
    Staging,
    accept,
    expire,
    remove_orphans,
)
from intake.evidence.store.directory import DirectoryStore, IncomingFile
from intake.time import Clock
from tests.conftest import MakeInstance
from tests.support.examples import examples
from tests.support.reports import Filed, Offices

DRAWN = 60  # turns; after that everybody goes on in order


@dataclass(frozen=True, slots=True)
class Moved(Clock):
    """A clock that the story moves."""

    at: Any = None

    def now(self) -> int:
        return int(self.at[0])


@dataclass
class Stage:
    """Who may go on, and whom everybody waits for."""

    turns: dict[threading.Thread, threading.Semaphore] = field(default_factory=dict)
    back: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    errors: list[BaseException] = field(default_factory=list)
    writing: bool = False

    def enter(self, act: Callable[[], None]) -> None:
        def run() -> None:
            self.turns[threading.current_thread()].acquire()
            try:
                act()
            except BaseException as error:  # noqa: BLE001  # told by the main thread
                self.errors.append(error)
            finally:
                del self.turns[threading.current_thread()]
                self.back.release()

        actor = threading.Thread(target=run, daemon=True)
        self.turns[actor] = threading.Semaphore(0)
        actor.start()

    def pause(self) -> None:
        """Before an effect."""
        if (turn := self.turns.get(threading.current_thread())) is not None:
            self.back.release()
            turn.acquire()

    def goes_on(self, number: int) -> bool:
        """Let one actor do one step."""
        if not self.turns:
            return False
        actors = list(self.turns.values())
        actors[number % len(actors)].release()
        self.back.acquire()
        return True

    @contextmanager
    def alone(self) -> Iterator[None]:
        """SQLite lets one process write at a time; the others would wait here."""
        while self.writing:
            self.pause()
        self.writing = True
        try:
            yield
        finally:
            self.writing = False


class SlowFile(IncomingFile):
    """Stops before it is there."""

    stage: Stage

    def commit(self) -> None:
        self.stage.pause()
        super().commit()


class SlowStore(DirectoryStore):
    """The real store, effect by effect."""

    stage: Stage

    def create(self, blob_id: str) -> IncomingFile:
        self.stage.pause()
        file = super().create(blob_id)
        file.__class__ = SlowFile
        assert isinstance(file, SlowFile)
        file.stage = self.stage
        return file

    def delete(self, blob_id: str) -> None:
        self.stage.pause()
        super().delete(blob_id)


class Slowly:
    """A session factory that stops before each transaction, and, where it lasts, before its end."""

    def __init__(self, factory: Any, stage: Stage, *, lasts: bool = False) -> None:
        self._factory, self._stage, self._lasts = factory, stage, lasts

    def __call__(self) -> Any:
        self._stage.pause()
        return self._factory()

    @contextmanager
    def begin(self) -> Iterator[Any]:
        self._stage.pause()
        if not self._lasts:
            with self._factory.begin() as session:
                yield session
            return
        with self._stage.alone(), self._factory.begin() as session:
            yield session
            self._stage.pause()


def slow(databases: Databases, stage: Stage) -> Databases:
    state: Any = Slowly(databases.state, stage, lasts=True)
    reading: Any = Slowly(databases.reading, stage)
    volatile: Any = Slowly(databases.volatile, stage)
    return Databases(state, reading, volatile)


@dataclass
class World:
    """One case that messages go to, and everything that is stored of files."""

    filed: Filed
    store: SlowStore
    at: list[int]
    sent: list[tuple[Attachment, ...]] = field(default_factory=list)

    def evidence(self) -> set[str]:
        with self.filed.offices.instance.owner.reading() as session:
            return set(session.scalars(select(Evidence.id)))

    def staged(self) -> set[str]:
        with self.filed.offices.instance.owner.volatile() as session:
            return set(session.scalars(select(Staged.id)))

    def objects(self) -> set[str]:
        return {blob for blob, _ in self.store.list()}

    def reads_every_file(self) -> None:
        for files in self.sent:
            for file in files:
                assert file.clean is not None
                assert self.filed.offices.read(file.clean) == b"clean"

    def ends(self) -> None:
        """Long after: what was sent, and nothing else."""
        self.at[0] += SENDING_SECONDS
        databases = self.filed.offices.instance.worker_db
        expire(databases, self.store, self.at[0])
        remove_orphans(databases, self.store)
        assert self.objects() == self.evidence()
        assert self.staged() == set()
        self._forgets()

    def _forgets(self) -> None:
        """The next story begins with nothing, or each would be slower than the one before."""
        self.sent.clear()
        with self.filed.offices.instance.owner.state.begin() as session:
            session.execute(delete(Evidence))
        for blob in self.objects():
            self.store.delete(blob)


@pytest.fixture
def engine_kind() -> str:
    """The order of effects is the same on both; what PostgreSQL's locks add, the stories of sending at once tell."""
    return "sqlite"


@pytest.fixture
def world(make_instance: MakeInstance, today: date) -> World:
    offices = Offices(make_instance(), today)
    store = offices.staging.store
    assert isinstance(store, DirectoryStore)
    return World(offices.file(), SlowStore(store.path), [1_900_000_000])


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.lists(st.integers(0, 9), max_size=DRAWN),
    waits=st.lists(st.sampled_from((0, 0, 0, 60, KEPT_SECONDS // 2, KEPT_SECONDS)), max_size=DRAWN),
    keeps=st.tuples(st.booleans(), st.booleans()),
    drops=st.booleans(),
)
def test_any_order_of_steps_keeps_what_was_sent_and_nothing_else(
    world: World, order: list[int], waits: list[int], keeps: tuple[bool, bool], drops: bool
) -> None:
    stage = Stage()
    world.store.stage = stage
    instance = world.filed.offices.instance
    portal, worker = slow(instance.portal_db, stage), slow(instance.worker_db, stage)
    staging = Staging(portal, world.store, Moved(world.filed.offices.today, world.at))
    draft = Draft.new()

    def blob(content: bytes) -> BlobRef:
        receiving = staging.begin()
        receiving.write(content)
        return receiving.finish()

    def tab(number: int) -> None:
        """Adds a file, and sends all that the draft has by then, with its own choice about the original."""
        draft.files.append(Attachment(blob(b"raw"), "a.txt", "text", blob(b"clean")))
        files = tuple(replace(each, keep_original=keeps[number]) for each in draft.files)
        taken, left = filed_and_left(files)
        try:
            sizes = staging.renew(taken)
            with portal.state.begin() as session:
                accept(session, world.filed.case, sizes)
        except GoneError:
            return  # its time was over, or the other tab sent it
        world.sent.append(files)
        staging.settle(taken, left)

    def takes_back() -> None:
        if drops and draft.files:
            staging.drop(draft.files[0].blobs)

    def works() -> None:
        for _ in range(2):
            expire(worker, world.store, world.at[0])
            remove_orphans(worker, world.store)

    for act in (lambda: tab(0), lambda: tab(1), takes_back, works):
        stage.enter(act)
    _play(world, stage, order, waits)
    assert stage.errors == []
    world.reads_every_file()
    world.ends()


def _play(world: World, stage: Stage, order: list[int], waits: list[int]) -> None:
    """Everybody to the end: as drawn, then in turn, or one who waits for another would wait for ever."""
    for number in chain(order, count()):
        world.at[0] += waits.pop() if waits else 0
        if not stage.goes_on(number):
            return
        assert world.evidence() <= world.objects()

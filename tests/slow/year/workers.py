"""Three workers at once on one day, of which some die when chance says so: before a commit, after one, or by a kill."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker

from intake.log import configure
from intake.time import Clock
from tests.support.instances import Instance
from triage.worker.context import Context, open_context
from triage.worker.loop import Worker

AT_ONCE = 3
_fate = threading.local()


class Died(BaseException):
    """A worker stopped in the middle. Nothing in the product catches it."""


@contextmanager
def mortal(instance: Instance) -> Iterator[None]:
    """From now on a worker thread dies at the commit that its fate names."""
    factory = instance.worker_db.state
    engine = factory.kw["bind"]
    assert isinstance(engine, Engine)
    event.listen(engine, "commit", _before_commit)
    event.listen(factory, "after_commit", _after_commit)
    try:
        yield
    finally:
        event.remove(engine, "commit", _before_commit)
        event.remove(factory, "after_commit", _after_commit)


def a_day_of_work(instance: Instance, today: date, chance: random.Random) -> bool:
    """Three workers at once, of whom each may die; then one that does not. Whether everything that was due was done."""
    fates = [chance.choice((None, None, chance.randint(0, 12))) for _ in range(AT_ONCE)]
    late = [chance.random() < 0.5 for _ in range(AT_ONCE)]
    threads = [
        threading.Thread(target=_work, args=(instance, today, fate, after))
        for fate, after in zip(fates, late, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return _worker(instance, today).round()


def a_killed_worker(instance: Instance, today: date, chance: random.Random) -> None:
    """A process of its own, killed by the machine at one of its commits."""
    process = multiprocessing.get_context("spawn").Process(
        target=_be_killed, args=(instance.directory, today, chance.randint(0, 8))
    )
    process.start()
    process.join(120)
    assert process.exitcode in (0, -signal.SIGKILL)


def _worker(instance: Instance, today: date) -> Worker:
    return Worker(
        Context(instance.worker, instance.worker_db, instance.rosters, Clock(today), configure("worker"))
    )


def _work(instance: Instance, today: date, fate: int | None, after: bool) -> None:
    _fate.left, _fate.after = fate, after
    try:
        _worker(instance, today).round()
    except Died:
        return
    finally:
        _fate.left = None


def _before_commit(_connection: object) -> None:
    left = getattr(_fate, "left", None)
    if left is None:
        return
    if left == 0 and not _fate.after:
        raise Died
    _fate.left = left - 1


def _after_commit(_session: Session) -> None:
    left = getattr(_fate, "left", None)
    if left is not None and left < 0 and _fate.after:
        raise Died


def _be_killed(directory: Path, today: date, commits: int) -> None:
    context = open_context(directory, today=today)
    left = [commits]

    def kill(_connection: object) -> None:
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1

    engine = sessionmaker(context.databases.state.kw["bind"]).kw["bind"]
    event.listen(engine, "commit", kill)
    Worker(context).round()

"""kill -9 at every step: what was accepted has its files, a reporter who comes back loses none, and nothing else stays."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from crypto.keys import new_id
from intake.database.evidence_tables import Evidence, Staged
from intake.drafts import Draft
from intake.evidence.attachments import entries_in
from intake.evidence.staging import SENDING_SECONDS, expire, remove_orphans
from tests.support.crashing import KEPT
from tests.support.instances import Instance
from tests.support.reports import Filed, Offices, plumber_report

TEXT = "Look at the meter."
STEPS = 60  # more than there are


@dataclass
class World:
    """What is left after a crash, and who comes back to it."""

    offices: Offices
    program: subprocess.Popen[str]
    cookie: Path

    def dies(self, draft: Draft, act: str, fatal: int, item: str = "") -> bool:
        """Whether a portal process died on the way; ``draft`` is what the reporter's cookie opens afterwards."""
        self.cookie.write_bytes(draft.to_bytes())
        job = {
            "directory": str(self.offices.instance.directory),
            "today": self.offices.today.isoformat(),
            "cookie": str(self.cookie),
            "act": act,
            "fatal": fatal,
            "item": item,
        }
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        self.program.stdin.write(json.dumps(job) + "\n")
        self.program.stdin.flush()
        end = int(self.program.stdout.readline())
        assert end in {0, -9}
        return end == -9

    def comes_back(self) -> Draft:
        return Draft.from_bytes(self.cookie.read_bytes())

    def worker_works(self, later: int = 0) -> None:
        databases, staging = self.offices.instance.worker_db, self.offices.staging
        expire(databases, staging.store, staging.clock.now() + later)
        remove_orphans(databases, staging.store)
        staging.store.sweep()

    def evidence(self) -> dict[str, int]:
        with self.offices.instance.owner.reading() as session:
            return {row.id: row.size for row in session.scalars(select(Evidence))}

    def objects(self) -> dict[str, int]:
        return dict(self.offices.staging.store.list())

    def nothing_points_at_nothing(self) -> None:
        objects = self.objects()
        for blob, size in self.evidence().items():
            assert objects[blob] == size

    def only_evidence_is_left(self) -> None:
        self.worker_works(later=SENDING_SECONDS)
        assert self.objects() == self.evidence()
        with self.offices.instance.owner.volatile() as session:
            assert list(session.scalars(select(Staged.id))) == []

    def files(self, content: Any) -> list[bytes]:
        return [self.offices.read(entry.blob) for entry in entries_in(content)]


@contextmanager
def portals() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.support.crashing"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        yield program
        assert program.stdin is not None
        program.stdin.close()


@pytest.fixture
def world(instance: Instance, today: date, tmp_path: Path) -> Iterator[World]:
    offices = Offices(instance, today)
    assert offices.staging.stored_bytes() == 0  # the store's directory is there before the portal is
    with portals() as program:
        yield World(offices, program, tmp_path / "cookie")


def test_a_report_is_accepted_with_its_files_or_can_be_sent_again(world: World) -> None:
    accepted_at = []
    for fatal in range(1, STEPS):
        draft = plumber_report()
        before = set(world.offices.cases())
        if not world.dies(draft, "report", fatal):
            break
        world.worker_works()
        world.nothing_points_at_nothing()
        if set(world.offices.cases()) - before:
            accepted_at.append(fatal)
        # The reporter loads the page again: what the draft still holds is sent, once.
        draft = world.comes_back()
        world.offices.filing.file(draft)
        (case,) = set(world.offices.cases()) - before
        filed = Filed(world.offices, draft, case, world.offices.mailbox.open(draft.code))
        file = filed.opened_by("milo")
        assert file is not None
        assert file.whole
        assert len(world.files(file.report)) == len(draft.files)
        if fatal in accepted_at:
            assert world.files(file.report) == [KEPT]
        world.nothing_points_at_nothing()
    else:
        pytest.fail("there are more steps than this story takes")
    assert accepted_at, "no crash came after a report was accepted"
    assert fatal > accepted_at[-1]
    world.only_evidence_is_left()


def test_a_message_comes_once_with_its_files_or_can_be_sent_again(world: World) -> None:
    filed = world.offices.file(plumber_report())
    for fatal in range(1, STEPS):
        draft = Draft(filed.draft.code)
        draft.set("what", TEXT)
        item = new_id()
        died = world.dies(draft, "message", fatal, item)
        world.worker_works()
        world.nothing_points_at_nothing()
        draft = world.comes_back()
        world.offices.mailbox.write(filed.master, TEXT, 0, draft.files, item=item)
        file = filed.opened_by("milo")
        assert file is not None
        assert file.whole
        messages = [entry for entry in file.written if entry.author == "reporter"]
        assert len(messages) == fatal  # one of each try
        (message,) = [entry for entry in messages if entry.id == item]
        assert len(world.files(message.content)) == len(draft.files)
        if not died:
            break
    else:
        pytest.fail("there are more steps than this story takes")
    assert world.files(message.content) == [KEPT]
    world.only_evidence_is_left()

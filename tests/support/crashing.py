"""A portal that dies by kill -9 before its n-th lasting effect: a commit of a transaction, or one call of the store.

Started as a program, it makes one child for each line that it reads, so that nothing is imported forty times. What a draft's
cookie would keep is written to a file, as a real portal writes it to the volatile database.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import event

from crypto.kdf import UNSAFE_TEST_COST
from intake.database.engines import Databases
from intake.drafts import Draft
from intake.evidence.attachments import Attachment
from intake.evidence.blob import BlobRef
from intake.evidence.staging import Staging
from intake.evidence.store.directory import DirectoryStore, IncomingFile
from intake.filing.office import FilingOffice
from intake.mailbox import MailboxOffice
from intake.roster import RosterReader
from intake.settings import load_portal
from intake.time import Clock

KEPT, LEFT, DROPPED = b"The meter list of May.", b"The untouched meter list.", b"A letter, added by mistake."


class Countdown:
    """Kills this process before the effect with this number; counts from 1."""

    def __init__(self, fatal: int, *, counting: bool) -> None:
        self._left = fatal
        self.counting = counting

    def step(self, *_: object) -> None:
        self._left -= self.counting
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)


class MortalFile(IncomingFile):
    """A file that is being written."""

    countdown: Countdown

    def write(self, piece: bytes) -> None:
        self.countdown.step()
        super().write(piece)

    def commit(self) -> None:
        self.countdown.step()
        super().commit()


class MortalStore(DirectoryStore):
    """The real store."""

    def __init__(self, path: Path, countdown: Countdown) -> None:
        super().__init__(path)
        self.countdown = countdown

    def create(self, blob_id: str) -> IncomingFile:
        self.countdown.step()
        file = super().create(blob_id)
        file.__class__ = MortalFile
        assert isinstance(file, MortalFile)
        file.countdown = self.countdown
        return file

    def delete(self, blob_id: str) -> None:
        self.countdown.step()
        super().delete(blob_id)


class Portal:
    """What a portal process does for one reporter: two files, one of them taken back, then the report or a message."""

    def __init__(self, directory: Path, today: date, countdown: Countdown) -> None:
        settings = load_portal(directory)
        databases = Databases.open(settings)
        for factory in (databases.state, databases.volatile):
            event.listen(factory.class_, "before_commit", countdown.step)
        clock = Clock(today)
        rosters = RosterReader(databases, settings.roster_root, settings.seen_file)
        self.staging = Staging(databases, MortalStore(directory / "evidence", countdown), clock)
        self.filing = FilingOffice(
            databases, rosters, settings.receipt_salt, clock, None, UNSAFE_TEST_COST, self.staging
        )
        self.mailbox = MailboxOffice(
            databases, rosters, settings.gate, settings.receipt_salt, clock, UNSAFE_TEST_COST, self.staging
        )

    def files(self, draft: Draft, cookie: Path) -> None:
        """Add them, as a draft keeps them after each page."""
        for raw, clean in ((LEFT, KEPT), (DROPPED, DROPPED)):
            file = Attachment(self._blob(raw), "list.txt", "text", self._blob(clean))
            draft.files.append(file)
            cookie.write_bytes(draft.to_bytes())
        gone = draft.files.pop()
        cookie.write_bytes(draft.to_bytes())
        self.staging.drop(gone.blobs)

    def _blob(self, content: bytes) -> BlobRef:
        receiving = self.staging.begin()
        receiving.write(content)
        return receiving.finish()


def run(job: dict[str, Any]) -> None:
    """One visit, up to its death or its end."""
    # How files come in is the same for both: it is told once.
    countdown = Countdown(job["fatal"], counting=job["act"] == "report")
    portal = Portal(Path(job["directory"]), date.fromisoformat(job["today"]), countdown)
    cookie = Path(job["cookie"])
    draft = Draft.from_bytes(cookie.read_bytes())
    portal.files(draft, cookie)
    countdown.counting = True
    if job["act"] == "report":
        portal.filing.file(draft)
    else:
        master = portal.mailbox.open(draft.code)
        portal.mailbox.write(master, draft.answer("what"), 0, draft.files, item=job["item"])
    countdown.step()


def _jobs() -> Iterator[dict[str, Any]]:
    for line in sys.stdin:
        yield json.loads(line)


def main() -> None:
    """Answer each job with the child's end: 0, or -9."""
    for job in _jobs():
        child = os.fork()
        if not child:
            run(job)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

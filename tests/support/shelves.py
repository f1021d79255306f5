"""Reports and messages with files: sealed, filed and sent by the product's own offices; a back office that listens."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crypto.kdf import UNSAFE_TEST_COST
from intake.database.engines import Databases
from intake.drafts import Draft
from intake.evidence.attachments import Attachment, Entry
from intake.evidence.blob import BlobRef
from intake.evidence.clean.engine import clean
from intake.evidence.store.directory import DirectoryStore
from intake.evidence.traces import NotCleanableError, Reason
from intake.evidence.types import Kind
from intake.log import configure
from intake.settings import load_triage
from templates.web.listen import Listen
from templates.web.server import serve
from templates.web.ticks import UNSAFE_NO_TICK
from tests.support.processes import Process, free_port, started
from tests.support.reports import EVIDENCE, Filed, Offices, water_report
from triage.app import create_app
from triage.casework.evidence import evidence_of


@dataclass
class Shelves:
    """What reporters of one instance bring along."""

    offices: Offices

    @property
    def store(self) -> DirectoryStore:
        """Where the instance keeps files."""
        return DirectoryStore(self.offices.instance.directory / EVIDENCE)

    def seal(self, content: bytes) -> BlobRef:
        """A file as the portal keeps it."""
        receiving = self.offices.staging.begin()
        for at in range(0, len(content), 1 << 20):
            receiving.write(content[at : at + (1 << 20)])
        return receiving.finish()

    def cleaned(self, content: bytes, name: str, *, keep_original: bool = False) -> Attachment:
        """A file as a reporter adds it; it is kept uncleaned, and accepted so, when it cannot be cleaned."""
        try:
            copy = clean(content)
        except NotCleanableError as error:
            return self.uncleaned(content, name, error.reason)
        return Attachment(
            self.seal(content),
            name,
            copy.kind,
            self.seal(copy.data),
            copy.findings,
            keep_original=keep_original,
        )

    def plain(self, content: bytes, name: str, kind: Kind = Kind.TEXT) -> Attachment:
        """A file that is called clean as it is."""
        return Attachment(self.seal(content), name, kind.value, self.seal(content))

    def uncleaned(self, content: bytes, name: str, reason: Reason = Reason.ENCRYPTED) -> Attachment:
        """A file that its reporter sends all the same."""
        return Attachment(self.seal(content), name, reason=reason, accepted=True)

    def file(self, *files: Attachment, draft: Draft | None = None) -> Filed:
        """File a report with these."""
        draft = draft or water_report()
        draft.files.extend(files)
        return self.offices.file(draft)

    def writes(self, filed: Filed, text: str, *files: Attachment) -> None:
        """The reporter writes, and adds these."""
        self.offices.mailbox.write(filed.master, text, 0, files)

    def entries(self, filed: Filed, officer: str) -> list[Entry]:
        """The files of a case as an officer's own key opens them."""
        file = filed.opened_by(officer)
        assert file is not None
        return [piece.entry for piece in evidence_of(file).pieces]

    def object_of(self, entry: Entry) -> Path:
        """Where the sealed object of a file lies."""
        return self.store.path / entry.id[:2] / entry.id


@contextmanager
def listening_desk(directory: Path, workspace: Path, today: date) -> Iterator[Process]:
    """The back office of an instance behind the real server, in its own process; passwords cost what they cost in tests."""
    port = free_port()
    output = workspace / "desk.log"
    command = [sys.executable, "-m", "tests.support.shelves", str(directory), str(port), today.isoformat()]
    with started(command, port, output, workspace) as process:
        yield process


def _main(directory: str, port: str, today: str) -> None:
    settings = load_triage(Path(directory))

    def load() -> object:
        log = configure("triage")
        databases = Databases.open(settings)
        return create_app(
            settings,
            databases,
            log,
            today=date.fromisoformat(today),
            cost=UNSAFE_TEST_COST,
            tick=UNSAFE_NO_TICK,
        )

    serve(load, Listen("127.0.0.1", int(port), https=False, workers=1, threads=4))  # type: ignore[arg-type]


if __name__ == "__main__":
    _main(*sys.argv[1:])

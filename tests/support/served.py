"""A portal that really listens, and what a person at a terminal does with it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from click.testing import CliRunner, Result

from intake.drafts import Draft
from intake.filing.office import FilingOffice
from intake.log import configure
from intake.mailbox import MailboxOffice
from intake.publiclog.seen import SeenLog
from intake.publiclog.sequence import Sequencer
from intake.time import Clock
from intake.wordlists import all_wordlists
from portal.app import create_app
from templates.web.ticks import UNSAFE_NO_TICK
from tests.support.instances import Instance
from tests.support.reports import water_report
from triage.cli.main import main


@dataclass
class ServedPortal:
    """The portal of an instance at ``url``; ``asked`` is every request it got, in order."""

    instance: Instance
    url: str
    asked: list[str] = field(default_factory=list)

    def files(self, directory: Path, today: date, draft: Draft | None = None) -> tuple[Path, bytes]:
        """File a report at the full price of a code; the code in a file, and its master."""
        instance = self.instance
        draft = draft or water_report()
        clock = Clock(today)
        salt = instance.portal.receipt_salt
        FilingOffice(instance.portal_db, instance.rosters, salt, clock).file(draft)
        words = _code_words(draft.code)
        path = directory / "code.txt"
        path.write_text(f"  {words.upper()}\n", "utf-8")
        master = MailboxOffice(instance.portal_db, instance.rosters, instance.portal.gate, salt, clock).open(
            draft.code
        )
        return path, master

    def writes(self, master: bytes, text: str, today: date) -> None:
        """The reporter writes a message."""
        instance = self.instance
        gate, salt = instance.portal.gate, instance.portal.receipt_salt
        MailboxOffice(instance.portal_db, instance.rosters, gate, salt, Clock(today)).write(master, text)

    def publishes(self, today: date) -> bool:
        """A worker's round of the log."""
        settings = self.instance.worker
        seen = SeenLog(settings.log_seen_file, settings.log_key)
        return Sequencer(self.instance.worker_db, settings.log_signer, seen).publish(today)

    def verify(self, *arguments: str | Path) -> Result:
        """`underseal verify …` against this portal."""
        command = ["verify", str(arguments[0]), "--url", self.url, *map(str, arguments[1:])]
        return CliRunner().invoke(main, command)


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Tests print no request."""


@contextmanager
def serving(instance: Instance, today: date) -> Iterator[ServedPortal]:
    """Listen on a free port of this machine."""
    app = create_app(
        instance.portal, instance.portal_db, configure("portal"), clock=Clock(today), tick=UNSAFE_NO_TICK
    )
    portal = ServedPortal(instance, "")

    def watched(environ: dict[str, Any], start_response: Any) -> Any:
        portal.asked.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return app(environ, start_response)

    server = make_server("127.0.0.1", 0, watched, handler_class=_Quiet)
    portal.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield portal
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _code_words(code: Any) -> str:
    return str(code.as_words(all_wordlists("en")[0]))

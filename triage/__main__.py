"""``python -P -m triage DIR``: serve the back office of one instance."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from intake.database.engines import Databases
from intake.log import Happening, configure
from intake.process import keep_to_itself
from intake.settings import SettingsError, TriageSettings, load_triage
from templates.web.listen import Listen, ListenError
from templates.web.server import serve
from triage.app import create_app


def main(given: Sequence[str] | None = None) -> int:
    """Serve until told to stop. 0: stopped; 1: cannot start, with one line that says why; 2: wrong usage."""
    options = _parser().parse_args(given)
    keep_to_itself()
    log = configure("triage")
    try:
        settings = _settings(options)
        log.note(Happening.STARTED, port=settings.port)
        serve(
            lambda: create_app(settings, Databases.open(settings), log, today=options.today),
            Listen(settings.host, settings.port, settings.https, unix=settings.unix),
        )
    except (SettingsError, ListenError) as error:
        sys.stderr.write(f"triage: {error}\n")
        return 1
    return 0


def _settings(options: argparse.Namespace) -> TriageSettings:
    settings = load_triage(options.directory)
    if options.today is not None and not settings.plays_dates:
        raise SettingsError(
            "--today works on a demo or a rehearsal only: on a real instance nobody may move the date"
        )
    asked = options.host or options.port
    return replace(
        settings,
        host=options.host or settings.host,
        port=options.port or settings.port,
        unix=None if asked else options.socket or settings.unix,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -P -m triage", description=__doc__)
    parser.add_argument("directory", metavar="DIR", type=Path, help="the instance")
    parser.add_argument("--host", metavar="ADDRESS")
    parser.add_argument("--port", metavar="N", type=int)
    parser.add_argument(
        "--socket", metavar="PATH", type=Path, help="for a reverse proxy, in place of host and port"
    )
    parser.add_argument(
        "--today", metavar="DATE", type=date.fromisoformat, help="play a date; on a demo or a rehearsal"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""`underseal portal`, `triage`, `worker`: one process each. The portal replaces this one, so that it never imported triage."""

from __future__ import annotations

import os
import sys
from datetime import date, datetime
from pathlib import Path

import click

from intake.settings import SettingsError, read_public
from triage.cli.input_files import RefusedError
from triage.worker.context import open_context
from triage.worker.loop import Worker

_directory = click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
_host = click.option("--host", metavar="ADDRESS", help="Where to listen; default: as the instance says.")
_port = click.option(
    "--port", type=click.IntRange(1, 65535), metavar="N", help="Default: as the instance says."
)
_today = click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Play a date; on a demo only."
)


@click.command()
@_directory
@_host
@_port
@_today
def portal(directory: Path, host: str | None, port: int | None, today: datetime | None) -> None:
    """Serve the public portal."""
    _become("portal", directory, host, port, today)


@click.command()
@_directory
@_host
@_port
@_today
def triage(directory: Path, host: str | None, port: int | None, today: datetime | None) -> None:
    """Serve the back office."""
    _become("triage", directory, host, port, today)


@click.command()
@_directory
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
@_today
def worker(directory: Path, *, once: bool, today: datetime | None) -> None:
    """Do what is due: notices, expiry, missed duties. Any number may run."""
    context = open_context(directory, today=_played(directory, today))
    running = Worker(context)
    if not once:
        running.run()
    elif not running.round():
        raise RefusedError("something that is due could not be done; the lines above say what")


def _become(module: str, directory: Path, host: str | None, port: int | None, today: datetime | None) -> None:
    played = _played(directory, today)
    options = {"--host": host, "--port": port, "--today": played}
    given = [part for name, value in options.items() if value is not None for part in (name, str(value))]
    os.execv(sys.executable, [sys.executable, "-P", "-m", module, str(directory), *given])  # noqa: S606 - no shell, our own module


def _played(directory: Path, today: datetime | None) -> date | None:
    public = read_public(directory)
    if today is not None and not public.demo:
        raise SettingsError(
            "--today works on a demo only: on a real instance a played date would do what is not due"
        )
    return None if today is None else today.date()

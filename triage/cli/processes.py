"""`underseal portal`, `triage`, `worker`: each replaces this process by its own, which imports no more than it may know."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

import click

from intake.settings import SettingsError, read_public

_directory = click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
_host = click.option("--host", metavar="ADDRESS", help="Where to listen; default: as the instance says.")
_port = click.option(
    "--port", type=click.IntRange(1, 65535), metavar="N", help="Default: as the instance says."
)
_socket = click.option(
    "--socket",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="A socket for a reverse proxy, in place of host and port.",
)
_today = click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Play a date; on a demo or a rehearsal.",
)


@click.command()
@_directory
@_host
@_port
@_socket
@click.option(
    "--onion-socket",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="A second socket, for Tor alone (`underseal onion`).",
)
@_today
def portal(
    directory: Path,
    host: str | None,
    port: int | None,
    socket: Path | None,
    onion_socket: Path | None,
    today: datetime | None,
) -> None:
    """Serve the public portal."""
    where = _where(host, port, socket) + _option("--onion-socket", onion_socket)
    _become("portal", directory, today, where)


@click.command()
@_directory
@_host
@_port
@_socket
@_today
def triage(
    directory: Path, host: str | None, port: int | None, socket: Path | None, today: datetime | None
) -> None:
    """Serve the back office."""
    _become("triage", directory, today, _where(host, port, socket))


@click.command()
@_directory
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
@click.option("--confirm-today", "confirm", is_flag=True,
              help="Two officers confirm the date after a long silence; nothing else is done.")  # fmt: skip
@_today
def worker(directory: Path, *, once: bool, confirm: bool, today: datetime | None) -> None:
    """Do what is due: notices, expiry, missed duties. Any number may run."""
    if confirm:
        # The database and the login, which starting a process does not need.
        from triage.cli.confirm import confirm_today

        confirm_today(directory)
    else:
        _become("triage.worker", directory, today, ["--once"] if once else [])


def _where(host: str | None, port: int | None, socket: Path | None) -> list[str]:
    if socket is not None and (host or port):
        raise click.UsageError("--socket takes the place of --host and --port: give one or the other")
    return _option("--host", host) + _option("--port", port) + _option("--socket", socket)


def _option(name: str, value: str | int | Path | None) -> list[str]:
    return [] if value is None else [name, str(value)]


def _become(module: str, directory: Path, today: datetime | None, options: list[str]) -> None:
    public = read_public(directory)
    if today is not None and not (public.demo or public.rehearsal):
        raise SettingsError(
            "--today works on a demo or a rehearsal only: on a real instance a played date would do what is not due"
        )
    played = _option("--today", None if today is None else today.date().isoformat())
    run_instead(module, [str(directory), *options, *played])


def run_instead(module: str, arguments: list[str]) -> None:
    """Go on as another of this project's processes, which imports no more than it may know. Does not return."""
    command = [sys.executable, "-P", "-m", module, *arguments]
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606 - no shell, our own interpreter and module

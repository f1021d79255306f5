"""Two officers confirm at the terminal what day it is, after a silence that a wrong clock would look like as well."""

from __future__ import annotations

from pathlib import Path

import click

from intake.database.engines import Databases
from intake.roster import RosterReader
from intake.settings import load_triage
from intake.time import Clock
from triage.accounts.login import BusyError, Credentials, LoginService
from triage.accounts.throttle import Throttle
from triage.cli.input_files import RefusedError
from triage.worker.tick import TICK_FILE, Tick

WITNESSES = 2


def confirm_today(directory: Path, clock: Clock | None = None) -> None:
    """Ask two different officers to log in; then the worker takes today as it is. Raises RefusedError, RosterError."""
    clock = clock or Clock()
    settings = load_triage(directory)
    databases = Databases.open(settings)
    try:
        reader = RosterReader(databases, settings.roster_root, settings.seen_file)
        timezone = reader.current(clock.today()).organisation.calendar.timezone
        today = clock.today(timezone)
        click.echo(
            f"The clock says {today}. If that is right, two officers confirm it; missed duties are then acted on."
        )
        service = LoginService(
            databases, reader, Throttle(databases.volatile, settings.web_secret), clock, settings.pepper
        )
        confirmed: set[str] = set()
        while len(confirmed) < WITNESSES:
            confirmed.add(ask_officer(service, confirmed))
        Tick(settings.directory / TICK_FILE).remember(today)
    finally:
        databases.close()
    click.echo(f"{today} is confirmed.")


def ask_officer(service: LoginService, before: set[str], of: int = WITNESSES) -> str:
    """An officer logs in at the terminal, another one than those ``before``. Raises RefusedError."""
    name: str = click.prompt(f"Officer {len(before) + 1} of {of}")
    password: str = click.prompt("Password", hide_input=True)
    code: str = click.prompt("Code")
    try:
        opened = service.log_in(Credentials(name, password, code))
    except BusyError:
        opened = None
    if opened is None:
        raise RefusedError("this login did not succeed; nothing was confirmed")
    if opened[0].id in before:
        raise RefusedError("the second person must be another one; nothing was confirmed")
    return opened[0].id

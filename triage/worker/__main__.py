"""``python -P -m triage.worker DIR``: one worker. It imports nothing that could unlock an officer's key."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from intake.process import keep_to_itself
from intake.roster import RosterError
from intake.settings import SettingsError
from triage.worker.context import open_context
from triage.worker.loop import Worker


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Play a date; on a demo or a rehearsal.",
)
def main(directory: Path, *, once: bool, today: datetime | None) -> None:
    """Do what is due: notices, expiry, missed duties. Any number may run."""
    keep_to_itself()
    try:
        worker = Worker(open_context(directory, today=None if today is None else today.date()))
    except (SettingsError, RosterError) as error:
        raise click.ClickException(str(error)) from None
    if not once:
        worker.run()
    elif not worker.round():
        click.echo("something that is due could not be done; the lines above say what", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main(prog_name="underseal worker")

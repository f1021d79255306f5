"""`underseal rehearse`: a copy of an instance on which deadlines are played."""

from __future__ import annotations

from pathlib import Path

import click

from intake.settings import read_public
from intake.time import Clock
from triage.instances.rehearse import rehearse as make_copy


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("copy", metavar="COPY", type=click.Path(path_type=Path))
def rehearse(directory: Path, copy: Path) -> None:
    """Copy the instance DIR to COPY, where --today plays a date. DIR may go on running and is not changed."""
    left_out = make_copy(directory, copy, Clock().today())
    ports = read_public(copy)
    click.echo(
        f"{copy} is a rehearsal: nothing done in it reaches {directory}, and it opens no case to anybody new."
    )
    if left_out:
        counted = ", ".join(f"{count} {name}" for name, count in left_out.items())
        click.echo(
            f"Left out: {counted}. They do not open, or hold what Underseal never writes: somebody wrote into the database. "
            "The worker tells of it.",
            err=True,
        )
    click.echo(f"Play a day   underseal worker {copy} --once --today 2026-12-31")
    click.echo(f"Look at it   underseal triage {copy} --today 2026-12-31    (port {ports.triage.port})")
    click.echo(f"As reporter  underseal portal {copy} --today 2026-12-31    (port {ports.portal.port})")
    click.echo(
        "It holds all that a backup of the database holds, and none of the files that reports brought: guard it like one, and "
        f"remove it afterwards (rm -r {copy})."
    )

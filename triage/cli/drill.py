"""`underseal drill`: prove that the clocks, notices and escalation of an instance fire."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from intake.filing.office import NobodyCanReceiveError
from intake.time import Clock
from triage.cli.input_files import RefusedError
from triage.instances.drill import drill as play


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
def drill(directory: Path) -> None:
    """File a test report in a copy of DIR, let nobody act, and see whether what must happen does. DIR is not changed."""
    try:
        steps = play(directory, Clock().today())
    except NobodyCanReceiveError:
        raise RefusedError("nobody can receive a report; see `underseal doctor`") from None
    for step in steps:
        click.echo(f"{'ok  ' if step.proved else 'FAIL'} {step.text}")
    if not all(step.proved for step in steps):
        click.echo("a duty could be missed unseen; see `underseal doctor` and the worker's log", err=True)
        sys.exit(1)

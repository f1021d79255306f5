"""`underseal doctor`: the findings, one line each; exit code 1 when something would stop a report."""

from __future__ import annotations

from pathlib import Path

import click

from intake.time import Clock
from triage.instances.doctor import Grade, examine


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.pass_context
def doctor(context: click.Context, directory: Path) -> None:
    """Say what is wrong with an instance, and what to do about it."""
    findings = examine(directory, Clock().today())
    for finding in findings:
        click.echo(f"{finding.grade:<5}{finding.text}")
    if any(finding.grade is Grade.FAIL for finding in findings):
        context.exit(1)

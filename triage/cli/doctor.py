"""`underseal doctor`: the findings, one line each; exit code 1 when something would stop a report."""

from __future__ import annotations

from pathlib import Path

import click

from intake.time import Clock
from triage.instances.doctor import examine
from triage.instances.finding import Grade


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--deep",
    is_flag=True,
    help="Read every sealed file to its end; what is in them only their cases' keys can tell.",
)
@click.pass_context
def doctor(context: click.Context, directory: Path, *, deep: bool) -> None:
    """Say what is wrong with an instance, and what to do about it."""
    findings = examine(directory, Clock().today(), deep=deep)
    for finding in findings:
        click.echo(f"{finding.grade:<5}{finding.text}")
    if any(finding.grade is Grade.FAIL for finding in findings):
        context.exit(1)

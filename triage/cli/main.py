"""The command line, `underseal`: one group, each command in a module of its own."""

from __future__ import annotations

import click

from triage.cli.group import CommandGroup
from triage.cli.init import init
from triage.cli.officers import keys, officer
from triage.cli.processes import portal, triage, worker
from triage.cli.risk import risk, severity
from triage.cli.route import route

COMMANDS: tuple[click.Command, ...] = (init, officer, keys, portal, triage, worker, route, risk, severity)


@click.group(cls=CommandGroup, commands=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="underseal", prog_name="underseal")
def main() -> None:
    """Anonymous whistleblower reporting: sealed to the right officers, provable, never lost."""

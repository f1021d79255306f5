"""The command line, `underseal`: one group, each command in a module of its own."""

from __future__ import annotations

import click

from intake.process import keep_to_itself
from triage.cli.bench import bench
from triage.cli.clean import clean
from triage.cli.demo import demo, totp
from triage.cli.doctor import doctor
from triage.cli.drill import drill
from triage.cli.group import CommandGroup
from triage.cli.init import init
from triage.cli.migrate import migrate
from triage.cli.officers import keys, officer
from triage.cli.processes import portal, triage, worker
from triage.cli.rehearse import rehearse
from triage.cli.risk import risk, severity
from triage.cli.route import route
from triage.cli.verify import verify

COMMANDS: tuple[click.Command, ...] = (
    init, officer, keys, portal, triage, worker, demo, totp, doctor, migrate, rehearse, drill, route, risk, severity,
    clean, verify, bench,
)  # fmt: skip


@click.group(cls=CommandGroup, commands=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="underseal", prog_name="underseal")
def main() -> None:
    """Anonymous whistleblower reporting: sealed to the right officers, provable, never lost."""
    keep_to_itself()

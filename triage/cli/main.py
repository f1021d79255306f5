"""The command line, `underseal`: one group, each command in a module of its own, which is loaded when it is asked for."""

from __future__ import annotations

import click

from intake.process import keep_to_itself
from triage.cli.group import CommandGroup

COMMANDS = {
    "init": "init", "officer": "officers", "keys": "officers", "portal": "processes", "triage": "processes",
    "worker": "processes", "demo": "demo", "totp": "demo", "doctor": "doctor", "migrate": "migrate", "onion": "onion",
    "rehearse": "rehearse", "drill": "drill", "route": "route", "risk": "risk", "severity": "risk", "clean": "clean",
    "verify": "verify", "bench": "bench", "clues": "clues", "pages": "pages", "poster": "poster",
    "portal-mode": "portal_mode",
}  # fmt: skip
"""Command → its module in this folder, where it has its own name."""


@click.group(cls=CommandGroup, modules=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="underseal", prog_name="underseal")
def main() -> None:
    """Anonymous whistleblower reporting: sealed to the right officers, provable, never lost."""
    keep_to_itself()

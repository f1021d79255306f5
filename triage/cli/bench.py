"""`underseal bench`: the same as `make bench`, from a checkout; the installed package has no benches."""

from __future__ import annotations

import importlib.util
import os
import sys

import click

from triage.cli.input_files import RefusedError


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, metavar="[NAME…] [--json]")
def bench(arguments: tuple[str, ...]) -> None:
    """Print what the expensive acts cost, as ratios; exit code 1 when a goal is missed."""
    if importlib.util.find_spec("bench") is None:
        raise RefusedError("the benches are not installed; run this in a checkout, or `make bench`")
    os.execv(sys.executable, [sys.executable, "-m", "bench", *arguments])  # noqa: S606 - no shell, our own module

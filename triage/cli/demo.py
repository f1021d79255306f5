"""`underseal demo`: everything in one command, until interrupted. `underseal totp`: a demo officer's current code."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import click

from intake.time import Clock
from triage.accounts.second_factor import STEP_SECONDS, code_at
from triage.cli.input_files import RefusedError
from triage.instances.children import Children, ChildrenError, is_free
from triage.instances.demo import DemoPlan, ensure_demo, file_cases, officer_to_try, read_demo

DEFAULT_DIRECTORY = Path("instance/demo")


@click.command()
@click.argument("directory", metavar="[DIR]", type=click.Path(path_type=Path), default=DEFAULT_DIRECTORY)
@click.option("--portal-port", type=click.IntRange(1, 65535), default=8400, show_default=True, metavar="N")
@click.option("--triage-port", type=click.IntRange(1, 65535), default=8401, show_default=True, metavar="N")
@click.option(
    "--cases", type=click.IntRange(0, 10_000), default=0, metavar="N", help="File N believable reports."
)
def demo(directory: Path, portal_port: int, triage_port: int, cases: int) -> None:
    """Run a whole instance with an invented country: portal, back office and worker, on this machine only."""
    if portal_port == triage_port:
        raise click.UsageError("--portal-port and --triage-port must differ")
    for port, option in ((portal_port, "--portal-port"), (triage_port, "--triage-port")):
        if not is_free(port):
            raise RefusedError(
                f"port {port} is in use; stop what listens there, or choose another with {option} N"
            )
    clock = Clock()
    plan = DemoPlan(
        directory=directory, portal_port=portal_port, triage_port=triage_port, today=clock.today()
    )
    known = ensure_demo(plan, _progress("Making accounts"))
    if cases:
        file_cases(directory, cases, clock, _progress("Filing reports"))
    children = Children(_commands(plan), directory / "demo.log")
    try:
        children.start([known["portal"], known["triage"]])
        _say_where(directory, known, officer_to_try(directory, known, clock.today()))
        children.watch()
    except ChildrenError as error:
        raise RefusedError(str(error)) from None
    finally:
        children.stop()
    click.echo("Stopped. The same command continues with the same data.")


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("name", metavar="NAME")
def totp(directory: Path, name: str) -> None:
    """Print the current code of a demo's officer. Only a demo keeps its officers' secrets."""
    officers = {officer["name"]: officer for officer in read_demo(directory)["officers"]}
    if name not in officers:
        raise RefusedError(f"the demo has no officer {name}; {directory / 'demo.json'} lists all")
    now = int(time.time())
    click.echo(code_at(officers[name]["totp_secret"], now))
    click.echo(f"valid for {STEP_SECONDS - now % STEP_SECONDS} more seconds, for one login", err=True)


def _commands(plan: DemoPlan) -> dict[str, list[str]]:
    python = [sys.executable, "-P", "-m"]
    return {
        "portal": [*python, "portal", str(plan.directory), "--port", str(plan.portal_port)],
        "triage": [*python, "triage", str(plan.directory), "--port", str(plan.triage_port)],
        "worker": [*python, "triage.worker", str(plan.directory)],
    }


def _say_where(directory: Path, known: dict[str, Any], officer: dict[str, Any]) -> None:
    program = Path(sys.argv[0])
    command = program if program.name == "underseal" else Path("underseal")
    click.echo(
        f"Portal       {known['portal']}    file a report here; one that names nobody goes to the top office"
    )
    click.echo(f"Back office  {known['triage']}    log in as  {officer['name']}")
    click.echo(f"Password     {officer['password']}")
    click.echo(f"Code         {command} totp {directory} {officer['name']}")
    click.echo(f"Everybody    {directory / 'demo.json'}    Ctrl-C stops everything; the data stays.")


def _progress(label: str) -> Any:
    def show(done: int, total: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{label}: {done} of {total}", err=True, nl=done == total)
        elif done in (1, total):
            click.echo(f"{label}: {done} of {total}", err=True)

    return show

"""`underseal keys recover` and `keys rotate-recovery`. Trustees type their shares at a terminal: neither shown nor kept."""

from __future__ import annotations

from pathlib import Path

import click
from shamir_mnemonic import MnemonicError

from crypto.errors import CryptoError
from crypto.keys import KeyPair
from intake.database.engines import Databases
from intake.recovery import Given, RecoveryError, Trustees
from intake.recovery import recover as recover_case
from intake.roster import RosterReader
from intake.settings import TriageSettings, load_triage
from intake.time import Clock
from triage.accounts.login import LoginService
from triage.accounts.throttle import Throttle
from triage.cli.confirm import ask_officer
from triage.cli.input_files import RefusedError
from triage.cli.terminal import TRIES, is_terminal
from triage.instances.ceremony import Gathered, Threshold, make_shares, render_new_shares
from triage.instances.officers import open_registry

_directory = click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))


@click.command()
@_directory
@click.option("--case", required=True, metavar="ID", help="The case's id, or its first eight characters.")
@click.option("--to", required=True, multiple=True, metavar="OFFICER", help="Who gets the case; repeatable.")
@click.option("--why", default="", metavar="TEXT",
              help="The reason, which reporter and level above read. Needed while somebody can open the case.")  # fmt: skip
def recover(directory: Path, case: str, to: tuple[str, ...], why: str) -> None:
    """Trustees give a case that nobody can open to officers who may have it. The case opens to nobody here."""
    if not is_terminal():
        raise RefusedError("trustees type their shares at a terminal; they are taken from nowhere else")
    settings = load_triage(directory)
    databases = Databases.open(settings)
    try:
        given = _recover(settings, databases, case, to, why)
    except RecoveryError as error:
        raise RefusedError(str(error)) from None
    except MnemonicError:
        raise RefusedError("these shares do not belong together; nothing was done") from None
    except CryptoError:
        raise RefusedError("this case does not open: it was altered; restore a backup first") from None
    finally:
        databases.close()
    click.echo(
        f"{', '.join(to)} can open case {given.case[:8]} now. The reporter and the level above read why."
    )
    click.echo(f"The recovery key has been whole here: run underseal keys rotate-recovery {directory}")


def _recover(
    settings: TriageSettings, databases: Databases, case: str, to: tuple[str, ...], why: str
) -> Given:
    clock = Clock()
    reader = RosterReader(databases, settings.roster_root, settings.seen_file)
    today = clock.today(reader.current(clock.today()).organisation.calendar.timezone)
    gathered = _ask_shares()
    if gathered.needed == 1:
        click.echo(
            "This key lies in one share. One person alone breaks no glass: an officer logs in as well."
        )
        throttle = Throttle(databases.volatile, settings.web_secret)
        # Whoever gets the case is not the second person.
        ask_officer(
            LoginService(databases, reader, throttle, clock, settings.pepper), set(to), of=len(to) + 1
        )
    trustees = Trustees(gathered.key(), reader.current(today), settings.gate, today)
    with databases.state.begin() as session:
        return recover_case(session, case, to, why, trustees)


def _ask_shares() -> Gathered:
    """Raises click.Abort after too many tries or Ctrl-C."""
    gathered = Gathered()
    while not gathered.enough:
        of = "" if gathered.needed is None else f" of {gathered.needed}"
        for _ in range(TRIES):
            fault = gathered.add(
                click.prompt(f"Share {gathered.next}{of}, in one line; it is not shown", hide_input=True)
            )
            if not fault:
                break
            click.echo(f"Please type this share again: {fault}.")
        else:
            click.echo("Nothing was done; start again with the right shares.")
            raise click.Abort
    return gathered


@click.command("rotate-recovery")
@_directory
@click.option(
    "--shares", default="3/5", metavar="K/N", help="How many of how many trustees it takes (default 3/5)."
)
@click.option("--roster-key", type=click.Path(path_type=Path), metavar="PATH",
              help="Where roster.key is, once it was moved offline.")  # fmt: skip
def rotate_recovery(directory: Path, shares: str, roster_key: Path | None) -> None:
    """A new recovery key, and its shares, printed once. Needed after the key was used, and when a share was lost."""
    try:
        threshold = Threshold.from_text(shares)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    with open_registry(directory, roster_key) as registry:
        pair = KeyPair.generate()
        # Before anything is stored: shares that nobody saw would be shares that nobody has.
        click.echo(render_new_shares(threshold, make_shares(pair, threshold)))
        roster = registry.rotate_recovery(pair.public)
    click.echo(
        f"Roster {roster.number} names the new recovery key. New cases are sealed to it at once, the others as officers"
    )
    click.echo(
        "act in them. `underseal doctor` says how many are left; until then keep the old shares as well."
    )

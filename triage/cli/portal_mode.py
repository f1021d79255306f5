"""`underseal portal-mode`: close the portal to new reports, or open it again, on every machine and without a restart."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError, IntegrityError

from intake.database.engines import Databases
from intake.portal_mode import FRESH, PortalMode, newest_turn, turn_to
from intake.settings import load_triage
from intake.time import Clock
from triage.cli.input_files import RefusedError


@click.command("portal-mode")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.argument(
    "mode", metavar="[MODE]", type=click.Choice([mode.value for mode in PortalMode]), required=False
)
def portal_mode(directory: Path, mode: str | None) -> None:
    """Say or turn the switch of the portal of DIR. MODE: open, or read-mail-only.

    While it is read-mail-only nobody begins or files a report; mailboxes work as always. The first page says it, and the
    worker tells the oversight board, the office outside and every head, with the day.
    """
    databases = Databases.open(load_triage(directory))
    try:
        if mode is not None:
            _turn(databases, PortalMode(mode))
        with databases.reading() as session:
            newest = newest_turn(session)
    except DBAPIError as error:
        raise RefusedError(f"the database does not answer ({type(error.orig).__name__})") from None
    finally:
        databases.close()
    since = "" if newest.since is None else f" since {newest.since}"
    click.echo(f"The portal is {newest.mode}{since}.")


def _turn(databases: Databases, mode: PortalMode) -> None:
    try:
        with databases.state.begin() as session:
            turned = turn_to(session, mode, Clock().today())
    except IntegrityError:
        raise RefusedError("somebody turned the switch in the same moment; look again") from None
    if turned:
        click.echo(
            f"Every process of the portal obeys within {FRESH} seconds; the board is told by the worker."
        )

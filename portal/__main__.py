"""``python -P -m portal DIR``: the public portal as a process of its own. It reads portal.secret and no other secret."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from intake.database.engines import Databases
from intake.log import Happening, configure
from intake.process import keep_to_itself
from intake.settings import SettingsError, load_portal
from intake.time import Clock
from portal.app import create_app, read_guidance
from templates.web.app import StrictFlask
from templates.web.server import Listen, ListenError, serve


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--host", help="Where to listen; the instance's settings say otherwise.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Which port; the instance's settings say otherwise."
)
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="Another day, on a demo or a rehearsal.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="How many processes."
)
def main(directory: Path, host: str | None, port: int | None, today: datetime | None, workers: int) -> None:
    """Serve the portal of the instance in DIRECTORY until interrupted."""
    keep_to_itself()
    try:
        settings = load_portal(directory)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    if today is not None and not settings.plays_dates:
        raise click.UsageError("--today works only on a demo, or on a copy made by `underseal rehearse`")
    clock = Clock(None if today is None else today.date())
    log = configure("portal")
    listen = Listen(host or settings.host, port or settings.port, settings.https, workers)

    def load() -> StrictFlask:
        pages = read_guidance(settings, log).keep_fresh()
        return create_app(settings, Databases.open(settings), log, clock=clock, guidance=pages)

    log.note(Happening.STARTED, port=listen.port)
    try:
        serve(load, listen)
    except ListenError as error:
        raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    main()

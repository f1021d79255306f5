"""``python -P -m portal DIR``: the public portal as a process of its own. It reads portal.secret and no other secret."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from intake.database.engines import Databases
from intake.log import Happening, configure
from intake.process import keep_to_itself
from intake.settings import PortalSettings, SettingsError, load_portal
from intake.time import Clock
from portal.app import create_app, read_guidance
from portal.flood.secret import DaySecret
from templates.web.app import StrictFlask
from templates.web.listen import Listen, ListenError
from templates.web.server import serve


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--host", help="Where to listen; the instance's settings say otherwise.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Which port; the instance's settings say otherwise."
)
@click.option(
    "--socket",
    type=click.Path(path_type=Path),
    help="A socket for a reverse proxy, in place of host and port.",
)
@click.option(
    "--onion-socket",
    type=click.Path(path_type=Path),
    help="A second socket, for Tor alone; each stream must begin with its circuit.",
)
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="Another day, on a demo or a rehearsal.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="How many processes."
)
def main(
    directory: Path,
    host: str | None,
    port: int | None,
    socket: Path | None,
    onion_socket: Path | None,
    today: datetime | None,
    workers: int,
) -> None:
    """Serve the portal of the instance in DIRECTORY until interrupted."""
    keep_to_itself()
    try:
        settings = _settings(load_portal(directory), host, port, socket, onion_socket)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    if today is not None and not settings.plays_dates:
        raise click.UsageError("--today works only on a demo, or on a copy made by `underseal rehearse`")
    clock = Clock(None if today is None else today.date())
    # Before the processes are forked: they make the same keys of the day, and no file holds what they make them with.
    secret = DaySecret(clock)
    log = configure("portal")
    listen = Listen(
        settings.host, settings.port, settings.https, workers, unix=settings.unix, onion=settings.onion
    )

    def load() -> StrictFlask:
        pages = read_guidance(settings, log).keep_fresh()
        return create_app(
            settings, Databases.open(settings), log, clock=clock, day_secret=secret, guidance=pages
        )

    log.note(Happening.STARTED, port=listen.port)
    try:
        serve(load, listen)
    except ListenError as error:
        raise click.ClickException(str(error)) from None


def _settings(
    settings: PortalSettings, host: str | None, port: int | None, unix: Path | None, onion: Path | None
) -> PortalSettings:
    """With what the command line says in place of the file's. A port that is asked for is not passed over for a socket."""
    if unix is not None and (host or port):
        raise click.UsageError("--socket takes the place of --host and --port: give one or the other")
    return replace(
        settings,
        host=host or settings.host,
        port=port or settings.port,
        unix=None if host or port else unix or settings.unix,
        onion=onion or settings.onion,
    )


if __name__ == "__main__":
    main()

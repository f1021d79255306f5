"""``python -P -m portal.preview DIR``: the office's own pages as the portal would show them, on this machine alone.

It reads the public settings and the pages, no secret and no database: whoever writes for reporters needs neither.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

import click
from flask.typing import ResponseReturnValue

from intake.guidance.shelf import Guidance, Languages
from intake.log import configure
from intake.process import keep_to_itself
from intake.settings import WEB_SECRET_BYTES, SettingsError, read_public
from portal.app import TITLE
from portal.services import Informing
from portal.views.advice import health
from portal.views.guidance import guidance, guidance_page, install
from portal.views.leaving import BACK_TO, language
from templates.loader import Side
from templates.web.app import StrictFlask, Web, make_app
from templates.web.link_words import link_words
from templates.web.listen import Listen, ListenError
from templates.web.log import Trouble
from templates.web.routes import Route, see_other
from templates.web.server import serve

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Preview:
    """What the views get instead of the portal's services."""

    name: str
    guidance: Guidance


def start(_services: Informing) -> ResponseReturnValue:
    """The first page is the list."""
    return see_other("/guidance")


ROUTES = (
    Route("/", start),
    Route("/guidance", guidance),
    Route("/guidance/<page>", guidance_page),
    Route("/language/<tag>", language, query=frozenset({BACK_TO})),
    Route("/health", health),
)


def create_preview(directory: Path) -> StrictFlask:
    """The application: pages are read again at each look. Raises SettingsError."""
    public = read_public(directory)
    pages = Guidance(directory, Languages.of(public.language, link_words()))
    web = Web(
        side=Side.PORTAL,
        title=TITLE,
        secret=secrets.token_bytes(WEB_SECRET_BYTES),
        https=False,
        language=public.language,
        log=_quiet,
    )
    app = make_app(web, ROUTES, Preview(public.name, pages))
    install(app, pages)
    app.jinja_env.globals.update(site_address=public.site.address, site_onion=public.site.onion)
    app.before_request(pages.refresh)
    return app


def _quiet(_trouble: Trouble, error: BaseException) -> None:
    """Nobody but the writer looks at this, and what goes wrong is theirs to see."""
    click.echo(f"{type(error).__name__}: {error}", err=True)


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--port", type=click.IntRange(1, 65535), default=8402, show_default=True)
def main(directory: Path, port: int) -> None:
    """Serve the pages of the instance in DIRECTORY until interrupted."""
    keep_to_itself()
    try:
        create_preview(directory)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    configure("underseal")
    click.echo(
        f"The pages are at http://{HOST}:{port}/ until you press Ctrl-C. A change is there when you reload."
    )
    try:
        serve(lambda: create_preview(directory), Listen(HOST, port, https=False, workers=1))
    except ListenError as error:
        raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    main()

"""`underseal poster`: a poster or wallet cards with the portal's addresses, as PDF. It reads the public settings alone."""

from __future__ import annotations

from pathlib import Path

import click

from intake.settings import SETTINGS_FILE, PublicSettings, read_public
from templates.web.language import LANGUAGES
from triage.cli.input_files import RefusedError
from triage.paper.fonts import NoFontError, Script, fonts_for
from triage.paper.make import SCRIPTS, SIZES, Kind, Only, Paper, TooMuchError, addresses_of, cards
from triage.paper.make import poster as wall
from triage.paper.words import words_in

_OUT_MODE = 0o644


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--language", "tag", required=True, type=click.Choice(list(LANGUAGES)), help="What it is written in."
)
@click.option(
    "--out", required=True, metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="The PDF."
)
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), default=Kind.POSTER.value, show_default=True,
              help="Cards name no organisation and no purpose.")  # fmt: skip
@click.option("--size", type=click.Choice(list(SIZES)), default="a4", show_default=True, help="The paper.")
@click.option(
    "--only", type=click.Choice([only.value for only in Only]), help="One address, where there are two."
)
@click.option("--font", "own", multiple=True, metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
              help="A font to use before this machine's own; repeat it.")  # fmt: skip
def poster(
    directory: Path, tag: str, out: Path, kind: str, size: str, only: str | None, own: tuple[Path, ...]
) -> None:
    """Print where the portal is: a poster, or a sheet of cards to cut."""
    public = read_public(directory)
    try:
        data = _made(public, tag, Kind(kind), size, None if only is None else Only(only), own)
    except (NoFontError, TooMuchError) as error:
        raise RefusedError(str(error)) from None
    # Beside it first: a full disk must not leave half a poster under the name of a whole one.
    draft = out.with_name(f".{out.name}.part")
    draft.write_bytes(data)
    draft.chmod(_OUT_MODE)
    draft.replace(out)
    click.echo(f"{out}: read docs/operations.md on where to hang it before you print it")


def _made(
    public: PublicSettings, tag: str, kind: Kind, size: str, only: Only | None, own: tuple[Path, ...]
) -> bytes:
    words = words_in(tag)
    addresses = addresses_of(public.site.site(), words, only)
    if not addresses:
        raise RefusedError(
            f'the table [site] of {SETTINGS_FILE} names no such address; add address = "https://…", or onion = "http://….onion"'
        )
    name = " ".join(public.name.split())
    printed = [
        *words.printed(),
        *([name] if kind is Kind.POSTER else []),
        *(each.address for each in addresses),
    ]
    fonts = fonts_for(printed, SCRIPTS.get(tag, Script.LATIN), own)
    paper = Paper(LANGUAGES[tag], words, addresses, SIZES[size], fonts)
    return wall(paper, name) if kind is Kind.POSTER else cards(paper)

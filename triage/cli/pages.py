"""`underseal pages`: the pages that an office writes for reporters, checked and shown before anybody reads them."""

from __future__ import annotations

from pathlib import Path

import click

from intake.guidance.folder import FOLDER, Folder, read_folder
from intake.guidance.shelf import Languages
from intake.settings import read_public
from templates.web.link_words import link_words
from triage.cli.processes import run_instead

_SHOWN, _NOTED, _LEFT_OUT = "shown", "note", "FAULT"


@click.group()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.pass_context
def pages(context: click.Context, directory: Path) -> None:
    """Look after the pages in DIR/pages/LANGUAGE/NAME.md."""
    context.obj = directory


@pages.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Say of each page whether it is shown, and what is shown otherwise than it was typed."""
    folder = _say(context.obj)
    if any(not fault.shown for fault in folder.faults):
        context.exit(1)


@pages.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8402, show_default=True, metavar="N")
@click.pass_context
def preview(context: click.Context, port: int) -> None:
    """Show the pages in a browser on this machine as the portal will, until interrupted."""
    _say(context.obj)
    run_instead("portal.preview", [str(context.obj), "--port", str(port)])


def _say(directory: Path) -> Folder:
    languages = Languages.of(read_public(directory).language, link_words())
    folder = read_folder(directory, languages.marks)
    for found in folder.pages.values():
        for page in found.values():
            click.echo(f"{_SHOWN:<6}{page.tag}/{page.name}.md: {page.title}")
    for fault in [*folder.faults, *languages.missing(folder)]:
        click.echo(f"{_NOTED if fault.shown else _LEFT_OUT:<6}{fault}")
    if not folder.pages and not folder.faults:
        click.echo(
            f"There are no pages yet: write one as {directory / FOLDER}/{languages.default}/whom-to-call.md"
        )
    return folder

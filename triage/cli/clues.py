"""`underseal clues`: what in a text could point at its writer, by the very code that the portal runs. It keeps nothing."""

from __future__ import annotations

import json
import sys

import click

from intake.clues import LANGUAGES, MAX_TEXT, clues_in
from triage.cli.input_files import RefusedError

_MOST_BYTES = 4  # of one character in UTF-8


class UnreadableError(RefusedError):
    """Exit code 2, and one line."""

    exit_code = 2


@click.command()
@click.option(
    "--language",
    "tag",
    default=None,
    metavar="TAG",
    help=f"One of {', '.join(LANGUAGES)}; without it the script says.",
)
def clues(tag: str | None) -> None:
    """Print the passages of the text on standard input that could point at its writer, as JSON."""
    if tag is not None and tag not in LANGUAGES:
        raise UnreadableError(
            f"--language is one of {', '.join(LANGUAGES)}; leave it out to go by the script of the text"
        )
    found = clues_in(_text(), None if tag is None else [tag])
    entries = [
        {"start": clue.start, "end": clue.end, "kind": clue.kind.value, "advice": clue.advice}
        for clue in found
    ]
    click.echo(json.dumps(entries, indent=2, ensure_ascii=False))


def _text() -> str:
    most = MAX_TEXT * _MOST_BYTES
    raw = sys.stdin.buffer.read(most + 1)
    try:
        text = raw.decode("utf-8") if len(raw) <= most else None
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"byte {error.start} is not UTF-8; save the text as UTF-8 and try again"
        ) from None
    if text is None or len(text) > MAX_TEXT:
        raise UnreadableError(f"the text has more than {MAX_TEXT:,} characters; give it in parts")
    return text

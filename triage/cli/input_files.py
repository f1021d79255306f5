"""Reading the files that a command is given: one line says what is wrong and what to do, one more names each fault.

It knows no command and no format.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeVar

import click

from intake.strict_json import FaultyInputError

Loaded = TypeVar("Loaded")


class RefusedError(click.ClickException):
    """Exit code 1 with a message on standard error."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        """The message as it is: no prefix that a script would have to strip."""
        click.echo(self.message, file=file, err=file is None)


def load(path: Path, loader: Callable[[bytes], Loaded], *, limit: int) -> Loaded:
    """What `loader` makes of the file's bytes (at most `limit`, and no more is read). Raises RefusedError."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(limit + 1)
    except OSError as error:
        raise RefusedError(
            f"{path}: cannot be read ({error.strerror}); check the path and its permissions"
        ) from None
    try:
        return loader(raw)
    except FaultyInputError as error:
        raise RefusedError(
            "\n".join([f"{path}: {error}", *(f"  {fault}" for fault in error.faults)])
        ) from None

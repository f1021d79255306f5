"""The command group: known failures become one line on standard error and exit code 1, never a stack trace.

A command's module is loaded when the command is asked for: most need neither the database nor the parsers of another one.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from intake.strict_json import FaultyInputError
from triage.cli.input_files import RefusedError


class CommandGroup(click.Group):
    """A group whose commands may raise what our modules raise."""

    def __init__(self, *arguments: Any, modules: Mapping[str, str] | None = None, **options: Any) -> None:
        """``modules``: command → the module of ``triage.cli`` that has it under its own name, dashes as underscores."""
        super().__init__(*arguments, **options)
        self._modules = modules or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the alphabet."""
        return sorted({*super().list_commands(ctx), *self._modules})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, loaded now; None when there is none of this name."""
        if cmd_name in self._modules:
            module = import_module(f"triage.cli.{self._modules[cmd_name]}")
            found: click.Command = getattr(module, cmd_name.replace("-", "_"))
            return found
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Raises click's exceptions only."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if (words := _words_for(error)) is None:
                raise
            raise RefusedError(words) from None


_ONE_LINE = (
    ("intake.settings", "SettingsError"), ("triage.instances.make", "MakingError"), ("intake.roster", "RosterError"),
    ("intake.evidence.store.protocol", "StoreError"),
)  # fmt: skip
"""Failures whose text is the line to show. One whose module was never loaded cannot have been raised."""


def _words_for(error: Exception) -> str | None:
    """What a known failure says; None for one that is not known, and for a reader of our output who has gone."""
    if any(_is_a(error, *known) for known in _ONE_LINE):
        return str(error)
    if isinstance(error, FaultyInputError):
        return "\n".join([str(error), *(f"  {fault}" for fault in error.faults)])
    if _is_a(error, "sqlalchemy.exc", "DBAPIError"):
        reason = str(getattr(error, "orig", "")).strip().splitlines()[0]
        return f"the database refused: {reason}; see `underseal doctor`"
    if isinstance(error, OSError) and error.errno != errno.EPIPE:
        where = error.filename or "the output"
        return f"{where} cannot be used ({error.strerror}); make room, or check the path and its permissions"
    return None


def _is_a(error: Exception, module: str, name: str) -> bool:
    return module in sys.modules and isinstance(error, getattr(sys.modules[module], name))

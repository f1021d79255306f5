"""The command group: known failures become one line on standard error and exit code 1, never a stack trace."""

from __future__ import annotations

import errno
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from intake.evidence.store.protocol import StoreError
from intake.roster import RosterError
from intake.settings import SettingsError
from intake.strict_json import FaultyInputError
from triage.cli.input_files import RefusedError
from triage.instances.make import MakingError

_ONE_LINE = (SettingsError, MakingError, RosterError, StoreError)


class CommandGroup(click.Group):
    """A group whose commands may raise what our modules raise."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Raises click's exceptions only."""
        try:
            return super().invoke(ctx)
        except _ONE_LINE as error:
            raise RefusedError(str(error)) from None
        except FaultyInputError as error:
            raise RefusedError("\n".join([str(error), *(f"  {fault}" for fault in error.faults)])) from None
        except DBAPIError as error:
            reason = str(error.orig).strip().splitlines()[0]
            raise RefusedError(f"the database refused: {reason}; see `underseal doctor`") from None
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # whoever reads our output has gone: click ends quietly
            where = error.filename or "the output"
            raise RefusedError(
                f"{where} cannot be used ({error.strerror}); make room, or check the path and its permissions"
            ) from None

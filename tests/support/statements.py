"""What is asked of the databases while something is done: the statements, without their values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

_GOES_ON = "UPDATE sessions SET expires="


@contextmanager
def asked() -> Iterator[list[str]]:
    """Every statement that any engine of this process sends, in order; how often each was sent counts. That a session
    goes on is written once a minute and is no part of what is asked.
    """
    statements: list[str] = []

    def keep(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(_GOES_ON):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", keep)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", keep)

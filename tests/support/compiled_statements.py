"""Statements compiled once in a process. A server opens its database once and compiles each statement once anyway; the stories
open thousands, and each would put every statement together again.
"""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import immutabledict


def _same_kind(self: DefaultDialect, other: object) -> bool:
    return type(self) is type(other)


def _hash_of_kind(self: DefaultDialect) -> int:
    return hash(type(self))


def compile_statements_once() -> None:
    """For every engine that this process makes from now on: one cache, in which all databases of a kind are the same."""
    DefaultDialect.__eq__ = _same_kind  # type: ignore[method-assign, assignment]
    DefaultDialect.__hash__ = _hash_of_kind  # type: ignore[method-assign, assignment]
    Engine._execution_options = immutabledict({"compiled_cache": {}})

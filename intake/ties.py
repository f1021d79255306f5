"""A tie as it stands in documents that officers sign: one form, in declarations and in appointments. Knows neither."""

from __future__ import annotations

from typing import Any

from crypto.errors import MalformedError
from intake.organisation import Tie, TieType
from intake.strict_json import MAX_ID, parsed_date


def tie_document(tie: Tie) -> dict[str, Any]:
    """What stands in the document, which says itself whose tie it is."""
    return {
        "type": tie.type.value,
        "target": tie.target,
        "until": None if tie.until is None else tie.until.isoformat(),
    }


def tie_from(officer: str, entry: dict[str, Any]) -> Tie:
    """Undo ``tie_document``. Raises MalformedError, KeyError, TypeError, ValueError."""
    target, until = entry["target"], entry["until"]
    if not isinstance(target, str) or not 1 <= len(target) <= MAX_ID:
        raise MalformedError("a declared tie has no target")
    day = None if until is None else parsed_date(until)
    if until is not None and day is None:
        raise MalformedError("a declaration holds no date where one belongs")
    return Tie(officer=officer, type=TieType(entry["type"]), target=target, until=day)

"""The sealed original in a case that was split off: whole, with its reporter's signature and place, as it was filed.

Around it lies what the officer who made the part signed: which allegations it is for, and how the rules stood for the whole
report by then. No edited copy is possible: whoever reads a part checks the reporter's own signature (mechanism 31), and that
nobody who was kept out of the report was let in by the split.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crypto.encoding import from_text, to_text
from crypto.errors import BrokenSealError, MalformedError
from crypto.item import ItemPlace, OpenedItem
from intake.database.case_tables import ItemKind
from intake.intake_types import after_turns, type_of

ORIGINAL = "original"
STANDING = ("facts", "decision", "severity", "risk", "involved", "parts", "sat", "assessed", "brought")
"""What stands in the place of the original's own, or beside it, because it changed until the split."""
_FIXED = ("subjects", "bodies", "region", "reporter_unit", "entry_unit")


def whole(original: OpenedItem) -> dict[str, str]:
    """The original as a part holds it."""
    return {
        "case": original.place.case,
        "item": original.place.item,
        "content": to_text(original.content),
        "signature": to_text(original.signature),
    }


def original_in(content: Mapping[str, Any]) -> OpenedItem | None:
    """The original that a part holds, its signature still to be checked; None in the original itself. Raises MalformedError."""
    if ORIGINAL not in content:
        return None
    held = content[ORIGINAL]
    try:
        place = ItemPlace(ItemKind.REPORT.value, held["case"], held["item"])
        return OpenedItem(place, from_text(held["content"]), from_text(held["signature"]))
    except (KeyError, TypeError) as error:
        raise MalformedError("a part of a report lacks the original") from error


def report_in(original: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    """The report as the part's people read it: the original, with what the rules say by now, and the part's own allegations.

    Raises BrokenSealError when the part is for fewer people, or leaves somebody in who was excluded: nobody splits a report to
    get round the rules.
    """
    try:
        before, now = original["facts"], content["facts"]
        softer = (
            any(before.get(name) != now.get(name) for name in _FIXED)
            or not set(before["witnesses"]) <= set(now["witnesses"])
            or not original["decision"]["excluded_officers"].keys()
            <= content["decision"]["excluded_officers"].keys()
            or original["decision"]["rule_version"] != content["decision"]["rule_version"]
            or not _are_texts(content["allegations"])
            or after_turns(type_of(original["answers"].get("intake", "")), [content["brought"]])
            != content["brought"]
        )
        standing = {name: content[name] for name in STANDING}
    except (AttributeError, KeyError, TypeError) as error:
        raise MalformedError("a part of a report lacks something") from error
    if softer:
        raise BrokenSealError("a part of a report forgets what the whole report says")
    own = {name: content[name] for name in ("custody", "allegations", "words")}
    return {**original, **standing, **own}


def _are_texts(value: object) -> bool:
    return isinstance(value, Sequence) and bool(value) and all(isinstance(entry, str) for entry in value)

"""Which acts leave a statement, and what it says: a few words that give no content, no case, no office and nobody's name. Pure.

A statement is committed to with its event and never stored: whoever has the event makes it again. So what a kind says may grow
by a new field, which older statements lack; nothing here is ever renamed or taken away.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from crypto.encoding import canonical_json, to_text
from crypto.keys import PublicKeys
from crypto.statement import StatementKeys, commit, hide_name, nonce_after, report_name
from intake.database.log_tables import WaitingStatement
from intake.events import EventKind

VERSION = 1
MARK = "statements"
"""In the data of a filing: from which version of this on its acts leave statements. Earlier cases do not have it."""
MAX_TEXT = 300  # characters of one field
FILED = EventKind.FILED.value
STATED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        FILED: ("rules",),
        EventKind.ACKNOWLEDGED.value: (),
        EventKind.TOLD.value: (),
        EventKind.CLOSED.value: (),
        EventKind.REOPENED.value: (),
        EventKind.REVIEW_ASKED.value: (),
        EventKind.COMPLAINED.value: (),
        EventKind.CHECKED_IN.value: (),
        EventKind.DETRIMENT.value: ("code", "when", "post", "act", "stage", "victim"),
    }
)
"""Kind of event → what of its data the statement repeats, where it is there. The date is in each."""


def filing(keys: StatementKeys, reporter: PublicKeys, day: date, rules: str) -> dict[str, Any]:
    """What the filing of a report states. It names the report in a way that only its reporter can open."""
    return {
        "v": VERSION,
        "kind": FILED,
        "date": day.isoformat(),
        "rules": rules,
        "key": to_text(keys.public),
        "report": to_text(hide_name(keys.opening, report_name(reporter))),
    }


def later(kind: str, day: date, data: Mapping[str, Any], reporter: PublicKeys) -> dict[str, Any] | None:
    """What any other act states; None for one that leaves no statement."""
    if kind == FILED or kind not in STATED:
        return None
    texts = {name: _shown(data[name]) for name in STATED[kind] if isinstance(data.get(name), str)}
    said = {name: text for name, text in texts.items() if is_text(text)}
    return {
        **said,
        "v": VERSION,
        "kind": kind,
        "date": day.isoformat(),
        "report": to_text(report_name(reporter)),
    }


def is_text(value: object) -> bool:
    """Whether a statement may repeat this: a short text in one line, which nothing in it turns round or hides."""
    return isinstance(value, str) and len(value) <= MAX_TEXT and value.isprintable()


def _shown(text: str) -> str:
    return "".join(char for char in text if char.isprintable())


def committed(nonce: bytes, statement: Mapping[str, Any]) -> bytes:
    """The commitment to a statement, under its own nonce."""
    return commit(nonce, canonical_json(dict(statement)))


def waiting_beside(
    event_nonce: bytes, kind: EventKind, day: date, data: Mapping[str, Any], reporter: PublicKeys
) -> list[WaitingStatement]:
    """What waits for the log beside an event: one row, or none."""
    statement = later(kind.value, day, data, reporter)
    if statement is None:
        return []
    return [WaitingStatement(commitment=committed(nonce_after(event_nonce), statement))]

"""A deletion as it is proved: one event, sealed to the reporter, committed to the log, and a row that the gate signed.

The row names the case by a hash. Whoever has the case's id finds it: the reporter, whose mailbox row says it, and whoever
restores a backup in which the case still lies. Nobody learns from it which case was deleted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import commitment
from crypto.encoding import canonical_json, from_text, pack, parse_object, to_text
from crypto.errors import BadSignatureError, MalformedError
from crypto.item import ItemPlace, OpenedItem, open_item
from crypto.keys import KeyPair, PublicKeys
from intake.database.retention_tables import DeletionRow
from intake.database.rows import StoredDeletion
from intake.events import EventKind
from intake.record import GATE, ITEM_KIND

LABEL = "deletion"
HASHED_AS = b"underseal/v1/deleted"


class Why(StrEnum):
    """Why a case was deleted. Values are stored: never reuse or rename one."""

    RETENTION = "retention"
    """The time for which it is kept was over."""
    EARLY = "early"
    """A panel decided it, no procedure ever began, and the reporter did not object."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """What the reporter reads of a deletion that was proved."""

    on: date
    why: Why
    due: date
    """The last day on which the case was kept."""
    closed: date | None
    """The closing that the time was counted from."""
    filed: date | None = None
    """The day of the filing. An earlier release did not say it, nor under which rules."""
    rules: str = ""


def case_hash(case: str) -> bytes:
    """How the ledger names a case."""
    return hashlib.sha256(pack(HASHED_AS, case.encode())).digest()


def statement_of(row: StoredDeletion) -> bytes:
    """What the gate signs."""
    return canonical_json(
        {
            "case": to_text(row.case_hash),
            "date": row.date.isoformat(),
            "why": row.why,
            "event": row.event,
            "commitment": to_text(row.commitment),
            "body": to_text(hashlib.sha256(row.body).digest()),
            "key": to_text(hashlib.sha256(row.reporter_key).digest()),
        }
    )


def is_signed(row: StoredDeletion, gates: Iterable[PublicKeys]) -> bool:
    """Whether the gate, or one that it was before, wrote this row."""
    statement = statement_of(row)
    for keys in gates:
        try:
            keys.verify(LABEL, statement, row.signature)
        except BadSignatureError:
            continue
        return True
    return False


def read_deletion(
    row: StoredDeletion, case: str, reporter: KeyPair, gates: Collection[PublicKeys]
) -> Deleted:
    """What the event of a deletion tells its reporter. Raises CryptoError for anything that the gate did not write."""
    if row.case_hash != case_hash(case) or not is_signed(row, gates):
        raise BadSignatureError("nobody who may delete a case signed this deletion")
    opened = open_item(reporter, ItemPlace(ITEM_KIND, case, row.event), row.body, row.reporter_key)
    _verify_author(opened, gates)
    outer = parse_object(opened.content)
    try:
        content = from_text(outer["event"])
        commitment.verify(row.commitment, from_text(outer["nonce"]), content)
        return _deleted(parse_object(content), row, case)
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedError("a deletion lacks a part") from error


def _verify_author(opened: OpenedItem, gates: Iterable[PublicKeys]) -> None:
    for keys in gates:
        try:
            opened.verify(keys)
        except BadSignatureError:
            continue
        return
    raise BadSignatureError("the event of a deletion is not the gate's")


def _deleted(value: dict[str, Any], row: StoredDeletion, case: str) -> Deleted:
    stated = (value["case"], value["kind"], value["date"], value["actor"], value["data"]["why"])
    if stated != (case, EventKind.DELETED.value, row.date.isoformat(), GATE, row.why):
        raise MalformedError("a deletion tells of something else")
    closed, filed = value["data"]["closed"], value["data"].get("filed")
    return Deleted(
        on=row.date,
        why=Why(row.why),
        due=date.fromisoformat(value["data"]["due"]),
        closed=None if closed is None else date.fromisoformat(closed),
        filed=None if filed is None else date.fromisoformat(filed),
        rules=str(value["data"].get("rules", "")),
    )


def stored(row: DeletionRow) -> StoredDeletion:
    """The row as a plain value."""
    return StoredDeletion(
        row.case_hash,
        row.date,
        row.why,
        row.event,
        row.commitment,
        row.body,
        row.reporter_key,
        row.signature,
    )


def as_row(deletion: StoredDeletion) -> DeletionRow:
    """The value as a row."""
    return DeletionRow(
        case_hash=deletion.case_hash,
        date=deletion.date,
        why=deletion.why,
        event=deletion.event,
        commitment=deletion.commitment,
        body=deletion.body,
        reporter_key=deletion.reporter_key,
        signature=deletion.signature,
    )


def lawfully_deleted(
    session: Session, cases: Collection[str], gates: Collection[PublicKeys]
) -> frozenset[str]:
    """Which of these cases were deleted by the rules: a row that the gate signed says so."""
    named = {case_hash(case): case for case in cases}
    rows = session.scalars(select(DeletionRow).where(DeletionRow.case_hash.in_(named))).all()
    return frozenset(named[row.case_hash] for row in rows if is_signed(stored(row), gates))


def as_document(row: StoredDeletion) -> dict[str, str]:
    """For a file or a proof."""
    return {
        "case": to_text(row.case_hash),
        "date": row.date.isoformat(),
        "why": row.why,
        "event": row.event,
        "commitment": to_text(row.commitment),
        "body": to_text(row.body),
        "key": to_text(row.reporter_key),
        "signature": to_text(row.signature),
    }


def from_document(value: dict[str, Any]) -> StoredDeletion:
    """Undo ``as_document``. Raises MalformedError."""
    try:
        return StoredDeletion(
            from_text(value["case"], length=32),
            date.fromisoformat(value["date"]),
            value["why"],
            value["event"],
            from_text(value["commitment"], length=commitment.COMMITMENT_BYTES),
            from_text(value["body"]),
            from_text(value["key"]),
            from_text(value["signature"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedError("a line of the ledger of deletions lacks a part") from error


def unsigned(session: Session, gates: Collection[PublicKeys]) -> int:
    """How many rows of the ledger the gate did not sign: somebody wrote them."""
    rows = session.scalars(select(DeletionRow)).yield_per(500)
    return sum(not is_signed(stored(row), gates) for row in rows)

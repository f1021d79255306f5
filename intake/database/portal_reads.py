"""Everything the portal may read of a case, and nothing else: no grant, no card, no key of the case, no list of anything.

On PostgreSQL the portal's role has no SELECT on these tables: each question is a function that takes a locator's hash or a
random case id and runs with its owner's rights (triage/migrations). On SQLite, where no roles exist, the same columns are
selected directly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Date,
    Executable,
    Integer,
    LargeBinary,
    Row,
    String,
    TableValuedAlias,
    column,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from intake.database.case_tables import (
    Epoch,
    Event,
    Identity,
    Item,
    ItemKey,
    ItemKind,
    MailboxRow,
    Recipient,
)
from intake.database.protection_tables import ProtectionKey
from intake.database.retention_tables import DeletionRow
from intake.database.rows import StoredAnswer, StoredDeletion, StoredEpoch, StoredEvent, StoredMailbox


def mailbox_row(session: Session, locator_hash: bytes) -> StoredMailbox | None:
    """The row behind a locator, or None."""
    return mailbox_rows(session, (locator_hash,))[0]


def mailbox_rows(session: Session, locator_hashes: Sequence[bytes]) -> list[StoredMailbox | None]:
    """The row behind each locator, or None, in their order: one question, whichever of them exist."""
    if session.get_bind().dialect.name == "postgresql":
        sealed = column("sealed", LargeBinary())
        asked = [
            select(literal(place), _function("mailbox_by_locator", one, sealed).c.sealed)
            for place, one in enumerate(locator_hashes)
        ]
        found = {place: StoredMailbox(row) for place, row in session.execute(union_all(*asked))}
    else:
        direct = select(MailboxRow.locator_hash, MailboxRow.sealed).where(
            MailboxRow.locator_hash.in_(locator_hashes)
        )
        found = {
            locator_hashes.index(locator): StoredMailbox(row) for locator, row in session.execute(direct)
        }
    return [found.get(place) for place in range(len(locator_hashes))]


def epochs(session: Session, case: str) -> Sequence[StoredEpoch]:
    """The public columns of a case's epochs, in order."""
    direct = select(Epoch.number, Epoch.public, Epoch.signer, Epoch.signatures).where(Epoch.case_id == case)
    columns = (
        column("number", Integer()),
        column("public", LargeBinary()),
        column("signer", String()),
        column("signatures", LargeBinary()),
    )
    rows = _ask(session, "mailbox_epochs", case, direct, *columns)
    return sorted((StoredEpoch(*tuple(row)) for row in rows), key=lambda epoch: epoch.number)


def answers(session: Session, case: str) -> Sequence[StoredAnswer]:
    """Every answer of a case, in no order: dates are inside the seal."""
    direct = (
        select(Item.id, Item.body, ItemKey.sealed)
        .join(ItemKey, ItemKey.item_id == Item.id)
        .where(Item.case_id == case, Item.kind == ItemKind.ANSWER, ItemKey.recipient == Recipient.REPORTER)
    )
    columns = (column("id", String()), column("body", LargeBinary()), column("sealed", LargeBinary()))
    return [StoredAnswer(*tuple(row)) for row in _ask(session, "mailbox_answers", case, direct, *columns)]


def events(session: Session, case: str) -> Sequence[StoredEvent]:
    """Every event of a case with the reporter's key envelope, in order."""
    direct = select(
        Event.id, Event.number, Event.kind, Event.date, Event.commitment, Event.body, Event.reporter_key
    ).where(Event.case_id == case)
    columns = (
        column("id", String()),
        column("number", Integer()),
        column("kind", String()),
        column("date", Date()),
        column("commitment", LargeBinary()),
        column("body", LargeBinary()),
        column("reporter_key", LargeBinary()),
    )
    rows = _ask(session, "mailbox_events", case, direct, *columns)
    return sorted((StoredEvent(*tuple(row)) for row in rows), key=lambda event: event.number)


def protection_keys(session: Session, case: str) -> Sequence[tuple[int, bytes, bytes]]:
    """Epoch, public half and signature of a case's protection compartment, for each epoch that has one."""
    direct = select(ProtectionKey.epoch, ProtectionKey.public, ProtectionKey.signature).where(
        ProtectionKey.case_id == case
    )
    columns = (
        column("epoch", Integer()),
        column("public", LargeBinary()),
        column("signature", LargeBinary()),
    )
    rows = _ask(session, "mailbox_protection", case, direct, *columns)
    return [(row.epoch, row.public, row.signature) for row in rows]


def report_body(session: Session, case: str) -> bytes | None:
    """The report's ciphertext, which the mailbox hashes to prove that it is still there. No key of it is served."""
    direct = select(Item.body).where(Item.case_id == case, Item.kind == ItemKind.REPORT)
    rows = _ask(session, "mailbox_report", case, direct, column("body", LargeBinary()))
    return rows[0].body if rows else None


def roll(session: Session, case: str) -> bytes | None:
    """Who may be custodian of a case, sealed to its reporter; None before the first act of an officer."""
    direct = select(Identity.roll).where(Identity.case_id == case)
    rows = _ask(session, "mailbox_roll", case, direct, column("roll", LargeBinary()))
    return rows[0].roll if rows else None


def deletion(session: Session, case_hash: bytes) -> StoredDeletion | None:
    """What is left of a deleted case, or None."""
    direct = select(
        DeletionRow.case_hash,
        DeletionRow.date,
        DeletionRow.why,
        DeletionRow.event,
        DeletionRow.commitment,
        DeletionRow.body,
        DeletionRow.reporter_key,
        DeletionRow.signature,
    ).where(DeletionRow.case_hash == case_hash)
    columns = (
        column("case_hash", LargeBinary()),
        column("date", Date()),
        column("why", String()),
        column("event", String()),
        column("commitment", LargeBinary()),
        column("body", LargeBinary()),
        column("reporter_key", LargeBinary()),
        column("signature", LargeBinary()),
    )
    rows = _ask(session, "mailbox_deletion", case_hash, direct, *columns)
    return StoredDeletion(*tuple(rows[0])) if rows else None


def _ask(
    session: Session, function: str, key: bytes | str, direct: Executable, *columns: Any
) -> Sequence[Row[Any]]:
    if session.get_bind().dialect.name != "postgresql":
        return session.execute(direct).all()
    return session.execute(select(*_function(function, key, *columns).c)).all()


def _function(name: str, key: bytes | str, *columns: Any) -> TableValuedAlias:
    asked: TableValuedAlias = getattr(func, name)(key).table_valued(*columns)
    return asked

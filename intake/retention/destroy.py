"""Deleting a case: keys and content go, one signed event stays. Part of the caller's transaction; knows no rule of when.

What stays, and why: the mailbox row (it holds the case's id and public keys, and opens to the code alone: without it a deleted
case would look like a wrong code) and the notices (metadata that officers above were told; nobody takes back what was told).
Whatever else is ever stored about a case goes here: its table into ``TABLES``, what lies outside the database (files, second
copies) to ``_forget`` in `triage/worker/retention.py`, after this is committed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from crypto.keys import PublicKeys
from intake.database.case_tables import (
    Case,
    Epoch,
    Event,
    Grant,
    Identity,
    Item,
    ItemKey,
    Rung,
    Slip,
    WatchRow,
)
from intake.database.custody_tables import CustodyLetter
from intake.database.evidence_tables import Evidence
from intake.database.protection_tables import ProtectionCardRow, ProtectionGrant, ProtectionKey
from intake.database.rows import StoredDeletion
from intake.events import EventKind
from intake.record import GATE, Author, Letterbox, head_of, make_event
from intake.release import Gate
from intake.retention.ledger import LABEL, Why, as_row, case_hash, statement_of
from intake.watch import Watch

TABLES: tuple[InstrumentedAttribute[str], ...] = (
    Item.case_id,
    Event.case_id,
    Rung.case_id,
    Grant.case_id,
    Epoch.case_id,
    Identity.case_id,
    ProtectionKey.case_id,
    ProtectionGrant.case_id,
    ProtectionCardRow.case_id,
    WatchRow.case_id,
    Evidence.case_id,
    CustodyLetter.case_id,
    Case.id,
)
"""The column by which every table that holds something of a case names it, in an order that foreign keys allow; the keys of
items go before the items. On PostgreSQL the worker may delete none of it: a function does, for a case that stands in the ledger
(triage/migrations/deleting.py)."""


def delete_by_the_rules(
    session: Session, watch: Watch, gate: Gate, why: Why, due: date, slips: frozenset[str]
) -> None:
    """Delete a case and leave the proof. ``due``: the last day on which it was kept; ``slips``: ids of those about it."""
    session.add(as_row(_deletion(session, watch, gate, why, due)))
    session.flush()
    session.execute(delete(Slip).where(Slip.id.in_(slips)))
    destroy(session, watch.case)


def destroy(session: Session, case: str) -> None:
    """Delete every row of a case that stands in the ledger; also of one that a restore brought back."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.delete_case(case)))
    else:
        items = select(Item.id).where(Item.case_id == case)
        session.execute(delete(ItemKey).where(ItemKey.item_id.in_(items)))
        for column in TABLES:
            session.execute(delete(column.class_).where(column == case))
    session.expire_all()


def _deletion(session: Session, watch: Watch, gate: Gate, why: Why, due: date) -> StoredDeletion:
    box = Letterbox(
        watch.case, watch.epoch, PublicKeys.from_text(watch.key), PublicKeys.from_text(watch.reporter)
    )
    data = {
        "why": why.value,
        "due": due.isoformat(),
        "closed": watch.closed,
        # What the filing stated: with it, and the code, a certificate can still be given (intake.statements).
        "filed": watch.received,
        "rules": watch.rules,
    }
    event = make_event(
        box, Author(GATE, gate.pair), EventKind.DELETED, gate.today, data, head_of(session, watch.case)
    )
    unsigned = StoredDeletion(
        case_hash=case_hash(watch.case),
        date=gate.today,
        why=why.value,
        event=event.id,
        commitment=event.commitment,
        body=event.body,
        reporter_key=event.reporter_key,
        signature=b"",
    )
    return replace(unsigned, signature=gate.pair.sign(LABEL, statement_of(unsigned)))

"""Tables of a case: all content sealed, ids random, times as dates. Knows no cryptography.

What lies in clear here is the whole list of docs/threat-model.md, "What lies in clear at rest".
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, Enum, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from intake.database.base import WITHOUT_ROWID, Blob, OfficerId, RandomId, State, Word
from intake.events import EventKind
from intake.states import CaseState


class ItemKind(StrEnum):
    """What an item is. The kind is in clear, and bound into the seal."""

    REPORT = "report"
    """What was filed. Sealed to the case; never to the reporter: a receipt code must not open it (A5)."""
    MESSAGE = "message"
    """From the reporter, to the case."""
    ANSWER = "answer"
    """From an officer, to the reporter and the case."""
    NOTE = "note"
    """From an officer, to the case."""
    PAPER = "paper"
    """From an officer, to the case: an assessment, a finding, a proposal, a vote …; its ``form`` is sealed."""
    PROTECTION = "protection"
    """From the reporter, an officer or a protection contact, to the protection compartment; its ``form`` is sealed."""


class Recipient(StrEnum):
    """Whose key opens an item's key envelope."""

    CASE = "case"
    REPORTER = "reporter"
    PROTECTION = "protection"


def _enum(kind: type[StrEnum]) -> Enum:
    # Stored by value, as text, so that a migration never has to alter a database type.
    return Enum(kind, native_enum=False, length=40, values_callable=lambda e: [member.value for member in e])


class Case(State):
    """One report being handled."""

    __tablename__ = "cases"
    __table_args__ = (Index("ix_cases_wake", "wake"), Index("ix_cases_stale", "stale"), WITHOUT_ROWID)

    id: Mapped[RandomId] = mapped_column(primary_key=True)
    office: Mapped[OfficerId]
    """The handling office's id, or EXT-OMB."""
    state: Mapped[CaseState] = mapped_column(_enum(CaseState))
    epoch: Mapped[int]
    """The newest epoch's number."""
    wake: Mapped[date | None] = mapped_column(Date)
    """The next date on which the worker looks at the case; what for is sealed."""
    stale: Mapped[date | None] = mapped_column(Date)
    """The day on which reading without acting becomes neglect; None when nothing is owed. The clear dates of the events give it
    away anyhow."""
    card: Mapped[Blob]
    """Title, category, priority, band and due dates under the newest epoch's card key."""
    rule_version: Mapped[Word]


class Epoch(State):
    """One key of a case."""

    __tablename__ = "epochs"
    __table_args__ = (WITHOUT_ROWID,)

    case_id: Mapped[RandomId] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    public: Mapped[Blob]
    signer: Mapped[OfficerId]
    """An officer's id, "gate" for a ladder release, "filing" for epoch 0."""
    signatures: Mapped[Blob]
    """Empty for epoch 0, which the mailbox row and leaf 0 prove."""
    link: Mapped[bytes | None]
    """The previous epoch's seed sealed to this one; None for epoch 0 and after a ladder release."""
    recovery: Mapped[Blob]
    """This epoch's seed sealed to the recovery key."""


class Grant(State):
    """One officer's way into one epoch of a case."""

    __tablename__ = "grants"
    __table_args__ = (WITHOUT_ROWID,)

    # Officer first: the list of a person's cases is one index range, however many cases there are.
    officer_id: Mapped[OfficerId] = mapped_column(primary_key=True)
    case_id: Mapped[RandomId] = mapped_column(ForeignKey("cases.id"), primary_key=True, index=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[Blob]


class Item(State):
    """Something written into a case. Order and date are inside the seal."""

    __tablename__ = "items"
    __table_args__ = (Index("ix_items_case_id", "case_id"), WITHOUT_ROWID)

    id: Mapped[RandomId] = mapped_column(primary_key=True)
    case_id: Mapped[RandomId] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[ItemKind] = mapped_column(_enum(ItemKind))
    body: Mapped[Blob]


class ItemKey(State):
    """One recipient's envelope of an item's key."""

    __tablename__ = "item_keys"
    __table_args__ = (CheckConstraint("epoch >= 0", name="epoch_not_negative"), WITHOUT_ROWID)

    item_id: Mapped[RandomId] = mapped_column(ForeignKey("items.id"), primary_key=True)
    recipient: Mapped[Recipient] = mapped_column(_enum(Recipient), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    """Which epoch's case key opens it; 0 for the reporter's key."""
    sealed: Mapped[Blob]


class Event(State):
    """One act on a case. Kind and date are in clear, everything else is sealed; the commitment goes to the public log."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_case_id", "case_id"),
        # What is not in the public log yet is found through this index alone, without a look at any body.
        Index("ix_events_commitment", "commitment"),
        WITHOUT_ROWID,
    )

    id: Mapped[RandomId] = mapped_column(primary_key=True)
    case_id: Mapped[RandomId] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    """0 for the filing; unique in a case, so that two acts at the same second cannot both be next."""
    kind: Mapped[EventKind] = mapped_column(_enum(EventKind))
    date: Mapped[date] = mapped_column(Date)
    commitment: Mapped[Blob]
    body: Mapped[Blob]
    """The event's content and nonce as an item (its id is the event's id)."""
    case_key: Mapped[Blob]
    case_epoch: Mapped[int]
    reporter_key: Mapped[Blob]


Index("uq_events_case_id_number", Event.case_id, Event.number, unique=True)


class Rung(State):
    """One step of the ladder: a way for the office above, sealed to the gate until a duty is missed."""

    __tablename__ = "rungs"
    __table_args__ = (WITHOUT_ROWID,)

    case_id: Mapped[RandomId] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True)
    """Position alone; kind, office, dates and people are sealed."""
    sealed: Mapped[Blob]


class WatchRow(State):
    """What the office owes and until when, sealed to the gate. No foreign key: a case that is made to vanish leaves it."""

    __tablename__ = "watches"
    __table_args__ = (WITHOUT_ROWID,)

    case_id: Mapped[RandomId] = mapped_column(primary_key=True)
    sealed: Mapped[Blob]


class Identity(State):
    """The compartments of a case: of one size in every case, whether or not a name was left."""

    __tablename__ = "identities"
    __table_args__ = (WITHOUT_ROWID,)

    case_id: Mapped[RandomId] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    custody_public: Mapped[Blob]
    """Of files: untouched originals are sealed to it."""
    sealed: Mapped[Blob]
    """The compartment for a name (`intake.identity.compartment`), with its own key and pairs."""
    pairs: Mapped[Blob]
    """Always the same number of pair envelopes, packed: those of ``custody_public``."""
    roll: Mapped[bytes | None]
    """Who may be custodian now, sealed to the reporter; None before the first act of an officer."""


class MailboxRow(State):
    """What a receipt code finds."""

    __tablename__ = "mailboxes"
    __table_args__ = (WITHOUT_ROWID,)

    locator_hash: Mapped[Blob] = mapped_column(primary_key=True)
    sealed: Mapped[bytes | None]
    """Case id and public keys under the code's mailbox key. The row stays when the case is deleted, or a deleted case would
    look like a wrong code; None only where somebody emptied it.
    """


class Slip(State):
    """Body ids of one report, sealed to the gate, so that the worker can count independent reports about one body."""

    __tablename__ = "slips"
    __table_args__ = (WITHOUT_ROWID,)

    id: Mapped[RandomId] = mapped_column(primary_key=True)
    sealed: Mapped[Blob]


class Notice(State):
    """A notice without content (dates, office, priority), sealed to one officer."""

    __tablename__ = "notices"
    # By id alone: whether a notice that must exist does is asked for every case, every day.
    __table_args__ = (Index("ix_notices_id", "id"), WITHOUT_ROWID)

    officer_id: Mapped[OfficerId] = mapped_column(primary_key=True)
    id: Mapped[RandomId] = mapped_column(primary_key=True)
    sealed: Mapped[Blob]


class OutboxJob(State):
    """A job committed with the act that causes it. JSON, never a pickle; running it twice is harmless."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "done", "due"), WITHOUT_ROWID)

    id: Mapped[RandomId] = mapped_column(primary_key=True)
    job: Mapped[Word]
    payload: Mapped[Blob]
    due: Mapped[date] = mapped_column(Date)
    done: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)

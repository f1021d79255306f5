"""Tables of the protection compartment: its public keys, who may open it, its one line in a contact's list. All else is items.

In clear lie a case's random id, an epoch's number, and that an officer is a protection contact of the case.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from intake.database.base import WITHOUT_ROWID, Blob, OfficerId, RandomId, State


class ProtectionKey(State):
    """The public half of one epoch's protection pair, signed by that epoch's case key: where a reporter's safety answers go."""

    __tablename__ = "protection_keys"
    __table_args__ = (WITHOUT_ROWID,)

    case_id: Mapped[RandomId] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    public: Mapped[Blob]
    signature: Mapped[Blob]


class ProtectionGrant(State):
    """One protection contact's way into one epoch's compartment, and into nothing else of the case."""

    __tablename__ = "protection_grants"
    __table_args__ = (WITHOUT_ROWID,)

    # Officer first, as in the table of grants: a contact's list is one index range.
    officer_id: Mapped[OfficerId] = mapped_column(primary_key=True)
    case_id: Mapped[RandomId] = mapped_column(ForeignKey("cases.id"), primary_key=True, index=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[Blob]


class ProtectionCardRow(State):
    """Band, factors and dates under the newest protection key that an act had: what a contact's list shows."""

    __tablename__ = "protection_cards"
    __table_args__ = (WITHOUT_ROWID,)

    case_id: Mapped[RandomId] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    sealed: Mapped[Blob]

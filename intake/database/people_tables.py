"""Tables of officers and the roster. The portal reads the roster and nothing else of these."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from intake.database.base import WITHOUT_ROWID, Blob, OfficerId, State


class RosterRow(State):
    """One edition of the signed roster. Old editions stay: signatures of officers who left must still verify."""

    __tablename__ = "rosters"
    __table_args__ = (WITHOUT_ROWID,)

    number: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[Blob]
    signature: Mapped[Blob]


class DeclarationRow(State):
    """Ties that an officer declared, signed with the officer's own key: they count beside the roster's and only exclude."""

    __tablename__ = "declarations"
    __table_args__ = (WITHOUT_ROWID,)

    officer_id: Mapped[OfficerId] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 1 without gaps; each repeats what the earlier ones said and adds to it."""
    document: Mapped[Blob]
    signature: Mapped[Blob]


class Account(State):
    """How an officer logs in. The key pair lies under the password; the second factor under the instance's pepper."""

    __tablename__ = "accounts"
    __table_args__ = (WITHOUT_ROWID,)

    officer_id: Mapped[OfficerId] = mapped_column(primary_key=True)
    locked_key: Mapped[Blob]
    second_factor: Mapped[Blob]
    last_step: Mapped[int] = mapped_column(default=0)
    """The newest TOTP time step that was used: one code opens one login (RFC 6238 section 5.2)."""
    disabled: Mapped[bool] = mapped_column(default=False)

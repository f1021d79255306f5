"""Tables of officers and the roster. The portal reads what the roster is made of, and nothing else of these."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from intake.database.base import WITHOUT_ROWID, Blob, OfficerId, State, Word


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


class AppointmentRow(State):
    """One appointment: an ask that two of the office above signed, in its place in the chain. None is ever changed."""

    __tablename__ = "appointments"
    __table_args__ = (WITHOUT_ROWID,)

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 1, unlawful rows included: of two that are stored in the same moment, one is refused."""
    base: Mapped[int] = mapped_column(index=True)
    """The edition of the roster that it stands on, as its document says."""
    document: Mapped[Blob]
    signature: Mapped[Blob]


class AskRow(State):
    """What one of the office above asks for and signed, until a second one does. At most one waits about an officer."""

    __tablename__ = "appointment_asks"
    __table_args__ = (WITHOUT_ROWID,)

    officer_id: Mapped[OfficerId] = mapped_column(primary_key=True)
    document: Mapped[Blob]
    signature: Mapped[Blob]


class InvitationRow(State):
    """Somebody who may enrol: with a code that is kept as a hash, then with an account that opens nothing yet."""

    __tablename__ = "invitations"
    __table_args__ = (WITHOUT_ROWID,)

    officer_id: Mapped[OfficerId] = mapped_column(primary_key=True)
    office: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Word]
    duties: Mapped[str] = mapped_column(String(1000))
    """One a line."""
    invited_by: Mapped[OfficerId]
    expires: Mapped[date]
    """The last day on which the code works, and again the last day on which what was enrolled can be certified."""
    code_hash: Mapped[Blob]
    """Empty once the code was used."""
    public: Mapped[Blob | None]
    locked_key: Mapped[Blob | None]
    second_factor: Mapped[Blob | None]
    last_step: Mapped[int] = mapped_column(default=0)


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

"""Letters about a name left in confidence: each sealed to one officer. Knows no cryptography."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from intake.database.base import WITHOUT_ROWID, Blob, OfficerId, RandomId, State


class CustodyLetter(State):
    """What a custodian is asked, passes on or is told; what a reporter says against it; what was opened."""

    __tablename__ = "custody_letters"
    __table_args__ = (WITHOUT_ROWID,)

    # Officer first: what waits for a person is one index range.
    officer_id: Mapped[OfficerId] = mapped_column(primary_key=True)
    id: Mapped[RandomId] = mapped_column(primary_key=True)
    case_id: Mapped[RandomId] = mapped_column(ForeignKey("cases.id"), index=True)
    sealed: Mapped[Blob]

"""The table of the portal's switch. Rows are added and never changed, so that nobody can deny that it was closed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date
from sqlalchemy.orm import Mapped, mapped_column

from intake.database.base import WITHOUT_ROWID, State, Word


class PortalModeRow(State):
    """The switch was turned. The one with the highest number holds; without any, the portal is open."""

    __tablename__ = "portal_modes"
    __table_args__ = (WITHOUT_ROWID,)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 1 without gaps: of two that are turned in the same moment, one is refused."""
    mode: Mapped[Word]
    since: Mapped[date] = mapped_column(Date)

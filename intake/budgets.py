"""The table ``[budgets]`` of ``underseal.toml``: where budgets are counted, for how many machines, and when to raise an alarm.

Nothing in it is secret. A password of the Valkey server stands in ``portal.secret``, which the portal alone reads.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Amount = Annotated[int, Field(ge=10, le=10_000_000)]
HOUR = 60 * 60  # seconds
DAY = 24 * HOUR


class Ceiling(Enum):
    """What is counted for the whole instance: its word in logs and notices, and the window in seconds."""

    REPORTS_HOUR = ("reports_per_hour", HOUR)
    REPORTS_DAY = ("reports_per_day", DAY)
    DRAFTS_HOUR = ("drafts_per_hour", HOUR)
    MAILBOXES_HOUR = ("mailboxes_per_hour", HOUR)

    @property
    def word(self) -> str:
        """Its name."""
        return str(self.value[0])

    @property
    def seconds(self) -> int:
        """The window."""
        return int(self.value[1])


class BudgetsTable(BaseModel):
    """What the operator says about budgets."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    store: (
        Literal["database"]
        | Annotated[str, Field(pattern=r"^valkeys?://[A-Za-z0-9.\-\[\]:]+(/[0-9]{1,2})?$")]
    ) = "database"
    """``valkey://HOST:PORT/NUMBER`` (``valkeys`` with TLS): counted there, for all machines together."""
    machines: Annotated[int, Field(ge=1, le=1000)] = 1
    """By how much the purses for everybody are larger than one machine's."""
    reports_per_hour: Amount = 500
    reports_per_day: Amount = 3_000
    drafts_per_hour: Amount = 10_000
    """Drafts that were begun."""
    mailboxes_per_hour: Amount = 10_000
    """Mailboxes that were opened, empty ones among them."""

    def settings(self, password: str | None) -> BudgetSettings:
        """The same as a value, with the server's password."""
        return BudgetSettings(
            valkey=None if self.store == "database" else self.store,
            password=password,
            machines=self.machines,
            ceilings={ceiling: int(getattr(self, ceiling.word)) for ceiling in Ceiling},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetSettings:
    """How the portal counts."""

    valkey: str | None
    password: str | None = field(repr=False)
    machines: int
    ceilings: dict[Ceiling, int]

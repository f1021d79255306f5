"""How much of what the portal does at once, for everybody together and for one visit. It keeps no address (P6, A6).

Behind an onion service every visitor has the same address, so a budget counts what is spent, not who comes: each costly act has
one purse for everybody and, where it is dear, a fair share of it per visit, keyed by a hash of the visit's cookie. A store that
fails closes the purse: the page says so and keeps what was typed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, cast

from flask import Flask
from flask_limiter import Limiter
from limits.storage import Storage
from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from crypto.encoding import pack, to_text
from crypto.kdf import derive
from intake.database.volatile_tables import Budget as BudgetRow
from intake.time import Clock
from templates.loader import Side
from templates.web.csrf import anchor_cookie
from templates.web.routes import Route, View

_DAY = 24 * 60 * 60  # seconds
_DAY_KEY = "evidence-day"
_PURSE_UNIT = 64 * 1024
"""Bytes that one count of the day's purse stands for: the column holds 64 TiB in these, and no more in bytes than 2 GiB."""


class Budget(Enum):
    """Each costly act: its word, the purse for everybody, and a share for one visit where one act is dear."""

    SAVE = ("save", "3000 per minute", None)
    """Keeping a step of a draft: one small write."""
    FILE = ("file", "120 per minute", "60 per hour")
    """Previewing and filing: a derivation, a hundred seals, one large transaction."""
    OPEN = ("open", "600 per minute", "120 per 10 minutes")
    """Trying a code: one derivation. Guessing 80 bits is hopeless at any rate; this bounds the machine's work."""
    WRITE = ("write", "600 per minute", "60 per hour")
    """Writing a message: a few seals and a transaction."""

    @property
    def word(self) -> str:
        """Its name in keys."""
        return str(self.value[0])

    @property
    def together(self) -> str:
        """The purse for everybody, in the notation of ``limits``."""
        return str(self.value[1])

    @property
    def each(self) -> str | None:
        """The share of one visit."""
        return None if self.value[2] is None else str(self.value[2])


@dataclass(frozen=True, slots=True)
class Limits:
    """Puts the budgets around the routes that name one."""

    factory: sessionmaker[Session]
    clock: Clock
    secret: bytes = field(repr=False)
    _limiter: Limiter = field(init=False)

    def __post_init__(self) -> None:
        options = cast("dict[str, str | int]", {"factory": self.factory, "clock": self.clock})
        limiter = Limiter(
            key_func=self._visit,
            storage_uri="underseal-budgets://",
            storage_options=options,
            strategy="fixed-window",
            headers_enabled=False,  # a counter in a header would tell visits apart
            swallow_errors=False,
        )
        object.__setattr__(self, "_limiter", limiter)

    def install(self, app: Flask) -> None:
        """Begin to count."""
        self._limiter.init_app(app)

    def around(self, route: Route, view: View) -> View:
        """``view`` behind the budget that its route names, for POST."""
        budget = route.budget
        if not isinstance(budget, Budget):
            return view
        shared = self._limiter.shared_limit
        if budget.each is not None:
            view = shared(budget.each, f"{budget.word}-each", key_func=self._visit, methods=["POST"])(view)
        return shared(budget.together, f"{budget.word}-all", key_func=_everybody, methods=["POST"])(view)

    def _visit(self) -> str:
        anchor = anchor_cookie(Side.PORTAL).read() or b""
        key = derive(self.secret, "portal/budget")
        return to_text(hashlib.blake2b(pack(anchor), key=key, digest_size=16).digest())


def _everybody() -> str:
    return "all"


@dataclass(frozen=True, slots=True)
class DayPurse:
    """Bytes of files that everybody together may send in a day. It begins with the first and ends a day later."""

    factory: sessionmaker[Session]
    clock: Clock
    per_day: int

    def empty(self) -> bool:
        """Whether nothing is left of it."""
        return self._storage.get(_DAY_KEY) * _PURSE_UNIT >= self.per_day

    def spend(self, size: int) -> bool:
        """Take ``size`` bytes out of it; whether they were in it. What was not is counted all the same."""
        units = -(-size // _PURSE_UNIT)
        return self._storage.incr(_DAY_KEY, _DAY, units) * _PURSE_UNIT <= self.per_day

    @property
    def _storage(self) -> BudgetStorage:
        return BudgetStorage(factory=self.factory, clock=self.clock)


class BudgetStorage(Storage):
    """Counters in the volatile store, for the ``limits`` library."""

    STORAGE_SCHEME: list[str] | None = ["underseal-budgets"]  # noqa: RUF012  # the library's own declaration

    def __init__(self, uri: str | None = None, *, factory: Any, clock: Any, **options: Any) -> None:
        super().__init__(uri, **options)
        self._factory: sessionmaker[Session] = factory
        self._clock: Clock = clock

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """What a failing store raises; it passes through and becomes a page."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count ``amount`` more in the window that ends ``expiry`` seconds after its first count; returns the count."""
        now = self._clock.now()
        over = BudgetRow.expires <= now
        changes = {
            "count": case((over, amount), else_=BudgetRow.count + amount),
            "expires": case((over, now + expiry), else_=BudgetRow.expires),
        }
        values = {"key": key, "count": amount, "expires": now + expiry}
        with self._factory.begin() as session:
            # One statement that locks the row: two workers never read the same count.
            if session.get_bind().dialect.name == "postgresql":
                row = postgresql.insert(BudgetRow).values(values)
                upsert = row.on_conflict_do_update(index_elements=[BudgetRow.key], set_=changes)
                return session.execute(upsert.returning(BudgetRow.count)).scalar_one()
            line = sqlite.insert(BudgetRow).values(values)
            replace = line.on_conflict_do_update(index_elements=[BudgetRow.key], set_=changes)
            return session.execute(replace.returning(BudgetRow.count)).scalar_one()

    def get(self, key: str) -> int:
        """The count in the running window, or 0."""
        return self._read(key)[0]

    def get_expiry(self, key: str) -> float:
        """When the running window ends, in seconds since 1970."""
        return self._read(key)[1]

    def check(self) -> bool:
        """Whether the store answers."""
        with self._factory() as session:
            session.execute(select(BudgetRow.key).limit(1))
        return True

    def reset(self) -> int | None:
        """Forget every counter."""
        with self._factory.begin() as session:
            session.execute(delete(BudgetRow))
        return None

    def clear(self, key: str) -> None:
        """Forget one counter."""
        with self._factory.begin() as session:
            session.execute(delete(BudgetRow).where(BudgetRow.key == key))

    def _read(self, key: str) -> tuple[int, int]:
        now = self._clock.now()
        with self._factory() as session:
            row = session.execute(
                select(BudgetRow.count, BudgetRow.expires).where(
                    BudgetRow.key == key, BudgetRow.expires > now
                )
            ).one_or_none()
        return (0, now) if row is None else (row[0], row[1])

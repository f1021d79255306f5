"""Where budgets are counted: the volatile database, or a Valkey server that several machines share. For the ``limits`` library.

A row or key is an act's name or a truncated hash, and ends with its window. Windows lie on a grid, so that the end of one says
nothing of when it began to be counted.
"""

from __future__ import annotations

from typing import Any

from limits.storage import RedisStorage, Storage
from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from intake.database.volatile_tables import Budget as BudgetRow
from intake.time import Clock

DATABASE = "underseal-budgets"
VALKEY = "underseal-valkey"
_PATIENCE = 2.0  # seconds for Valkey to answer


class BudgetStorage(Storage):
    """Counters in the volatile store."""

    STORAGE_SCHEME: list[str] | None = [DATABASE]  # noqa: RUF012  # the library's own declaration

    def __init__(self, uri: str | None = None, *, factory: Any, clock: Any, **options: Any) -> None:
        super().__init__(uri, **options)
        self._factory: sessionmaker[Session] = factory
        self._clock: Clock = clock

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """What a failing store raises; it passes through and becomes a page."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count ``amount`` more in the window of ``expiry`` seconds that it is now; returns the count."""
        now = self._clock.now()
        over = BudgetRow.expires <= now
        ends = end_of_window(now, expiry)
        changes = {
            "count": case((over, amount), else_=BudgetRow.count + amount),
            "expires": case((over, ends), else_=BudgetRow.expires),
        }
        values = {"key": key, "count": amount, "expires": ends}
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


class ValkeyStorage(RedisStorage):
    """Counters in a server that speaks Valkey's protocol. It connects at first use."""

    STORAGE_SCHEME = [VALKEY]  # noqa: RUF012  # the library's own declaration

    def __init__(self, uri: str, *, address: str, password: str | None, clock: Any, **options: Any) -> None:
        """``address`` is ``valkey://HOST:PORT/NUMBER``, or ``valkeys://`` by TLS."""
        self._clock: Clock = clock
        del (
            uri
        )  # the library's; the server's own address comes as an option, so that no error repeats a password
        if password is not None:
            options["password"] = password
        super().__init__(
            address,
            key_prefix="underseal",
            wrap_exceptions=True,
            socket_timeout=_PATIENCE,
            socket_connect_timeout=_PATIENCE,
            **options,
        )

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """As there."""
        now = self._clock.now()
        return super().incr(key, end_of_window(now, expiry) - now, amount)


def end_of_window(now: int, length: int) -> int:
    """When the window of ``length`` seconds that it is now ends: windows begin at multiples of their length."""
    return (now // length + 1) * length

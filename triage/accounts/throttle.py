"""How failures slow a login, so that guessing is hopeless and locking somebody out is too. Knows names only as keyed hashes.

Reasons and arithmetic: docs/adr/0006-login-lockout.md. In short: the fifth failure makes a name wait, each further one longer.
Failures of somebody who has neither secret, which anybody can make, may cost an officer fifteen minutes a day in all. Those of
somebody who has one of the two cost at most fifteen minutes each. A name that nobody has behaves the same.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, sessionmaker

from crypto.kdf import derive
from intake.database.volatile_tables import Budget

FREE_FAILURES = 4
MINUTE = 60
DAY = 24 * 60 * MINUTE

# 2^20 names: a flood of invented names fills at most this many rows. Two names that share one slow each other, within the
# same fifteen minutes a day that a stranger may cost anybody.
_BUCKET_HEX = 5


@dataclass(frozen=True, slots=True)
class Waits:
    """Minutes to wait after the fifth, sixth … failure of a day; ``repeats``: the last wait goes on."""

    word: str
    minutes: tuple[int, ...]
    repeats: bool

    def after(self, failures: int) -> int:
        """Seconds to wait after that many failures."""
        step = failures - FREE_FAILURES - 1
        if step < 0 or (step >= len(self.minutes) and not self.repeats):
            return 0
        return self.minutes[min(step, len(self.minutes) - 1)] * MINUTE


class Failure(Enum):
    """Who failed, and what that may cost the name."""

    STRANGER = Waits("stranger", (1, 2, 4, 8), repeats=False)
    """Neither password nor code was right. 15 minutes a day in all; further failures cost nothing."""
    HOLDER = Waits("holder", (1, 2, 4, 8, 15), repeats=True)
    """One of the two was right: somebody holds it and guesses the other."""


@dataclass(frozen=True, slots=True)
class Throttle:
    """The waits of logins, in the volatile store. ``secret`` keys the hashes, so that the table names nobody."""

    volatile: sessionmaker[Session]
    secret: bytes

    def admits(self, name: str, now: int) -> bool:
        """Whether a login with everything right may succeed now. It ends the holder's count, not the stranger's allowance:
        or every login would give a stranger another fifteen minutes.
        """
        bucket = self._bucket(name)
        with self.volatile.begin() as session:
            if _waits(session, bucket, now):
                return False
            session.execute(delete(Budget).where(Budget.key == _key(Failure.HOLDER.value.word, bucket)))
            return True

    def record(self, name: str, failure: Failure, now: int) -> None:
        """Count a failure. While a name waits nothing is counted, or the waiting could be made to last."""
        bucket = self._bucket(name)
        with self.volatile() as session:
            failures = _count(session, _key(failure.value.word, bucket), now)
            # Read after the counter's row was locked: whoever failed first has committed the wait by now.
            if _waits(session, bucket, now):
                session.rollback()
                return
            wait = failure.value.after(failures)
            if wait:
                _put(session, _key("wait", bucket), now + wait)
            session.commit()

    def _bucket(self, name: str) -> str:
        key = derive(self.secret, "login/throttle")
        return hmac.digest(key, name.encode("utf-8", "surrogatepass"), "sha256").hex()[:_BUCKET_HEX]


def _key(word: str, bucket: str) -> str:
    return f"login/{word}/{bucket}"


def _waits(session: Session, bucket: str, now: int) -> bool:
    until = session.scalar(select(Budget.expires).where(Budget.key == _key("wait", bucket)))
    return until is not None and until > now


def _count(session: Session, key: str, now: int) -> int:
    """Add one to a counter that lives a day from its first count, atomically; its new value."""
    over = Budget.expires <= now
    statement = _insert(session, key=key, count=1, expires=now + DAY)
    counted = statement.on_conflict_do_update(
        index_elements=[Budget.key],
        set_={
            "count": case((over, 1), else_=Budget.count + 1),
            "expires": case((over, now + DAY), else_=Budget.expires),
        },
    ).returning(Budget.count)
    return int(session.execute(counted).scalar_one())


def _put(session: Session, key: str, expires: int) -> None:
    statement = _insert(session, key=key, count=1, expires=expires)
    session.execute(statement.on_conflict_do_update(index_elements=[Budget.key], set_={"expires": expires}))


def _insert(session: Session, **values: Any) -> postgresql.Insert | sqlite.Insert:
    postgres = session.get_bind().dialect.name == "postgresql"
    return (postgresql.insert(Budget) if postgres else sqlite.insert(Budget)).values(**values)

"""Sealed sessions: the cookie is the key. Knows no HTTP and nothing of what a session holds.

A row is keyed by the cookie's hash and sealed under a key derived from the cookie, so a stolen table opens no session and a
stolen cookie dies at the idle or the absolute limit. Rows live in the volatile store, which backups never reach.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, sessionmaker

from crypto.encoding import pack
from crypto.errors import CryptoError
from crypto.kdf import derive
from crypto.symmetric import open_value, seal_value
from intake.database.volatile_tables import SealedSession
from intake.time import Clock

COOKIE_BYTES = 32
_LIMIT = 8  # bytes in front of the content: the absolute limit, which sliding must not move
_SLIDE = 60  # seconds; the idle limit is moved at most once a minute, so that reading stays cheap


@dataclass(frozen=True, slots=True)
class SealedSessions:
    """Sessions of one kind. ``idle`` and ``absolute`` are seconds."""

    factory: sessionmaker[Session]
    clock: Clock
    kind: str
    idle: int
    absolute: int
    _context: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_context", pack(b"session", self.kind.encode()))

    def create(self, content: bytes) -> bytes:
        """Begin a session that holds ``content``; returns the cookie's 32 bytes."""
        cookie = secrets.token_bytes(COOKIE_BYTES)
        now = self.clock.now()
        limit = now + self.absolute
        row = SealedSession(
            cookie_hash=_hash(cookie),
            kind=self.kind,
            expires=_ends(now + self.idle, limit),
            sealed=self._seal(cookie, limit, content),
        )
        with self.factory.begin() as session:
            session.add(row)
        return cookie

    def read(self, cookie: bytes) -> bytes | None:
        """The content, or None when the session is unknown, of another kind, over or broken. Slides the idle limit."""
        now = self.clock.now()
        with self.factory.begin() as session:
            row = self._find(session, cookie, now)
            if row is None:
                return None
            opened = self._open(cookie, row.sealed)
            if opened is None or opened[0] <= now:
                return None
            limit, content = opened
            expires = _ends(now + self.idle, limit)
            if expires - row.expires >= _SLIDE:
                session.execute(
                    update(SealedSession)
                    .where(SealedSession.cookie_hash == row.cookie_hash)
                    .values(expires=expires)
                )
            return content

    def write(self, cookie: bytes, content: bytes) -> bool:
        """Replace the content, keeping the absolute limit. False when the session is gone: nothing was stored."""
        now = self.clock.now()
        with self.factory.begin() as session:
            row = self._find(session, cookie, now)
            opened = None if row is None else self._open(cookie, row.sealed)
            if row is None or opened is None or opened[0] <= now:
                return False
            row.sealed = self._seal(cookie, opened[0], content)
            row.expires = _ends(now + self.idle, opened[0])
            return True

    def age(self, cookie: bytes) -> int | None:
        """Seconds since the session began; None when there is none. It slides nothing."""
        now = self.clock.now()
        with self.factory() as session:
            row = self._find(session, cookie, now)
            opened = None if row is None else self._open(cookie, row.sealed)
        return None if opened is None else now - (opened[0] - self.absolute)

    def drop(self, cookie: bytes) -> None:
        """End the session: with the row, the last way to its content is gone."""
        with self.factory.begin() as session:
            session.execute(delete(SealedSession).where(SealedSession.cookie_hash == _hash(cookie)))

    def _find(self, session: Session, cookie: bytes, now: int) -> SealedSession | None:
        return session.scalars(
            select(SealedSession).where(
                SealedSession.cookie_hash == _hash(cookie),
                SealedSession.kind == self.kind,
                SealedSession.expires > now,
            )
        ).one_or_none()

    def _seal(self, cookie: bytes, limit: int, content: bytes) -> bytes:
        key = derive(cookie, "session/seal")
        return seal_value(key, self._context, limit.to_bytes(_LIMIT, "big") + content)

    def _open(self, cookie: bytes, sealed: bytes) -> tuple[int, bytes] | None:
        try:
            opened = open_value(derive(cookie, "session/seal"), self._context, sealed)
        except CryptoError:
            return None  # an altered row is no session
        return int.from_bytes(opened[:_LIMIT], "big"), opened[_LIMIT:]


def expire_sessions(session: Session, now: int) -> None:
    """Delete every session that is over, of whatever kind (the worker's job)."""
    session.execute(delete(SealedSession).where(SealedSession.expires <= now))


def _ends(idle: int, limit: int) -> int:
    """The earlier of both, down to the whole minute: no row says in which second anybody came or wrote (P6)."""
    return min(idle, limit) // _SLIDE * _SLIDE


def _hash(cookie: bytes) -> bytes:
    return hashlib.sha256(b"underseal/v1/session" + cookie).digest()

"""An officer's session: the unlocked key, sealed under the cookie, for 15 minutes of idleness or 8 hours. Knows no HTTP.

Every request asks again whether the officer is still who the roster certifies: a session opened yesterday must not outlive a
decision taken today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from crypto.encoding import canonical_json, from_text, parse_object, to_text
from crypto.errors import CryptoError
from crypto.keys import SEED_BYTES, KeyPair
from intake.database.engines import Databases
from intake.database.people_tables import Account
from intake.roster import Officer, Roster, RosterReader
from intake.sessions import SealedSessions
from intake.time import Clock

KIND = "officer"
IDLE_SECONDS = 15 * 60
ABSOLUTE_SECONDS = 8 * 60 * 60
MAX_CONTENT = 8 * 1024 * 1024  # bytes; a kept text is at most a form of 2 MiB, escaped


@dataclass(frozen=True, slots=True, repr=False)
class KeptText:
    """What somebody had typed when the session ended: given back to them once they are in again."""

    path: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OfficerSession:
    """Somebody who is logged in, as the roster knows them at this moment."""

    officer: Officer
    pair: KeyPair = field(repr=False)
    roster: Roster = field(repr=False)
    kept: KeptText | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class OfficerSessions:
    """Begins, finds and ends officers' sessions."""

    sealed: SealedSessions
    databases: Databases
    rosters: RosterReader
    clock: Clock

    @classmethod
    def open(cls, databases: Databases, rosters: RosterReader, clock: Clock) -> OfficerSessions:
        """With the limits of docs/interfaces.md, Back office."""
        sealed = SealedSessions(databases.volatile, clock, KIND, idle=IDLE_SECONDS, absolute=ABSOLUTE_SECONDS)
        return cls(sealed, databases, rosters, clock)

    def begin(self, officer: Officer, pair: KeyPair, kept: KeptText | None = None) -> bytes:
        """Start a session; returns the cookie's bytes."""
        return self.sealed.create(_content(officer.id, pair, kept))

    def find(self, cookie: bytes) -> OfficerSession | None:
        """Who this cookie is, or None: over, unknown, disabled, off the roster, or under another key than certified.

        Raises RosterError when no roster may be used now.
        """
        content = self.sealed.read(cookie)
        if content is None:
            return None
        try:
            officer_id, pair, kept = _parse(content)
        except (CryptoError, KeyError, TypeError):
            return None
        roster = self.rosters.current(self.clock.today())
        officer = roster.officers.get(officer_id)
        if (
            officer is None
            or not officer.active
            or officer.keys != pair.public
            or not self._is_open(officer_id)
        ):
            self.sealed.drop(cookie)
            return None
        return OfficerSession(officer, pair, roster, kept)

    def keep(self, cookie: bytes, session: OfficerSession, kept: KeptText) -> None:
        """Keep what was typed until its act is done: something else has to be done first."""
        self.sealed.write(cookie, _content(session.officer.id, session.pair, kept))

    def forget_kept(self, cookie: bytes, session: OfficerSession) -> None:
        """The kept text was given back, or its act was done."""
        self.sealed.write(cookie, _content(session.officer.id, session.pair, None))

    def end(self, cookie: bytes) -> None:
        """Log out: the row goes, and with it the last way to the key."""
        self.sealed.drop(cookie)

    def _is_open(self, officer_id: str) -> bool:
        with self.databases.reading() as session:
            disabled = session.scalar(select(Account.disabled).where(Account.officer_id == officer_id))
        return disabled is False


def _content(officer_id: str, pair: KeyPair, kept: KeptText | None) -> bytes:
    value: dict[str, object] = {"officer": officer_id, "seed": to_text(pair.unsafe_seed), "kept": None}
    if kept is not None:
        value["kept"] = {"path": kept.path, "fields": dict(kept.fields)}
    return canonical_json(value)


def _parse(content: bytes) -> tuple[str, KeyPair, KeptText | None]:
    value = parse_object(content, limit=MAX_CONTENT)
    kept = value["kept"]
    return (
        value["officer"],
        KeyPair(from_text(value["seed"], length=SEED_BYTES)),
        None if kept is None else KeptText(kept["path"], kept["fields"]),
    )

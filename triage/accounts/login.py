"""Logging in: name, password and code, all or nothing. Knows no page and no cookie; says only yes or no, never why not.

Names are not discoverable (A2): whoever does not get in has cost one derivation and one window of codes, whether the name
exists, is disabled, left the roster, or has to wait.
"""

from __future__ import annotations

import threading
import unicodedata
from dataclasses import dataclass, field

from sqlalchemy import select, update

from crypto.errors import CryptoError
from crypto.kdf import PASSWORD_COST, Cost
from crypto.keys import KeyPair
from crypto.vault import open_second_factor, unlock, unlock_nobody
from intake.database.engines import Databases
from intake.database.people_tables import Account
from intake.roster import Officer, RosterReader
from intake.time import Clock
from triage.accounts.passwords import MAX_BYTES, normalise
from triage.accounts.second_factor import matching_step
from triage.accounts.throttle import Failure, Throttle

_AT_ONCE = 4
_PATIENCE = 5.0  # seconds that an attempt waits for its turn
_NO_SECRET = "A" * 32  # what the codes of a name that nobody has are compared with; no login can follow
_MAX_NAME = 200  # characters, as the roster allows


class BusyError(Exception):
    """Too many people are logging in at this moment: try again. Nothing was counted."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What was typed."""

    name: str
    password: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Attempt:
    pair: KeyPair | None
    step: int | None


@dataclass(frozen=True, slots=True)
class LoginService:
    """Turns credentials into an officer's unlocked key pair."""

    databases: Databases
    roster: RosterReader
    throttle: Throttle
    clock: Clock
    pepper: bytes = field(repr=False)
    cost: Cost = PASSWORD_COST
    _places: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(_AT_ONCE), repr=False
    )

    def log_in(self, typed: Credentials) -> tuple[Officer, KeyPair] | None:
        """The officer and the unlocked pair, or None: wrong, waiting, disabled and unknown are one answer.

        Raises BusyError, RosterError.
        """
        if not self._places.acquire(timeout=_PATIENCE):
            raise BusyError("too many people are logging in at this moment")
        try:
            return self._evaluate(typed)
        finally:
            self._places.release()

    def _evaluate(self, typed: Credentials) -> tuple[Officer, KeyPair] | None:
        name = unicodedata.normalize("NFKC", typed.name[:_MAX_NAME]).strip()
        now = self.clock.now()
        officer = self.roster.current(self.clock.today()).officers.get(name)
        account = self._account(name)
        if officer is None or not officer.active:
            account = None
        attempt = self._try(account, typed, now)
        if officer is None or account is None or attempt.pair is None or attempt.step is None:
            one_was_right = attempt.pair is not None or attempt.step is not None
            self.throttle.record(name, Failure.HOLDER if one_was_right else Failure.STRANGER, now)
            return None
        if attempt.pair.public != officer.keys or not self.throttle.admits(name, now):
            return None
        return (officer, attempt.pair) if self._use_up(name, attempt.step) else None

    def _account(self, name: str) -> Account | None:
        with self.databases.state() as session:
            return session.scalars(
                select(Account).where(Account.officer_id == name, Account.disabled.is_(False))
            ).one_or_none()

    def _try(self, account: Account | None, typed: Credentials, now: int) -> _Attempt:
        """Both factors, whatever the first one says."""
        password = normalise(typed.password[:MAX_BYTES]).encode("utf-8", "replace").decode("utf-8")
        if account is None:
            unlock_nobody(password, self.pepper, self.cost)
            return _Attempt(None, matching_step(_NO_SECRET, typed.code, now, after=now))
        try:
            pair = unlock(account.locked_key, account.officer_id, password, self.pepper, self.cost)
        except CryptoError:
            pair = None
        try:
            secret = open_second_factor(account.second_factor, account.officer_id, self.pepper).decode()
        except CryptoError:
            return _Attempt(pair, None)  # somebody altered the row: there is no code that opens it
        return _Attempt(pair, matching_step(secret, typed.code, now, after=account.last_step))

    def _use_up(self, name: str, step: int) -> bool:
        """Spend the code. Of two logins with one code, one finds the step already taken (RFC 6238 section 5.2)."""
        with self.databases.state.begin() as session:
            spent = session.execute(
                update(Account)
                .where(Account.officer_id == name, Account.last_step < step, Account.disabled.is_(False))
                .values(last_step=step)
                .returning(Account.officer_id)
            )
            return spent.one_or_none() is not None

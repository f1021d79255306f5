"""Invitations: one of the office above lets somebody enrol. The account made then opens nothing until two have certified it.

The code has 80 random bits, is shown once and kept as a hash. Whoever has no valid one gets one answer, whatever is wrong, and
has cost no derivation. Knows no page.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from crypto.encoding import canonical_json, from_text, pack, parse_object, to_text
from crypto.errors import CryptoError
from crypto.kdf import PASSWORD_COST, Cost, derive
from crypto.keys import PublicKeys
from crypto.symmetric import open_value, seal_value
from intake.appointments import WAITS, spoken
from intake.database.engines import Databases
from intake.database.people_tables import InvitationRow
from intake.organisation import Role
from intake.time import Clock
from triage.accounts.enrol import new_account
from triage.accounts.login import BusyError
from triage.accounts.second_factor import matching_step, new_totp_secret
from triage.accounts.throttle import Failure, Throttle

VALID = timedelta(days=7)
CODE_BYTES = 10  # 80 random bits
HALF_DONE = 30 * 60  # seconds between the code and the password
_GROUP = 4
_MAX_TYPED = 200  # characters
_AT_ONCE = 2
_PATIENCE = 5.0  # seconds that somebody waits for their turn
_PLACE = b"enrolment"
_FLOOR = 512  # bytes
_MISREAD = str.maketrans("018", "OIB")  # base32 has none of these digits


class WrongCodeError(ValueError):
    """The six digits are not the app's of this moment."""


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is invited, as what."""

    officer: str
    office: str
    name: str
    role: Role
    duties: frozenset[str]


@dataclass(frozen=True, slots=True)
class HalfDone:
    """Somebody who gave a valid code and has to choose a password and a second factor now."""

    officer: str
    name: str
    secret: str = field(repr=False)
    """For the authenticator app: fresh with every valid code, so that whoever saw an earlier one has nothing."""
    state: str = field(repr=False)
    """What the form brings back. It lies in the page alone, sealed."""


def new_code() -> str:
    """16 letters and digits in groups of four."""
    text = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode("ascii")
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def store_invitation(session: Session, invited: Invited, by: str, today: date) -> str:
    """Invite somebody, in place of an earlier invitation; returns the code, which is kept nowhere."""
    session.execute(delete(InvitationRow).where(InvitationRow.expires < today))
    code = new_code()
    session.merge(
        InvitationRow(
            officer_id=invited.officer,
            office=invited.office,
            name=invited.name,
            role=invited.role.value,
            duties="\n".join(sorted(invited.duties)),
            invited_by=by,
            expires=today + VALID,
            code_hash=_hash(invited.officer, code),
            public=None,
            locked_key=None,
            second_factor=None,
            last_step=0,
        )
    )
    return code


def invited_of(row: InvitationRow) -> Invited:
    """Who a row is about."""
    return Invited(
        row.officer_id, row.office, row.name, Role(row.role), frozenset(filter(None, row.duties.split("\n")))
    )


def keys_of(row: InvitationRow) -> PublicKeys | None:
    """The keys that were made at the enrolment; None before it. Raises CryptoError for an altered row."""
    return None if row.public is None else PublicKeys(row.public)


def invitations(session: Session, offices: Collection[str], today: date) -> list[InvitationRow]:
    """Those of these offices that are still good, by login name."""
    return list(
        session.scalars(
            select(InvitationRow)
            .where(InvitationRow.office.in_(offices), InvitationRow.expires >= today)
            .order_by(InvitationRow.officer_id)
        )
    )


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The page on which somebody with a code makes an account."""

    databases: Databases
    throttle: Throttle
    clock: Clock
    pepper: bytes = field(repr=False)
    secret: bytes = field(repr=False)
    """Seals what the form brings back."""
    cost: Cost = PASSWORD_COST
    _places: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(_AT_ONCE), repr=False
    )

    def begin(self, name: str, code: str) -> HalfDone | None:
        """Whether this code is this name's. None for an unknown name, a wrong, used or old code, and while the name waits."""
        officer = unicodedata.normalize("NFKC", name[:_MAX_TYPED]).strip()
        now = self.clock.now()
        with self.databases.reading() as session:
            row = session.get(InvitationRow, officer)
            known = row is not None and row.expires >= self.clock.today()
            expected = row.code_hash if row is not None and known else b""
            good = hmac.compare_digest(_hash(officer, code[:_MAX_TYPED]), expected)
            shown = "" if row is None else row.name
        if not good:
            self.throttle.record(officer, Failure.STRANGER, now)
            return None
        if not self.throttle.admits(officer, now):
            return None
        return self._half_done(officer, shown, new_totp_secret(), to_text(expected), now + HALF_DONE)

    def again(self, state: str) -> HalfDone | None:
        """Where somebody was. None when that is over, or was never here."""
        opened = self._open(state)
        return None if opened is None else opened[0]

    def finish(self, state: str, password: str, code: str) -> str | None:
        """Make the keys and the account; returns what the officer reads out to the two. None when the invitation is over.

        Raises WeakPasswordError, WrongCodeError, BusyError; then the code is still good.
        """
        opened = self._open(state)
        if opened is None:
            return None
        half, expected = opened
        step = matching_step(half.secret, code, self.clock.now(), after=0)
        if step is None:
            raise WrongCodeError
        if not self._places.acquire(timeout=_PATIENCE):
            raise BusyError("too many people are enrolling at this moment")
        try:
            account, pair = new_account(
                self.pepper, half.officer, password, half.secret, (half.name,), self.cost
            )
        finally:
            self._places.release()
        with self.databases.state.begin() as session:
            done = session.execute(
                update(InvitationRow)
                .where(InvitationRow.officer_id == half.officer, InvitationRow.code_hash == expected)
                .values(
                    code_hash=b"",
                    public=pair.public.raw,
                    locked_key=account.locked_key,
                    second_factor=account.second_factor,
                    last_step=step,
                    expires=self.clock.today() + WAITS,
                )
                .returning(InvitationRow.officer_id)
            )
            return spoken(pair.public) if done.one_or_none() is not None else None

    def _half_done(self, officer: str, name: str, secret: str, expected: str, until: int) -> HalfDone:
        content = {"officer": officer, "name": name, "secret": secret, "hash": expected, "until": until}
        sealed = seal_value(self._key(), _PLACE, canonical_json(content), floor=_FLOOR)
        return HalfDone(officer, name, secret, to_text(sealed))

    def _open(self, state: str) -> tuple[HalfDone, bytes] | None:
        try:
            value = parse_object(open_value(self._key(), _PLACE, from_text(state), floor=_FLOOR))
            half = HalfDone(value["officer"], value["name"], value["secret"], state)
            expected = from_text(value["hash"])
        except CryptoError:
            return None
        return (half, expected) if value["until"] > self.clock.now() else None

    def _key(self) -> bytes:
        return derive(self.secret, "enrolment/state")


def _hash(officer: str, code: str) -> bytes:
    typed = unicodedata.normalize("NFKC", code).upper().translate(_MISREAD)
    letters = "".join(character for character in typed if character.isalnum())
    try:
        raw = base64.b32decode(letters.encode("ascii", "replace"))
    except (binascii.Error, ValueError):
        raw = b""
    return hashlib.sha256(pack(b"underseal/v1/invitation", officer.encode("utf-8", "replace"), raw)).digest()

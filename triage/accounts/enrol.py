"""Making, renewing and closing an officer's account. Knows no roster: whoever calls has the public key certified there.

The key pair is made here, locked under the officer's password, and its private half forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto.kdf import PASSWORD_COST, Cost
from crypto.keys import KeyPair, PublicKeys
from crypto.vault import lock, seal_second_factor
from intake.database.case_tables import Grant
from intake.database.engines import Databases
from intake.database.people_tables import Account
from intake.declarations import Declaration, sign_declaration
from intake.settings import TriageSettings
from triage.accounts.passwords import check_password, normalise
from triage.accounts.second_factor import check_totp_secret


class AccountExistsError(ValueError):
    """The officer has an account already: reset it instead."""


class NoSuchAccountError(ValueError):
    """The officer has no account."""


def make_account(
    databases: Databases,
    settings: TriageSettings,
    officer_id: str,
    password: str,
    totp_secret: str,
    *,
    names: Sequence[str] = (),
    without_ties: date | None = None,
    cost: Cost = PASSWORD_COST,
) -> PublicKeys:
    """Store a new account and return the public keys that the roster is to certify. ``names`` are the officer's: no part of a
    password. ``without_ties``, on a demo alone, declares on that day that the officer has none, as nobody else can for them.

    Raises WeakPasswordError, BadSecondFactorError, AccountExistsError; their text is the user's line.
    """
    account, pair = new_account(settings.pepper, officer_id, password, totp_secret, names, cost)
    try:
        with databases.state.begin() as session:
            session.add(account)
            if without_ties is not None:
                none = Declaration(officer=officer_id, number=1, ties=(), date=without_ties, roster=1)
                session.add(sign_declaration(none, pair))
    except IntegrityError as error:
        raise AccountExistsError(
            f"{officer_id} has an account already; use officer reset to renew it"
        ) from error
    return pair.public


def reset_account(
    databases: Databases,
    settings: TriageSettings,
    officer_id: str,
    password: str,
    totp_secret: str,
    *,
    names: Sequence[str] = (),
    cost: Cost = PASSWORD_COST,
) -> PublicKeys:
    """Replace an account's password, second factor and key pair, and open it again if it was disabled.

    What was sealed to the old key nobody can open any more, so the officer's grants go: a case is held by those who can read
    it, and a colleague can grant it again. Raises as ``make_account``, and NoSuchAccountError.
    """
    account, pair = new_account(settings.pepper, officer_id, password, totp_secret, names, cost)
    with databases.state.begin() as session:
        if session.get(Account, officer_id) is None:
            raise NoSuchAccountError(f"{officer_id} has no account; use officer add")
        open_account(session, account)
    return pair.public


def disable_account(databases: Databases, officer_id: str) -> None:
    """Close an account: no login succeeds, and open sessions end with their next request. Raises NoSuchAccountError."""
    with databases.state.begin() as session:
        close_account(session, officer_id)


def close_account(session: Session, officer_id: str) -> None:
    """The same inside a transaction. Raises NoSuchAccountError."""
    closed = session.execute(
        update(Account)
        .where(Account.officer_id == officer_id)
        .values(disabled=True)
        .returning(Account.officer_id)
    )
    if closed.one_or_none() is None:
        raise NoSuchAccountError(f"{officer_id} has no account")


def open_account(session: Session, account: Account) -> None:
    """Put an account that was enrolled in its officer's place, under new keys: grants to old ones open nothing any more."""
    session.merge(account)
    session.execute(delete(Grant).where(Grant.officer_id == account.officer_id))


def new_account(
    pepper: bytes,
    officer_id: str,
    password: str,
    totp_secret: str,
    names: Sequence[str],
    cost: Cost,
) -> tuple[Account, KeyPair]:
    """An account that is not stored yet, with its key pair. Raises WeakPasswordError, BadSecondFactorError."""
    check_password(password, (officer_id, *names))
    check_totp_secret(totp_secret)
    pair = KeyPair.generate()
    account = Account(
        officer_id=officer_id,
        locked_key=lock(pair, officer_id, normalise(password), pepper, cost),
        second_factor=seal_second_factor(totp_secret.encode("ascii"), officer_id, pepper),
        last_step=0,
        disabled=False,
    )
    return account, pair

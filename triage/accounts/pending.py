"""What waits about the members of some offices: invitations, enrolments, and asks for a second signature. Changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from intake.appointments import Ask, People, SignedAsk, UnlawfulError, read_ask, spoken
from intake.database.people_tables import AskRow, InvitationRow
from triage.accounts.invitations import Invited, invitations, invited_of, keys_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """An ask that waits for its second signature. ``void``: it cannot be confirmed any more, only put away."""

    ask: Ask
    void: bool

    @property
    def digits(self) -> str | None:
        """What the officer reads out, where keys are certified."""
        return None if self.ask.keys is None else spoken(self.ask.keys)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who is invited, or has enrolled and waits for the first signature."""

    invited: Invited
    by: str
    expires: date
    digits: str | None


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits in some offices, by officer."""

    asks: Mapping[str, Waiting]
    guests: Mapping[str, Guest]


def pending(session: Session, people: People, offices: Collection[str], today: date) -> Pending:
    """What waits there."""
    found = (read_waiting(row) for row in session.scalars(select(AskRow)))
    asks = [
        _waiting(each, people, today) for each in found if each is not None and each.ask.office in offices
    ]
    guests = [guest for row in invitations(session, offices, today) if (guest := guest_of(row)) is not None]
    return Pending(
        {each.ask.officer: each for each in asks}, {guest.invited.officer: guest for guest in guests}
    )


def read_waiting(row: AskRow) -> SignedAsk | None:
    """The ask of a row, its signature not yet checked; None for what is none."""
    try:
        signed = read_ask(row.document, row.signature)
    except CryptoError:
        return None
    return signed if signed.ask.officer == row.officer_id else None


def _waiting(signed: SignedAsk, people: People, today: date) -> Waiting:
    try:
        people.check_ask(signed)
    except UnlawfulError:
        return Waiting(signed.ask, void=True)
    return Waiting(signed.ask, void=signed.ask.until < today)


def guest_of(row: InvitationRow) -> Guest | None:
    """Who is invited by a row; None where it was altered."""
    try:
        keys = keys_of(row)
        return Guest(invited_of(row), row.invited_by, row.expires, None if keys is None else spoken(keys))
    except (CryptoError, ValueError):
        return None

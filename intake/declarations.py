"""Ties that officers declare themselves: a document signed with the officer's own key, that only ever adds exclusions.

They count beside the ties of the signed roster (intake.roster merges them in). Nobody takes one back alone: each declaration
repeats the earlier ones, and all that were ever seen must stay in the database. Knows no roster and no case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto.encoding import canonical_json, parse_object
from crypto.errors import CryptoError, MalformedError
from crypto.keys import KeyPair, PublicKeys
from intake.database.people_tables import DeclarationRow
from intake.organisation import Tie
from intake.seen import Mark, SeenMarks
from intake.strict_json import parsed_date
from intake.ties import tie_document, tie_from

FORMAT = 1
MAX_TIES = 500
MAX_NUMBER = 1_000_000
SEEN_FILE = "declarations.seen"
_MAX_DOCUMENT = 512 * 1024  # bytes
_LABEL = "declaration"


class DeclarationError(Exception):
    """A declaration that was there is missing, or cannot be made; the text is one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What one officer declared, everything declared before included. Raises MalformedError for what no reader would take."""

    officer: str
    number: int
    """From 1."""
    ties: tuple[Tie, ...]
    date: date
    roster: int
    """The number of the roster that the officer saw."""

    def __post_init__(self) -> None:
        if not 1 <= self.number <= MAX_NUMBER or len(self.ties) > MAX_TIES or self.roster < 1:
            raise MalformedError("a declaration is outside its limits")
        if any(tie.officer != self.officer for tie in self.ties):
            raise MalformedError("a declaration speaks for its own officer alone")

    @property
    def mark(self) -> Mark:
        """Which one it is: its officer and its number."""
        return self.officer, self.number

    def as_document(self) -> dict[str, Any]:
        """What the officer signs."""
        return {
            "format": FORMAT,
            "officer": self.officer,
            "number": self.number,
            "ties": [tie_document(tie) for tie in self.ties],
            "date": self.date.isoformat(),
            "roster": self.roster,
        }


def sign_declaration(declaration: Declaration, pair: KeyPair) -> DeclarationRow:
    """The declaration as it is stored, signed by its officer."""
    document = canonical_json(declaration.as_document())
    return DeclarationRow(
        officer_id=declaration.officer,
        number=declaration.number,
        document=document,
        signature=pair.sign(_LABEL, document),
    )


def verify_declaration(row: DeclarationRow, keys: Iterable[PublicKeys]) -> Declaration:
    """The declaration of a row, once one of the officer's own keys is shown to have signed it. Raises CryptoError."""
    if not any(_is_signed(row, each) for each in keys):
        raise MalformedError("a declaration is not signed by its officer")
    value = parse_object(row.document, limit=_MAX_DOCUMENT)
    try:
        if value["format"] != FORMAT or (value["officer"], value["number"]) != (row.officer_id, row.number):
            raise MalformedError("a declaration stands in another one's place")
        return Declaration(
            officer=value["officer"],
            number=value["number"],
            ties=tuple(tie_from(value["officer"], entry) for entry in value["ties"]),
            date=_day(value["date"]),
            roster=value["roster"],
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise MalformedError("a declaration is not in its format") from error


def next_declaration(
    session: Session,
    officer: str,
    ties: Collection[Tie],
    *,
    declared: Collection[Tie],
    today: date,
    roster: int,
) -> Declaration:
    """The officer's next declaration: what was ``declared`` so far, and ``ties``. Raises DeclarationError for too many.

    Its number follows the highest that is stored, true or not: a forged row must keep nobody from declaring.
    """
    highest = session.scalar(
        select(func.max(DeclarationRow.number)).where(DeclarationRow.officer_id == officer)
    )
    number = (highest or 0) + 1
    every = dict.fromkeys((*declared, *ties))
    if number > MAX_NUMBER or len(every) > MAX_TIES:
        raise DeclarationError("no more ties can be declared here; tell the office above")
    return Declaration(officer=officer, number=number, ties=tuple(every), date=today, roster=roster)


def read_all(
    session: Session, keys: Mapping[str, Iterable[PublicKeys]], known: Mapping[Mark, Declaration]
) -> tuple[dict[Mark, Declaration], list[CryptoError]]:
    """Every declaration that one of its officer's ``keys`` signed, and why others were refused. ``known``: verified before."""
    found: dict[Mark, Declaration] = {}
    refused: list[CryptoError] = []
    for row in session.scalars(select(DeclarationRow)):
        mark = (row.officer_id, row.number)
        try:
            found[mark] = known.get(mark) or verify_declaration(row, keys.get(row.officer_id, ()))
        except CryptoError as error:
            refused.append(error)
    return found, refused


def check_all_there(
    seen: Collection[Mark], found: Mapping[Mark, Declaration], known: Collection[str]
) -> None:
    """Raise DeclarationError when one that was seen is gone or altered: without a tie, an officer gets the key to a case
    about a relative. ``known``: officers whom the roster lists; of others nothing can be proved any more.
    """
    missing = sorted({officer for officer, number in set(seen) - found.keys() if officer in known})
    if missing:
        raise DeclarationError(
            f"declared ties of {missing[0]} have disappeared from the database; restore the newest backup"
        )


def seen_declarations(seen_file: Path | None) -> SeenMarks:
    """The memory of every declaration that was ever seen on this machine."""
    return SeenMarks.beside(seen_file, SEEN_FILE, "a declared tie")


def _is_signed(row: DeclarationRow, keys: PublicKeys) -> bool:
    try:
        keys.verify(_LABEL, row.document, row.signature)
    except CryptoError:
        return False
    return True


def _day(text: str) -> date:
    day = parsed_date(text)
    if day is None:
        raise MalformedError("a declaration holds no date where one belongs")
    return day

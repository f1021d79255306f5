"""Letters about a name: what custodians are asked, pass on, and are told, each sealed to one officer and signed inside.

A letter is what its reader acts on, and lies where somebody could put one: so it carries who wrote it, and one that asks
carries the signature of the case's key, too, which nobody has who does not hold the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crypto.encoding import canonical_json, pack, parse_object, unpack
from crypto.envelope import Place, Purpose, open_padded, seal_padded
from crypto.errors import BadSignatureError, CryptoError, MalformedError
from crypto.keys import KeyPair, PublicKeys, new_id
from crypto.secret import Secret
from intake.database.custody_tables import CustodyLetter
from intake.record import REPORTER, Author
from intake.roster import Roster, RosterError

LABEL, CASE_LABEL = "custody-letter", "custody-letter-case"
MOST_READ = 2_000
"""Letters opened for one page; the oldest rows of a busy custodian are looked at all the same, in the order of their ids."""


class LetterKind(StrEnum):
    """What a letter is for. Values are stored: never reuse or rename one."""

    ASK = "ask"
    """To the first custodian: open this."""
    PASS = "pass"  # noqa: S105 - not a password
    """From the first custodian to the second, with the inner layer."""
    OBJECTION = "objection"
    """From the reporter, to both custodians and the level above."""
    WITHDRAWN = "withdrawn"
    """From the reporter, to both custodians: there is nothing to be opened any more."""
    GIVEN = "given"
    """From the second custodian to the one officer who asked: what was opened."""
    DONE = "done"
    """To oneself: what a custodian did."""


@dataclass(frozen=True, slots=True, repr=False)
class OpenedLetter(Secret):
    """A letter to this officer. Its writer's signature was checked, the case's where ``by_case`` is asked."""

    id: str
    case: str
    kind: LetterKind
    author: str
    content: Mapping[str, Any]
    statement: bytes
    signature: bytes
    case_signature: bytes

    @property
    def request(self) -> str:
        """The request that it is about."""
        return str(self.content.get("request", ""))

    def by_case(self, key: PublicKeys) -> None:
        """Return if whoever wrote it held the case's key. Raises BadSignatureError."""
        key.verify(CASE_LABEL, self.statement, self.case_signature)


def write_letter(
    case: str,
    to: tuple[str, PublicKeys],
    kind: LetterKind,
    author: Author,
    content: Mapping[str, Any],
    *,
    case_pair: KeyPair | None = None,
) -> CustodyLetter:
    """A row for one officer."""
    officer, keys = to
    identifier = new_id()
    statement = canonical_json(
        {**content, "case": case, "letter": identifier, "kind": kind.value, "to": officer}
    )
    by_case = b"" if case_pair is None else case_pair.sign(CASE_LABEL, statement)
    signed = pack(author.name.encode(), author.pair.sign(LABEL, statement), by_case, statement)
    sealed = seal_padded(keys, Place(Purpose.CUSTODY_LETTER, case, identifier), signed)
    return CustodyLetter(officer_id=officer, id=identifier, case_id=case, sealed=sealed)


def letters_to(session: Session, officer: str, pair: KeyPair, roster: Roster) -> list[OpenedLetter]:
    """Every letter to this officer that opens and whose writer is known; what somebody else put there is not shown."""
    rows = session.scalars(
        select(CustodyLetter)
        .where(CustodyLetter.officer_id == officer)
        .order_by(CustodyLetter.id)
        .limit(MOST_READ)
    )
    return list(_opened(rows, officer, pair, roster))


def burn(session: Session, case: str, officers: Iterable[str], letters: Iterable[str] | None = None) -> None:
    """Take letters of a case away from these officers: all of them, or the named ones."""
    gone = delete(CustodyLetter).where(
        CustodyLetter.case_id == case, CustodyLetter.officer_id.in_(sorted(officers))
    )
    if letters is not None:
        gone = gone.where(CustodyLetter.id.in_(sorted(letters)))
    session.execute(gone)


def _opened(
    rows: Iterable[CustodyLetter], officer: str, pair: KeyPair, roster: Roster
) -> Iterable[OpenedLetter]:
    for row in rows:
        try:
            yield open_letter(row, officer, pair, roster)
        except CryptoError:
            continue


def open_letter(row: CustodyLetter, officer: str, pair: KeyPair, roster: Roster) -> OpenedLetter:
    """One letter. A reporter's own is proved by whoever knows the reporter's key (``verify_reporter``). Raises CryptoError."""
    opened = open_padded(pair, Place(Purpose.CUSTODY_LETTER, row.case_id, row.id), row.sealed)
    name, signature, by_case, statement = unpack(opened, 4)
    value = parse_object(statement)
    if (value.get("case"), value.get("letter"), value.get("to")) != (row.case_id, row.id, officer):
        raise MalformedError("a letter belongs elsewhere")
    author = name.decode("utf-8", "replace")
    if author != REPORTER:
        _verify(roster, author, statement, signature)
    try:
        kind = LetterKind(value["kind"])
    except (KeyError, ValueError) as error:
        raise MalformedError("a letter of no known kind") from error
    return OpenedLetter(row.id, row.case_id, kind, author, value, statement, signature, by_case)


def is_from_reporter(letter: OpenedLetter, reporter: PublicKeys) -> bool:
    """Whether the reporter of the case wrote it."""
    try:
        reporter.verify(LABEL, letter.statement, letter.signature)
    except BadSignatureError:
        return False
    return letter.author == REPORTER


def _verify(roster: Roster, author: str, statement: bytes, signature: bytes) -> None:
    try:
        keys = roster.all_keys_of(author)
    except RosterError:
        keys = ()
    for each in keys:
        try:
            each.verify(LABEL, statement, signature)
        except BadSignatureError:
            continue
        return
    raise BadSignatureError("nobody known wrote this letter")

"""The chain in the database: read and folded over an edition, followed back through earlier ones, and never seen shorter.

What is not lawful is no part of the chain: it is skipped, so that whoever can write to the database keeps nobody from being
appointed. What was part of it once and is gone stops everything that needs a roster.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto.encoding import to_text
from crypto.errors import MalformedError
from intake.appointments.document import Entry, Head, SignedEntry, read_entry
from intake.appointments.fold import People, UnlawfulError
from intake.database.people_tables import AppointmentRow
from intake.seen import Mark, SeenMarks

SEEN_FILE = "appointments.seen"


class AppointmentError(Exception):
    """An appointment that was there is missing; the text is one line."""


@dataclass(frozen=True, slots=True)
class Chain:
    """What an edition and the entries on it come to."""

    rows: tuple[SignedEntry, ...]
    """Every row that was looked at, in the order in which they were stored."""
    people: People
    refused: tuple[Exception, ...]

    @property
    def marks(self) -> frozenset[Mark]:
        """Every place of the chain on this edition."""
        after = [to_text(entry.previous) for entry in self.people.entries[1:]]
        hashes = [*after, to_text(self.people.head.hash)] if self.people.entries else []
        numbers = (entry.number for entry in self.people.entries)
        return frozenset(zip(hashes, numbers, strict=True))


def fold_stored(session: Session, people: People, kept: Chain | None) -> Chain:
    """Everything that stands on the edition of ``people``. ``kept``: what an earlier look at the same edition found."""
    found = session.execute(
        select(AppointmentRow.document, AppointmentRow.signature)
        .where(AppointmentRow.base == people.base)
        .order_by(AppointmentRow.position)
    )
    rows = tuple(SignedEntry(document, signature) for document, signature in found)
    refused: list[Exception] = []
    begin = 0
    if kept is not None and rows[: len(kept.rows)] == kept.rows:
        people, begin, refused = kept.people.copy(), len(kept.rows), [*kept.refused]
    for row in rows[begin:]:
        try:
            people.apply(row)
        except (UnlawfulError, MalformedError) as error:
            refused.append(error)
    return Chain(rows, people, tuple(refused))


def check_chain(seen: Collection[Mark], edition: Head, chain: Chain) -> None:
    """Raise AppointmentError when an entry that was seen is gone or another: somebody who was disabled would be back.

    What lies before the edition's own head the root has taken over, and answers for.
    """
    there = chain.marks | {(to_text(edition.hash), edition.number)}
    missing = sorted(
        number for mark, number in seen if number >= edition.number and (mark, number) not in there
    )
    if missing:
        raise AppointmentError(
            f"appointment {missing[0]} has disappeared from the database; restore the newest backup"
        )


def history(session: Session, head: Head) -> Iterator[Entry]:
    """Every entry that led to ``head``, newest first, those that earlier editions took over included.

    Each is found by its hash in the one after it: an altered or foreign row is passed by, and nothing behind it is shown.
    """
    rows = session.execute(
        select(AppointmentRow.document, AppointmentRow.signature)
        .order_by(AppointmentRow.position.desc())
        .execution_options(yield_per=100)
    )
    expected = head.hash
    for document, signature in rows:
        if SignedEntry(document, signature).hash == expected:
            entry = read_entry(document)
            yield entry
            expected = entry.previous


def newest_position(session: Session) -> int:
    """The highest place that is taken, lawfully or not; 0 when none is."""
    return session.scalar(select(func.max(AppointmentRow.position))) or 0


def store_entry(session: Session, signed: SignedEntry, base: int, position: int) -> None:
    """Add an entry. Of two that are stored in the same moment the database takes one: IntegrityError."""
    session.add(
        AppointmentRow(position=position, base=base, document=signed.document, signature=signed.signature)
    )
    session.flush()


def seen_appointments(seen_file: Path | None) -> SeenMarks:
    """The memory of every appointment that was ever seen on this machine."""
    return SeenMarks.beside(seen_file, SEEN_FILE, "a disabling")

"""What custodians opened for this officer in a case: the name, or a file's untouched original. Read by who asked, alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crypto.errors import CryptoError
from crypto.secret import Secret
from intake.casefile import CaseFile
from intake.evidence.blob import BlobRef
from intake.identity.confidence import NAME, Asked, End, confidence_of
from intake.identity.letters import LetterKind, OpenedLetter, letters_to
from triage.casework.desk import Actor, Desk
from triage.casework.reading import open_to_read
from triage.casework.refusals import NoSuchCaseError


@dataclass(frozen=True, slots=True, repr=False)
class Given(Secret):
    """One thing that was opened. ``original`` is None for a name."""

    asked: Asked
    day: date
    name: str
    contact: str
    original: BlobRef | None


def given_to(desk: Desk, actor: Actor, case: str) -> tuple[CaseFile, Sequence[Given]]:
    """The case, after the read was recorded, and what this officer was given in it, newest first.

    Only what the record says that the second custodian opened for this officer. Raises as ``reading.open_to_read``.
    """
    file = open_to_read(desk, actor, case)
    opened = {
        each.id: each
        for each in confidence_of(file.records).asked
        if each.end is End.OPENED and each.by == actor.officer.id
    }
    with desk.databases.reading() as session:
        letters = letters_to(session, actor.officer.id, actor.holder.pair, actor.roster)
    given = [
        found
        for letter in letters
        if (letter.case, letter.kind) == (file.id, LetterKind.GIVEN) and letter.request in opened
        if (found := _given(opened[letter.request], letter)) is not None
    ]
    return file, sorted(given, key=lambda each: each.asked.number, reverse=True)


def original_given(desk: Desk, actor: Actor, case: str, request: str) -> BlobRef:
    """The untouched original that was opened for this officer. Raises NoSuchCaseError, and as ``given_to``."""
    for each in given_to(desk, actor, case)[1]:
        if each.asked.id == request and each.original is not None:
            return each.original
    raise NoSuchCaseError


def _given(asked: Asked, letter: OpenedLetter) -> Given | None:
    if letter.author != asked.custodians[1]:
        return None
    try:
        original = None if asked.about == NAME else BlobRef.from_json(letter.content["original"])
        day = date.fromisoformat(letter.content["date"])
        name, contact = str(letter.content.get("name", "")), str(letter.content.get("contact", ""))
    except (CryptoError, KeyError, TypeError, ValueError):
        return None
    return Given(asked, day, name, contact, original)

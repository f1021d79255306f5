"""Searching in what the officer can open, and nowhere else. Every word must occur, in any case, accents as typed.

A card is on the list anyway. A hit in a report, a message or a note is a read of that case, and recorded as one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from crypto.errors import CryptoError
from intake.card import Card
from intake.casefile import CaseFile
from triage.casework.desk import Actor, Desk
from triage.casework.listing import MOST_LISTED, Entry, held_cases
from triage.casework.reading import record_read, was_read_today
from triage.casework.refusals import CorrectThisError, Reason

SHORTEST = 3  # characters; a single letter would open every case
LONGEST = 200


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """What matched, soonest due first. ``stopped``: there are more cases than one search looks at."""

    entries: Sequence[Entry]
    stopped: bool


def search_cases(desk: Desk, actor: Actor, query: str) -> Found:
    """The officer's cases in which every word of ``query`` occurs. Raises CorrectThisError for a query that is too short."""
    words = _fold(query[:LONGEST]).split()
    if sum(map(len, words)) < SHORTEST:
        raise CorrectThisError(Reason.QUERY_TOO_SHORT)
    with desk.databases.reading() as session:
        cases = list(held_cases(session, desk, actor))
        hits: list[Entry] = []
        read: list[str] = []
        for entry in cases:
            if entry.card is not None and _holds(words, _card_text(entry.case, entry.card, actor)):
                hits.append(entry)
                continue
            try:
                file = desk.open(session, actor, entry.case)
            except CryptoError:
                continue  # the list shows that it was tampered with
            if _holds(words, _file_text(file)):
                hits.append(entry)
                if not was_read_today(file, actor):
                    read.append(entry.case)
    for case in read:
        record_read(desk, actor, case)
    return Found(hits, len(cases) == MOST_LISTED)


def _card_text(case: str, card: Card, actor: Actor) -> str:
    names = [actor.roster.organisation.name_of(officer) for officer in card.handlers]
    return " ".join((case, card.title, card.category, card.priority, *card.handlers, *names))


def _file_text(file: CaseFile) -> str:
    report = file.report
    subjects = (value for subject in report["subjects"] for value in subject.values())
    return " ".join((*report["answers"].values(), *subjects, *(entry.text for entry in file.written)))


def _holds(words: Sequence[str], text: str) -> bool:
    folded = _fold(text)
    return all(word in folded for word in words)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()

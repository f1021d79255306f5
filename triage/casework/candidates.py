"""The cases that one can be joined to: those that the officer opens and that fit, the likeliest first. No other is mentioned.

Likely is what the cards say: words of the title in common, the same kind of matter. Only so many are opened to see whether they
fit; words that are searched for in the titles bring others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from intake.circle import holders
from triage.casework.desk import Actor, Desk
from triage.casework.listing import Entry, running_cases
from triage.casework.merge import fits
from triage.casework.people import office_of
from triage.casework.policy import DECISIONS, RULES, Act, Decision
from triage.casework.position import position_of

LOOKED_INTO = 40
"""Opening one and trying whether it fits takes some milliseconds."""


@dataclass(frozen=True, slots=True, repr=False)
class Candidates:
    """What the page of a join shows. ``more``: there are others that were not looked into."""

    title: str
    entries: Sequence[Entry]
    more: bool
    seen: int
    """The newest event of the case that is to be led."""


def candidates_for(desk: Desk, actor: Actor, case: str, query: str = "") -> Candidates:
    """The cases that this one fits, of those whose title holds every word of ``query``.

    Raises NoSuchCaseError; NotYoursError and NotNowError where this officer cannot propose it now; CryptoError when the case
    was tampered with.
    """
    with desk.databases.reading() as session:
        file = desk.open(session, actor, case)
        position = position_of(file, actor.officer, actor.today)
        RULES[Act.PROPOSE].check(position)
        DECISIONS[Decision.MERGE].check(position)
        running = list(running_cases(session, desk, actor))
        own = next((entry for entry in running if entry.case == case), None)
        likely = _likely(running, own, office_of(file), query)
        held = set(holders(session, case))
        fitting = []
        for entry in likely[:LOOKED_INTO]:
            other = desk.open_beside(session, actor, entry.case)
            if other is not None and fits(
                file, other, held | set(holders(session, entry.case)), actor.roster
            ):
                fitting.append(entry)
        title = "" if own is None or own.card is None else own.card.title
        return Candidates(title, fitting, len(likely) > LOOKED_INTO, file.records[-1].number)


def _likely(running: Sequence[Entry], own: Entry | None, office: str, query: str) -> list[Entry]:
    words, wanted = _words(own), query.casefold().split()
    category = "" if own is None or own.card is None else own.card.category

    def unlike(entry: Entry) -> tuple[int, int]:
        same = entry.card is not None and entry.card.category == category
        return -len(words & _words(entry)), 0 if same else 1

    others = [
        entry
        for entry in running
        if entry.card is not None and entry is not own and entry.office == office and not entry.card.joined
        if all(word in entry.card.title.casefold() for word in wanted)
    ]
    return sorted(others, key=unlike)


def _words(entry: Entry | None) -> set[str]:
    if entry is None or entry.card is None:
        return set()
    return {word for word in entry.card.title.casefold().split() if len(word) > 3}

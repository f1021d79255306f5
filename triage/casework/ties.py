"""An officer's own ties: finding whom they concern, declaring them, and what a tie that was found later leaves to decide again.

A declaration only ever adds. It names no case, and knows none: who loses a case through it follows from routing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from intake.casefile import CaseFile
from intake.declarations import DeclarationError, next_declaration, sign_declaration
from intake.events import ACTS
from intake.organisation import Organisation, Tie, TieType
from intake.record import EventRecord
from intake.roster import Roster
from intake.routing import Cause
from intake.standing import standing_of
from intake.strict_json import parsed_date
from triage.casework.desk import Actor, Desk
from triage.casework.refusals import CorrectThisError, Reason

SHORTEST = 2  # letters
LONGEST = 200
MOST = 50
"""How many finds a page shows; more letters give fewer."""
_TRIES = 4  # the same officer may press twice; each try takes the next number


@dataclass(frozen=True, slots=True)
class Finds:
    """What the register holds under a name. ``more``: there are more than are shown."""

    ids: Sequence[str]
    more: bool


def find_targets(organisation: Organisation, me: str, query: str) -> Finds:
    """Persons, officers, bodies and offices whose name holds ``query``, by name. Raises CorrectThisError."""
    typed = query.strip()[:LONGEST]
    if len(typed) < SHORTEST:
        raise CorrectThisError(Reason.QUERY_TOO_SHORT)
    found = sorted(
        (identifier for identifier in organisation.targets_like(typed) if identifier != me),
        key=lambda identifier: (organisation.name_of(identifier), identifier),
    )
    return Finds(found[:MOST], len(found) > MOST)


def checked_tie(organisation: Organisation, me: str, kind: str, target: str, until: str) -> Tie:
    """The tie that a form describes. Raises CorrectThisError."""
    if target == me or not organisation.is_target(target):
        raise CorrectThisError(Reason.UNKNOWN_TARGET)
    if kind not in set(TieType):
        raise CorrectThisError(Reason.UNKNOWN_TIE)
    day = parsed_date(until) if until else None
    if until and day is None:
        raise CorrectThisError(Reason.NOT_A_DATE)
    return Tie(officer=me, type=TieType(kind), target=target, until=day)


def declare(desk: Desk, actor: Actor, ties: Collection[Tie]) -> None:
    """Sign and store what the officer declared so far and ``ties``; none at all is a declaration too. What says nothing new is
    not stored again.

    Raises CorrectThisError when there are too many.
    """
    me, roster = actor.officer.id, actor.roster
    before = roster.declared.get(me)
    if before is not None and set(ties) <= set(before):
        return
    for attempt in range(_TRIES):
        try:
            with desk.databases.state.begin() as session:
                declaration = next_declaration(
                    session, me, ties, declared=before or (), today=actor.today, roster=roster.number
                )
                session.add(sign_declaration(declaration, actor.holder.pair))
        except DeclarationError as error:
            raise CorrectThisError(Reason.TOO_MANY_TIES) from error
        except IntegrityError:
            if attempt == _TRIES - 1:
                raise
        else:
            return


def acts_of(file: CaseFile, officer: str) -> list[EventRecord]:
    """What an officer did in a case, reading apart, oldest first."""
    return [record for record in file.records if record.actor == officer and record.kind in ACTS]


def acts_to_decide_again(file: CaseFile, roster: Roster) -> Mapping[str, list[EventRecord]]:
    """By officer, every act of those of whom a tie to this case was found after they had acted in it."""
    excluded = standing_of(file, roster).decision.excluded_officers
    tied = (officer for officer, causes in sorted(excluded.items()) if Cause.TIE in causes)
    return {officer: acts for officer in tied if (acts := acts_of(file, officer))}

"""What the worker tells of the portal itself: that its switch was turned, and that a ceiling was nearly reached. Each once.

Closing the portal keeps reports out, for good reasons and for bad ones: those who watch over the offices hear of every turn,
whoever made it. The ids of these notices follow from what they tell, so that any number of workers tells it once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from intake.alarms import Alarm, alarms
from intake.database.case_tables import Notice
from intake.log import Happening
from intake.notices import NoticeKind, fixed_id, letters
from intake.organisation import EXT_OMB, OVS
from intake.portal_mode import Turn, turns
from intake.roster import Roster
from intake.standing import told_at
from triage.worker.context import Context


@dataclass(frozen=True, slots=True)
class Seen:
    """What was there when this worker last looked."""

    turns: tuple[Turn, ...] = ()
    alarms: tuple[Alarm, ...] = ()


def tell_of_portal(context: Context, before: Seen) -> Seen:
    """Tell what is new. Raises RosterError; database errors pass through."""
    with context.databases.reading() as session:
        turned = tuple(turns(session))
    with context.databases.volatile() as session:
        raised = tuple(alarms(session, context.clock.now()))
    seen = Seen(turned, raised)
    if seen == before:
        return seen
    roster = context.roster()
    with context.databases.state.begin() as session:
        for turn in turned:
            content = {"mode": turn.mode.value}
            if turn.since and _tell(
                session, context, roster, NoticeKind.PORTAL_MODE, (str(turn.number),), turn.since, content
            ):
                context.log.note(Happening.PORTAL_MODE, mode=turn.mode.value)
        for alarm in raised:
            word, day = alarm.ceiling.word, alarm.day
            content = {"ceiling": word}
            _tell(session, context, roster, NoticeKind.CEILING, (word, day.isoformat()), day, content)
    return seen


def _tell(
    session: Session,
    context: Context,
    roster: Roster,
    kind: NoticeKind,
    about: tuple[str, ...],
    day: date,
    content: Mapping[str, Any],
) -> bool:
    """Whether somebody was told who had not been."""

    def numbered(officer: str) -> str:
        return fixed_id(context.settings.gate_pair, kind.value, *about, officer)

    written = letters(roster, _watching(roster), kind, day, content, numbered=numbered)
    new = [letter for letter in written if session.get(Notice, (letter.officer, letter.id)) is None]
    session.add_all(letter.as_row() for letter in new)
    session.flush()
    return bool(new)


def _watching(roster: Roster) -> set[str]:
    """The oversight board, the office outside, and the head of every office."""
    organisation = roster.organisation
    heads = (organisation.head_of(office) for office in organisation.offices)
    board = {*told_at(roster, OVS, ()), *told_at(roster, EXT_OMB, ())}
    return board | {head.id for head in heads if head is not None and head.id in roster.certified}

"""Telling the level above who answers for a case of which it was told: the office and the role below, the officer of its own.

Nothing is remembered but the notices themselves, each with the one id that case, turn and reader give: what is taken away comes
back the next day. No name of an officer below is told, and nothing to anybody who was not told of the case before (P2).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.answering import stands_for
from intake.database.case_tables import Notice
from intake.duties import addressees
from intake.duties.stewardship import take_up
from intake.notices import NoticeKind, fixed_id, letters
from intake.release import Gate
from intake.roster import Roster
from intake.watch import Watch

_AT_ONCE = 500  # ids in one question


def read_by(session: Session, wanted: Collection[str]) -> dict[str, str]:
    """Which of these notices were delivered: id → to whom."""
    found: dict[str, str] = {}
    ids = sorted(wanted)
    for start in range(0, len(ids), _AT_ONCE):
        query = select(Notice.id, Notice.officer_id).where(Notice.id.in_(ids[start : start + _AT_ONCE]))
        found |= {row.id: row.officer_id for row in session.execute(query)}
    return found


def untold(
    session: Session, watches: Sequence[Watch], delivered: Mapping[str, str], gate: Gate
) -> frozenset[str]:
    """Of these cases, those of which somebody above has to hear who answers now. ``delivered``: as ``read_by``."""
    wanted = {
        _number(gate, watch, reader): watch.case
        for watch in watches
        for reader in _readers(watch, delivered, gate.roster)
    }
    missing = wanted.keys() - read_by(session, wanted).keys()
    return frozenset(wanted[number] for number in missing)


def tell_answers(session: Session, case: str, gate: Gate) -> int:
    """Deliver what was not delivered; how many notices that were. Part of the caller's transaction.

    Raises CryptoError when the watch was altered, IntegrityError when another worker told the same.
    """
    steward = take_up(session, case, gate)
    if steward is None:
        return 0
    watch, roster = steward.watch, gate.roster
    readers = _readers(watch, read_by(session, watch.notices), roster)
    there = read_by(session, [_number(gate, watch, reader) for reader in readers])
    new = [reader for reader in readers if _number(gate, watch, reader) not in there]
    written = letters(
        roster,
        new,
        NoticeKind.ANSWERS,
        gate.today,
        _content(watch, roster),
        numbered=lambda reader: _number(gate, watch, reader),
    )
    session.add_all(letter.as_row() for letter in written)
    session.flush()
    return len(written)


def _readers(watch: Watch, delivered: Mapping[str, str], roster: Roster) -> list[str]:
    """Those of the level above who were told of this case already. Nobody where no act has said yet who answers."""
    told = {delivered[number] for number in watch.notices if number in delivered}
    return sorted(told.intersection(addressees.level_above(watch, roster))) if watch.answers and told else []


def _content(watch: Watch, roster: Roster) -> dict[str, str]:
    officer = watch.answers.get("officer", "")
    known = roster.officers.get(officer)
    above, _ = addressees.office_above(watch, roster)
    return {
        "case": watch.case,
        "office": watch.office,
        "role": "" if known is None else known.role,
        "task": watch.handlers.get(officer, ""),
        "since": watch.answers.get("since", watch.received),
        "through": watch.answers.get("by", ""),
        "above": above,
        "own": stands_for(roster, above, addressees.excluded(watch, roster)),
    }


def _number(gate: Gate, watch: Watch, reader: str) -> str:
    turn: Iterable[str] = (watch.office, *(watch.answers.get(name, "") for name in ("officer", "since")))
    return fixed_id(gate.pair, "answers", watch.case, *turn, reader)

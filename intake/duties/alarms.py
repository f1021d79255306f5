"""Telling that somebody meddled: the level above and the oversight board, once for each finding, and never whom it is about.

Nothing is remembered but the notices themselves: each has the one id that its case, finding and officer give. Taking one away
brings it back the next day.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from intake import ladder
from intake.database.case_tables import Case, Notice
from intake.duties import addressees
from intake.duties.findings import Finding, Found, is_unwatched
from intake.duties.scan import Seen, look_at
from intake.notices import NoticeKind, fixed_id, letters
from intake.release import Gate
from intake.routing import Way
from intake.watch import soonest

_NO_WATCH_TO_TRUST = frozenset({Finding.UNWATCHED, Finding.PUT_BACK})


def raise_alarms(session: Session, case: str, gate: Gate) -> int:
    """Tell what is wrong with a case and was not told yet; how many findings that were. Part of the caller's transaction.

    Under the case's lock everything is looked at again: no act can be in the middle. Raises IntegrityError when another worker
    told the same.
    """
    row = session.scalars(select(Case).where(Case.id == case).with_for_update()).one_or_none()
    (seen,) = look_at(session, [case], gate)
    if row is not None and any(found.finding is Finding.POSTPONED for found in seen.wrong):
        _put_right(row, seen, gate)
    told = _whom_to_tell(session, row, seen, gate)
    return sum(_tell(session, seen, found, told, gate) for found in seen.wrong)


def _tell(session: Session, seen: Seen, found: Found, officers: Sequence[str], gate: Gate) -> bool:
    """Whether this was new. What nobody may be told is new every day, for the log."""
    content = {"case": seen.case, "finding": found.finding.value, **_about(seen)}

    def numbered(officer: str) -> str:
        return fixed_id(gate.pair, "alarm", seen.case, found.finding.value, found.mark, officer)

    written = letters(gate.roster, officers, NoticeKind.ALARM, gate.today, content, numbered=numbered)
    new = [letter for letter in written if session.get(Notice, (letter.officer, letter.id)) is None]
    session.add_all(letter.as_row() for letter in new)
    session.flush()
    return bool(new) or not written


def _about(seen: Seen) -> dict[str, str]:
    if seen.watch is not None:
        return {"office": seen.watch.office, "priority": seen.watch.priority}
    return {} if seen.stored is None else {"office": seen.stored.columns.office}


def _whom_to_tell(session: Session, row: Case | None, seen: Seen, gate: Gate) -> tuple[str, ...]:
    """The level above and the oversight board, as far as it is certain that none of them is excluded (P2)."""
    watch = seen.watch
    if watch is not None and not any(found.finding in _NO_WATCH_TO_TRUST for found in seen.wrong):
        return addressees.ledger(watch, gate.roster)
    # Somebody may have been excluded since a watch that was put back: those alone remain whom the ladder holds a grant for.
    excluded = frozenset[str]() if watch is None else addressees.excluded(watch, gate.roster)
    return tuple(who for who in _on_the_ladder(session, row, gate) if who not in excluded)


def _on_the_ladder(session: Session, row: Case | None, gate: Gate) -> tuple[str, ...]:
    if row is None:
        return ()
    try:
        rungs = ladder.peel_all(session, row.id, row.epoch, gate.pair)
    except CryptoError:
        return ()
    above = [rung for rung in rungs if rung.kind == Way.OVERDUE and rung.prior == row.office]
    return tuple(sorted({officer for rung in above for officer in rung.grants}))


def _put_right(row: Case, seen: Seen, gate: Gate) -> None:
    """The days on which the worker looks at the case, as they must be: what was to be overlooked is done today."""
    if seen.watch is None or seen.stored is None:
        return
    row.wake = soonest(seen.watch)
    if is_unwatched(seen.stored):
        row.stale = seen.stored.stale_by

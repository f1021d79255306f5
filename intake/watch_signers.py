"""Who may sign a watch: whoever acted last, and nobody else who can seal to the gate. Knows nothing of what a watch says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.envelope import is_for
from crypto.errors import BadSignatureError
from crypto.keys import PublicKeys
from intake.database.case_tables import Case, Event
from intake.record import GATE, RECOVERY, REPORTER
from intake.roster import Roster, RosterError

if TYPE_CHECKING:
    from intake.watch import Watch


def verify(
    session: Session,
    watch: Watch,
    author: bytes,
    label: str,
    statement: bytes,
    signature: bytes,
    roster: Roster,
) -> None:
    """Return if somebody signed who may write this watch. Raises BadSignatureError."""
    for keys in _keys_of(session, watch, author, roster):
        try:
            keys.verify(label, statement, signature)
        except BadSignatureError:
            continue
        return
    raise BadSignatureError("a watch is signed by nobody who may write it")


def _keys_of(session: Session, watch: Watch, author: bytes, roster: Roster) -> tuple[PublicKeys, ...]:
    """An officer's, of today or before; the gate's; the recovery key's; for a case without any act the reporter's, to whom leaf
    0 was sealed. Of a case that is gone nothing is left to compare with: its watch says no more than that it is gone.
    """
    if author == GATE.encode():
        return (roster.gate, *roster.former_gates)
    if author == RECOVERY.encode():
        return roster.recoveries
    if author != REPORTER.encode():
        try:
            return roster.all_keys_of(author.decode("utf-8", "replace"))
        except RosterError:
            return ()
    leaf = session.scalar(select(Event.reporter_key).where(Event.case_id == watch.case, Event.number == 0))
    if (watch.number, watch.epoch) != (0, 0):
        return ()
    reporter = PublicKeys.from_text(watch.reporter)
    fits = session.get(Case, watch.case) is None if leaf is None else is_for(reporter, leaf)
    return (reporter,) if fits else ()

"""Writing to the reporter and writing for the circle."""

from __future__ import annotations

from intake.database.case_tables import ItemKind
from intake.events import EventKind
from triage.casework.acting import Acting
from triage.casework.clocks import FIRST_CONTACT, PROGRESS, newly_met
from triage.casework.desk import Actor, Desk, checked_text
from triage.casework.policy import Act
from triage.casework.second_look import check_looked


def answer(
    desk: Desk, actor: Actor, case: str, text: str, *, seen: int | None = None, looked: str = ""
) -> None:
    """Write to the reporter. The first answer is the first contact.

    ``looked``: the fingerprint of a text that was looked at again. Raises as ``Desk.act``, CorrectThisError, LookAgainError.
    """
    message = checked_text(text)
    with desk.act(actor, case, Act.ANSWER, seen=seen) as acting:
        if not was_sent(acting, ItemKind.ANSWER, message, seen):
            check_looked(message, looked, acting.file, actor.roster)
            met = newly_met(acting.file, actor.today, FIRST_CONTACT)
            acting.tell(EventKind.ANSWERED, {**acting.answer(message), "met": met})


def note(desk: Desk, actor: Actor, case: str, text: str, *, seen: int | None = None) -> None:
    """Write for the circle alone; where the level above wants notes of the progress, this is one.

    Raises as ``Desk.act``, CorrectThisError.
    """
    message = checked_text(text)
    with desk.act(actor, case, Act.NOTE) as acting:
        if not was_sent(acting, ItemKind.NOTE, message, seen):
            met = newly_met(acting.file, actor.today, PROGRESS)
            acting.tell(EventKind.NOTED, {**acting.note(message), "met": met})


def was_sent(acting: Acting, kind: ItemKind, text: str, seen: int | None) -> bool:
    """Whether this very form was sent before: a button pressed twice, a page that was reloaded."""
    if seen is None:
        return False
    return any(
        (entry.kind, entry.author, entry.text) == (kind, acting.officer.id, text) and entry.number > seen
        for entry in acting.file.written
    )

"""Writing to the reporter and writing for the circle."""

from __future__ import annotations

from intake.circle import tell, write_item
from intake.database.case_tables import ItemKind
from intake.events import EventKind
from triage.casework.desk import Acting, Actor, Desk, checked_text
from triage.casework.policy import Act
from triage.casework.update import Update, newly_met, store_update

FIRST_CONTACT = "first_contact_due"


def answer(desk: Desk, actor: Actor, case: str, text: str, *, seen: int | None = None) -> None:
    """Write to the reporter. The first answer is the first contact. Raises as ``Desk.act``, CorrectThisError."""
    message = checked_text(text)
    with desk.act(actor, case, Act.ANSWER, seen=seen) as acting:
        if _was_sent(acting, ItemKind.ANSWER, message, seen):
            return
        told = write_answer(acting, message)
        changed = Update(met=newly_met(acting.file, actor.today, FIRST_CONTACT))
        store_update(acting, changed)
        data = {**told, **changed.as_data()}
        tell(acting.session, acting.file.box, actor.author, EventKind.ANSWERED, actor.today, data)


def note(desk: Desk, actor: Actor, case: str, text: str, *, seen: int | None = None) -> None:
    """Write for the circle alone. Raises as ``Desk.act``, CorrectThisError."""
    message = checked_text(text)
    with desk.act(actor, case, Act.NOTE) as acting:
        if _was_sent(acting, ItemKind.NOTE, message, seen):
            return
        box = acting.file.box
        content = {"text": message}
        told = write_item(acting.session, box, actor.author, ItemKind.NOTE, actor.today, content)
        tell(acting.session, box, actor.author, EventKind.NOTED, actor.today, told)


def write_answer(acting: Acting, text: str) -> dict[str, str]:
    """Store an answer that names its author's role and office, never the person. What its event says of it."""
    actor = acting.actor
    content = {"text": text, "role": actor.officer.role, "office": actor.officer.office}
    return write_item(acting.session, acting.file.box, actor.author, ItemKind.ANSWER, actor.today, content)


def _was_sent(acting: Acting, kind: ItemKind, text: str, seen: int | None) -> bool:
    """Whether this very form was sent before: a button pressed twice, a page that was reloaded."""
    if seen is None:
        return False
    me = acting.actor.officer.id
    return any(
        (entry.kind, entry.author, entry.text) == (kind, me, text) and entry.number > seen
        for entry in acting.file.written
    )

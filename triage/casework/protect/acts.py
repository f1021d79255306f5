"""What is done for a reporter's safety besides the plan: writing to them, going through what they said. Each is an event."""

from __future__ import annotations

from intake.events import EventKind
from intake.protection.keeping import LETTER, keep, write_letter
from intake.protection.said import REVIEW
from intake.record import REPORTER
from triage.casework.desk import Actor, Desk, checked_text
from triage.casework.protect.access import Keeping, Way, keeping
from triage.casework.refusals import NotNowError, Reason
from triage.casework.second_look import check_looked, check_looked_without_case


def write_to_reporter(
    desk: Desk, actor: Actor, way: Way, text: str, *, seen: int = -1, looked: str = ""
) -> None:
    """A letter about their safety; the mailbox shows it with the role of whoever wrote it.

    ``looked``: the fingerprint of a text that was looked at again. Raises as ``keeping``, CorrectThisError, LookAgainError.
    """
    message = checked_text(text)
    with keeping(desk, actor, way) as kept:
        if _was_sent(kept, LETTER, message, seen):
            return
        if kept.holder is None:
            check_looked_without_case(message, looked, actor.roster)
        else:
            check_looked(message, looked, kept.holder, actor.roster)
        write_letter(
            kept.session, kept.keys, kept.author, kept.role, kept.officer.office, kept.today, message
        )


def review(desk: Desk, actor: Actor, way: Way, text: str, *, seen: int) -> None:
    """Say what was looked at and what was done after "not safe", a change or silence. It ends "until a person has reviewed";
    the band of the case falls by its officers alone.

    Refused when the reporter said something after ``seen``, the newest event that the page showed: nobody reviews what they
    have not read. Raises as ``keeping``, CorrectThisError.
    """
    message = checked_text(text)
    with keeping(desk, actor, way) as kept:
        if _was_sent(kept, REVIEW, message, seen):
            return
        if any(each.author == REPORTER and each.number > seen for each in kept.file.said):
            raise NotNowError(Reason.CHANGED_MEANWHILE)
        keep(
            kept.session,
            kept.keys,
            kept.author,
            EventKind.SAFETY_REVIEWED,
            REVIEW,
            kept.today,
            {"text": message},
        )


def _was_sent(kept: Keeping, form: str, text: str, seen: int) -> bool:
    """A button pressed twice, a page that was reloaded."""
    return any(
        (each.form, each.author, each.content.get("text")) == (form, kept.officer.id, text)
        and each.number > seen
        for each in kept.file.said
    )

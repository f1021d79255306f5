"""The words about a name left in confidence: where it is, who asks for it, what came of that. Knows no page."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, gettext, lazy_gettext

from intake.events import EventKind
from intake.identity.confidence import CONFIDED, REQUEST, End, Left
from intake.mailbox import NotPossible
from intake.record import EventRecord
from portal.words import author_words

_ = lazy_gettext

EVENTS: Mapping[EventKind, LazyString] = {
    EventKind.SOUGHT: _("Two people were asked to open what they keep for you. You were told here."),
    EventKind.TRIED: _("Somebody asked for your name outside of the rules. It was not given."),
    EventKind.PEELED: _("The first of the two people agreed to open it."),
    EventKind.UNSEALED: _("The second one agreed, and it was opened for the one officer who had asked."),
    EventKind.WITHHELD: _("Somebody asked for it; it was not given."),
}

_LEFT: Mapping[Left, LazyString] = {
    Left.LEFT: _("You left your name in confidence."),
    Left.WITHDRAWN: _("You took your name back."),
}

BECAUSE: Mapping[str, LazyString] = {
    "consent": _("you agreed to it"),
    "danger": _("somebody's life or health is in danger"),
    "court_order": _("a court ordered it"),
    "legal_duty": _("a law demands it"),
    "defence": _("the person you reported must be able to defend themselves"),
}
"""As `intake/data/catalogues/grounds.json` lists the grounds."""

ENDS: Mapping[End, LazyString] = {
    End.OPENED: _("It was opened by both, and read by one officer."),
    End.REFUSED: _("It was not given."),
    End.REPLACED: _("It was not given; two others were asked."),
    End.OVERTAKEN: _("You left another name, or took it back: it was not given."),
    End.LAPSED: _("Nobody answered in time: it was not given."),
}

REFUSALS: Mapping[NotPossible, LazyString] = {
    NotPossible.NO_NAME: _("There is no name here that you could take back."),
    NotPossible.OPENED: _("Your name was opened already. What somebody has read cannot be taken back."),
    NotPossible.NO_CUSTODIANS: _(
        "At the moment there are not two people who could keep your name. Keep what you typed, and try again in some days."
    ),
    NotPossible.NOT_SOUGHT: _(
        "Nobody asks for your name now. If you want to say something to the office, write a message."
    ),
}


def event_line(record: EventRecord) -> str | None:
    """The line of an event that is about a name although its kind is not; None for every other."""
    if record.kind is EventKind.WRITTEN and record.data.get(CONFIDED) in set(Left):
        return str(_LEFT[Left(record.data[CONFIDED])])
    if record.kind is EventKind.OBJECTED and REQUEST in record.data:
        return str(gettext("You said why it must not be opened."))
    return None


def who_words(role: str) -> str:
    """Who asks: a role, never a name."""
    return author_words(role)

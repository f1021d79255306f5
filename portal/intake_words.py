"""The words that fit what a reporter brings: on the form, and in the mailbox. Codes travel; words are chosen here.

The mailbox has no words of its own for somebody who was harmed: whoever finds the code learns from it that something was
reported, and must not learn that its owner is the one it happened to (A5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import LazyString, lazy_gettext

from intake.completeness import Known, Part
from intake.intake_types import IntakeType
from intake.states import CaseState
from portal.words import STATES

_ = lazy_gettext

States = dict[CaseState, tuple[LazyString, LazyString]]


@dataclass(frozen=True, slots=True)
class Wording:
    """How the form speaks with somebody who brings this."""

    choice: LazyString
    """The answer to "What do you want to tell us?"."""
    title: LazyString
    what: LazyString
    hint: LazyString
    who: LazyString
    send: LazyString


_PATHS: Mapping[str, str] = {"what": "/report", "who": "/report/who", "safety": "/report/safety"}

_LEAVE_OUT = _(
    "In your own words. What was done, by whom, to whom? How do you know? Leave out what points at you."
)
_WHO = _("Who did it? This decides which office gets your report: never one that these people have power over. If you do"
         " not know anybody, leave it empty.")  # fmt: skip

INTAKES: Mapping[IntakeType, Wording] = {
    IntakeType.REPORT: Wording(
        _("Something wrong was done, is being done, or is planned"),
        _("What happened"),
        _("What happened?"),
        _LEAVE_OUT,
        _WHO,
        _("Send the report"),
    ),
    IntakeType.HARMED: Wording(
        _("Something wrong was done to me"),
        _("What happened to you"),
        _("What happened to you?"),
        _("In your own words, as much as you want to say now. You can write more later. What was done, and by whom?"),
        _WHO,
        _("Send the report"),
    ),
    IntakeType.CONCERN: Wording(
        _("A worry: nothing wrong was done yet, but it could be"),
        _("What worries you"),
        _("What worries you?"),
        _("In your own words. What could go wrong, and why do you think so? Leave out what points at you."),
        _("You need not name anybody. Say where it is, so that the right office gets it."),
        _("Send it"),
    ),
    IntakeType.SUGGESTION: Wording(
        _("An idea for doing something better"),
        _("Your idea"),
        _("What could be done better?"),
        _("In your own words. How is it now, and how could it be? Leave out what points at you."),
        _("You need not name anybody. Say where it is, so that the right office gets it."),
        _("Send it"),
    ),
}  # fmt: skip


_CONCERN: States = {
    CaseState.RECEIVED: (_("What worries you has arrived"), _("Nobody has answered yet.")),
    CaseState.ACKNOWLEDGED: (_("What worries you has been read"), _("An officer has confirmed that it arrived.")),
    CaseState.ASSESSED: (_("What worries you was looked at"), _("The office has decided what to do first.")),
    CaseState.ADDRESSING: (_("What worries you is being worked on"), _("Officers are looking into it.")),
    CaseState.CONCLUDED: (_("The work on it has ended"), _("You get the answer with its reasons below.")),
    CaseState.CLOSED: (_("This is closed"), _("You can still write here if something new happens.")),
    CaseState.REDIRECTED: (_("This belongs elsewhere"), _("You find where in the answers below.")),
    CaseState.REOPENED: (_("This is being worked on again"), _("It was opened once more.")),
}  # fmt: skip
_SUGGESTION: States = _CONCERN | {
    CaseState.RECEIVED: (_("Your idea has arrived"), _("Nobody has answered yet.")),
    CaseState.ACKNOWLEDGED: (_("Your idea has been read"), _("An officer has confirmed that it arrived.")),
    CaseState.ASSESSED: (_("Your idea was looked at"), _("The office has decided what to do first.")),
    CaseState.ADDRESSING: (_("Your idea is being worked on"), _("Officers are looking into it.")),
}  # fmt: skip

_STATES: Mapping[IntakeType, States] = {IntakeType.CONCERN: _CONCERN, IntakeType.SUGGESTION: _SUGGESTION}


_MISSING: Mapping[Part, LazyString] = {
    Part.WHAT: _("You have not said what happened. That is the one thing we need."),
    Part.WHO: _("You have not said who did it. That is fine. A post or a place helps, too."),
    Part.WHEN: _("You have not said when. That is fine. Words such as “last spring” help, too."),
    Part.WHERE: _("You have not said where. That is fine. It helps the officers to look in the right place."),
    Part.HOW_KNOWN: _("You have not said how you know. That is fine. It helps the officers to believe what can be proved."),
    Part.EVIDENCE: _("You have not said whether you have proof. That is fine. Do not go looking for any."),
}  # fmt: skip


_SAID: Mapping[Part, LazyString] = {
    Part.WHAT: _("what happened"),
    Part.WHO: _("who"),
    Part.WHEN: _("when"),
    Part.WHERE: _("where"),
    Part.HOW_KNOWN: _("how you know"),
    Part.EVIDENCE: _("whether you have proof"),
}


def said_words(known: Iterable[Known]) -> list[LazyString]:
    """What was said already."""
    return [_SAID[each.part] for each in known if each.is_there]


def missing_lines(known: Iterable[Known]) -> list[tuple[str, LazyString]]:
    """What could still help: the address of its question, and a sentence. None of it has to be said."""
    return [(f"{_PATHS[each.step]}#{each.field}", _MISSING[each.part]) for each in known if not each.is_there]


def becomes_more(kind: IntakeType) -> bool:
    """Whether its reporter calls it less than a report: a worry, an idea."""
    return kind in _STATES


def state_words(state: CaseState, kind: IntakeType) -> tuple[LazyString, LazyString]:
    """What a state is called in the mailbox, and one sentence."""
    return _STATES.get(kind, STATES)[state]

"""What each role and duty owes at all, as data, and what one officer owes now, over the cases that officer holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from intake.calendar import Period
from intake.organisation import EXT_OMB, OVS, Duty, Role
from intake.organisation.pack import Pack
from intake.states import CaseState
from triage.casework.desk import Actor, Desk
from triage.casework.listing import MOST_LISTED, Entry, held_cases
from triage.casework.responsibilities import Responsibility, responsibilities


class Obligation(StrEnum):
    """One thing that somebody owes. The words are the page's."""

    ACKNOWLEDGE = "acknowledge"
    ASSESS = "assess"
    ACCEPT = "accept"
    ASSIGN = "assign"
    FEEDBACK = "feedback"
    FINDINGS = "findings"
    RESULT = "result"
    CORRECTIONS = "corrections"
    PROGRESS = "progress"
    PROTECT = "protect"
    CUSTODY = "custody"
    ACCOUNTS = "accounts"
    VOTE = "vote"
    VOTE_LAST = "vote_last"
    RECUSE = "recuse"
    INTERFERENCE = "interference"
    CALL_UP = "call_up"
    TAKE_OVER = "take_over"
    WATCH_FIGURES = "watch_figures"


BY_DUTY: Mapping[str, tuple[Obligation, ...]] = MappingProxyType(
    {
        str(Duty.TRIAGE): (Obligation.ACKNOWLEDGE, Obligation.ASSESS, Obligation.ACCEPT, Obligation.ASSIGN),
        str(Duty.HANDLE): (
            Obligation.FEEDBACK,
            Obligation.FINDINGS,
            Obligation.RESULT,
            Obligation.CORRECTIONS,
            Obligation.PROGRESS,
        ),
        str(Duty.PROTECT): (Obligation.PROTECT,),
        str(Duty.CUSTODY): (Obligation.CUSTODY,),
        str(Duty.ACCOUNTS): (Obligation.ACCOUNTS,),
    }
)
"""What comes with each duty."""

BY_ROLE: Mapping[str, tuple[Obligation, ...]] = MappingProxyType({str(Role.HEAD): (Obligation.VOTE_LAST,)})
"""What comes with a role, whatever the duties."""

EVERYBODY = (Obligation.VOTE, Obligation.RECUSE, Obligation.INTERFERENCE)
ABOVE = (Obligation.CALL_UP, Obligation.TAKE_OVER, Obligation.WATCH_FIGURES)
"""What an office owes that has another one below it."""

PERIODS: Mapping[Obligation, str] = MappingProxyType(
    {
        Obligation.ACKNOWLEDGE: "ack_due",
        Obligation.ACCEPT: "accept_due",
        Obligation.FEEDBACK: "feedback_due",
        Obligation.RESULT: "result_due",
        Obligation.CORRECTIONS: "corrective",
        Obligation.PROGRESS: "progress",
        Obligation.VOTE: "panel",
        Obligation.CALL_UP: "call_up",
        Obligation.TAKE_OVER: "takeover",
    }
)
"""Obligation → the pack's number for it."""


@dataclass(frozen=True, slots=True)
class Owed:
    """One obligation, with its term where the pack gives one."""

    what: Obligation
    within: Period | None


@dataclass(frozen=True, slots=True, repr=False)
class Due:
    """What this officer owes in one case now."""

    entry: Entry
    responsibility: Responsibility


@dataclass(frozen=True, slots=True, repr=False)
class MyDuties:
    """Soonest first. ``stopped``: more cases are held than one page looks at."""

    due: list[Due]
    owed: list[Owed]
    stopped: bool


def owed_by(actor: Actor) -> list[Owed]:
    """What this officer's role and duties owe in every case."""
    officer, organisation = actor.officer, actor.roster.organisation
    what = [each for duty in BY_DUTY for each in BY_DUTY[duty] if duty in officer.duties]
    if officer.office == OVS:
        return [_with_term(each, organisation.pack) for each in (Obligation.WATCH_FIGURES, Obligation.RECUSE)]
    what += BY_ROLE.get(officer.role, ())
    what += EVERYBODY
    is_above = any(organisation.parent(each) == officer.office for each in organisation.offices)
    if is_above and officer.office != EXT_OMB:
        what += ABOVE
    return [_with_term(each, organisation.pack) for each in what]


def my_duties(desk: Desk, actor: Actor) -> MyDuties:
    """The dates that this officer owes over the cases that the officer holds. Opens their cards and nothing else."""
    with desk.databases.reading() as session:
        entries = list(held_cases(session, desk, actor))
    mine = [
        Due(entry, each)
        for entry in entries
        if entry.card is not None and entry.state is not CaseState.CLOSED
        for each in responsibilities(
            entry.state, entry.card.outstanding(), entry.card.handlers, [actor.officer.id], actor.roster
        )
        if each.officers
    ]
    mine.sort(key=lambda due: (due.responsibility.due, due.entry.case))
    return MyDuties(mine, owed_by(actor), len(entries) == MOST_LISTED)


def _with_term(what: Obligation, pack: Pack) -> Owed:
    name = PERIODS.get(what, "")
    return Owed(what, pack.clocks.get(name) or pack.duties.get(name))

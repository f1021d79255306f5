"""The interference log: any officer records that somebody tried to influence a case. The own office never reads it.

It goes to the office above and to the oversight board, sealed to each of them; where it names a case, nobody who is excluded
from that case is among them (P2). The writer keeps a proof without the words: a searched desk gives nothing away.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from crypto.keys import is_id
from intake.notices import NoticeKind, dispatch, letters
from intake.organisation import OVS
from intake.routing import Decision
from intake.standing import standing_of, told_at
from triage.casework.desk import Actor, Desk
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, NotNowError, Reason
from triage.oversight.pressure import promised

MAX_ACCOUNT = 1000  # characters: with it a notice keeps the size of every other in all but the rarest scripts


def record_interference(
    desk: Desk, actor: Actor, text: str, when: str, case: str = "", *, pressed: bool = False
) -> None:
    """Tell the level above and the board who tried to influence what, how and when. ``case``: one that the writer holds, or
    empty. ``pressed``: the writer fears for themselves, and is owed an answer (`triage.oversight.pressure`).

    Raises CorrectThisError (no text, too long, a day that has not come), NoSuchCaseError, NotNowError (nobody can be told).
    """
    account, day = _checked(text), _checked_day(when, actor.today)
    with desk.databases.state.begin() as session:
        decision = _decision(desk, session, actor, case) if case else None
        to = recipients(actor, decision)
        if not to:
            raise NotNowError(Reason.NOBODY_ABOVE)
        content: dict[str, Any] = {
            "office": actor.officer.office,
            "by": actor.officer.id,
            "when": day.isoformat(),
            "text": account,
            **({"case": case} if case else {}),
        }
        kind = NoticeKind.INTERFERENCE
        if pressed:
            kind = NoticeKind.PRESSURE
            excluded = () if decision is None else decision.excluded_officers
            content |= {**promised(desk, session, actor, to, excluded), "readers": to}
        told = letters(actor.roster, to, kind, actor.today, content)
        proof = {"act": NoticeKind.INTERFERENCE.value, **({"case": case} if case else {})}
        own = letters(actor.roster, [actor.officer.id], NoticeKind.OWN_ACT, actor.today, proof)
        session.add(dispatch(desk.gate, [*told, *own], actor.today))


def recipients(actor: Actor, decision: Decision | None) -> list[str]:
    """Who reads it: the first office above the writer's that is independent of the case, and the board. Nobody of the own
    office, nobody excluded, no bypassed office.
    """
    roster, office = actor.roster, actor.officer.office
    excluded = frozenset[str]() if decision is None else frozenset(decision.excluded_officers)
    bypassed = frozenset[str]() if decision is None else frozenset(decision.bypassed_units)
    told = {
        who for place in (_above(actor, excluded, bypassed), OVS) for who in told_at(roster, place, excluded)
    }
    return sorted(who for who in told if roster.officers[who].office != office)


def _above(actor: Actor, excluded: frozenset[str], bypassed: frozenset[str]) -> str:
    organisation = actor.roster.organisation
    office = actor.officer.office
    path = organisation.path_up(office)[1:] if office in organisation.offices else ()
    for above in path:
        head = organisation.head_of(above)
        if above not in bypassed and (head is None or head.id not in excluded):
            return above
    return OVS


def _decision(desk: Desk, session: Session, actor: Actor, case: str) -> Decision:
    if not is_id(case):
        raise NoSuchCaseError
    return standing_of(desk.open(session, actor, case), actor.roster).decision


def _checked(text: str) -> str:
    clean = text.replace("\r\n", "\n").strip()
    if not clean:
        raise CorrectThisError(Reason.EMPTY_TEXT)
    if len(clean) > MAX_ACCOUNT:
        raise CorrectThisError(Reason.SHORTER)
    return clean


def _checked_day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text.strip()) if text.strip() else today
    except ValueError:
        raise CorrectThisError(Reason.NOT_A_DATE) from None
    if day > today:
        raise CorrectThisError(Reason.DATE_TO_COME)
    return day

"""An officer who is put under pressure, or fears for their post, because of a case (M22): a flag that goes past the own office.

It travels as interference does and looks like it to whoever searches the writer's desk. The level above owes an answer by a day
of the pack; the worker holds a sealed request until then, and nobody of the own office ever learns of either.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from crypto.keys import is_id, new_id
from intake.notices import NoticeKind, dispatch, letters
from intake.organisation import OVS
from intake.requests import PRESSED, Ask, Request, request_job
from intake.routing import level_above
from intake.standing import told_at
from triage.casework.desk import Actor, Desk
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, NotNowError, Reason
from triage.oversight.told import Notices, Told, read_notices

ANSWERED = "interference_answered"
"""What the writer is told of: by its name nobody who looks over their shoulder sees more than that something was recorded."""
_WITHIN = "P2"
"""The pack's term for a first contact with somebody at risk."""
MAX_TEXT = 1_000  # characters: with it a notice keeps the size of every other in all but the rarest scripts


def promised(
    desk: Desk, session: Session, actor: Actor, to: Collection[str], excluded: Collection[str]
) -> Mapping[str, Any]:
    """Leave the request that the worker looks at on the day after the answer was due; what the letters to ``to`` say of it."""
    roster, organisation = actor.roster, actor.roster.organisation
    due = organisation.pack.first_contact[_WITHIN].after(actor.today, organisation.calendar)
    number = new_id()
    above = _office_of(actor, to)
    further = OVS if above == OVS else level_above(organisation, above, tuple(excluded), None)
    witnesses = {*told_at(roster, further, excluded), *told_at(roster, OVS, excluded)}
    own = {who for who in witnesses if roster.officers[who].office == actor.officer.office}
    request = Request(
        "",
        Ask.ANSWER_PRESSED,
        actor.officer.id,
        actor.today,
        officers=tuple(sorted(witnesses - own)),
        details={"office": above, "due": due.isoformat(), "answer": number},
    )
    job = request_job(request, actor.author, desk.gate)
    job.due = due + timedelta(days=1)
    session.add(job)
    return {"clock": PRESSED, "due": due.isoformat(), "answer": number}


def waiting(notices: Notices) -> frozenset[str]:
    """The ids of the notices whose writer nobody has answered yet, as far as this officer was told."""
    answered = {
        entry.text("answer")
        for entry in notices.told
        if entry.kind is NoticeKind.PRESSURE_ANSWERED
        or (entry.kind is NoticeKind.OWN_ACT and entry.text("act") == NoticeKind.PRESSURE_ANSWERED.value)
    }
    flags = [entry for entry in notices.told if entry.kind is NoticeKind.PRESSURE]
    return frozenset(entry.id for entry in flags if entry.text("answer") not in answered)


def answer(desk: Desk, actor: Actor, number: str, text: str) -> None:
    """Tell an officer who flagged pressure what is done. Whoever else reads the flag is told that it was answered.

    Raises NoSuchCaseError without such a notice, NotNowError when it was answered, CorrectThisError for the text.
    """
    with desk.databases.state.begin() as session:
        notices = read_notices(session, actor)
        flag = _flag(notices, number)
        if flag.id not in waiting(notices):
            raise NotNowError(Reason.ALREADY_ANSWERED)
        said, promise = _checked(text), flag.text("answer")
        content = {"act": ANSWERED, "by": actor.officer.id, "text": said}
        to = letters(
            actor.roster,
            [flag.text("by")],
            NoticeKind.OWN_ACT,
            actor.today,
            content,
            numbered=lambda _: promise,
        )
        others = [who for who in _readers(flag) if who not in (actor.officer.id, flag.text("by"))]
        about = {"answer": promise, "by": actor.officer.id, "office": flag.text("office")}
        told = letters(actor.roster, others, NoticeKind.PRESSURE_ANSWERED, actor.today, about)
        proof = {"act": NoticeKind.PRESSURE_ANSWERED.value, "answer": promise}
        own = letters(actor.roster, [actor.officer.id], NoticeKind.OWN_ACT, actor.today, proof)
        session.add(dispatch(desk.gate, [*to, *told, *own], actor.today))


def _flag(notices: Notices, number: str) -> Told:
    found = [each for each in notices.told if each.id == number and each.kind is NoticeKind.PRESSURE]
    if not is_id(number) or not found or not is_id(found[0].text("answer")):
        raise NoSuchCaseError
    return found[0]


def _readers(flag: Told) -> list[str]:
    readers = flag.content.get("readers")
    return [who for who in readers if isinstance(who, str)] if isinstance(readers, list) else []


def _office_of(actor: Actor, to: Collection[str]) -> str:
    """The office above that owes the answer: the board's where nobody else reads it."""
    offices = {actor.roster.officers[who].office for who in to} - {OVS}
    return min(offices, default=OVS)


def _checked(text: str) -> str:
    clean = text.replace("\r\n", "\n").strip()
    if not clean:
        raise CorrectThisError(Reason.EMPTY_TEXT)
    if len(clean) > MAX_TEXT:
        raise CorrectThisError(Reason.SHORTER)
    return clean

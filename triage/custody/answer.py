"""A custodian's answer: take the first layer off, open, or refuse. The one way in which a name is opened (P5).

Each is one transaction: the request is proved, the layer comes off with this custodian's own key, the record is told under this
custodian's own signature and reason, and what is not needed any more is burnt. Two steps, two people, two keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto import custody
from crypto.encoding import from_text, to_text
from crypto.errors import CryptoError
from crypto.keys import KeyPair, PublicKeys
from intake import circle
from intake.database.case_tables import Case, ItemKind
from intake.events import EventKind
from intake.evidence.attachments import Original
from intake.identity.compartment import Lock, name_in
from intake.identity.confidence import NAME
from intake.identity.grounds import grounds
from intake.identity.letters import LetterKind, OpenedLetter, burn, letters_to, write_letter
from intake.notices import NoticeKind, dispatch, letters
from intake.record import Letterbox
from triage.casework.desk import Actor, Desk, checked_text
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, NotNowError, Reason, RefusedError
from triage.custody.request import Request, as_passed, check_others, check_turn, prove, request_in

OPENED, REFUSED, AGREED, ALTERED, TRIED = "opened", "refused", "agreed", "altered", "tried"
"""What came of a step, as its custodian keeps it and the level above is told."""


@dataclass(slots=True, repr=False)
class _Answering:
    """The open transaction of one custodian's answer."""

    desk: Desk
    session: Session
    actor: Actor
    request: Request
    box: Letterbox

    def tell(self, kind: EventKind, form: str, basis: str, text: str, data: Mapping[str, Any]) -> None:
        """The record's next event, with this custodian's reason as a paper for the circle."""
        today = self.actor.today
        paper = circle.write_item(
            self.session,
            self.box,
            self.actor.author,
            ItemKind.PAPER,
            today,
            {"form": form, "text": text, "basis": basis, "request": self.request.id},
        )
        told = {**paper, "request": self.request.id, **data}
        circle.tell(self.session, self.box, self.actor.author, kind, today, told)

    def notify(self, what: str) -> list[str]:
        """The level above learns what came of it."""
        roster, today = self.actor.roster, self.actor.today
        above = set(self.request.content["readers"]) - set(self.request.custodians)
        content = {"case": self.box.case, "office": self.request.content["office"], "what": what}
        written = letters(roster, above, NoticeKind.IDENTITY, today, content)
        if written:
            self.session.add(dispatch(self.desk.gate, written, today))
        return [letter.id for letter in written]

    def keep(self, did: str, text: str) -> None:
        """What this custodian did, for this custodian."""
        content = {
            "request": self.request.id,
            "about": self.request.about,
            "did": did,
            "text": text,
            "date": self.actor.today.isoformat(),
            **{name: self.request.content[name] for name in ("role", "office", "ground")},
        }
        me = (self.actor.officer.id, self.actor.holder.pair.public)
        self.session.add(write_letter(self.box.case, me, LetterKind.DONE, self.actor.author, content))

    def send(self, to: str, kind: LetterKind, content: Mapping[str, Any]) -> None:
        """A letter to another officer."""
        keys = self.actor.roster.keys_of(to)
        self.session.add(write_letter(self.box.case, (to, keys), kind, self.actor.author, content))

    def burn(self) -> None:
        """The custodian's own letters of this request: nothing of it is needed any more."""
        gone = [
            self.request.letter.id,
            *(each.id for each in self.request.said if each.kind is not LetterKind.DONE),
        ]
        burn(self.session, self.box.case, [self.actor.officer.id], gone)


def requests_for(desk: Desk, actor: Actor) -> tuple[list[Request], list[OpenedLetter]]:
    """What waits for this custodian, the soonest first; and every letter to this officer."""
    with desk.databases.reading() as session:
        found = letters_to(session, actor.officer.id, actor.holder.pair, actor.roster)
    waiting = [request for each in found if (request := request_in(found, each, actor.roster)) is not None]
    waiting.sort(key=lambda request: (request.until, request.id))
    return waiting, found


def find_request(desk: Desk, actor: Actor, request: str) -> Request:
    """One request. Raises NoSuchCaseError: not asked, asked no more, or no such request, which is all the same."""
    for each in requests_for(desk, actor)[0]:
        if each.id == request:
            return each
    raise NoSuchCaseError


def agree(desk: Desk, actor: Actor, request: str, basis: str, text: str) -> None:
    """The first custodian's yes: the outer layer comes off, and the second one is asked.

    Raises NoSuchCaseError, NotYoursError, NotNowError, CorrectThisError; CryptoError when the request proves false.
    """
    text = _reasoned(basis, text)
    with _answering(desk, actor, request, step=1) as answering:
        given = answering.request.content
        try:
            inner = custody.peel(
                answering.box.case,
                given["pair"],
                actor.holder.pair,
                from_text(given["envelope"]),
                compartment=given["lock"],
            )
        except (CryptoError, TypeError, ValueError):
            _give_up(answering, basis, text)
            return
        answering.tell(EventKind.PEELED, "peeling", basis, text, {})
        passed = {
            "request": answering.request.id,
            "asked": as_passed(answering.request.ask),
            "inner": to_text(inner),
            "basis": basis,
            "text": text,
            "date": actor.today.isoformat(),
        }
        answering.burn()
        answering.keep(AGREED, text)
        answering.send(answering.request.custodians[1], LetterKind.PASS, passed)


def open_up(desk: Desk, actor: Actor, request: str, basis: str, text: str) -> None:
    """The second custodian's yes: it opens, and is sealed at once to the one officer who asked. Nobody else is shown it.

    Raises as ``agree``.
    """
    text = _reasoned(basis, text)
    with _answering(desk, actor, request, step=2) as answering:
        try:
            opened = _opened(answering)
        except (CryptoError, KeyError, TypeError, ValueError):
            _give_up(answering, basis, text)
            return
        notices = answering.notify(OPENED)
        answering.tell(EventKind.UNSEALED, "unsealing", basis, text, {"notices": notices})
        given = answering.request.content
        answering.burn()
        answering.keep(OPENED, text)
        told = {"request": answering.request.id, "about": given["about"], "ground": given["ground"]}
        answering.send(given["by"], LetterKind.GIVEN, {**told, **opened, "date": actor.today.isoformat()})


def refuse(desk: Desk, actor: Actor, request: str, text: str) -> None:
    """Either custodian's no, with a reason: it ends the request. Raises as ``agree``."""
    text = checked_text(text)
    with _answering(desk, actor, request, step=None) as answering:
        _end(answering, REFUSED, "", text)


def record_early(desk: Desk, actor: Actor, request: str, refused: RefusedError) -> None:
    """A custodian who would open before the reporter had time to object, or out of turn, sought the identity outside of the
    rules: the record says so, once a day. Raises as ``agree``.
    """
    if refused.reason is not Reason.TOO_EARLY:
        return
    with _answering(desk, actor, request, step=None) as answering:
        today = actor.today.isoformat()
        own = letters_to(answering.session, actor.officer.id, actor.holder.pair, actor.roster)
        if any(each.content.get("did") == TRIED and each.content.get("date") == today for each in own):
            return
        notices = answering.notify(TRIED)
        data = {"role": str(actor.officer.role), "why": refused.reason.value, "notices": notices}
        circle.tell(answering.session, answering.box, actor.author, EventKind.TRIED, actor.today, data)
        answering.keep(TRIED, "")


def _reasoned(basis: str, text: str) -> str:
    if basis not in grounds().waits:
        raise CorrectThisError(Reason.UNKNOWN_GROUND)
    return checked_text(text)


def _give_up(answering: _Answering, basis: str, text: str) -> None:
    """It does not open: what was kept, or what was asked, is not what it says. That is told, and nothing is given."""
    _end(answering, ALTERED, basis, text)


def _end(answering: _Answering, why: str, basis: str, text: str) -> None:
    notices = answering.notify(why)
    answering.tell(EventKind.WITHHELD, "withholding", basis, text, {"why": why, "notices": notices})
    answering.burn()
    answering.keep(why, text)


def _opened(answering: _Answering) -> dict[str, Any]:
    given, case = answering.request.content, answering.box.case
    pair: KeyPair = custody.open_inner(
        case,
        given["pair"],
        answering.actor.holder.pair,
        from_text(answering.request.letter.content["inner"]),
        compartment=given["lock"],
    )
    lock = Lock(given["lock"], PublicKeys.from_text(given["key"]))
    if given["about"] == NAME:
        request = answering.request
        name = name_in(case, request.first_key, lock, pair, from_text(given["sealed"]), request.reporter)
        return {"name": name.name, "contact": name.contact}
    original = Original.from_json(given["original"])
    return {"original": original.open(pair).as_json()}


@contextmanager
def _answering(desk: Desk, actor: Actor, request: str, *, step: int | None) -> Iterator[_Answering]:
    found = find_request(desk, actor, request)
    try:
        with desk.databases.state.begin() as session:
            session.execute(select(Case.id).where(Case.id == found.case).with_for_update())
            # Under the lock once more: another tab may have answered meanwhile, or somebody was shut out.
            own = letters_to(session, actor.officer.id, actor.holder.pair, actor.roster)
            if found.letter.id not in {each.id for each in own}:
                raise NoSuchCaseError
            check_turn(session, found, actor)
            box = prove(session, found, actor.roster, desk.gate)
            if step is not None:
                if step != found.step:
                    raise NotNowError(Reason.REQUEST_OVER)
                if actor.today < found.earliest:
                    raise NotNowError(Reason.TOO_EARLY)
                check_others(session, found, actor)
            yield _Answering(desk, session, actor, found, box)
    except IntegrityError as error:
        raise NotNowError(Reason.CHANGED_MEANWHILE) from error

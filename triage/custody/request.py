"""A request as a custodian has it: read from a letter, and proved before anything is done because of it.

A custodian opens no case. What is true of one is proved by what its holders alone can sign, by what lies in clear, and by the
record's own event, opened inside the letter: so the reporter is told what the custodian is asked. Changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import commitment
from crypto.encoding import from_text, parse_object, to_text
from crypto.envelope import is_for
from crypto.errors import BadSignatureError, CryptoError, MalformedError
from crypto.keys import PublicKeys
from intake.database.case_tables import Epoch, Event, Grant
from intake.database.rows import StoredEpoch
from intake.epochs import proved_newest
from intake.events import EventKind
from intake.identity.confidence import NAME
from intake.identity.letters import LetterKind, OpenedLetter, is_from_reporter
from intake.organisation import Duty
from intake.record import Letterbox
from intake.roster import Roster, RosterError
from triage.casework.desk import Actor
from triage.casework.refusals import NotNowError, NotYoursError, Reason

_SAME = (
    "request", "about", "by", "role", "office", "ground", "grounds", "earliest", "until", "untold", "custodians", "readers",
)  # fmt: skip
"""What the letter and the record's event must say alike."""


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """One request, for the custodian whose turn it is. ``step`` is 1 for who takes the first layer off, 2 for who opens."""

    letter: OpenedLetter
    ask: OpenedLetter
    """The office's letter: itself at the first step, inside the first custodian's at the second."""
    step: int
    said: Sequence[OpenedLetter] = ()
    """What the reporter wrote to this custodian because of it."""

    @property
    def id(self) -> str:
        """The request's id, in addresses."""
        return self.ask.request

    @property
    def case(self) -> str:
        """The case's id; it is shown to nobody here."""
        return self.ask.case

    @property
    def content(self) -> Mapping[str, Any]:
        """What the office wrote."""
        return self.ask.content

    @property
    def about(self) -> str:
        """NAME, or the id of a file."""
        return str(self.content["about"])

    @property
    def earliest(self) -> date:
        """The first day on which a custodian may agree."""
        return date.fromisoformat(self.content["earliest"])

    @property
    def until(self) -> date:
        """The last day on which it can be answered."""
        return date.fromisoformat(self.content["until"])

    @property
    def reporter(self) -> PublicKeys:
        """The reporter's key in the case, as its holders say."""
        return PublicKeys.from_text(self.content["reporter"])

    @property
    def first_key(self) -> PublicKeys:
        """The key that the case began with, as its holders say; the name says it too."""
        return PublicKeys.from_text(self.content["first_key"])

    @property
    def custodians(self) -> tuple[str, str]:
        """Who is asked, in order."""
        first, second = self.content["custodians"]
        return str(first), str(second)

    @property
    def objections(self) -> list[str]:
        """What the reporter says against it, once the reporter's own signature is checked."""
        kinds = (each for each in self.said if each.kind is LetterKind.OBJECTION)
        return [str(each.content.get("text", "")) for each in kinds if is_from_reporter(each, self.reporter)]

    @property
    def is_withdrawn(self) -> bool:
        """Whether the reporter took the name back, or left another one."""
        return self.about == NAME and any(
            each.kind is LetterKind.WITHDRAWN and is_from_reporter(each, self.reporter) for each in self.said
        )

    @property
    def first_reason(self) -> str:
        """Why the first custodian agreed; empty at the first step."""
        return str(self.letter.content.get("text", "")) if self.step > 1 else ""

    @property
    def first_ground(self) -> str:
        """On what ground; empty at the first step."""
        return str(self.letter.content.get("basis", "")) if self.step > 1 else ""


def request_in(letters: Sequence[OpenedLetter], letter: OpenedLetter, roster: Roster) -> Request | None:
    """The request of a letter that asks or passes on; None for another kind, or where the inner one is false."""
    said = [each for each in letters if each.request == letter.request and each.case == letter.case]
    try:
        if letter.kind is LetterKind.ASK:
            request = Request(letter, letter, 1, said)
        elif letter.kind is LetterKind.PASS:
            request = Request(letter, _asked(letter, roster), 2, said)
        else:
            return None
        if request.custodians[request.step - 1] != str(letter.content["to"]):
            return None
        if request.step > 1 and request.custodians[0] != letter.author:
            return None
        request.earliest, request.until, request.reporter, request.first_key  # noqa: B018 - all must read
    except (CryptoError, KeyError, TypeError, ValueError):
        return None
    return request


def as_passed(ask: OpenedLetter) -> dict[str, str]:
    """A letter that asks, whole, for the inside of the one that passes it on."""
    return {
        "author": ask.author,
        "statement": to_text(ask.statement),
        "signature": to_text(ask.signature),
        "case_signature": to_text(ask.case_signature),
    }


def _asked(letter: OpenedLetter, roster: Roster) -> OpenedLetter:
    given = letter.content["asked"]
    statement, signature = from_text(given["statement"]), from_text(given["signature"])
    by_case, author = from_text(given["case_signature"]), str(given["author"])
    value = parse_object(statement)
    if (value["case"], value["kind"], value["to"]) != (letter.case, LetterKind.ASK, letter.author):
        raise MalformedError("this is another letter than the one that asked")
    _signed_by(roster, author, statement, signature)
    return OpenedLetter(
        str(value["letter"]), letter.case, LetterKind.ASK, author, value, statement, signature, by_case
    )


def _signed_by(roster: Roster, author: str, statement: bytes, signature: bytes) -> None:
    try:
        keys = roster.all_keys_of(author)
    except RosterError as error:
        raise BadSignatureError("nobody known asked this") from error
    for number, each in enumerate(keys, start=1):
        try:
            each.verify("custody-letter", statement, signature)
        except BadSignatureError:
            if number == len(keys):
                raise
        else:
            return
    raise BadSignatureError("nobody known asked this")


def prove(session: Session, request: Request, roster: Roster, gate: PublicKeys) -> Letterbox:
    """Return where events of the case go, once the request is shown to come from the case. Raises CryptoError.

    The case's key signed the letter: nobody asks about a case that they do not hold. The record has the event in which the
    reporter is told the same.
    """
    stored = [
        StoredEpoch(row.number, row.public, row.signer, row.signatures)
        for row in session.scalars(select(Epoch).where(Epoch.case_id == request.case))
    ]
    try:
        number, newest = proved_newest(request.case, stored, request.first_key, roster, gate)
    except RosterError as error:
        raise BadSignatureError("a key of this case is signed by nobody known") from error
    if (request.about == NAME) != (request.content["lock"] != ""):
        # A layer of the name's lock, passed off as one of a file's: whoever agreed to the one would open the other.
        raise BadSignatureError("this is another compartment's layer")
    _by_a_holder(request.ask, [PublicKeys(epoch.public) for epoch in stored])
    _told(session, request)
    leaf = session.scalar(select(Event.reporter_key).where(Event.case_id == request.case, Event.number == 0))
    if leaf is None or not is_for(request.reporter, leaf):
        raise BadSignatureError("this is not the reporter's key in this case")
    return Letterbox(request.case, number, newest, request.reporter)


def _by_a_holder(ask: OpenedLetter, keys: Sequence[PublicKeys]) -> None:
    for number, key in enumerate(keys, start=1):
        try:
            ask.by_case(key)
        except BadSignatureError:
            if number == len(keys):
                raise
        else:
            return


def _told(session: Session, request: Request) -> None:
    proof = request.content["proof"]
    row = session.get(Event, proof["event"])
    if row is None or (row.case_id, row.kind) != (request.case, EventKind.SOUGHT):
        raise BadSignatureError("the record tells of no such request")
    content = from_text(proof["content"])
    commitment.verify(row.commitment, from_text(proof["nonce"]), content)
    value = parse_object(content)
    data = value["data"]
    said = [data.get(name) for name in _SAME], value["case"], value["date"]
    if said != ([request.content.get(name) for name in _SAME], request.case, request.content["date"]):
        raise BadSignatureError("the reporter is told something else than the custodian is asked")


def check_turn(session: Session, request: Request, actor: Actor) -> None:
    """Return if this custodian may answer now. Raises NotYoursError, NotNowError."""
    holds = select(Grant.officer_id).where(Grant.case_id == request.case)
    circle = set(session.scalars(holds))
    here = [who for who in request.custodians if _office(actor.roster, who) == request.content["office"]]
    if Duty.CUSTODY not in actor.officer.duties or actor.officer.id in circle:
        raise NotYoursError(Reason.NO_CUSTODIAN)
    if len(set(request.custodians)) < len(request.custodians) or len(here) > 1:
        raise NotYoursError(Reason.NO_CUSTODIAN)
    if request.is_withdrawn or actor.today > request.until or _is_over(session, request):
        raise NotNowError(Reason.REQUEST_OVER)


def check_others(session: Session, request: Request, actor: Actor) -> None:
    """Return if whoever is still needed is there: the second custodian, and whoever asked. Raises NotNowError."""
    circle = set(session.scalars(select(Grant.officer_id).where(Grant.case_id == request.case)))
    roster = actor.roster
    second = request.custodians[1]
    gone = request.step == 1 and (
        second not in roster.certified
        or Duty.CUSTODY not in roster.officers[second].duties
        or second in circle
    )
    if gone or request.content["by"] not in circle or request.content["by"] not in roster.certified:
        raise NotNowError(Reason.OTHER_GONE)


def _is_over(session: Session, request: Request) -> bool:
    """Whether a later request of the case took this one's place: kinds and numbers stand in clear."""
    asked = session.get(Event, request.content["proof"]["event"])
    later = select(Event.number).where(
        Event.case_id == request.case,
        Event.kind == EventKind.SOUGHT,
        Event.number > (asked.number if asked is not None else -1),
    )
    return asked is None or session.scalar(later.limit(1)) is not None


def _office(roster: Roster, officer: str) -> str:
    return roster.officers[officer].office if officer in roster.officers else ""

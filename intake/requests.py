"""Requests to the worker: release a rung, watch over an office. Signed by whoever asks, sealed to the gate, once.

Nobody who asks can do it alone: an officer above holds no key of the case, a reporter's code opens answers. The worker proves
the signature, checks that the asker may ask and that the time is right, and acts (intake.release).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from crypto.encoding import canonical_json, pack, parse_object, unpack
from crypto.envelope import Place, Purpose, open_padded, seal_padded
from crypto.errors import BadSignatureError, MalformedError
from crypto.keys import KeyPair, PublicKeys, new_id
from intake.database.case_tables import OutboxJob
from intake.outbox import JobName
from intake.record import Author

LABEL = "request"
PRESSED = "pressed"
"""The duty to answer an officer who is put under pressure, as the ledger names it."""


class Ask(StrEnum):
    """What can be asked. Values are stored: never reuse or rename one."""

    REVIEW = "review"
    """By the reporter, after a result: the next office up decides anew."""
    COMPLAINT = "handling_complaint"
    """By the reporter, at any time: the next office up takes the case."""
    EXCLUSION = "exclusion"
    """By the reporter: ``officers`` must not read what comes later."""
    TAKEOVER = "takeover"
    """By two of the level above, within some days after a missed acceptance or feedback."""
    CALL_UP = "call_up"
    """By somebody of the level above who got the notice of a conclusion that is not final yet."""
    SUPERVISE = "supervise"
    """By somebody of the level above, after a missed duty: a date, and notes of the progress."""
    INSPECT = "inspect"
    """By somebody of the level above, of no case: a special inspection of an office, with a reason."""
    ANSWER_PRESSED = "answer_pressed"
    """By an officer who is put under pressure, of no case: when nobody has answered by a day, ``officers`` are told."""
    NEWS = "news"
    """By the reporter: nothing is asked, something was said about their safety, or promised (`intake.duties.news`)."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request. ``by`` is an officer's id or ``reporter``."""

    case: str
    ask: Ask
    by: str
    date: date
    officers: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    """For SUPERVISE ``{"due": date}``; for INSPECT, which is about no case, ``{"office", "reason"}``; for ANSWER_PRESSED
    ``{"office", "due", "answer"}``, the notice that is to be there; for what a reporter asks ``{"event": number}``, the event
    it was told with, and ``words`` that are for whoever has the case then (intake.upward).
    """


@dataclass(frozen=True, slots=True, repr=False)
class SignedRequest:
    """A request whose author is not proved until ``verify`` returned."""

    request: Request
    statement: bytes
    signature: bytes

    def verify(self, *keys: PublicKeys) -> Request:
        """The request, once one of ``keys`` is shown to have signed it. Raises BadSignatureError."""
        if not keys:
            raise BadSignatureError("nobody is known who could have signed this request")
        for number, each in enumerate(keys, start=1):
            try:
                each.verify(LABEL, self.statement, self.signature)
            except BadSignatureError:
                if number == len(keys):
                    raise
            else:
                break
        return self.request


def request_job(
    request: Request, author: Author, gate: PublicKeys, name: JobName = JobName.REQUEST
) -> OutboxJob:
    """The request as a job for the worker, due on its date. Stored in the transaction of the act that asks."""
    job = new_id()
    statement = canonical_json(
        {
            "job": job,
            "case": request.case,
            "ask": request.ask.value,
            "by": request.by,
            "date": request.date.isoformat(),
            "officers": sorted(request.officers),
            "details": dict(request.details),
        }
    )
    content = pack(author.pair.sign(LABEL, statement), statement)
    payload = seal_padded(gate, Place(Purpose.REQUEST, "request", job), content)
    return OutboxJob(id=job, job=name.value, payload=payload, due=request.date, done=False, attempts=0)


def open_request(gate: KeyPair, job: str, payload: bytes) -> SignedRequest:
    """The request of a job. Raises CryptoError when it was altered or moved from another job."""
    content = open_padded(gate, Place(Purpose.REQUEST, "request", job), payload)
    signature, statement = unpack(content, 2)
    value = parse_object(statement)
    try:
        if value["job"] != job:
            raise MalformedError("a request belongs to another job")
        request = Request(
            case=value["case"],
            ask=Ask(value["ask"]),
            by=value["by"],
            date=date.fromisoformat(value["date"]),
            officers=tuple(value["officers"]),
            details=value["details"],
        )
    except (KeyError, ValueError, TypeError) as error:
        raise MalformedError("a request lacks a part") from error
    return SignedRequest(request, statement, signature)

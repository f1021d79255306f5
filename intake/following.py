"""The job by which one of two joined cases follows the other: something changed there that counts here, too.

It says which two cases, sealed to the gate, and nothing else: what is to be done follows from their watches, so that a job that
was invented, or is done twice, changes nothing. Knows no rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from crypto.encoding import canonical_json, parse_object
from crypto.envelope import Place, Purpose, open_padded, seal_padded
from crypto.errors import MalformedError
from crypto.keys import KeyPair, PublicKeys, is_id, new_id
from intake.database.case_tables import OutboxJob
from intake.outbox import JobName


def follow_up(session: Session, case: str, partners: Iterable[str], gate: PublicKeys, today: date) -> None:
    """Have each of ``partners`` follow ``case``. Part of the transaction that changed it."""
    for partner in partners:
        job = new_id()
        payload = seal_padded(gate, _place(job), canonical_json({"case": partner, "after": case}))
        name = JobName.FOLLOW_JOIN.value
        session.add(OutboxJob(id=job, job=name, payload=payload, due=today, done=False, attempts=0))


def open_follow_up(gate: KeyPair, job: str, payload: bytes) -> tuple[str, str]:
    """Which case is to follow which. Raises CryptoError."""
    value = parse_object(open_padded(gate, _place(job), payload))
    case, after = value.get("case"), value.get("after")
    if not isinstance(case, str) or not isinstance(after, str) or not (is_id(case) and is_id(after)):
        raise MalformedError("a job to follow a case does not say which")
    return case, after


def _place(job: str) -> Place:
    return Place(Purpose.REQUEST, "join", job)

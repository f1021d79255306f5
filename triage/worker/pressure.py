"""When nobody answered an officer under pressure by the day of the pack: an entry of the ledger, once, without a name.

The request lies sealed until then (`triage.oversight.pressure`). It says which notice is to be there; nobody is told whose.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from intake.notices import NoticeKind, letters
from intake.release import Gate
from intake.requests import PRESSED, SignedRequest
from triage.worker.inspections import is_there


def tell_unanswered(session: Session, signed: SignedRequest, gate: Gate) -> bool:
    """Tell those further up that an answer is missing. False when it was given, or is not due yet.

    Raises BadSignatureError for a forged request.
    """
    request = signed.request
    # Whoever was put under pressure may have lost their account meanwhile: the keys that they signed with count.
    signed.verify(*gate.roster.all_keys_of(request.by))
    office, due, answer = (str(request.details.get(name, "")) for name in ("office", "due", "answer"))
    if due >= gate.today.isoformat() or is_there(session, {answer}):
        return False
    content = {"office": office, "clock": PRESSED, "due": due}
    written = letters(gate.roster, request.officers, NoticeKind.ACCOUNTABILITY_ENTRY, gate.today, content)
    session.add_all(letter.as_row() for letter in written)
    session.flush()
    return bool(written)

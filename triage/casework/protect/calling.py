"""From the case: raise the risk to the reporter, or call the protection contact in. Both make more care, never less: one
officer at work is enough.
"""

from __future__ import annotations

from crypto.epoch import protection_pair
from intake.events import EventKind
from intake.levels import Band
from intake.notices import NoticeKind
from intake.protection.compartment import Compartment, present_contacts
from intake.protection.keeping import CALL, seal_and_store
from intake.protection.opening import Keys
from intake.record import head_of
from triage.casework.acting import Acting
from triage.casework.assess import raise_by_hand
from triage.casework.desk import Actor, Desk, checked_text
from triage.casework.people import office_of
from triage.casework.policy import Act
from triage.casework.refusals import CorrectThisError, NotNowError, Reason


def protect(
    desk: Desk,
    actor: Actor,
    case: str,
    text: str,
    *,
    band: str = "",
    call: bool = False,
    seen: int | None = None,
) -> None:
    """``band``: the risk is at least this from now on; ``call``: the contact is asked to look at once, and reads ``text``.

    Raises as ``Desk.act``; CorrectThisError; NotNowError when there is nobody to call.
    """
    if band and band not in set(Band):
        raise CorrectThisError(Reason.UNKNOWN_ANSWER, {"band": Reason.UNKNOWN_ANSWER})
    if not band and not call:
        raise CorrectThisError(Reason.INCOMPLETE_FORM, {"band": Reason.INCOMPLETE_FORM})
    note = checked_text(text)
    with desk.act(actor, case, Act.PROTECT, seen=seen) as acting:
        if band:
            raise_by_hand(acting, Band(band), note)
        if call:
            _call(acting, note)


def _call(acting: Acting, note: str) -> None:
    file, session = acting.file, acting.session
    contacts = present_contacts(session, file.id)
    if not contacts:
        raise NotNowError(Reason.NO_CONTACT)
    pair = protection_pair(file.newest)
    keys = Keys(acting.box, Compartment(file.epoch, pair.public), pair)
    number = head_of(session, file.id).number + 1
    told = seal_and_store(session, keys, acting.author, CALL, acting.today, number, {"text": note})
    notices = acting.notify(contacts, NoticeKind.PROTECTION_CONTACT, {"office": office_of(file)})
    acting.tell(EventKind.CONTACT_CALLED, {**told, "notices": notices})

"""A1 and A3 in one person: an officer who left a case, still certified, who can now write to the database."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from crypto.epoch import EpochRecord, sign_record
from crypto.keys import KeyPair
from intake.circle import write_item
from intake.database.case_tables import Epoch, ItemKind
from intake.events import EventKind
from intake.mailbox import LetterboxError
from tests.support.reports import Offices, plumber_report


def test_an_officer_who_left_cannot_put_another_key_in_the_place_of_the_new_circles(offices: Offices) -> None:
    """The old key and a certified signature make a good epoch record; the record of events names another key."""
    filed = offices.file(plumber_report())
    file = filed.opened_by("marc")
    assert file is not None
    first = file.newest
    with filed.act("marc") as acting:
        acting.begin_epoch(holder for holder in acting.holders() if holder != "marc")
        acting.tell(EventKind.RECUSED, {"handlers": {}})
    offices.mailbox.write(filed.master, "For the new circle.")
    own = KeyPair.generate()
    forged = EpochRecord(filed.case, 1, own.public, "marc")
    signatures = sign_record(forged, chain=first, signer=offices.instance.pair("marc"))
    with offices.instance.owner.state.begin() as session:
        session.execute(
            update(Epoch).where(Epoch.number == 1).values(public=own.public.raw, signatures=signatures)
        )
    view = offices.mailbox.view(filed.master)
    assert (view.proved, view.can_write) == (False, False)
    with pytest.raises(LetterboxError):
        offices.mailbox.write(filed.master, "Not for Marc.")


def test_an_answer_that_the_record_does_not_tell_of_is_not_vouched_for(offices: Offices) -> None:
    """A holder signs an answer and puts it into the database without the event that every answer has."""
    filed = offices.file(plumber_report())
    with filed.acting("marc") as (session, file, author):
        content = {"text": "Withdraw your report.", "role": "officer", "office": file.office}
        write_item(session, file.box, author, ItemKind.ANSWER, offices.today, content)
    assert not offices.mailbox.view(filed.master).proved

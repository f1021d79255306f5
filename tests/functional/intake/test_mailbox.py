"""A reporter comes back: answers, clocks and a proof from the code alone; an unknown code finds an empty mailbox."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from crypto.receipt import ReceiptCode
from intake.circle import tell, write_item
from intake.database.case_tables import ItemKind, MailboxRow
from intake.events import EventKind
from intake.mailbox import MailboxView, NoSuchMailboxError
from intake.states import CaseState
from tests.support.reports import SENTENCE, Filed, Offices, water_report


def answer(filed: Filed, officer: str, text: str) -> None:
    """An officer's signed answer, as the back office writes it."""
    with filed.acting(officer) as (session, file, author):
        content = {"text": text, "role": "head", "office": file.office}
        data = write_item(session, file.box, author, ItemKind.ANSWER, filed.offices.today, content)
        tell(session, file.box, author, EventKind.ANSWERED, filed.offices.today, data)


def test_the_mailbox_shows_state_clocks_and_circle_and_proves_the_report(offices: Offices) -> None:
    view = offices.mailbox.view(offices.file().master)
    assert (view.known, view.deleted, view.proved, view.can_write) == (True, False, True, True)
    assert view.progress.state is CaseState.RECEIVED
    assert view.progress.clocks["ack_due"] == offices.today + timedelta(days=7)
    assert view.progress.circle == {
        "office": "HO-millbrook",
        "at_most": 3,
        "roles": {"head": 1, "officer": 2},
    }
    assert view.office_name == "Office of Millbrook"


def test_answers_come_in_their_order_and_messages_reach_the_circle(offices: Offices) -> None:
    filed = offices.file()
    answer(filed, "mara", "Thank you. We look into it.")
    offices.mailbox.write(filed.master, "It happened again on Monday.")
    answer(filed, "milo", "We saw the second entry too.")
    view = offices.mailbox.view(filed.master)
    assert [entry.text for entry in view.answers] == [
        "Thank you. We look into it.",
        "We saw the second entry too.",
    ]
    assert (view.messages_sent, view.proved) == (1, True)
    file = filed.opened_by("marc")
    assert file is not None
    assert [entry.text for entry in file.written if entry.kind is ItemKind.MESSAGE] == [
        "It happened again on Monday."
    ]
    assert all(entry.verified for entry in file.written)


def test_the_receipt_code_never_opens_the_report(offices: Offices) -> None:
    filed = offices.file()
    offices.mailbox.write(filed.master, "A second sentence that only officers read.")
    view = offices.mailbox.view(filed.master)
    shown = repr([view.progress, [record.data for record in view.events], list(view.answers)])
    assert SENTENCE not in shown
    assert "second sentence" not in shown
    assert "Hugo" not in shown


def test_an_unknown_code_finds_an_empty_mailbox(offices: Offices) -> None:
    offices.file()
    mailbox = offices.mailbox
    master = mailbox.open(ReceiptCode.generate())
    assert mailbox.view(master) == MailboxView()
    with pytest.raises(NoSuchMailboxError):
        mailbox.write(master, "Hello?")


def test_a_row_that_somebody_emptied_looks_neither_like_a_wrong_code_nor_like_a_lawful_deletion(
    offices: Offices,
) -> None:
    filed = offices.file()
    with offices.instance.owner.state.begin() as session:
        session.execute(update(MailboxRow).values(sealed=None))
    view = offices.mailbox.view(filed.master)
    assert (view.known, view.deleted, view.proved, view.can_write) == (True, False, False, False)


def test_two_reports_of_one_person_share_no_key_and_no_row(offices: Offices) -> None:
    first, second = offices.file(), offices.file(water_report())
    files = [first.opened_by("mara"), second.opened_by("mara")]
    assert files[0] is not None
    assert files[1] is not None
    assert files[0].reporter != files[1].reporter
    assert files[0].newest.public != files[1].newest.public


def test_a_message_and_an_answer_at_the_same_moment_are_both_kept(offices: Offices) -> None:
    filed = offices.file()
    mailbox = offices.mailbox
    for number in range(4):
        mailbox.write(filed.master, f"message {number}")
        answer(filed, "mara", f"answer {number}")
    view = mailbox.view(filed.master)
    assert view.proved
    assert len(view.answers) == 4
    assert view.messages_sent == 4


def test_the_mailbox_works_on_the_day_the_clocks_change(offices: Offices) -> None:
    late = Offices(offices.instance, date(2026, 3, 29))
    filed = late.file()
    assert late.mailbox.view(filed.master).progress.clocks["ack_due"] == date(2026, 4, 5)

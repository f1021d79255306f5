"""What it costs to open a case: the same questions to the database however long its record is, and each read opened once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crypto.keys import new_id
from intake.database.case_tables import Item, ItemKey, ItemKind, Recipient
from intake.events import EventKind
from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser
from tests.support.instances import Instance
from tests.support.reports import Filed, Offices
from tests.support.statements import asked
from triage.casework.reading import read_case
from triage.casework.writing import note

OPENED = "events.case_key"
"""Only whoever opens the whole record asks for it."""


def _opened(statements: list[str]) -> int:
    return sum(OPENED in statement.lower() and "insert" not in statement.lower() for statement in statements)


def test_a_page_asks_as_much_of_a_long_record_as_of_a_short_one(
    instance: Instance, offices: Offices, filed: Filed
) -> None:
    long = offices.file()
    with long.act("milo") as acting:
        for number in range(30):
            acting.tell(EventKind.NOTED, acting.note(f"A note, number {number}."))
            acting.tell(EventKind.ANSWERED, acting.answer("An answer."))
    browser = Browser(instance)
    browser.log_in("milo")
    sent: list[list[str]] = []
    for case in (filed.case, long.case):
        browser.get(f"/cases/{case}")
        with asked() as statements:
            assert browser.get(f"/cases/{case}").status_code == 200
        sent.append(statements)
    assert len(sent[0]) == len(sent[1]), "a question for each event or each writing"


def test_the_first_read_of_a_day_opens_the_case_twice_and_every_other_once(
    back_office: BackOffice, filed: Filed
) -> None:
    """Once for the read that is recorded, once for the page, which shows it."""
    milo = back_office.officer("milo")
    with asked() as first:
        view = read_case(back_office.desk, milo, filed.case)
    assert view.file.records[-1].kind is EventKind.OPENED
    with asked() as second:
        read_case(back_office.desk, milo, filed.case)
    assert (_opened(first), _opened(second)) == (2, 1)


def test_what_somebody_does_between_the_two_is_seen(
    back_office: BackOffice, filed: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another officer acts after the case was opened and before the read is recorded: the read comes after that act."""
    desk, milo = back_office.desk, back_office.officer("milo")
    again = type(desk).open_again

    def late(self: object, *given: object) -> object:
        note(desk, back_office.officer("mara"), filed.case, "Meanwhile.")
        monkeypatch.undo()
        return again(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(type(desk), "open_again", late)
    kinds = [record.kind for record in read_case(desk, milo, filed.case).file.records]
    assert kinds[-2:] == [EventKind.NOTED, EventKind.OPENED]


def test_a_second_envelope_or_a_second_report_is_told_and_breaks_no_page(
    instance: Instance, filed: Filed
) -> None:
    """Whoever can write to the database puts another key beside the report's, or another report beside it."""
    browser = Browser(instance)
    browser.log_in("milo")
    with instance.owner.state.begin() as session:
        report = session.scalars(select(Item).where(Item.kind == ItemKind.REPORT)).one()
        session.add(ItemKey(item_id=report.id, recipient=Recipient.CASE, epoch=7, sealed=b"another"))
        body, number = report.body, report.id
    assert browser.get(f"/cases/{filed.case}").status_code == 409
    with instance.owner.state.begin() as session:
        session.delete(session.get_one(ItemKey, (number, Recipient.CASE, 7)))
        session.add(Item(id=new_id(), case_id=filed.case, kind=ItemKind.REPORT, body=body))
    assert browser.get(f"/cases/{filed.case}").status_code == 409

"""Somebody wants to know what was told, or to get it: by the database, by sizes and counts, by rows that are moved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, update

from crypto.receipt import ReceiptKeys
from intake.database.case_tables import Event, Item, ItemKind, MailboxRow
from intake.drafts import Draft, DraftSubject
from intake.events import EventKind
from intake.mailbox import NotPossibleError
from intake.mailbox.stored import keys_of
from intake.wordlists import wordlist
from templates.web.padding import size_class
from tests.functional.portal.conftest import Reporter, app, clock, reporter  # noqa: F401 - fixtures
from tests.functional.portal.test_mailbox import unknown_code
from tests.support.reports import Offices, plumber_report, report
from tests.support.retaliation import detriments, entry, told


@contextmanager
def questions(offices: Offices) -> Iterator[list[str]]:
    """What the portal asks its database, as it asks it."""
    asked: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    engine = offices.instance.portal_db.state.kw["bind"]
    assert isinstance(engine, Engine)
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_every_code_looks_for_the_same_rows_in_one_question(offices: Offices) -> None:
    """A code without a report, with one, and with one and a detriment: the looking-up costs the same."""
    plain, hit = offices.file(plumber_report()), offices.file(plumber_report())
    told(hit)
    masters = [offices.mailbox.open(Draft.new().code), plain.master, hit.master]
    found = []
    for master in masters:
        with questions(offices) as asked:
            offices.mailbox.view(master)
        found.append(asked)
    looks = [[each for each in asked if "mailbox" in each and "locator" in each] for asked in found]
    assert [len(each) for each in looks] == [1, 1, 1]
    assert looks[0] == looks[1] == looks[2]
    # An unknown code and one without a detriment ask the very same, to the end.
    assert found[0] == found[1]


def test_the_mailbox_is_of_one_size_with_and_without_a_detriment(
    reporter: Reporter,  # noqa: F811
    offices: Offices,
) -> None:
    words = wordlist("en")
    assert words is not None
    plain, hit = offices.file(plumber_report()), offices.file(plumber_report())
    told(hit)
    sizes = []
    for code in (unknown_code(), *(each.draft.code.as_words(words) for each in (plain, hit))):
        reporter.returns(code)
        sizes.append(len(reporter.page.data))
        assert sizes[-1] == size_class(sizes[-1])
    assert len(set(sizes)) == 1
    reporter.opens("/mailbox/detriment")
    assert len(reporter.page.data) == size_class(len(reporter.page.data))


def test_locators_of_one_code_have_nothing_in_common(offices: Offices) -> None:
    """Whoever knows one case's keys, from a stolen session or a row, does not come to another's by them."""
    hit = offices.file(plumber_report())
    told(hit)
    each = keys_of(ReceiptKeys(hit.master))
    assert len({keys.locator_hash for keys in each} | {keys.mailbox_key for keys in each}) == 2 * len(each)
    second = keys_of(each[1])
    assert not {keys.locator_hash for keys in second[1:]} & {keys.locator_hash for keys in each}


def test_a_row_that_is_moved_opens_nothing_and_takes_nobodys_place(offices: Offices, today: date) -> None:
    """Somebody who can write to the database puts the retaliation case's row where another is looked for."""
    hit = offices.file(plumber_report())
    told(hit)
    each = keys_of(ReceiptKeys(hit.master))
    with offices.instance.owner.state.begin() as session:
        there = update(MailboxRow).where(MailboxRow.locator_hash == each[1].locator_hash)
        session.execute(there.values(locator_hash=each[2].locator_hash))
    view = offices.mailbox.view(hit.master)
    assert [part.part for part in view.parts] == [0]
    assert view.proved
    # The place stays taken: what is told now goes to a fresh one, and no two cases meet.
    again = told(hit, entry(day=today, happened="g"))
    assert [part.part for part in offices.mailbox.view(hit.master).parts] == [0, 100]
    assert again.case


def test_the_first_office_learns_of_it_only_by_the_protection_compartment(
    offices: Offices, today: date
) -> None:
    """Nobody of the office has to do with what was done: those who look after the reporter are told in codes, and no more."""
    first = offices.file(plumber_report())
    told(first, entry(DraftSubject(name="Emil Nagy", post="staff", body="millbrook-school"), day=today))
    file = first.opened_by("milo")
    assert file is not None
    assert [record.kind for record in file.records] == [EventKind.FILED, EventKind.CHECKED_IN]
    with offices.instance.owner.reading() as session:
        items = session.scalars(select(Item).where(Item.case_id == first.case)).all()
    assert [item.kind for item in items].count(ItemKind.PROTECTION) == 1
    assert file.whole


@pytest.mark.parametrize(
    "actor",
    [
        DraftSubject(name="Mara Lindqvist", post="head", body="HO-millbrook"),  # the head of the first office
        DraftSubject(name="Noel Kimura", post="staff", body="HO-north"),  # somebody who could be a contact
        DraftSubject(
            name="Hugo Stein", post="head", body="millbrook-water"
        ),  # Mina of the office is kin of him
        DraftSubject(
            name="Greta Holm", post="head", body="millbrook-hall"
        ),  # the office below is passed over
    ],
)
def test_where_somebody_around_it_is_concerned_the_first_office_learns_nothing(
    offices: Offices, today: date, actor: DraftSubject
) -> None:
    first = offices.file(plumber_report())
    told(first, entry(actor, day=today))
    with offices.instance.owner.reading() as session:
        kinds = session.scalars(select(Event.kind).where(Event.case_id == first.case)).all()
        items = session.scalars(select(Item.kind).where(Item.case_id == first.case)).all()
    assert kinds == [EventKind.FILED]
    assert items == [ItemKind.REPORT]


def test_where_the_first_record_was_cut_off_it_goes_around_every_office(
    offices: Offices, today: date
) -> None:
    """An officer who worked on the report takes the event away that says so, to get the detriment as well."""
    first = offices.file(plumber_report())
    with first.act("milo") as acting:
        acting.tell(EventKind.ASSIGNED, {"handlers": {"milo": "handle"}})
    with offices.instance.owner.state.begin() as session:
        event_ = session.scalars(
            select(Event).where(Event.case_id == first.case, Event.kind == EventKind.ASSIGNED)
        ).one()
        event_.commitment = b"\x00" * 32
    case = told(first, entry(day=today))
    assert case.opened_by("milo") is None
    file = case.opened_by("olga")
    assert file is not None
    assert file.office == "EXT-OMB"


PEOPLE = {
    "vendor": (("m", "private", "north", "done"), "HO-north"),
    "teacher": (("i", "head", "millbrook-school", "threat"), "HO-millbrook"),
    "officer": (("b", "head", "HO-ashford", "done"), "HO-north"),
}


@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_whoever_is_hit_finds_an_office_that_did_not_do_it(offices: Offices, today: date, who: str) -> None:
    """A vendor's contract, a teacher's temporary post, an officer passed over: each goes where the actor has no hand in."""
    (code, post, place, stage), office = PEOPLE[who]
    actor = (
        DraftSubject(post=post, region=place) if post == "private" else DraftSubject(post=post, body=place)
    )
    first = offices.file(report(DraftSubject(name="Rosa Medina", post="staff", body="millbrook-water")))
    case = told(first, entry(actor, day=today, happened=code, done=stage))
    members = offices.instance.roster.organisation.members_of(office)
    files = [file for member in members if (file := case.opened_by(member.id)) is not None]
    assert files
    assert files[0].office == office
    assert files[0].records[1].data["stage"] == stage
    if who == "officer":
        assert all(case.opened_by(officer) is None for officer in ("anna", "abel", "ayla"))


def test_more_than_there_is_room_for_is_refused_before_anything_is_stored(
    offices: Offices, today: date
) -> None:
    first = offices.file(plumber_report())
    told(first)
    office = detriments(first)
    before = len(offices.cases())
    with pytest.raises(NotPossibleError):
        office.send(first.master, entry(day=today, goes_on="7"))
    assert len(offices.cases()) == before

"""Whoever looks after a reporter opens what was said about safety, and nothing else of the case. Excluded is excluded."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from crypto import protection
from crypto.errors import CryptoError
from crypto.item import ItemPlace, open_item
from crypto.keys import KeyPair, PublicKeys
from intake.database.case_tables import Item, ItemKey, ItemKind
from intake.database.protection_tables import ProtectionCardRow, ProtectionGrant, ProtectionKey
from intake.events import EventKind
from intake.levels import Band
from intake.mailbox.writing import LetterboxError, Writing
from intake.protection.bands import BAND
from intake.protection.compartment import present_contacts
from intake.protection.opening import ProtectionFile, looked_after, open_compartment
from tests.support.releases import Moving
from tests.support.reports import Filed, Offices, plumber_report, water_report

SAID = "He waits for me at the gate in the evenings."


def contacts(filed: Filed) -> list[str]:
    with filed.offices.instance.owner.reading() as session:
        return present_contacts(session, filed.case)


def looks(filed: Filed, officer: str) -> ProtectionFile | None:
    """What an officer opens as a contact, with the back office's rights and the officer's own key."""
    instance = filed.offices.instance
    with instance.triage_db.reading() as session:
        return open_compartment(
            session, filed.case, officer, instance.pair(officer), instance.roster, instance.portal.gate
        )


def say(filed: Filed, **content: Any) -> None:
    """The reporter says something to whoever looks after them."""

    def act(writing: Writing) -> None:
        writing.tell(EventKind.CHECKED_IN, writing.protect("check_in", content))

    filed.offices.mailbox.act(filed.master, 0, act)


def held_by(filed: Filed, officer: str) -> list[KeyPair]:
    """Every key that a contact ever holds of a case, their own included."""
    instance = filed.offices.instance
    same = (ProtectionKey.case_id == ProtectionGrant.case_id) & (ProtectionKey.epoch == ProtectionGrant.epoch)
    with instance.owner.reading() as session:
        rows = session.execute(
            select(ProtectionGrant.epoch, ProtectionGrant.sealed, ProtectionKey.public)
            .join(ProtectionKey, same)
            .where(ProtectionGrant.officer_id == officer, ProtectionGrant.case_id == filed.case)
        ).all()
    own = instance.pair(officer)
    return [own] + [
        protection.open_grant(filed.case, row.epoch, own, row.sealed, PublicKeys(row.public)).pair
        for row in rows
    ]


def opened_with(filed: Filed, keys: list[KeyPair]) -> set[ItemKind]:
    """Which kinds of item these keys open, with the whole database in hand."""
    opened = set()
    with filed.offices.instance.owner.reading() as session:
        rows = session.execute(
            select(Item.id, Item.kind, Item.body, ItemKey.sealed).join(ItemKey, ItemKey.item_id == Item.id)
        )
        for number, kind, body, sealed in rows:
            for pair in keys:
                try:
                    open_item(pair, ItemPlace(kind.value, filed.case, number), body, sealed)
                except CryptoError:
                    continue
                opened.add(kind)
    return opened


def test_two_of_the_office_above_look_after_the_reporter_and_do_not_get_the_case(offices: Offices) -> None:
    filed = offices.file(plumber_report(a1="suspected", b1="line", not_safe="yes"))
    assert contacts(filed) == ["nils", "nina"]
    offices.mailbox.write(filed.master, "Rosa has the second key of the store.")
    say(filed, state="unsafe", text=SAID)
    for officer in ("nils", "nina"):
        file = looks(filed, officer)
        assert file is not None
        assert file.card is not None
        assert file.unread == 0
        assert file.card.risk["band"] == Band.HIGH
        assert (file.card.answers["A1"], file.card.answers["not_safe"]) == ("suspected", "yes")
        assert [said.content["text"] for said in file.said] == [SAID]
        assert all(said.verified and said.by_reporter for said in file.said)
        assert filed.opened_by(officer) is None
        assert opened_with(filed, held_by(filed, officer)) == {ItemKind.PROTECTION}
    for officer in ("nora", "lena", "leo"):
        assert looks(filed, officer) is None
    case = filed.opened_by("mara")
    assert case is not None
    assert case.whole
    assert [entry.text for entry in case.written if entry.kind is ItemKind.PROTECTION] == [SAID]


def test_nobody_who_is_excluded_and_nobody_where_the_reporter_works_is_a_contact(offices: Offices) -> None:
    filed = offices.file(water_report(involved="Nina Petrova"))
    assert "nina" not in contacts(filed)
    assert len(contacts(filed)) == 2
    works_there = offices.file(plumber_report(reporter_unit="HO-north"))
    places = {offices.instance.roster.officers[who].office for who in contacts(works_there)}
    assert places == {"HO-land"}


def test_a_contact_who_is_shut_out_keeps_no_way_in_and_another_one_reads_it_all(offices: Offices) -> None:
    filed = offices.file(plumber_report())
    say(filed, state="changed", text=SAID)
    offices.mailbox.name_involved(filed.master, ["nina"])
    moving = Moving(filed)
    moving.worker(moving.day).round()
    assert contacts(filed) == ["nils", "noel"]
    assert looks(filed, "nina") is None
    say(filed, state="unsafe", text="She knows who I am.")
    with filed.act("mara") as acting:
        acting.tell(EventKind.NOTED, acting.note("seen"))
    for officer in ("nils", "noel"):
        file = looks(filed, officer)
        assert file is not None
        assert file.card is not None
        assert [said.content["text"] for said in file.said] == [SAID, "She knows who I am."]


def test_what_a_contact_who_left_held_opens_nothing_later(offices: Offices) -> None:
    filed = offices.file(plumber_report())
    say(filed, state="changed", text=SAID)
    kept = held_by(filed, "nina")
    with filed.act("mara") as acting:
        acting.begin_epoch(["mara", "milo", "marc"])
        data = {"handlers": {}, "circle": acting.file.progress.circle}
        acting.tell(EventKind.RECUSED, data)
    say(filed, state="unsafe", text="Later.")
    with offices.instance.owner.reading() as session:
        rows = session.execute(
            select(Item.id, Item.body, ItemKey.sealed, ItemKey.epoch)
            .join(ItemKey, ItemKey.item_id == Item.id)
            .where(Item.kind == ItemKind.PROTECTION, ItemKey.epoch == 1)
        ).all()
    assert len(rows) == 1
    for pair in kept:
        with pytest.raises(CryptoError):
            open_item(pair, ItemPlace("protection", filed.case, rows[0].id), rows[0].body, rows[0].sealed)


def test_after_a_release_the_new_contacts_read_what_comes_and_the_next_act_gives_them_the_rest(
    offices: Offices,
) -> None:
    filed = offices.file(plumber_report())
    say(filed, state="safe", text=SAID)
    moving = Moving(filed)
    late = moving.day + timedelta(days=40)
    moving.worker(late).round()
    released = filed.opened_by("nora")
    assert released is not None
    assert released.office == "HO-north"
    offices_then = replace(offices, today=late)
    later = replace(filed, offices=offices_then)
    say(later, state="unsafe", text="The new ones.")
    new = contacts(filed)
    assert {offices.instance.roster.officers[who].office for who in new} == {"HO-land"}
    file = looks(filed, new[0])
    assert file is not None
    assert file.card is None
    assert [said.content["text"] for said in file.said] == ["The new ones."]
    assert file.unread == 1
    with later.act("nora") as acting:
        acting.tell(EventKind.NOTED, acting.note("taken up"))
    file = looks(filed, new[0])
    assert file is not None
    assert file.card is not None
    assert (file.unread, len(file.said)) == (0, 2)


def test_a_swapped_compartment_gets_nothing_and_a_forged_entry_shows(offices: Offices) -> None:
    filed = offices.file(plumber_report())
    mine = KeyPair.generate()
    with offices.instance.owner.state.begin() as session:
        session.execute(update(ProtectionKey).values(public=mine.public.raw))
    with pytest.raises(LetterboxError):
        say(filed, state="unsafe", text=SAID)
    assert opened_with(filed, [mine]) == set()
    with pytest.raises(CryptoError):
        looks(filed, "nils")


def test_a_card_of_another_case_or_an_invented_one_is_not_believed(offices: Offices) -> None:
    filed, other = offices.file(plumber_report(not_safe="yes")), offices.file(plumber_report())
    instance = offices.instance
    with instance.owner.state.begin() as session:
        cards = {row.case_id: row for row in session.scalars(select(ProtectionCardRow))}
        cards[filed.case].sealed = cards[other.case].sealed
    with instance.triage_db.reading() as session:
        listed = looked_after(session, "nils", instance.pair("nils"))
    assert listed[filed.case][1] is None
    assert listed[other.case][1] is not None
    file = looks(filed, "nils")
    assert file is not None
    assert file.card is None


def test_an_event_that_says_a_lower_band_than_its_assessment_shows_as_altered(offices: Offices) -> None:
    filed = offices.file(plumber_report(not_safe="yes"))
    with filed.act("mara") as acting:
        report = acting.file.report
        content = {"severity": report["severity"], "risk": report["risk"], "changed": []}
        paper = acting.paper("assessment", "", content)
        acting.tell(EventKind.ASSESSED, {**paper, BAND: Band.LOW.value})
    file = filed.opened_by("milo")
    assert file is not None
    assert not file.whole

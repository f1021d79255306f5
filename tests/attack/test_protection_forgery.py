"""Attacks on those who look after a reporter: a contact who wants the case, a database writer who wants them to see less."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select, update

from crypto.errors import CryptoError
from crypto.item import ItemPlace, open_item
from crypto.keys import KeyPair
from crypto.protection import Granted, grant, publish
from intake.casefile import Holder, open_case
from intake.database.case_tables import Epoch, Event, Item, ItemKey, ItemKind
from intake.database.protection_tables import ProtectionCardRow, ProtectionGrant, ProtectionKey
from intake.drafts import Draft
from intake.events import EventKind
from intake.protection.compartment import Compartment
from intake.protection.keeping import PLAN, keep
from intake.protection.opening import Keys, looked_after, open_compartment
from intake.record import Author
from tests.conftest import MakeInstance
from tests.functional.triage.conftest import BackOffice, office_with_duties
from tests.support.backoffice import Browser
from tests.support.instances import Instance
from tests.support.looking_after import HIGH, everything_chosen, looked, says
from tests.support.reports import Filed, Offices, plumber_report
from triage.casework.protect.access import Way
from triage.casework.protect.acts import write_to_reporter
from triage.casework.protect.listing import list_reporters
from triage.casework.protect.planning import save_plan
from triage.casework.refusals import NoSuchCaseError
from triage.casework.writing import note

CONTACT = "nils"


@pytest.fixture
def instance(make_instance: MakeInstance) -> Instance:
    return make_instance(office_with_duties())


@pytest.fixture
def filed(instance: Instance, today: Any) -> Filed:
    return Offices(instance, today).file(plumber_report(**HIGH))


@pytest.fixture
def back_office(instance: Instance, today: Any) -> BackOffice:
    return BackOffice(instance, today)


def _pairs(instance: Instance, filed: Filed) -> list[KeyPair]:
    with instance.owner.reading() as session:
        known, _ = looked_after(session, CONTACT, instance.pair(CONTACT))[filed.case]
    return [instance.pair(CONTACT), *known.pairs.values()]


def _is_noticed(instance: Instance, back_office: BackOffice, filed: Filed) -> bool:
    """Whether the contact's page or the list says that something is wrong."""
    browser = Browser(instance)
    browser.log_in(CONTACT)
    page = browser.get(f"/protection/{filed.case}")
    listed = browser.get("/protection").text
    return (
        page.status_code == 409 or "altered" in page.text or "Not proved" in page.text or "altered" in listed
    )


def _is_whole(filed: Filed) -> tuple[bool, bool]:
    """As a holder reads it, and as the reporter does."""
    file = filed.opened_by("milo")
    return file is not None and file.whole, filed.offices.mailbox.view(filed.master).proved


def test_a_contact_who_can_read_the_database_opens_nothing_of_the_case(
    instance: Instance, back_office: BackOffice, filed: Filed
) -> None:
    says(filed, "unsafe", "He waits at the gate.")
    filed.offices.mailbox.write(filed.master, "Look into the second book.")
    note(back_office.desk, back_office.officer("milo"), filed.case, "The books are at the court.")
    opened = set()
    with instance.owner.reading() as session:
        rows = session.execute(
            select(Item.id, Item.kind, Item.body, ItemKey.sealed).join(ItemKey, ItemKey.item_id == Item.id)
        ).all()
        events = session.execute(select(Event.id, Event.body, Event.case_key, Event.reporter_key)).all()
        for pair in _pairs(instance, filed):
            assert (
                open_case(session, filed.case, Holder(CONTACT, pair), instance.roster, instance.portal.gate)
                is None
            )
            for number, kind, body, sealed in rows:
                try:
                    open_item(pair, ItemPlace(kind.value, filed.case, number), body, sealed)
                except CryptoError:
                    continue
                opened.add(kind)
            for number, body, *keys in events:
                for sealed in keys:
                    with pytest.raises(CryptoError):
                        open_item(pair, ItemPlace("event", filed.case, number), body, sealed)
    assert opened == {ItemKind.PROTECTION}


def test_a_forged_plan_of_a_certified_officer_who_is_no_contact_shows_everywhere(
    instance: Instance, back_office: BackOffice, filed: Filed
) -> None:
    """Noel can write to the database, and a holder told him where the case's events go: the last wall is the compartment."""
    file = filed.opened_by("milo")
    assert file is not None
    with instance.owner.state.begin() as session:
        public = session.scalars(
            select(ProtectionKey.public).where(ProtectionKey.case_id == filed.case)
        ).one()
        from crypto.keys import PublicKeys

        keys = Keys(file.box, Compartment(0, PublicKeys(public)), KeyPair.generate())
        author = Author("noel", instance.pair("noel"))
        content = {"steps": {}, "reasons": {}, "heavy": [], "complete": True, "catalogue": 1}
        keep(session, keys, author, EventKind.PLANNED, PLAN, back_office.today, content)
    assert _is_whole(filed) == (False, False)
    assert _is_noticed(instance, back_office, filed)
    desk, nils = back_office.desk, back_office.officer(CONTACT)
    file_of_contact = looked(desk, nils, filed)
    assert [said.verified for said in file_of_contact.said] == [False]
    save_plan(desk, nils, Way(filed.case), everything_chosen(file_of_contact), complete=True, seen=-1)


def test_a_swapped_key_grant_card_or_plan_is_noticed(
    instance: Instance, back_office: BackOffice, filed: Filed
) -> None:
    desk, nils = back_office.desk, back_office.officer(CONTACT)
    file = looked(desk, nils, filed)
    save_plan(desk, nils, Way(filed.case), everything_chosen(file), complete=True, seen=-1)
    assert not _is_noticed(instance, back_office, filed)
    with instance.owner.reading() as session:
        old_card = session.scalars(select(ProtectionCardRow.sealed)).one()
    note(desk, back_office.officer("milo"), filed.case, "Something happened.")
    with instance.owner.state.begin() as session:
        session.execute(update(ProtectionCardRow).values(sealed=old_card))
    line = list_reporters(desk, nils).lines[0]
    assert line.put_back, "an older card shows against the events in clear"
    note(desk, back_office.officer("milo"), filed.case, "Something else happened.")
    assert not list_reporters(desk, nils).lines[0].put_back
    with instance.owner.state.begin() as session:
        plan = session.scalars(select(Item.id).where(Item.kind == ItemKind.PROTECTION)).one()
        session.execute(delete(ItemKey).where(ItemKey.item_id == plan))
        session.execute(delete(Item).where(Item.id == plan))
    assert _is_whole(filed)[0] is False
    assert looked(desk, nils, filed).missing, "the record tells of more than is there"


@pytest.mark.parametrize("what", ["key", "both"])
def test_a_key_of_the_attackers_own_opens_no_compartment(
    instance: Instance, back_office: BackOffice, filed: Filed, what: str
) -> None:
    mine = KeyPair.generate()
    with instance.owner.state.begin() as session:
        roster = instance.roster
        row = session.scalars(select(ProtectionKey)).one()
        row.public, row.signature = publish(filed.case, 0, mine)[0].raw, publish(filed.case, 0, mine)[1]
        if what == "both":
            first = session.scalars(select(Epoch.public).where(Epoch.case_id == filed.case)).one()
            from crypto.epoch import protection_pair
            from crypto.keys import PublicKeys

            given = Granted(protection_pair(mine), PublicKeys(first), mine.public)
            sealed = grant(filed.case, 0, roster.keys_of(CONTACT), given)
            session.execute(
                update(ProtectionGrant).where(ProtectionGrant.officer_id == CONTACT).values(sealed=sealed)
            )
    desk, nils = back_office.desk, back_office.officer(CONTACT)
    with pytest.raises(CryptoError):
        looked(desk, nils, filed)
    line = list_reporters(desk, nils).lines[0]
    assert line.card is None
    from intake.mailbox.writing import LetterboxError

    with pytest.raises(LetterboxError):
        says(filed, "unsafe")


def test_who_is_excluded_holds_nothing_and_finds_nothing(
    instance: Instance, back_office: BackOffice, today: Any
) -> None:
    def about_the_waterworks() -> Draft:
        draft = plumber_report(**HIGH)
        draft.set("involved", "Nils Sandberg")
        return draft

    filed = Offices(instance, today).file(about_the_waterworks())
    desk, nils = back_office.desk, back_office.officer(CONTACT)
    assert list_reporters(desk, nils).lines == []
    with pytest.raises(NoSuchCaseError):
        looked(desk, nils, filed)
    with pytest.raises(NoSuchCaseError):
        write_to_reporter(desk, nils, Way(filed.case), "Who are you?")
    with instance.owner.reading() as session:
        assert (
            open_compartment(
                session, filed.case, CONTACT, instance.pair(CONTACT), instance.roster, instance.portal.gate
            )
            is None
        )

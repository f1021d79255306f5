"""A3 and A8: somebody who can write to the database adds officers, swaps keys, moves rows. It is noticed, and nothing is
sealed to the wrong key.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from crypto.encoding import canonical_json, parse_object
from crypto.epoch import EpochRecord, grant, link, sign_record
from crypto.errors import CryptoError
from crypto.keys import KeyPair, new_id
from intake.circle import tell, write_item
from intake.database.case_tables import Case, Epoch, Event, Grant, Item, ItemKey, ItemKind, MailboxRow
from intake.database.people_tables import RosterRow
from intake.events import EventKind
from intake.mailbox import LetterboxError
from intake.record import Author
from intake.roster import RosterError, certify, sign_roster
from tests.support.organisation import small_organisation
from tests.support.reports import Offices, plumber_report, water_report


def organisation_with(change: Any) -> dict[str, Any]:
    document = small_organisation()
    change(document)
    return document


@pytest.mark.parametrize(
    "change",
    [
        lambda org: org["ties"].clear(),
        lambda org: org["bodies"][4].update(region="ashford"),
        lambda org: org["handling_offices"][2]["members"].append({"id": "eve", "role": "officer"}),
    ],
    ids=["deletes a tie", "moves a body", "adds a member"],
)
def test_a_changed_organisation_without_the_roots_signature_stops_the_portal(
    offices: Offices, change: Any
) -> None:
    offices.instance.reissue(organisation=organisation_with(change), root=KeyPair.generate())
    with pytest.raises(RosterError, match="signature"):
        offices.filing.file(water_report())
    assert offices.cases() == []


def test_an_officer_added_by_hand_gets_nothing_sealed(offices: Offices) -> None:
    with offices.instance.owner.state.begin() as session:
        row = session.scalars(select(RosterRow).order_by(RosterRow.number.desc())).first()
        assert row is not None
        value = parse_object(row.document)
        eve = copy.deepcopy(value["officers"][0])
        eve["keys"] = KeyPair.generate().public.as_text()
        value["officers"][0] = eve
        row.document = canonical_json(value)
    with pytest.raises(RosterError, match="signature"):
        offices.filing.file(water_report())


def test_an_older_roster_is_not_accepted_again(offices: Offices) -> None:
    filing = offices.filing
    filing.faults(water_report())
    offices.instance.without("mina")
    filing.faults(water_report())
    with offices.instance.owner.state.begin() as session:
        session.execute(delete(RosterRow).where(RosterRow.number == 2))
    with pytest.raises(RosterError, match="older"):
        filing.file(water_report())
    with pytest.raises(RosterError, match="older"):  # nor by a portal that was started anew
        offices.filing.file(water_report())


def test_an_old_roster_under_a_new_number_is_not_accepted(offices: Offices) -> None:
    with offices.instance.owner.state.begin() as session:
        old = session.get_one(RosterRow, 1)
        session.add(RosterRow(number=7, document=old.document, signature=old.signature))
    with pytest.raises(RosterError, match="number"):
        offices.filing.file(water_report())


def test_a_signed_roster_cannot_certify_somebody_the_organisation_does_not_list(offices: Offices) -> None:
    roster = offices.instance.roster
    eve = replace(certify(roster.organisation, "mara", KeyPair.generate().public), id="eve")
    document = roster.as_document() | {"officers": [eve.as_document()]}
    with pytest.raises(RosterError):
        sign_roster(document, offices.instance.root)


def test_a_swapped_letterbox_gets_no_message(offices: Offices) -> None:
    filed = offices.file()
    with offices.instance.owner.state.begin() as session:
        session.execute(update(Epoch).values(public=KeyPair.generate().public.raw))
    assert not offices.mailbox.view(filed.master).can_write
    with pytest.raises(LetterboxError):
        offices.mailbox.write(filed.master, "Not for Eve.")
    with pytest.raises(CryptoError):
        filed.opened_by("mara")


def test_a_forged_epoch_gets_no_message_even_when_a_certified_officer_forges_it(offices: Offices) -> None:
    """Nina is certified and can write to the database, but holds no grant: the chain needs the case's own key."""
    filed = offices.file()
    pair = KeyPair.generate()
    nina = offices.instance.pair("nina")
    record = EpochRecord(filed.case, 1, pair.public, "nina")
    with offices.instance.owner.state.begin() as session:
        session.add(
            Epoch(
                case_id=filed.case,
                number=1,
                public=pair.public.raw,
                signer="nina",
                signatures=sign_record(record, chain=nina, signer=nina),
                link=link(filed.case, 1, pair.public, KeyPair.generate().unsafe_seed),
                recovery=b"",
            )
        )
        for officer in ("mara", "nina"):
            sealed = grant(filed.case, 1, offices.instance.pair(officer).public, pair.unsafe_seed)
            session.add(Grant(officer_id=officer, case_id=filed.case, epoch=1, sealed=sealed))
        session.execute(update(Case).values(epoch=1))
    with pytest.raises(LetterboxError):
        offices.mailbox.write(filed.master, "Not for Nina.")
    for officer in ("mara", "nina"):
        with pytest.raises(CryptoError):
            filed.opened_by(officer)


def test_a_grant_row_copied_to_another_officer_opens_nothing(offices: Offices) -> None:
    filed = offices.file()
    with offices.instance.owner.state.begin() as session:
        row = session.scalars(select(Grant).where(Grant.officer_id == "mara")).one()
        session.add(Grant(officer_id="mina", case_id=row.case_id, epoch=0, sealed=row.sealed))
    with pytest.raises(CryptoError):
        filed.opened_by("mina")


def test_two_mailbox_rows_that_change_places_open_for_nobody(offices: Offices) -> None:
    first, second = offices.file(), offices.file(water_report())
    with offices.instance.owner.state.begin() as session:
        rows = list(session.scalars(select(MailboxRow)))
        rows[0].sealed, rows[1].sealed = rows[1].sealed, rows[0].sealed
    for filed in (first, second):
        view = offices.mailbox.view(filed.master)
        assert (view.known, view.deleted, view.proved, view.can_write) == (True, False, False, False)


def test_an_answer_that_no_officer_signed_is_not_shown(offices: Offices) -> None:
    filed = offices.file()
    eve = Author("mara", KeyPair.generate())
    with filed.acting("milo") as (session, file, _):
        content = {"text": "Come to the station alone.", "role": "head", "office": "HO-millbrook"}
        data = write_item(session, file.box, eve, ItemKind.ANSWER, offices.today, content)
        tell(session, file.box, eve, EventKind.ANSWERED, offices.today, data)
    view = offices.mailbox.view(filed.master)
    assert (list(view.answers), view.proved) == ([], False)
    seen = filed.opened_by("mara")
    assert seen is not None
    assert not seen.whole


def test_an_answer_of_one_case_moved_into_another_is_not_shown(offices: Offices) -> None:
    first, second = offices.file(), offices.file(water_report())
    with first.acting("mara") as (session, file, author):
        content = {"text": "Your case is closed.", "role": "head", "office": "HO-millbrook"}
        data = write_item(session, file.box, author, ItemKind.ANSWER, offices.today, content)
        tell(session, file.box, author, EventKind.ANSWERED, offices.today, data)
    with offices.instance.owner.state.begin() as session:
        session.execute(update(Item).where(Item.kind == ItemKind.ANSWER).values(case_id=second.case))
    assert list(offices.mailbox.view(second.master).answers) == []
    assert not offices.mailbox.view(first.master).proved


def test_a_report_that_was_exchanged_or_removed_is_noticed_by_its_reporter(offices: Offices) -> None:
    filed = offices.file()
    with offices.instance.owner.state.begin() as session:
        item = session.scalars(select(Item).where(Item.kind == ItemKind.REPORT)).one()
        item.body = item.body[:-1] + bytes([item.body[-1] ^ 1])
    assert not offices.mailbox.view(filed.master).proved
    with offices.instance.owner.state.begin() as session:
        session.execute(delete(ItemKey))
        session.execute(delete(Item))
    assert not offices.mailbox.view(filed.master).proved


@pytest.mark.parametrize("number", [0, 1])
def test_a_removed_event_is_noticed_when_a_later_one_exists(offices: Offices, number: int) -> None:
    filed = offices.file()
    offices.mailbox.write(filed.master, "one")
    offices.mailbox.write(filed.master, "two")
    with offices.instance.owner.state.begin() as session:
        session.execute(delete(Event).where(Event.number == number))
    assert not offices.mailbox.view(filed.master).proved
    file = filed.opened_by("mara")
    assert file is not None
    assert not file.whole


def test_a_back_dated_act_is_noticed(offices: Offices) -> None:
    filed = offices.file()
    offices.mailbox.write(filed.master, "one")
    with offices.instance.owner.state.begin() as session:
        event = session.scalars(select(Event).where(Event.number == 1)).one()
        event.date = event.date.replace(month=1)
    assert not offices.mailbox.view(filed.master).proved


def test_a_case_put_together_from_anothers_rows_opens_for_nobody(offices: Offices) -> None:
    """The accused's friend copies a whole case under a new id, to hand out as the original."""
    filed = offices.file(plumber_report())
    fake = new_id()
    with offices.instance.owner.state.begin() as session:
        case = session.get_one(Case, filed.case)
        session.add(
            Case(
                id=fake,
                office=case.office,
                state=case.state,
                epoch=0,
                wake=case.wake,
                card=case.card,
                rule_version=case.rule_version,
            )
        )
        session.flush()
        for table in (Epoch, Grant, Item, Event):
            session.execute(update(table).values(case_id=fake))
    filed.case = fake
    with pytest.raises(CryptoError):
        filed.opened_by("mara")

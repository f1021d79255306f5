"""The circle changes: who leaves reads nothing later, who comes reads everything, a silent office loses the case upwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from crypto.encoding import to_text
from crypto.envelope import open_
from crypto.errors import CryptoError
from crypto.item import ItemPlace
from crypto.keys import KeyPair
from intake import ladder
from intake.database.case_tables import Case, Epoch, Grant, Item, ItemKey, ItemKind
from intake.database.case_tables import Rung as RungRow
from intake.events import EventKind
from intake.release import Gate, release_overdue
from intake.standing import standing_of
from intake.states import CaseState
from tests.support.reports import Filed, Offices, plumber_report


def recuse(filed: Filed, officer: str) -> None:
    """An officer leaves, by the officer's own hand."""
    with filed.act(officer) as acting:
        standing = standing_of(acting.file, acting.roster, leaving=[officer])
        stays = standing.office == acting.file.office
        rest = tuple(holder for holder in acting.holders() if holder != officer)
        acting.begin_epoch(rest if stays and rest else standing.recipients(acting.roster))
        circle = {**acting.file.progress.circle, "office": standing.office}
        acting.tell(EventKind.RECUSED, {"handlers": {}, "circle": circle})


def acknowledge(filed: Filed) -> None:
    with filed.act("mara") as acting:
        data = {"state": "acknowledged", "met": {"ack_due": acting.today.isoformat()}}
        acting.tell(EventKind.ACKNOWLEDGED, data)


def release(filed: Filed, days: int) -> bool:
    """The worker looks at the case so many days after it was filed."""
    instance = filed.offices.instance
    gate = Gate(instance.worker.gate_pair, instance.roster, filed.offices.today + timedelta(days=days))
    with instance.worker_db.state.begin() as session:
        return release_overdue(session, filed.case, gate)


def who_can_open(filed: Filed) -> set[str]:
    return {officer for officer in filed.offices.instance.people if filed.opened_by(officer) is not None}


def test_who_left_cannot_open_what_came_later_with_the_whole_database_in_hand(offices: Offices) -> None:
    filed = offices.file(plumber_report())
    with offices.instance.owner.reading() as session:
        old_grants = [row.sealed for row in session.scalars(select(Grant).where(Grant.officer_id == "marc"))]
    old_file = filed.opened_by("marc")
    assert old_file is not None
    recuse(filed, "marc")
    offices.mailbox.write(filed.master, "Written after Marc had left.")
    assert who_can_open(filed) == {"mara", "milo", "mina"}
    assert old_grants
    with offices.instance.owner.reading() as session:
        item = session.scalars(select(Item).where(Item.kind == ItemKind.MESSAGE)).one()
        place = ItemPlace(item.kind.value, item.case_id, item.id).key_place
        everything = [
            blob
            for row in session.scalars(select(ItemKey).where(ItemKey.item_id == item.id))
            for blob in [row.sealed]
        ] + [row.link for row in session.scalars(select(Epoch)) if row.link is not None]
    known: list[KeyPair] = [offices.instance.pair("marc"), *old_file.pairs.values()]
    for key in known:
        for blob in everything:
            with pytest.raises(CryptoError):
                open_(key, place, blob)


def test_who_comes_later_reads_everything_from_the_beginning(offices: Offices) -> None:
    filed = offices.file(plumber_report())
    offices.mailbox.write(filed.master, "Before the change.")
    recuse(filed, "marc")
    with filed.act("milo") as acting:
        acting.grant(["luca"])
        acting.tell(EventKind.ASSIGNED, {"handlers": {"luca": "handle"}})
    seen = filed.opened_by("luca")
    assert seen is not None
    assert seen.whole
    assert [entry.text for entry in seen.written] == ["Before the change."]
    assert seen.progress.handlers == {"luca": "handle"}


def test_when_too_few_are_left_to_decide_the_case_moves_up(offices: Offices) -> None:
    filed = offices.file()  # a head is accused: three must decide, and only three are not excluded
    recuse(filed, "marc")
    assert who_can_open(filed) == {"nora", "nils", "nina", "noel"}


def test_a_head_who_leaves_takes_the_office_along(offices: Offices) -> None:
    filed = offices.file()
    recuse(filed, "mara")
    assert who_can_open(filed) == {"nora", "nils", "nina", "noel"}
    assert offices.mailbox.view(filed.master).can_write


def test_the_mailbox_follows_the_chain_of_keys_by_itself(offices: Offices) -> None:
    filed = offices.file(plumber_report())
    recuse(filed, "marc")
    offices.mailbox.write(filed.master, "To the second circle.")
    release(filed, 8)
    offices.mailbox.write(filed.master, "To the office above.")
    file = filed.opened_by("nora")
    assert file is not None
    assert [entry.text for entry in file.written] == ["To the second circle.", "To the office above."]
    assert (file.whole, file.epoch) == (True, 2)
    assert offices.mailbox.view(filed.master).proved


def test_a_missed_acknowledgement_moves_the_case_up_on_the_day_after_and_not_before(offices: Offices) -> None:
    filed = offices.file()
    assert not release(filed, 7)
    assert who_can_open(filed) == {"mara", "milo", "marc"}
    assert release(filed, 8)
    assert who_can_open(filed) == {"nora", "nils", "nina", "noel"}
    assert not release(filed, 8)  # a second worker, the same day
    file = filed.opened_by("nora")
    assert file is not None
    assert (file.office, file.whole) == ("HO-north", True)
    assert file.progress.clocks["ack_due"] == offices.today + timedelta(days=7)  # moving never resets a clock


def test_a_week_without_worker_skips_no_office(offices: Offices) -> None:
    filed = offices.file()
    assert release(filed, 60)  # a Friday: first contact is due on Monday
    assert not release(filed, 60)
    assert who_can_open(filed) == {"nora", "nils", "nina", "noel"}
    assert not release(filed, 63)
    assert release(filed, 64)
    assert who_can_open(filed) == {"lena", "luca", "lily", "leo"}
    assert release(filed, 70)
    assert who_can_open(filed) == {"olga", "omar"}
    assert not release(filed, 200)
    view = offices.mailbox.view(filed.master)
    assert (view.proved, view.can_write) == (True, True)


def test_an_acknowledged_case_stays_where_it_is(offices: Offices) -> None:
    filed = offices.file()
    acknowledge(filed)
    assert not release(filed, 30)


def test_an_acknowledgement_in_the_record_counts_even_if_the_clear_state_was_put_back(
    offices: Offices,
) -> None:
    filed = offices.file()
    acknowledge(filed)
    with offices.instance.owner.state.begin() as session:
        session.get_one(Case, filed.case).state = CaseState.RECEIVED
    assert not release(filed, 30)


def test_an_officer_who_lost_the_keys_is_passed_by(offices: Offices) -> None:
    filed = offices.file()
    offices.instance.without("nora", "nils", "nina", "noel")
    assert release(filed, 8)
    assert who_can_open(filed) == {"lena", "luca", "lily", "leo"}


def _with_new_keys(offices: Offices, *officers: str) -> None:
    """They forgot their passwords: the ladder of a case filed before is sealed to keys that nobody has any more."""
    known = offices.instance.roster.officers
    renewed = {
        name: replace(known[name], keys=KeyPair.generate().public, former_keys=known[name].all_keys)
        for name in officers
    }
    offices.instance.reissue(officers=[*{**known, **renewed}.values()])


def test_a_case_never_moves_to_an_office_where_nobody_can_open_it_any_more(offices: Offices) -> None:
    filed = offices.file()
    _with_new_keys(offices, "nora", "nils", "nina", "noel")
    assert release(filed, 8)
    assert who_can_open(filed) == {"lena", "luca", "lily", "leo"}


def test_who_has_new_keys_is_left_out_of_a_release_and_of_the_rungs_above(offices: Offices) -> None:
    filed = offices.file()
    _with_new_keys(offices, "nora", "lena")
    assert release(filed, 8)
    assert who_can_open(filed) == {"nils", "nina", "noel"}
    file = filed.opened_by("nils")
    assert file is not None
    assert sum(file.progress.circle["roles"].values()) == 3
    assert release(filed, 30)
    assert who_can_open(filed) == {"luca", "lily", "leo"}


def test_the_gate_alone_opens_nothing_of_a_case(offices: Offices) -> None:
    filed = offices.file()
    gate = offices.instance.worker.gate_pair
    with offices.instance.owner.reading() as session:
        rungs = ladder.peel_all(session, filed.case, 0, gate)
        inner = [
            envelope for rung in rungs for grants in rung.grants.values() for envelope in grants.values()
        ]
        outer = [row.sealed for row in session.scalars(select(Grant))]
        outer += [row.sealed for row in session.scalars(select(ItemKey))]
        outer += [row.recovery for row in session.scalars(select(Epoch))]
    assert inner
    raw = gate.unsafe_seed
    assert all(to_text(raw) not in envelope for envelope in inner)
    place = ItemPlace(ItemKind.REPORT.value, filed.case, "any").key_place
    for blob in outer:
        with pytest.raises(CryptoError):
            open_(gate, place, blob)


def test_an_officer_above_opens_nothing_before_the_rung_is_released(offices: Offices) -> None:
    filed = offices.file()
    assert filed.opened_by("nora") is None
    nora = offices.instance.pair("nora")
    with offices.instance.owner.reading() as session:
        for row in session.scalars(select(RungRow)):
            with pytest.raises(CryptoError):
                open_(nora, ItemPlace("rung", filed.case, "0.0").key_place, row.sealed)


def test_an_older_rung_put_back_is_noticed_and_releases_nothing(offices: Offices) -> None:
    filed = offices.file(plumber_report())
    with offices.instance.owner.reading() as session:
        old = {row.slot: row.sealed for row in session.scalars(select(RungRow))}
    recuse(filed, "marc")
    with offices.instance.owner.state.begin() as session:
        for row in session.scalars(select(RungRow)):
            row.sealed = old[row.slot]
    with pytest.raises(CryptoError):
        release(filed, 8)
    assert who_can_open(filed) == {"mara", "milo", "mina"}

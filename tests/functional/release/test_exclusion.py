"""Somebody must not read a case any more: the others go on under a new key, or it goes where the rules send it without them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import delete, select

from crypto.envelope import open_
from crypto.errors import CryptoError
from crypto.item import ItemPlace
from intake.database.case_tables import Epoch, Event, Grant, Item, ItemKey
from intake.events import EventKind
from intake.release import exclude
from intake.requests import Ask
from intake.roster import Officer
from tests.support.releases import DAY, Moving

MILLBROOK = {"mara", "milo", "mina", "marc"}
NORTH = {"nora", "nils", "nina", "noel"}
LAND = {"lena", "luca", "lily", "leo"}


def name(case: Moving, *officers: str) -> None:
    case.ask_reporter(Ask.EXCLUSION, EventKind.NAMED, case.day, officers)
    assert case.worker(case.day).round()


def test_the_others_go_on_and_read_everything_from_the_beginning(moving: Moving) -> None:
    moving.acknowledge()
    moving.filed.offices.mailbox.write(moving.filed.master, "Before Marc was named.")
    name(moving, "marc")
    assert moving.who_can_open() == moving.expected(witnesses=["marc"]) == MILLBROOK - {"marc"}
    moving.filed.offices.mailbox.write(moving.filed.master, "After Marc was named.")
    file = moving.filed.opened_by("milo")
    assert file is not None
    assert [entry.text for entry in file.written] == ["Before Marc was named.", "After Marc was named."]
    assert file.progress.state == "acknowledged"
    moving.check_consequences()


def test_who_was_named_opens_nothing_later_with_the_whole_database_in_hand(moving: Moving) -> None:
    before = moving.filed.opened_by("marc")
    assert before is not None
    name(moving, "marc")
    moving.filed.offices.mailbox.write(moving.filed.master, "After Marc was named.")
    with moving.instance.owner.reading() as session:
        assert not session.scalars(select(Grant).where(Grant.officer_id == "marc")).all()
        item = session.scalars(select(Item).where(Item.kind == "message")).one()
        released = session.scalars(select(Event).where(Event.kind == EventKind.RELEASED)).one()
        places = [
            ItemPlace(item.kind.value, moving.case, item.id).key_place,
            ItemPlace("event", moving.case, released.id).key_place,
        ]
        blobs = [row.sealed for row in session.scalars(select(ItemKey).where(ItemKey.item_id == item.id))]
        blobs += [released.case_key, released.reporter_key]
        blobs += [row.link for row in session.scalars(select(Epoch)) if row.link is not None]
    for key in (moving.instance.pair("marc"), *before.pairs.values()):
        for place in places:
            for blob in blobs:
                with pytest.raises(CryptoError):
                    open_(key, place, blob)


def test_a_head_who_is_named_takes_the_office_along(moving: Moving) -> None:
    moving.acknowledge()
    moving.assign("mara", "milo")
    name(moving, "mara")
    assert moving.who_can_open() == moving.expected(witnesses=["mara"]) == NORTH
    assert moving.opened().progress.handlers == {}
    moving.check_consequences()


def test_a_head_above_who_is_named_as_well_is_climbed_over(moving: Moving) -> None:
    name(moving, "mara", "nora")
    assert moving.who_can_open() == moving.expected(witnesses=["mara", "nora"]) == LAND
    moving.check_consequences()


def test_too_few_for_a_panel_pass_the_case_up(moving: Moving) -> None:
    name(moving, "milo", "mina", "marc")
    assert moving.who_can_open() == moving.expected(witnesses=["milo", "mina", "marc"]) == NORTH
    moving.check_consequences()


def test_who_is_named_is_on_no_rung_above(moving: Moving) -> None:
    name(moving, "nina")
    assert moving.who_can_open() == MILLBROOK
    moving.check_consequences()
    moving.ask_reporter(Ask.COMPLAINT, EventKind.COMPLAINED, moving.day + DAY)
    moving.worker(moving.day + DAY).round()
    assert moving.who_can_open() == NORTH - {"nina"}


def test_naming_everybody_leads_out_of_the_organisation_and_never_to_nobody(moving: Moving) -> None:
    everybody = sorted(set(moving.instance.people) - {"vera", "vito"})
    name(moving, *everybody)
    assert moving.who_can_open() == MILLBROOK
    name(moving, *(officer for officer in everybody if officer not in {"olga", "omar"}))
    assert moving.who_can_open() == {"olga", "omar"}
    moving.check_consequences()


def test_a_task_of_somebody_who_was_named_is_free_again(moving: Moving) -> None:
    moving.acknowledge()
    moving.assign("mara", "milo")
    moving.assign("mara", "marc")
    name(moving, "milo")
    assert moving.opened().progress.handlers == {"marc": "handle"}
    moving.check_consequences()


def test_the_same_name_twice_changes_nothing_for_the_others(moving: Moving) -> None:
    name(moving, "marc")
    name(moving, "marc")
    assert moving.who_can_open() == MILLBROOK - {"marc"}
    moving.check_consequences()


def test_a_tie_declared_later_shuts_out_without_a_name_in_the_record(moving: Moving) -> None:
    organisation = {
        **_document(moving),
        "ties": [{"officer": "marc", "type": "kin", "target": "p-plumber", "until": None}],
    }
    moving.instance.reissue(organisation=organisation)
    with moving.instance.worker_db.state.begin() as session:
        assert exclude(session, moving.case, ["marc"], moving.gate(moving.day))
    with moving.instance.worker_db.state.begin() as session:
        assert not exclude(session, moving.case, ["marc"], moving.gate(moving.day))
    assert moving.who_can_open() == MILLBROOK - {"marc"}
    assert "officers" not in moving.opened().records[-1].data
    moving.check_consequences()


def test_a_case_that_only_one_can_open_goes_to_the_level_above(moving: Moving) -> None:
    worker = moving.worker(moving.day)
    assert worker.round()
    assert moving.count(EventKind.RELEASED) == 0
    moving.instance.reissue(officers=_without(moving, "mara", "mina", "marc"))
    assert moving.worker(moving.day).round()
    assert all(moving.filed.opened_by(officer) for officer in NORTH)
    assert moving.filed.opened_by("milo") is None
    assert moving.worker(moving.day).round()
    assert moving.count(EventKind.RELEASED) == 1


def test_the_others_of_the_office_come_in_first(moving: Moving) -> None:
    with moving.instance.owner.state.begin() as session:  # as if they had joined the office since
        for officer in ("marc", "mina"):
            session.execute(delete(Grant).where(Grant.officer_id == officer))
    moving.act("mara", EventKind.NOTED, {})
    moving.instance.reissue(officers=_without(moving, "mara"))
    assert moving.worker(moving.day).round()
    assert {officer for officer in MILLBROOK - {"mara"} if moving.filed.opened_by(officer)} == {
        "milo",
        "mina",
        "marc",
    }
    assert moving.watch().office == "HO-millbrook"


def _without(moving: Moving, *officers: str) -> list[Officer]:
    """Everybody, some of them disabled."""
    return [
        replace(entry, active=entry.id not in officers) for entry in moving.instance.roster.officers.values()
    ]


def _document(moving: Moving) -> dict[str, object]:
    document: dict[str, object] = json.loads(moving.instance.roster.organisation_json)
    return document

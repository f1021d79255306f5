"""The roster against somebody who can write to the database: nobody is added, nothing comes back, nothing is moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update

from crypto.keys import KeyPair
from intake.database.people_tables import RosterRow
from intake.organisation import BrokenOrganisationError
from intake.roster import Officer, RosterError, RosterReader, certify, sign_roster
from tests.support.instances import Instance
from tests.support.organisation import small_organisation


def test_a_roster_signed_by_somebody_else_is_refused(instance: Instance) -> None:
    mallory = KeyPair.generate()
    forged = [
        replace(entry, keys=mallory.public) if entry.id == "milo" else entry
        for entry in instance.roster.officers.values()
    ]
    instance.reissue(officers=forged, root=mallory)
    with pytest.raises(RosterError, match="not the root's"):
        _ = instance.roster


def test_a_changed_byte_is_noticed(instance: Instance) -> None:
    with instance.owner.state.begin() as session:
        row = session.scalars(select(RosterRow)).one()
        row.document = row.document.replace(b"Mara Lindqvist", b"Mara Lindqvisd")
    with pytest.raises(RosterError):
        _ = instance.roster


def test_an_older_roster_does_not_come_back_not_even_after_a_restart(instance: Instance) -> None:
    reader = instance.rosters
    instance.without("milo")
    assert "milo" not in reader.current(instance.today).certified
    with instance.owner.state.begin() as session:
        session.execute(delete(RosterRow).where(RosterRow.number == 2))
    with pytest.raises(RosterError, match="disappeared"):
        reader.current(instance.today)
    with pytest.raises(RosterError, match="2 was seen before"):
        instance.rosters.current(instance.today)


def test_an_old_roster_under_a_new_number_is_refused(instance: Instance) -> None:
    with instance.owner.state.begin() as session:
        session.execute(update(RosterRow).values(number=7))
    with pytest.raises(RosterError, match="another number"):
        _ = instance.roster


def test_an_expired_roster_is_refused_but_can_be_renewed(instance: Instance) -> None:
    instance.reissue(expires=instance.today + timedelta(days=3))
    reader = instance.rosters
    assert reader.current(instance.today + timedelta(days=3)).number == 2
    with pytest.raises(RosterError, match="keys renew"):
        reader.current(instance.today + timedelta(days=4))
    assert reader.newest().number == 2


def test_what_an_attacker_leaves_in_the_memory_of_numbers_is_noticed(instance: Instance) -> None:
    _ = instance.roster
    assert instance.portal.seen_file.read_text() == "1"
    instance.portal.seen_file.write_text("one")
    with pytest.raises(RosterError, match="does not hold a number"):
        instance.rosters.current(instance.today)


def test_several_processes_share_the_memory_of_numbers(instance: Instance) -> None:
    for number in range(2, 13):
        instance.reissue()
        for databases in (instance.portal_db, instance.triage_db, instance.worker_db):
            reader = RosterReader(databases, instance.portal.roster_root, instance.portal.seen_file)
            assert reader.current(instance.today).number == number
    assert instance.portal.seen_file.read_text() == "12"


def test_an_officer_who_left_stays_listed_with_keys_that_verify(instance: Instance) -> None:
    smaller = small_organisation()
    smaller["handling_offices"][2]["members"].pop()
    old = instance.roster.keys_of("marc")
    roster = instance.reissue(organisation=smaller)
    assert "marc" not in roster.certified
    assert roster.keys_of("marc") == old
    assert instance.roster.officers["marc"].active is False


def test_keys_from_before_a_reset_verify_but_receive_nothing(instance: Instance) -> None:
    roster = instance.roster
    old, new = roster.officers["milo"], KeyPair.generate().public
    people = {**roster.officers, "milo": replace(old, keys=new, former_keys=old.all_keys)}
    instance.reissue(officers=people.values())
    assert instance.roster.keys_of("milo") == new
    assert instance.roster.all_keys_of("milo") == (new, old.keys)


def test_nobody_is_certified_for_a_place_the_organisation_does_not_list(instance: Instance) -> None:
    roster, keys = instance.roster, KeyPair.generate().public
    with pytest.raises(RosterError, match="lists no member"):
        certify(roster.organisation, "mallory", keys)
    stranger = Officer("milo", "HO-land", "head", frozenset({"triage"}), keys)
    with pytest.raises(RosterError, match="certified for a place"):
        replace(roster, officers={"milo": stranger})


def test_a_broken_organisation_is_never_signed(instance: Instance) -> None:
    broken = small_organisation()
    broken["regions"][3]["parent"] = "nowhere"
    with pytest.raises(BrokenOrganisationError):
        instance.reissue(organisation=broken)
    assert instance.roster.number == 1


def test_what_no_reader_would_accept_is_not_signed(instance: Instance) -> None:
    document = instance.roster.as_document()
    with pytest.raises(RosterError):
        sign_roster({**document, "number": 0}, instance.root)
    with pytest.raises(RosterError):
        sign_roster({**document, "expires": date.min.isoformat()}, instance.root)

"""A1 with A3: a head who can write to the database appoints a friend. Nothing is ever sealed to the friend."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from crypto.encoding import canonical_json, parse_object
from intake.appointments import Kind, SignedEntry, sign_ask
from intake.appointments.document import read_entry
from intake.database.case_tables import Grant
from intake.database.people_tables import AppointmentRow
from intake.declarations import Declaration, sign_declaration
from intake.organisation import Role, Tie, TieType
from intake.roster import RosterError
from tests.conftest import MakeInstance
from tests.support.appointments import Signing, ask_for, entry_for, organisation_with_appointers
from tests.support.instances import Instance
from tests.support.reports import Offices, plumber_report


@pytest.fixture
def instance(make_instance: MakeInstance) -> Instance:
    return make_instance(organisation_with_appointers())


@pytest.fixture
def signing(instance: Instance) -> Signing:
    return Signing(instance)


def _holders(offices: Offices) -> set[str]:
    filed = offices.file(plumber_report())
    with offices.instance.owner.reading() as session:
        return set(session.scalars(select(Grant.officer_id).where(Grant.case_id == filed.case)))


def _is_out(offices: Offices, officer: str = "frida") -> bool:
    """No reader certifies the officer, no report is sealed to them, and the portal goes on taking reports."""
    holders = _holders(offices)
    return bool(holders) and officer not in holders and officer not in offices.instance.roster.certified


def test_whom_two_of_the_office_above_appoint_gets_the_next_report(
    offices: Offices, signing: Signing
) -> None:
    signing.appoint("frida", Kind.APPOINT)
    assert "frida" in offices.instance.roster.certified
    assert "frida" in _holders(offices)


WRONG_SIGNERS = {
    ("mara", "milo"): "of their own office",
    ("mara", "nora"): "one of above, second",
    ("nora", "mara"): "one of above, first",
    ("nora", "nora"): "one of above twice",
    ("anna", "abel"): "two next door",
    ("nora", "nina"): "one without the duty",
    ("lena", "luca"): "two who stand two levels up while the level above has two",
    ("olga", "nora"): "one of the outside recipient",
    ("vera", "vito"): "the oversight board",
}


def test_a_friend_whom_the_wrong_two_signed_for_gets_nothing(offices: Offices, signing: Signing) -> None:
    for (first, second), who in WRONG_SIGNERS.items():
        signing.appoint("frida", Kind.APPOINT, first, second)
        assert signing.people.head.number == 0, who
    assert _is_out(offices)


TOO_FAR: dict[str, dict[str, Any]] = {
    "the topmost office": {"office": "HO-land"},
    "the outside recipient": {"office": "EXT-OMB"},
    "the board": {"office": "OVS"},
    "another base": {"base": 7},
    "another state": {"before": "x"},
    "a duty that nobody knows": {"duties": frozenset({"everything"})},
    "a second head": {"role": Role.HEAD},
}


def test_an_appointment_that_goes_too_far_is_none(offices: Offices, signing: Signing) -> None:
    for what, change in TOO_FAR.items():
        signing.appoint("frida", Kind.APPOINT, **change)
        assert signing.people.head.number == 0, what
    for first, second in (("lena", "luca"), ("olga", "lena"), ("nora", "nils")):
        signing.appoint("larissa", Kind.APPOINT, first, second, office="HO-land")
    assert _is_out(offices)
    assert _is_out(offices, "larissa")


def test_a_head_with_a_stolen_pen_signs_twice_in_vain(offices: Offices, signing: Signing) -> None:
    """Mara writes Nora's and Nils' names, and signs with her own key."""
    people, mara = signing.people, offices.instance.pair("mara")
    signed = sign_ask(ask_for(people, "frida", Kind.APPOINT, "nora"), mara)
    signing.store(entry_for(people, signed, "nils", mara))
    good = sign_ask(ask_for(people, "frida", Kind.APPOINT, "nora"), offices.instance.pair("nora"))
    signing.store(entry_for(people, good, "nils", mara))
    assert _is_out(offices)


def test_what_two_signed_who_have_been_disabled_since_appoints_nobody(
    offices: Offices, signing: Signing
) -> None:
    kept = signing.make("frida", Kind.APPOINT, "nora", "nils")
    signing.appoint("nina", Kind.CHANGE, "lena", "luca", duties=frozenset({"triage", "accounts"}))
    signing.appoint("nora", Kind.DISABLE, "lena", "luca")
    signing.store(kept)
    assert _is_out(offices)
    signing.appoint("frida", Kind.APPOINT, "nora", "nils")
    assert _is_out(offices)
    signing.appoint("frida", Kind.APPOINT, "nina", "nils")
    assert "frida" in offices.instance.roster.certified


def test_somebody_who_left_stays_what_they_signed(offices: Offices, signing: Signing) -> None:
    signing.appoint("frida", Kind.APPOINT)
    signing.appoint("nora", Kind.DISABLE, "lena", "luca")
    assert "frida" in _holders(offices)
    assert "nora" not in offices.instance.roster.certified


def test_a_replayed_appointment_brings_nobody_back(offices: Offices, signing: Signing) -> None:
    first = signing.make("frida", Kind.APPOINT, "nora", "nils")
    signing.store(first)
    signing.appoint("frida", Kind.DISABLE)
    signing.store(first)
    again = entry_for(
        signing.people, read_entry(first.document).signed, "nils", offices.instance.pair("nils")
    )
    signing.store(again)  # Nils helps: the ask is Nora's own, and was used
    assert _is_out(offices)


def test_a_chain_that_was_cut_before_a_disabling_stops_everything(offices: Offices, signing: Signing) -> None:
    signing.appoint("frida", Kind.APPOINT)
    signing.appoint("frida", Kind.DISABLE)
    filing = offices.filing
    filing.faults(plumber_report())
    newest = (
        select(AppointmentRow.position).order_by(AppointmentRow.position.desc()).limit(1).scalar_subquery()
    )
    with offices.instance.owner.state.begin() as session:
        session.execute(delete(AppointmentRow).where(AppointmentRow.position == newest))
    for each in (filing, offices.filing):  # nor after a restart
        with pytest.raises(RosterError, match="appointment 2 has disappeared"):
            each.file(plumber_report())
    assert offices.cases() == []


def test_a_chain_that_was_exchanged_for_another_is_noticed(offices: Offices, signing: Signing) -> None:
    other = signing.make("felix", Kind.APPOINT, "nora", "nils", name="Felix")
    signing.appoint("frida", Kind.APPOINT)
    _ = offices.instance.roster
    with offices.instance.owner.state.begin() as session:
        session.execute(update(AppointmentRow).values(document=other.document, signature=other.signature))
    with pytest.raises(RosterError, match="appointment 1 has disappeared"):
        _ = offices.instance.roster


def test_an_appointment_moved_to_another_edition_is_none(offices: Offices, signing: Signing) -> None:
    kept = signing.make("frida", Kind.APPOINT, "nora", "nils")
    offices.instance.reissue()
    signing.store(kept)
    value = parse_object(kept.document)
    value["ask"]["base"] = 2
    signing.store(SignedEntry(canonical_json(value), kept.signature))
    assert _is_out(offices)


def test_what_is_no_appointment_keeps_nobody_from_being_appointed(offices: Offices, signing: Signing) -> None:
    signing.store(SignedEntry(b"{", bytes(64)))
    signing.appoint("frida", Kind.APPOINT, "mara", "mara")
    signing.store(SignedEntry(b"{}", b""))
    signing.appoint("frida", Kind.APPOINT)
    signing.store(SignedEntry(b"[]", b""))
    signing.appoint("frida", Kind.CHANGE, duties=frozenset({"triage", "protect"}))
    roster = offices.instance.roster
    assert roster.officers["frida"].duties == {"triage", "protect"}
    assert roster.head.number == 2


def test_nobody_gets_the_keys_of_somebody_else_and_so_signs_for_two(
    offices: Offices, signing: Signing
) -> None:
    nora = offices.instance.pair("nora").public
    signing.appoint("frida", Kind.APPOINT, keys=nora)
    assert _is_out(offices)


def test_an_id_that_stands_for_somebody_or_something_is_not_given_again(
    offices: Offices, signing: Signing
) -> None:
    for taken in ("p-water", "millbrook-school", "HO-ashford", "nora", "land", "OVS", "EXT-OMB", " x"):
        signing.appoint(taken, Kind.APPOINT, office="HO-millbrook", name="Frida Friend")
        assert signing.people.head.number == 0, taken


def test_nobody_lifts_their_own_tie_and_no_friend_of_the_office_does(
    offices: Offices, signing: Signing
) -> None:
    kin = Tie(officer="milo", type=TieType.KIN, target="p-water")
    said = Declaration(officer="milo", number=1, ties=(kin,), date=offices.today, roster=1)
    with offices.instance.owner.state.begin() as session:
        session.merge(sign_declaration(said, offices.instance.pair("milo")))
    for first, second in (("milo", "mara"), ("nora", "mara"), ("nora", "nora"), ("anna", "abel")):
        signing.appoint("milo", Kind.LIFT, first, second)
        assert offices.instance.roster.declared["milo"] == (kin,)
    signing.appoint("milo", Kind.LIFT)
    assert offices.instance.roster.declared["milo"] == ()


def test_an_ask_is_not_entered_after_its_last_day_by_giving_an_older_date(signing: Signing) -> None:
    people = signing.people
    old = sign_ask(ask_for(people, "frida", Kind.APPOINT, "nora"), signing.instance.pair("nora"))
    later = old.ask.until + timedelta(days=1)
    signing.appoint("abel", Kind.DISABLE, asked=later, until=later)
    for day in (later, old.ask.asked):
        signing.store(entry_for(signing.people, old, "nils", signing.instance.pair("nils"), date=day))
    assert "frida" not in signing.instance.roster.certified
    assert signing.people.head.number == 1


def test_the_root_takes_over_everybody_and_nobody_is_lost(offices: Offices, signing: Signing) -> None:
    signing.appoint("frida", Kind.APPOINT)
    signing.appoint("milo", Kind.CHANGE, duties=frozenset({"handle"}))
    signing.appoint("marc", Kind.DISABLE)
    before = offices.instance.roster
    offices.instance.reissue()
    after = offices.instance.roster
    assert (after.number, after.head) == (2, before.head)
    assert after.certified == before.certified
    assert after.organisation.officers["frida"].name == "Frida Friend"
    # An old file of the organisation takes nobody away either.
    offices.instance.reissue(organisation=organisation_with_appointers())
    third = offices.instance.roster
    assert third.certified == before.certified
    assert third.officers["milo"].duties == {"handle"}
    assert "frida" in _holders(offices)
    signing.appoint("frida", Kind.DISABLE)
    assert offices.instance.roster.head.number == 4


def test_a_head_who_left_makes_room_and_stays_a_member(offices: Offices, signing: Signing) -> None:
    signing.appoint("mara", Kind.DISABLE)
    signing.appoint("milo", Kind.CHANGE, role=Role.HEAD)
    organisation = offices.instance.organisation
    assert [each.id for each in organisation.members_of("HO-millbrook") if each.role is Role.HEAD] == ["milo"]
    assert "mara" in organisation.officers
    offices.instance.reissue()
    assert offices.instance.organisation.head_of("HO-millbrook").id == "milo"  # type: ignore[union-attr]

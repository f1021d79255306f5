"""A reporter leaves a name in confidence; two custodians open it, one after the other, after the reporter's notice (P5)."""

from __future__ import annotations

from datetime import date

import pytest

from intake.events import EventKind
from intake.identity.compartment import Name
from intake.identity.confidence import End
from tests.functional.triage.conftest import BackOffice
from tests.support.confiding import CONTACT, LAWFUL, NAME, Confided
from tests.support.handling import refusal
from tests.support.reports import Offices, plumber_report
from triage.casework.refusals import NotNowError, Reason


@pytest.fixture
def confided(back_office: BackOffice, offices: Offices) -> Confided:
    """A report whose reporter left a name; Milo works on it."""
    draft = plumber_report(identity_name=NAME, identity_contact=CONTACT)
    return Confided(back_office, offices.file(draft)).acknowledged()


def test_two_custodians_open_a_name_after_its_reporter_was_told(confided: Confided) -> None:
    confided.sought()
    asked = confided.asked
    first, second = asked.custodians
    # Told at once, before anybody can do anything: who asks, on what ground, from which day on.
    view = confided.view
    assert view.name is not None
    assert view.name.waiting == asked
    assert (asked.role, asked.office, asked.ground) == ("officer", "HO-millbrook", "court_order")
    assert asked.earliest == date(2026, 3, 9)
    assert view.proved
    assert confided.waiting_for(first) == [asked.id]
    assert confided.waiting_for(second) == []
    with pytest.raises(NotNowError) as early:
        confided.agree()
    assert refusal(early) is Reason.TOO_EARLY
    later = confided.on(asked.earliest)
    later.agree()
    assert (later.waiting_for(first), later.waiting_for(second)) == ([], [asked.id])
    assert later.given() == []
    later.open()
    (given,) = later.given()
    assert (given["name"], given["contact"]) == (NAME, CONTACT)
    assert later.file.whole
    assert later.asked.end is End.OPENED
    # The record says it to the reporter, in order; the name is nowhere in the case.
    kinds = [record.kind for record in later.view.events][-4:]
    assert kinds == [EventKind.DECIDED, EventKind.SOUGHT, EventKind.PEELED, EventKind.UNSEALED]
    assert later.view.proved
    file = later.file
    assert NAME not in repr([(file.report, [entry.content for entry in file.written])])
    reasons = {form: [paper.text for paper in file.papers(form)] for form in ("peeling", "unsealing")}
    assert reasons == {"peeling": [LAWFUL], "unsealing": [LAWFUL]}
    # What was needed on the way is burnt: the custodians keep what they did, Milo the name.
    assert later.rows() == sorted([first, second, "milo"])


def test_a_name_left_later_loses_no_date_and_opens_the_same(confided: Confided, offices: Offices) -> None:
    later = Confided(confided.back, offices.file(plumber_report())).acknowledged()
    clocks = dict(later.file.progress.clocks)
    with pytest.raises(NotNowError) as nothing:
        later.propose()
    assert refusal(nothing) is Reason.NO_NAME
    offices.mailbox.leave_name(later.filed.master, Name("Vera Later"))
    assert dict(later.file.progress.clocks) == clocks
    assert later.file.whole
    later.sought()
    opening = later.on(later.asked.earliest).agree().open()
    assert [given["name"] for given in opening.given()] == ["Vera Later"]
    # Another name after an opening gets a lock of its own: whoever kept what they saw of the first opens nothing.
    opening.portal.mailbox.leave_name(later.filed.master, Name("Vera Again"))
    first, second = (
        record.data.get("compartment") for record in opening.file.records if "confided" in record.data
    )
    assert (first, second is not None) == (None, True)
    again = opening.sought()
    again.on(again.asked.earliest).agree().open()
    assert {given["name"] for given in again.given()} == {"Vera Later", "Vera Again"}

"""The platform asks, and nobody answers; somebody says that they are not safe: what is told, to whom, and when."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from intake.database.case_tables import OutboxJob
from intake.duties.said import silent_cases
from intake.events import EventKind
from intake.levels import Band
from intake.notices import NoticeKind
from intake.standing import standing_of
from intake.states import CaseState
from tests.functional.portal.conftest import PatientClock
from tests.support.duties import ABOVE
from tests.support.instances import Instance
from tests.support.reports import Offices
from tests.support.safety import DAY, HIGH, Safe
from triage.worker.loop import HOUR


@pytest.fixture
def offices(instance: Instance, today: date) -> Offices:
    return Offices(instance, today)


@pytest.fixture
def nurse(offices: Offices) -> Safe:
    """Something was done to her already: the band is high."""
    return Safe.file(offices, **HIGH)


@pytest.fixture
def clerk(offices: Offices) -> Safe:
    """Nothing is known of their risk: medium."""
    return Safe.file(offices)


def silent(case: Safe) -> bool:
    with case.instance.owner.reading() as session:
        return case.case in silent_cases(session, [case.case])


def test_a_nurse_goes_silent_and_those_who_look_after_her_hear_of_it_once(nurse: Safe) -> None:
    first, second, third = nurse.slots(nurse.filed_on + 40 * DAY)
    nurse.look(second.closes)
    assert nurse.count(EventKind.SILENT) == 0
    assert not silent(nurse)
    contacts = nurse.contacts()
    assert contacts
    for day in (second.closes + DAY, second.closes + 2 * DAY, third.closes + DAY):
        nurse.look(day)
    assert nurse.count(EventKind.SILENT) == 1
    assert [entry["since"] for entry in nurse.data(EventKind.SILENT)] == [(second.closes + DAY).isoformat()]
    assert nurse.heard(NoticeKind.SILENT) == contacts | ABOVE
    assert silent(nurse)
    # It is a state of its own, and moves nothing else.
    assert nurse.row().state is CaseState.ACKNOWLEDGED
    assert first.closes < second.opens
    # She comes back; what comes after it is another silence.
    back = third.closes + 2 * DAY
    nurse.says(back, "changed")
    assert not silent(nurse)
    later = [slot for slot in nurse.slots(back + 200 * DAY) if slot.opens > back]
    nurse.look(later[1].closes)
    assert nurse.count(EventKind.SILENT) == 1
    nurse.look(later[1].closes + DAY)
    assert nurse.count(EventKind.SILENT) == 2
    assert {len(own) for own in nurse.told(NoticeKind.SILENT).values()} == {2}


def test_one_answer_between_two_slots_is_enough_and_a_message_is_no_answer(nurse: Safe) -> None:
    _, second, third = nurse.slots(nurse.filed_on + 40 * DAY)
    nurse.says(second.opens - DAY, "safe")
    nurse.writes(second.opens)
    nurse.look(second.closes + DAY)
    assert nurse.count(EventKind.SILENT) == 0
    nurse.look(third.closes + DAY)
    assert nurse.count(EventKind.SILENT) == 1


def test_at_a_lower_band_the_state_alone_tells_until_the_band_rises(clerk: Safe) -> None:
    _, second, *_ = clerk.slots(clerk.filed_on + 40 * DAY)
    clerk.look(second.closes + DAY)
    assert clerk.count(EventKind.SILENT) == 1
    assert clerk.heard(NoticeKind.SILENT) == set()
    assert silent(clerk)
    risen = second.closes + 2 * DAY
    clerk.act(risen, EventKind.ASSESSED, {"band": "high"})
    for day in (risen, risen + DAY):
        clerk.look(day)
    assert clerk.count(EventKind.SILENT) == 1
    assert clerk.heard(NoticeKind.SILENT) == clerk.contacts() | ABOVE


def test_portal_and_worker_ask_on_the_same_days(nurse: Safe) -> None:
    nurse.gives(nurse.filed_on, nurse.filed_on + 21 * DAY)
    nurse.look(nurse.filed_on)
    nurse.act(nurse.filed_on + 10 * DAY, EventKind.HEARD, {})
    by_watch = nurse.slots(nurse.filed_on + 60 * DAY)
    open_on = {
        day
        for day in (nurse.filed_on + number * DAY for number in range(61))
        if nurse.mailbox(day).safety.asking is not None
    }
    expected = {
        slot.opens + number * DAY
        for slot in by_watch
        for number in range((slot.closes - slot.opens).days + 1)
    }
    assert open_on == {day for day in expected if day <= nurse.filed_on + 60 * DAY}
    assert nurse.filed_on + 21 * DAY in open_on


def test_a_day_of_the_reporter_s_own_counts_although_no_officer_acted_since(clerk: Safe) -> None:
    own = clerk.filed_on + 5 * DAY
    clerk.gives(clerk.filed_on, own)
    assert own not in [slot.opens for slot in clerk.slots(own)]
    clerk.look(clerk.filed_on)
    assert own in [slot.opens for slot in clerk.slots(own)]
    clerk.act(own, EventKind.NOTED, {})
    assert own in [slot.opens for slot in clerk.slots(own)]


# News


def test_a_clerk_says_not_safe_at_night_and_it_is_told_at_once(clerk: Safe) -> None:
    clock = PatientClock(clerk.filed_on)
    worker = clerk.worker_at(clock)
    assert worker.round()
    clock.wait(7 * 60)
    clerk.says(clerk.filed_on, "changed", "They asked me about Monday.")
    assert worker.round()
    assert clerk.heard(NoticeKind.SAFETY_NEWS) == set()
    clerk.says(clerk.filed_on, "unsafe")
    assert worker.round()
    contacts = clerk.contacts()
    assert clerk.heard(NoticeKind.NOT_SAFE) == contacts | {"mara"}
    assert clerk.heard(NoticeKind.SAFETY_NEWS) == set()
    clock.wait(HOUR)
    assert worker.round()
    assert clerk.heard(NoticeKind.SAFETY_NEWS) == contacts
    (notice, *_) = [own[0] for own in clerk.told(NoticeKind.NOT_SAFE).values()]
    assert set(notice) == {"case", "office", "priority", "owner", "notice", "date"}
    with clerk.instance.owner.reading() as session:
        assert session.scalars(select(OutboxJob)).all() == []


def test_threat_told_in_a_check_in_does_not_wait_for_the_hour(clerk: Safe) -> None:
    worker = clerk.worker_at(PatientClock(clerk.filed_on))
    assert worker.round()
    clerk.says(clerk.filed_on, "changed", "", C1="threat")
    assert worker.round()
    assert clerk.heard(NoticeKind.NOT_SAFE) == clerk.contacts() | {"mara"}


def test_who_is_excluded_is_told_nothing(instance: Instance, today: date) -> None:
    """Mina is kin of the head of the waterworks, about whom this report is."""
    safe = Safe(Offices(instance, today).file())
    safe.acknowledge(today)
    safe.says(today, "unsafe")
    safe.promises(today, today + 3 * DAY)
    safe.look(today)
    safe.look(today + 3 * DAY)
    told = safe.heard(NoticeKind.NOT_SAFE) | safe.heard(NoticeKind.PROMISE_KEPT)
    assert told
    assert "mina" not in told | set(safe.told(NoticeKind.SAFETY_NEWS))
    assert safe.compartment("mina") is None


# O4


def test_not_safe_lifts_the_band_until_a_person_has_looked_and_only_two_lower_it(clerk: Safe) -> None:
    organisation = clerk.instance.organisation
    clerk.says(clerk.filed_on, "unsafe")
    clerk.says(clerk.filed_on, "safe")  # under pressure, perhaps: it takes nothing back
    file = clerk.filed.opened_by("mara")
    assert file is not None
    assert standing_of(file, clerk.instance.roster).facts.band is Band.HIGH
    clerk.act(clerk.filed_on + DAY, EventKind.NOTED, {})
    (contact, *_) = sorted(clerk.contacts())
    opened = clerk.compartment(contact)
    assert opened is not None
    assert opened.card is not None
    assert (opened.card.risk["band"], opened.card.risk["overrides"]) == ("high", ["O4"])
    assert opened.card.not_safe == clerk.filed_on.isoformat()
    file = clerk.filed.opened_by("mara")
    assert file is not None
    assert file.whole
    assert file.progress.state is CaseState.ACKNOWLEDGED
    assert organisation.name_of("HO-millbrook")

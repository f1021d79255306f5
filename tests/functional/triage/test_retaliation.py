"""A case about retaliation from the officers' side: investigated, justified, remedied, apart from the first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from werkzeug.datastructures import MultiDict

from intake.database.case_tables import Event
from intake.drafts import DraftSubject
from intake.events import EventKind
from intake.lawful import is_lawful
from intake.notices import NoticeKind
from intake.routing import Kind
from intake.standing import standing_of
from tests.functional.triage.conftest import BackOffice
from tests.support.duties import Watched
from tests.support.handling import WIDER, Handled, refusal, weigh
from tests.support.reports import Filed, Offices, plumber_report
from tests.support.retaliation import detriments, entry, told
from triage.casework.address import address
from triage.casework.assign import assign
from triage.casework.find import allegations_of
from triage.casework.justify import answerables, ask_reasons, record_reasons, requests_of
from triage.casework.propose import propose
from triage.casework.refusals import CorrectThisError, NotNowError, Reason

BOSS = DraftSubject(name="Rosa Medina", post="staff", body="millbrook-water")
SHIFTS = "Every change of shifts between March and April, please, with its grounds."


@pytest.fixture
def first(offices: Offices) -> Filed:
    """A nurse reported an ordinary employee; nobody has a task in it yet."""
    return offices.file(plumber_report())


@pytest.fixture
def nurse(back_office: BackOffice, first: Filed, today: date) -> Handled:
    """Then she was moved to night shifts."""
    return Handled(back_office, told(first, entry(BOSS, day=today)))


def test_it_is_never_refused_joined_or_decided_on_letters(nurse: Handled, back_office: BackOffice) -> None:
    nurse.assessed()
    desk, case = back_office.desk, nurse.filed.case
    for decision, reason in (("refuse", "no_breach"), ("merge", "known_matter")):
        sent = MultiDict(
            {"reason": reason, "text": "Not for us.", "basis": "Nothing.", "redirected": "Elsewhere."}
        )
        with pytest.raises(NotNowError) as why:
            propose(desk, back_office.officer("milo"), case, decision, sent)
        assert refusal(why) is Reason.RETALIATION_STAYS
    assign(desk, back_office.officer("milo"), case, "marc", "investigate")
    address(desk, back_office.officer("marc"), case, {"manner": "letter", **WIDER})
    nurse.secured_and_found()
    with pytest.raises(NotNowError) as early:
        nurse.propose_closing()
    assert refusal(early) is Reason.NOT_INVESTIGATED
    address(desk, back_office.officer("marc"), case, {"manner": "verification", **WIDER})
    heard: dict[str, str | list[str] | None] = {
        "heard": "yes",
        "heard-how": "In the mailbox.",
        "remedy": "She has her shifts back.",
        "outcome": ["criminal_referral"],
        "outcome-criminal_referral-recipient": "The prosecutor",
        "outcome-criminal_referral-due": (back_office.today + timedelta(days=30)).isoformat(),
    }
    nothing = dict.fromkeys(("correct-0-what", "correct-0-owner", "correct-0-due"))
    with pytest.raises(CorrectThisError) as unremedied:
        nurse.propose_closing({**heard, **nothing, "correct": "none"})
    assert unremedied.value.marked == {"correct": Reason.REMEDY_MISSING}
    nurse.propose_closing(heard)
    nurse.agree()
    assert nurse.file.progress.state == "concluded"
    assert nurse.file.whole


def test_every_detriment_needs_a_finding_of_its_own(nurse: Handled, first: Filed, today: date) -> None:
    more = entry(day=today, happened="g", goes_on="1", words="Nobody speaks to me.")
    detriments(first).send(first.master, more)
    names = [(each.id, each.words) for each in allegations_of(nurse.filed.opened_by("milo") or nurse.file)]
    assert names == [
        ("detriment-1", f"Duties, place, pay or hours changed, {today}"),
        ("detriment-2", f"Coercion, harassment, ostracism, {today}"),
    ]


def test_whoever_stands_above_is_asked_and_silence_counts_against_them(
    nurse: Handled, back_office: BackOffice
) -> None:
    nurse.acknowledged()
    desk, case, milo = back_office.desk, nurse.filed.case, back_office.officer("milo")
    file = nurse.filed.opened_by("milo")
    assert file is not None
    (who,) = answerables(file, milo.roster)
    assert who.superior.id == "millbrook-hall"
    with pytest.raises(NotNowError) as unweighed:
        ask_reasons(desk, milo, case, {"about": who.key, "text": SHIFTS, **WIDER})
    assert refusal(unweighed) is Reason.WEIGH_BEFORE_HEARING
    weigh(desk, milo, case, "hearing")
    with pytest.raises(CorrectThisError) as small:
        ask_reasons(desk, milo, case, {"about": who.key, "text": SHIFTS})
    assert refusal(small) is Reason.SMALL_CIRCLE
    ask_reasons(desk, milo, case, {"about": who.key, "text": SHIFTS, **WIDER})
    weigh(desk, milo, case, "hearing")
    ask_reasons(desk, milo, case, {"about": who.key, "text": SHIFTS, **WIDER})  # pressed twice
    with pytest.raises(NotNowError) as again:
        ask_reasons(desk, milo, case, {"about": who.key, "text": "And once more.", **WIDER})
    assert refusal(again) is Reason.ASKED_BEFORE
    with pytest.raises(CorrectThisError):
        ask_reasons(desk, milo, case, {"about": "subject-7", "text": SHIFTS, **WIDER})
    (request,) = requests_of(nurse.file)
    # Ten working days: the Nth strictly after the day of asking.
    assert request.due == back_office.today + timedelta(days=14)
    assert nurse.file.progress.clocks[f"justification:{request.id}"] == request.due

    watched = Watched(nurse.filed)
    watched.look(request.due)
    assert not requests_of(nurse.file)[0].adverse
    watched.look(request.due + timedelta(days=1))
    watched.look(request.due + timedelta(days=2))
    file = nurse.file
    assert [record.kind for record in file.records].count(EventKind.UNANSWERED) == 1
    clock = f"justification:{request.id}"
    # No figure of the office that has the case counts it: it kept its own days, or did not.
    assert clock not in {record.data["clock"] for record in file.records if record.kind is EventKind.MISSED}
    assert requests_of(file)[0].adverse
    entries = watched.told(NoticeKind.ACCOUNTABILITY_ENTRY)
    assert [each["clock"] for each in entries["vera"] if each.get("clock") == clock] == [clock]

    late = replace(back_office, today=request.due + timedelta(days=5))
    record_reasons(late.desk, late.officer("milo"), case, request.id, "The rota was changed for everybody.")
    (request,) = requests_of(nurse.file)
    assert request.adverse
    assert request.given == late.today
    assert f"justification:{request.id}" not in nurse.file.progress.outstanding()
    assert nurse.file.whole


def test_an_answer_in_time_leaves_no_adverse_entry(nurse: Handled, back_office: BackOffice) -> None:
    nurse.acknowledged()
    desk, case, milo = back_office.desk, nurse.filed.case, back_office.officer("milo")
    weigh(desk, milo, case, "hearing")
    ask_reasons(desk, milo, case, {"about": "subject-0", "text": SHIFTS, **WIDER})
    (request,) = requests_of(nurse.file)
    on_time = replace(back_office, today=request.due)
    record_reasons(on_time.desk, on_time.officer("milo"), case, request.id, "The rota was changed for all.")
    Watched(nurse.filed).look(request.due + timedelta(days=3))
    assert not requests_of(nurse.file)[0].adverse
    with pytest.raises(CorrectThisError):
        record_reasons(desk, milo, case, request.id, "Other reasons.")


def test_whoever_writes_to_the_database_concludes_it_no_other_way(nurse: Handled) -> None:
    """The readers ask the gates again: a conclusion without an investigation, a refusal, a join show as altered."""
    nurse.addressed("letter")
    assert is_lawful(nurse.file.records)
    with nurse.filed.act("marc") as acting:
        acting.tell(EventKind.PROPOSED, {"proposal": "p", "act": "close", "reason": "examined", "size": 1})
        acting.tell(EventKind.DECIDED, {"proposal": "p", "act": "close", "state": "concluded"})
    assert not nurse.file.whole


def test_a_detriment_belongs_to_its_own_kind_of_case(first: Filed, back_office: BackOffice) -> None:
    """Nobody puts one into the first report, and nobody asks for reasons there."""
    Handled(back_office, first).acknowledged()
    with pytest.raises(NotNowError) as why:
        ask_reasons(
            back_office.desk,
            back_office.officer("milo"),
            first.case,
            {"about": "subject-0", "text": SHIFTS, **WIDER},
        )
    assert refusal(why) is Reason.NO_RETALIATION


def test_it_stays_about_retaliation_when_it_goes_up(nurse: Handled, first: Filed) -> None:
    """A missed acknowledgement takes it to the office above: overdue, and still never below P2, never refused."""
    watched = Watched(nurse.filed)
    watched.look(nurse.office.desk.clock.today() + timedelta(days=8))
    file = next(each for who in ("nora", "nils", "nina", "noel") if (each := nurse.filed.opened_by(who)))
    assert file.report["facts"]["kind"] == "retaliation"
    standing = standing_of(file, first.offices.instance.roster)
    assert (standing.facts.kind, standing.facts.original_kind) == (Kind.OVERDUE, Kind.RETALIATION)
    assert standing.decision.priority in {"P1", "P2"}
    assert watched.watch().priority in {"P1", "P2"}


def test_nothing_that_is_stored_names_the_other_case(nurse: Handled, first: Filed) -> None:
    """Whoever has the first case and the whole database finds no way from one to the other."""
    instance = first.offices.instance
    with instance.owner.reading() as session:
        dump = b"".join(
            repr(dict(row._mapping)).encode()
            for table in Event.metadata.sorted_tables
            for row in session.execute(table.select())
            if first.case in repr(row) or nurse.filed.case in repr(row)
            if first.case in repr(row) and nurse.filed.case in repr(row)
        )
    assert dump == b""
    file = first.opened_by("milo")
    assert file is not None
    assert nurse.filed.case not in repr(file)
    assert nurse.filed.case not in repr([record.data for record in file.records])
    theirs = nurse.filed.opened_by("milo")
    assert theirs is not None
    assert first.case not in repr(theirs.report) + repr([record.data for record in theirs.records])
    # Of the matter nothing is told.
    assert "wells" not in repr(theirs.report)

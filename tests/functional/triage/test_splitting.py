"""One report, two cases: a panel takes a report apart, and nothing that was promised gets weaker by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from crypto.encoding import parse_object
from crypto.envelope import Place, Purpose, open_padded
from crypto.errors import BadSignatureError
from intake.database.case_tables import Case, Grant, Identity, Rung, Slip
from intake.drafts import DraftSubject
from intake.events import EventKind
from intake.notices import NoticeKind
from intake.record import REPORTER
from intake.standing import standing_of
from intake.states import CaseState
from tests.functional.triage.conftest import BackOffice
from tests.support.handling import Handled, refusal
from tests.support.panels import Office, notices_of, shut_out
from tests.support.reports import Offices, report
from tests.support.splitting import WHY, Split, agree, proposes, two_matters
from triage.casework.assign import assign
from triage.casework.find import allegations_of, find
from triage.casework.listing import list_cases
from triage.casework.panel import open_proposal
from triage.casework.policy import Decision, Part
from triage.casework.position import parts_of
from triage.casework.propose import propose
from triage.casework.reading import read_case
from triage.casework.recuse import recuse
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, NotNowError, NotYoursError, Reason
from triage.casework.secure import secure
from triage.casework.vote import vote


@pytest.fixture
def split(back_office: BackOffice, offices: Offices) -> Split:
    """Rosa Medina's matter stays, Ivo Lang's is a case of its own; the first case is being investigated by Marc."""
    return Split.made(back_office, offices)


def test_a_part_is_a_letterbox_of_its_own_with_the_whole_report_in_it(split: Split) -> None:
    first, second = split.files()
    assert first.whole
    assert second.whole
    assert [entry.id for entry in allegations_of(first)] == ["subject-0"]
    assert [entry.id for entry in allegations_of(second)] == ["subject-1"]
    assert first.newest.public != second.newest.public

    # The original, as it was filed and where: nobody edited it, and the part's readers prove that themselves.
    assert second.report["answers"] == first.report["answers"]
    assert second.original.content == first.original.content
    assert second.original.place.case == first.id
    second.original.verify(first.reporter)
    with pytest.raises(BadSignatureError):
        replace(second.original, content=second.original.content + b" ").verify(first.reporter)

    # The same people of the office hold it, nobody has a task in it, and it has everything that a filing makes.
    assert (first.progress.handlers, second.progress.handlers) == ({"marc": "investigate"}, {})
    with split.back.instance.owner.reading() as session:
        held = [
            set(
                session.scalars(
                    select(Grant.officer_id).where(Grant.case_id == file.id, Grant.epoch == file.epoch)
                )
            )
            for file in (first, second)
        ]
        sizes = session.execute(
            select(func.length(Identity.sealed), func.length(Identity.custody_public))
        ).all()
        rungs = session.scalar(select(func.count()).where(Rung.case_id == second.id))
        slips = [
            parse_object(
                open_padded(
                    split.back.instance.worker.gate_pair, Place(Purpose.SLIP, "slip", row.id), row.sealed
                )
            )
            for row in session.execute(select(Slip.id, Slip.sealed))
        ]
    assert held[0] == held[1] <= {"mara", "milo", "marc", "mona", "moss", "mina"}
    assert len(sizes) == 2
    assert sizes[0] == sizes[1]
    assert rungs
    # Whoever counts independent reports about a body finds one, not two.
    assert sorted((slip["case"], slip.get("of", ""), bool(slip["persons"])) for slip in slips) == sorted(
        [(first.id, "", True), (second.id, first.id, False)]
    )
    kinds = [record.kind for record in first.records]
    assert kinds[-2:] == [EventKind.DECIDED, EventKind.SPLIT]
    assert [record.kind for record in second.records] == [EventKind.SPLIT_OFF]


def test_every_date_and_the_state_go_on_and_nothing_begins_anew(
    back_office: BackOffice, offices: Offices
) -> None:
    handled = Handled(back_office, offices.file(two_matters())).addressed()
    later = BackOffice(back_office.instance, back_office.today + timedelta(days=40))
    longer = (back_office.today + timedelta(days=120)).isoformat()
    Office(later, handled.filed).proposes("milo", Decision.EXTEND, "evidence_awaited", until=longer)
    agree(later, handled.filed)
    two = Split.of(later, handled.filed, goes=("subject-1",))
    first, second = two.files()
    assert second.progress.state is first.progress.state is CaseState.ADDRESSING
    assert second.progress.clocks == first.progress.clocks
    assert second.progress.met == first.progress.met
    assert second.progress.filed == first.progress.filed == back_office.today
    assert second.progress.outstanding()["feedback_due"].isoformat() == longer
    assert (
        read_case(later.desk, later.officer("milo"), second.id).card.received == back_office.today.isoformat()
    )
    # What was extended once was extended in both.
    with pytest.raises(NotNowError, match="extended_already"):
        two.office(two.second).proposes(
            "milo",
            Decision.EXTEND,
            "evidence_awaited",
            until=(back_office.today + timedelta(days=150)).isoformat(),
        )
    # The subject of a part is heard only after the part's own evidence is safe.
    assert second.progress.secured is None


@pytest.mark.parametrize(
    ("goes", "why"),
    [
        ((), Reason.ONE_STAYS_ONE_GOES),
        (("subject-0", "subject-1"), Reason.ONE_STAYS_ONE_GOES),
        (("subject-2",), Reason.UNKNOWN_ALLEGATION),
        (("matter",), Reason.UNKNOWN_ALLEGATION),
    ],
)
def test_one_matter_stays_and_one_goes(
    back_office: BackOffice, offices: Offices, goes: tuple[str, ...], why: Reason
) -> None:
    handled = Handled(back_office, offices.file(two_matters())).acknowledged()
    with pytest.raises(CorrectThisError) as refused:
        proposes(back_office, handled.filed, goes)
    assert refusal(refused) is why


def test_nothing_is_split_before_it_was_answered_or_after_it_was_decided(
    back_office: BackOffice, offices: Offices
) -> None:
    handled = Handled(back_office, offices.file(two_matters()))
    with pytest.raises(NotNowError, match="not_splittable"):
        proposes(back_office, handled.filed, ("subject-1",))
    handled.concluded()
    with pytest.raises(NotNowError):
        proposes(back_office, handled.filed, ("subject-1",))


def test_an_office_that_was_complained_of_keeps_no_part(back_office: BackOffice, offices: Offices) -> None:
    handled = Handled(back_office, offices.file(two_matters())).acknowledged()
    offered = proposes(back_office, handled.filed, ("subject-1",))
    offices.mailbox.complain(handled.filed.master, "They hide it.")
    vote(back_office.desk, back_office.officer(offered.seats[0]), handled.filed.case, offered.id, "agree", "")
    opened = handled.filed.opened_by("milo")
    assert opened is not None
    assert opened.records[-1].kind is EventKind.STOPPED
    with pytest.raises(NotNowError, match="complaint_waits"):
        proposes(back_office, handled.filed, ("subject-1",))
    assert offices.cases() == [handled.filed.case]


def test_a_rejection_leaves_the_report_whole_and_one_officer_alone_never_splits_it(
    back_office: BackOffice, offices: Offices
) -> None:
    handled = Handled(back_office, offices.file(two_matters())).acknowledged()
    offered = proposes(back_office, handled.filed, ("subject-1",))
    assert offered.size == 2
    with pytest.raises(NotYoursError):
        vote(back_office.desk, back_office.officer("milo"), handled.filed.case, offered.id, "agree", "")
    (seat,) = offered.seats
    vote(back_office.desk, back_office.officer(seat), handled.filed.case, offered.id, "reject", "One matter.")
    assert offices.cases() == [handled.filed.case]
    assert proposes(back_office, handled.filed, ("subject-1",)).seats == (seat,)


def test_who_was_kept_out_of_the_report_is_kept_out_of_every_part(
    back_office: BackOffice, offices: Offices
) -> None:
    """Mina is kin of the head of the waterworks. The part about the plumber alone would be open to her; it holds the report."""
    draft = report(
        DraftSubject(name="Hugo Stein", post="head", body="millbrook-water"),
        DraftSubject(name="Rosa Medina", post="staff", body="millbrook-water"),
    )
    handled = Handled(back_office, offices.file(draft)).assessed()
    recuse(back_office.desk, back_office.officer("moss"), handled.filed.case)
    shut_out(Office(back_office, handled.filed), "marc")
    two = Split.of(back_office, handled.filed, goes=("subject-1",))
    roster = back_office.instance.roster
    first, second = two.files()
    assert second.whole
    for officer in ("mina", "moss", "marc"):
        assert two.second.opened_by(officer) is None
    standings = [standing_of(file, roster).decision for file in (first, second)]
    assert (
        set(standings[1].excluded_officers) == set(standings[0].excluded_officers) >= {"mina", "moss", "marc"}
    )
    assert standings[1].handling_unit == standings[0].handling_unit == "HO-millbrook"
    # A panel of three for a case with a head, in the part that is about nobody but an employee, too.
    assert standings[1].required_panel == 3
    for file in (first, second):
        assert not {"mina", "moss", "marc"} & set(standing_of(file, roster).eligible(roster))
    with pytest.raises(CorrectThisError, match="not_eligible"):
        assign(back_office.desk, back_office.officer("milo"), two.second.case, "mina", "handle")


def test_the_level_above_learns_of_a_part_about_a_head(back_office: BackOffice, offices: Offices) -> None:
    draft = report(
        DraftSubject(name="Rosa Medina", post="staff", body="millbrook-water"),
        DraftSubject(name="Hugo Stein", post="head", body="millbrook-water"),
    )
    two = Split.made(back_office, offices, draft, state="acknowledged")
    sealed = [
        notice
        for notice in notices_of(two.office(two.second), "nora")
        if notice["notice"] == NoticeKind.SEALED_NOTICE
    ]
    assert {notice["case"] for notice in sealed} == {two.first.case, two.second.case}
    second = two.files()[1]
    assert len(second.progress.notices) == len({"nora", "nils", "nina", "noel"})


def test_who_did_what_in_the_report_does_nothing_else_in_a_part(split: Split) -> None:
    desk, back, case = split.back.desk, split.back, split.second.case
    second = split.files()[1]
    assert parts_of(second, "milo") == {Part.TRIAGE}
    assert Part.INVESTIGATE in parts_of(second, "marc")
    (voter,) = [record.actor for record in split.files()[0].records if record.kind is EventKind.VOTED]
    assert Part.DECIDE in parts_of(second, voter)
    free = next(who for who in ("moss", "mona", "mara") if who != voter)
    assign(desk, back.officer("milo"), case, free, "investigate")
    secure(desk, back.officer(free), case, "The pay slips are copied.")
    offered = proposes_extension(split)
    assert not {"milo", "marc", free} & set(offered)


def proposes_extension(split: Split) -> tuple[str, ...]:
    until = (split.back.today + timedelta(days=150)).isoformat()
    return split.office(split.second).proposes("milo", Decision.EXTEND, "evidence_awaited", until=until).seats


def test_each_case_is_found_on_and_concluded_by_itself(split: Split) -> None:
    desk, back = split.back.desk, split.back
    marc, milo = back.officer("marc"), back.officer("milo")
    secure(desk, marc, split.first.case, "The log books are copied.")
    typed = {"grade": "established", "text": "The books differ.", "evidence": ""}
    with pytest.raises(CorrectThisError, match="unknown_allegation"):
        find(desk, marc, split.first.case, {**typed, "allegation": "subject-1"})
    find(desk, marc, split.first.case, {**typed, "allegation": "subject-0"})
    find(desk, marc, split.first.case, {**typed, "allegation": "new", "words": "A third well"})
    Handled(back, split.first).propose_closing().agree()

    first, second = split.files()
    assert first.whole
    assert first.progress.state is CaseState.CONCLUDED
    assert second.progress.state is CaseState.ADDRESSING
    (deciders,) = [proposal_seats(split, EventKind.VOTED)]
    free = next(who for who in ("moss", "mona", "mara") if who not in deciders)
    assign(desk, milo, split.second.case, free, "investigate")
    with pytest.raises(CorrectThisError, match="unknown_allegation"):
        find(desk, back.officer(free), split.second.case, {**typed, "allegation": "subject-0"})
    find(desk, back.officer(free), split.second.case, {**typed, "allegation": "subject-1"})
    assert split.files()[0].progress.state is CaseState.CONCLUDED
    assert [entry.grade for entry in allegations_of(split.files()[1])] == ["established"]


def proposal_seats(split: Split, kind: EventKind) -> set[str]:
    return {record.actor for file in split.files() for record in file.records if record.kind is kind}


def test_a_part_can_be_split_again_and_ids_are_never_used_twice(
    back_office: BackOffice, offices: Offices
) -> None:
    handled = Handled(back_office, offices.file(two_matters())).addressed()
    desk, marc = back_office.desk, back_office.officer("marc")
    secure(desk, marc, handled.filed.case, "The log books are copied.")
    typed = {"allegation": "new", "grade": "partly", "text": "It is so.", "evidence": ""}
    for words in ("A third well", "A fourth well"):
        find(desk, marc, handled.filed.case, {**typed, "words": words})
    two = Split.of(back_office, handled.filed, goes=("subject-1", "added-1"))
    assert [(entry.id, entry.words) for entry in allegations_of(two.files()[1])] == [
        ("subject-1", ""),
        ("added-1", "A fourth well"),
    ]
    find(desk, marc, handled.filed.case, {**typed, "words": "A fifth well"})
    assert [entry.id for entry in allegations_of(two.files()[0])] == ["subject-0", "added-0", "added-2"]
    assert all(entry.finding is None for entry in allegations_of(two.files()[1]))

    three = Split.of(back_office, two.second, goes=("added-1",))
    second, third = three.files()
    assert second.whole
    assert third.whole
    assert [entry.words for entry in allegations_of(third)] == ["A fourth well"]
    assert third.original.place.case == handled.filed.case
    view = offices.mailbox.view(handled.filed.master)
    assert [part.proved for part in view.parts] == [True, True, True]


def test_a_case_says_where_its_other_half_is_to_those_who_hold_it(split: Split) -> None:
    desk, milo = split.back.desk, split.back.officer("milo")
    view = read_case(desk, milo, split.first.case)
    assert view.whole
    assert [(other.case, other.held) for other in view.parts] == [(split.second.case, True)]
    other = read_case(desk, milo, split.second.case)
    assert other.whole
    assert other.origin is not None
    assert (other.origin.case, other.origin.held) == (split.first.case, True)

    listed = list_cases(desk, milo).entries
    assert {entry.case: entry.card.part for entry in listed if entry.card is not None} == {
        split.first.case: False,
        split.second.case: True,
    }

    recuse(desk, milo, split.second.case)
    assert [entry.held for entry in read_case(desk, milo, split.first.case).parts] == [False]
    with pytest.raises(NoSuchCaseError):
        read_case(desk, milo, split.second.case)


def test_a_guest_from_above_decides_and_holds_neither_case_afterwards(
    back_office: BackOffice, offices: Offices
) -> None:
    """Everybody of the office but its head is busy in the case: somebody from above has the seat."""
    draft = report(
        DraftSubject(name="Hugo Stein", post="head", body="millbrook-water"),
        DraftSubject(name="Rosa Medina", post="staff", body="millbrook-water"),
    )
    handled = Handled(back_office, offices.file(draft)).assessed()
    for officer in ("marc", "moss", "mona"):
        assign(back_office.desk, back_office.officer("milo"), handled.filed.case, officer, "investigate")
    offered = proposes(back_office, handled.filed, ("subject-1",))
    guests = {
        who for who in offered.seats if back_office.instance.roster.officers[who].office != "HO-millbrook"
    }
    assert guests
    agree(back_office, handled.filed)
    opened = handled.filed.opened_by("milo")
    assert opened is not None
    assert opened.whole
    new = next(case for case in offices.cases() if case != handled.filed.case)
    for guest in guests:
        assert handled.filed.opened_by(guest) is None
        assert replace(handled.filed, case=new).opened_by(guest) is None
    part = replace(handled.filed, case=new).opened_by("milo")
    assert part is not None
    assert part.whole


def test_the_reporter_signs_in_both_with_one_key(split: Split) -> None:
    mailbox = split.first.offices.mailbox
    mailbox.write(split.first.master, "For the first.")
    mailbox.write(split.first.master, "For the second.", 1)
    texts = [[entry.text for entry in file.written if entry.author == REPORTER] for file in split.files()]
    assert texts == [["For the first."], ["For the second."]]
    assert all(file.whole for file in split.files())


def test_an_unknown_reason_or_no_words_split_nothing(back_office: BackOffice, offices: Offices) -> None:
    handled = Handled(back_office, offices.file(two_matters())).acknowledged()
    for reason, text in (("too_close", WHY), ("", WHY), ("separate_people", " ")):
        sent: MultiDict[str, str] = MultiDict({"reason": reason, "text": text, "goes": "subject-1"})
        with pytest.raises(CorrectThisError):
            propose(back_office.desk, back_office.officer("milo"), handled.filed.case, "split", sent)
    opened = handled.filed.opened_by("milo")
    assert opened is not None
    assert open_proposal(opened) is None
    with back_office.instance.owner.reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1

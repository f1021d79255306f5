"""A reporter leaves a name in confidence; two custodians open it, one after the other, after the reporter's notice (P5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select

from crypto.receipt import ReceiptKeys
from intake.database.case_tables import Event, Identity, Item, ItemKey
from intake.declarations import next_declaration, sign_declaration
from intake.events import EventKind
from intake.identity.compartment import Name
from intake.identity.confidence import End, confidence_of
from intake.identity.letters import LetterKind
from intake.mailbox import NotPossible, NotPossibleError
from intake.notices import NoticeKind
from intake.organisation import Tie, TieType
from intake.record import EMPTY, REPORTER, Author, make_event
from tests.functional.triage.conftest import BackOffice
from tests.support.confiding import CONTACT, LAWFUL, NAME, Confided
from tests.support.evidence_pictures import jpeg
from tests.support.handling import refusal
from tests.support.panels import Office, notices_of
from tests.support.releases import Moving
from tests.support.reports import Offices, plumber_report
from tests.support.splitting import Split
from triage.casework.named import given_to, original_given
from triage.casework.recuse import recuse
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, NotNowError, NotYoursError, Reason


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


def test_what_is_stored_looks_alike_with_a_name_and_without(offices: Offices) -> None:
    """At filing every row has its size; later a name is one message among others, and changes no row."""
    named, plain = (
        offices.file(plumber_report(**answers))
        for answers in ({"identity_name": NAME, "identity_contact": CONTACT}, {})
    )
    offices.mailbox.leave_name(named.master, Name("Other Name"))
    offices.mailbox.write(plain.master, "x" * 7000)
    shapes = []
    with offices.instance.owner.reading() as session:
        for filed in (named, plain):
            identity = session.get_one(Identity, filed.case)
            events = session.execute(
                select(Event.kind, Event.date, func.length(Event.body))
                .where(Event.case_id == filed.case)
                .order_by(Event.number)
            ).all()
            items = session.execute(
                select(Item.kind, func.count()).where(Item.case_id == filed.case).group_by(Item.kind)
            ).all()
            keys = session.scalar(
                select(func.count())
                .select_from(ItemKey)
                .join(Item, Item.id == ItemKey.item_id)
                .where(Item.case_id == filed.case)
            )
            sizes = len(identity.sealed), len(identity.pairs), identity.roll
            shapes.append((sizes, [tuple(row) for row in events], sorted(map(tuple, items)), keys))
    assert shapes[0] == shapes[1]


def test_either_custodian_refuses_with_a_reason_and_that_ends_it(confided: Confided) -> None:
    confided.sought()
    first, second = confided.asked.custodians
    with pytest.raises(NoSuchCaseError):
        confided.refuse(second)
    with pytest.raises(CorrectThisError):
        confided.refuse(first, "  ")
    confided.refuse(first, "The order names another report.")
    assert (confided.asked.end, confided.rows()) == (End.REFUSED, [first])
    with pytest.raises(NoSuchCaseError):
        confided.agree(first)
    # Asked again, the same two are asked: nobody asks until a friend is drawn. This time the second one refuses.
    confided.sought()
    assert confided.asked.custodians == (first, second)
    later = confided.on(confided.asked.earliest).agree()
    later.refuse(second, "It is not in proportion.")
    assert later.asked.end is End.REFUSED
    assert later.given() == []
    assert later.rows() == sorted([first, first, second])
    file = later.file
    assert file.whole
    assert [paper.text for paper in file.papers("withholding")] == [
        "The order names another report.",
        "It is not in proportion.",
    ]
    told = {
        str(notice["what"])
        for notice in notices_of(Office(later.back, later.filed), "nora")
        if "what" in notice
    }
    assert told == {"sought", "refused"}
    name = later.view.name
    assert name is not None
    assert [each.end for each in name.confidence.asked] == [End.REFUSED, End.REFUSED]


def test_a_reporter_objects_and_both_custodians_and_the_level_above_read_it(confided: Confided) -> None:
    with pytest.raises(NotPossibleError) as nothing:
        confided.portal.mailbox.object_to_opening(confided.filed.master, "No.")
    assert nothing.value.reason is NotPossible.NOT_SOUGHT
    confided.sought()
    words = "The order was lifted yesterday; my cousin works at the court."
    confided.portal.mailbox.object_to_opening(confided.filed.master, words)
    assert confided.file.whole
    assert words not in repr([(entry.text, entry.content) for entry in confided.file.written])
    readers = set(confided.asked.readers)
    assert {*confided.asked.custodians, "nora"} <= readers
    assert not {"milo", "mara", "marc"} & readers
    for reader in readers:
        said = [
            each.content["text"] for each in confided.letters(reader) if each.kind is LetterKind.OBJECTION
        ]
        assert said == [words]
    later = confided.on(confided.asked.earliest).agree().open()
    assert len(later.given()) == 1
    assert later.confidence.asked[-1].objected == confided.back.today


def test_a_name_taken_back_or_replaced_is_opened_by_nobody(confided: Confided) -> None:
    confided.sought()
    confided.portal.mailbox.withdraw_name(confided.filed.master)
    later = confided.on(confided.asked.earliest)
    assert later.asked.end is End.OVERTAKEN
    with pytest.raises(NotNowError) as over:
        later.agree()
    assert refusal(over) is Reason.REQUEST_OVER
    with pytest.raises(NotNowError):
        later.propose()
    # Left again, it is asked for anew, under another request.
    later.portal.mailbox.leave_name(confided.filed.master, Name(NAME))
    later.sought()
    opened = later.on(later.asked.earliest).agree().open()
    assert [given["name"] for given in opened.given()] == [NAME]
    with pytest.raises(NotPossibleError) as read:
        opened.portal.mailbox.withdraw_name(confided.filed.master)
    assert read.value.reason is NotPossible.OPENED
    assert opened.file.whole


def test_a_panel_says_why_the_reporter_must_not_be_told_before(confided: Confided) -> None:
    with pytest.raises(CorrectThisError) as why:
        confided.propose(untold="yes")
    assert refusal(why) is Reason.UNTOLD_NEEDS_REASON
    confided.sought("danger", untold="yes", endangers="The reporter is held, and the mailbox is watched.")
    asked = confided.asked
    assert (asked.earliest, asked.untold) == (confided.back.today, True)
    confided.agree().open()
    assert [given["name"] for given in confided.given()] == [NAME]
    assert confided.file.whole
    assert confided.view.proved


def test_nobody_answers_until_the_last_day_and_others_are_asked(confided: Confided) -> None:
    confided.sought()
    asked = confided.asked
    with pytest.raises(NotNowError) as twice:
        confided.propose()
    assert refusal(twice) is Reason.SOUGHT_ALREADY
    late = confided.on(asked.until + timedelta(days=1))
    with pytest.raises(NotNowError):
        late.agree()
    late.sought()
    assert late.asked.custodians[0] != asked.custodians[0]
    assert late.confidence.asked[0].end is End.LAPSED
    assert late.file.whole


def test_a_name_that_nobody_can_open_any_more_is_asked_for_again(confided: Confided) -> None:
    """All who kept it are gone: the mailbox says so, and a name left again goes to those who are there now."""
    kept = (
        [who for who, _ in confided.confidence.generation.custodians]
        if confided.confidence.generation
        else []
    )
    instance = confided.back.instance
    everybody = instance.roster.officers.values()
    instance.reissue(officers=[replace(each, active=each.id not in kept[1:]) for each in everybody])
    name = confided.view.name
    assert name is not None
    assert name.is_lost
    with pytest.raises(NotNowError) as lost:
        confided.propose()
    assert refusal(lost) is Reason.NO_CUSTODIANS
    # An act of an officer names who may be custodian by now; before, nobody is there to keep it.
    with pytest.raises(NotPossibleError) as nobody:
        confided.portal.mailbox.leave_name(confided.filed.master, Name(NAME))
    assert nobody.value.reason is NotPossible.NO_CUSTODIANS
    with confided.filed.act("mara") as acting:
        acting.tell(EventKind.NOTED, acting.note("The roster changed."))
    confided.portal.mailbox.leave_name(confided.filed.master, Name(NAME, CONTACT))
    name = confided.view.name
    assert name is not None
    assert not name.is_lost
    confided.sought()
    assert not set(confided.asked.custodians) & set(kept[1:])
    opened = confided.on(confided.asked.earliest).agree().open()
    assert [given["contact"] for given in opened.given()] == [CONTACT]
    assert opened.file.whole


def test_custodians_who_were_let_into_the_case_keep_no_name_of_it(confided: Confided) -> None:
    """Nobody left, and still nobody is there who could open it: the reporter is told by the next act of an officer."""
    generation = confided.confidence.generation
    assert generation is not None
    with confided.filed.act("mara") as acting:
        acting.grant([who for who, _ in generation.custodians[1:]])
        acting.tell(EventKind.NOTED, acting.note("They help us."))
    with pytest.raises(NotNowError) as lost:
        confided.propose()
    assert refusal(lost) is Reason.NO_CUSTODIANS
    name = confided.view.name
    assert name is not None
    assert name.is_lost
    confided.portal.mailbox.leave_name(confided.filed.master, Name(NAME))
    confided.sought()
    assert not set(confided.asked.custodians) & {who for who, _ in generation.custodians[1:]}


def test_whoever_asked_and_left_keeps_nobody_from_asking(confided: Confided) -> None:
    confided.sought()
    later = confided.on(confided.asked.earliest).agree()
    recuse(later.back.desk, later.back.officer("milo"), later.filed.case)
    other = replace(later, asker="moss")
    with pytest.raises(NotNowError) as gone:
        other.open()
    assert refusal(gone) is Reason.OTHER_GONE
    again = other.sought()
    opened = again.on(again.asked.earliest).agree().open()
    assert [given["name"] for given in opened.given("moss")] == [NAME]
    assert opened.given("milo") == []
    assert opened.file.whole


def test_a_custodian_whose_tie_comes_to_light_is_asked_no_more(confided: Confided) -> None:
    confided.sought()
    first, _ = confided.asked.custodians
    instance, today = confided.back.instance, confided.back.today
    tie = Tie(officer=first, type=TieType.KIN, target="p-plumber")
    with instance.owner.state.begin() as session:
        said = next_declaration(session, first, [tie], declared=(), today=today, roster=1)
        session.add(sign_declaration(said, instance.pair(first)))
    moving = Moving(confided.filed)
    moving.worker(today).round()
    assert confided.waiting_for(first) == []
    assert first not in confided.rows()
    with pytest.raises(NoSuchCaseError):
        confided.agree(first)
    confided.sought()
    assert first not in confided.asked.custodians
    assert confided.file.whole


def test_two_custodians_open_an_untouched_original(back_office: BackOffice, offices: Offices) -> None:
    draft = plumber_report()
    photo = jpeg()
    kept = offices.attach(draft, photo, "photo.jpg", keep_original=True)
    confided = Confided(back_office, offices.file(draft)).acknowledged()
    (entry,) = confided.file.report["evidence"]
    with pytest.raises(CorrectThisError) as unknown:
        confided.propose(about=kept.raw.id)
    assert refusal(unknown) is Reason.NO_ORIGINAL
    confided.sought("defence", about=entry["blob"]["id"])
    asked = confided.asked
    opened = confided.on(asked.earliest).agree().open()
    file, (given,) = given_to(opened.back.desk, opened.back.officer("milo"), opened.filed.case)
    assert file.whole
    assert (given.name, given.original) == ("", kept.raw)
    ref = original_given(opened.back.desk, opened.back.officer("milo"), opened.filed.case, asked.id)
    assert offices.read(ref) == photo
    with pytest.raises(NoSuchCaseError):
        original_given(opened.back.desk, opened.back.officer("mara"), opened.filed.case, asked.id)
    # A key of files opens no name: each has a lock of its own.
    opened.portal.mailbox.leave_name(opened.filed.master, Name(NAME))
    assert not opened.confidence.is_spent


def test_a_name_stays_with_the_part_in_which_it_was_left(back_office: BackOffice, offices: Offices) -> None:
    split = Split.made(back_office, offices)
    filed, part = split.first, split.second
    mailbox = offices.mailbox
    mailbox.leave_name(filed.master, Name(NAME), 1)
    first, second = split.files()
    assert not confidence_of(first.records).has_name
    assert confidence_of(second.records).has_name
    assert (first.whole, second.whole) == (True, True)
    confided = Confided(back_office, part).propose(ground="legal_duty").agreed_by_panel()
    opened = confided.on(confided.asked.earliest).agree().open()
    assert [given["name"] for given in opened.given()] == [NAME]


def test_a_case_of_an_earlier_release_takes_a_name_under_a_lock_of_its_own(
    back_office: BackOffice, offices: Offices
) -> None:
    """Its first event tells of no compartment; the next act of an officer says who may be custodian."""
    filed = offices.file(plumber_report())
    keys, file = ReceiptKeys(filed.master), filed.opened_by("milo")
    assert file is not None
    data = {name: value for name, value in file.records[0].data.items() if name != "compartment"}
    author = Author(REPORTER, keys.reporter(filed.case))
    nonce = keys.first_nonce(filed.case)
    leaf = make_event(file.box, author, EventKind.FILED, offices.today, data, EMPTY, nonce=nonce)
    with back_office.instance.owner.state.begin() as session:
        session.execute(delete(Event).where(Event.case_id == filed.case))
        session.add(leaf)
    confided = Confided(back_office, filed)
    with pytest.raises(NotPossibleError):
        offices.mailbox.leave_name(filed.master, Name(NAME))
    confided.acknowledged()
    offices.mailbox.leave_name(filed.master, Name(NAME))
    opened = confided.sought()
    opened = opened.on(opened.asked.earliest).agree().open()
    assert [given["name"] for given in opened.given()] == [NAME]
    assert opened.file.whole


def test_whoever_has_no_part_in_the_case_and_asks_for_the_name_is_told_of(confided: Confided) -> None:
    with confided.filed.act("mara") as acting:
        acting.grant(["mona"])
        acting.tell(EventKind.NOTED, acting.note("Mona helps me."))
    curious = replace(confided, asker="mona")
    for _ in range(2):
        with pytest.raises(NotYoursError):
            curious.propose()
    tried = [record for record in confided.file.records if record.kind is EventKind.TRIED]
    assert [record.actor for record in tried] == ["mona"]
    assert confided.file.whole
    above = notices_of(Office(confided.back, confided.filed), "nora")
    assert [notice["what"] for notice in above if notice["notice"] == NoticeKind.IDENTITY] == ["tried"]
    name = confided.view.name
    assert name is not None
    assert len(name.confidence.tried) == 1

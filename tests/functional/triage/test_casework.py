"""Officers at work on a report: each story runs on real parts, with the back office's own database rights."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crypto.kdf import UNSAFE_TEST_COST
from intake.card import MAX_TITLE
from intake.circle import write_item
from intake.database.case_tables import Case, Event, Grant, Item, ItemKind
from intake.drafts import DraftSubject
from intake.events import EventKind
from intake.release import Gate, release_overdue
from intake.roster import RosterReader
from intake.states import CaseState
from tests.functional.triage.conftest import BackOffice
from tests.support.reports import SENTENCE, Filed, Offices, report, water_report
from triage.accounts.second_factor import new_totp_secret
from triage.casework.acknowledge import acknowledge
from triage.casework.assign import assign
from triage.casework.desk import Actor
from triage.casework.listing import list_cases
from triage.casework.policy import Act
from triage.casework.reading import read_case
from triage.casework.recuse import recuse
from triage.casework.refusals import (
    CorrectThisError,
    NoSuchCaseError,
    NotNowError,
    NotYoursError,
    Reason,
)
from triage.casework.search import search_cases
from triage.casework.writing import answer, note
from triage.instances.officers import Login, Registry


def _events(back_office: BackOffice, case: str) -> list[EventKind]:
    with back_office.instance.owner.reading() as session:
        rows = session.scalars(select(Event).where(Event.case_id == case).order_by(Event.number))
        return [row.kind for row in rows]


def test_a_triage_officer_finds_opens_and_acknowledges_a_report(
    back_office: BackOffice, filed: Filed
) -> None:
    milo, desk = back_office.officer("milo"), back_office.desk

    page = list_cases(desk, milo)
    assert [entry.case for entry in page.entries] == [filed.case]
    assert page.entries[0].card is not None
    assert page.entries[0].card.title == SENTENCE[:MAX_TITLE]

    view = read_case(desk, milo, filed.case)
    assert view.whole
    assert view.file.report["answers"]["what"] == SENTENCE
    assert Act.ACKNOWLEDGE in view.acts

    acknowledge(desk, milo, filed.case, "We have your report and will look at it.")

    view = read_case(desk, milo, filed.case)
    assert view.whole
    assert view.file.progress.state is CaseState.ACKNOWLEDGED
    assert view.file.progress.met["ack_due"] == back_office.today
    assert view.card.done["ack_due"] == back_office.today.isoformat()
    assert Act.ACKNOWLEDGE not in view.acts
    with pytest.raises(NotNowError, match="already_acknowledged"):
        acknowledge(desk, milo, filed.case)

    mailbox = filed.offices.mailbox.view(filed.master)
    assert mailbox.proved
    assert mailbox.progress.state is CaseState.ACKNOWLEDGED
    assert [entry.text for entry in mailbox.answers] == ["We have your report and will look at it."]
    assert mailbox.answers[0].role == "officer"


def test_an_early_acknowledgement_brings_the_feedback_date_forward(
    back_office: BackOffice, filed: Filed
) -> None:
    milo, desk = back_office.officer("milo"), back_office.desk
    before = read_case(desk, milo, filed.case).file.progress.clocks["feedback_due"]
    acknowledge(desk, milo, filed.case)
    after = read_case(desk, milo, filed.case)
    assert before == date(2026, 6, 9)
    assert after.file.progress.clocks["feedback_due"] == date(2026, 6, 2)
    assert after.card.clocks["feedback_due"] == "2026-06-02"
    assert after.file.whole


def test_a_read_is_recorded_once_per_officer_and_day(back_office: BackOffice, filed: Filed) -> None:
    milo, mara = back_office.officer("milo"), back_office.officer("mara")
    for actor in (milo, milo, mara, milo):
        read_case(back_office.desk, actor, filed.case)
    read_case(back_office.desk, replace(milo, today=back_office.today + timedelta(days=1)), filed.case)
    assert _events(back_office, filed.case) == [EventKind.FILED] + 3 * [EventKind.OPENED]


def test_an_excluded_officer_learns_nothing(back_office: BackOffice, filed: Filed, offices: Offices) -> None:
    mina, desk = back_office.officer("mina"), back_office.desk
    assert list_cases(desk, mina).total == 0
    assert search_cases(desk, mina, "wells").entries == []
    for act in (
        lambda: read_case(desk, mina, filed.case),
        lambda: acknowledge(desk, mina, filed.case, "hello"),
        lambda: answer(desk, mina, filed.case, "hello"),
        lambda: note(desk, mina, filed.case, "hello"),
        lambda: assign(desk, mina, filed.case, "marc", "handle"),
        lambda: recuse(desk, mina, filed.case),
    ):
        with pytest.raises(NoSuchCaseError):
            act()
    assert _events(back_office, filed.case) == [EventKind.FILED]

    # Nor does anybody who may assign see that there is somebody who may not be chosen for a reason.
    view = read_case(desk, back_office.officer("mara"), filed.case)
    assert {colleague.id for colleague in view.colleagues} == {"marc", "mona", "moss", "mara"}
    with pytest.raises(CorrectThisError, match="not_eligible"):
        assign(desk, back_office.officer("mara"), filed.case, "mina", "handle")


def test_an_assigned_colleague_can_read_and_answer_but_not_triage(
    back_office: BackOffice, filed: Filed
) -> None:
    desk, milo, marc = back_office.desk, back_office.officer("milo"), back_office.officer("marc")
    with pytest.raises(NoSuchCaseError):
        read_case(desk, marc, filed.case)

    assign(desk, milo, filed.case, "marc", "investigate")

    view = read_case(desk, marc, filed.case)
    assert view.whole
    assert view.file.report["answers"]["what"] == SENTENCE
    assert view.file.progress.handlers == {"marc": "investigate"}
    assert view.card.handlers == {"marc": "investigate"}
    assert Act.ANSWER in view.acts
    assert not view.acts & {Act.ACKNOWLEDGE, Act.ASSESS, Act.ASSIGN}
    answer(desk, marc, filed.case, "Which night was it?")
    with pytest.raises(NotYoursError, match="needs_triage"):
        acknowledge(desk, marc, filed.case)
    with pytest.raises(NotYoursError, match="needs_triage"):
        assign(desk, marc, filed.case, "mona", "handle")

    mailbox = filed.offices.mailbox.view(filed.master)
    assert mailbox.proved
    assert mailbox.progress.circle["roles"] == {"head": 1, "officer": 3}


def test_a_colleague_with_no_task_may_note_but_not_write_to_the_reporter(
    back_office: BackOffice, filed: Filed
) -> None:
    desk, marc = back_office.desk, back_office.officer("marc")
    assign(desk, back_office.officer("milo"), filed.case, "marc", "handle")
    note(desk, marc, filed.case, "The log book of the pump is missing.")
    view = read_case(desk, marc, filed.case)
    assert [entry.text for entry in view.file.written] == ["The log book of the pump is missing."]
    assert filed.offices.mailbox.view(filed.master).answers == []


def test_assignments_that_make_no_sense_are_refused(back_office: BackOffice, filed: Filed) -> None:
    desk, milo = back_office.desk, back_office.officer("milo")
    for officer, task, reason in (
        ("nobody", "handle", Reason.NOT_ELIGIBLE),
        ("milo", "handle", Reason.NOT_ELIGIBLE),  # without the duty to handle
        ("nils", "handle", Reason.NOT_ELIGIBLE),  # of another office
        ("marc", "decide", Reason.UNKNOWN_TASK),
    ):
        with pytest.raises(CorrectThisError) as refused:
            assign(desk, milo, filed.case, officer, task)
        assert refused.value.reason is reason
    assign(desk, milo, filed.case, "marc", "handle")
    with pytest.raises(NotNowError, match="already_assigned"):
        assign(desk, milo, filed.case, "marc", "handle")


def test_whoever_did_the_triage_does_not_investigate(back_office: BackOffice, filed: Filed) -> None:
    desk, mara, moss = back_office.desk, back_office.officer("mara"), back_office.officer("moss")
    acknowledge(desk, moss, filed.case)
    with pytest.raises(CorrectThisError, match="tried_triage"):
        assign(desk, mara, filed.case, "moss", "investigate")
    with pytest.raises(CorrectThisError, match="tried_triage"):
        assign(desk, mara, filed.case, "mara", "investigate")
    assign(desk, mara, filed.case, "mara", "handle")


def test_who_recuses_is_out_at_once_and_the_others_lose_nothing(
    back_office: BackOffice, filed: Filed
) -> None:
    desk, milo, moss = back_office.desk, back_office.officer("milo"), back_office.officer("moss")
    answer(desk, moss, filed.case, "Before anybody left.")
    recuse(desk, moss, filed.case)

    with pytest.raises(NoSuchCaseError):
        read_case(desk, moss, filed.case)
    assert list_cases(desk, moss).total == 0
    filed.offices.mailbox.write(filed.master, "It happened again last night.")

    view = read_case(desk, milo, filed.case)
    assert view.whole
    assert view.file.epoch == 1
    assert [entry.text for entry in view.file.written] == [
        "Before anybody left.",
        "It happened again last night.",
    ]
    assert list(view.holders) == ["mara", "milo"]
    assert "moss" not in {colleague.id for colleague in view.colleagues}
    with pytest.raises(CorrectThisError, match="not_eligible"):
        assign(desk, milo, filed.case, "moss", "handle")
    assert filed.offices.mailbox.view(filed.master).proved


def test_a_case_that_loses_its_head_moves_up_with_its_content(back_office: BackOffice, filed: Filed) -> None:
    desk = back_office.desk
    answer(desk, back_office.officer("milo"), filed.case, "Before the head left.")
    recuse(
        desk, back_office.officer("mara"), filed.case
    )  # C-HEAD: an office whose head is excluded does not handle it

    for below in ("mara", "milo", "moss"):
        with pytest.raises(NoSuchCaseError):
            read_case(desk, back_office.officer(below), filed.case)
    nora = back_office.officer("nora")
    view = read_case(desk, nora, filed.case)
    assert view.whole
    assert view.file.progress.circle["office"] == "HO-north"
    assert [entry.text for entry in view.file.written] == ["Before the head left."]
    assert {colleague.id for colleague in view.colleagues} == {"nora", "nils", "nina", "noel"}
    assert list_cases(desk, nora).entries[0].office == "HO-north"


def test_the_last_triage_officer_hands_over_before_leaving(back_office: BackOffice, offices: Offices) -> None:
    desk = back_office.desk
    filed = offices.file(water_report())
    recuse(desk, back_office.officer("milo"), filed.case)
    recuse(desk, back_office.officer("moss"), filed.case)
    assert list(read_case(desk, back_office.officer("mara"), filed.case).holders) == ["mara"]
    recuse(desk, back_office.officer("mara"), filed.case)
    view = read_case(desk, back_office.officer("nora"), filed.case)
    assert view.whole
    assert view.file.report["answers"]["what"] == SENTENCE


def test_an_act_on_a_page_that_is_out_of_date_tells_so_and_stores_nothing(
    back_office: BackOffice, filed: Filed
) -> None:
    desk, milo, moss = back_office.desk, back_office.officer("milo"), back_office.officer("moss")
    seen = read_case(desk, moss, filed.case).file.records[-1].number
    answer(desk, milo, filed.case, "Somebody was first.")
    with pytest.raises(NotNowError, match="changed_meanwhile"):
        answer(desk, moss, filed.case, "Another says the same.", seen=seen)
    seen = read_case(desk, moss, filed.case).file.records[-1].number
    answer(desk, moss, filed.case, "Another adds something.", seen=seen)
    texts = [entry.text for entry in read_case(desk, moss, filed.case).file.written]
    assert texts == ["Somebody was first.", "Another adds something."]


def test_of_two_acknowledgements_in_the_same_second_one_counts(back_office: BackOffice, filed: Filed) -> None:
    actors = [back_office.officer(name) for name in ("milo", "moss", "mara")]

    def try_it(actor: Actor) -> Reason | None:
        try:
            acknowledge(back_office.desk, actor, filed.case, f"From {actors.index(actor)}.")
        except NotNowError as refused:
            return refused.reason
        return None

    with ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(try_it, actors))
    assert sorted(outcome or "" for outcome in outcomes) == [
        "",
        "already_acknowledged",
        "already_acknowledged",
    ]
    assert _events(back_office, filed.case) == [EventKind.FILED, EventKind.ACKNOWLEDGED]
    assert len(filed.offices.mailbox.view(filed.master).answers) == 1


def test_text_that_is_nothing_or_too_much_is_refused(back_office: BackOffice, filed: Filed) -> None:
    desk, milo = back_office.desk, back_office.officer("milo")
    for text, reason in ((" \r\n\t ", "empty_text"), ("x" * 20_001, "text_too_long")):
        with pytest.raises(CorrectThisError, match=reason):
            answer(desk, milo, filed.case, text)
    answer(desk, milo, filed.case, "x" * 20_000)
    answer(desk, milo, filed.case, "one\r\ntwo\rthree")
    assert read_case(desk, milo, filed.case).file.written[-1].text == "one\ntwo\nthree"


def test_a_forged_answer_is_shown_with_a_warning(back_office: BackOffice, offices: Offices) -> None:
    """Somebody with the case's key and the database, but not Milo's key, writes in Milo's name."""
    desk, milo = back_office.desk, back_office.officer("milo")
    filed = offices.file()
    impostor = replace(milo, holder=replace(milo.holder, pair=back_office.instance.pair("marc")))
    with filed.acting("milo") as (session, file, _author):
        write_item(session, file.box, impostor.author, ItemKind.NOTE, milo.today, {"text": "All is fine."})
    view = read_case(desk, milo, filed.case)
    assert not view.whole
    assert [(entry.text, entry.verified) for entry in view.file.written] == [("All is fine.", False)]


def test_a_case_that_was_hidden_by_its_clear_columns_says_so(back_office: BackOffice, filed: Filed) -> None:
    with back_office.instance.owner.state.begin() as session:
        session.get_one(Case, filed.case).state = CaseState.CLOSED
    view = read_case(back_office.desk, back_office.officer("milo"), filed.case)
    assert not view.whole
    assert view.file.progress.state is CaseState.RECEIVED


def test_a_case_that_nobody_acknowledged_stands_in_the_list_of_the_office_above(
    back_office: BackOffice, filed: Filed
) -> None:
    """Nobody could seal the card anew: an earlier key of the officer's own opens it."""
    instance, late = back_office.instance, back_office.today + timedelta(days=8)
    gate = Gate(instance.worker.gate_pair, instance.roster, late)
    with instance.worker_db.state.begin() as session:
        assert release_overdue(session, filed.case, gate)
    assert list_cases(back_office.desk, back_office.officer("milo")).total == 0

    later = replace(back_office, today=late)
    nora = later.officer("nora")
    (entry,) = list_cases(later.desk, nora).entries
    assert entry.card is not None
    assert entry.office == "HO-north"
    view = read_case(later.desk, nora, filed.case)
    assert view.whole
    acknowledge(later.desk, nora, filed.case, "We have it now.")
    assign(later.desk, nora, filed.case, "noel", "investigate")
    recuse(later.desk, later.officer("nils"), filed.case)
    view = read_case(later.desk, later.officer("noel"), filed.case)
    assert view.whole
    assert view.file.report["answers"]["what"] == SENTENCE
    mailbox = filed.offices.mailbox.view(filed.master)
    assert mailbox.proved
    assert [entry.text for entry in mailbox.answers] == ["We have it now."]


def test_the_very_last_holder_cannot_make_a_case_unreadable(
    back_office: BackOffice, offices: Offices
) -> None:
    filed = offices.file(report(DraftSubject(name="", post="head", body="land-government")))
    olga, omar = back_office.officer("olga"), back_office.officer("omar")
    recuse(back_office.desk, olga, filed.case)
    with pytest.raises(NotNowError, match="nobody_else"):
        recuse(back_office.desk, omar, filed.case)
    assert read_case(back_office.desk, omar, filed.case).whole


def test_a_tampered_card_leaves_a_row_that_says_so(back_office: BackOffice, filed: Filed) -> None:
    with back_office.instance.owner.state.begin() as session:
        row = session.get_one(Case, filed.case)
        row.card = row.card[:-1] + bytes([row.card[-1] ^ 1])
    page = list_cases(back_office.desk, back_office.officer("milo"))
    assert [(entry.case, entry.card) for entry in page.entries] == [(filed.case, None)]


def test_nothing_an_officer_writes_lies_in_the_database_in_clear(
    back_office: BackOffice, filed: Filed
) -> None:
    desk, milo = back_office.desk, back_office.officer("milo")
    acknowledge(desk, milo, filed.case, "planted answer sentence")
    note(desk, milo, filed.case, "planted note sentence")
    assign(desk, milo, filed.case, "marc", "handle")
    with back_office.instance.owner.reading() as session:
        blobs = [
            *session.scalars(select(Item.body)),
            *session.scalars(select(Event.body)),
            *session.scalars(select(Case.card)),
            *session.scalars(select(Grant.sealed)),
        ]
    assert all(b"planted" not in blob and b"marc" not in blob for blob in blobs)


def test_who_has_new_keys_holds_nothing_until_a_colleague_grants_it_again(
    back_office: BackOffice, filed: Filed
) -> None:
    instance, desk, milo = back_office.instance, back_office.desk, back_office.officer("milo")
    assign(desk, milo, filed.case, "marc", "handle")
    reader = RosterReader(instance.triage_db, instance.triage.roster_root, instance.triage.seen_file)
    registry = Registry(
        instance.triage, instance.triage_db, reader, instance.root, instance.today, UNSAFE_TEST_COST
    )
    registry.reset("marc", Login(instance.people["marc"].password, new_totp_secret()))
    instance.forget_pair("marc")

    marc, milo = back_office.officer("marc"), back_office.officer("milo")
    assert list_cases(desk, marc).entries == []
    with pytest.raises(NoSuchCaseError):
        read_case(desk, marc, filed.case)

    assign(desk, milo, filed.case, "marc", "handle")  # the same task as before: it is the key that is missing
    assert read_case(desk, marc, filed.case).whole
    with pytest.raises(NotNowError, match="already_assigned"):
        assign(desk, milo, filed.case, "marc", "handle")

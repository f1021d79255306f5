"""A case concluded, told, corrected, closed and taken up again: what each act asks, and what it leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from intake.database.case_tables import OutboxJob
from intake.events import EventKind
from intake.notices import Letter, NoticeKind, dispatched, open_notice
from intake.outbox import JobName
from intake.states import CaseState
from intake.watch import load
from tests.conftest import MakeInstance
from tests.functional.triage.conftest import BackOffice, office_with_duties
from tests.support.handling import TOLD, WIDER, Handled, closing_sent, refusal
from tests.support.reports import Offices, plumber_report
from triage.casework.address import address
from triage.casework.close import close, reopen
from triage.casework.closing import closing_form
from triage.casework.correct import correct, verify
from triage.casework.corrections import corrections_of, referrals_of
from triage.casework.find import find
from triage.casework.propose import propose
from triage.casework.refusals import CorrectThisError, NotNowError, NotYoursError, Reason, RefusedError
from triage.casework.result import tell_result


def _on_the_day_after(handled: Handled, back_office: BackOffice, days: int) -> Handled:
    return handled.on(replace(back_office, today=back_office.today + timedelta(days=days)))


# Concluding


def test_without_a_finding_on_every_allegation_nothing_is_concluded(handled: Handled) -> None:
    handled.addressed()
    with pytest.raises(NotNowError) as early:
        handled.propose_closing()
    assert refusal(early) is Reason.NO_FINDING


def test_no_finding_changes_under_a_panel(back_office: BackOffice, handled: Handled) -> None:
    handled.found().propose_closing()
    typed = {"allegation": "subject-0", "grade": "unfounded", "text": "On second thoughts."}
    with pytest.raises(NotNowError) as late:
        find(back_office.desk, back_office.officer("marc"), handled.filed.case, typed)
    assert refusal(late) is Reason.PROPOSAL_OPEN


BAD_CLOSINGS: tuple[tuple[dict[str, str | list[str] | None], Reason, set[str]], ...] = (
    ({"knew": None}, Reason.INCOMPLETE_FORM, {"knew"}),
    ({"knew-0-what": None}, Reason.INCOMPLETE_FORM, {"knew-0-what"}),
    ({"knew-0-what": None, "knew-0-who": None}, Reason.INCOMPLETE_FORM, {"knew-0-who"}),
    ({"knew": "none"}, Reason.CONTRADICTION, {"knew"}),
    ({"outcome": None}, Reason.INCOMPLETE_FORM, {"outcome"}),
    ({"outcome": ["exile"]}, Reason.UNKNOWN_OUTCOME, {"outcome"}),
    ({"outcome": ["none", "disciplinary"]}, Reason.CONTRADICTION, {"outcome"}),
    ({"outcome-apology-cause": None}, Reason.INCOMPLETE_FORM, {"outcome-apology-cause"}),
    ({"outcome-apology-cause": "envy"}, Reason.INCOMPLETE_FORM, {"outcome-apology-cause"}),
    (
        {"outcome": ["criminal_referral"]},
        Reason.INCOMPLETE_FORM,
        {"outcome-criminal_referral-recipient", "outcome-criminal_referral-due"},
    ),
    ({"outcome": ["recognition"]}, Reason.INCOMPLETE_FORM, {"outcome-recognition-consent"}),
    ({"correct": None}, Reason.INCOMPLETE_FORM, {"correct"}),
    ({"correct-0-owner": None}, Reason.INCOMPLETE_FORM, {"correct-0-owner"}),
    ({"correct-0-due": "tomorrow"}, Reason.NOT_A_DATE, {"correct-0-due"}),
    ({"correct-0-due": "1999-12-31"}, Reason.DATE_IN_THE_PAST, {"correct-0-due"}),
    ({"correct-0-due": "9999-12-31"}, Reason.DATE_TOO_LATE, {"correct-0-due"}),
    ({"told": " "}, Reason.INCOMPLETE_FORM, {"told"}),
    ({"clear": "yes"}, Reason.INCOMPLETE_FORM, {"clear-circle"}),
    ({"lessons": "x" * 20_001}, Reason.TEXT_TOO_LONG, {"lessons"}),
)


def test_the_closing_form_asks_every_question_and_says_which_is_open(
    back_office: BackOffice, handled: Handled
) -> None:
    """Mechanisms 11 and 56: nothing is concluded by narrative alone."""
    file, today = handled.found().file, back_office.today
    for changed, why, marked in BAD_CLOSINGS:
        with pytest.raises(CorrectThisError) as refused:
            closing_form(closing_sent(today, changed), file, back_office.officer("marc").roster, today)
        assert refusal(refused) is why
        assert set(refused.value.marked) == marked


def test_nobody_else_knew_and_nothing_to_put_right_are_answers(handled: Handled) -> None:
    nothing: dict[str, str | list[str] | None] = {
        "knew": "none", "knew-0-who": None, "knew-0-what": None, "outcome": ["none"], "correct": "none",
        "correct-0-what": None, "correct-0-owner": None, "correct-0-due": None,
    }  # fmt: skip
    handled.concluded(nothing)
    content = handled.file.papers("proposal")[-1].content
    assert (content["knew"], content["corrections"], content["referrals"]) == ([], [], [])
    assert content["outcomes"] == [{"code": "none"}]


def test_a_whole_case_from_filing_to_closed(back_office: BackOffice, handled: Handled) -> None:
    handled.concluded({"outcome": ["talk_warn", "criminal_referral"], **_talk_and_referral(back_office)})
    desk, case, marc = back_office.desk, handled.filed.case, back_office.officer("marc")
    progress = handled.file.progress
    assert (progress.state, progress.final) == (CaseState.CONCLUDED, None)
    names = {name.partition(":")[0] for name in progress.outstanding()}
    assert names == {"result_due", "feedback_due", "corrective", "referral"}
    with pytest.raises(NotNowError) as untold:
        close(desk, marc, case)
    assert refusal(untold) is Reason.RESULT_NOT_TOLD

    handled.told()
    assert {"result_due", "feedback_due"} <= set(handled.file.progress.met)
    assert handled.file.progress.outstanding()["close_due"] >= corrections_of(handled.file)[0].due
    with pytest.raises(NotNowError) as uncorrected:
        close(desk, marc, case)
    assert refusal(uncorrected) is Reason.CORRECTIONS_OPEN

    assert len(corrections_of(handled.file)) == 2
    handled.corrected()
    close(desk, marc, case)
    progress = handled.file.progress
    assert progress.state is CaseState.CLOSED
    names = {name.partition(":")[0] for name in progress.outstanding()}
    assert names == {"first_question", "second_question", "referral"}

    (referral,) = referrals_of(handled.file)
    correct(desk, marc, case, referral.id, "They opened proceedings.")
    assert set(handled.file.progress.outstanding()) == {"first_question", "second_question"}
    assert handled.file.whole


def _talk_and_referral(back_office: BackOffice) -> dict[str, str | list[str] | None]:
    soon = (back_office.today + timedelta(days=30)).isoformat()
    return {
        "outcome-talk_warn-person": "Rosa Medina",
        "outcome-talk_warn-due": soon,
        "outcome-criminal_referral-recipient": "The prosecutor",
        "outcome-criminal_referral-due": soon,
    }


def test_the_reporter_learns_nothing_of_the_papers_from_the_events(handled: Handled) -> None:
    handled.concluded().told().corrected()
    told = " ".join(str(record.data) for record in handled.file.records)
    for secret in ("Medina", "deputy", "second person", "disciplinary", "books"):
        assert secret not in told
    assert sum(record.kind is EventKind.TOLD for record in handled.file.records) == 1


def test_a_corrective_action_is_checked_by_somebody_else(back_office: BackOffice, handled: Handled) -> None:
    handled.concluded()
    desk, case = back_office.desk, handled.filed.case
    marc, milo = back_office.officer("marc"), back_office.officer("milo")
    (action,) = corrections_of(handled.file)
    with pytest.raises(CorrectThisError) as undone:
        verify(desk, milo, case, action.id, "Looks fine.")
    assert refusal(undone) is Reason.UNKNOWN_CORRECTION
    correct(desk, marc, case, action.id, "Done in March.")
    correct(desk, milo, case, action.id, "I was there, too.")
    for officer in (marc, milo):
        with pytest.raises(NotYoursError) as own:
            verify(desk, officer, case, action.id, "I did it myself.")
        assert refusal(own) is Reason.OWN_CORRECTION
    for unknown in ("", "x" * 22):
        with pytest.raises(CorrectThisError) as nothing:
            correct(desk, marc, case, unknown, "Done.")
        assert refusal(nothing) is Reason.UNKNOWN_CORRECTION
    panel = next(iter(set(handled.file.progress.readers) | set(_voters(handled))))
    verify(desk, back_office.officer(panel), case, action.id, "Seen on the spot.")
    assert f"corrective:{action.id}" in handled.file.progress.met


def _voters(handled: Handled) -> list[str]:
    return [record.actor for record in handled.file.records if record.kind is EventKind.VOTED]


# A head is reported


def test_a_conclusion_about_a_head_is_told_above_and_waits(
    back_office: BackOffice, about_a_head: Handled
) -> None:
    """Mechanism 1: the office can neither conclude without the notice, nor hold it back, nor close before its time."""
    handled = about_a_head.concluded()
    desk, case, marc = back_office.desk, handled.filed.case, back_office.officer("marc")
    progress = handled.file.progress
    assert progress.final is not None
    notices = [
        number
        for record in handled.file.records
        if record.kind is EventKind.DECIDED
        for number in record.data["notices"]
    ]
    told = {letter.officer: letter for letter in _letters(back_office) if letter.id in notices}
    assert set(told) == {"nora", "nils", "nina", "noel"}
    letter = told["nora"]
    content = open_notice(back_office.instance.pair("nora"), letter.id, letter.sealed)
    assert content == {
        "notice": NoticeKind.CONCLUDED.value,
        "date": back_office.today.isoformat(),
        "case": case,
        "office": "HO-millbrook",
        "priority": content["priority"],
        "final": progress.final.isoformat(),
    }
    with back_office.instance.triage_db.reading() as session:
        watch = load(session, case, back_office.instance.worker.gate_pair, back_office.instance.roster)
    assert watch is not None
    assert set(notices) <= set(watch.notices)
    with pytest.raises(NotNowError) as early:
        tell_result(desk, marc, case, TOLD)
    assert refusal(early) is Reason.NOT_FINAL

    last_day = _on_the_day_after(handled, back_office, (progress.final - back_office.today).days)
    with pytest.raises(NotNowError) as still:
        last_day.told()
    assert refusal(still) is Reason.NOT_FINAL
    final = _on_the_day_after(handled, back_office, (progress.final - back_office.today).days + 1)
    final.told().corrected()
    close(final.office.desk, final.actor("marc"), case)
    assert handled.file.progress.state is CaseState.CLOSED


def test_a_case_about_a_head_that_nobody_above_was_told_of_is_never_closed(
    back_office: BackOffice, about_a_head: Handled
) -> None:
    handled = about_a_head.found()
    with handled.filed.act(
        "marc"
    ) as acting:  # somebody with a patched program skips the panel and the notice
        acting.tell(EventKind.DECIDED, {"state": "concluded"})
        acting.tell(EventKind.TOLD, acting.answer(TOLD))
    with pytest.raises(NotNowError) as skipped:
        close(back_office.desk, back_office.officer("marc"), handled.filed.case)
    assert refusal(skipped) is Reason.NOT_FINAL


def test_nothing_about_a_head_is_concluded_while_nobody_above_can_be_told(
    back_office: BackOffice, about_a_head: Handled
) -> None:
    handled = about_a_head.found().propose_closing()
    back_office.instance.without("nora", "nils", "nina", "noel")
    with pytest.raises(NotNowError) as unheard:
        handled.agree()
    assert refusal(unheard) is Reason.NOBODY_ABOVE
    assert handled.file.progress.state is CaseState.ADDRESSING


def test_telling_the_result_again_buys_no_time_to_close(back_office: BackOffice, handled: Handled) -> None:
    handled.concluded().told()
    due = handled.file.progress.outstanding()["close_due"]
    later = _on_the_day_after(handled, back_office, 9)
    tell_result(later.office.desk, later.actor("marc"), handled.filed.case, "The same in plainer words.")
    assert handled.file.progress.outstanding()["close_due"] == due


# Taken up again


def test_a_case_is_taken_up_again_for_a_reason_and_promises_stay_owed(
    back_office: BackOffice, handled: Handled
) -> None:
    handled.concluded().told()
    desk, case, milo = back_office.desk, handled.filed.case, back_office.officer("milo")
    (action,) = corrections_of(handled.file)
    with pytest.raises(CorrectThisError) as silent:
        reopen(desk, milo, case, " ")
    assert refusal(silent) is Reason.EMPTY_TEXT
    reopen(desk, milo, case, "A second set of books was found.")
    progress = handled.file.progress
    assert progress.state is CaseState.REOPENED
    assert set(progress.outstanding()) == {"feedback_due", f"corrective:{action.id}"}
    with pytest.raises(NotNowError) as open_case:
        reopen(desk, milo, case, "Twice.")
    assert refusal(open_case) is Reason.CASE_IS_OPEN

    address(desk, back_office.officer("marc"), case, {"manner": "investigation", **WIDER})
    handled.propose_closing(
        {"correct": "none", "correct-0-what": None, "correct-0-owner": None, "correct-0-due": None}
    )
    handled.agree()
    assert [entry.id for entry in corrections_of(handled.file)] == [action.id]
    assert handled.file.progress.told is None
    assert "result_due" in handled.file.progress.outstanding()


def test_taking_a_case_up_again_buys_no_time_for_what_was_not_told(
    back_office: BackOffice, handled: Handled
) -> None:
    handled.concluded()
    due = handled.file.progress.clocks["feedback_due"]
    reopen(back_office.desk, back_office.officer("milo"), handled.filed.case, "A second set of books.")
    assert handled.file.progress.outstanding()["feedback_due"] == due


def test_whoever_decided_or_only_reads_handles_nothing(back_office: BackOffice, handled: Handled) -> None:
    handled.concluded()
    desk, case = back_office.desk, handled.filed.case
    (voter,) = _voters(handled)
    panel = back_office.officer(voter)
    with pytest.raises(RefusedError):
        tell_result(desk, panel, case, TOLD)
    with pytest.raises(RefusedError):
        close(desk, panel, case)
    with pytest.raises(RefusedError):
        reopen(desk, panel, case, "I changed my mind.")


def _letters(back_office: BackOffice) -> list[Letter]:
    with back_office.instance.owner.reading() as session:
        jobs = session.scalars(select(OutboxJob).where(OutboxJob.job == JobName.DELIVER_NOTICES.value)).all()
        gate = back_office.instance.worker.gate_pair
        return [letter for job in jobs for letter in dispatched(gate, job.id, job.payload)]


def test_nobody_alone_says_that_a_report_was_knowingly_false(
    make_instance: MakeInstance, today: date
) -> None:
    """Mechanism 42, in an office so small that one officer concludes everything else."""
    document = office_with_duties() | {"pack": "small"}
    instance = make_instance(document)
    filed = Offices(instance, today).file(plumber_report())
    handled = Handled(BackOffice(instance, today), filed).found("knowingly_false").propose_closing()
    assert handled.file.papers("vote") == []
    assert handled.file.progress.concluded is None
    assert len(handled.agree().file.papers("vote")) == 1
    assert handled.file.progress.state is CaseState.CONCLUDED


def test_a_small_office_concludes_alone_and_at_once(make_instance: MakeInstance, today: date) -> None:
    instance = make_instance(office_with_duties() | {"pack": "small"})
    filed = Offices(instance, today).file(plumber_report())
    handled = Handled(BackOffice(instance, today), filed).found("unfounded").propose_closing()
    assert handled.file.progress.state is CaseState.CONCLUDED
    assert "result_due" in handled.file.progress.outstanding()


def test_a_refusal_about_a_head_waits_for_the_level_above_like_a_conclusion(
    back_office: BackOffice, about_a_head: Handled
) -> None:
    handled = about_a_head.assessed()
    desk, case, milo = back_office.desk, handled.filed.case, back_office.officer("milo")
    sent = MultiDict(
        {"reason": "other_authority", "text": "Not ours.", "told": "Another office is responsible."}
    )
    propose(desk, milo, case, "refuse", sent)
    replace(handled, investigator="milo").agree()
    opened = handled.filed.opened_by("milo")
    assert opened is not None
    progress = opened.progress
    assert progress.state is CaseState.REDIRECTED
    assert progress.final is not None
    assert any(record.data.get("notices") for record in opened.records if record.kind is EventKind.DECIDED)
    with pytest.raises(NotNowError) as early:
        close(desk, milo, case)
    assert refusal(early) is Reason.NOT_FINAL
    later = replace(back_office, today=progress.final + timedelta(days=1))
    close(later.desk, later.officer("milo"), case)
    closed = handled.filed.opened_by("milo")
    assert closed is not None
    assert set(closed.progress.outstanding()) == {"first_question", "second_question"}

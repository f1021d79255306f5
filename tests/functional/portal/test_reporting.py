"""A citizen files a report, step by step, and loses no word on the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from crypto.encoding import from_text
from crypto.receipt import parse_code
from intake.database.volatile_tables import SealedSession
from intake.drafts import Draft
from intake.sessions import SealedSessions
from intake.wordlists import all_wordlists
from tests.functional.portal.conftest import SENTENCE, PatientClock, Reporter, subject_fields
from tests.support.instances import Instance
from tests.support.reports import Offices

HOURS = 3600


def test_a_report_is_filed_and_its_code_opens_the_mailbox(reporter: Reporter, instance: Instance) -> None:
    code = reporter.files()
    assert reporter.follows().status_code == 200
    assert len(code.split(" ")) == 8
    assert len(Offices(instance, instance.today).cases()) == 1
    page = reporter.returns(code)
    assert page.status_code == 200
    assert "Your report has arrived" in reporter.text
    assert SENTENCE not in page.text


def test_the_check_page_says_who_would_read_it(reporter: Reporter) -> None:
    reporter.writes_about_the_waterworks()
    assert "Office of Millbrook" in reporter.text
    assert "level 2" in reporter.text
    # Mina is kin of the accused: three of four are left.
    assert "At most 3 people of this office" in reporter.text
    assert "By March 9, 2026" in reporter.text
    assert SENTENCE in reporter.text


def test_going_back_and_forth_loses_no_word(reporter: Reporter) -> None:
    reporter.begins("First words.\nSecond line.", when="last spring", category="fraud")
    reporter.opens("/report/who")
    reporter.sends(
        "/report/who",
        subject_fields(0, name="Hugo Stein", post="head", find="wat"),
        involved="Milo",
        go="back",
    )
    assert reporter.follows().request.path == "/report"
    assert reporter.value_of("what") == "First words.\nSecond line."
    assert reporter.value_of("when") == "last spring"
    assert '<option value="fraud" selected>' in reporter.page.text
    reporter.opens("/report/who")
    assert reporter.value_of("subject-0-name") == "Hugo Stein"
    assert reporter.value_of("subject-0-find") == "wat"
    assert reporter.value_of("involved") == "Milo"


def test_a_fault_keeps_everything_and_says_what_to_do(reporter: Reporter) -> None:
    page = reporter.begins("Something.", when="2026-02-30", where="at the quay")
    assert page.status_code == 422
    assert "There is no such day" in reporter.text
    assert 'href="#when"' in page.text
    assert 'aria-invalid="true"' in page.text
    reporter.opens("/report")
    assert (reporter.value_of("when"), reporter.value_of("where")) == ("2026-02-30", "at the quay")


def test_an_answer_can_be_taken_back(reporter: Reporter) -> None:
    reporter.begins()
    reporter.opens("/report/safety")
    reporter.sends("/report/safety", a1="known", not_safe="yes", go="next")
    reporter.opens("/report/safety")
    reporter.sends("/report/safety", a1="", go="next")
    reporter.opens("/report/safety")
    assert 'name="a1" value="" checked' in reporter.page.text
    assert 'name="not_safe" value="yes" checked' not in reporter.page.text


def test_a_body_is_found_by_parts_of_its_name(reporter: Reporter) -> None:
    reporter.begins()
    reporter.opens("/report/who")
    page = reporter.sends("/report/who", subject_fields(0, find="WATER mill"), go="find")
    assert page.headers["Location"] == "/report/who#subject-0-find"
    reporter.follows()
    assert 'value="millbrook-water"' in reporter.page.text
    assert 'value="ashford-clinic"' not in reporter.page.text


def test_a_handling_office_is_found_like_any_other_place(reporter: Reporter) -> None:
    reporter.begins()
    reporter.opens("/report/who")
    reporter.sends("/report/who", subject_fields(0, find="office ash"), go="find")
    reporter.follows()
    assert 'value="HO-ashford"' in reporter.page.text


def test_a_search_without_a_choice_is_not_taken_for_an_answer(reporter: Reporter) -> None:
    reporter.begins()
    page = reporter.names(find="water")
    assert page.status_code == 422
    assert "Choose one of the places that were found" in reporter.text


def test_an_unlisted_place_is_described_in_own_words(reporter: Reporter) -> None:
    reporter.begins()
    assert (
        reporter.names(name="N. N.", post="staff", other="The new depot", region="millbrook").status_code
        == 303
    )
    reporter.opens("/report/check")
    assert "The new depot" in reporter.text
    assert "Send the report" in reporter.text


def test_more_persons_are_added_and_removed(reporter: Reporter) -> None:
    reporter.begins()
    reporter.opens("/report/who")
    first = subject_fields(0, name="Hugo Stein", post="head", body="millbrook-water")
    assert reporter.sends("/report/who", first, go="add").headers["Location"] == "/report/who#person-1"
    reporter.follows()
    second = subject_fields(1, name="Rosa Medina", post="staff", body="millbrook-water")
    reporter.sends("/report/who", first | second | {"subject-0-drop": "yes"}, go="next")
    reporter.opens("/report/who")
    assert reporter.value_of("subject-0-name") == "Rosa Medina"
    assert 'name="subject-1-name"' not in reporter.page.text


def test_whole_places_can_be_to_blame(reporter: Reporter) -> None:
    reporter.begins()
    reporter.opens("/report/who")
    reporter.sends("/report/who", body_find="school", go="find")
    assert reporter.page.headers["Location"] == "/report/who#body_find"
    reporter.follows()
    assert 'type="checkbox" id="body-1" name="body" value="millbrook-school"' in reporter.page.text
    reporter.sends(
        "/report/who", {"body": ["millbrook-school", "millbrook-water"]}, body_find="school", go="next"
    )
    reporter.opens("/report/check")
    assert "Millbrook School" in reporter.text
    assert "Millbrook Waterworks" in reporter.text


def test_a_misspelt_officer_is_asked_about_before_sending(reporter: Reporter, instance: Instance) -> None:
    reporter.begins()
    reporter.names(name="Milo Fernandez", post="staff", body="HO-millbrook")
    page = reporter.opens("/report/check")
    assert "Do you mean one of these people" in reporter.text
    assert reporter.sends("/report/check", send="1").status_code == 422
    assert not Offices(instance, instance.today).cases()
    reporter.sends("/report/check", {"near-0": "milo"}, send="1")
    assert reporter.follows().request.path == "/report/check"
    assert "Not sent yet" in reporter.text
    assert "Milo Fernandes" in reporter.text
    assert "Office of North Province" in reporter.text
    assert "Do you mean" not in reporter.text
    assert reporter.sends("/report/check", send="1").headers["Location"] == "/receipt"
    assert page.status_code == 200


def test_a_misspelt_witness_among_the_officers_is_asked_about(reporter: Reporter) -> None:
    reporter.begins()
    reporter.opens("/report/who")
    subject = subject_fields(0, name="Rosa Medina", post="staff", body="millbrook-water")
    reporter.sends("/report/who", subject, involved="Somebody Else\nMilo Fernandez", go="next")
    reporter.opens("/report/check")
    assert "At most 4 people" in reporter.text
    assert "We know no officer by this name: Somebody Else and Milo Fernandez" in reporter.text
    reporter.sends("/report/check", {"near-involved-1": "milo"}, send="1")
    reporter.follows()
    assert "At most 3 people" in reporter.text


def test_somebody_else_of_a_similar_name_stays_who_they_are(reporter: Reporter, instance: Instance) -> None:
    reporter.begins()
    reporter.names(name="Milo Fernandez", post="private", region="millbrook")
    reporter.opens("/report/check")
    assert reporter.sends("/report/check", {"near-0": "none"}, send="1").headers["Location"] == "/receipt"
    assert len(Offices(instance, instance.today).cases()) == 1


def test_a_replayed_form_leads_to_the_receipt_of_the_one_case(reporter: Reporter, instance: Instance) -> None:
    reporter.writes_about_the_waterworks()
    for _ in range(3):
        assert reporter.sends("/report/check", send="1").headers["Location"] == "/receipt"
    for path in ("/report", "/report/who", "/report/check"):
        assert reporter.opens(path).headers["Location"] == "/receipt"
    assert len(Offices(instance, instance.today).cases()) == 1


def test_a_connection_that_dropped_after_sending_shuts_nobody_out(reporter: Reporter) -> None:
    reporter.writes_about_the_waterworks()
    reporter.sends("/report/check", send="1")  # and the answer is lost on the way
    code = reporter.reads_the_code()
    assert reporter.reads_the_code() == code
    assert reporter.sends("/receipt").status_code == 422
    assert reporter.reads_the_code() == code


def test_a_crash_between_filing_and_the_receipt_files_one_case(
    reporter: Reporter, instance: Instance, clock: PatientClock
) -> None:
    reporter.writes_about_the_waterworks()
    services = SealedSessions(instance.portal_db.volatile, clock, "draft", HOURS, HOURS)
    draft = Draft.from_bytes(services.read(from_text(reporter.cookies["__Host-p-draft"])) or b"")
    Offices(instance, instance.today).filing.file(
        draft
    )  # stored; then the process died before it could answer
    assert reporter.sends("/report/check", send="1").headers["Location"] == "/receipt"
    assert len(Offices(instance, instance.today).cases()) == 1
    assert draft.code == parse_code(reporter.reads_the_code(), all_wordlists("en"))


def test_after_sending_the_portal_cannot_show_the_report(reporter: Reporter, instance: Instance) -> None:
    reporter.writes_about_the_waterworks()
    reporter.sends("/report/check", send="1")
    for path in ("/receipt", "/report", "/report/check"):
        assert SENTENCE not in reporter.opens(path).text
    with instance.portal_db.volatile() as session:
        (row,) = session.scalars(select(SealedSession)).all()
    assert SENTENCE.encode() not in row.sealed


def test_a_confirmed_code_is_shown_no_more(reporter: Reporter) -> None:
    reporter.files()
    assert reporter.opens("/receipt").headers["Location"] == "/report"
    assert "__Host-p-draft" not in reporter.cookies


def test_an_expired_draft_is_said_clearly_and_keeps_the_last_page(
    reporter: Reporter, clock: PatientClock
) -> None:
    reporter.begins()
    reporter.opens("/report/who")
    clock.wait(2 * HOURS)
    page = reporter.sends("/report/who", subject_fields(0, name="Hugo Stein", post="head"), go="next")
    assert page.status_code == 410
    assert "open too long" in reporter.text
    reporter.opens("/report/who")
    assert reporter.value_of("subject-0-name") == "Hugo Stein"
    reporter.opens("/report")
    assert reporter.value_of("what") == ""


def test_an_expired_draft_can_be_begun_again(reporter: Reporter, clock: PatientClock) -> None:
    reporter.begins()
    clock.wait(2 * HOURS)
    assert reporter.opens("/report/check").status_code == 410
    assert reporter.opens("/report").status_code == 200


def test_two_visitors_never_see_each_others_drafts(
    reporter: Reporter, another: Callable[[], Reporter]
) -> None:
    reporter.begins("Mine alone.")
    other = another()
    other.opens("/report")
    assert other.value_of("what") == ""
    assert other.opens("/report/check").headers["Location"] == "/report"


def test_nobody_who_could_receive_means_that_nothing_is_kept(reporter: Reporter, instance: Instance) -> None:
    reporter.writes_about_the_waterworks()
    instance.without(*instance.people)
    page = reporter.sends("/report/check", send="1")
    assert page.status_code == 503
    assert "We cannot accept reports now" in reporter.text
    assert not Offices(instance, instance.today).cases()
    assert "__Host-p-draft" not in reporter.cookies
    assert reporter.opens("/report/check").headers["Location"] == "/report"


def test_a_first_office_without_keys_is_passed_over(reporter: Reporter, instance: Instance) -> None:
    instance.without("mara", "milo", "mina", "marc")
    reporter.writes_about_the_waterworks()
    assert "Office of North Province" in reporter.text


@pytest.mark.parametrize("advice", ["hr_grievance", "court_ruling"])
def test_another_place_is_named_where_it_may_help_more(reporter: Reporter, advice: str) -> None:
    reporter.begins(category=advice)
    reporter.opens("/report/check")
    assert "Another place may help you better" in reporter.text
    assert "Send the report" in reporter.text


def test_imminent_danger_is_answered_with_advice_before_sending(reporter: Reporter) -> None:
    reporter.begins()
    reporter.opens("/report/safety")
    reporter.sends("/report/safety", imminent_danger="yes", go="next")
    reporter.follows()
    assert "call the emergency number now" in reporter.text

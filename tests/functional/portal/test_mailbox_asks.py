"""What a reporter asks of the office above, from the mailbox to the officers who read it then: review, complaint, exclusion."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import delete, update

from crypto.errors import MalformedError
from crypto.keys import KeyPair
from intake.database.case_tables import Epoch, OutboxJob
from intake.events import EventKind
from intake.mailbox import view
from intake.organisation import load_pack
from tests.functional.portal.conftest import RESULT, PatientClock, Reporter, Story
from tests.functional.portal.test_mailbox import unknown_code
from tests.support.instances import Instance
from tests.support.organisation import small_organisation
from tests.support.reports import Offices

WORDS = "They asked none of the people who were there at night."


def test_a_review_takes_one_tap_and_goes_to_the_office_above_without_those_who_decided(story: Story) -> None:
    story.is_told_the_result()
    story.reporter.opens("/mailbox")
    assert "The result The head of the office, Office of Millbrook" in story.reporter.text
    assert RESULT in story.reporter.text
    assert "Until April 1, 2026 you can ask the office above" in story.reporter.text
    assert story.reporter.sends("/mailbox/review").status_code == 303
    story.reporter.follows()
    assert "You asked for a review. The office above gets your report" in story.reporter.text
    assert 'action="/mailbox/review"' not in story.reporter.page.text
    story.worker_works()
    story.reporter.opens("/mailbox")
    assert "Your report is being worked on again" in story.reporter.text
    assert (
        "it went from Office of Millbrook to Office of North Province . Because you asked"
        in story.reporter.text
    )
    assert "By April 1, 2026 you must get the result of the review." in story.reporter.text
    assert story.filed.opened_by("mara") is None
    assert set(story.holders()) == {"nora", "nils", "nina", "noel"}
    assert story.opened_by("nora").whole


def test_what_is_said_against_the_result_is_for_the_office_above_alone(story: Story) -> None:
    story.is_told_the_result()
    story.reporter.opens("/mailbox/review")
    assert "Nobody who decided takes part" in story.reporter.text
    assert story.reporter.sends("/mailbox/review", text=WORDS).status_code == 303
    assert WORDS not in story.reporter.follows().text
    before = story.opened_by("mara")
    assert WORDS not in repr([record.data for record in before.records])
    assert WORDS not in repr([(entry.text, entry.content) for entry in before.written])
    story.worker_works()
    assert WORDS in story.messages("nora")
    after = story.opened_by("nora")
    assert after.whole
    assert all(entry.verified for entry in after.written)
    assert WORDS not in story.reporter.opens("/mailbox").text


def test_a_review_can_be_asked_for_once_of_each_result_and_twice_in_all(story: Story) -> None:
    for office in ("HO-north", "HO-land"):
        story.is_told_the_result(_head_of(story))
        story.reporter.opens("/mailbox")
        assert story.reporter.sends("/mailbox/review").status_code == 303
        again = story.reporter.sends("/mailbox/review", text=WORDS)
        assert again.status_code == 409
        assert "You asked for this already" in story.reporter.text
        assert story.reporter.value_of("text") == WORDS
        story.worker_works()
        assert story.opened_by(_head_of(story)).progress.circle["office"] == office
    story.is_told_the_result(_head_of(story))
    story.reporter.opens("/mailbox")
    assert "This result is final" in story.reporter.text
    assert "The Ombudsperson" in story.reporter.text
    last = story.reporter.sends("/mailbox/review", text=WORDS)
    assert last.status_code == 409
    assert "there is no further review" in story.reporter.text
    assert "The Ombudsperson" in story.reporter.text
    assert story.jobs() == 0


def _head_of(story: Story) -> str:
    return next(who for who in ("mara", "nora", "lena") if who in story.holders())


def test_before_a_result_and_after_its_days_there_is_no_review(story: Story) -> None:
    early = story.reporter.sends("/mailbox/review", text=WORDS)
    assert early.status_code == 409
    assert "There is no result yet" in story.reporter.text
    story.is_told_the_result()
    story.days_pass(30)
    story.reporter.opens("/mailbox")
    assert 'action="/mailbox/review"' in story.reporter.page.text
    story.days_pass(1)
    story.reporter.returns(story.code)
    assert 'action="/mailbox/review"' not in story.reporter.page.text
    assert story.reporter.sends("/mailbox/review").status_code == 409
    assert "The time for asking for a review is over" in story.reporter.text


def test_a_complaint_moves_the_case_and_the_office_complained_about_never_reads_it(story: Story) -> None:
    story.reporter.opens("/mailbox/complaint")
    assert "The office above takes your report away" in story.reporter.text
    assert story.reporter.sends("/mailbox/complaint", text=" ").status_code == 422
    assert story.reporter.sends("/mailbox/complaint", text=WORDS).status_code == 303
    story.reporter.follows()
    assert "You complained. The office above gets your report" in story.reporter.text
    twice = story.reporter.sends("/mailbox/complaint", text="And again.")
    assert twice.status_code == 409
    assert story.reporter.value_of("text") == "And again."
    before = story.opened_by("mara")
    assert WORDS not in repr([record.data for record in before.records])
    assert WORDS not in repr([entry.text for entry in before.written])
    clocks = before.progress.clocks
    story.worker_works()
    story.reporter.opens("/mailbox")
    assert "Because you complained, the report went to the office above." in story.reporter.text
    assert WORDS in story.messages("nora")
    assert story.filed.opened_by("mara") is None
    kept = story.opened_by("nora").progress.clocks
    assert {name: kept[name] for name in ("ack_due", "accept_due", "feedback_due")} == {
        name: clocks[name] for name in ("ack_due", "accept_due", "feedback_due")
    }


def test_an_old_holder_with_the_whole_database_cannot_read_a_complaint(story: Story) -> None:
    old = story.opened_by("mara").pairs
    story.reporter.sends("/mailbox/complaint", text=WORDS)
    story.worker_works()
    record = next(r for r in story.opened_by("nora").records if "words" in r.data)
    assert record.epoch not in old
    # And the gate, which opens requests and signs the release, lacks the inner key.
    assert WORDS not in repr(record.data)


def test_above_the_last_office_nobody_is_left_to_complain_to(story: Story) -> None:
    for _ in range(3):
        story.reporter.opens("/mailbox")
        assert story.reporter.sends("/mailbox/complaint", text=WORDS).status_code == 303
        story.worker_works()
    assert set(story.holders()) <= {"olga", "omar"}
    page = story.reporter.sends("/mailbox/complaint", text=WORDS)
    assert page.status_code == 409
    assert "Nobody here stands above this office" in story.reporter.text
    assert story.reporter.value_of("text") == WORDS


def test_an_officer_who_is_named_loses_the_case_and_is_never_told_by_the_record(story: Story) -> None:
    page = story.reporter.sends("/mailbox/involved", names="Milo Fernandez\n")
    assert page.status_code == 422
    assert "Milo Fernandes" in story.reporter.text
    answer = {"near-involved-0": "milo"}
    assert story.reporter.sends("/mailbox/involved", answer, names="Milo Fernandez").status_code == 303
    named = [r.data for r in story.opened_by("milo").records if r.kind is EventKind.NAMED]
    assert named == [{}]
    story.worker_works()
    assert "milo" not in story.holders()
    assert story.filed.opened_by("milo") is None
    assert {"mara", "marc"} & set(story.holders()) or "nora" in story.holders()
    story.reporter.opens("/mailbox")
    assert "You named somebody who must not read the report." in story.reporter.text
    assert "Somebody was shut out" in story.reporter.text
    assert "Milo" not in story.reporter.text


def test_a_name_that_is_no_officers_is_told_before_anything_is_sent(story: Story) -> None:
    for names, what in (
        ("", "Write at least one name"),
        ("Somebody Else", "We know no officer by this name: \u2068Somebody Else\u2069"),
        ("Mara Lindqvist\nSomebody Else", "We know no officer by this name: \u2068Somebody Else\u2069"),
        ("x" * 1_001, "This is too long"),
    ):
        assert story.reporter.sends("/mailbox/involved", names=names).status_code == 422
        assert what in story.reporter.text
        assert story.reporter.value_of("names") == names
    near = story.reporter.sends("/mailbox/involved", {"near-involved-0": "none"}, names="Mara Lindquist")
    assert near.status_code == 422
    assert "take the line out" in story.reporter.text
    assert story.jobs() == 0


def test_the_question_comes_on_its_day_and_no_opens_a_review(story: Story) -> None:
    story.is_told_the_result()
    story.is_closed()
    story.days_pass(29)
    story.reporter.returns(story.code)
    assert "Was the matter solved?" not in story.reporter.text
    assert "We ask you here whether it is solved: from April 1, 2026 on." in story.reporter.text
    assert story.reporter.sends("/mailbox/solved", solved="no").status_code == 409
    story.days_pass(3)
    story.reporter.returns(story.code)
    assert "Was the matter solved?" in story.reporter.text
    assert 'action="/mailbox/review"' not in story.reporter.page.text  # its own days are over
    assert story.reporter.sends("/mailbox/solved").status_code == 422
    assert story.reporter.sends("/mailbox/solved", solved="perhaps").status_code == 422
    assert story.reporter.sends("/mailbox/solved", solved="no").status_code == 303
    story.reporter.follows()
    assert "Was the matter solved?" not in story.reporter.text
    assert "You asked for a review." in story.reporter.text
    story.worker_works()
    assert story.opened_by("nora").progress.state == "reopened"
    replies = [r.data["solved"] for r in story.opened_by("nora").records if r.kind is EventKind.REPLIED]
    assert replies == ["no"]


def test_yes_and_partly_are_kept_and_open_nothing(story: Story) -> None:
    story.is_told_the_result()
    story.is_closed()
    for days, answer in ((40, "partly"), (150, "yes")):
        story.days_pass(days)
        story.reporter.returns(story.code)
        assert story.reporter.sends("/mailbox/solved", solved=answer).status_code == 303
        assert story.reporter.sends("/mailbox/solved", solved=answer).status_code == 409
    assert story.jobs() == 0
    replies = [r.data for r in story.opened_by("mara").records if r.kind is EventKind.REPLIED]
    assert [(reply["solved"], reply["question"]) for reply in replies] == [
        ("partly", "first_question"),
        ("yes", "second_question"),
    ]


def test_who_comes_back_after_both_questions_answers_once(story: Story) -> None:
    story.is_told_the_result()
    story.is_closed()
    story.days_pass(200)
    story.reporter.returns(story.code)
    assert story.reporter.sends("/mailbox/solved", solved="yes").status_code == 303
    assert "Was the matter solved?" not in (story.reporter.follows().text and story.reporter.text)


def test_an_unknown_code_sees_the_same_pages_and_is_told_when_it_sends(
    story: Story, another: Callable[[], Reporter]
) -> None:
    nobody = another()
    nobody.returns(unknown_code())
    for path in ("/mailbox", "/mailbox/complaint", "/mailbox/involved"):
        pages = [visitor.opens(path) for visitor in (story.reporter, nobody)]
        assert len({(page.status_code, len(page.data)) for page in pages}) == 1
    assert len(nobody.opens("/mailbox/review").data) == len(nobody.opens("/mailbox").data)
    for path, fields in (
        ("/mailbox/complaint", {"text": WORDS}),
        ("/mailbox/review", {"text": WORDS}),
        ("/mailbox/involved", {"names": "Mara Lindqvist"}),
        ("/mailbox/solved", {"solved": "yes"}),
    ):
        page = nobody.sends(path, fields)
        assert page.status_code == 409
        assert "There is no report behind this code" in nobody.text
        assert len(page.data) == len(nobody.opens("/mailbox").data)
    assert story.jobs() == 0


def test_a_mailbox_that_closed_by_itself_keeps_what_was_typed(story: Story) -> None:
    for path, fields in (
        ("/mailbox/complaint", {"text": WORDS}),
        ("/mailbox/review", {"text": WORDS}),
        ("/mailbox/involved", {"names": WORDS}),
    ):
        story.reporter.returns(story.code)
        story.clock.wait(16 * 60)
        assert story.reporter.sends(path, fields).status_code == 410
        assert story.reporter.value_of("unsent") == WORDS
        assert story.reporter.opens(path).headers["Location"] == "/return"


def test_stages_show_where_the_report_is(story: Story) -> None:
    story.reporter.opens("/mailbox")
    assert _now(story.reporter) == "Arrived"
    story.is_told_the_result()
    story.reporter.opens("/mailbox")
    assert _now(story.reporter) == "Decided"
    story.is_closed()
    story.reporter.opens("/mailbox")
    assert _now(story.reporter) == "Closed"


def _now(reporter: Reporter) -> str:
    found = re.findall(r'aria-current="step">([^<]+)<', reporter.page.text)
    assert len(found) == 1
    return str(found[0])


def test_a_longer_term_and_a_possible_call_up_are_told_with_their_reasons(story: Story) -> None:
    with story.filed.act("mara") as acting:
        acting.tell(
            EventKind.PROPOSED, {"proposal": "p1", "act": "extend", "reason": "evidence_awaited", "size": 2}
        )
    with story.filed.act("marc") as acting:
        acting.tell(EventKind.DECIDED, {"proposal": "p1", "clocks": {"feedback_due": "2026-08-01"}})
    story.reporter.opens("/mailbox")
    assert "until August 1, 2026. The reason: evidence is still to come." in story.reporter.text
    with story.filed.act("mara") as acting:
        acting.tell(EventKind.DECIDED, {"state": "concluded", "final": "2026-03-16"})
    story.reporter.opens("/mailbox")
    assert (
        "Until March 16, 2026 the office above may still look at the decision itself." in story.reporter.text
    )


def test_the_time_limits_are_public_with_their_version_and_the_case_keeps_its_own(story: Story) -> None:
    version = load_pack("default").version
    story.reporter.opens("/rights")
    assert "Within 30 days of the result you can ask for a review" in story.reporter.text
    assert "This is possible 2 times" in story.reporter.text
    assert f"rules “default”, version {version}, in force since" in story.reporter.text
    document = small_organisation() | {"pack": "france"}
    story.instance.reissue(organisation=document)
    assert "rules “france”" in story.reporter.opens("/rights").text
    story.reporter.opens("/mailbox")
    assert f"rules “default”, version {version}. They stay the same for your report." in story.reporter.text


def test_a_swapped_letterbox_takes_no_complaint_and_no_name(story: Story) -> None:
    with story.instance.owner.state.begin() as session:
        session.execute(update(Epoch).values(public=KeyPair.generate().public.raw))
    for path, fields in (
        ("/mailbox/complaint", {"text": WORDS}),
        ("/mailbox/review", {"text": WORDS}),
        ("/mailbox/involved", {"names": "Mara Lindqvist"}),
        ("/mailbox/solved", {"solved": "no"}),
    ):
        assert story.reporter.sends(path, fields).status_code == 409
        assert "we did not send it" in story.reporter.text
        for name, value in fields.items():
            assert name == "solved" or story.reporter.value_of(name) == value
    assert story.jobs() == 0


def test_why_the_report_went_elsewhere_and_what_was_decided_is_said(story: Story) -> None:
    with story.filed.act("mara") as acting:
        about = {"proposal": "p1", "act": "transfer", "reason": "too_close", "size": 2}
        acting.tell(EventKind.ASSESSED, {"step": "external"})
        acting.tell(EventKind.PROPOSED, about)
    with story.filed.act("mara") as acting:
        acting.tell(EventKind.DECIDED, {"proposal": "p1"})
        there = {"office": "HO-north", "at_most": 4, "roles": {"head": 1}}
        acting.tell(EventKind.TRANSFERRED, {"proposal": "p1", "reason": "too_close", "circle": there})
    story.reporter.opens("/mailbox")
    assert "The officers agreed that another office takes the report." in story.reporter.text
    why = "The report went to another office. The reason: the office before was too close to the matter."
    assert why in story.reporter.text


def test_who_gets_a_late_case_by_a_complaint_has_time_to_begin(
    reporter: Reporter, instance: Instance, clock: PatientClock
) -> None:
    reporter.begins()
    reporter.names(name="Rosa Medina", post="staff", body="millbrook-water")
    reporter.opens("/report/check")
    reporter.sends("/report/check", send="1")
    code = reporter.reads_the_code()
    (case,) = Offices(instance, instance.today).cases()
    story = Story(reporter, instance, clock, code, case)
    story.days_pass(8)  # nobody acknowledged, and nothing is urgent
    reporter.returns(code)
    assert reporter.sends("/mailbox/complaint", text=WORDS).status_code == 303
    story.worker_works()
    assert set(story.holders()) == {"nora", "nils", "nina", "noel"}
    reporter.opens("/mailbox")
    assert "By March 11, 2026 somebody must write to you here." in reporter.text


def test_a_request_that_somebody_deleted_is_sent_again_and_answered_once(story: Story) -> None:
    story.reporter.sends("/mailbox/complaint", text=WORDS)
    with story.instance.owner.state.begin() as session:
        session.execute(delete(OutboxJob))
    story.days_pass(2)
    story.reporter.returns(story.code)
    assert "You complained. The office above gets your report" in story.reporter.text
    story.days_pass(1)
    story.reporter.returns(story.code)
    assert "the office above still does not have your report" in story.reporter.text
    for text in ("Nobody came.", "Nobody came, still."):
        story.reporter.opens("/mailbox/complaint")
        assert story.reporter.sends("/mailbox/complaint", text=text).status_code == 303
    story.worker_works()
    assert story.opened_by("nora").progress.circle["office"] == "HO-north", "one office up, not two"
    (words,) = story.messages("nora")
    assert words.startswith("Nobody came"), "either of the two, once"
    story.reporter.opens("/mailbox")
    assert "still does not have your report" not in story.reporter.text


def test_a_review_that_was_asked_for_in_time_and_deleted_is_not_too_late(story: Story) -> None:
    story.is_told_the_result()
    story.days_pass(29)
    story.reporter.returns(story.code)
    assert story.reporter.sends("/mailbox/review").status_code == 303
    with story.instance.owner.state.begin() as session:
        session.execute(delete(OutboxJob))
    story.days_pass(5)
    story.reporter.returns(story.code)
    assert "You lose no time by it" in story.reporter.text
    assert story.reporter.sends("/mailbox/review").status_code == 303
    story.worker_works()
    assert story.opened_by("nora").progress.circle["office"] == "HO-north"
    assert story.opened_by("nora").progress.reviews == 1


def test_a_mailbox_opens_although_a_release_lacks_the_rules_of_its_report(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacks(*_: object) -> object:
        raise MalformedError("a case began under rules that no release had")

    monkeypatch.setattr(view, "as_begun", lacks)
    assert story.reporter.opens("/mailbox").status_code == 200
    assert "These time limits are those of the rules" not in story.reporter.text
    assert story.reporter.sends("/mailbox/message", text="Still here.").status_code == 303
    assert story.reporter.sends("/mailbox/complaint", text=WORDS).status_code == 409
    assert "Still here." in story.messages("mara")

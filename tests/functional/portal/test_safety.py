"""How safe a reporter is, told from the mailbox: three taps, days of their own, a promise. What is kept, and who opens it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from intake import watch as watches
from intake.database.case_tables import ItemKind, OutboxJob
from intake.database.protection_tables import ProtectionKey
from intake.events import EventKind
from intake.protection.limits import limits
from intake.protection.opening import ProtectionFile, open_compartment
from tests.functional.portal.conftest import Reporter, Story
from tests.functional.portal.test_detriment import cases_of, goes_on_to_check, says_who, sends, tells
from tests.functional.portal.test_mailbox import unknown_code

WORDS = "They moved my desk next to the head, and he asks where I was on Monday."


def compartment(story: Story, officer: str = "mina") -> ProtectionFile | None:
    """What an officer opens as a protection contact of the case."""
    instance = story.instance
    with instance.triage_db.reading() as session:
        return open_compartment(
            session, story.case, officer, instance.pair(officer), instance.roster, instance.portal.gate
        )


def contact(story: Story) -> ProtectionFile:
    """What the first of the case's contacts opens."""
    found = [compartment(story, officer) for officer in sorted(story.instance.roster.certified)]
    (first, *_) = [file for file in found if file is not None]
    return first


def said(story: Story, form: str) -> list[dict[str, Any]]:
    """What lies in the compartment, by form, each proved."""
    entries = [entry for entry in contact(story).said if entry.form == form]
    assert all(entry.verified and entry.by_reporter for entry in entries)
    return [dict(entry.content) for entry in entries]


def kinds(story: Story, *wanted: EventKind) -> list[EventKind]:
    return [record.kind for record in story.opened_by("mara").records if record.kind in wanted]


def news(story: Story) -> int:
    with story.instance.owner.reading() as session:
        return len(session.scalars(select(OutboxJob.id).where(OutboxJob.job == "news")).all())


def test_i_am_not_safe_takes_one_tap_on_any_day_and_goes_to_the_compartment(story: Story) -> None:
    reporter = story.reporter
    reporter.opens("/mailbox")
    assert "I am not safe" in reporter.text
    assert "I am safe" not in reporter.text  # no slot is open: nobody is asked
    assert reporter.sends("/mailbox/check-in", state="unsafe").status_code == 303
    reporter.follows()
    assert "told within a minute" in reporter.text
    assert "Call the emergency number" in reporter.text
    assert "Nobody can remind you: we have no address of yours. Please come back between" in reporter.text
    assert [entry["state"] for entry in said(story, "check_in")] == ["unsafe"]
    file = story.opened_by("mara")
    assert file.whole
    assert [entry.kind for entry in file.written] == [ItemKind.PROTECTION]
    assert "unsafe" not in repr([record.data for record in file.records])
    reporter.opens("/mailbox")
    assert "You told us how safe you are." in reporter.text


def test_words_and_answers_go_to_whoever_looks_after_the_reporter_and_are_not_shown_again(
    story: Story,
) -> None:
    reporter = story.reporter
    reporter.opens("/mailbox/check-in")
    sent = {"state": "changed", "text": WORDS, "c1": "threat", "a1": "suspected"}
    assert reporter.sends("/mailbox/check-in", sent).status_code == 303
    (entry,) = said(story, "check_in")
    assert (entry["state"], entry["text"], entry["answers"]) == (
        "changed",
        WORDS,
        {"A1": "suspected", "C1": "threat"},
    )
    assert WORDS not in reporter.follows().text
    assert WORDS not in reporter.opens("/mailbox").text
    assert [entry.kind for entry in story.opened_by("mara").written] == [ItemKind.PROTECTION]


def test_a_double_tap_is_one_check_in_and_too_many_are_refused_kindly_but_danger_never(story: Story) -> None:
    reporter = story.reporter
    reporter.opens("/mailbox/check-in")
    for _ in range(2):
        assert reporter.sends("/mailbox/check-in", state="safe").status_code == 303
    assert kinds(story, EventKind.CHECKED_IN) == [EventKind.CHECKED_IN]
    for number in range(limits().a_day - 1):
        sent = {"state": "safe", "text": f"I am well, {number}."}
        assert reporter.sends("/mailbox/check-in", sent).status_code == 303
    reporter.opens("/mailbox/check-in")
    refused = reporter.sends("/mailbox/check-in", {"state": "changed", "text": WORDS})
    assert refused.status_code == 409
    assert "all of that was kept" in reporter.text
    assert reporter.value_of("text") == WORDS
    assert reporter.sends("/mailbox/check-in", state="unsafe").status_code == 303
    assert len(kinds(story, EventKind.CHECKED_IN)) == limits().a_day + 1
    # What contradicts is kept, all of it: a person looks at it.
    assert [entry["state"] for entry in said(story, "check_in")][-2:] == ["safe", "unsafe"]
    story.days_pass(1)
    reporter.opens("/mailbox/check-in")
    assert reporter.sends("/mailbox/check-in", {"state": "changed", "text": WORDS}).status_code == 303


def test_the_mailbox_asks_while_a_slot_is_open_and_not_after_it_was_answered(story: Story) -> None:
    reporter = story.reporter
    first = story.today
    asked = []
    for _ in range(60):
        story.days_pass(1)
        reporter.returns(story.code)
        if "Please answer. One tap is enough" in reporter.text:
            asked.append((story.today - first).days)
            assert reporter.sends("/mailbox/check-in", state="safe").status_code == 303
            reporter.opens("/mailbox")
            assert "Please answer" not in reporter.text
    # Medium, because nothing was assessed: 14 and 30 days, and 60, each moved by two days at most.
    assert len(asked) in (2, 3)
    assert all(abs(day - planned) <= 2 for day, planned in zip(asked, (14, 30, 60), strict=False))


def test_bad_input_is_pointed_out_and_kept(story: Story) -> None:
    reporter = story.reporter
    reporter.opens("/mailbox/check-in")
    assert reporter.sends("/mailbox/check-in", {"state": "fine", "text": WORDS}).status_code == 422
    assert "Choose one of the three answers" in reporter.text
    assert reporter.value_of("text") == WORDS
    assert reporter.sends("/mailbox/check-in", {"state": "safe", "c1": "awful"}).status_code == 422
    long = {"state": "safe", "text": "x" * (limits().words + 1)}
    assert reporter.sends("/mailbox/check-in", long).status_code == 422
    assert kinds(story, EventKind.CHECKED_IN) == []


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("", "Write the day."),
        ("2026-02-30", "There is no such day"),
        ("in spring", "There is no such day"),
        ("2026-03-02", "This day is over, or it is today"),
        ("2019-01-01", "This day is over, or it is today"),
        ("2066-01-01", "This is too far away"),
    ],
)
def test_a_day_that_cannot_be_is_pointed_out(story: Story, day: str, words: str) -> None:
    reporter = story.reporter
    reporter.opens("/mailbox/dates")
    assert (
        reporter.sends("/mailbox/dates", {"day": day, "label": "contract", "text": WORDS}).status_code == 422
    )
    assert words in reporter.text
    assert reporter.value_of("text") == WORDS
    reporter.opens("/mailbox/promise")
    assert (
        reporter.sends("/mailbox/promise", {"does": "release", "due": day, "text": WORDS}).status_code == 422
    )
    assert words in reporter.text
    assert kinds(story, EventKind.GAVE_DATES, EventKind.PROMISED) == []


def test_the_mailbox_asks_on_a_day_of_the_reporter_s_own(story: Story) -> None:
    reporter = story.reporter
    ends = story.today + timedelta(days=40)
    reporter.opens("/mailbox/dates")
    sent = {"day": ends.isoformat(), "label": "contract", "text": WORDS}
    assert reporter.sends("/mailbox/dates", sent).status_code == 303
    reporter.opens("/mailbox/dates")
    assert "Take this day back" in reporter.text
    assert WORDS not in reporter.text
    assert reporter.sends("/mailbox/dates", sent).status_code == 422
    assert "You gave this day already" in reporter.text
    (entry,) = said(story, "dates")
    assert (entry["day"], entry["label"], entry["text"]) == (ends.isoformat(), "contract", WORDS)
    story.days_pass(40)
    reporter.returns(story.code)
    assert "Please answer" in reporter.text
    assert reporter.sends("/mailbox/check-in", state="safe").status_code == 303
    story.days_pass(1)
    reporter.returns(story.code)
    assert "Please answer" not in reporter.text


def test_a_day_can_be_taken_back_and_there_are_not_too_many(story: Story) -> None:
    reporter = story.reporter
    reporter.opens("/mailbox/dates")
    days = [story.today + timedelta(days=100 + number) for number in range(limits().own_days)]
    for day in days:
        story.clock.wait(10)  # more than a person writes at once
        assert reporter.sends("/mailbox/dates", {"day": day.isoformat(), "label": "other"}).status_code == 303
    more = {"day": (days[-1] + timedelta(days=1)).isoformat(), "label": "other"}
    assert reporter.sends("/mailbox/dates", more).status_code == 422
    assert "Take one back first" in reporter.text
    assert reporter.sends("/mailbox/dates", off=days[0].isoformat()).status_code == 303
    assert reporter.sends("/mailbox/dates", more).status_code == 303


def test_a_promise_is_replaced_and_taken_back_and_never_shown(story: Story) -> None:
    reporter = story.reporter
    due = story.today + timedelta(days=30)
    reporter.opens("/mailbox/promise")
    assert "Take back what I said" not in reporter.text
    for sent in (
        {"does": "escalate", "due": due.isoformat(), "text": ""},
        {"does": "release", "due": (due + timedelta(days=9)).isoformat(), "text": WORDS},
    ):
        assert reporter.sends("/mailbox/promise", sent).status_code == 303
        reporter.opens("/mailbox/promise")
        assert "It stands. It is not shown here" in reporter.text
        assert WORDS not in reporter.text
        assert "2026" in reporter.text  # the day on which it was said, never the day on which it is done
        assert f"{due:%B} {due.day}," not in reporter.text
    assert WORDS not in repr(contact(story).said)
    assert WORDS not in repr([(entry.text, entry.content) for entry in story.opened_by("mara").written])
    assert reporter.sends("/mailbox/promise", does="nothing").status_code == 303
    reporter.opens("/mailbox/promise")
    assert "It stands" not in reporter.text
    assert reporter.sends("/mailbox/promise", does="nothing").status_code == 409
    assert story.opened_by("mara").whole


def test_a_text_without_its_choice_and_a_choice_without_its_text_are_pointed_out(story: Story) -> None:
    reporter = story.reporter
    due = (story.today + timedelta(days=3)).isoformat()
    reporter.opens("/mailbox/promise")
    assert reporter.sends("/mailbox/promise", {"does": "release", "due": due, "text": " "}).status_code == 422
    assert "Write the text" in reporter.text
    contradicting = {"does": "escalate", "due": due, "text": WORDS}
    assert reporter.sends("/mailbox/promise", contradicting).status_code == 422
    assert reporter.value_of("text") == WORDS
    assert reporter.sends("/mailbox/promise", {"does": "", "due": due, "text": ""}).status_code == 422


def test_an_unknown_code_sees_the_same_pages_and_is_told_when_it_sends(
    story: Story, another: Callable[[], Reporter]
) -> None:
    stranger = another()
    stranger.returns(unknown_code())
    due = (date(2026, 3, 2) + timedelta(days=20)).isoformat()
    for path, sent in (
        ("/mailbox/check-in", {"state": "unsafe"}),
        ("/mailbox/dates", {"day": due, "label": "contract"}),
        ("/mailbox/promise", {"does": "escalate", "due": due}),
    ):
        known = story.reporter.opens(path)
        page = stranger.opens(path)
        assert (page.status_code, len(page.data)) == (known.status_code, len(known.data))
        assert stranger.sends(path, sent).status_code == 409
        assert "There is no report behind this code" in stranger.text


def test_the_mailbox_is_of_one_size_class_whatever_was_said(story: Story) -> None:
    reporter = story.reporter
    sizes = {len(reporter.opens("/mailbox").data)}
    due = (story.today + timedelta(days=20)).isoformat()
    reporter.sends("/mailbox/dates", {"day": due, "label": "contract", "text": WORDS})
    reporter.sends("/mailbox/promise", {"does": "release", "due": due, "text": WORDS})
    reporter.sends("/mailbox/check-in", state="unsafe")
    sizes.add(len(reporter.opens("/mailbox").data))
    story.days_pass(14)
    reporter.returns(story.code)
    sizes.add(len(reporter.opens("/mailbox").data))
    assert len(sizes) == 1


def test_whose_compartment_was_exchanged_is_told_that_nothing_was_sent_and_where_to_turn(
    story: Story,
) -> None:
    with story.instance.owner.state.begin() as session:
        session.execute(delete(ProtectionKey).where(ProtectionKey.case_id == story.case))
    reporter = story.reporter
    reporter.opens("/mailbox/check-in")
    assert reporter.sends("/mailbox/check-in", {"state": "unsafe", "text": WORDS}).status_code == 409
    assert "call the emergency number" in reporter.text
    assert reporter.value_of("text") == WORDS
    assert kinds(story, EventKind.CHECKED_IN) == []


def test_one_visit_after_the_closing_asks_once_whether_it_is_solved_and_whether_one_is_safe(
    story: Story,
) -> None:
    story.is_told_the_result()
    story.is_closed()
    story.days_pass(30)
    reporter = story.reporter
    reporter.returns(story.code)
    assert reporter.page.text.count('action="/mailbox/solved"') == 1
    assert 'id="check-in"' not in reporter.page.text
    assert "And are you safe?" in reporter.text
    assert reporter.sends("/mailbox/solved", solved="yes", state="later").status_code == 422
    assert reporter.sends("/mailbox/solved", solved="yes", state="unsafe").status_code == 303
    assert [entry["state"] for entry in said(story, "check_in")] == ["unsafe"]
    assert kinds(story, EventKind.REPLIED) == [EventKind.REPLIED]
    assert story.opened_by("mara").whole


def test_beside_a_case_about_harm_the_reporter_is_asked_once_in_the_case_that_was_filed_first(
    story: Story,
) -> None:
    reporter = story.reporter
    tells(reporter, story.today.isoformat())
    says_who(reporter, name="Hugo Stein", post="head", body="millbrook-water")
    goes_on_to_check(reporter)
    sends(reporter)
    (second,) = cases_of(story)
    reporter.opens("/mailbox/check-in?part=101")
    assert "asked once, whichever part you are reading" in reporter.text
    assert reporter.sends("/mailbox/check-in", state="unsafe", part="101").status_code == 303
    assert [entry["state"] for entry in said(story, "check_in")] == ["unsafe"]
    with story.instance.owner.reading() as session:
        gate, roster = story.instance.worker.gate_pair, story.instance.roster
        found = {case: watches.load(session, case, gate, roster) for case in (story.case, second)}
    assert {case: watch.asks for case, watch in found.items() if watch is not None} == {
        story.case: True,
        second: False,
    }

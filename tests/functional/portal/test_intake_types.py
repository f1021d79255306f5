"""What a person brings, at the portal: one question with a safe default, a path that fits, a mailbox that betrays nobody."""

from __future__ import annotations

import re
from typing import Any

import pytest

from intake.drafts import Draft
from tests.functional.portal.conftest import SENTENCE, Reporter, subject_fields
from tests.support.instances import Instance
from tests.support.reports import Filed, Offices


def _files(reporter: Reporter, brought: str | None, **answers: str) -> str:
    more = {} if brought is None else {"intake": brought}
    reporter.begins(**more, **answers)
    reporter.opens("/report/who")
    reporter.sends("/report/who", region="millbrook", go="next")
    reporter.opens("/report/check")
    reporter.sends("/report/check", send="1")
    code = reporter.reads_the_code()
    reporter.sends("/receipt", saved="1")
    return code


def test_the_first_question_has_a_safe_answer_already(reporter: Reporter, instance: Instance) -> None:
    reporter.opens("/report")
    assert 'name="intake" value="report" checked' in reporter.page.text
    _files(reporter, None)
    (case,) = Offices(instance, instance.today).cases()
    file = Filed(Offices(instance, instance.today), Draft.new(), case, b"").opened_by("mara")
    assert file is not None
    assert file.brought == "report"


def test_an_idea_is_asked_little_and_can_say_more(reporter: Reporter) -> None:
    reporter.opens("/report")
    page = reporter.sends("/report", intake="suggestion", what=SENTENCE, go="kind")
    assert page.headers["Location"] == "/report"
    reporter.follows()
    assert "What could be done better?" in reporter.text
    assert reporter.value_of("what") == SENTENCE
    folded = re.search(r"<details>.*?</details>", reporter.page.text, re.DOTALL)
    assert folded is not None
    for name in ("stage", "how_known", "harm", "scale", "recurrence", "perishable", "victims"):
        assert f'name="{name}"' in folded[0], name
    reporter.sends("/report", intake="suggestion", what=SENTENCE, harm="life", go="next")
    reporter.opens("/report")
    assert "<details open>" in reporter.page.text
    reporter.opens("/report/who")
    assert "I want to name a person or a place" in reporter.text
    assert "You need not name anybody" in reporter.text


def test_somebody_harmed_is_asked_about_themselves_before_anything_else(reporter: Reporter) -> None:
    reporter.opens("/report")
    sent = reporter.sends("/report", intake="harmed", go="next")
    assert sent.headers["Location"] == "/report/safety"
    reporter.follows()
    assert "Step 1 of 5" in reporter.text
    assert "What was done to you was not your fault" in reporter.text
    first, second = reporter.page.text.index('name="e3"'), reporter.page.text.index('name="a1"')
    assert first < second
    assert 'value="back"' not in reporter.page.text
    assert reporter.sends("/report/safety", e3="none", go="next").headers["Location"] == "/report"
    reporter.follows()
    assert "Step 2 of 5" in reporter.text
    assert "What happened to you?" in reporter.text
    assert reporter.sends("/report", intake="harmed", go="next").status_code == 422
    sent = reporter.sends("/report", intake="harmed", what=SENTENCE, go="next")
    assert sent.headers["Location"] == "/report/who"
    reporter.opens("/report/check")
    assert "Something wrong was done to me" in reporter.text


def test_a_slip_is_taken_back_without_losing_a_word(reporter: Reporter) -> None:
    reporter.begins(intake="harmed", where="at the quay")
    reporter.opens("/report")
    sent = reporter.sends("/report", intake="report", what=SENTENCE, where="at the quay", go="next")
    assert sent.headers["Location"] == "/report/who"
    reporter.opens("/report/check")
    assert "Something wrong was done, is being done, or is planned" in reporter.text
    assert "at the quay" in reporter.text


def test_a_type_that_there_is_not_is_corrected(reporter: Reporter) -> None:
    assert reporter.begins(intake="petition").status_code == 422
    assert "Choose one of the answers in the list" in reporter.text


def _mailbox(reporter: Reporter, brought: str | None) -> str:
    reporter.returns(_files(reporter, brought))
    return reporter.text


def test_the_mailbox_calls_an_idea_an_idea(reporter: Reporter) -> None:
    assert "Your idea has arrived" in _mailbox(reporter, "suggestion")


def test_the_mailbox_gives_nobody_away_who_was_harmed(
    reporter: Reporter, another: Any, instance: Instance
) -> None:
    """A5: whoever finds the code reads the same as for any other report, in the page and in what lies under it."""
    pages = [_mailbox(reporter, "harmed"), _mailbox(another(), None)]
    assert re.sub(r"\d", "", pages[0]) == re.sub(r"\d", "", pages[1])
    assert "harmed" not in pages[0]
    for case in Offices(instance, instance.today).cases():
        file = Filed(Offices(instance, instance.today), Draft.new(), case, b"").opened_by("mara")
        assert file is not None
        assert "harmed" not in repr([record.data for record in file.records])


@pytest.mark.parametrize("brought", ["report", "harmed", "concern", "suggestion"])
def test_the_same_days_run_whatever_it_is_called(reporter: Reporter, brought: str) -> None:
    page = _mailbox(reporter, brought)
    assert ("tell you that your report has arrived" in page) == (brought in ("report", "harmed"))
    for words in (
        "we must tell you that",
        "the office must decide whether it takes the case",
        "you must get an answer",
    ):
        assert words in page


def test_the_own_office_is_searched_for_among_the_offices(reporter: Reporter, instance: Instance) -> None:
    reporter.begins()
    reporter.opens("/report/who")
    sent = reporter.sends("/report/who", unit_find="millb", go="find")
    assert sent.headers["Location"] == "/report/who#unit_find"
    reporter.follows()
    assert 'name="reporter_unit" value="HO-millbrook"' in reporter.page.text
    assert 'name="reporter_unit" value="millbrook-water"' not in reporter.page.text
    assert reporter.sends("/report/who", unit_find="millb", go="next").status_code == 422
    assert reporter.sends("/report/who", unit_find="millb", reporter_unit="", go="next").status_code == 303
    reporter.opens("/report/who")
    subject = subject_fields(0, name="Rosa Medina", post="staff", body="millbrook-water")
    reporter.sends("/report/who", subject, unit_find="millb", reporter_unit="HO-millbrook", go="next")
    reporter.opens("/report/check")
    assert "You work in this office Office of Millbrook" in reporter.text
    assert "Office of North Province" in reporter.text


def test_the_check_page_says_kindly_what_could_help_and_stops_nobody(reporter: Reporter) -> None:
    reporter.begins(where="Pump house", how_known="documents")
    reporter.opens("/report/check")
    assert "You have said: what happened, where, how you know, and whether you have proof." in reporter.text
    assert "You have not said when. That is fine." in reporter.text
    assert 'href="/report#when"' in reporter.page.text
    assert 'href="/report/who#subject-0-name"' in reporter.page.text
    assert reporter.sends("/report/check", send="1").headers["Location"] == "/receipt"


def test_nothing_is_missed_where_everything_was_said(reporter: Reporter) -> None:
    reporter.writes_about_the_waterworks(when="in spring", where="Pump house", how_known="documents")
    assert "What could still help" not in reporter.text

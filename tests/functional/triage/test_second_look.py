"""The second look: what an officer nearly tells a reporter by accident is shown first, and goes when it is sent again."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.drafts import DraftSubject
from intake.events import EventKind
from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser, forms_of
from tests.support.examples import examples
from tests.support.instances import Instance
from tests.support.reports import Filed, Offices, report, water_report
from triage.casework.acknowledge import acknowledge
from triage.casework.second_look import Clue, LookAgainError, _patterns, check_looked, fingerprint, look
from triage.casework.writing import answer

ACCIDENTS = {
    "Milo will write to you again.": ("Milo", Clue.OFFICER),
    "I asked Mara Lindqvist about it.": ("Mara Lindqvist", Clue.OFFICER),
    "milo will write to you again.": ("milo", Clue.OFFICER),
    "LINDQVIST'S team has it.": ("LINDQVIST'S", Clue.OFFICER),
    "Vera Novak reads it as well.": ("Vera Novak", Clue.OFFICER),
    "Kowalska was told.": ("Kowalska", Clue.OFFICER),
    "We spoke to Mr Stein yesterday.": ("Stein", Clue.SUBJECT),
    "It is about hugo  stein, is it?": ("hugo  stein", Clue.SUBJECT),
    "The Millbrook Waterworks denies it.": ("Millbrook Waterworks", Clue.SUBJECT),
    r"It lies in C:\Cases\2026\wells.docx now.": (r"C:\Cases\2026\wells.docx", Clue.PATH),
    r"See \\server\triage\17 please.": (r"\\server\triage\17", Clue.PATH),
    "Copied from /home/milo/notes.txt here.": ("/home/milo/notes.txt", Clue.PATH),
    "Write to m.fernandes@office.example.": ("m.fernandes@office.example", Clue.ADDRESS),
    "Call +41 (0)79 555 12 34 at night.": ("+41 (0)79 555 12 34", Clue.PHONE),
}
SOMEBODY = DraftSubject(name="Rosa Medina", post="staff", body="millbrook-water")
HARMLESS = (
    "Your report arrived on 2026-03-02. You will hear from us before 2026-06-09, or on 9.6.2026.",
    "Did it happen in 2024 and/or 2025? About 20,000 litres, 1/3 of them at night?",
    "Please read https://example.org/rights/how and the page /rights.",
    "We will look at it. Nobody learns who you are: not Rosa, not anybody.",
    "Which of the two wells do you mean, the one behind the school or the one by the road?",
)


def _found(text: str, filed: Filed) -> list[tuple[str, Clue]]:
    file = filed.opened_by("milo")
    assert file is not None
    roster = filed.offices.instance.roster
    return [(text[hit.start : hit.end], hit.clue) for hit in look(text, file, roster)]


def test_what_slips_into_a_letter_is_found_where_it_stands(filed: Filed) -> None:
    for text, expected in ACCIDENTS.items():
        assert _found(text, filed) == [expected], text
    assert _found(f"Internal number {filed.case}, kept.", filed) == [(filed.case, Clue.CASE)]


def test_what_officers_write_every_day_is_left_alone(filed: Filed) -> None:
    assert [(text, _found(text, filed)) for text in HARMLESS if _found(text, filed)] == []


def test_names_of_the_wide_roster_count_with_a_capital_only(filed: Filed) -> None:
    assert _found("weber", filed) == [], "a governor whom nobody reported"
    assert _found("a novak and a greco", filed) == [], "far away officers, as words"
    assert _found("A Novak", filed) == [("Novak", Clue.OFFICER)]


def test_names_that_the_report_alone_knows_are_found_in_every_script(offices: Offices) -> None:
    filed = offices.file(
        report(
            DraftSubject(name="王小明", post="staff", body="millbrook-water"),
            DraftSubject(
                name="Ünal Öz", post="staff", body="", other="Gravel & Sons Ltd", region="millbrook"
            ),
        )
    )
    assert _found("我们和王小明谈过了。", filed) == [("王小明", Clue.SUBJECT)]
    assert _found("UNAL? No: ÜNAL ÖZ.", filed) == [("ÜNAL ÖZ", Clue.SUBJECT)]
    assert _found("gravel & sons ltd was there.", filed) == [("gravel & sons ltd", Clue.SUBJECT)]
    assert _found("There was gravel on the road.", filed) == []


def test_what_is_found_never_overlaps_and_the_text_stays_whole(filed: Filed) -> None:
    file = filed.opened_by("milo")
    assert file is not None
    roster = filed.offices.instance.roster
    words = st.sampled_from(
        [*ACCIDENTS, *HARMLESS, "Hugo", "Stein", "/home/x/y", "1", "+", "@", " ", "\n", "’s", "ß", "İ"]
    )

    @settings(max_examples=examples(60), deadline=None)
    @given(st.lists(words, max_size=8).map("".join) | st.text(max_size=60))
    def whole(text: str) -> None:
        found = look(text, file, roster)
        assert all(0 <= hit.start < hit.end <= len(text) for hit in found)
        assert all(one.end <= other.start for one, other in pairwise(found))
        assert "".join(piece for piece, _ in LookAgainError(text, found).pieces) == text

    whole()


def test_a_look_counts_for_that_text_alone(filed: Filed) -> None:
    file = filed.opened_by("milo")
    assert file is not None
    roster = filed.offices.instance.roster
    text = "Milo has it. Hugo Stein does not know."
    with pytest.raises(LookAgainError) as caught:
        check_looked(text, "", file, roster)
    again = caught.value
    assert "".join(piece for piece, _ in again.pieces) == text
    assert [piece for piece, clue in again.pieces if clue] == ["Milo", "Hugo Stein"]
    assert text not in repr(again), "what was typed never reaches a log"
    check_looked(text, again.looked, file, roster)
    with pytest.raises(LookAgainError):
        check_looked(text + " Mara knows.", again.looked, file, roster)


def test_nothing_is_stored_before_the_second_look(back_office: BackOffice, filed: Filed) -> None:
    desk, milo = back_office.desk, back_office.officer("milo")
    for act in (acknowledge, answer):
        with pytest.raises(LookAgainError):
            act(desk, milo, filed.case, "Milo here.")
    file = filed.opened_by("milo")
    assert file is not None
    assert [record.kind for record in file.records] == [EventKind.FILED]
    acknowledge(desk, milo, filed.case, "Milo here.", looked=fingerprint("Milo here."))
    assert [entry.text for entry in filed.offices.mailbox.view(filed.master).answers] == ["Milo here."]


def test_an_officer_sees_what_was_found_and_sends_it_again_or_corrects_it(
    instance: Instance, filed: Filed
) -> None:
    browser = Browser(instance)
    browser.log_in("milo")
    act = f"/cases/{filed.case}/message"
    typed = "We asked Hugo Stein <b>twice</b>."
    warned = browser.send(browser.get(f"/cases/{filed.case}"), act, text=typed)
    assert warned.status_code == 422
    assert "Please look at your text once more" in warned.text
    assert "<mark>Hugo Stein</mark>" in warned.text
    assert "<b>twice" not in warned.text
    assert forms_of(warned)[act].fields["text"] == typed
    assert filed.offices.mailbox.view(filed.master).answers == []

    other = browser.send(warned, act, text="We asked Stein again.")
    assert other.status_code == 422, "a changed text is looked at anew"
    assert browser.send(other, act).status_code == 303
    assert [a.text for a in filed.offices.mailbox.view(filed.master).answers] == ["We asked Stein again."]


def test_a_note_for_the_circle_may_name_everybody(instance: Instance, filed: Filed) -> None:
    browser = Browser(instance)
    browser.log_in("milo")
    act = f"/cases/{filed.case}/note"
    typed = r"Mara asked Hugo Stein; see C:\Cases\17."
    assert browser.send(browser.get(f"/cases/{filed.case}"), act, text=typed).status_code == 303


def test_whom_the_reporter_named_as_involved_is_not_named_back(offices: Offices) -> None:
    filed = offices.file(water_report(involved="Quentin Zephyr"))
    assert _found("We keep Zephyr out of it.", filed) == [("Zephyr", Clue.OFFICER)]


@pytest.mark.parametrize("filler", ["a", "a.", "a@", "1", "1.", "/a", "a' ", "\\\\a"])
def test_a_long_word_costs_no_more_than_its_length(filler: str) -> None:
    def cost(length: int) -> float:
        text = (filler * length)[:length]
        costs = []
        for _ in range(3):
            began = time.process_time()
            assert list(_patterns(text)) is not None
            costs.append(time.process_time() - began)
        return min(costs)

    # Ten times the length; a cost that grew with the square would be a hundred times as high.
    assert cost(20_000) < 40 * cost(2_000) + 0.01


def test_the_reporters_own_words_are_found_in_a_letter_in_every_script(offices: Offices) -> None:
    """Who finds the receipt code reads the letter, and must not learn from it what was reported."""
    told = "The wells are measured at night and the numbers changed before noon."
    filed = offices.file(report(SOMEBODY, what=told))
    said = "You wrote: “the wells are measured at night and the numbers changed”. Who saw it?"
    assert _found(said, filed) == [("the wells are measured at night and the numbers changed", Clue.QUOTE)]
    assert _found("The wells are measured at night, you say. By whom?", filed) == []
    chinese = offices.file(report(SOMEBODY, what="水井在夜里测量，数字在中午之前就改了，站长知道这件事。"))
    found = _found("您写道：数字在中午之前就改了，站长知道这件事。是谁看见的？", chinese)
    assert [clue for _, clue in found] == [Clue.QUOTE]
    assert _found("数字是在中午之前改的吗？", chinese) == []

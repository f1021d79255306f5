"""A report in two cases, as its reporter sees it: one code, two parts, each with its own page, dates and answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from intake.evidence.attachments import entries_in
from intake.wordlists import wordlist
from templates.web.padding import SMALLEST
from tests.conftest import MakeInstance
from tests.functional.portal.conftest import PatientClock, Reporter
from tests.functional.portal.test_mailbox import unknown_code
from tests.functional.portal.test_mailbox_files import writes
from tests.functional.triage.conftest import BackOffice, office_with_duties
from tests.support.instances import Instance
from tests.support.reports import Offices
from tests.support.splitting import Split
from triage.casework.writing import answer
from triage.worker.loop import Worker

ANSWER = "We looked at the pay slips of the whole year."


@pytest.fixture
def instance(make_instance: MakeInstance) -> Instance:
    """The small organisation with divided duties."""
    return make_instance(office_with_duties())


@pytest.fixture
def split(instance: Instance, today: date) -> Split:
    """Two matters in two cases."""
    return Split.made(BackOffice(instance, today), Offices(instance, today), state="assessed")


@pytest.fixture
def back(reporter: Reporter, split: Split) -> Reporter:
    """The reporter, back with the code of the report."""
    words = wordlist("en")
    assert words is not None
    reporter.returns(split.first.draft.code.as_words(words))
    return reporter


def texts(split: Split) -> list[list[str]]:
    return [[entry.text for entry in file.written if entry.author == "reporter"] for file in split.files()]


def test_one_code_opens_both_parts_each_on_its_page(back: Reporter, split: Split) -> None:
    office = split.back
    answer(office.desk, office.officer("milo"), split.second.case, ANSWER)
    page = back.opens("/mailbox")
    assert page.status_code == 200
    assert "Part of your report is handled as a case of its own" in back.text
    assert "Part 1, which you see here" in back.text
    assert "1 answer" in back.text
    assert ANSWER not in back.text
    assert (
        "becomes a case of its own. The reason: the matters have little to do with each other." in back.text
    )
    assert len(page.data) % SMALLEST == 0

    page = back.opens("/mailbox?part=2")
    assert ANSWER in back.text
    assert "Part 2, which you see here" in back.text
    assert "This part of your report became a case of its own." in back.text
    assert "Your report is still there, unchanged" in back.text
    assert "you must get an answer about what was done." in back.text
    assert len(page.data) % SMALLEST == 0
    # Nothing of what the part is about: whoever has only the code does not get the report (A5).
    for path in ("/mailbox", "/mailbox?part=2"):
        back.opens(path)
        shown = back.page.text.replace("Language", "")
        for word in ("Ivo", "Lang", "Rosa", "wages", "subject-1"):
            assert word not in shown


def test_what_is_written_goes_to_the_part_that_was_open_and_else_to_the_first(
    back: Reporter, split: Split
) -> None:
    back.opens("/mailbox?part=2")
    assert back.value_of("part") == "2"
    assert "This is about part 2 of your report." in back.text
    assert back.sends("/mailbox/message", text="About the wages.", part="2").status_code == 303
    assert back.page.headers["Location"].endswith("/mailbox?sent=1&part=2")
    back.follows()
    assert "Part 2, which you see here" in back.text
    assert back.sends("/mailbox/message", text="About the wells.").status_code == 303
    assert texts(split) == [["About the wells."], ["About the wages."]]
    # A part that is not there gets nothing, and nothing goes elsewhere instead.
    for part in ("3", "0", "-1", "two", "99999999"):
        assert back.sends("/mailbox/message", text="Lost?", part=part).status_code == 409
        assert back.value_of("text") == "Lost?"
    assert texts(split) == [["About the wells."], ["About the wages."]]
    for part in ("3", "0", "x"):
        assert "Part 1, which you see here" in (back.opens(f"/mailbox?part={part}").text and back.text)


def test_complaint_and_naming_are_about_the_part_that_was_open(
    back: Reporter, split: Split, clock: PatientClock
) -> None:
    back.opens("/mailbox?part=2")
    assert 'href="/mailbox/complaint?part=2"' in back.page.text
    back.opens("/mailbox/complaint?part=2")
    assert "This is about part 2 of your report." in back.text
    assert back.sends("/mailbox/complaint", text="Nobody asks.", part="2").status_code == 303
    back.opens("/mailbox/involved")
    assert "The officer loses every part of your report" in back.text
    first, second = split.moving()
    assert Worker(replace(second.worker(split.back.today).context, clock=clock)).round()
    back.opens("/mailbox?part=2")
    assert "it went from Office of Millbrook to Office of North Province" in back.text
    back.opens("/mailbox")
    assert "it went from Office of Millbrook" not in back.text
    assert first.watch().office == "HO-millbrook"


def test_an_unknown_code_sees_no_parts(reporter: Reporter, split: Split) -> None:
    assert split.first.case != split.second.case
    for path in ("/mailbox", "/mailbox?part=2"):
        reporter.returns(unknown_code())
        page = reporter.opens(path)
        assert page.status_code == 200
        assert "There is nothing here" in reporter.text
        assert "Part" not in reporter.text
        assert len(page.data) == SMALLEST
        assert reporter.sends("/mailbox/message", text="Hello", part="2").status_code == 409


def test_files_go_to_the_part_that_they_were_added_to_and_wait_for_no_other(
    back: Reporter, split: Split
) -> None:
    back.opens("/mailbox?part=2")
    page = writes(back, "About the wages.", (b"1,200 in May", "slips.txt"), go="add", part="2")
    assert page.headers["Location"] == "/mailbox?part=2#message"
    back.opens("/mailbox")
    assert (back.value_of("text"), back.value_of("files")) == ("", "")
    writes(back, "About the wells.", go="send")
    back.opens("/mailbox?part=2")
    assert back.value_of("text") == "About the wages."
    (file,) = back.value_of("files").split()
    writes(back, "About the wages.", go="send", part="2", file_original=file)
    assert back.page.headers["Location"] == "/mailbox?sent=1&part=2"
    assert texts(split) == [["About the wells."], ["About the wages."]]
    first, second = split.files()
    (message,) = [entry for entry in second.written if entry.author == "reporter"]
    (entry,) = entries_in(message.content)
    assert split.second.offices.read(entry.blob) == b"1,200 in May"
    # The report's custody key is one, whatever becomes of its parts: the case that was filed holds it.
    assert entry.original is not None
    assert entry.original.case == first.id

"""What is done to people because of a report, told in the mailbox: a case of its own that nothing stored links to the first."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest

from intake.casefile import CaseFile
from intake.events import EventKind
from tests.functional.portal.conftest import Reporter, Story
from tests.functional.portal.test_mailbox import unknown_code
from tests.support.reports import Filed, Offices

WORDS = "Since last week I only get night shifts. They said: you know why."
BASE = "/mailbox/detriment"
PLAIN = b"Night, night, night, every week since March.\n"


def tells(reporter: Reporter, day: str = "", **answers: str) -> None:
    """The first step: what was done."""
    reporter.opens(BASE)
    typed = {"happened": "c", "done": "done", "victim": "reporter", "words": WORDS, "day": day}
    reporter.sends(BASE, {**typed, **({} if day else {"no_day": "yes"}), **answers}, go="next")


def says_who(reporter: Reporter, **subject: str) -> None:
    """The second one: who did it."""
    reporter.follows()
    fields = {f"subject-0-{name}": value for name, value in subject.items()}
    reporter.sends(f"{BASE}/who", fields, go="next")


def goes_on_to_check(reporter: Reporter) -> None:
    """Files and safety, skipped."""
    reporter.follows()
    reporter.sends(f"{BASE}/evidence", traces="remove", go="next")
    reporter.follows()
    if reporter.page.request.path == f"{BASE}/safety":
        reporter.sends(f"{BASE}/safety", go="next")
        reporter.follows()


def sends(reporter: Reporter) -> None:
    found = re.search(r'name="entry" value="([^"]+)"', reporter.page.text)
    assert found is not None, reporter.text
    reporter.sends(f"{BASE}/check", send="1", entry=found[1])


def tells_all(
    reporter: Reporter, day: str = "", *, who: dict[str, str] | None = None, **answers: str
) -> None:
    tells(reporter, day, **answers)
    if not answers.get("goes_on"):
        says_who(reporter, **(who or {"name": "Hugo Stein", "post": "head", "body": "millbrook-water"}))
    goes_on_to_check(reporter)
    sends(reporter)


def cases_of(story: Story) -> list[str]:
    offices = Offices(story.instance, story.today)
    return [case for case in offices.cases() if case != story.case]


def opened(story: Story, case: str, officer: str) -> CaseFile | None:
    return Filed(story.filed.offices, story.filed.draft, case, b"").opened_by(officer)


def test_a_clerk_moved_to_night_shifts_opens_a_case_with_the_same_code(story: Story) -> None:
    reporter = story.reporter
    story.days_pass(10)
    day = story.today.isoformat()
    tells(reporter, day)
    says_who(reporter, name="Hugo Stein", post="head", body="millbrook-water")
    goes_on_to_check(reporter)
    assert "Office of Millbrook" in reporter.text
    assert "By the law it is taken to be because of your report" in reporter.text
    assert WORDS in reporter.text
    sends(reporter)
    assert reporter.follows().status_code == 200
    assert "Your code opens more than one case" in reporter.text
    assert "Case 1, which you see here" in reporter.text
    assert "Your report is still there, unchanged" in reporter.text
    assert WORDS not in reporter.text

    (case,) = cases_of(story)
    file = opened(story, case, "milo")
    assert file is not None
    assert file.whole
    assert [record.kind for record in file.records[:2]] == [EventKind.FILED, EventKind.DETRIMENT]
    told = file.records[1].data
    assert {name: told[name] for name in ("code", "when", "post", "stage", "victim")} == {
        "code": "c", "when": day, "post": "head", "stage": "done", "victim": "reporter",
    }  # fmt: skip
    assert file.report["answers"]["what"] == WORDS
    assert file.report["facts"]["kind"] == "retaliation"
    assert file.report["facts"]["prior"]["handling_unit"] == "HO-millbrook"
    assert file.report["decision"]["priority"] in {"P1", "P2"}
    assert file.report["before"] == {
        "received": (story.today - timedelta(days=10)).isoformat(), "feedback": "", "closed": "",
    }  # fmt: skip
    # Mina is kin of the accused: she has neither case.
    assert opened(story, case, "mina") is None
    # The first case learnt nothing of it.
    assert [record.kind for record in story.opened_by("milo").records] == [EventKind.FILED]


def test_what_is_sent_twice_comes_once_and_what_goes_on_goes_to_those_who_know_it(story: Story) -> None:
    reporter = story.reporter
    day = story.today.isoformat()
    tells_all(reporter, day)
    first = reporter.page
    assert first.status_code == 303
    # A double tap, and the form of another tab.
    entry = re.search(r"part=(\d+)", first.headers["Location"])
    assert entry is not None
    assert entry[1] == "101"
    assert len(cases_of(story)) == 1

    reporter.opens(BASE)
    assert "Does something go on that you told us about?" in reporter.text
    tells_all(reporter, day, goes_on="1", happened="g", words="Nobody speaks to me any more.")
    assert reporter.page.status_code == 303
    assert reporter.page.headers["Location"].endswith("part=101")
    (case,) = cases_of(story)
    file = opened(story, case, "marc")
    assert file is not None
    assert file.whole
    assert [record.data["code"] for record in file.records if record.kind is EventKind.DETRIMENT] == [
        "c",
        "g",
    ]
    assert [entry.text for entry in file.written] == ["Nobody speaks to me any more."]
    assert file.written[0].content["detriment"]["code"] == "g"


def test_the_same_form_sent_again_leads_to_what_was_sent(story: Story) -> None:
    reporter = story.reporter
    tells(reporter, story.today.isoformat())
    says_who(reporter, name="Hugo Stein", post="head", body="millbrook-water")
    goes_on_to_check(reporter)
    page = reporter.page
    sends(reporter)
    reporter.page = page
    sends(reporter)
    assert reporter.page.status_code == 303
    assert reporter.page.headers["Location"] == "/mailbox?done=1&part=101"
    assert len(cases_of(story)) == 1


def test_an_accused_head_of_the_office_and_whoever_works_on_the_report_never_get_it(story: Story) -> None:
    with story.filed.act("mara") as acting:
        acting.tell(EventKind.ASSIGNED, {"handlers": {"milo": "handle"}})
    tells_all(
        story.reporter,
        story.today.isoformat(),
        who={"name": "Mara Lindqvist", "post": "head", "body": "HO-millbrook"},
    )
    (case,) = cases_of(story)
    for officer in ("mara", "milo", "mina", "marc"):
        assert opened(story, case, officer) is None
    file = opened(story, case, "nora")
    assert file is not None
    assert file.office == "HO-north"
    assert file.report["decision"]["bypassed_units"] == ["HO-millbrook"]
    assert {"mara", "milo"} <= file.report["decision"]["excluded_officers"].keys()


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"happened": ""}, "Say what was done."),
        ({"no_day": ""}, "Give the day if you can"),
        ({"day": "2026-02-30", "no_day": ""}, "Write the day as year, month and day"),
        ({"day": "2026-01-10", "no_day": "yes"}, "Keep one of the two."),
        ({"done": "surely"}, "Choose one of the answers."),
        ({"words": "x" * 20_001}, "This is too long."),
    ],
)
def test_bad_input_is_told_and_nothing_is_lost(story: Story, answers: dict[str, str], said: str) -> None:
    tells(story.reporter, **answers)
    assert story.reporter.page.status_code == 422
    assert said in story.reporter.text
    story.reporter.opens(BASE)
    assert story.reporter.value_of("words") == answers.get("words", WORDS)


def test_days_before_the_report_and_to_come_are_pointed_out(story: Story) -> None:
    reporter = story.reporter
    for days, said in ((-1, "This happened before your report."), (9, "it counts as a threat until then")):
        tells(reporter, (story.today + timedelta(days=days)).isoformat())
        says_who(reporter)
        goes_on_to_check(reporter)
        assert said in reporter.text
    sends(reporter)
    (case,) = cases_of(story)
    file = next(each for officer in ("lena", "olga") if (each := opened(story, case, officer)) is not None)
    assert file.records[1].data["stage"] == "threat"
    assert file.report["risk"]["band"] in {"medium", "high", "critical"}


def test_an_unknown_code_goes_the_same_way_up_to_its_end(
    another: Callable[[], Reporter], story: Story
) -> None:
    stranger = another()
    stranger.returns(unknown_code())
    tells_all(stranger, story.today.isoformat())
    assert stranger.page.status_code == 409
    assert "There is no report behind this code" in stranger.text
    assert WORDS in stranger.text
    assert not cases_of(story)


def test_a_code_opens_so_many_cases_and_no_more(story: Story) -> None:
    day = story.today.isoformat()
    for number in range(1, 9):
        story.clock.wait(5)  # nobody tells eight of them in one moment
        tells_all(story.reporter, day)
        assert story.reporter.page.headers["Location"].endswith(f"part={100 * number + 1}"), number
    story.reporter.opens(BASE)
    assert "There are as many cases as your code can open." in story.reporter.text
    tells_all(story.reporter, day)
    assert story.reporter.page.status_code == 409
    assert WORDS in story.reporter.text
    tells_all(story.reporter, day, goes_on="8")
    assert story.reporter.page.status_code == 303
    assert len(cases_of(story)) == 8


def test_files_come_along_and_wait_where_they_are_looked_at_first(story: Story) -> None:
    reporter, day = story.reporter, story.today.isoformat()
    tells(reporter, day)
    says_who(reporter, name="Hugo Stein", post="head", body="millbrook-water")
    reporter.follows()
    file = {"evidence": (BytesIO(PLAIN), "rota.txt"), "traces": "remove"}
    reporter.sends(f"{BASE}/evidence", {**file, "go": "add"})
    assert "rota.txt" in reporter.follows().text
    reporter.sends(f"{BASE}/evidence", traces="remove", go="next")
    reporter.follows()
    reporter.sends(f"{BASE}/safety", go="next")
    reporter.follows()
    assert "rota.txt" in reporter.text
    sends(reporter)
    assert reporter.page.status_code == 303
    (case,) = cases_of(story)
    found = opened(story, case, "milo")
    assert found is not None
    assert [entry["name"] for entry in found.report["evidence"]] == ["rota.txt"]

    tells(reporter, day, goes_on="1", words="")
    reporter.follows()
    reporter.sends(f"{BASE}/evidence", {**file, "evidence": (BytesIO(PLAIN), "new rota.txt"), "go": "add"})
    reporter.sends(f"{BASE}/evidence", traces="remove", go="next")
    reporter.follows()
    sends(reporter)
    assert reporter.page.status_code == 303
    found = opened(story, case, "milo")
    assert found is not None
    assert found.whole
    assert [entry["name"] for entry in found.written[0].content["evidence"]] == ["new rota.txt"]

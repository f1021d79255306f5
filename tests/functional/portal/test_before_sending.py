"""Before sending: advice that fits the answers, answers that do not fit together, each clue in its place."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable

from sqlalchemy import inspect, text

from tests.functional.portal.conftest import SENTENCE, Reporter, subject_fields
from tests.support.instances import Instance
from tests.support.reports import Offices

TELLING = (
    "As the night nurse on ward 3 I was asked to sign.\n"
    "My colleague Anna Berg can confirm it. Call me on +47 912 34 567."
)
MARKED = re.compile(r"<mark>.*?</span>(.*?)<span", re.DOTALL)


def marked(reporter: Reporter) -> list[str]:
    """What the page marks."""
    return [html.unescape(each) for each in MARKED.findall(reporter.page.text)]


def checks(reporter: Reporter, what: str, **safety: str) -> None:
    """Write, answer the questions about safety, and look at the check page."""
    reporter.begins(what)
    reporter.names(name="Hugo Stein", post="head", body="millbrook-water")
    if safety:
        reporter.opens("/report/safety")
        assert reporter.sends("/report/safety", dict(safety), go="next").status_code == 303
    reporter.opens("/report/check")


def test_each_clue_is_shown_in_its_place_with_what_to_do(reporter: Reporter, instance: Instance) -> None:
    checks(reporter, TELLING)
    assert marked(reporter) == [
        "As the night nurse on ward 3 I",
        "My colleague Anna Berg",
        "+47 912 34 567",
    ]
    assert "We found 3 passages" in reporter.text
    for words in ("What your work is", "People close to you", "A telephone number", "end of the mark"):
        assert words in reporter.text
    assert reporter.page.text.count('class="change" href="/report#what"') == 3
    # Nothing is blocked: the report goes as it is.
    assert reporter.sends("/report/check", send="1").headers["Location"] == "/receipt"
    assert len(Offices(instance, instance.today).cases()) == 1


def test_whoever_is_reported_may_be_named(reporter: Reporter) -> None:
    checks(reporter, "My boss Hugo Stein takes money from the builders.")
    assert marked(reporter) == []
    assert "and found none" in reporter.text


def test_a_report_without_clues_says_so_and_what_cannot_be_seen(reporter: Reporter) -> None:
    checks(reporter, SENTENCE)
    assert marked(reporter) == []
    assert "and found none" in reporter.text
    reporter.opens("/safety")
    assert "It cannot see" in reporter.text
    assert 'id="unseen-clues"' in reporter.page.text


def test_every_field_is_looked_through(reporter: Reporter) -> None:
    reporter.begins(SENTENCE, when="on my first day at the plant", where="at my desk on the second floor")
    reporter.opens("/report/who")
    subject = subject_fields(0, name="N. N., tel. 0171 2345678", post="staff", other="where my husband works")
    reporter.sends("/report/who", subject, involved="milo@office.example", go="next")
    reporter.opens("/report/check")
    assert len(marked(reporter)) == 5
    for path in (
        "/report#when", "/report#where", "/report/who#subject-0-name", "/report/who#subject-0-other",
        "/report/who#involved",
    ):  # fmt: skip
        assert f'class="change" href="{path}"' in reporter.page.text


def test_the_name_of_a_file_is_looked_at(reporter: Reporter) -> None:
    reporter.begins()
    reporter.opens("/report/evidence")
    file = (io.BytesIO(b"words"), "IMG_scan_Anna_Berg_contract.txt")
    reporter.sends("/report/evidence", {"evidence": [file]}, go="add")
    reporter.opens("/report/check")
    assert marked(reporter) == ["Anna_Berg"]
    assert 'href="/report/evidence#files"' in reporter.page.text


def test_many_clues_are_bounded_and_summed_up(reporter: Reporter) -> None:
    checks(reporter, "My husband saw it. My phone is +47 912 34 567. " * 40)
    assert len(marked(reporter)) == 10
    assert "We found 80 passages" in reporter.text
    assert "There are 70 more" in reporter.text


def test_what_was_typed_is_text_wherever_it_is_shown(reporter: Reporter) -> None:
    checks(reporter, 'My colleague Anna <script>alert("x")</script> knows, my name is Bo <b>Berg</b>.')
    assert "<script" not in reporter.page.text
    assert "<b>Berg" not in reporter.page.text
    assert "&lt;script&gt;" in reporter.page.text


def test_chinese_is_read_too(reporter: Reporter) -> None:
    checks(reporter, "我是三病区的夜班护士。我的电话是13812345678。")
    assert len(marked(reporter)) == 2


def test_a_page_with_clues_is_as_long_as_one_without(
    reporter: Reporter, another: Callable[[], Reporter]
) -> None:
    telling = TELLING[:90]
    checks(reporter, telling, a1="known", a2="only_me", not_safe="yes")
    with_clues = len(reporter.page.data)
    assert marked(reporter)
    other = another()
    checks(other, (SENTENCE * 3)[: len(telling)])
    assert not marked(other)
    assert len(other.page.data) == with_clues


def test_advice_fits_the_answers_and_the_gravest_comes_first(reporter: Reporter) -> None:
    checks(reporter, SENTENCE, imminent_danger="yes", a1="suspected", a2="2_to_4", e1="permit", c1="threat")
    page = reporter.text
    assert page.index("call the emergency number now") < page.index("Who would read it")
    for words in (
        "A person you report suspects you",
        "Few people could know this",
        "You were threatened",
        "Your right to stay",
    ):
        assert words in page
    assert "Only you have the proof" not in page


def test_silence_brings_no_advice_and_no_reproach(reporter: Reporter) -> None:
    checks(reporter, SENTENCE)
    assert "Advice that fits your answers" not in reporter.text
    assert "do not fit together" not in reporter.text


def test_answers_that_do_not_fit_together_are_pointed_out_and_kept(
    reporter: Reporter, instance: Instance
) -> None:
    checks(reporter, SENTENCE, a1="nobody", a3="subject", a2="over_15", c1="none", threat_of_violence="yes")
    assert "do not fit together" in reporter.text
    assert "you spoke about the matter with a person you report" in reporter.text
    assert "A threat counts" in reporter.text
    # The more careful answer counts for the advice.
    assert "A person you report suspects you" in reporter.text
    assert "You were threatened" in reporter.text
    reporter.opens("/report/safety")
    for name, value in (("a1", "nobody"), ("a3", "subject"), ("c1", "none")):
        assert re.search(rf'name="{name}" value="{value}" checked', reporter.page.text)
    reporter.opens("/report/check")
    assert reporter.sends("/report/check", send="1").headers["Location"] == "/receipt"
    assert len(Offices(instance, instance.today).cases()) == 1


def test_many_could_know_and_only_i_could_know_do_not_fit_together(reporter: Reporter) -> None:
    checks(reporter, "Nobody else knew about the second book.", a2="over_15")
    assert "only you or very few could know it" in reporter.text
    assert "Few people could know this" in reporter.text


def test_somebody_harmed_gets_the_advice_right_after_their_answers(reporter: Reporter) -> None:
    reporter.opens("/report")
    reporter.sends("/report", intake="harmed", go="next")
    reporter.opens("/report/safety")
    reporter.sends("/report/safety", imminent_danger="yes", e3="none", go="next")
    assert reporter.follows().request.path == "/report"
    assert "call the emergency number now" in reporter.text
    assert "You have nobody to lean on" in reporter.text


def test_all_advice_can_be_read_without_answering(reporter: Reporter) -> None:
    reporter.opens("/safety")
    for words in (
        "Only you could know this",
        "You are avoided, watched or left out",
        "Your job is temporary",
    ):
        assert words in reporter.text


def test_nothing_of_the_check_is_kept(reporter: Reporter, instance: Instance) -> None:
    """A draft that was looked through is the draft that was typed, and the database holds no kind and no passage."""
    checks(reporter, TELLING)
    before = _sessions(instance)
    for _ in range(3):
        reporter.opens("/report/check")
    assert _sessions(instance) == before


def _sessions(instance: Instance) -> list[tuple[object, ...]]:
    """Every row of the volatile tables, byte by byte."""
    engine = instance.owner.state.kw["bind"]
    with engine.connect() as connection:
        return [
            tuple(row)
            for table in sorted(inspect(engine).get_table_names())
            for row in connection.execute(text(f'SELECT * FROM "{table}"'))
        ]

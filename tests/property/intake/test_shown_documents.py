"""Certificates and timelines as bytes: one file for one content, and no other file is believed, whoever changed it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.encoding import canonical_json, from_text, to_text
from intake.statements.document import MAX_BYTES, SMALLEST, AlteredError, Filed, Form, read
from intake.statements.kinds import FILED, STATED, is_text
from intake.statements.page import LANGUAGES
from tests.support.documents import CASE, Reporter, fixed, note_over
from tests.support.examples import examples

CERTIFICATE = Reporter().certificate()
TIMELINE = Reporter().timeline(
    *(Reporter().said(kind, days) for days, kind in enumerate(STATED, start=1) if kind != FILED)
)
OTHERS = tuple(
    Reporter().signed(Reporter().document(form=Form.CERTIFICATE, language=tag)) for tag in LANGUAGES[1:]
)
FILES = (CERTIFICATE, TIMELINE, *OTHERS)
LATER = sorted(kind for kind in STATED if kind != FILED)


def proof_of(data: bytes) -> tuple[int, int]:
    """Where what the program reads begins and ends."""
    begin = data.index(b'<pre id="proof">') + len(b'<pre id="proof">')
    return begin, data.index(b"</pre>", begin)


def content_of(data: bytes) -> dict[str, Any]:
    """What is signed, as a value."""
    begin, end = proof_of(data)
    value: dict[str, Any] = json.loads(from_text(json.loads(data[begin:end])["content"]))
    return value


def with_content(data: bytes, value: Any, *, signer: Reporter) -> bytes:
    """The same page around another content, which somebody signed who has a code and knows the format."""
    begin, end = proof_of(data)
    content = canonical_json(value)
    signature = signer.codes.statements(CASE).sign(content)
    proof = canonical_json({"content": to_text(content), "signatures": [to_text(signature)]})
    page = (data[:begin] + proof + data[end:]).rstrip(b" ")
    return page.ljust(SMALLEST)


@given(
    st.lists(st.tuples(st.integers(0, 4000), st.sampled_from(LATER)), max_size=30, unique=True),
    st.integers(0, 3),
    st.sampled_from(Form),
    st.sampled_from(LANGUAGES),
)
@settings(max_examples=examples(60))
def test_what_is_made_is_read_back(
    told: list[tuple[int, str]], left_out: int, form: Form, language: str
) -> None:
    reporter = Reporter()
    shown = [reporter.said(kind, days) for days, kind in sorted(told)] if form is Form.TIMELINE else []
    changed = {"left_out": left_out} if form is Form.TIMELINE else {}
    document = reporter.document(*shown, form=form, language=language, **changed)
    data = reporter.signed(document)
    assert read(data) == document
    assert read(data).mark == document.mark
    assert len(data) in {SMALLEST, 2 * SMALLEST}
    assert document.mark.encode() in data


@given(st.sampled_from(FILES), st.integers(min_value=0), st.integers(1, 255))
@settings(max_examples=examples(300))
def test_any_changed_byte_makes_it_worthless(data: bytes, place: int, change: int) -> None:
    place %= len(data)
    with pytest.raises(AlteredError):
        read(data[:place] + bytes([data[place] ^ change]) + data[place + 1 :])


@given(st.sampled_from(FILES), st.integers(min_value=0), st.binary(min_size=1, max_size=40))
@settings(max_examples=examples(100))
def test_whatever_is_added_or_cut_off_makes_it_worthless(data: bytes, place: int, more: bytes) -> None:
    place %= len(data)
    for altered in (data[:place], data[place:] if place else b"", data[:place] + more + data[place:]):
        with pytest.raises(AlteredError):
            read(altered)


@given(st.binary(max_size=2000))
def test_anything_else_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(AlteredError) as refused:
        read(data)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("ending", [b"\n", b" ", b"\r\n", b" " * SMALLEST])
def test_it_is_filled_up_in_one_way(ending: bytes) -> None:
    for data in FILES:
        for altered in (data + ending, data.rstrip(b" ") + ending, data.rstrip(b" ")):
            with pytest.raises(AlteredError, match="filled up otherwise"):
                read(altered)
        with pytest.raises(AlteredError):
            read(data.replace(b"\n", b"\r\n"))


def test_what_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(AlteredError, match="larger than"):
        read(CERTIFICATE + b" " * MAX_BYTES)
    with pytest.raises(AlteredError, match="not text"):
        read(b"\xff" + CERTIFICATE[1:])


_EVIL: tuple[Any, ...] = (None, True, 0, -1, "", "2026-3-2", "20260302", [], {}, "\u202e", "x" * 400, 10**30)


@given(st.sampled_from(FILES), st.data())
@settings(max_examples=examples(200))
def test_a_holder_who_signs_another_content_is_refused_too(data: bytes, draw: st.DataObject) -> None:
    """Somebody with a code and the format: no content but one that the page says word for word is taken."""
    value = content_of(data)
    where: Any = value
    for _ in range(draw.draw(st.integers(0, 3))):
        every = where.values() if isinstance(where, dict) else where
        inner = [each for each in every if isinstance(each, dict | list) and each]
        if not inner:
            break
        where = draw.draw(st.sampled_from(inner))
    evil = draw.draw(st.sampled_from(_EVIL))
    key = draw.draw(st.sampled_from(sorted(where) if isinstance(where, dict) else list(range(len(where)))))
    if where[key] == evil and type(where[key]) is type(evil):
        return
    if draw.draw(st.booleans()):
        where[key] = evil
    else:
        del where[key]
    with pytest.raises(AlteredError):
        read(with_content(data, value, signer=Reporter()))


def test_a_word_that_is_written_twice_is_refused() -> None:
    begin, end = proof_of(CERTIFICATE)
    proof = CERTIFICATE[begin:end]
    twice = proof[:-1] + b',"signatures":["AA"]}'
    with pytest.raises(AlteredError):
        read((CERTIFICATE[:begin] + twice + CERTIFICATE[end:])[:SMALLEST])


def test_lines_of_two_reports_do_not_go_together() -> None:
    """The filing of one opens to its own report's name alone, and every filing has to sign the whole."""
    mine, other = Reporter(), Reporter(name="another reporter")
    theirs = other.said("closed", 9)
    with pytest.raises(AlteredError, match="of another report"):
        read(mine.signed(mine.document(theirs)))
    named, opened = other.filing().name, other.filing().opening
    for filings in (
        (replace(mine.filing(), name=named),),
        (replace(mine.filing(), name=named, opening=opened),),
        (other.filing(),),
        (mine.filing(), other.filing()),
        (mine.filing(), replace(other.filing(), opening=mine.filing().opening)),
        (mine.filing(), replace(mine.filing(), name=named)),
        (mine.filing(), mine.filing()),
    ):
        document = mine.document(theirs, filings=filings)
        for signers in ((), (mine,), (mine, mine)):
            with pytest.raises(AlteredError):
                read(
                    document.to_bytes(
                        [each.codes.statements(CASE).sign(document.content) for each in signers]
                    )
                )


def test_reports_that_were_filed_with_one_code_go_into_one_timeline() -> None:
    """The second is about what was done because of the first."""
    first = Reporter()
    second = Reporter(name="the same code, later", filed=first.filed + timedelta(days=40))
    told = (
        first.said("told", 30),
        first.said("closed", 35),
        second.said("acknowledged", 2),
        first.said("reopened", 50),
    )
    document = first.document(*told, filings=(first.filing(), second.filing()))
    data = first.signed(document, second)
    found = read(data)
    assert [shown.says["kind"] for shown in found.shown] == [
        "filed", "told", "closed", "filed", "acknowledged", "reopened",
    ]  # fmt: skip
    page = data.decode()
    assert page.count("The report was filed.") == 1
    assert page.count("another report with the same code") == 1
    # The presumption counts from the first report's last day that counts.
    assert max(found.counts) == first.filed + timedelta(days=35)
    for filings in ((second.filing(), first.filing()), (first.filing(), second.filing(), first.filing())):
        wrong = first.document(*told, filings=filings)
        with pytest.raises(AlteredError):
            read(second.signed(wrong, first) if len(filings) == 2 else first.signed(wrong, second, first))
    early = second.said("acknowledged", -20)
    with pytest.raises(AlteredError, match="not in order"):
        read(first.signed(first.document(early, filings=(first.filing(), second.filing())), second))
    two = first.document(form=Form.CERTIFICATE, filings=(Filed(first.first()), Filed(second.first())))
    with pytest.raises(AlteredError, match="too many"):
        read(first.signed(two, second))


def test_lines_are_neither_moved_nor_repeated_nor_of_the_future() -> None:
    mine = Reporter()
    one, two = mine.said("told", 3), mine.said("closed", 9)
    assert read(mine.timeline(one, two)).later == (one, two)
    for told, changed, why in (
        ((two, one), {}, "not in order"),
        ((one, one), {}, "twice"),
        ((one, two), {"made": mine.filed}, "before something"),
        (
            (),
            {"filings": (replace(mine.filing(), shown=replace(mine.first(), waiting=True)),)},
            "before something",
        ),
    ):
        with pytest.raises(AlteredError, match=why):
            read(mine.signed(mine.document(*told, **changed)))


def test_a_checkpoint_of_another_log_does_not_go_with_it() -> None:
    mine, other = Reporter(), Reporter()
    other.log = type(other.log)(fixed("another log"))
    for note in (note_over(other.log, mine.first()), b"", b"no note", mine.log.sign(0, bytes(32))):
        with pytest.raises(AlteredError):
            read(mine.signed(mine.document(form=Form.CERTIFICATE, checkpoint=note)))


@given(st.text(max_size=400))
def test_what_a_statement_repeats_is_one_line_that_hides_nothing(text: str) -> None:
    if is_text(text):
        assert len(text) <= 300
        assert text.isprintable()
        assert "\n" not in text
        assert "\u202e" not in text


@given(st.dates(date(2000, 1, 1), date(2200, 1, 1)), st.integers(0, 800))
@settings(max_examples=examples(30))
def test_the_page_counts_from_the_last_day_that_counts(filed: date, days: int) -> None:
    reporter = Reporter(filed=filed)
    page = reporter.timeline(reporter.said("closed", days)).decode()
    last = filed + timedelta(days=days)
    assert f"at least {last.day} " in page or last.day > 28
    assert f" {last.year + 2}</dd>" in page

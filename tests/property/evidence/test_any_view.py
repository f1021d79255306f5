"""Whatever the bytes are: a view or a reason, never another error; and what is shown is plain text and bounded pixels."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.evidence.traces import NotCleanableError
from intake.evidence.viewer import NoSuchPartError
from intake.evidence.views import (
    MAX_HEIGHT,
    MAX_TEXT,
    MAX_WIDTH,
    Block,
    Shows,
    Style,
    is_legible,
    legible,
    read,
    read_blocks,
    write_blocks,
)
from tests.property.evidence.test_any_bytes import damaged_files, made
from tests.support.evidence import CORPUS, seen, words_of


def _is_a_view(data: bytes) -> None:
    for part in (None, 1):
        try:
            view = seen(data, part)
        except NoSuchPartError:
            continue
        assert (view.reason is not None) == (view.shows is Shows.NONE)
        assert is_legible(words_of(view))
        assert sum(len(one.text) for one in view.blocks) <= MAX_TEXT
        if view.picture is not None:
            assert 0 < view.picture.width <= MAX_WIDTH
            assert 0 < view.picture.height <= MAX_HEIGHT


@pytest.mark.parametrize("kind", CORPUS)
@settings(max_examples=6, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_file_is_seen_or_refused(kind: str, data: st.DataObject) -> None:
    made(kind)
    _is_a_view(data.draw(damaged_files(kind)))


@pytest.mark.slow
@pytest.mark.parametrize("kind", CORPUS)
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_is_damaged_is_seen_or_refused(kind: str, data: st.DataObject) -> None:
    made(kind)
    _is_a_view(data.draw(damaged_files(kind)))


@given(
    st.binary(max_size=300),
    st.sampled_from(
        [
            b"",
            b"%PDF-1.4\n",
            b"PK\x03\x04",
            b"From: a\nDate: b\n\n",
            b"\xff\xd8\xff",
            b"II*\0",
            b"RIFF____WAVE",
        ]
    ),
)
def test_any_bytes_are_a_view_or_a_reason(tail: bytes, head: bytes) -> None:
    _is_a_view(head + tail)


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)


@given(ANY_TEXT)
def test_any_text_becomes_legible_and_stays_it(text: str) -> None:
    shown = legible(text)
    assert is_legible(shown)
    assert legible(shown) == shown
    assert shown.encode().decode() == shown


@given(st.text("abc \n\t äö⟨⟩‌‍", max_size=200))
def test_what_can_be_read_is_left_alone(text: str) -> None:
    assert legible(text) == text


@given(st.lists(st.tuples(ANY_TEXT, st.lists(st.lists(ANY_TEXT, max_size=3), max_size=3)), max_size=4))
def test_blocks_go_through_the_pipe_unchanged(content: list[tuple[str, list[list[str]]]]) -> None:
    blocks = [
        Block(Style.PARAGRAPH, legible(text), rows=tuple(tuple(map(legible, row)) for row in rows))
        for text, rows in content
    ]
    assert read_blocks(write_blocks(blocks)) == tuple(blocks)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 20_000) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["", "pdf"]) | JSON,
            "shows": st.sampled_from(["text", "none", "pictures"]) | JSON,
        },
        optional={"count": JSON, "part": JSON, "notes": JSON, "facts": JSON, "why": JSON},
    )
)
def test_the_sandboxes_word_for_a_view_is_checked(header: dict[str, object]) -> None:
    try:
        view = read(header)
    except NotCleanableError:
        return
    assert view.part is None or 1 <= view.part <= view.count

"""Whatever the bytes are: an answer, never another error; and what is called clean holds none of the planted words."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.evidence.clean.engine import clean
from intake.evidence.names import MAX_BYTES, safe_name
from intake.evidence.traces import Drop, Findings, NotCleanableError
from tests.support.canaries import found
from tests.support.evidence import CORPUS


@cache
def made(kind: str) -> bytes:
    """One file of each kind; making one takes long enough."""
    return CORPUS[kind]()


@st.composite
def damaged_files(draw: st.DrawFn, kind: str) -> bytes:
    """A good file with bytes changed, cut out, doubled or put in."""
    data = bytearray(made(kind))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        act = draw(st.sampled_from(("flip", "zero", "cut", "double", "end")))
        if act == "flip":
            data[at : at + 1] = bytes([draw(st.integers(0, 255))])
        elif act == "zero":
            data[at : at + 4] = bytes(4)
        elif act == "cut":
            del data[at : at + draw(st.integers(1, 64))]
        elif act == "double":
            data[at:at] = data[at : at + draw(st.integers(1, 64))]
        elif len(data) > 64:
            del data[max(at, 64) :]
    return bytes(data)


@pytest.mark.parametrize("kind", CORPUS)
@settings(max_examples=8, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_file_is_clean_or_refused(kind: str, data: st.DataObject) -> None:
    _is_clean_or_refused(kind, data)


@pytest.mark.slow
@pytest.mark.parametrize("kind", CORPUS)
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_is_damaged_is_clean_or_refused(kind: str, data: st.DataObject) -> None:
    _is_clean_or_refused(kind, data)


def _is_clean_or_refused(kind: str, data: st.DataObject) -> None:
    made(kind)  # outside of the drawing: it uses randomness of its own
    broken = data.draw(damaged_files(kind))
    drop = frozenset(data.draw(st.sets(st.sampled_from(list(Drop)))))
    try:
        cleaned = clean(broken, drop)
    except NotCleanableError:
        return
    if kind != "eml":  # a damaged head makes a mail's other headers its text, and its text is content
        assert found(cleaned.data) == []


@given(
    st.binary(max_size=300),
    st.sampled_from(
        [b"", b"%PDF-1.4\n", b"PK\x03\x04", b"ID3", b"\xff\xd8\xff", b"II*\0", b"\0\0\0\x18ftypheic"]
    ),
)
def test_any_bytes_are_an_answer(tail: bytes, head: bytes) -> None:
    try:
        clean(head + tail)
    except NotCleanableError:
        return


@given(st.text(max_size=300), st.sampled_from(["jpg", "docx"]))
def test_any_name_becomes_a_safe_one_and_stays_it(name: str, extension: str) -> None:
    safe = safe_name(name, extension)
    assert 0 < len(safe.encode()) <= MAX_BYTES
    assert not set(safe) & set('/\\:<>"|?*\0\n\r')
    assert safe.endswith(f".{extension}")
    assert safe_name(safe, extension) == safe


@given(
    st.dictionaries(
        st.sampled_from(["removed", "left", "found"]),
        st.dictionaries(st.text(max_size=8), st.integers(-1, 3), max_size=3),
    )
)
def test_the_sandboxes_word_is_checked(value: dict[str, dict[str, int]]) -> None:
    try:
        read = Findings.from_json(value)
    except (KeyError, ValueError):
        return
    assert all(count > 0 for count in (*read.removed.values(), *read.left.values()))

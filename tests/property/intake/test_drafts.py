"""A draft is whatever somebody typed: every text survives, and one draft has one encoding."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from intake.card import MAX_TITLE, title_of
from intake.drafts import FIELDS, SUBJECT_FIELDS, Draft, DraftSubject

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
SUBJECT = st.builds(DraftSubject, **dict.fromkeys(SUBJECT_FIELDS, TEXT))


@given(
    answers=st.dictionaries(st.sampled_from(sorted(FIELDS)), TEXT),
    subjects=st.lists(SUBJECT, max_size=4),
    bodies=st.lists(TEXT, max_size=3),
)
def test_nothing_typed_is_lost_on_the_way(
    answers: dict[str, str], subjects: list[DraftSubject], bodies: list[str]
) -> None:
    draft = Draft.new()
    for name, value in answers.items():
        draft.set(name, value)
    draft.subjects, draft.bodies = subjects, bodies
    again = Draft.from_bytes(draft.to_bytes())
    assert (again.answers, again.subjects, again.bodies) == (draft.answers, subjects, bodies)
    assert again.code == draft.code
    assert again.to_bytes() == draft.to_bytes()


@given(TEXT)
def test_filing_leaves_nothing_of_the_report_in_the_draft(text: str) -> None:
    draft = Draft.new()
    draft.set("what", f"planted {text}")
    draft.subjects.append(DraftSubject(name="planted"))
    draft.forget_report()
    assert b"planted" not in draft.to_bytes()


@given(st.text(max_size=300))
def test_a_title_is_short_and_one_line(text: str) -> None:
    title = title_of(text)
    assert len(title) <= MAX_TITLE
    assert "\n" not in title

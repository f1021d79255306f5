"""Whatever is damaged in a file, it is refused with its faults named, or it loads whole. Nothing else ever happens."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.organisation import organisation_from
from intake.routing import decide, explain, facts_from, load_facts
from intake.scoring import Sum, answers_from, load_weights, risk, severity
from intake.strict_json import FaultyInputError
from tests.property.organisations import Document, organisations, stories
from tests.support.examples import examples

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(
        ["r0", "r1", "o-r0", "omb", "EXT-OMB", "OVS", "portal", "head", "2026-02-30", "b0", "p0"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    return [path, *(place for key, each in inner for place in places(each, (*path, key)))]


def attempt(load: Callable[[], Any]) -> Any:
    """What was loaded, or None after a proper refusal: faults, each with its place. Any other exception is a failure."""
    try:
        return load()
    except FaultyInputError as error:
        named = bool(error.faults) and all(
            ": " in fault or fault.startswith("not JSON") for fault in error.faults
        )
        if not named:
            raise
        return None


def damaged(data: st.DataObject, document: Document) -> Any:
    """The document with up to three places overwritten by anything at all."""
    copy: Any = deepcopy(document)
    for _ in range(data.draw(st.integers(1, 3))):
        *steps, last = data.draw(st.sampled_from(places(copy)[1:]))
        place = copy
        for step in steps:
            place = place[step]
        place[last] = data.draw(JUNK)
        if not places(copy)[1:]:
            break
    return copy


@settings(max_examples=examples(150), deadline=None)
@given(st.data(), organisations())
def test_a_damaged_organisation_is_refused_or_loads_whole(data: st.DataObject, document: Document) -> None:
    broken = damaged(data, document)
    loaded = attempt(lambda: organisation_from(broken))
    if loaded is not None:
        assert len(loaded.regions) == len(broken["regions"])
        assert all(loaded.path_up(office)[-1] == "EXT-OMB" for office in loaded.offices)


@settings(max_examples=examples(150), deadline=None)
@given(st.data(), stories())
def test_damaged_facts_are_refused_or_decided(data: st.DataObject, story: tuple[Document, Document]) -> None:
    where = organisation_from(story[0])
    facts = attempt(lambda: facts_from(damaged(data, story[1]), where))
    if facts is not None:
        decision = decide(where, facts, where.calendar)
        assert json.loads(json.dumps(decision.as_json())) == decision.as_json()
        assert explain(where, facts, decision)


@settings(max_examples=examples(150), deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_bytes_that_are_no_facts_are_refused(raw: bytes) -> None:
    where = organisation_from({"regions": [{"id": "r0", "level": 0}], "handling_offices": []})
    assert attempt(lambda: load_facts(raw, where)) is None, "no such text is a whole set of facts"


@settings(max_examples=examples(150), deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(sorted(load_weights(Sum.RISK).answer_ids | load_weights(Sum.SEVERITY).answer_ids)),
        JUNK,
        max_size=6,
    ),
    st.sampled_from(Sum),
)
def test_strange_answers_are_refused_or_added_up(document: dict[str, Any], which: Sum) -> None:
    answers = attempt(lambda: answers_from(document, which))
    if answers is not None:
        score = (risk if which is Sum.RISK else severity)(answers)
        assert score.score is None or 0 <= score.score <= 100

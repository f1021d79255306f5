"""The closing form, for whatever somebody types: outcomes are a set, and a fault is always said with its field."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from intake.catalogues import CatalogueName, load_catalogue
from triage.casework.closing import closing_fields, outcomes_of
from triage.casework.forms import FormReader

TODAY, LATEST = date(2026, 3, 2), date(2026, 9, 2)
_CODES = sorted(load_catalogue(CatalogueName.OUTCOMES).entries)
_SOME = st.lists(st.sampled_from([code for code in _CODES if code != "none"]), min_size=1, max_size=30)
_VALUES = {"due": "2026-05-01", "cause": "abuse_of_power", "consent": "yes"}


def _outcomes(chosen: list[str]) -> list[dict[str, str]]:
    sent: MultiDict[str, str] = MultiDict([("outcome", code) for code in chosen])
    for name in closing_fields():
        if name.startswith("outcome-"):
            sent.add(name, _VALUES.get(name.rpartition("-")[2], "Somebody"))
    reader = FormReader(sent, TODAY, LATEST)
    found = outcomes_of(reader)
    reader.check()
    return found


@given(_SOME, st.randoms())
def test_outcomes_are_a_set(chosen: list[str], random: Random) -> None:
    """Mechanism 75: one track never replaces another, in whatever order and however often they are ticked."""
    shuffled = random.sample(chosen, len(chosen))
    assert _outcomes(chosen) == _outcomes(shuffled) == _outcomes(chosen + shuffled)
    assert {outcome["code"] for outcome in _outcomes(chosen)} == set(chosen)


@given(
    st.dictionaries(
        st.sampled_from(["outcome", *closing_fields()]), st.lists(st.text(max_size=40), max_size=3)
    )
)
def test_whatever_is_typed_is_taken_or_refused_with_its_field(typed: dict[str, Any]) -> None:
    reader = FormReader(MultiDict(typed), TODAY, LATEST)
    outcomes_of(reader)
    assert set(reader.faults) <= {"outcome", *closing_fields()}
    assert reader.faults or typed.get("outcome")

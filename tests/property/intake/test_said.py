"""What a reporter said since a person last looked, and how high it lifts the band: reckoned again from the rules alone."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from intake.levels import Band
from intake.protection.checkins import BANDS
from intake.protection.said import CHECK_IN, REVIEW, Entry, at_least, lifted, said_since

TODAY = date(2026, 3, 2)
C1, A1 = ("none", "signs", "threat", "actual"), ("nobody", "officers", "others", "suspected", "known")
"""From the lightest to the gravest, as the table of the protection model has them."""


@st.composite
def compartments(draw: st.DrawFn) -> list[Entry]:
    """Check-ins, reviews, and what is neither, in any order of writing."""
    found = []
    for number in range(1, draw(st.integers(0, 8)) + 1):
        form = draw(st.sampled_from([CHECK_IN, CHECK_IN, CHECK_IN, REVIEW, "dates", "plan"]))
        answers = {
            name: draw(st.sampled_from(tokens))
            for name, tokens in (("C1", C1), ("A1", A1))
            if draw(st.booleans())
        }
        content = {"state": draw(st.sampled_from(["safe", "changed", "unsafe"])), "answers": answers}
        by_reporter = form == CHECK_IN or (form == REVIEW and draw(st.booleans()) and draw(st.booleans()))
        found.append(Entry(number, TODAY + timedelta(days=number), form, by_reporter, content))
    return draw(st.permutations(found))


@given(compartments(), st.integers(-1, 9))
def test_only_what_no_person_has_looked_at_counts_and_nothing_takes_it_back(
    entries: list[Entry], assessed: int
) -> None:
    found = said_since(entries, assessed)
    by_number = sorted(entries, key=lambda each: each.number)
    looked = max(
        [assessed, *(each.number for each in by_number if each.form == REVIEW and not each.by_reporter)]
    )
    after = [each for each in by_number if each.form == CHECK_IN and each.number > looked]
    unsafe = [each.date for each in after if each.content["state"] == "unsafe"]
    assert found.not_safe == (unsafe[0] if unsafe else None)
    for name, order in (("C1", C1), ("A1", A1)):
        given_ = [
            order.index(each.content["answers"][name]) for each in after if name in each.content["answers"]
        ]
        assert found.answers.get(name) == (order[max(given_)] if given_ else None)


@given(
    compartments(),
    st.sampled_from(BANDS),
    st.sampled_from([{}, {"A1": "known", "B1": "line"}, {"C1": "actual"}]),
)
def test_the_band_is_lifted_by_the_overrides_and_never_falls(
    entries: list[Entry], band: Band, given_: dict[str, str]
) -> None:
    said = said_since(entries, -1)
    after = at_least(band, lifted(given_, "low", said))
    assert after.rank >= band.rank
    if not said.waits:
        assert after is band
    if said.not_safe is not None or said.answers.get("C1") == "actual":
        assert after.rank >= Band.HIGH.rank  # O4, O3
    if said.answers.get("C1") == "threat":
        assert after.rank >= Band.MEDIUM.rank  # O3
    if said.answers.get("A1") == "known" and given_.get("B1") == "line":
        assert after.rank >= Band.HIGH.rank  # O2

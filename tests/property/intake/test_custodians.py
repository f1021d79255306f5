"""Who keeps a name, in any organisation: never somebody excluded, never one person twice, at most one of the office that has
the case; and the same two for the same facts.
"""

from __future__ import annotations

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from crypto.keys import KeyPair
from intake.identity.custodians import custodians_for, draw, fit_pairs
from intake.organisation import Duty
from intake.roster import Roster
from tests.property.organisations import organisations
from tests.property.routing.test_rungs import roster_of

TODAY = date(2026, 3, 2)


@st.composite
def situations(draw_: st.DrawFn) -> tuple[Roster, str, frozenset[str]]:
    """A roster, the office that has a case, and whom something bars from it."""
    roster = roster_of(draw_(organisations()))
    offices = sorted(roster.organisation.offices) or ["EXT-OMB"]
    people = sorted(roster.organisation.officers)
    barred = frozenset(draw_(st.lists(st.sampled_from(people), unique=True))) if people else frozenset()
    return roster, draw_(st.sampled_from(offices)), barred


@given(situations())
def test_custodians_are_never_excluded_never_twice_and_at_most_one_of_the_office(
    situation: tuple[Roster, str, frozenset[str]],
) -> None:
    roster, office, barred = situation
    chosen = custodians_for(roster, office, barred)
    assert len(set(chosen)) == len(chosen) <= 6
    assert not set(chosen) & barred
    assert all(Duty.CUSTODY in roster.organisation.officers[who].duties for who in chosen)
    assert set(chosen) <= roster.certified
    assert len([who for who in chosen if roster.organisation.officers[who].office == office]) <= 1
    assert custodians_for(roster, office, barred) == chosen


@given(situations(), st.data())
def test_the_two_who_are_asked_are_two_people_whom_nothing_bars(
    situation: tuple[Roster, str, frozenset[str]], data: st.DataObject
) -> None:
    roster, office, barred = situation
    kept = [
        (who, roster.keys_of(who).fingerprint.hex()) for who in custodians_for(roster, office, frozenset())
    ]
    gone = data.draw(st.sets(st.sampled_from([who for who, _ in kept]))) if kept else set()
    reset = [
        (who, mark if who not in gone else KeyPair(b"n" * 32).public.fingerprint.hex()) for who, mark in kept
    ]
    pairs = fit_pairs(reset, roster, office, barred)
    for pair in pairs:
        assert pair.first != pair.second
        assert not {pair.first, pair.second} & (barred | gone)
        here = [
            who for who in (pair.first, pair.second) if roster.organisation.officers[who].office == office
        ]
        assert len(here) <= 1
    assert draw(pairs, (), TODAY) == (pairs[0] if pairs else None)
    assert json.dumps([pair.number for pair in pairs]) == json.dumps(sorted(pair.number for pair in pairs))

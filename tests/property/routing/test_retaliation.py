"""A detriment against the rules, for generated organisations: whoever is shut out of either case, and every office passed over,
never holds the new one; and nobody of a place where it happened is told of it through the first.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crypto.encoding import canonical_json
from intake.filing.about import Before
from intake.organisation import EXT_OMB, Organisation, load_organisation
from intake.routing import Cause, Decision, Priority, accused_of, decide, facts_from, first_recipients
from tests.property.organisations import Document, facts_for, organisations

FILED = date(2026, 3, 2)


@st.composite
def two_cases(draw: st.DrawFn) -> tuple[Organisation, Decision, Before, Decision, Any]:
    """A report that was routed, who worked on it, and what is done because of it."""
    where: Document = draw(organisations())
    organisation = load_organisation(canonical_json(where))
    facts = facts_from({**draw(facts_for(where, "initial")), "received": FILED.isoformat()}, organisation)
    first = decide(organisation, facts, organisation.calendar)
    officers = st.lists(st.sampled_from(sorted(organisation.officers)), max_size=3, unique=True)
    before = Before(
        office=first.handling_unit,
        offices=frozenset({first.handling_unit}),
        assigned=tuple(sorted({*draw(officers), *first.excluded_officers})),
        decided_by=tuple(draw(officers)),
        unit=facts.reporter_unit,
        received=FILED,
        feedback=None,
        closed=None,
    )
    document = {**draw(facts_for(where, "initial")), "reporter_unit": None, **before.as_facts()}
    document |= {"received": FILED.isoformat(), "acknowledged": None, "entry_unit": "portal"}
    detriment = facts_from(document, organisation)
    return organisation, first, before, decide(organisation, detriment, organisation.calendar), detriment


@given(two_cases())
def test_nobody_who_is_shut_out_of_either_case_gets_the_new_one(cases: Any) -> None:
    organisation, first, before, second, facts = cases
    got = set(first_recipients(organisation, second, facts.certified))
    assert not got & first.excluded_officers.keys()
    assert not got & second.excluded_officers.keys()
    assert not got & {*before.assigned, *before.decided_by}
    below = {member.id for office in second.bypassed_units for member in organisation.members_of(office)}
    assert not got & below


@given(two_cases())
def test_it_goes_no_lower_than_the_first_case_or_the_place_where_it_happened(cases: Any) -> None:
    organisation, first, _, second, facts = cases
    above = organisation.path_up(first.handling_unit)
    assert second.handling_unit in above
    for subject in accused_of(organisation, facts):
        assert second.handling_unit in organisation.path_up(subject.floor)
    assert second.handling_unit not in {facts.reporter_unit} - {EXT_OMB}
    assert second.priority in {Priority.P1, Priority.P2}


@given(two_cases())
def test_the_first_case_is_told_only_where_nobody_around_it_has_to_do_with_what_was_done(cases: Any) -> None:
    organisation, first, before, second, _ = cases
    if not before.may_be_told(second, organisation):
        return
    assert first.handling_unit not in second.bypassed_units
    around = organisation.path_up(first.handling_unit)
    concerned = {who for who, causes in second.excluded_officers.items() if set(causes) - {Cause.PRIOR}}
    assert not any(organisation.officers[who].office in around for who in concerned)

"""What must hold for every organisation and every set of facts (the end of routing.md)."""

from __future__ import annotations

from copy import deepcopy
from itertools import pairwise
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from intake.organisation import EXT_OMB, Organisation, organisation_from
from intake.routing import Decision, Facts, addressees, decide, facts_from, first_recipients, rungs
from intake.routing.accused import accused_of
from intake.routing.floors import floors_of
from tests.property.organisations import KINDS, Document, stories, subjects_for
from tests.property.routing.oracle import Oracle
from tests.support.examples import examples

Story = tuple[Document, Document]
many = settings(max_examples=examples(100), deadline=None)


def play(story: Story) -> tuple[Organisation, Facts, Decision]:
    where = organisation_from(story[0])
    facts = facts_from(story[1], where)
    return where, facts, decide(where, facts, where.calendar)


@settings(max_examples=examples(400), deadline=None)
@given(stories())
def test_a_naive_reading_of_the_rules_decides_the_same(story: Story) -> None:
    _, _, decision = play(story)
    assert decision.as_json() == Oracle(*story).decision()


@many
@given(stories())
def test_nothing_ever_reaches_an_excluded_officer_or_a_bypassed_office(story: Story) -> None:
    where, facts, decision = play(story)
    told = {officer for officers in addressees(where, decision).values() for officer in officers}
    told.update(first_recipients(where, decision, facts.certified))
    shut_out = {member.id for office in decision.bypassed_units for member in where.members_of(office)}
    assert not told & shut_out
    assert not told & set(decision.excluded_officers)
    assert not {f"queue:{office}" for office in decision.bypassed_units} & set(decision.notify)
    assert decision.handling_unit not in decision.bypassed_units


@many
@given(stories())
def test_no_subject_is_ever_told(story: Story) -> None:
    where, facts, decision = play(story)
    accused = {subject.officer for subject in accused_of(where, facts) if subject.officer}
    assert accused <= set(decision.excluded_officers)
    assert not accused & {
        officer for officers in addressees(where, decision).values() for officer in officers
    }


@many
@given(stories())
def test_the_final_office_is_never_below_any_floor(story: Story) -> None:
    where, facts, decision = play(story)
    for floor in floors_of(where, accused_of(where, facts), facts.region).each:
        assert decision.handling_unit in where.path_up(floor)


@many
@given(st.data())
def test_accusing_one_more_never_lowers_the_office(data: st.DataObject) -> None:
    org, facts = data.draw(stories())
    assume(facts["subjects"] or facts["bodies"])
    more = deepcopy(facts)
    more["subjects"].append(data.draw(subjects_for(org)))
    where, _, before = play((org, facts))
    _, _, after = play((org, more))
    assert after.handling_unit in where.path_up(before.handling_unit)


@many
@given(stories())
def test_being_anonymous_never_lowers_a_priority_or_lengthens_a_clock(story: Story) -> None:
    org, facts = story
    anonymous = {**facts, "reporter_unit": None}
    named = {**facts, "identity_name": "Somebody", "identity_contact": "somewhere"}
    _, _, with_name = play((org, named))
    _, _, without = play((org, anonymous))
    assert without.priority == with_name.priority
    for name in without.clocks.keys() & with_name.clocks.keys():
        assert without.clocks[name] <= with_name.clocks[name]
    assert with_name.clocks.keys() - {"forward_due"} == without.clocks.keys() - {"forward_due"}


@many
@given(stories())
def test_entering_elsewhere_changes_the_result_only_through_the_gate(story: Story) -> None:
    org, facts = story
    _, _, elsewhere = play(story)
    _, _, portal = play((org, {**facts, "entry_unit": "portal"}))
    assert (portal.forward_from, portal.seal_at_entry) == (None, False)
    assume("D-GATE" not in elsewhere.reasons)
    mine, theirs = elsewhere.as_json(), portal.as_json()
    for document in (mine, theirs):
        document["clocks"].pop("forward_due", None)  # type: ignore[attr-defined]  # as_json is a document of objects
        del document["forward_from"], document["seal_at_entry"]
    assert mine == theirs


@many
@given(stories(), st.randoms(use_true_random=False))
def test_the_decision_is_the_same_for_any_order_of_lists(story: Story, random: Any) -> None:
    shuffled = deepcopy(story)

    def shuffle(value: Any) -> None:
        if isinstance(value, list):
            random.shuffle(value)
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
            shuffle(inner)

    shuffle(shuffled[0])
    shuffle(shuffled[1])
    assert play(story)[2].as_json() == play(shuffled)[2].as_json()


@many
@given(stories())
def test_repeating_an_entry_changes_nothing(story: Story) -> None:
    org, facts = story
    registered = [subject for subject in facts["subjects"] if isinstance(subject, str)]
    twice = {
        **facts,
        "subjects": facts["subjects"] + registered,
        "bodies": facts["bodies"] * 2,
        "witnesses": facts["witnesses"] * 2,
    }
    assert play(story)[2].as_json() == play((org, twice))[2].as_json()


@many
@given(stories())
def test_somebody_can_always_open_the_report(story: Story) -> None:
    org, facts = story
    where = organisation_from(org)
    everyone = [officer for officer in where.officers if officer not in facts.get("certified", [])]
    where, known, decision = play((org, {**facts, "certified": [*everyone, "omb"]}))
    assume("omb" not in decision.excluded_officers)
    assert first_recipients(where, decision, known.certified)


@many
@given(stories())
def test_the_external_recipient_is_always_named_as_such(story: Story) -> None:
    _, _, decision = play(story)
    assert ("X-EXTERNAL" in decision.reasons) == (decision.handling_unit == EXT_OMB)
    assert (decision.required_panel is None) == (decision.handling_unit == EXT_OMB)


@many
@given(stories())
def test_every_ladder_climbs_to_the_external_recipient_past_nobody_excluded(story: Story) -> None:
    where, facts, decision = play(story)
    chains = rungs(where, facts, decision)
    for kind in ("overdue", "review"):
        chain = [rung for rung in chains if rung.kind == kind]
        offices = [decision.handling_unit, *(rung.office for rung in chain)]
        assert offices[-1] == EXT_OMB
        assert all(where.is_above(upper, lower) for lower, upper in pairwise(offices))
        assert [rung.prior for rung in chain] == offices[:-1]
        for rung in chain:
            assert not set(rung.recipients) & set(decision.excluded_officers)
            assert set(rung.recipients) <= {member.id for member in where.members_of(rung.office)}
            assert rung.priority <= decision.priority


@many
@given(stories("overdue"))
def test_moving_up_never_resets_a_clock_that_the_reporter_sees(story: Story) -> None:
    org, facts = story
    original = {**facts, "kind": "initial", "prior": None}
    before, after = play((org, original))[2], play(story)[2]
    for name in ("ack_due", "accept_due", "feedback_due"):
        assert after.clocks[name] == before.clocks[name]


@settings(max_examples=examples(30), deadline=None)
@given(st.data(), st.sampled_from(KINDS))
def test_every_kind_ends(data: st.DataObject, kind: str) -> None:
    assert play(data.draw(stories(kind)))[2].handling_unit

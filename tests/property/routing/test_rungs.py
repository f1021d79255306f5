"""The ladder against the rules: for generated organisations, who receives a rung is whom a decision on the same facts names.

The facts of each decision are written down here as a document; the ladder gets them only once, when the report is filed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crypto.encoding import canonical_json
from crypto.keys import KeyPair
from intake.ladder import PeeledRung
from intake.organisation import EXT_OMB, Organisation, load_organisation
from intake.release.fitting import first_of, ways_out
from intake.roster import Roster, certify
from intake.routing import Involved, Way, decide, facts_from, first_recipients, rungs
from intake.rules import as_begun
from intake.watch import Watch, first_watch
from tests.property.organisations import Document, facts_for, organisations
from tests.support.examples import examples

ONE_KEY = KeyPair.generate()
"""Everybody's: who can open what is proved elsewhere, here it is who is meant."""
FILED = date(2026, 3, 2)


@st.composite
def held_cases(draw: st.DrawFn) -> tuple[Document, Document, dict[str, list[str]], list[str]]:
    """An organisation, facts of a new report, who worked on it, and who is shut out later."""
    where = draw(organisations())
    facts = {**draw(facts_for(where, "initial")), "received": FILED.isoformat(), "acknowledged": None}
    facts.pop("certified", None)
    officers = st.lists(
        st.sampled_from(
            [
                member["id"]
                for office in [*where["handling_offices"], *where["external"]]
                for member in office["members"]
            ]
        ),
        max_size=3,
        unique=True,
    )
    return where, facts, {"assigned": draw(officers), "decided_by": draw(officers)}, draw(officers)


def roster_of(document: Document) -> Roster:
    text = canonical_json(document).decode()
    organisation = load_organisation(text.encode())
    return Roster(
        number=1,
        issued=FILED,
        expires=FILED + timedelta(days=365),
        organisation_json=text,
        organisation=organisation,
        officers={name: certify(organisation, name, ONE_KEY.public) for name in organisation.officers},
        gate=ONE_KEY.public,
        recovery=ONE_KEY.public,
    )


def named(organisation: Organisation, facts: Document, **changed: Any) -> tuple[str, frozenset[str]]:
    """The office, and its first recipients, that a decision on these facts names."""
    document = {**facts, "certified": sorted(organisation.officers), **changed}
    found = facts_from(document, organisation)
    decision = decide(organisation, found, organisation.calendar)
    return decision.handling_unit, frozenset(
        first_recipients(organisation, decision, frozenset(organisation.officers))
    )


def ladder_of(
    roster: Roster, facts: Document, involved: dict[str, list[str]]
) -> tuple[list[PeeledRung], Watch]:
    """As a filed case has them, with who worked on it since."""
    organisation = roster.organisation
    found = facts_from({**facts, "certified": sorted(organisation.officers)}, organisation)
    decision = decide(organisation, found, organisation.calendar)
    steps = rungs(
        organisation,
        found,
        decision,
        involved=Involved(tuple(involved["assigned"]), tuple(involved["decided_by"])),
    )
    watch = first_watch("case", (ONE_KEY.public, ONE_KEY.public), found, decision, roster, ())
    assert as_begun(watch.rules, organisation) is organisation
    watch = replace(watch, involved=tuple(sorted({*involved["assigned"], *involved["decided_by"]})))
    peeled = [
        PeeledRung(
            slot=slot,
            kind=step.kind.value,
            prior=step.prior,
            office=step.office,
            panel=step.panel,
            priority=str(step.priority),
            urgent=step.urgent,
            opens=step.opens,
            notify=list(step.notify),
            grants={officer: {} for officer in step.recipients},
            reporter=ONE_KEY.public,
        )
        for slot, step in enumerate(steps)
    ]
    return peeled, watch


@settings(max_examples=examples(60))
@given(held_cases())
def test_the_first_rung_of_every_way_is_the_decision_on_the_same_facts(
    story: tuple[Document, Document, dict[str, list[str]], list[str]],
) -> None:
    document, facts, involved, _ = story
    roster = roster_of(document)
    organisation = roster.organisation
    peeled, watch = ladder_of(roster, facts, involved)
    assume(watch.office != EXT_OMB)
    out = ways_out(peeled, watch, organisation, roster)
    for kind, more in (
        ("review", {}),
        ("handling_complaint", {}),
        ("overdue", {"trigger_date": FILED.isoformat()}),
    ):
        rung = first_of(out, Way(kind), watch.office)
        prior = {"handling_unit": watch.office, **involved}
        office, recipients = named(organisation, facts, kind=kind, prior=prior, **more)
        if recipients:
            assert rung is not None
            assert (rung.office, frozenset(rung.grants)) == (office, recipients)
        else:
            assert rung is None, "nobody could read it there"


@settings(max_examples=examples(60))
@given(held_cases())
def test_who_is_shut_out_later_is_left_out_as_the_rules_would_have_it(
    story: tuple[Document, Document, dict[str, list[str]], list[str]],
) -> None:
    document, facts, involved, shut_out = story
    roster = roster_of(document)
    organisation = roster.organisation
    peeled, watch = ladder_of(roster, facts, involved)
    assume(watch.office != EXT_OMB)
    later = replace(watch, excluded=tuple(sorted({*watch.excluded, *shut_out})))
    out = ways_out(peeled, later, organisation, roster)
    witnesses = sorted({*facts["witnesses"], *shut_out})
    for kind in ("review", "handling_complaint", "overdue"):
        rung = first_of(out, Way(kind), watch.office)
        prior = {"handling_unit": watch.office, **involved}
        more = {"trigger_date": FILED.isoformat()} if kind == "overdue" else {}
        office, recipients = named(organisation, facts, kind=kind, prior=prior, witnesses=witnesses, **more)
        assert (rung is not None) == bool(recipients)
        if rung is not None:
            assert (rung.office, frozenset(rung.grants)) == (office, recipients)
    office, recipients = named(organisation, facts, witnesses=witnesses)
    if office != watch.office and recipients:
        rung = first_of(out, Way.EXCLUSION, watch.office)
        assert rung is not None
        assert (rung.office, frozenset(rung.grants)) == (office, recipients)


@settings(max_examples=examples(60))
@given(held_cases())
def test_every_way_leads_office_by_office_out_of_the_organisation(
    story: tuple[Document, Document, dict[str, list[str]], list[str]],
) -> None:
    document, facts, involved, shut_out = story
    roster = roster_of(document)
    organisation = roster.organisation
    peeled, watch = ladder_of(roster, facts, involved)
    later = replace(watch, excluded=tuple(sorted({*watch.excluded, *shut_out})))
    out = ways_out(peeled, later, organisation, roster)
    barred = {*later.excluded}
    for way in Way:
        office = watch.office
        for rung in (rung for rung in out if rung.kind == way):
            assert rung.prior == office
            assert rung.office == office or organisation.is_above(rung.office, office)
            assert rung.grants
            assert not set(rung.grants) & barred
            office = rung.office
    assert [rung.slot for rung in out] == list(range(len(out)))

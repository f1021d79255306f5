"""Whatever a person calls what they bring, and whatever stage they name: who gets it, who decides and by when stay the same."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from intake.drafts import FIELDS, Draft, DraftSubject
from intake.filing.assess import assess
from intake.intake_types import IntakeType
from intake.organisation import load_organisation
from tests.support.organisation import small_organisation

ORGANISATION = load_organisation(json.dumps(small_organisation()).encode())
DAY = date(2026, 3, 2)
_ASKED = {
    name: st.sampled_from(("", *field.tokens))
    for name, field in FIELDS.items()
    if field.tokens and name not in ("intake", "stage")
}
_SUBJECT = st.builds(
    DraftSubject,
    name=st.sampled_from(("", "Hugo Stein", "Milo Fernandes")),
    post=st.sampled_from(("head", "team_member", "staff")),
    body=st.sampled_from(("millbrook-water", "millbrook-school", "HO-millbrook", "ashford-clinic")),
)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """A draft that can be filed."""
    draft = Draft.new()
    draft.set("what", "The wells are measured at night.")
    for name, value in draw(st.fixed_dictionaries(_ASKED)).items():
        draft.set(name, value)
    draft.subjects += draw(st.lists(_SUBJECT, max_size=3))
    draft.set("reporter_unit", draw(st.sampled_from(("", "HO-ashford", "HO-north"))))
    draft.set("region", draw(st.sampled_from(("", "millbrook", "ashford"))))
    return draft


@given(draft=drafts(), stage=st.sampled_from(("", *FIELDS["stage"].tokens)))
def test_no_name_for_it_changes_who_gets_it_who_decides_or_by_when(draft: Draft, stage: str) -> None:
    certified = frozenset(ORGANISATION.officers)
    found = assess(draft, ORGANISATION, certified, DAY)
    for kind in IntakeType:
        called = replace(draft, answers={**draft.answers, "intake": kind.value})
        called.set("stage", stage)
        again = assess(called, ORGANISATION, certified, DAY)
        assert again.decision == found.decision
        assert again.document == found.document
        assert (again.severity, again.risk) == (found.severity, found.risk)

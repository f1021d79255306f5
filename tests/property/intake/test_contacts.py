"""Who looks after a reporter, in whatever organisation: two at most, never somebody excluded, nor where the reporter works."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crypto.keys import KeyPair
from intake.organisation import Duty, load_organisation
from intake.protection.contacts import MOST, contacts_of
from intake.roster import Roster, certify
from tests.property.organisations import organisations

DAY = date(2026, 3, 2)
KEY = KeyPair.generate().public


def _roster(document: dict[str, Any]) -> Roster:
    text = json.dumps(document)
    organisation = load_organisation(text.encode())
    officers = {who: certify(organisation, who, KEY) for who in organisation.officers}
    return Roster(
        number=1,
        issued=DAY,
        expires=DAY + timedelta(days=365),
        organisation_json=text,
        organisation=organisation,
        officers=officers,
        gate=KEY,
        recovery=KEY,
    )


@given(document=organisations(), data=st.data())
def test_contacts_are_few_fit_and_stay_who_they_are(document: dict[str, Any], data: st.DataObject) -> None:
    roster = _roster(document)
    offices = sorted(roster.organisation.offices)
    if not offices:
        return
    everybody = sorted(roster.officers)
    some = st.sets(st.sampled_from(everybody)) if everybody else st.just(set())
    office = data.draw(st.sampled_from(offices))
    excluded, team = data.draw(some), data.draw(some)
    unit = data.draw(st.sampled_from([None, *offices]))
    gone = data.draw(some)
    roster = replace(
        roster,
        officers={
            who: replace(entry, active=entry.active and who not in gone)
            for who, entry in roster.officers.items()
        },
    )

    def now(present: tuple[str, ...] = ()) -> tuple[str, ...]:
        return contacts_of(roster, office, excluded=excluded, team=team, reporter_unit=unit, present=present)

    found = now()
    assert len(found) <= MOST
    assert not set(found) & excluded
    path = set(roster.organisation.path_up(office)) - {unit}
    for who in found:
        assert roster.officers[who].office in path
        assert Duty.PROTECT in roster.organisation.officers[who].duties
        assert who in roster.certified
    outside = {
        who
        for each in path
        for member in roster.organisation.members_of(each)
        if (who := member.id) in roster.certified - excluded - team and Duty.PROTECT in member.duties
    }
    assert (set(found) <= outside) if outside else (set(found) <= team), (
        "the team only where nobody else is left"
    )
    assert len(found) == min(MOST, len(outside)) or not outside
    assert now(found) == found, "whoever looks after a reporter goes on"
    if outside:
        other = data.draw(st.sampled_from(sorted(outside)))
        assert other in now((other,)), "whoever is there stays as long as they may"

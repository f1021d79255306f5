"""Whoever the organisation and whatever was done in a case: a seat goes to nobody who must not decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.item import ItemPlace, OpenedItem
from crypto.keys import KeyPair
from intake.casefile import CaseFile
from intake.events import EventKind
from intake.organisation import organisation_from
from intake.progress import progress_of
from intake.record import EventRecord
from intake.roster import Roster, certify
from intake.routing import decide, facts_from
from intake.standing import standing_of
from tests.property.organisations import stories
from tests.support.examples import examples
from triage.casework.policy import Part, Task
from triage.casework.position import parts_of
from triage.casework.seats import benches_for, draw

DAY = date(2026, 3, 2)
DONE = (EventKind.ACKNOWLEDGED, EventKind.ASSESSED, EventKind.SECURED, EventKind.NOTED, EventKind.RECUSED)


@cache
def _pair() -> KeyPair:
    return KeyPair.generate()


class Scene:
    """A case as its holders read it, without the cryptography around it. Plain, because Hypothesis writes data classes out."""

    def __init__(self, file: CaseFile, roster: Roster, proposer: str, leaving: tuple[str, ...]) -> None:
        self.file, self.roster = file, roster
        self.proposer, self.leaving = proposer, leaving


@st.composite
def scenes(draw_: st.DrawFn) -> Scene:
    document, facts_document = draw_(stories("initial"))
    organisation = organisation_from(document)
    people = sorted(organisation.officers)
    certified = {who for who in people if draw_(st.integers(0, 5)) or who == "omb"}
    keys = _pair().public
    roster = Roster(
        number=1,
        issued=DAY,
        expires=date(2027, 1, 1),
        organisation_json="{}",
        organisation=organisation,
        officers={who: replace(certify(organisation, who, keys), active=who in certified) for who in people},
        gate=keys,
        recovery=keys,
    )
    facts_document = {**facts_document, "certified": sorted(roster.certified)}
    decision = decide(organisation, facts_from(facts_document, organisation), organisation.calendar)
    filed = {
        "rules": decision.rule_version,
        "circle": {"office": decision.handling_unit},
        "clocks": {name: due.isoformat() for name, due in decision.clocks.items()},
    }
    somebody = st.sampled_from(people)
    acts = draw_(st.lists(st.tuples(somebody, st.sampled_from(DONE)), max_size=6))
    handlers = draw_(st.dictionaries(somebody, st.sampled_from([str(task) for task in Task]), max_size=3))
    told: list[tuple[str, EventKind, dict[str, Any]]] = [(who, kind, {}) for who, kind in acts]
    events = [
        ("reporter", EventKind.FILED, filed),
        *told,
        (people[0], EventKind.NOTED, {"handlers": handlers}),
    ]
    records = [
        EventRecord(f"e{number}", number, kind, DAY, who, data, b"", b"", 0, "")
        for number, (who, kind, data) in enumerate(events)
    ]
    # What somebody did in the case from which this one was split off.
    before = draw_(st.dictionaries(somebody, st.sampled_from([str(part) for part in Part]), max_size=3))
    parts = {who: [part] for who, part in before.items()}
    file = CaseFile(
        id="case",
        office=decision.handling_unit,
        epoch=0,
        pairs={0: _pair()},
        report={
            "facts": facts_document,
            "decision": decision.as_json(),
            "filed": DAY.isoformat(),
            "parts": parts,
        },
        original=OpenedItem(ItemPlace("report", "case", "item"), b"", b""),
        reporter=keys,
        records=records,
        progress=progress_of(records),
        written=(),
        whole=True,
    )
    return Scene(file, roster, draw_(somebody), tuple(draw_(st.sets(somebody, max_size=1))))


@settings(max_examples=examples(25), deadline=None)
@given(scenes(), st.integers(1, 4))
def test_a_seat_goes_to_nobody_who_must_not_decide(scene: Scene, number: int) -> None:
    file, roster = scene.file, scene.roster
    benches = benches_for(file, roster, scene.proposer, leaving=scene.leaving)
    seats = draw(benches, {}, number) or ()
    standing = standing_of(file, roster, leaving=scene.leaving)
    above = roster.organisation.path_up(file.progress.circle["office"])
    for seat in seats:
        assert seat in roster.certified
        assert seat not in standing.decision.excluded_officers
        assert seat not in file.report["decision"]["excluded_officers"]
        assert seat not in (scene.proposer, *scene.leaving)
        assert not parts_of(file, seat) & {Part.TRIAGE, Part.INVESTIGATE}
        assert not set(file.report["parts"].get(seat, ())) & {Part.TRIAGE, Part.INVESTIGATE, Part.EXAMINE}
        assert file.progress.handlers.get(seat) != Task.INVESTIGATE
        office = roster.officers[seat].office
        assert office in above
        assert office not in standing.decision.bypassed_units or office == above[0]
    heads = [seat for seat in seats if roster.officers[seat].role == "head"]
    assert heads == [seat for seat in seats[-1:] if seat in heads]

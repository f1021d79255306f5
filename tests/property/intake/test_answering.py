"""Who answers: at every moment exactly one officer at the office that has the case, and one at the office above once told."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crypto.keys import KeyPair
from intake.answering import TAKES_UP, Level, Line, Turn, stands_for, turns
from intake.events import EventKind
from intake.organisation import OVS, load_organisation
from intake.record import EventRecord
from intake.roster import Roster, certify
from tests.support.organisation import small_organisation

DAY = date(2026, 3, 2)
LINE_UP = ("HO-millbrook", "HO-north", "HO-land", "EXT-OMB")
_ACTS = st.sampled_from(
    [
        EventKind.OPENED, EventKind.ACKNOWLEDGED, EventKind.ADDRESSED, EventKind.ASSIGNED, EventKind.HANDED_OVER,
        EventKind.RECUSED, EventKind.RELEASED, EventKind.TRANSFERRED, EventKind.MISSED, EventKind.WRITTEN,
    ]
)  # fmt: skip


Story = tuple[list[EventRecord], dict[int, str], dict[str, int], str | None]


@cache
def _roster() -> Roster:
    text = json.dumps(small_organisation())
    organisation = load_organisation(text.encode())
    key = KeyPair.generate().public
    officers = {who: certify(organisation, who, key) for who in organisation.officers}
    return Roster(
        number=1,
        issued=DAY,
        expires=DAY + timedelta(days=365),
        organisation_json=text,
        organisation=organisation,
        officers=officers,
        gate=key,
        recovery=key,
    )


def _record(number: int, kind: EventKind, actor: str, data: dict[str, Any]) -> EventRecord:
    day = DAY + timedelta(days=number)
    return EventRecord("", number, kind, day, actor, data, b"", b"", 0, "")


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """A case that goes up the line, with tasks given, taken and lost, and people who leave for good."""
    roster, place, tasks = _roster(), 0, dict[str, str]()
    records = [_record(0, EventKind.FILED, "reporter", {"circle": {"office": LINE_UP[0]}})]
    handed: dict[int, str] = {}
    gone = dict.fromkeys(draw(st.sets(st.sampled_from(sorted(roster.officers)), max_size=3)), 0)
    for number in range(1, draw(st.integers(1, 12))):
        kind, data = draw(_ACTS), dict[str, Any]()
        present = [who.id for who in roster.organisation.members_of(LINE_UP[place]) if who.id not in gone]
        actor = draw(st.sampled_from(present or ["gate"]))
        match kind:
            case EventKind.ASSIGNED:
                tasks = {**tasks, actor: draw(st.sampled_from(["handle", "investigate"]))}
            case EventKind.HANDED_OVER:
                handed[number] = draw(st.sampled_from(present or [""]))
                tasks = {who if who != actor else handed[number]: task for who, task in tasks.items()}
            case EventKind.RECUSED:
                gone.setdefault(actor, number)
                tasks = {who: task for who, task in tasks.items() if who != actor}
            case EventKind.RELEASED | EventKind.TRANSFERRED if place + 1 < len(LINE_UP):
                place, tasks = place + draw(st.integers(0, 1)), {}
        if kind in (EventKind.RELEASED, EventKind.TRANSFERRED):
            data["circle"] = {"office": LINE_UP[place]}
        if draw(st.booleans()):
            data["notices"] = ["a notice"]
        records.append(_record(number, kind, actor, data | {"handlers": dict(tasks)}))
    return records, handed, gone, draw(st.sampled_from([None, "HO-north"]))


def _at(all_turns: list[Turn], level: Level, number: int) -> list[Turn]:
    """The turns of a level that run right after an event: each event has a day of its own here."""
    day = _day(number)
    running = [turn for turn in all_turns if turn.since <= day and (turn.until is None or turn.until > day)]
    return [turn for turn in running if turn.level is level]


def _day(number: int) -> date:
    return DAY + timedelta(days=number)


@given(stories())
def test_at_every_moment_exactly_one_answers_at_each_level(
    story: Story,
) -> None:
    records, handed, line = story[0], story[1], Line(_roster(), *story[2:])
    all_turns = turns(records, handed, line)
    office, told, tasks = "", False, dict[str, str]()
    for record in records:
        moved = record.data.get("circle", {}).get("office", office)
        told = (
            (told and moved == office) or bool(record.data.get("notices")) or record.kind is EventKind.MISSED
        )
        office, tasks, number = moved, record.data.get("handlers", tasks), record.number
        out = line.out(number)
        (holder,) = _at(all_turns, Level.HOLDS, number)
        assert holder.office == office
        assert holder.officer not in out
        fit = set(tasks) - out
        if fit:
            assert holder.officer in fit
            assert tasks[holder.officer] == "handle" or "handle" not in {tasks[who] for who in fit}
        elif not any(other.kind in TAKES_UP for other in records):
            assert holder.officer == stands_for(line.roster, office, out)
        watching = _at(all_turns, Level.WATCHES, number)
        assert len(watching) == told
        for turn in watching:
            assert turn.officer not in out
            assert turn.office == OVS or line.roster.organisation.is_above(turn.office, office)


@given(stories())
def test_what_comes_later_changes_nobody_s_past(story: Story) -> None:
    records, handed, line = story[0], story[1], Line(_roster(), *story[2:])
    whole = turns(records, handed, line)
    for count in range(1, len(records)):
        so_far = turns(records[:count], handed, line)
        for level in Level:
            now = [turn for turn in so_far if turn.level is level and turn.until is None]
            then = _at(whole, level, count - 1)
            assert [(t.office, t.officer, t.number) for t in now] == [
                (t.office, t.officer, t.number) for t in then
            ]

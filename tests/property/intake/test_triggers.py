"""Before each step the risk is weighed, whatever else happens in a case: compared with a plain look back over the record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from intake.events import EventKind
from intake.protection.triggers import Step, Trigger, Weighing, triggers_of, weighed
from intake.record import EventRecord

START = date(2026, 3, 2)
HERE, THERE = {"office": "HO-millbrook"}, {"office": "HO-north"}
HAPPENINGS: dict[str, tuple[EventKind, dict[str, Any]]] = {
    **{f"weigh {step}": (EventKind.ASSESSED, {"step": step.value}) for step in Step},
    "assess": (EventKind.ASSESSED, {}),
    "hear": (EventKind.HEARD, {}),
    "conclude": (EventKind.PROPOSED, {"act": "close"}),
    "send": (EventKind.PROPOSED, {"act": "transfer"}),
    "extend": (EventKind.PROPOSED, {"act": "extend"}),
    "decided": (EventKind.DECIDED, {"act": "close", "state": "concluded"}),
    "sent": (EventKind.TRANSFERRED, {"from": "HO-millbrook", "circle": THERE}),
    "went up": (EventKind.RELEASED, {"from": "HO-millbrook", "circle": THERE}),
    "shut out": (EventKind.RELEASED, {"from": "HO-millbrook", "circle": HERE}),
    "note": (EventKind.NOTED, {}),
    "write": (EventKind.WRITTEN, {}),
    "closed": (EventKind.CLOSED, {"state": "closed"}),
}
TAKES = {"hear": Step.HEARING, "conclude": Step.FINDINGS, "send": Step.EXTERNAL}
SPENDS = {*TAKES, "write", "sent", "went up"}
"""After these whatever was weighed is weighed anew."""
TELLS = {
    "hear": Trigger.HEARING,
    "decided": Trigger.FINDINGS,
    "sent": Trigger.EXTERNAL,
    "went up": Trigger.EXTERNAL,
    "closed": Trigger.CLOSING,
}

lives = st.lists(st.sampled_from(sorted(HAPPENINGS)), max_size=14)


def records_of(life: list[str], stages: int = 1) -> list[EventRecord]:
    """A record in which these happen, one a day."""
    first = (EventKind.FILED, {"stages": stages} if stages else {})
    return [
        EventRecord(str(n), n, kind, START + timedelta(days=n), "x", data, b"", b"", 0, "key")
        for n, (kind, data) in enumerate([first, *(HAPPENINGS[what] for what in life)])
    ]


def _was_weighed(life: list[str], at: int, step: Step) -> bool:
    for what in reversed(life[:at]):
        if what == f"weigh {step}":
            return True
        if what in SPENDS:
            return False
    return False


@given(lives)
def test_a_step_is_taken_only_after_it_was_weighed_and_nothing_came_between(life: list[str]) -> None:
    weighing = Weighing()
    found = [weighing.allows(record) for record in records_of(life)][1:]
    wanted = [what not in TAKES or _was_weighed(life, at, TAKES[what]) for at, what in enumerate(life)]
    assert found == wanted
    assert weighed(records_of(life)) == {step for step in Step if _was_weighed(life, len(life), step)}


@given(lives)
def test_a_case_that_does_not_ask_is_never_refused(life: list[str]) -> None:
    weighing = Weighing()
    assert all(weighing.allows(record) for record in records_of(life, stages=0))


@given(lives)
def test_every_trigger_is_told_with_its_day(life: list[str]) -> None:
    days = [START + timedelta(days=at) for at in range(1, len(life) + 1)]
    assert triggers_of(records_of(life)) == [
        (TELLS[what], day) for what, day in zip(life, days, strict=True) if what in TELLS
    ]

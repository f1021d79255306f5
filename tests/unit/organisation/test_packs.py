"""Jurisdiction packs: numbers as versioned data, refused when they are incomplete."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest

from intake.calendar import Period, Unit
from intake.organisation import load_pack
from intake.organisation.pack import pack_from, pack_names
from intake.strict_json import FaultyInputError


def default_document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (files("intake") / "data" / "packs" / "default.json").read_text("utf-8")
    )
    return found


def test_every_shipped_pack_loads_under_its_own_name() -> None:
    assert {"default", "small"} <= set(pack_names())
    assert all(load_pack(name).id == name for name in pack_names())


def test_the_default_pack_has_the_numbers_of_the_design() -> None:
    pack = load_pack("default")
    assert (pack.ordinary_panel, pack.enlarged_panel, pack.team_size, pack.tie_lapse_months) == (2, 3, 3, 36)
    assert pack.clocks == {
        "ack_due": Period(7, Unit.CALENDAR_DAYS),
        "accept_due": Period(15, Unit.WORKING_DAYS),
        "feedback_due": Period(3, Unit.CALENDAR_MONTHS),
        "review_due": Period(30, Unit.CALENDAR_DAYS),
        "forward_due": Period(5, Unit.WORKING_DAYS),
    }


def test_the_small_pack_differs_in_its_panels_alone() -> None:
    small, default = load_pack("small"), load_pack("default")
    assert (small.ordinary_panel, small.enlarged_panel) == (1, 2)
    assert (small.clocks, small.first_contact) == (default.clocks, default.first_contact)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"panel": {"ordinary": 3, "enlarged": 2}}, "panel.ordinary: must not exceed the enlarged panel"),
        ({"panel": None}, "panel: is missing (an object)"),
        ({"reason": ""}, "reason: is missing: a changed number needs its reason"),
        ({"version": 0}, "version: must be a whole number of at least 1"),
        ({"valid_from": "soon"}, "valid_from: 'soon' is not a date like 2026-03-31"),
        ({"tie_lapse_months": -1}, "tie_lapse_months: must be a whole number of at least 0, not -1"),
        ({"clocks": {}}, "clocks.ack_due: is missing (an object)"),
    ],
)
def test_an_incomplete_pack_is_refused(change: dict[str, Any], fault: str) -> None:
    with pytest.raises(FaultyInputError) as caught:
        pack_from({**default_document(), **change})
    assert fault in caught.value.faults


def test_an_unknown_unit_is_refused() -> None:
    broken = default_document()
    broken["clocks"]["ack_due"]["unit"] = "fortnights"
    with pytest.raises(FaultyInputError) as caught:
        pack_from(broken)
    assert caught.value.faults == (
        "clocks.ack_due.unit: 'fortnights' is not one of calendar_days, working_days, calendar_months",
    )

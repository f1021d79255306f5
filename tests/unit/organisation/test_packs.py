"""Jurisdiction packs: numbers as versioned data, refused when they are incomplete."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from intake.calendar import Period, Unit
from intake.organisation import load_pack, organisation_from
from intake.organisation.pack import DUTIES, pack_from, pack_names, pack_versions
from intake.routing import decide, facts_from
from intake.strict_json import FaultyInputError
from tests.support.organisation import small_organisation


def default_document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (files("intake") / "data" / "packs" / "default" / "1.json").read_text("utf-8")
    )
    return found


def test_every_shipped_pack_loads_under_its_own_name() -> None:
    assert set(pack_names()) == {"default", "france", "small"}
    for name in pack_names():
        for version in pack_versions(name):
            pack = load_pack(name, version)
            assert (pack.id, pack.version) == (name, version)


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


@pytest.mark.parametrize(
    ("weights", "fault"),
    [({"head": 26}, "at most 25"), ({"head": -1}, "at least 0"), ({"chair": 3}, "is not one of")],
)
def test_a_weight_that_lowers_or_outweighs_or_means_nobody_is_refused(
    weights: dict[str, int], fault: str
) -> None:
    assert pack_from(default_document() | {"weights": {"head": 4}}).weights == {"head": 4}
    with pytest.raises(FaultyInputError) as refused:
        pack_from(default_document() | {"weights": weights})
    assert any(fault in each for each in refused.value.faults), refused.value.faults


def test_the_small_pack_differs_in_its_panels_alone() -> None:
    small, default = load_pack("small"), load_pack("default")
    assert (small.ordinary_panel, small.enlarged_panel) == (1, 2)
    assert (small.clocks, small.first_contact) == (default.clocks, default.first_contact)


def test_the_default_duties_are_those_of_the_design() -> None:
    duties = load_pack("default").duties
    assert set(duties) == set(DUTIES)
    assert duties["result_due"] == Period(15, Unit.WORKING_DAYS)
    assert duties["call_up"] == Period(10, Unit.WORKING_DAYS)
    assert duties["takeover"] == Period(5, Unit.WORKING_DAYS)
    assert (duties["first_question"].amount, duties["second_question"].amount) == (30, 180)
    assert duties["feedback_at_most"] == Period(6, Unit.CALENDAR_MONTHS)
    assert duties["retention"] == Period(36, Unit.CALENDAR_MONTHS)


def test_a_case_of_the_first_packs_has_no_day_by_which_a_panel_votes() -> None:
    for name in pack_names():
        assert "panel" not in load_pack(name, 1).duties
        assert load_pack(name).duties["panel"] == Period(5, Unit.WORKING_DAYS)


def test_france_confirms_in_working_days_and_counts_the_feedback_from_there() -> None:
    """Décret n° 2022-1284, article 4: seven working days, then three months; with a holiday in between."""
    organisation = small_organisation() | {"pack": "france"}
    organisation["calendar"]["holidays"] = ["2026-05-01", "2026-05-08"]
    loaded = organisation_from(organisation)
    facts = facts_from({"kind": "initial", "severity": "low", "received": "2026-04-30"}, loaded)
    clocks = decide(loaded, facts, loaded.calendar).clocks
    assert clocks["ack_due"] == date(2026, 5, 13)
    assert clocks["feedback_due"] == date(2026, 8, 13)
    assert decide(loaded, facts, loaded.calendar).rule_version == "routing-1/france-2"


def test_a_version_that_was_never_shipped_is_refused() -> None:
    with pytest.raises(FaultyInputError) as caught:
        load_pack("default", 99)
    assert caught.value.faults == ("'default' has no version 99",)


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
        ({"duties": {}}, "duties.result_due: is missing (an object)"),
        ({"reviews": 0}, "reviews: must be a whole number of at least 1"),
        ({"review_by": "2026-01-01"}, "review_by: must come after valid_from"),
        ({"ack_days": 7}, "ack_days: is not a number of a pack"),
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

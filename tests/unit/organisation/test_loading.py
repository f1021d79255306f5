"""An organisation file loads whole, or is refused with every fault named."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from intake.organisation import (
    EXT_OMB,
    OVS,
    BrokenOrganisationError,
    Organisation,
    Role,
    load_organisation,
    organisation_from,
)
from intake.routing import decide, facts_from, rungs
from tests.unit.routing.sample import document, organisation, tie


def faults(broken: object) -> tuple[str, ...]:
    with pytest.raises(BrokenOrganisationError) as caught:
        organisation_from(broken)
    return caught.value.faults


def changed(path: str, value: Any) -> dict[str, Any]:
    """The sample with the value at a path such as `regions.1.parent` replaced."""
    copy = deepcopy(document())
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place: Any = copy
    for step in steps:
        place = place[step]
    place[last] = value
    return copy


class TestWhatMayBeLeftOut:
    def test_regions_and_offices_are_enough(self) -> None:
        tiny = organisation_from(
            {
                "regions": [{"id": "all", "level": 0}],
                "handling_offices": [{"id": "office", "region": "all"}],
            }
        )
        assert tiny.at_or_above("all") == "office"
        assert tiny.members_of(EXT_OMB) == ()
        assert tiny.calendar.timezone == "UTC"
        assert tiny.pack.id == "default"

    def test_an_organisation_without_any_office_loads(self) -> None:
        bare = organisation_from(
            {"regions": [{"id": "all", "level": 0, "parent": None}], "handling_offices": []}
        )
        assert bare.at_or_above("all") == EXT_OMB

    def test_additional_fields_are_kept_for_display_and_mean_nothing(self) -> None:
        extended = document()
        extended["name"] = "The Commonwealth"
        extended["regions"][0]["population"] = [1, {"2": 3}]
        extended["handling_offices"][0]["name"] = "First office"
        extended["handling_offices"][0]["members"][0]["languages"] = ["en", "ar"]
        extended["persons"][0]["name"] = {"en": "a name in a shape of its own"}
        extended["ties"] = [{**tie("c1.a", "S-C1"), "note": "declared in March"}]
        loaded = organisation_from(extended)
        assert loaded.extra["name"] == "The Commonwealth"
        assert loaded.name_of("HO-N") == "First office"
        assert loaded.officers["n.h"].extra["languages"] == ["en", "ar"]
        assert loaded.persons["B-N.h"].name == "B-N.h", "a name that is no text is not shown"
        assert loaded.ties[0].extra["note"] == "declared in March"

    def test_a_member_without_duties_has_all_four(self) -> None:
        assert organisation().officers["c1.h"].duties == {"triage", "handle", "protect", "custody"}

    def test_a_member_with_an_empty_list_has_none(self) -> None:
        assert (
            organisation_from(changed("handling_offices.0.members.0.duties", [])).officers["n.h"].duties
            == set()
        )

    def test_duties_that_the_software_does_not_know_are_kept(self) -> None:
        loaded = organisation_from(changed("handling_offices.0.members.0.duties", ["triage", "archive"]))
        assert loaded.officers["n.h"].duties == {"triage", "archive"}

    @pytest.mark.parametrize(
        ("word", "meant"),
        [("triag", "triage"), ("Triage", "triage"), ("handles", "handle"), ("handel", "handle"),
         ("protekt", "protect"), ("costody", "custody"), ("account", "accounts")],
    )  # fmt: skip
    def test_a_mistyped_duty_is_refused_with_the_word_that_was_meant(self, word: str, meant: str) -> None:
        broken = changed("handling_offices.0.members.0.duties", ["handle", word])
        with pytest.raises(BrokenOrganisationError) as refused:
            organisation_from(broken)
        (fault,) = refused.value.faults
        assert fault.startswith("handling_offices[0].members[0].duties[1]: ")
        assert f"{meant!r} is probably meant" in fault

    def test_a_roster_that_was_signed_with_a_mistyped_duty_is_still_read(self) -> None:
        before = changed("handling_offices.0.members.0.duties", ["triag"])
        loaded = load_organisation(json.dumps(before).encode(), stored=True)
        assert loaded.other_duties() == {"triag": ("n.h",)}

    def test_the_external_recipients_members_may_have_titles_of_their_own(self) -> None:
        loaded = organisation_from(
            changed("external.0.members", [{"id": "o", "role": "ombudsperson"}, {"id": "p"}])
        )
        assert [member.role for member in loaded.members_of(EXT_OMB)] == [Role.OFFICER, Role.OFFICER]
        assert loaded.officers["o"].extra["role"] == "ombudsperson"

    def test_a_tie_without_an_end_is_current(self) -> None:
        assert organisation({"officer": "c1.a", "type": "worked_in", "target": "S-C1"}).ties[0].until is None

    @pytest.mark.parametrize("target", ["S-C1.h", "c1.h", "S-C1", "HO-C1", "EXT-OMB"])
    def test_a_tie_may_point_at_a_person_officer_body_or_office(self, target: str) -> None:
        assert organisation(tie("omb.1", target)).ties_to(target)

    def test_levels_may_be_skipped(self) -> None:
        assert organisation_from(changed("regions.8.level", 7)).regions["T1"].level == 7

    def test_a_region_may_have_the_id_of_an_office(self) -> None:
        same = {"regions": [{"id": "x", "level": 0}], "handling_offices": [{"id": "x", "region": "x"}]}
        assert organisation_from(same).at_or_above("x") == "x"

    def test_regions_may_come_in_any_order(self) -> None:
        turned = document()
        turned["regions"].reverse()
        assert organisation_from(turned).at_or_above("T1") == "HO-C1"

    def test_a_person_may_sit_in_an_office_without_being_a_member(self) -> None:
        persons = [{"id": "clerk", "body": "HO-C1", "post": "staff"}]
        assert organisation(persons=persons).persons["clerk"].body == "HO-C1"


class TestFaults:
    @pytest.mark.parametrize(
        ("path", "value", "fault"),
        [
            ("regions.1.id", "N0", "regions[1].id: 'N0' is already the id at regions[0]"),
            ("regions.1.parent", "X", "regions[1].parent: no region has the id 'X'"),
            (
                "regions.1.parent",
                None,
                "regions[1].parent: 'P' is a second region without a parent, after 'N0'",
            ),
            ("regions.0.parent", "T1", "regions: no region without a parent; exactly one is the top"),
            (
                "regions.1.level",
                0,
                "regions[1].level: 0 must be greater than 0, the level of its parent 'N0'",
            ),
            (
                "regions.0.level",
                1,
                "regions[0].level: 1 must be 0, the top, because the region has no parent",
            ),
            ("regions.1.level", "1", "regions[1].level: must be a whole number of at least 0, not '1'"),
            (
                "regions.1.level",
                True,
                "regions[1].level: must be a whole number of at least 0, not true or false",
            ),
            ("regions.1.level", None, "regions[1].level: is missing (a whole number; 0 is the top)"),
            ("regions", None, "regions: is missing (a list)"),
            ("regions", {}, "regions: must be a list, not an object"),
            ("regions.2", "Q", "regions[2]: must be an object, not 'Q'"),
            ("handling_offices", None, "handling_offices: is missing (a list)"),
            (
                "handling_offices.1.id",
                "HO-N",
                "handling_offices[1].id: 'HO-N' is already the id at handling_offices[0]",
            ),
            (
                "handling_offices.1.id",
                "portal",
                "handling_offices[1].id: 'portal' is a reserved word; give the office another id",
            ),
            (
                "handling_offices.1.region",
                "N0",
                "handling_offices[1].region: 'N0' has the office 'HO-N' already",
            ),
            ("handling_offices.1.region", "X", "handling_offices[1].region: no region has the id 'X'"),
            ("handling_offices.1.region", 7, "handling_offices[1].region: must be text, not 7"),
            (
                "handling_offices.1.members.1.role",
                "head",
                "handling_offices[1].members: 2 members have the role head; an office has at most one",
            ),
            (
                "handling_offices.1.members.1.role",
                "boss",
                "handling_offices[1].members[1].role: 'boss' is not one of head, team_member, officer",
            ),
            (
                "handling_offices.1.members.1.role",
                None,
                "handling_offices[1].members[1].role: is missing (one of head, team_member, officer)",
            ),
            (
                "handling_offices.1.members.1.id",
                "n.h",
                "handling_offices[1].members[1].id: 'n.h' is already the id at handling_offices[0].members[0]",
            ),
            ("handling_offices.1.members.1.id", "", "handling_offices[1].members[1].id: must not be empty"),
            (
                "handling_offices.1.members.1.duties",
                "triage",
                "handling_offices[1].members[1].duties: must be a list, not 'triage'",
            ),
            (
                "handling_offices.1.members.1.duties",
                [1],
                "handling_offices[1].members[1].duties[0]: must be text, not 1",
            ),
            (
                "external.0.members.0.id",
                "c1.a",
                "external[0].members[0].id: 'c1.a' is already the id at handling_offices[5].members[2]",
            ),
            (
                "bodies.0.kind",
                "church",
                "bodies[0].kind: 'church' is not one of leading_body, subordinate_body",
            ),
            ("bodies.0.region", "X", "bodies[0].region: no region has the id 'X'"),
            ("bodies.0.id", "x" * 201, "bodies[0].id: has 201 characters; at most 200 are allowed"),
            ("bodies.0.id", "a\nb", "bodies[0].id: must hold printable characters only"),
            ("persons.0.body", "X", "persons[0].body: no body has the id 'X'"),
            ("persons.0.body", None, "persons[0].body: is missing: a head belongs to a body"),
            (
                "persons.0.post",
                "king",
                "persons[0].post: 'king' is not one of head, team_member, staff, private",
            ),
            (
                "persons.0.post",
                "private",
                "persons[0].body: must be null for a private person; give the post held in the body, or no body",
            ),
            ("persons.44.region", "X", "persons[44].region: no region has the id 'X'"),
            (
                "persons.0.id",
                "c1.a",
                "persons[0].id: 'c1.a' is already the id at handling_offices[5].members[2]",
            ),
            ("ties", [tie("S-C1.h", "S-C1")], "ties[0].officer: no officer has the id 'S-C1.h'"),
            ("ties", [tie("c1.a", "X")], "ties[0].target: no person, officer, body or office has the id 'X'"),
            (
                "ties",
                [tie("c1.a", "N0")],
                "ties[0].target: no person, officer, body or office has the id 'N0'",
            ),
            (
                "ties",
                [tie("c1.a", "S-C1", "friend")],
                "ties[0].type: 'friend' is not one of kin, business, worked_in, supervisor",
            ),
            (
                "ties",
                [tie("c1.a", "S-C1", until="2023-02-29")],
                "ties[0].until: '2023-02-29' is not a date like 2026-03-31",
            ),
            (
                "calendar",
                {"holidays": ["2026-02-30"]},
                "calendar.holidays[0]: '2026-02-30' is not a date like 2026-03-31",
            ),
            (
                "calendar",
                {"extra_working_days": "2026-03-07"},
                "calendar.extra_working_days: must be a list, not '2026-03-07'",
            ),
            (
                "calendar",
                {"timezone": "Mars/Olympus"},
                "calendar.timezone: 'Mars/Olympus' is not a time zone of the IANA database, such as Europe/Paris",
            ),
            (
                "calendar",
                {"timezone": "../../etc/passwd"},
                "calendar.timezone: '../../etc/passwd' is not a time zone of the IANA database, such as Europe/Paris",
            ),
            ("calendar", [], "calendar: must be an object, not a list"),
            ("pack", "atlantis", "pack: 'atlantis' is not one of default, france, small"),
            ("pack", "../packs/default", "pack: '../packs/default' is not one of default, france, small"),
        ],
    )
    def test_a_fault_is_named_with_its_place(self, path: str, value: Any, fault: str) -> None:
        assert fault in faults(changed(path, value))

    def test_one_broken_part_does_not_drag_others_down(self) -> None:
        assert faults(changed("bodies.6.kind", "church")) == (
            "bodies[6].kind: 'church' is not one of leading_body, subordinate_body",
        )

    def test_every_fault_is_named_at_once(self) -> None:
        broken = changed("regions.1.level", "high")
        broken["handling_offices"][0]["region"] = "X"
        broken["persons"][3]["post"] = "king"
        broken["calendar"] = {"holidays": [1], "timezone": "Nowhere"}
        broken["ties"] = [tie("ghost", "phantom", "friend")]
        assert len(faults(broken)) == 6

    def test_regions_in_a_circle_are_named(self) -> None:
        circle = changed("regions.1.parent", "T1")
        assert "regions[1].parent: the regions P > T1 > C1 > P1 > P stand in a circle" in faults(circle)

    def test_a_region_may_not_be_its_own_parent(self) -> None:
        assert "regions[2].parent: the regions Q > Q stand in a circle" in faults(
            changed("regions.2.parent", "Q")
        )

    @pytest.mark.parametrize("broken", [None, [], "x", 1])
    def test_a_document_must_be_an_object(self, broken: object) -> None:
        assert faults(broken)[0].startswith("document: must be an object")

    def test_a_repeated_key_is_refused(self) -> None:
        with pytest.raises(BrokenOrganisationError) as caught:
            load_organisation(b'{"regions": [], "regions": []}')
        assert caught.value.faults == ("regions: the key is given twice",)

    def test_a_file_of_facts_is_no_organisation(self) -> None:
        assert "regions: is missing (a list)" in faults({"kind": "initial"})


class TestAnswers:
    def test_paths_lead_up_to_the_external_recipient(self) -> None:
        where = organisation()
        assert where.path_up("HO-C1") == ("HO-C1", "HO-P1", "HO-P", "HO-N", EXT_OMB)
        assert where.parent(EXT_OMB) == EXT_OMB
        assert where.is_above("HO-N", "HO-C1")
        assert not where.is_above("HO-C1", "HO-C1")
        assert not where.is_above("HO-Q", "HO-C1")

    def test_offices_meet_at_the_lowest_one_above_all(self) -> None:
        where = organisation()
        assert where.lowest_common("HO-C1") == "HO-C1"
        assert where.lowest_common("HO-C1", "HO-C2", "HO-P1") == "HO-P1"
        assert where.lowest_common("HO-C1", EXT_OMB) == EXT_OMB

    def test_heads_levels_and_names(self) -> None:
        where = organisation()
        assert [person.id for person in where.registered_heads("S-C1")] == ["S-C1.h"]
        assert where.head_of("HO-P2") is None
        assert (where.level_of("HO-C1"), where.level_of(OVS)) == (3, None)
        assert (where.name_of("c1.h"), where.name_of("S-C1"), where.name_of("unheard of")) == (
            "Head of HO-C1",
            "S-C1",
            "unheard of",
        )

    def test_a_body_may_have_two_heads(self) -> None:
        people = [{"id": each, "body": "S-C1", "post": "head"} for each in ("one", "two")]
        assert len(organisation(persons=people).registered_heads("S-C1")) == 2


def large_organisation(bodies: int) -> bytes:
    regions = [{"id": "r0", "level": 0}] + [
        {"id": f"r{n}", "level": n.bit_length(), "parent": f"r{n // 2}"} for n in range(1, 256)
    ]
    return json.dumps(
        {
            "regions": regions,
            "handling_offices": [
                {
                    "id": f"o{n}",
                    "region": f"r{n}",
                    "members": [
                        {"id": f"o{n}.{m}", "role": "head" if m == 0 else "officer"} for m in range(5)
                    ],
                }
                for n in range(256)
            ],
            "bodies": [
                {"id": f"b{n}", "kind": "leading_body", "region": f"r{n % 256}"} for n in range(bodies)
            ],
            "persons": [{"id": f"p{n}", "body": f"b{n}", "post": "head"} for n in range(bodies)],
        }
    ).encode()


def cheapest(act: Callable[[], object]) -> float:
    """The least of five goes, in seconds of this process: a neighbour's load does not count."""
    costs = []
    for _ in range(5):
        begun = time.process_time()
        act()
        costs.append(time.process_time() - begun)
    return min(costs)


def test_the_cost_of_loading_grows_with_the_file_and_not_with_its_square() -> None:
    small, large = large_organisation(250), large_organisation(2_000)
    assert len(load_organisation(large).bodies) == 2_000
    assert cheapest(lambda: load_organisation(large)) < 24 * cheapest(lambda: load_organisation(small))


def test_a_decision_costs_the_same_in_a_large_organisation() -> None:
    def decision(loaded: Organisation) -> Callable[[], object]:
        subjects = ["p50", "p51", {"name": "Some Body", "post": "head", "body": "b3"}]
        asked = {"kind": "initial", "severity": "low", "received": "2026-03-02", "subjects": subjects}
        facts = facts_from(asked, loaded)
        return lambda: rungs(loaded, facts, decide(loaded, facts, loaded.calendar))

    # Twenty times as many bodies, and whoever searched them all would take twenty times as long.
    small, large = (decision(load_organisation(large_organisation(count))) for count in (100, 2_000))
    assert cheapest(large) < 8 * cheapest(small)

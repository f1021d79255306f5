"""Names that reporters type, compared with the roster: equal, near, or somebody else."""

from __future__ import annotations

from typing import Any

import pytest

from intake.organisation import Post
from intake.organisation.names import normal
from intake.routing import Described, identify, near_names, same_name
from tests.unit.routing.sample import document, organisation


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Berg", "anna  berg"),
        ("Anna Berg", "ANNA-BERG"),
        ("O'Neill", "O’neill"),
        ("José", "José"),  # composed and decomposed
        ("Straße", "STRASSE"),
        ("Ａｎｎａ", "Anna"),  # full-width letters
        ("张伟", "张 伟"),
        ("김·민수", "김민수"),
        ("Anna\u200bBerg", "Anna Berg"),  # an invisible space hides nothing
        ("Anna\u00a0Berg", "Anna Berg"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    ],
)
def test_writing_makes_no_difference(one: str, other: str) -> None:
    assert same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Anna Berg", "Anna Borg"), ("José", "Jose"), ("", ""), ("...", "---"), (" ", ""), ("Anna", "")],
)
def test_other_names_are_other_people(one: str, other: str) -> None:
    assert not same_name(one, other)


def test_the_compared_form_is_stable() -> None:
    for name in ["İstanbul", "ǰ", "ﬁx", "Å"]:
        assert normal(normal(name)) == normal(name)


def named(**names: str) -> Any:
    """The sample with names for the persons whose ids are given with underscores."""
    changed = document()
    ids = {key.replace("__", "-").replace("_", "."): name for key, name in names.items()}
    for person in changed["persons"]:
        person["name"] = ids.get(person["id"], f"Nobody {person['id']}")
    return organisation(persons=changed["persons"])


class TestNear:
    @pytest.mark.parametrize(
        "typed", ["Berg, Anna", "Ana Berg", "Anna Brg", "Anan Berg", "Änna Berg", "Anna Borg"]
    )
    def test_a_slip_of_the_pen_is_asked_about(self, typed: str) -> None:
        assert near_names(named(S__C1_h="Anna Berg"), typed) == ("S-C1.h",)

    @pytest.mark.parametrize("typed", ["Anna Berg", "Otto Klein", "", "Anna"])
    def test_equal_and_far_names_are_not(self, typed: str) -> None:
        assert near_names(named(S__C1_h="Anna Berg"), typed) == ()

    def test_short_names_must_be_nearer(self) -> None:
        where = named(S__C1_h="Li Na")
        assert near_names(where, "Li Ma") == ("S-C1.h",)
        assert near_names(where, "Lu Ma") == ()

    def test_the_nearest_come_first_and_few_are_shown(self) -> None:
        where = named(S__C1_h="Martin Maier", S__C1_t="Martin Mayer", S__C1_u="Maier Martin")
        assert near_names(where, "Martin Meier") == ("S-C1.h", "S-C1.t")
        assert near_names(where, "Martin Meier", limit=1) == ("S-C1.h",)

    def test_officers_are_found_as_well(self) -> None:
        assert near_names(organisation(), "Haed of HO-C1")[0] == "c1.h"


class TestIdentify:
    """From form to facts: a typed entry that means somebody registered becomes that person."""

    def test_an_equal_name_in_the_same_body_is_that_person(self) -> None:
        where = named(S__C1_s="Anna Berg")
        assert identify(where, Described(Post.STAFF, name="ANNA BERG", body="S-C1")) == ("S-C1.s",)

    def test_in_another_body_it_is_somebody_else(self) -> None:
        where = named(S__C1_s="Anna Berg")
        assert identify(where, Described(Post.STAFF, name="Anna Berg", body="S-T1")) == ()
        assert identify(where, Described(Post.PRIVATE, name="Anna Berg", region="T1")) == ()

    def test_all_are_meant_when_several_have_the_name(self) -> None:
        where = named(S__C1_s="Anna Berg", S__C1_t="Anna Berg")
        assert identify(where, Described(Post.STAFF, name="Anna Berg", body="S-C1")) == ("S-C1.s", "S-C1.t")

    def test_an_officer_is_found_in_the_office(self) -> None:
        assert identify(organisation(), Described(Post.HEAD, name="Head of HO-C1", body="HO-C1")) == ("c1.h",)

    def test_the_unnamed_head_of_a_body_is_the_registered_head(self) -> None:
        assert identify(organisation(), Described(Post.HEAD, body="S-C1")) == ("S-C1.h",)
        assert identify(organisation(), Described(Post.HEAD, name="?!", body="HO-C1")) == ("c1.h",)

    def test_an_unnamed_member_could_be_anybody(self) -> None:
        assert identify(organisation(), Described(Post.TEAM_MEMBER, body="S-C1")) == ()

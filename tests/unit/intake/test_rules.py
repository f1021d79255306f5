"""A case keeps the numbers that it began with."""

from __future__ import annotations

import pytest

from crypto.errors import MalformedError
from intake.organisation import organisation_from
from intake.rules import as_begun
from tests.support.organisation import small_organisation


def test_an_organisation_that_changes_its_pack_leaves_old_cases_as_they_were() -> None:
    now = organisation_from(small_organisation() | {"pack": "france"})
    begun = as_begun("routing-1/default-1", now)
    assert (begun.pack.id, now.pack.id) == ("default", "france")
    assert (begun.offices, begun.ties) == (now.offices, now.ties)


def test_today_s_numbers_need_no_copy() -> None:
    now = organisation_from(small_organisation())
    assert as_begun(f"routing-1/default-{now.pack.version}", now) is now


def test_a_case_of_an_earlier_version_keeps_its_numbers_when_a_later_one_is_shipped() -> None:
    now = organisation_from(small_organisation())
    begun = as_begun("routing-1/default-1", now)
    assert begun.pack.version < now.pack.version
    assert set(now.pack.duties) - set(begun.pack.duties) == {"panel"}


@pytest.mark.parametrize("version", ["", "default-1", "routing-1/default-99", "routing-1/../etc-1"])
def test_rules_that_no_release_had_are_refused(version: str) -> None:
    with pytest.raises(MalformedError, match="a case "):
        as_begun(version, organisation_from(small_organisation()))

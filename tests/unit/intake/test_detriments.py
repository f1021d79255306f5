"""The codes of a detriment, the days of the presumption, and who stands above the actor."""

from __future__ import annotations

import copy
import json
from datetime import date, timedelta
from importlib.resources import files

import pytest

from intake.calendar import Period, Unit
from intake.organisation import Organisation, load_organisation
from intake.protection.detriments import CODES, detriments, detriments_from
from intake.protection.presumption import Finding, finding, window
from intake.protection.superior import Above, Superior, superior_of
from intake.strict_json import FaultyInputError
from tests.support.organisation import small_organisation

DAY = timedelta(days=1)
RECEIVED = date(2026, 3, 2)


def shipped() -> dict[str, object]:
    found: dict[str, object] = json.loads((files("intake") / "data/protection/detriments.json").read_bytes())
    return found


def test_the_shipped_codes_are_those_of_the_directive_and_seven_more() -> None:
    found = detriments()
    assert tuple(found.entries) == CODES
    assert len(CODES) == 15 + 7
    assert found.window_months == 24
    assert found.justification == Period(10, Unit.WORKING_DAYS)


@pytest.mark.parametrize(
    "broken",
    [
        {"version": 0},
        {"reason": ""},
        {"window_months": None},
        {"justification": {"amount": 0, "unit": "working_days"}},
        {"justification": {"amount": 10, "unit": "moons"}},
        {"entries": []},
        {"id": "harms"},
        {"more": 1},
    ],
)
def test_broken_data_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(FaultyInputError):
        detriments_from({**copy.deepcopy(shipped()), **broken})


def test_a_code_that_is_missing_or_unknown_is_refused() -> None:
    document = shipped()
    entries = document["entries"]
    assert isinstance(entries, list)
    for changed in (entries[1:], [*entries, {"code": "q", "title": "Odd", "harm": "none"}]):
        with pytest.raises(FaultyInputError):
            detriments_from({**document, "entries": changed})


@pytest.mark.parametrize(
    ("feedback", "closed", "last"),
    [
        (None, None, date(2028, 3, 2)),
        (date(2026, 6, 1), None, date(2028, 6, 1)),
        (date(2026, 6, 1), date(2026, 9, 30), date(2028, 9, 30)),
        # The last of the three counts, whichever it is.
        (date(2027, 1, 31), date(2026, 9, 30), date(2029, 1, 31)),
        # Months as the calendar has them: from a leap day to the last of February, and back.
        (None, date(2028, 2, 29), date(2030, 2, 28)),
        (date(2026, 2, 28), None, date(2028, 3, 2)),
    ],
)
def test_the_presumption_begins_and_ends_on_its_day(
    feedback: date | None, closed: date | None, last: date
) -> None:
    within = window([RECEIVED], feedback, closed)
    assert (within.first, within.last) == (RECEIVED, last)
    assert finding(RECEIVED - DAY, within) is Finding.BEFORE
    assert finding(RECEIVED, within) is Finding.PRESUMED
    assert finding(last, within) is Finding.PRESUMED
    assert finding(last + DAY, within) is Finding.TOO_LATE
    assert finding(None, within) is Finding.NO_DAY


def test_of_several_receipts_the_first_begins_and_the_last_ends() -> None:
    within = window([date(2027, 5, 1), RECEIVED], None, None)
    assert (within.first, within.last) == (RECEIVED, date(2029, 5, 1))


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return load_organisation(json.dumps(small_organisation()).encode())


@pytest.mark.parametrize(
    ("subject", "asked", "why"),
    [
        # A subordinate body: the authority of its place.
        ("p-water", "millbrook-hall", Above.AUTHORITY_OF_PLACE),
        ({"post": "staff", "body": "millbrook-school"}, "millbrook-hall", Above.AUTHORITY_OF_PLACE),
        ({"body": "ashford-clinic"}, "ashford-hall", Above.AUTHORITY_OF_PLACE),
        # Of the authority itself, whatever the post: the one above. Never the actor's own.
        ("p-mayor-m", "north-council", Above.AUTHORITY_ABOVE),
        ("p-clerk-m", "north-council", Above.AUTHORITY_ABOVE),
        ("p-governor", "land-government", Above.AUTHORITY_ABOVE),
        # The top: nobody here stands above.
        ({"post": "head", "body": "land-government"}, "EXT-OMB", Above.EXTERNAL),
        # Officers: the office above theirs.
        ("milo", "HO-north", Above.OFFICE_ABOVE),
        ("nora", "HO-land", Above.OFFICE_ABOVE),
        ("lena", "EXT-OMB", Above.EXTERNAL),
        ("olga", "EXT-OMB", Above.EXTERNAL),
        ({"post": "head", "body": "HO-ashford"}, "HO-north", Above.OFFICE_ABOVE),
        # No listed body: a private employer in Ashford, and one who leads an unlisted authority.
        ({"post": "private", "region": "ashford"}, "ashford-hall", Above.AUTHORITY_OF_PLACE),
        ({"post": "head", "region": "ashford"}, "north-council", Above.AUTHORITY_ABOVE),
        ({"post": "staff"}, "land-government", Above.AUTHORITY_OF_PLACE),
    ],
)
def test_who_stands_above_is_asked(
    organisation: Organisation, subject: object, asked: str, why: Above
) -> None:
    assert superior_of(organisation, subject) == Superior(asked, why)


def test_nobody_accused_is_asked_about_somebody_else(organisation: Organisation) -> None:
    accused = frozenset({"millbrook-water", "millbrook-hall"})
    assert superior_of(organisation, "p-water", accused).id == "north-council"
    assert superior_of(organisation, "milo", {"HO-north"}).id == "HO-land"
    everybody = {"millbrook-hall", "north-council", "land-government"}
    assert superior_of(organisation, "p-water", everybody) == Superior("EXT-OMB", Above.EXTERNAL)

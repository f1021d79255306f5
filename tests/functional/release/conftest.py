"""What the stories of releases share."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.instances import Instance
from tests.support.releases import Moving
from tests.support.reports import Offices, plumber_report


@pytest.fixture
def moving(instance: Instance, today: date) -> Moving:
    """A report about an ordinary employee, handled in Millbrook."""
    return Moving(Offices(instance, today).file(plumber_report()))


@pytest.fixture
def told(moving: Moving) -> Moving:
    """The same, handled by Milo, decided by Milo and Marc, and told to the reporter on the day of filing."""
    moving.acknowledge()
    moving.assign("mara", "milo")
    moving.conclude("milo", ["marc"])
    moving.tell_result("milo")
    return moving

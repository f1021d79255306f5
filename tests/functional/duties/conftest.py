"""One case that its office lets lie."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.duties import Watched
from tests.support.instances import Instance
from tests.support.reports import CALM, Offices, plumber_report


@pytest.fixture
def watched(instance: Instance, today: date) -> Watched:
    """A report about an ordinary employee, handled in Millbrook."""
    return Watched(Offices(instance, today).file(plumber_report(**CALM)))


@pytest.fixture
def waiting(watched: Watched) -> Watched:
    """The same, acknowledged on the day of filing; nobody does anything after that."""
    watched.acknowledge(watched.filed_on)
    return watched

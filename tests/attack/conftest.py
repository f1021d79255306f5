"""What attackers start from: a complete small instance with the portal's side of it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.instances import Instance
from tests.support.reports import Offices


@pytest.fixture
def offices(instance: Instance, today: date) -> Offices:
    """The portal's side of a complete small instance."""
    return Offices(instance, today)

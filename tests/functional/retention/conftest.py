"""What the stories about keeping and deleting share: an office with divided duties, and one case in it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import MakeInstance
from tests.functional.triage.conftest import office_with_duties
from tests.support.instances import Instance
from tests.support.keeping import Kept
from tests.support.reports import Offices


@pytest.fixture
def instance(make_instance: MakeInstance) -> Instance:
    """The small organisation with divided duties."""
    made = make_instance(office_with_duties())
    made.reissue(expires=date(2099, 1, 1))  # somebody renews it in all these years
    return made


@pytest.fixture
def kept(instance: Instance, today: date) -> Kept:
    """A report about an ordinary employee."""
    return Kept.file(Offices(instance, today))

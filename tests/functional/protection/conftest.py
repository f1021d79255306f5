"""What stories from both sides share: an office with divided duties, its portal and its desks, on one clock."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.functional.portal.conftest import PatientClock, Reporter, another, app, clock, reporter
from tests.functional.triage.conftest import instance
from tests.support.instances import Instance
from tests.support.played import Play

__all__ = ["another", "app", "clock", "instance", "reporter"]


@pytest.fixture
def play(
    instance: Instance, clock: PatientClock, another: Callable[[], Reporter], reporter: Reporter
) -> Play:
    """Nobody has done anything yet."""
    return Play(instance, clock, another, reporter)

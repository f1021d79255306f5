"""What the stories of the public log share: an instance, reports in it, and workers that publish."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from intake.publiclog.seen import SeenLog
from intake.publiclog.sequence import Sequencer
from tests.support.instances import Instance
from tests.support.reports import Offices
from tests.support.served import ServedPortal, serving


@pytest.fixture
def offices(instance: Instance, today: date) -> Offices:
    """The portal's side of a complete small instance."""
    return Offices(instance, today)


@pytest.fixture
def sequencer(instance: Instance) -> Sequencer:
    """One worker's publishing, with the worker's own database rights."""
    return sequencer_of(instance)


@pytest.fixture
def new_sequencer(instance: Instance) -> Callable[[], Sequencer]:
    """More workers on this machine."""
    return lambda: sequencer_of(instance)


def sequencer_of(instance: Instance) -> Sequencer:
    """As the worker's composition root makes it."""
    settings = instance.worker
    return Sequencer(
        instance.worker_db, settings.log_signer, SeenLog(settings.log_seen_file, settings.log_key)
    )


@pytest.fixture
def portal(instance: Instance, today: date) -> Iterator[ServedPortal]:
    """The instance's portal, listening on this machine."""
    hooks = sys.excepthook, threading.excepthook
    with serving(instance, today) as served:
        yield served
    sys.excepthook, threading.excepthook = hooks

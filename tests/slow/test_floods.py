"""Ten honest reporters beside a flood: all ten file within a minute, whatever floods, with and without a circuit's name."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from crypto.receipt import ReceiptCode
from intake.wordlists import all_wordlists
from tests.support.doors import Doors, serving_at_doors
from tests.support.flooding import (
    Act,
    Flood,
    asks_without_a_form,
    begins_a_draft,
    files,
    files_patiently,
    tries_a_code,
)
from tests.support.instances import Instance
from tests.support.processes import Process, serving
from tests.support.visitor import Visitor

HONEST = 10
MINUTE = 60  # seconds; the promise is made in these
CODE = ReceiptCode.generate().as_words(all_wordlists("en")[0])


@pytest.fixture
def portal(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    workspace: Path = tmp_path_factory.mktemp("workspace")
    with serving("portal", instance.directory, workspace, today=instance.today.isoformat()) as process:
        yield process


@pytest.fixture
def doors(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """A portal with a door for Tor, which names the circuits."""
    workspace: Path = tmp_path_factory.mktemp("workspace")
    with serving_at_doors(instance.directory, workspace, today=instance.today.isoformat()) as served:
        yield served


def _all_file(honest: list[Visitor]) -> tuple[list[int], float]:
    began = time.monotonic()
    with ThreadPoolExecutor(HONEST) as pool:
        pages = list(pool.map(files_patiently, honest))
    assert all(page.path == "/receipt" for page in pages), [(page.path, page.status) for page in pages]
    assert len({page.element("receipt-code") for page in pages}) == HONEST
    return [page.status for page in pages], time.monotonic() - began


@pytest.mark.parametrize(
    ("act", "fresh"),
    [
        (asks_without_a_form, True),
        (begins_a_draft, True),
        (begins_a_draft, False),
        (files, True),
        (tries_a_code(CODE), True),
    ],
    ids=["without a form", "new drafts", "one draft a line", "reports", "codes"],
)
def test_ten_file_within_a_minute_beside_a_flood_that_nothing_tells_apart(
    portal: Process, act: Act, fresh: bool
) -> None:
    with Flood(lambda: Visitor(portal.url), act, fresh=fresh).running():
        time.sleep(5)  # it was there first
        statuses, seconds = _all_file([Visitor(portal.url) for _ in range(HONEST)])
    assert statuses == [200] * HONEST
    assert seconds < MINUTE


def test_ten_file_within_a_minute_beside_one_circuit_with_many_lines(doors: Doors) -> None:
    with Flood(lambda: doors.by_tor(0xBEEF), files, lines=60).running() as flood:
        time.sleep(5)
        statuses, seconds = _all_file([doors.by_tor(number) for number in range(HONEST)])
    assert statuses == [200] * HONEST
    assert seconds < MINUTE
    assert flood.seen[429] > flood.seen[303], "most of it was answered at the edge"

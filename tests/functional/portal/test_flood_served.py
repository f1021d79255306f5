"""A small flood of a real portal, and some honest people beside it. The long ones are in ``tests/slow/test_floods.py``."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import TODAY
from tests.support.flooding import Flood, files, files_patiently
from tests.support.instances import build_instance
from tests.support.organisation import small_organisation
from tests.support.processes import Process, serving
from tests.support.visitor import Visitor


@pytest.fixture
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """The database makes no difference here."""
    workspace = tmp_path_factory.mktemp("server")
    build_instance(workspace / "instance", small_organisation(), today=TODAY).close()
    with serving("portal", workspace / "instance", workspace, today=TODAY.isoformat()) as process:
        yield process


def test_three_people_file_beside_a_flood_of_reports_and_no_fault_is_seen(portal: Process) -> None:
    with (
        Flood(lambda: Visitor(portal.url), files, lines=8).running(60) as flood,
        ThreadPoolExecutor(3) as pool,
    ):
        pages = list(pool.map(lambda _: files_patiently(Visitor(portal.url)), range(3)))
    assert {page.path for page in pages} == {"/receipt"}
    assert len({page.element("receipt-code") for page in pages}) == 3
    assert set(flood.seen) <= {303, 503}, "nobody saw a fault"
    assert "request.failed" not in portal.output.read_text()

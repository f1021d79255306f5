"""Budgets in a Valkey server that several machines share: counted together, about nobody, and gently closed when it is gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from crypto.kdf import UNSAFE_TEST_COST
from intake.log import configure
from portal.app import create_app
from portal.budgets import Price
from portal.flood.purses import WINDOW, Budget
from portal.routes import ROUTES
from templates.web.app import StrictFlask
from templates.web.routes import Route
from tests.functional.portal.conftest import SENTENCE, PatientClock, Reporter
from tests.support.instances import Instance
from tests.support.valkey import PASSWORD, ValkeyServer, running_valkey

TEXTS = ("what", "text", "code", "names", "identity_name", "label", "where")
"""Fields of text, the first of which each form has is filled in."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ValkeyServer]:
    with running_valkey(tmp_path) as running:
        yield running


def machine(
    instance: Instance, server: ValkeyServer, clock: PatientClock, password: str = PASSWORD
) -> StrictFlask:
    """One of several: with a secret of the day of its own."""
    budgets = replace(instance.portal.budgets, valkey=server.address, password=password)
    settings = replace(instance.portal, budgets=budgets)
    return create_app(settings, instance.portal_db, configure("portal"), clock=clock, cost=UNSAFE_TEST_COST)


def test_machines_share_purses_and_keys_are_about_nobody(
    instance: Instance, server: ValkeyServer, clock: PatientClock
) -> None:
    here, there = (machine(instance, server, clock) for _ in range(2))
    reporters = [Reporter(here), Reporter(there)]
    for reporter in reporters:
        reporter.begins()
    with server.client() as client:
        keys = [key.decode() for key in client.keys("*")]
        purse = [key for key in keys if "/all/nothing/" in key]
        assert [int(client.get(key)) for key in purse] == [2]
        assert all(0 < int(client.ttl(key)) <= 24 * 60 * 60 for key in keys)
    visits = [key for key in keys if "/visit/" in key]
    assert len(visits) == 2
    for key in keys:
        assert "127.0.0.1" not in key
        assert not any(value in key for reporter in reporters for value in reporter.cookies.values())
    with instance.owner.volatile() as session:
        counted = session.execute(text("SELECT key FROM budgets")).scalars().all()
    assert not [key for key in counted if not key.startswith(("ceiling/", "alarm/"))]


def test_a_purse_that_one_machine_emptied_is_empty_on_the_other(
    instance: Instance, server: ValkeyServer, clock: PatientClock
) -> None:
    here, there = (machine(instance, server, clock) for _ in range(2))
    with server.client() as client:
        code = Reporter(here).files()
        clock.wait(WINDOW)
        client.flushdb()
        first = Reporter(here)
        first.returns(code)
        (purse,) = [key for key in client.keys("*") if b"/open/all/nothing/" in key]
        client.set(purse, Budget.OPEN.purse, keepttl=True)
    late = Reporter(there)
    late.opens("/return")
    assert late.sends("/return", code=code).status_code == 503
    assert late.value_of("code") == code


def test_a_server_that_is_gone_or_refuses_us_keeps_what_was_typed_on_every_page(
    instance: Instance, server: ValkeyServer, clock: PatientClock, capfd: pytest.CaptureFixture[str]
) -> None:
    reporter = Reporter(machine(instance, server, clock))
    code = reporter.files()
    reporter.begins()
    reporter.opens("/return")
    reporter.sends("/return", code=code)
    refused = Reporter(machine(instance, server, clock, password="another"))
    refused.opens("/report")
    assert refused.sends("/report", what=SENTENCE, go="next").status_code == 503
    assert refused.value_of("what") == SENTENCE
    server.stop()
    closes_gently(reporter, code)
    assert PASSWORD not in capfd.readouterr().err


def test_a_table_that_is_gone_keeps_what_was_typed_on_every_page(
    reporter: Reporter, instance: Instance
) -> None:
    code = reporter.files()
    reporter.begins()
    reporter.opens("/return")
    reporter.sends("/return", code=code)
    with instance.owner.volatile.begin() as session:
        session.execute(text("ALTER TABLE budgets RENAME TO budgets_away"))
    closes_gently(reporter, code)


def closes_gently(reporter: Reporter, code: str) -> None:
    """Each form that has a price is sent; nothing is done, and what was typed is there."""
    priced = [route for route in ROUTES if isinstance(route.budget, Price)]
    assert len(priced) > 15
    for route in priced:
        name, typed = _typed(route, code)
        values = {name: typed} if name else {}
        if route.path.endswith("/check"):
            values["send"] = "1"
        page = reporter.sends(route.path, values)
        assert page.status_code == 503, route.path
        assert "not answering" in reporter.text, route.path
        assert page.headers["Retry-After"]
        if name:
            assert reporter.value_of(name) == typed, route.path


def _typed(route: Route, code: str) -> tuple[str, str]:
    assert route.post is not None
    name = next((name for name in TEXTS if name in route.post.names), "")
    return name, code if name == "code" else SENTENCE

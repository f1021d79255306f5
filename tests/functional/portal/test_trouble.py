"""The database is locked, full or gone, a budget is spent: nothing typed is lost, and the way out stays open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event, text

from crypto.keys import KeyPair
from intake.database.engines import Databases
from intake.settings import STATE_FILE, VOLATILE_FILE
from portal.flood.purses import Budget
from tests.functional.portal.conftest import SENTENCE, PatientClock, Reporter
from tests.support.instances import Instance
from tests.support.reports import Offices

_LOCKED_TABLES = "sessions, budgets, mailboxes, cases, rosters"


def engines_of(databases: Databases) -> list[Engine]:
    """Both engines, or one where both stores are one database."""
    found = [databases.state.kw["bind"], databases.volatile.kw["bind"]]
    return list(dict.fromkeys(found))


@contextmanager
def locked(instance: Instance) -> Iterator[None]:
    """Somebody else holds the database, for longer than we wait."""
    holders = [engine.connect() for engine in engines_of(instance.owner)]
    try:
        for holder in holders:
            if holder.dialect.name == "sqlite":
                holder.execute(
                    text("SELECT 1")
                )  # our engines take the write lock at the start of every transaction
            else:
                holder.execute(text(f"LOCK TABLE {_LOCKED_TABLES} IN ACCESS EXCLUSIVE MODE"))
        with impatient(instance):
            yield
    finally:
        for holder in holders:
            holder.rollback()
            holder.close()


@contextmanager
def impatient(instance: Instance) -> Iterator[None]:
    """New connections of the portal that wait a moment instead of five seconds."""

    def hurry(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]  # either driver's
        cursor.execute("PRAGMA busy_timeout = 50" if sqlite else "SET lock_timeout = 50")
        cursor.close()

    engines = engines_of(instance.portal_db)
    sqlite = engines[0].dialect.name == "sqlite"
    for engine in engines:
        engine.dispose()
        event.listen(engine, "connect", hurry)
    try:
        yield
    finally:
        for engine in engines:
            event.remove(engine, "connect", hurry)
            engine.dispose()


def test_a_locked_database_keeps_what_was_typed(reporter: Reporter, instance: Instance) -> None:
    reporter.begins("First.")
    with locked(instance):
        page = reporter.sends("/report", what=SENTENCE, where="at the quay", go="next")
        assert page.status_code == 503
        assert "not answering" in reporter.text
        assert reporter.value_of("what") == SENTENCE
        assert reporter.value_of("where") == "at the quay"
        assert page.headers["Retry-After"] == "60"
    assert reporter.sends("/report", what=SENTENCE, where="at the quay", go="next").status_code == 303


def test_a_report_that_could_not_be_stored_is_sent_again(reporter: Reporter, instance: Instance) -> None:
    reporter.writes_about_the_waterworks()
    with locked(instance):
        assert reporter.sends("/report/check", send="1").status_code == 503
        assert 'name="send" value="1"' in reporter.page.text
    assert reporter.sends("/report/check", send="1").headers["Location"] == "/receipt"
    assert len(Offices(instance, instance.today).cases()) == 1


def test_the_way_out_waits_for_no_database(reporter: Reporter, instance: Instance) -> None:
    reporter.begins()
    with locked(instance):
        page = reporter.opens("/exit")
        assert page.status_code == 303
        assert page.headers["Location"].startswith("https://")
        assert not reporter.cookies
        assert reporter.opens("/").status_code == 200


def test_a_full_database_keeps_what_was_typed(reporter: Reporter, instance: Instance) -> None:
    if instance.portal.database_url.startswith("postgresql"):
        pytest.skip(
            "a full disk stops PostgreSQL's server; its clients see it gone, which the next story plays"
        )

    def fill(connection: object, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]  # sqlite3's
        connection.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]  # sqlite3's

    reporter.begins("First.")
    for engine in engines_of(instance.portal_db):
        engine.dispose()
        event.listen(engine, "connect", fill)
    long = SENTENCE * 1_000
    assert reporter.sends("/report", what=long, go="next").status_code == 503
    assert reporter.value_of("what") == long
    for engine in engines_of(instance.portal_db):
        engine.dispose()
        event.remove(engine, "connect", fill)
    reporter.opens("/report")
    assert reporter.value_of("what") == "First."


def test_a_database_that_is_gone_keeps_what_was_typed(
    reporter: Reporter, instance: Instance, request: pytest.FixtureRequest
) -> None:
    reporter.begins("First.")
    for engine in engines_of(instance.portal_db):
        engine.dispose()
    if instance.portal.database_url.startswith("sqlite"):
        for name in (STATE_FILE, VOLATILE_FILE):
            (instance.directory / name).rename(instance.directory / f"{name}.away")
    else:
        for engine in engines_of(instance.owner):
            engine.dispose()
        server = request.getfixturevalue("postgres")
        server.drop(engines_of(instance.owner)[0].url)
    page = reporter.sends("/report", what=SENTENCE, go="next")
    assert page.status_code == 503
    assert reporter.value_of("what") == SENTENCE
    assert reporter.opens("/").status_code == 200
    assert reporter.opens("/safety").status_code == 200


@pytest.mark.parametrize("fate", ["moved", "deleted", "another in its place"])
def test_no_report_is_accepted_into_a_file_that_nobody_will_find(
    reporter: Reporter, instance: Instance, fate: str
) -> None:
    """The portal's connections stay open, and SQLite would go on writing into the file that lost its name."""
    if instance.portal.database_url.startswith("postgresql"):
        pytest.skip("a server knows its own files")
    reporter.writes_about_the_waterworks()
    path = instance.directory / STATE_FILE
    away = path.with_name(f"{STATE_FILE}.away")
    path.rename(away)
    if fate == "deleted":
        away.unlink()
    elif fate == "another in its place":
        path.write_bytes(b"")
    assert reporter.sends("/report/check", send="1").status_code == 503
    assert reporter.opens("/receipt").status_code == 303, "there is no receipt for what was not stored"
    if fate == "moved":
        assert not path.exists(), "an empty database in its place would hide the loss"
        away.rename(path)
        reporter.opens("/report/check")
        assert reporter.sends("/report/check", send="1").location == "/receipt"


def test_a_forged_roster_closes_the_portal(reporter: Reporter, instance: Instance) -> None:
    reporter.writes_about_the_waterworks()
    instance.reissue(root=KeyPair.generate())
    assert reporter.sends("/report/check", send="1").status_code == 503
    assert not Offices(instance, instance.today).cases()


def share_of(budget: Budget) -> int:
    """How often one visit may do it."""
    return budget.share.amount


def test_a_spent_budget_keeps_what_was_typed(reporter: Reporter, clock: PatientClock) -> None:
    share = share_of(Budget.WRITE)
    code = reporter.files()
    reporter.returns(code)
    for _ in range(share):
        clock.wait(2)
        assert reporter.sends("/mailbox/message", text=" ").status_code == 422
    page = reporter.sends("/mailbox/message", text=SENTENCE)
    assert page.status_code == 503
    assert "has to wait for some minutes" in reporter.text
    assert reporter.value_of("text") == SENTENCE


def test_one_visit_cannot_spend_what_others_need(reporter: Reporter, another: Callable[[], Reporter]) -> None:
    code = reporter.files()
    reporter.returns(code)
    for _ in range(share_of(Budget.WRITE) + 1):
        reporter.sends("/mailbox/message", text=" ")
    assert reporter.page.status_code == 503
    somebody = another()
    somebody.returns(code)
    assert somebody.sends("/mailbox/message", text=SENTENCE).status_code == 303


def test_budgets_keep_no_address_and_no_cookie(reporter: Reporter, instance: Instance) -> None:
    reporter.begins()
    with instance.owner.volatile() as session:
        keys = [row[0] for row in session.execute(text("SELECT key FROM budgets"))]
    assert keys
    for key in keys:
        assert "127.0.0.1" not in key
        assert not any(value in key for value in reporter.cookies.values())


def test_a_counter_store_that_fails_closes_gently(reporter: Reporter, instance: Instance) -> None:
    reporter.begins()
    with instance.owner.volatile.begin() as session:
        session.execute(text("ALTER TABLE budgets RENAME TO budgets_away"))
    page = reporter.sends("/report", what=SENTENCE, go="next")
    assert page.status_code == 503
    assert reporter.value_of("what") == SENTENCE

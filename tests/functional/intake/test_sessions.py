"""Sessions open with the cookie and with nothing else, slide while somebody works, and end for good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select, update

from intake.database.engines import Databases
from intake.database.volatile_tables import SealedSession
from intake.sessions import SealedSessions, expire_sessions
from intake.time import Clock


@dataclass(frozen=True)
class Watch(Clock):
    """A clock that a test winds on."""

    seconds: list[int] = field(default_factory=lambda: [1_000_000])

    def now(self) -> int:
        return self.seconds[0]

    def wind(self, seconds: int) -> None:
        self.seconds[0] += seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def make(databases: Databases, watch: Watch) -> Callable[[str], SealedSessions]:
    """Sessions of a kind: 15 minutes idle, an hour at most."""
    return lambda kind: SealedSessions(databases.volatile, watch, kind, idle=900, absolute=3600)


@pytest.fixture
def drafts(make: Callable[[str], SealedSessions]) -> SealedSessions:
    return make("draft")


def rows(databases: Databases) -> list[SealedSession]:
    with databases.volatile() as session:
        return list(session.scalars(select(SealedSession)))


def test_what_was_put_in_comes_out_with_the_cookie_alone(
    drafts: SealedSessions, databases: Databases
) -> None:
    cookie = drafts.create(b"the draft")
    assert drafts.read(cookie) == b"the draft"
    assert drafts.write(cookie, b"more of it")
    assert drafts.read(cookie) == b"more of it"
    (row,) = rows(databases)
    assert b"more of it" not in row.sealed
    assert cookie not in row.sealed
    assert cookie != row.cookie_hash


def test_a_stolen_row_opens_nothing_without_its_cookie(drafts: SealedSessions, databases: Databases) -> None:
    drafts.create(b"the draft")
    (row,) = rows(databases)
    assert drafts.read(row.cookie_hash) is None


def test_a_session_of_one_kind_is_none_of_another(
    make: Callable[[str], SealedSessions], drafts: SealedSessions, databases: Databases
) -> None:
    cookie = drafts.create(b"the draft")
    mailboxes = make("mailbox")
    assert mailboxes.read(cookie) is None
    with databases.volatile.begin() as session:
        session.execute(update(SealedSession).values(kind="mailbox"))
    assert mailboxes.read(cookie) is None  # the seal knows its kind too


def test_an_altered_row_is_no_session(drafts: SealedSessions, databases: Databases) -> None:
    cookie = drafts.create(b"the draft")
    with databases.volatile.begin() as session:
        row = session.scalars(select(SealedSession)).one()
        row.sealed = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])
    assert drafts.read(cookie) is None
    assert not drafts.write(cookie, b"again")


def test_work_keeps_a_session_open_until_the_absolute_limit(drafts: SealedSessions, watch: Watch) -> None:
    cookie = drafts.create(b"the draft")
    for _ in range(4):
        watch.wind(800)
        assert drafts.read(cookie) == b"the draft"
    watch.wind(401)  # 3,601 seconds in all
    assert drafts.read(cookie) is None


def test_the_absolute_limit_holds_even_if_somebody_changes_the_table(
    drafts: SealedSessions, watch: Watch, databases: Databases
) -> None:
    cookie = drafts.create(b"the draft")
    watch.wind(3601)
    with databases.volatile.begin() as session:
        session.execute(update(SealedSession).values(expires=2_000_000_000))
    assert drafts.read(cookie) is None
    assert not drafts.write(cookie, b"again")


def test_an_idle_session_ends(drafts: SealedSessions, watch: Watch) -> None:
    cookie = drafts.create(b"the draft")
    watch.wind(901)
    assert drafts.read(cookie) is None
    assert not drafts.write(cookie, b"again")


def test_dropping_and_expiring_leave_no_row(
    drafts: SealedSessions, watch: Watch, databases: Databases
) -> None:
    drafts.drop(drafts.create(b"one"))
    drafts.create(b"two")
    watch.wind(901)
    with databases.volatile.begin() as session:
        expire_sessions(session, watch.now())
    assert rows(databases) == []


def test_short_drafts_look_alike(drafts: SealedSessions, databases: Databases) -> None:
    drafts.create(b"")
    drafts.create(b"x" * 3000)
    assert len({len(row.sealed) for row in rows(databases)}) == 1

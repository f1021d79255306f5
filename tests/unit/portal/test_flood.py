"""Purses, tickets, bursts and the secret of the day: the arithmetic of flood control, without a request and without a store."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from time import sleep

import pytest

from crypto.encoding import from_text
from intake.budgets import BudgetsTable, Ceiling
from intake.log import _CEILINGS, _MODES
from intake.portal_mode import PortalMode
from intake.time import Clock
from portal.flood.bursts import Bursts
from portal.flood.places import LINE, Places
from portal.flood.purses import LONG, WINDOW, Budget, Shown, purses_of
from portal.flood.secret import DAY, DaySecret
from portal.flood.store import end_of_window
from portal.flood.tickets import VALID, Tickets

ANCHOR = bytes(range(32))


@dataclass(frozen=True)
class Watch(Clock):
    """A clock that a story moves on."""

    seconds: list[int] = field(default_factory=lambda: [2_000_000_000])

    def now(self) -> int:
        return self.seconds[0]

    def wait(self, seconds: int) -> None:
        self.seconds[0] += seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def secret(watch: Watch) -> DaySecret:
    return DaySecret(watch)


def purses(waited: Shown, *, worked: bool, newcomers: bool = True) -> list[Shown]:
    return list(purses_of(lambda: waited, lambda: worked, newcomers=newcomers))


def test_whoever_has_shown_more_may_take_from_more_purses() -> None:
    assert purses(Shown.NOTHING, worked=False) == [Shown.NOTHING]
    assert purses(Shown.WAITED, worked=False) == [Shown.NOTHING, Shown.WAITED]
    assert purses(Shown.WAITED_LONG, worked=False) == [Shown.NOTHING, Shown.WAITED, Shown.WAITED_LONG]
    assert purses(Shown.NOTHING, worked=True) == [Shown.NOTHING, Shown.WORKED]
    assert purses(Shown.WAITED_LONG, worked=True) == list(Shown)


def test_while_a_ceiling_is_reached_newcomers_wait_once_and_nobody_is_shut_out() -> None:
    assert purses(Shown.NOTHING, worked=False, newcomers=False) == []
    assert purses(Shown.WAITED, worked=False, newcomers=False) == [Shown.WAITED]
    assert purses(Shown.NOTHING, worked=True, newcomers=False) == [Shown.WORKED]


def test_what_is_dear_to_ask_is_asked_only_when_it_matters() -> None:
    asked: list[str] = []

    def worked() -> bool:
        asked.append("the database")
        return True

    purse = purses_of(lambda: Shown.NOTHING, worked)
    assert next(purse) is Shown.NOTHING
    assert not asked
    assert next(purse) is Shown.WORKED
    assert asked


@pytest.mark.parametrize("budget", Budget)
def test_one_visit_cannot_empty_a_purse_at_once(budget: Budget) -> None:
    processes = 2
    assert budget.at_once * processes < budget.purse
    bursts = Bursts()
    fits = [bursts.fits(1, budget, "visit", "a") for _ in range(budget.at_once + 3)]
    assert fits == [True] * budget.at_once + [False] * 3
    assert bursts.fits(1, budget, "visit", "b")
    assert bursts.fits(1, budget, "circuit", "a")
    assert bursts.fits(2, budget, "visit", "a"), "the next window begins anew"


def test_dear_work_has_one_place_and_a_short_line_and_cheap_work_has_neither() -> None:
    places = Places()
    newcomers, waited = places.lane(Budget.FILE, Shown.NOTHING), places.lane(Budget.FILE, Shown.WAITED)
    assert newcomers.enter()
    assert waited.enter(), "a flood of newcomers takes no place from whoever has waited"
    assert places.lane(Budget.OPEN, Shown.NOTHING).enter()
    served: list[int] = []

    def stand(number: int) -> None:
        if newcomers.enter():
            served.append(number)
            newcomers.leave()

    line = [Thread(target=stand, args=(number,)) for number in range(LINE)]
    for person in line:
        person.start()
    while newcomers._line._value:  # until all of them stand there
        sleep(0.01)
    assert not newcomers.enter(), "the line is full"
    newcomers.leave()
    for person in line:
        person.join()
    assert sorted(served) == list(range(LINE))
    assert all(places.lane(Budget.SAVE, Shown.NOTHING).enter() for _ in range(100))


def test_a_ticket_tells_how_long_its_visit_waits_and_nothing_else(watch: Watch) -> None:
    tickets = Tickets(bytes(32), watch)
    ticket = tickets.give(ANCHOR, Budget.FILE)
    assert len(from_text(ticket, length=24)) == 24
    assert tickets.shown_by(ANCHOR, Budget.FILE, ticket) is Shown.NOTHING
    watch.wait(WINDOW)
    assert tickets.shown_by(ANCHOR, Budget.FILE, ticket) is Shown.WAITED
    watch.wait(LONG)
    assert tickets.shown_by(ANCHOR, Budget.FILE, ticket) is Shown.WAITED_LONG
    assert tickets.give(ANCHOR, Budget.FILE, ticket) == ticket, "asking again does not lose one's place"
    watch.wait(VALID)
    assert tickets.shown_by(ANCHOR, Budget.FILE, ticket) is Shown.NOTHING
    assert tickets.give(ANCHOR, Budget.FILE, ticket) != ticket


def test_a_ticket_serves_no_other_visit_and_no_other_act(watch: Watch) -> None:
    tickets, others = Tickets(bytes(32), watch), Tickets(bytes([1] * 32), watch)
    ticket = tickets.give(ANCHOR, Budget.FILE)
    watch.wait(WINDOW)
    assert tickets.shown_by(bytes(32), Budget.FILE, ticket) is Shown.NOTHING
    assert tickets.shown_by(ANCHOR, Budget.OPEN, ticket) is Shown.NOTHING
    assert others.shown_by(ANCHOR, Budget.FILE, ticket) is Shown.NOTHING


def test_visits_that_wait_at_the_same_time_have_tickets_that_share_nothing_but_ten_seconds(
    watch: Watch,
) -> None:
    tickets = Tickets(bytes(32), watch)
    first = tickets.give(ANCHOR, Budget.FILE)
    watch.wait(WINDOW - 1 - watch.now() % WINDOW)
    assert tickets.give(ANCHOR, Budget.FILE) == first
    assert tickets.give(bytes(32), Budget.FILE)[:10] == first[:10]
    assert tickets.give(bytes(32), Budget.FILE)[11:] != first[11:]


def test_a_key_of_the_day_ends_with_the_day(secret: DaySecret, watch: Watch) -> None:
    key = secret.key_of("visit", ANCHOR, 8)
    assert len(key) == 16
    assert secret.key_of("visit", ANCHOR, 8) == key
    assert secret.key_of("circuit", ANCHOR, 8) != key
    watch.wait(DAY)
    assert secret.key_of("visit", ANCHOR, 8) != key
    watch.wait(-DAY)
    assert secret.key_of("visit", ANCHOR, 8) != key, "the old secret is gone, whatever the clock says"


def test_a_slow_thread_at_midnight_does_not_change_the_secret_back(secret: DaySecret, watch: Watch) -> None:
    watch.wait(DAY - watch.now() % DAY)
    key = secret.key_of("visit", ANCHOR, 8)
    watch.wait(-1)
    assert secret.key_of("visit", ANCHOR, 8) == key


def test_forked_processes_make_the_same_keys_and_the_first_to_see_a_new_day_changes_them_for_all(
    secret: DaySecret, watch: Watch
) -> None:
    before = secret.key_of("visit", ANCHOR, 8)

    def keys_of_child(later: int) -> str:
        reading, writing = os.pipe()
        if (child := os.fork()) == 0:
            watch.wait(later)
            os.write(writing, secret.key_of("visit", ANCHOR, 8).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            said = pipe.read()
        os.waitpid(child, 0)
        return said

    assert keys_of_child(0) == before
    tomorrow = keys_of_child(DAY)
    assert tomorrow != before
    watch.wait(DAY)
    assert secret.key_of("visit", ANCHOR, 8) == tomorrow


def test_the_secret_lies_in_no_file(secret: DaySecret) -> None:
    secret.key_of("visit", ANCHOR, 8)
    targets = [str(each.readlink()) for each in Path("/proc/self/fd").iterdir() if each.is_symlink()]
    own = [target for target in targets if "memfd:underseal" in target]
    assert own
    assert all(target.endswith("(deleted)") for target in own), "memory, and no name that anybody could open"


def test_the_end_of_a_window_says_nothing_of_when_it_was_first_used() -> None:
    assert {end_of_window(now, 600) for now in range(1200, 1800)} == {1800}


def test_the_log_takes_exactly_the_modes_and_ceilings_that_there_are() -> None:
    assert set(PortalMode) == _MODES
    assert {ceiling.word for ceiling in Ceiling} == _CEILINGS


def test_settings_of_budgets_are_read_strictly() -> None:
    settings = BudgetsTable(store="valkeys://budgets.example:6380/2", machines=3).settings("secret")
    assert (settings.valkey, settings.machines) == ("valkeys://budgets.example:6380/2", 3)
    assert "secret" not in repr(settings)
    assert BudgetsTable().settings(None).valkey is None
    for store in ("redis://host", "valkey://user:password@host:6379/0", "valkey://host/0?x=1", "memory://"):
        with pytest.raises(ValueError, match="store"):
            BudgetsTable(store=store)

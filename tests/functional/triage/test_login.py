"""Coming in: passwords, codes, lockouts and what an attacker at the door can learn, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property

import pytest
from sqlalchemy import select

from crypto.kdf import UNSAFE_TEST_COST, Cost, stretch
from crypto.keys import KeyPair
from intake.database.people_tables import Account
from intake.database.volatile_tables import Budget, SealedSession
from intake.roster import Officer, RosterReader
from intake.time import Clock
from templates.web.padding import SMALLEST
from tests.support.backoffice import Browser, forms_of
from tests.support.instances import Instance
from tests.support.statements import asked
from triage.accounts.enrol import disable_account
from triage.accounts.login import Credentials, LoginService
from triage.accounts.second_factor import STEP_SECONDS, code_at
from triage.accounts.session import ABSOLUTE_SECONDS, IDLE_SECONDS, OfficerSessions
from triage.accounts.throttle import DAY, MINUTE, Throttle
from triage.web.routes import ROUTES

NOW = 1_772_450_000


@dataclass(frozen=True, slots=True)
class MovedClock(Clock):
    """A clock whose seconds a story moves."""

    hands: list[int] = field(default_factory=lambda: [NOW])

    def now(self) -> int:
        return self.hands[0]


@dataclass
class Door:
    """The login of an instance, with a clock that a story moves."""

    instance: Instance
    clock: MovedClock

    @cached_property
    def service(self) -> LoginService:
        instance = self.instance
        return LoginService(
            databases=instance.triage_db,
            roster=RosterReader(instance.triage_db, instance.triage.roster_root, instance.triage.seen_file),
            throttle=Throttle(instance.triage_db.volatile, instance.triage.web_secret),
            clock=self.clock,
            pepper=instance.triage.pepper,
            cost=UNSAFE_TEST_COST,
        )

    def wait(self, seconds: int) -> None:
        self.clock.hands[0] += seconds

    def try_it(
        self, name: str, *, password: str | None = None, code: str | None = None
    ) -> tuple[Officer, KeyPair] | None:
        """One attempt; what is not given is right."""
        person = self.instance.people[name]
        right = code_at(person.totp_secret, self.clock.now())
        typed = Credentials(
            name, person.password if password is None else password, right if code is None else code
        )
        return self.service.log_in(typed)

    def fail(self, name: str, times: int) -> None:
        """A stranger guesses."""
        for _ in range(times):
            assert self.service.log_in(Credentials(name, "a wrong password", "000000")) is None


@pytest.fixture
def door(instance: Instance) -> Door:
    """Where one comes in."""
    return Door(instance, MovedClock(instance.today))


def test_name_password_and_code_open_the_officers_own_key(door: Door) -> None:
    found = door.try_it("milo")
    assert found is not None
    assert found[0].id == "milo"
    assert found[1].public == door.instance.roster.keys_of("milo")


def test_each_part_is_needed(door: Door) -> None:
    assert door.try_it("milo", password="something else entirely") is None
    assert door.try_it("milo", code="000000") is None
    assert door.try_it("milo", code="") is None
    assert door.service.log_in(Credentials("nobody", "walnut drizzle orbit mantle", "123456")) is None
    assert door.try_it("milo") is not None


def test_a_code_opens_one_login(door: Door) -> None:
    assert door.try_it("milo") is not None
    assert door.try_it("milo") is None
    door.wait(STEP_SECONDS)
    assert door.try_it("milo") is not None


def test_an_earlier_code_does_not_come_back_after_a_later_one(door: Door) -> None:
    early = code_at(door.instance.people["milo"].totp_secret, door.clock.now())
    door.wait(STEP_SECONDS)
    assert door.try_it("milo") is not None
    assert door.try_it("milo", code=early) is None


def test_a_phone_may_be_half_a_minute_off_and_no_more(door: Door) -> None:
    secret = door.instance.people["milo"].totp_secret
    for off, accepted in ((-2, False), (-1, True), (2, False), (1, True)):
        found = door.try_it("milo", code=code_at(secret, door.clock.now() + off * STEP_SECONDS))
        assert (found is not None) is accepted


def test_a_code_is_read_with_spaces_and_in_other_digits(door: Door) -> None:
    code = code_at(door.instance.people["milo"].totp_secret, door.clock.now())
    arabic = code.translate({ord(str(digit)): chr(0x0660 + digit) for digit in range(10)})
    assert door.try_it("milo", code=f" {arabic[:3]} {arabic[3:]} ") is not None


def test_of_two_logins_with_one_code_at_once_one_gets_in(door: Door) -> None:
    service = door.service
    person = door.instance.people["milo"]
    typed = Credentials("milo", person.password, code_at(person.totp_secret, NOW))
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _: service.log_in(typed), range(4)))
    assert sum(outcome is not None for outcome in outcomes) == 1


def test_five_failures_slow_an_account_and_the_wait_ends(door: Door) -> None:
    door.fail("milo", 4)
    assert door.try_it("milo") is not None, "four failures cost nothing"
    door.wait(STEP_SECONDS)
    door.fail("milo", 1)
    assert door.try_it("milo") is None
    door.wait(MINUTE)
    assert door.try_it("milo") is not None


def test_a_stranger_who_never_stops_costs_an_officer_fifteen_minutes_a_day(door: Door) -> None:
    """The accused knows the officer's name and fails on purpose, every second of the day."""
    blocked = 0
    for _ in range(40):  # minutes
        door.fail("milo", 6)
        if door.try_it("milo", password="x" * 12, code="999999") is None and _waits(door):
            blocked += 1
        door.wait(MINUTE)
    assert blocked <= 15
    door.fail("milo", 20)
    assert door.try_it("milo") is not None


def _waits(door: Door) -> bool:
    with door.instance.owner.volatile() as session:
        ends = session.scalars(select(Budget.expires).where(Budget.key.like("login/wait/%"))).all()
    return any(end > door.clock.now() for end in ends)


def test_whoever_has_the_password_cannot_try_every_code(door: Door) -> None:
    tried = 0
    for second in range(0, DAY, 10 * MINUTE):
        before = _counted(door, "holder")
        assert door.try_it("milo", code=f"{second % 1_000_000:06d}") is None or second == 0
        tried += _counted(door, "holder") - before
        door.wait(10 * MINUTE)
    assert tried < 100
    assert _counted(door, "stranger") == 0


def _counted(door: Door, word: str) -> int:
    with door.instance.owner.volatile() as session:
        counts = session.scalars(select(Budget.count).where(Budget.key.like(f"login/{word}/%"))).all()
    return sum(counts)


def test_a_thousand_guesses_at_once_are_no_more_than_one_after_the_other(door: Door) -> None:
    service = door.service
    typed = Credentials("milo", "a wrong password", "000000")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: service.log_in(typed), range(24)))
    assert _counted(door, "stranger") == 5, (
        "the fifth made the name wait; what came during the wait was not counted"
    )
    assert door.try_it("milo") is None


def test_a_name_that_nobody_has_is_slowed_like_any_other(door: Door) -> None:
    for name in ("nobody-at-all", "milo"):
        for _ in range(7):
            door.service.log_in(Credentials(name, "a wrong password", "000000"))
    with door.instance.owner.volatile() as session:
        rows = session.execute(select(Budget.key, Budget.count)).all()
    assert sorted(count for key, count in rows if "stranger" in key) == [5, 5]
    assert not any("milo" in key or "nobody" in key for key, _ in rows), "the table names nobody"


@pytest.mark.parametrize("case", ["unknown", "disabled", "retired", "wrong password", "wrong code", "slowed"])
def test_every_failure_looks_the_same(instance: Instance, case: str) -> None:
    browser = Browser(instance)
    if case == "disabled":
        disable_account(instance.triage_db, "milo")
    if case == "retired":
        instance.without("milo")
    if case == "slowed":
        for _ in range(5):
            browser.try_login("milo", password="a wrong password", code="000000")
    name = "no-such" if case == "unknown" else "milo"
    page = browser.try_login(
        name,
        password="a wrong password" if case == "wrong password" else instance.people["milo"].password,
        code="000000" if case in ("wrong code", "unknown") else None,
    )
    assert page.status_code == 422
    assert len(page.data) == SMALLEST
    text = page.text.replace(f'value="{name}"', "")
    assert "That did not work" in text
    token = forms_of(page)["/login"].fields["csrf_token"]
    other = Browser(instance).try_login("somebody", password="x", code="1")
    expected = other.text.replace('value="somebody"', "").replace(
        forms_of(other)["/login"].fields["csrf_token"], token
    )
    assert text.split("<!--")[0] == expected.split("<!--")[0]


def test_every_attempt_costs_exactly_one_derivation(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    stretched: list[Cost] = []

    def counted(secret: bytes, salt: bytes, cost: Cost, *, pepper: bytes | None = None) -> bytes:
        stretched.append(cost)
        return stretch(secret, salt, cost, pepper=pepper)

    monkeypatch.setattr("crypto.vault.stretch", counted)
    disable_account(door.instance.triage_db, "mona")
    door.instance.without("moss")
    for name in ("milo", "nobody", "mona", "moss", "milo"):
        before = len(stretched)
        door.service.log_in(Credentials(name, "a wrong password", "000000"))
        assert len(stretched) == before + 1, name
    door.fail("milo", 5)
    before = len(stretched)
    assert door.try_it("milo") is None
    assert len(stretched) == before + 1, "also while a name waits"


def test_every_failure_asks_the_database_the_same(door: Door) -> None:
    people = door.instance.people
    disable_account(door.instance.triage_db, "mona")
    door.instance.without("moss")
    right = people["milo"].password
    found = []
    door.service.log_in(Credentials("warms-up", "a wrong password", "000000"))
    for name, password in (
        ("nobody", "a wrong password"),
        ("milo", "a wrong password"),
        ("milo", right),
        ("mona", people["mona"].password),
        ("moss", people["moss"].password),
    ):
        with asked() as statements:
            assert door.service.log_in(Credentials(name, password, "000000")) is None
        found.append(statements)
    assert found == [found[0]] * 5


def test_whatever_hangs_on_a_name_is_told_at_ticks() -> None:
    assert {route.path for route in ROUTES if route.quiet} == {"/login", "/enrol", "/enrol/keys"}


def test_an_account_under_another_key_than_the_roster_certifies_opens_nothing(door: Door) -> None:
    """Somebody with the database puts an account of their own in an officer's place."""
    mara = door.instance.people["mara"]
    with door.instance.owner.state.begin() as session:
        theirs, milos = session.get_one(Account, "mara"), session.get_one(Account, "milo")
        milos.locked_key, milos.second_factor = theirs.locked_key, theirs.second_factor
    typed = Credentials("milo", mara.password, code_at(mara.totp_secret, NOW))
    assert door.service.log_in(typed) is None


def _sessions(door: Door) -> OfficerSessions:
    db = door.instance.triage_db
    rosters = RosterReader(db, door.instance.triage.roster_root, door.instance.triage.seen_file)
    return OfficerSessions.open(db, rosters, door.clock)


def test_a_session_ends_after_idleness_and_after_a_working_day(door: Door) -> None:
    found = door.try_it("milo")
    assert found is not None
    sessions = _sessions(door)
    cookie = sessions.begin(*found)
    door.wait(IDLE_SECONDS - MINUTE)  # it ends with a whole minute, which may be almost one sooner
    assert sessions.find(cookie) is not None
    door.wait(IDLE_SECONDS)
    assert sessions.find(cookie) is None

    cookie = sessions.begin(*found)
    for _ in range(ABSOLUTE_SECONDS // (10 * MINUTE) - 1):
        door.wait(10 * MINUTE)
        assert sessions.find(cookie) is not None
    door.wait(10 * MINUTE)
    assert sessions.find(cookie) is None


def test_an_officer_who_is_disabled_or_leaves_is_out_with_the_next_request(door: Door) -> None:
    sessions = _sessions(door)
    for officer, leave in (
        ("milo", lambda: disable_account(door.instance.triage_db, "milo")),
        ("moss", lambda: door.instance.without("moss")),
    ):
        found = door.try_it(officer)
        assert found is not None
        cookie = sessions.begin(*found)
        assert sessions.find(cookie) is not None
        leave()
        assert sessions.find(cookie) is None
        with door.instance.owner.volatile() as session:
            assert session.scalars(select(SealedSession)).all() == [], "the sealed key is gone as well"


def test_a_stolen_session_table_opens_nothing(door: Door) -> None:
    found = door.try_it("milo")
    assert found is not None
    sessions = _sessions(door)
    sessions.begin(*found)
    with door.instance.owner.volatile() as session:
        row = session.scalars(select(SealedSession)).one()
    assert found[1].unsafe_seed not in row.sealed
    assert b"milo" not in row.sealed
    assert sessions.find(row.cookie_hash) is None
    assert sessions.find(row.sealed[:32]) is None

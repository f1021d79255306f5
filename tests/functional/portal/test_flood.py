"""Somebody floods the portal: others go on, whoever has to wait keeps what was typed and goes first, and nobody is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from crypto.kdf import UNSAFE_TEST_COST
from intake.budgets import Ceiling
from intake.log import configure
from intake.notices import NoticeKind, open_notice
from portal.app import create_app
from portal.flood.circuits import AT_ONCE, IN_WINDOW, KEY, Circuits
from portal.flood.purses import LONG, WINDOW, Budget
from portal.flood.secret import DAY, DaySecret
from templates.web.app import StrictFlask
from templates.web.entrance import CIRCUIT
from tests.functional.portal.conftest import SENTENCE, PatientClock, Reporter, Story
from tests.support.instances import Instance

Another = Callable[[], Reporter]
BUSY = "Many people are using this right now"
MANY = "This has to wait for some minutes"


class Flooder:
    """A program with as many visits as it likes: each gets a cookie and a form, and sends what costs something."""

    def __init__(self, app: StrictFlask, code: str) -> None:
        self.app, self.code = app, code

    def empties(self, budget: Budget) -> None:
        """Ask as often as a purse for newcomers allows, and more, within one window."""
        act = {Budget.OPEN: self._opens, Budget.SAVE: self._saves}[budget]
        visit, done = Reporter(self.app), 0
        while True:
            if done and done % budget.at_once == 0:
                visit = Reporter(self.app)
            act(visit)
            done += 1
            if visit.page.status_code == 503:
                assert BUSY in visit.text
                return
            assert done <= budget.purse

    def _opens(self, visit: Reporter) -> None:
        visit.opens("/return")
        visit.sends("/return", code=self.code)

    def _saves(self, visit: Reporter) -> None:
        visit.opens("/report")
        visit.sends("/report", what="Nonsense.", go="next")


@pytest.fixture
def some_code(reporter: Reporter) -> str:
    """The code of a report: an opened mailbox costs what an empty one does."""
    return reporter.files()


@pytest.fixture
def flooder(app: StrictFlask, some_code: str) -> Flooder:
    return Flooder(app, some_code)


def counters(instance: Instance) -> dict[str, int]:
    with instance.owner.volatile() as session:
        return {row[0]: row[1] for row in session.execute(text("SELECT key, count FROM budgets"))}


def test_whoever_was_asked_to_wait_goes_before_a_flood_of_new_visits(
    another: Another, flooder: Flooder, clock: PatientClock, some_code: str
) -> None:
    clock.wait(WINDOW)
    honest = another()
    honest.opens("/return")
    flooder.empties(Budget.OPEN)
    page = honest.sends("/return", code=some_code)
    assert (page.status_code, page.headers["Retry-After"]) == (503, str(WINDOW))
    assert BUSY in honest.text
    assert honest.value_of("code") == some_code
    ticket = honest.value_of("waited")
    assert "http-equiv" not in page.text, "a page that reloads by itself would lose the form"
    clock.wait(WINDOW)
    flooder.empties(Budget.OPEN)  # in the new window the flood was there first, again
    assert another().opens("/return").status_code == 200
    assert honest.sends("/return", code=some_code, waited=ticket).status_code == 303
    assert SENTENCE not in honest.opens("/mailbox").text
    assert honest.page.status_code == 200


def test_a_draft_of_a_minute_goes_before_a_flood_of_new_visits(
    another: Another, flooder: Flooder, clock: PatientClock, instance: Instance
) -> None:
    clock.wait(WINDOW)
    honest = another()
    honest.writes_about_the_waterworks()
    clock.wait(LONG)
    flooder.empties(Budget.SAVE)
    assert honest.sends("/report/check", go="back").status_code == 303
    honest.opens("/report")
    assert honest.sends("/report", what=SENTENCE, go="next").status_code == 303
    newcomer = another()
    newcomer.opens("/report")
    assert newcomer.sends("/report", what=SENTENCE, go="next").status_code == 503
    assert newcomer.value_of("what") == SENTENCE


def test_what_is_refused_for_nothing_spends_nothing(
    another: Another, instance: Instance, clock: PatientClock, some_code: str
) -> None:
    clock.wait(WINDOW)
    visit = another()
    visit.opens("/return")
    before = counters(instance)
    for slip in (
        "",
        "one two three",
        some_code + " able",
        some_code.replace(some_code.split(maxsplit=1)[0], "zoo"),
    ):
        assert visit.sends("/return", code=slip).status_code == 422
    assert visit.posts("/return", {"csrf_token": "forged", "code": some_code}).status_code == 403
    assert visit.sends("/return", code=some_code, surprise="1").status_code == 422
    assert visit.sends("/mailbox/message", text="To nobody.").status_code in {303, 410}
    assert visit.posts("/report/check", {"csrf_token": "forged", "send": "1"}).status_code == 403
    assert counters(instance) == before


def test_sending_without_a_draft_spends_nothing_that_filing_needs(
    another: Another, instance: Instance, clock: PatientClock
) -> None:
    clock.wait(WINDOW)
    visit = another()
    visit.opens("/report")
    before = {key for key in counters(instance) if "/file/" in key}
    for _ in range(3):
        assert visit.sends("/report/check", send="1").status_code == 303
    assert {key for key in counters(instance) if "/file/" in key} == before


def test_one_circuit_has_one_share_however_many_visits_come_by_it(
    app: StrictFlask, another: Another, clock: PatientClock, some_code: str
) -> None:
    clock.wait(WINDOW)
    refused = 0
    for _ in range(Budget.OPEN.at_once + 2):
        visit = Reporter(_by_circuit(app, b"\0\0\0\7"))
        visit.opens("/return")
        refused += visit.sends("/return", code=some_code).status_code == 503
    assert refused == 2
    neighbour = Reporter(_by_circuit(app, b"\0\0\0\x08"))
    neighbour.opens("/return")
    assert neighbour.sends("/return", code=some_code).status_code == 303
    nameless = another()
    nameless.opens("/return")
    assert nameless.sends("/return", code=some_code).status_code == 303


def test_a_circuit_that_asks_beyond_all_measure_is_answered_cheaply_and_others_are_not(
    app: StrictFlask, clock: PatientClock
) -> None:
    clock.wait(WINDOW)
    flood = _by_circuit(app, b"\1\2\3\4").test_client()
    answers = [flood.get("/safety") for _ in range(IN_WINDOW + 1)]
    assert [page.status_code for page in answers] == [200] * IN_WINDOW + [429]
    assert len(answers[-1].data) < 100
    assert "Content-Security-Policy" in answers[-1].headers
    assert _by_circuit(app, b"\4\3\2\1").test_client().get("/safety").status_code == 200
    assert app.test_client().get("/safety").status_code == 200
    clock.wait(WINDOW)
    assert flood.get("/safety").status_code == 200


def test_nothing_behind_the_edge_knows_the_circuit(clock: PatientClock) -> None:
    seen: list[dict[str, Any]] = []

    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        seen.append(dict(environ))
        start("200 OK", [])
        return [b""]

    def start(*_: object) -> Callable[[bytes], object]:
        return lambda _: None

    edge = Circuits(application, DaySecret(clock), clock)
    for _ in range(AT_ONCE + 2):  # each is over before the next
        list(edge({CIRCUIT: b"\xde\xad\xbe\xef"}, start))
    assert all(environ[CIRCUIT] == b"" and len(environ[KEY]) == 4 for environ in seen)
    assert not any("deadbeef" in str(environ).lower() for environ in seen)
    assert not edge._inside, "what was answered is forgotten"


def test_a_budgets_key_means_nothing_on_the_next_day(
    another: Another, instance: Instance, clock: PatientClock
) -> None:
    def keys_of_visits() -> set[str]:
        return {key for key in counters(instance) if "/visit/" in key}

    with instance.owner.volatile.begin() as session:
        session.execute(text("DELETE FROM budgets"))
    visit = another()
    visit.opens("/report")
    visit.sends("/report", what=SENTENCE, go="next")
    (first,) = keys_of_visits()
    clock.wait(DAY)
    visit.sends("/report", what=SENTENCE, go="next")
    assert len(keys_of_visits()) == 2
    with instance.owner.volatile() as session:
        ends = session.execute(text("SELECT expires FROM budgets")).scalars().all()
    assert all(end % WINDOW == 0 for end in ends), "no row says when anybody was there"
    assert instance.portal.web_secret.hex() not in first


def with_low_ceilings(instance: Instance, clock: PatientClock) -> StrictFlask:
    """A portal whose operator set them so."""
    ceilings = dict.fromkeys(Ceiling, 5) | {Ceiling.DRAFTS_HOUR: 1000}
    settings = replace(instance.portal, budgets=replace(instance.portal.budgets, ceilings=ceilings))
    return create_app(settings, instance.portal_db, configure("portal"), clock=clock, cost=UNSAFE_TEST_COST)


def test_a_ceiling_is_told_and_loses_nobody(
    instance: Instance,
    clock: PatientClock,
    story: Story,
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock.wait(DAY)
    small = with_low_ceilings(instance, clock)
    for number in range(5):
        clock.wait(WINDOW)
        Reporter(small).files()
        said = capsys.readouterr().err
        assert ('"ceiling": "reports_per_hour"' in said) is (number + 1 in {4, 5}), number
    honest = Reporter(small)
    honest.writes_about_the_waterworks()
    assert honest.sends("/report/check", send="1").status_code == 503, "newcomers wait once"
    ticket = honest.value_of("waited")
    clock.wait(WINDOW)
    assert honest.sends("/report/check", send="1", waited=ticket).location == "/receipt"
    story.worker_works()
    story.worker_works()
    told = _told(instance, "vera", NoticeKind.CEILING)
    assert sorted(each["ceiling"] for each in told) == ["reports_per_day", "reports_per_hour"]
    assert not any("count" in each or "case" in each for each in told)


def _told(instance: Instance, officer: str, kind: NoticeKind) -> list[dict[str, Any]]:
    with instance.owner.reading() as session:
        rows = session.execute(
            text("SELECT id, sealed FROM notices WHERE officer_id = :who"), {"who": officer}
        ).all()
    opened = [open_notice(instance.pair(officer), row[0], bytes(row[1])) for row in rows]
    return [each for each in opened if each["notice"] == kind.value]


def _by_circuit(app: StrictFlask, circuit: bytes) -> Any:
    """The same portal, reached by one circuit of Tor's."""

    class ByCircuit:
        def __getattr__(self, name: str) -> Any:
            return getattr(app, name)

        def test_client(self) -> Any:
            client: Any = app.test_client()
            client.environ_base = {**client.environ_base, CIRCUIT: circuit}
            return client

    return ByCircuit()

"""P7 by statistics: from outside, what exists and what does not cannot be told apart by status, size or time.

Codes that open a mailbox and codes that open nothing; names of officers and names that nobody has; a wrong password and a wrong
second factor. Three thousand pairs each, on an idle and on a loaded machine: about forty minutes in all on two cores.
"""

from __future__ import annotations

import random
import string
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from crypto.receipt import ReceiptCode
from intake.events import EventKind
from intake.wordlists import wordlist
from tests.support.instances import Instance
from tests.support.oracle import LIMIT, MARGIN
from tests.support.pairs import Kind, Line, Pairs, Seen, load, measure, side
from tests.support.processes import Process
from tests.support.reports import Filed, Offices
from triage.accounts.second_factor import STEP_SECONDS, code_at

PAIRS = 3_000
VISITORS = 12
ANSWER = "We asked at the waterworks. Which of the wells was it, and on which day did you see it?"
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.fixture(params=["idle", "loaded"])
def state(request: pytest.FixtureRequest) -> str:
    """How busy the machine is beside the measuring."""
    return str(request.param)


@dataclass
class Site:
    """A served side, and who measures it."""

    process: Process
    instance: Instance
    state: str

    def measure(self, first: Kind, second: Kind, opens: str) -> Pairs:
        """As many pairs as this takes."""
        loaded = load(self.process.url) if self.state == "loaded" else nullcontext()
        with loaded:
            return measure(self.process.url, first, second, pairs=PAIRS, visitors=VISITORS, opens=opens)


@pytest.fixture
def portal(instance: Instance, tmp_path: Path, state: str) -> Iterator[Site]:
    """The portal."""
    with side("portal", instance.directory, tmp_path, instance.today) as process:
        yield Site(process, instance, state)


@pytest.fixture
def desk(instance: Instance, tmp_path: Path, state: str) -> Iterator[Site]:
    """The back office."""
    with side("triage", instance.directory, tmp_path, instance.today) as process:
        yield Site(process, instance, state)


def hold(pairs: Pairs, *answers: str) -> None:
    """Nothing tells the two kinds apart, at none of the answers that a visit has."""
    assert len(pairs.seen) == PAIRS
    assert len({kind for kinds in pairs.statuses() for kind in kinds}) == 1
    for place, name in enumerate(answers):
        for what, verdict in (("time", pairs.latencies(place)), ("size", pairs.sizes(place))):
            said = f"{name}, {what}: {verdict}"
            sys.stdout.write(f"{said}; {pairs.busy} pairs again\n")
            assert verdict.t < LIMIT, said
            assert verdict.z < LIMIT, said
            assert abs(verdict.accuracy - 0.5) <= MARGIN, said


def answered(instance: Instance) -> Filed:
    """A report to which the office has written twice."""
    filed = Offices(instance, instance.today).file()
    for _ in range(2):
        with filed.act("mara") as acting:
            acting.tell(EventKind.TOLD, acting.answer(ANSWER))
    return filed


def test_a_code_that_opens_a_mailbox_and_one_that_opens_nothing(portal: Site) -> None:
    words = wordlist("en")
    assert words is not None
    known = answered(portal.instance).draft.code.as_words(words)

    def comes_with(code: str, line: Line) -> tuple[Seen, Seen]:
        line.forget(b"__Host-p-mailbox")
        return line.post("/return", {"code": code}), line.get("/mailbox")

    pairs = portal.measure(
        lambda line: comes_with(known, line),
        lambda line: comes_with(ReceiptCode.generate().as_words(words), line),
        "/return",
    )
    hold(pairs, "opening", "mailbox")


def test_a_name_that_an_officer_has_and_one_that_nobody_has(desk: Site) -> None:
    def nobody() -> str:
        return "".join(random.choices(string.ascii_lowercase, k=len("milo")))

    def tries(name: str, line: Line) -> tuple[Seen]:
        return (line.post("/login", {"name": name, "password": "a wrong password", "code": "000000"}),)

    pairs = desk.measure(lambda line: tries("milo", line), lambda line: tries(nobody(), line), "/login")
    hold(pairs, "login")


def test_a_wrong_password_and_a_wrong_second_factor(desk: Site) -> None:
    person = desk.instance.people["milo"]

    def tries(password: str, code: str, line: Line) -> tuple[Seen]:
        return (line.post("/login", {"name": "milo", "password": password, "code": code}),)

    def right_code() -> str:
        return code_at(person.totp_secret, int(time.time()) // STEP_SECONDS * STEP_SECONDS)

    def wrong_code() -> str:
        return f"{(int(right_code()) + 500_000) % 1_000_000:06}"

    wrong = "x" * len(person.password)
    pairs = desk.measure(
        lambda line: tries(wrong, right_code(), line),
        lambda line: tries(person.password, wrong_code(), line),
        "/login",
    )
    hold(pairs, "login")

"""The list of an officer's cases when the database holds 100,000 cases of others, against the same list when it holds none.

The officer holds the same number of cases in both. What others have must neither be seen nor felt (P2), so the two are served
in turn, and on both engines; the worse ratio counts. A whole look is measured: the list, its second page, and every filter.
"""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, text
from sqlalchemy.engine import URL

from bench.ratio import Ratio
from crypto.keys import new_id
from intake.database.case_tables import Case, Epoch, Grant
from intake.organisation import Organisation
from intake.states import CaseState
from tests.support.backoffice import Browser
from tests.support.instances import Instance, build_instance
from tests.support.organisation import small_organisation
from tests.support.postgres import running_postgres
from tests.support.reports import Offices

NAME = "queue"
GOAL = 1.3
OFFICER = "milo"
HELD = 100
STRANGERS = 100_000
TIMES = 25
_LOOKS = (
    "/cases",
    "/cases?page=2",
    "/cases?due=week",
    "/cases?state=received",
    "/cases?priority=P1",
    "/cases?whose=nobody",
)
_CHUNK = 1_000
_SIZES = {
    "card": 1_100,
    "public": 1_248,
    "recovery": 1_300,
    "sealed": 1_200,
}  # bytes, about what real ones have


class BenchError(Exception):
    """The list did not come as it should, so there is nothing to measure."""


def measure() -> Ratio:
    """The worse of the two engines' ratios."""
    with tempfile.TemporaryDirectory(prefix="underseal-bench-") as directory, running_postgres() as postgres:
        ratios = {
            "SQLite": _ratio(Path(directory) / "sqlite", lambda: None),
            "PostgreSQL": _ratio(Path(directory) / "postgresql", postgres.make),
        }
    worst = max(ratios, key=lambda engine: ratios[engine])
    told = ", ".join(f"{engine} {ratio:.2f}" for engine, ratio in ratios.items())
    return Ratio(
        name=NAME,
        ratio=ratios[worst],
        goal=GOAL,
        better="lower",
        detail=f"time of an officer's lists with {STRANGERS} cases of others in the database, against none ({told})",
    )


def _ratio(directory: Path, database: Callable[[], URL | None]) -> float:
    with _desk(directory / "few", database()) as few, _desk(directory / "many", database()) as many:
        _add_strangers(many.instance)
        took: dict[str, list[float]] = {"few": [], "many": []}
        for _ in range(TIMES + 1):
            # In turn, so that whatever else the machine does slows both.
            took["few"].append(_look(few))
            took["many"].append(_look(many))
        # The first look of each opens connections and plans. The quickest of the others is the least disturbed.
        return min(took["many"][1:]) / min(took["few"][1:])


@contextmanager
def _desk(directory: Path, database: URL | None) -> Iterator[Browser]:
    """An officer at work who holds HELD cases."""
    directory.parent.mkdir(exist_ok=True)
    instance = build_instance(directory, small_organisation(), today=_today(), database=database)
    try:
        offices = Offices(instance, instance.today)
        for _ in range(HELD):
            offices.file()
        browser = Browser(instance)
        browser.log_in(OFFICER)
        yield browser
    finally:
        instance.close()


def _look(browser: Browser) -> float:
    started = time.perf_counter()
    for path in _LOOKS:
        answer = browser.get(path)
        if answer.status_code != 200 or (path == "/cases" and f"{HELD} cases" not in answer.text):
            raise BenchError(f"GET {path} answered {answer.status_code}")
    return time.perf_counter() - started


def _add_strangers(instance: Instance) -> None:
    """Cases that this officer does not hold, straight into the tables: half of them in the officer's own office."""
    others = _others(instance.organisation)
    with instance.owner.state.begin() as session:
        for start in range(0, STRANGERS, _CHUNK):
            cases = [_case(instance.today, number) for number in range(start, start + _CHUNK)]
            session.execute(insert(Case), cases)
            session.execute(insert(Epoch), [_epoch(case["id"]) for case in cases])
            session.execute(
                insert(Grant),
                [_grant(case["id"], others[number % len(others)]) for number, case in enumerate(cases)],
            )
    with instance.owner.state.begin() as session:
        session.execute(text("ANALYZE"))


def _others(organisation: Organisation) -> list[str]:
    return [officer for officer in organisation.officers if officer != OFFICER]


def _case(today: date, number: int) -> dict[str, object]:
    return {
        "id": new_id(),
        "office": ("HO-millbrook", "HO-ashford")[number % 2],
        "state": CaseState.RECEIVED,
        "epoch": 0,
        "wake": today + timedelta(days=number % 90 - 30),
        "stale": None,
        "card": secrets.token_bytes(_SIZES["card"]),
        "rule_version": "default-1",
    }


def _epoch(case: object) -> dict[str, object]:
    return {
        "case_id": case,
        "number": 0,
        "public": secrets.token_bytes(_SIZES["public"]),
        "signer": "filing",
        "signatures": b"",
        "link": None,
        "recovery": secrets.token_bytes(_SIZES["recovery"]),
    }


def _grant(case: object, officer: str) -> dict[str, object]:
    return {
        "officer_id": officer,
        "case_id": case,
        "epoch": 0,
        "sealed": secrets.token_bytes(_SIZES["sealed"]),
    }


def _today() -> date:
    return datetime.now(UTC).date()

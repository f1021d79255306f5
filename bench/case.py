"""A case's page with 200 events in its record, against the same page with 10, both read before on the same day.

What the page cannot do without grows with the record: each event is unsealed and its signature checked. Anything that grows
faster, or asks the database once for each event, shows here. A page's first read of the day is measured beside it.
"""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from bench.ratio import Ratio
from intake.events import EventKind
from tests.support.backoffice import Browser
from tests.support.instances import build_instance
from tests.support.organisation import small_organisation
from tests.support.reports import Filed, Offices, plumber_report

NAME = "case"
GOAL = 8.0
FEW, MANY = 10, 200
OFFICER = "milo"
TIMES = 15
_ROUND = 4  # events that one round of the office leaves: two with a writing, two without


class BenchError(Exception):
    """The page did not come as it should, so there is nothing to measure."""


def measure() -> Ratio:
    """The ratio of the two processor times."""
    with tempfile.TemporaryDirectory(prefix="underseal-bench-") as directory:
        instance = build_instance(Path(directory) / "instance", small_organisation(), today=_today())
        try:
            offices = Offices(instance, instance.today)
            few, many = _case(offices, FEW), _case(offices, MANY)
            browser = Browser(instance)
            browser.log_in(OFFICER)
            _look(browser, few)
            first = _look(browser, many)
            took: dict[int, list[float]] = {FEW: [], MANY: []}
            for _ in range(TIMES):
                # In turn, so that whatever else the machine does slows both.
                took[FEW].append(_look(browser, few))
                took[MANY].append(_look(browser, many))
        finally:
            instance.close()
    again = min(took[MANY])
    return Ratio(
        name=NAME,
        ratio=again / min(took[FEW]),
        goal=GOAL,
        better="lower",
        detail=f"processor time of a case's page with {MANY} events, against {FEW}; its first read of the day takes "
        f"{first / again:.1f} times as long as the next",
    )


def _case(offices: Offices, events: int) -> Filed:
    """A case whose record has so many events, in one act: what an office writes in a year."""
    filed = offices.file(plumber_report())
    with filed.act(OFFICER) as acting:
        for number in range((events - 2) // _ROUND):
            acting.tell(EventKind.NOTED, acting.note(f"A note, number {number}, of some length. " * 4))
            acting.tell(EventKind.ANSWERED, acting.answer(f"An answer, number {number}. " * 4))
            acting.tell(EventKind.HEARD, {})
            acting.tell(EventKind.OPENED, {})
        for _ in range((events - 2) % _ROUND):
            acting.tell(EventKind.NOTED, {})
    return filed


def _look(browser: Browser, filed: Filed) -> float:
    started = time.process_time()
    answer = browser.get(f"/cases/{filed.case}")
    if answer.status_code != 200:
        raise BenchError(f"the page of a case answered {answer.status_code}")
    return time.process_time() - started


def _today() -> date:
    return datetime.now(UTC).date()

"""What `underseal doctor` says of deletions: how many are overdue, what keeps the others, whether the ledger was written into.

Counts alone: no case is named. It judges as the worker does, and deletes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from crypto.errors import CryptoError
from intake.database.engines import Databases
from intake.release import Gate
from intake.retention.due import Stay, Verdict, candidates, verdict_on
from intake.retention.ledger import unsigned
from intake.roster import RosterReader
from intake.settings import WorkerSettings
from triage.instances.finding import Finding, Grade


@dataclass(slots=True)
class Deletions:
    """``overdue``: the worker should have deleted them. ``kept``: their time is over, and something keeps them."""

    overdue: int = 0
    kept: Counter[Stay] = field(default_factory=Counter)
    unreadable: int = 0
    """Cases whose watch cannot be gone by: the worker raises an alarm and deletes nothing."""
    forged: int = 0
    """Entries of the ledger that the gate did not sign."""


def about_deletions(databases: Databases, settings: WorkerSettings, today: date) -> Iterator[Finding]:
    """Every finding. Raises as ``count_deletions``."""
    found = count_deletions(databases, settings, today)
    if found.forged:
        yield Finding(
            Grade.FAIL,
            f"the ledger of deletions has {found.forged} entries that the gate did not sign: somebody wrote to the database",
        )
    if found.overdue:
        yield Finding(Grade.WARN, f"{found.overdue} cases are to be deleted; the worker does it once a day")
    if found.kept:
        why = ", ".join(f"{count} {stay}" for stay, count in sorted(found.kept.items()))
        yield Finding(Grade.WARN, f"{found.kept.total()} cases are kept beyond their time ({why})")
    if found.unreadable:
        yield Finding(
            Grade.WARN,
            f"{found.unreadable} cases that ended are not deleted: what is owed in them was altered",
        )
    if not (found.forged or found.overdue or found.kept or found.unreadable):
        yield Finding(Grade.OK, "no deletion is overdue")


def count_deletions(databases: Databases, settings: WorkerSettings, today: date) -> Deletions:
    """Look at every case that ended. Raises RosterError; database errors pass through."""
    roster = RosterReader(databases, settings.roster_root, settings.seen_file).current(today)
    gate = Gate(settings.gate_pair, roster, today)
    found = Deletions()
    for verdict in _verdicts(databases, gate):
        if verdict is None:
            found.unreadable += 1
        elif verdict.is_overdue(today) and verdict.stay is None:
            found.overdue += 1
        elif verdict.is_overdue(today) and verdict.stay is not None:
            found.kept[verdict.stay] += 1
    with databases.reading() as session:
        found.forged = unsigned(session, gate.signers)
    return found


def _verdicts(databases: Databases, gate: Gate) -> Iterator[Verdict | None]:
    for case in candidates(databases.reading):
        with databases.reading() as session:
            try:
                yield verdict_on(session, case, gate)
            except (CryptoError, ArithmeticError, ValueError):
                yield None  # whoever can write to the database can seal anything to the gate

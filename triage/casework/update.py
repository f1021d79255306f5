"""What an act changes about where a case stands, stored everywhere it must show: event, card, clear state.

The signed event is the truth that people are shown; the card and the clear columns only make lists and the worker fast.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import update

from intake.casefile import CaseFile
from intake.circle import read_card, store_card
from intake.database.case_tables import Case
from intake.states import CaseState
from triage.casework.desk import Acting


@dataclass(frozen=True, slots=True)
class Update:
    """The parts that change; everything else stays. ``met`` and ``clocks`` are by clock name."""

    state: CaseState | None = None
    met: Mapping[str, date] = field(default_factory=dict)
    clocks: Mapping[str, date] = field(default_factory=dict)
    handlers: Mapping[str, str] | None = None

    def as_data(self) -> dict[str, Any]:
        """What the event says of it (intake.progress)."""
        data: dict[str, Any] = {}
        if self.state is not None:
            data["state"] = self.state.value
        if self.met:
            data["met"] = _texts(self.met)
        if self.clocks:
            data["clocks"] = _texts(self.clocks)
        if self.handlers is not None:
            data["handlers"] = dict(self.handlers)
        return data

    def applied_to(self, file: CaseFile) -> CaseFile:
        """The case as it is afterwards, for the routing rules to decide on again."""
        before = file.progress
        progress = replace(
            before,
            state=self.state or before.state,
            met={**self.met, **before.met},
            clocks={**before.clocks, **self.clocks},
            handlers=dict(before.handlers if self.handlers is None else self.handlers),
        )
        return replace(file, progress=progress)


def store_update(acting: Acting, changed: Update) -> None:
    """Seal the card anew, and set the clear state."""
    card = read_card(acting.session, acting.file)
    handlers = card.handlers if changed.handlers is None else changed.handlers
    store_card(
        acting.session,
        acting.file,
        replace(
            card,
            clocks=dict(sorted({**card.clocks, **_texts(changed.clocks)}.items())),
            done=dict(sorted({**_texts(changed.met), **card.done}.items())),
            handlers=dict(sorted(handlers.items())),
        ),
    )
    if changed.state is not None:
        row = update(Case).where(Case.id == acting.file.id).values(state=changed.state)
        acting.session.execute(row)


def newly_met(file: CaseFile, today: date, *names: str) -> dict[str, date]:
    """Which of these clocks an act of today meets: those that the case has and that still run."""
    running = file.progress.clocks.keys() - file.progress.met.keys()
    return {name: today for name in names if name in running}


def _texts(days: Mapping[str, date]) -> dict[str, str]:
    return {name: day.isoformat() for name, day in days.items()}

"""What a decision is made of: a form to propose it, a check that it still fits, and what happens when a panel agrees.

Each kind of decision is a module of its own; `decisions.py` lists them. Knows no panel and no page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from intake.casefile import CaseFile
from intake.roster import Roster
from triage.casework.acting import Acting
from triage.casework.forms import Sent
from triage.casework.panel import Proposal

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class Ground:
    """What a form is read against: the case as it is, on a day."""

    file: CaseFile
    roster: Roster
    today: date
    holders: Sequence[str] = ()
    other: Acting | None = None
    """The second case that the act may write into, where there is one for this officer."""


@dataclass(frozen=True, slots=True)
class Destination:
    """The office that has the case after a decision, and who holds the key there."""

    office: str
    circle: Sequence[str]


def _always(_content: Content, _ground: Ground) -> None:
    """Nothing can have changed that matters."""


def _nothing_more(_acting: Acting, _proposal: Proposal) -> None:
    """The decision itself was everything."""


def _nothing_else(_content: Content, _ground: Ground) -> Sequence[CaseFile]:
    """The decision is about this case alone."""
    return ()


def _nobody_more(_acting: Acting, _seats: Sequence[str]) -> None:
    """Whoever has a seat opens this case, and that is enough."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One kind of decision."""

    form: Callable[[Sent, Ground], dict[str, Any]]
    """What a proposal keeps. Raises CorrectThisError, NotNowError."""
    effect: Callable[[Acting, Proposal], dict[str, Any]]
    """What the event of the decision says: state, clocks, what was met. Raises NotNowError when nothing may happen."""
    check: Callable[[Content, Ground], None] = _always
    """Return if the proposal still fits the case. Raises NotNowError, CorrectThisError."""
    destination: Callable[[Content, Ground], Destination] | None = None
    """Where the case goes, when it goes."""
    looked_at: Callable[[Content, Ground], Sequence[CaseFile]] = _nothing_else
    """Which other cases count when seats are drawn. Those who get one are let into them (`admit`)."""
    admit: Callable[[Acting, Sequence[str]], None] = _nobody_more
    """What lets those with a seat in."""
    afterwards: Callable[[Acting, Proposal], None] = _nothing_more
    """What is told after the decision."""


def ground_of(acting: Acting) -> Ground:
    """The ground of the act that is going on."""
    return Ground(acting.file, acting.roster, acting.today, acting.holders(), acting.other)

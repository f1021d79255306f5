"""How long a case is kept, as a panel decides it: a legal hold, its end, an early deletion.

The record says it with the decision's own name, and what follows is the worker's (`intake/retention/`): it tells the level
above, and deletes. The reporter reads of an early deletion in the mailbox, and can object until its day comes.
"""

from __future__ import annotations

from typing import Any

from triage.casework.acting import Acting
from triage.casework.forms import Sent
from triage.casework.measures import Ground, Measure
from triage.casework.panel import Proposal


def _form(_sent: Sent, _ground: Ground) -> dict[str, Any]:
    return {}


def _effect(_acting: Acting, _proposal: Proposal) -> dict[str, Any]:
    return {}


KEEPING = Measure(_form, _effect)
"""All three say nothing but that they were decided."""

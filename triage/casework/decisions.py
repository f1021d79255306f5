"""Every kind of decision with its form and its effect: one table. What is not here cannot be proposed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from triage.casework.closing import check_findings, closing_form, conclude
from triage.casework.disclose import DISCLOSE
from triage.casework.extend import EXTEND
from triage.casework.forms import Sent
from triage.casework.keeping import KEEPING
from triage.casework.led import still_led
from triage.casework.lower import LOWER
from triage.casework.measures import Content, Ground, Measure
from triage.casework.merge import MERGE
from triage.casework.policy import Decision
from triage.casework.refuse import REFUSE
from triage.casework.split import SPLIT
from triage.casework.transfer import TRANSFER


def _closing(sent: Sent, ground: Ground) -> dict[str, Any]:
    return closing_form(sent, ground.file, ground.roster, ground.today)


def _check_closing(content: Content, ground: Ground) -> None:
    check_findings(content, ground.file)
    still_led(content, ground)


MEASURES: Mapping[Decision, Measure] = MappingProxyType(
    {
        Decision.CLOSE: Measure(_closing, conclude, _check_closing),
        Decision.REFUSE: REFUSE,
        Decision.EXTEND: EXTEND,
        Decision.LOWER: LOWER,
        Decision.TRANSFER: TRANSFER,
        Decision.SPLIT: SPLIT,
        Decision.HOLD: KEEPING,
        Decision.END_HOLD: KEEPING,
        Decision.DELETE_EARLY: KEEPING,
        Decision.MERGE: MERGE,
        Decision.DISCLOSE: DISCLOSE,
    }
)

"""Reporters who say how they are, and contacts who look after them, through the product's own doors."""

from __future__ import annotations

from typing import Any

from intake.events import EventKind
from intake.protection.opening import ProtectionFile
from tests.support.reports import Filed
from triage.casework.desk import Actor, Desk
from triage.casework.protect.looking import look

HIGH = {"a1": "suspected", "a2": "only_me", "b1": "line", "c1": "threat", "e1": "temporary", "e3": "none"}
"""Answers of a reporter at great risk: before the form is sent."""


def says(filed: Filed, state: str = "safe", text: str = "", **more: Any) -> None:
    """The reporter checks in."""
    tells(filed, EventKind.CHECKED_IN, "check_in", {"state": state, "text": text, "answers": {}, **more})


def tells(filed: Filed, kind: EventKind, form: str, content: dict[str, Any]) -> None:
    """The reporter leaves something in the compartment."""
    filed.offices.mailbox.act(
        filed.master, 0, lambda writing: writing.tell(kind, writing.protect(form, content))
    )


def looked(desk: Desk, actor: Actor, filed: Filed) -> ProtectionFile:
    """The contact opens the page."""
    return look(desk, actor, filed.case)


def everything_chosen(file: ProtectionFile, **changed: str) -> dict[str, str]:
    """A plan's form with a reason for each heavy factor."""
    from intake.protection.measures import heavy_factors

    assert file.card is not None
    reasons = {f"why-{factor}": "Nothing fits." for factor in heavy_factors(file.card.risk["factors"])}
    return {**reasons, **changed}

"""What each kind of act may lead to, say and leave: the tables by which a record is judged (`intake.lawful`). No logic."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from intake.events import EventKind
from intake.states import CaseState

LEADS_TO: Mapping[EventKind, frozenset[str]] = MappingProxyType(
    {
        EventKind.ACKNOWLEDGED: frozenset({CaseState.ACKNOWLEDGED.value}),
        EventKind.ASSESSED: frozenset({CaseState.ASSESSED.value}),
        EventKind.ADDRESSED: frozenset({CaseState.ADDRESSING.value}),
        EventKind.DECIDED: frozenset({CaseState.CONCLUDED.value, CaseState.REDIRECTED.value}),
        EventKind.JOINED: frozenset({CaseState.ADDRESSING.value}),
        EventKind.CLOSED: frozenset({CaseState.CLOSED.value}),
        EventKind.REOPENED: frozenset({CaseState.REOPENED.value}),
    }
)
"""To which states an officer's act can lead. Every other kind leaves the state alone."""

CARRIED_BY: Mapping[str, frozenset[EventKind]] = MappingProxyType(
    {
        "clocks": frozenset(
            {
                EventKind.ACKNOWLEDGED,
                EventKind.ADDRESSED,
                EventKind.DECIDED,
                EventKind.TOLD,
                EventKind.CLOSED,
                EventKind.REOPENED,
                EventKind.REASONS_ASKED,
            }
        ),
        "restart": frozenset({EventKind.ADDRESSED, EventKind.REOPENED}),
        "final": frozenset({EventKind.DECIDED}),
    }
)
"""What an officer's event may say of the clocks, and which acts say it: no note buys time."""

MOVES = frozenset({EventKind.RECUSED, EventKind.DECIDED, EventKind.TRANSFERRED, EventKind.RECOVERED})
"""The acts by which a case goes to another office: somebody leaves whom the rules need, a panel sends it, trustees save it."""
BRINGS = frozenset({EventKind.RELEASED, EventKind.RECOVERED})
"""After these, where ``from`` is another office, those who were to decide hold the case no longer."""
PANEL_CLOCK = "panel_due"
"""Until when everybody with a seat votes."""
CONTACT_CLOCK = "first_contact_due"
"""Until when an office that got the case reaches its reporter."""
ITS_OWN: Mapping[EventKind, frozenset[str]] = MappingProxyType(
    {
        **dict.fromkeys((EventKind.PROPOSED, EventKind.SEATED, EventKind.RECUSED), frozenset({PANEL_CLOCK})),
        EventKind.RECOVERED: frozenset({PANEL_CLOCK, CONTACT_CLOCK}),
    }
)
"""The clocks that these begin anew, or end: a panel got a proposal, or a seat somebody else; an office lost the case."""

PROCEDURE = frozenset({EventKind.ADDRESSED, EventKind.JOINED})
"""What begins a procedure: a case in which there was one of these is not deleted early."""
TOLD_BY: Mapping[str, frozenset[EventKind]] = MappingProxyType(
    {
        "addressing": frozenset({EventKind.ADDRESSED}),
        "assignment": frozenset({EventKind.ASSIGNED}),
        "assessment": frozenset({EventKind.ASSESSED, EventKind.DECIDED}),
        "classification": frozenset({EventKind.CLASSIFIED}),
        "checker": frozenset({EventKind.CHECKER_CALLED}),
        "copies": frozenset({EventKind.EXPORTED}),
        "correction": frozenset({EventKind.CORRECTED}),
        "finding": frozenset({EventKind.FOUND}),
        "hand_over": frozenset({EventKind.HANDED_OVER}),
        "hearing": frozenset({EventKind.HEARD}),
        "join": frozenset({EventKind.JOINED}),
        "parting": frozenset({EventKind.PARTED}),
        "proposal": frozenset({EventKind.PROPOSED}),
        "reasons": frozenset({EventKind.REASONS_GIVEN}),
        "reasons_request": frozenset({EventKind.REASONS_ASKED}),
        "reopening": frozenset({EventKind.REOPENED}),
        "seats": frozenset({EventKind.SEATED, EventKind.RECUSED}),
        "secured": frozenset({EventKind.SECURED}),
        "turning": frozenset({EventKind.TURNED}),
        "verification": frozenset({EventKind.VERIFIED}),
        "vote": frozenset({EventKind.VOTED}),
        "peeling": frozenset({EventKind.PEELED}),
        "unsealing": frozenset({EventKind.UNSEALED}),
        "withholding": frozenset({EventKind.WITHHELD}),
    }
)
"""Form of a paper → the acts that leave one. A paper under another act, or of another form, is believed by nobody."""

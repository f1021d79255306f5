"""Who may see what of an event: a table of kinds, and of the fields that an event's data may have. Data alone.

An event is sealed whole to the case and to its reporter (`intake.record`). So whatever stands in its data opens with the
receipt code, too: what is for the circle alone belongs into a paper, a note or a letter. Whoever reads a record asks this table
(`intake.lawful`): an act that says more shows as altered. Knows no page; the words for each audience are theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from intake.events import ACTS, BY_CONTACT, BY_CUSTODIANS, READS, EventKind


class Audience(StrEnum):
    """Who reads a record."""

    CIRCLE = "circle"
    """Whoever holds the case's key: every event, with who acted."""
    REPORTER = "reporter"
    """Whoever has the receipt code: every event with its data. Pages show roles, never a name."""
    ABOVE = "above"
    """The level above and the oversight board: how many, how late, how long. Never who, never a field of the data."""


SEES: Mapping[Audience, frozenset[EventKind]] = MappingProxyType(
    {
        Audience.CIRCLE: frozenset(EventKind),
        Audience.REPORTER: frozenset(EventKind),
        Audience.ABOVE: ACTS
        | {
            EventKind.FILED,
            *READS,
            EventKind.RELEASED,
            EventKind.MISSED,
            EventKind.NEGLECTED,
            EventKind.SUPERVISED,
            *BY_CONTACT,
            EventKind.SILENT,
            EventKind.TRIED,
            EventKind.UNANSWERED,
            *BY_CUSTODIANS,
            EventKind.PROMISE_KEPT,
        },
    }
)
"""Which kinds each audience is told of. What a reporter does after the filing is told to nobody;
of five or more a month it is counted that they came back (`intake.figures`)."""

_PAPER = frozenset({"item", "body"})
"""The id of a paper, note, answer or message, and the hash of its sealed bytes."""
_DATES = frozenset({"clocks", "met", "restart"})
"""Which dates run, were kept, or run anew."""
_CIRCLE = frozenset({"circle"})
"""Office, roles and how many: no name."""
_TASKS = frozenset({"handlers"})
"""Officers' ids with their tasks; the threat model says that the receipt code opens them."""
_NOTICES = frozenset({"notices"})
"""Ids of letters, which say nothing without their key."""
_MOVE = _CIRCLE | _TASKS | _NOTICES | {"from", "reason"}
_PANEL = frozenset({"proposal"})
HELD = "held"
"""The proof that whoever acted had the protection compartment open (`crypto.protection.vouch`)."""
_BY_CONTACT = _PAPER | {HELD}
_LOCK = frozenset({"compartment"})
"""Under which key a name is kept, and with whom: custodians' ids, which the receipt code opens, as those of handlers."""
_REQUEST = frozenset({"request"})
"""Which opening: ids of who asked, and whom, stand with it where a panel agreed to it."""

SAYS: Mapping[EventKind, frozenset[str]] = MappingProxyType(
    {
        EventKind.FILED: _CIRCLE
        | _NOTICES
        | _LOCK
        | {"clocks", "intake", "report", "rules", "band", "stages", "kind", "statements"},
        EventKind.OPENED: _NOTICES,
        EventKind.EXPORTED: _PAPER,
        EventKind.ACKNOWLEDGED: _PAPER | _DATES | {"state"},
        EventKind.ASSESSED: _PAPER | _NOTICES | {"state", "band", "step", "raised"},
        EventKind.TURNED: _PAPER | {"to"},
        EventKind.ADDRESSED: _PAPER | _DATES | {"state", "manner"},
        EventKind.ANSWERED: _PAPER | {"met"},
        EventKind.NOTED: _PAPER | {"met"},
        EventKind.ASSIGNED: _PAPER | _CIRCLE | _TASKS,
        EventKind.HANDED_OVER: _PAPER | _CIRCLE | _TASKS,
        EventKind.RECUSED: _PAPER | _CIRCLE | _TASKS | _PANEL | _DATES,
        EventKind.SECURED: _PAPER,
        EventKind.HEARD: _PAPER,
        EventKind.FOUND: _PAPER,
        EventKind.CLASSIFIED: _PAPER,
        EventKind.PROPOSED: _PAPER | _CIRCLE | _PANEL | _DATES | {"act", "reason", "size"},
        EventKind.VOTED: _PAPER | _PANEL | {"vote"},
        EventKind.SEATED: _PAPER | _CIRCLE | _PANEL | _DATES,
        EventKind.DECIDED: _PAPER
        | _CIRCLE
        | _TASKS
        | _NOTICES
        | _PANEL
        | _DATES
        | {"act", "state", "final", "band"},
        EventKind.STOPPED: _CIRCLE | _NOTICES | _PANEL | {"why", "met"},
        EventKind.TOLD: _PAPER | {"met", "clocks"},
        EventKind.CORRECTED: _PAPER | {"action", "met"},
        EventKind.CHECKER_CALLED: _PAPER | _CIRCLE | _NOTICES | {"action"},
        EventKind.VERIFIED: _PAPER | _CIRCLE | {"action", "met"},
        EventKind.CLOSED: _DATES | {"state"},
        EventKind.REOPENED: _PAPER | _DATES | {"state"},
        EventKind.SPLIT: _PANEL | {"reason", "case", "key", "custody", "leaf"},
        EventKind.SPLIT_OFF: _CIRCLE
        | _LOCK
        | _TASKS
        | _NOTICES
        | {"of", "report", "state", "filed", "clocks", "met", "missed", "manner", "reviews", "extended"}
        | {"released", "supervised", "rules", "intake", "band", "stages", "kind"},
        EventKind.TRANSFERRED: _MOVE | _PANEL,
        EventKind.ADMITTED: _CIRCLE,
        EventKind.JOINED: _PAPER | _CIRCLE | _PANEL | {"state", "met"},
        EventKind.PARTED: _PAPER,
        EventKind.RELEASED: _MOVE
        | {"clocks", "restart", "state", "received", "asked", "officers", "words", "barred"},
        EventKind.MISSED: _NOTICES | {"clock", "due"},
        EventKind.NEGLECTED: _NOTICES | {"seen"},
        EventKind.SUPERVISED: _NOTICES | {"clocks", "restart"},
        EventKind.RECOVERED: _CIRCLE | _TASKS | _NOTICES | {"ground", "why", "from", "clocks", "restart"},
        EventKind.SEPARATED: frozenset({"of"}),
        EventKind.WRITTEN: _PAPER | _LOCK | {"confided"},
        EventKind.REVIEW_ASKED: frozenset(),
        EventKind.COMPLAINED: frozenset(),
        EventKind.NAMED: frozenset(),
        EventKind.REPLIED: frozenset({"solved", "question", "met"}),
        EventKind.OBJECTED: _REQUEST,
        EventKind.DELETED: frozenset({"why", "due", "closed", "filed", "rules"}),
        EventKind.CHECKED_IN: _PAPER,
        EventKind.PROMISED: _PAPER | {"back"},
        EventKind.GAVE_DATES: _PAPER | {"days"},
        EventKind.PROMISE_KEPT: _NOTICES | {"does", "due", "words"},
        EventKind.PLANNED: _BY_CONTACT,
        EventKind.PLAN_DRAFTED: _BY_CONTACT,
        EventKind.SAFETY_REVIEWED: _BY_CONTACT,
        EventKind.CONTACTED: _BY_CONTACT,
        EventKind.LOOKED: frozenset({HELD}),
        EventKind.CONTACT_CALLED: _BY_CONTACT | _NOTICES,
        EventKind.SILENT: _NOTICES | {"since"},
        EventKind.SOUGHT: _REQUEST
        | _NOTICES
        | _PANEL
        | {"about", "by", "role", "office", "ground", "grounds", "earliest", "until", "untold"}
        | {"custodians", "readers"},
        EventKind.TRIED: _NOTICES | {"role", "why"},
        EventKind.PEELED: _PAPER | _REQUEST,
        EventKind.UNSEALED: _PAPER | _REQUEST | _NOTICES,
        EventKind.WITHHELD: _PAPER | _REQUEST | _NOTICES | {"why"},
        # What happened in codes and a day: it opens with the receipt code, so the words stay in the case (A5).
        EventKind.REASONS_ASKED: _PAPER | {"clocks", "request"},
        EventKind.UNANSWERED: _NOTICES | {"clock", "due"},
        EventKind.REASONS_GIVEN: _PAPER | {"met", "request"},
        EventKind.DETRIMENT: _PAPER | {"entry", "code", "when", "post", "act", "stage", "victim"},
    }
)
"""What the data of each kind may say to whoever has the receipt code. A new field is decided on here first."""


def says_too_much(kind: EventKind, fields: Iterable[str]) -> bool:
    """Whether an event of this kind has a field that no act of this kind leaves."""
    return not SAYS[kind].issuperset(fields)

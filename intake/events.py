"""Every event that a case can have. One act, reads included, is one event; nothing else is an event."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class EventKind(StrEnum):
    """Each member says who did what. Values are stored: never reuse or rename one."""

    FILED = "filed"
    """A reporter filed the report. Leaf 0; its nonce comes from the receipt code."""
    OPENED = "opened"
    """An officer opened the case. Every read counts, once per officer and day."""
    EXPORTED = "exported"
    """An officer took copies of the files along. Like a read it moves nothing, and is recorded first."""
    ACKNOWLEDGED = "acknowledged"
    """An officer told the reporter that the report arrived and is being looked at."""
    ASSESSED = "assessed"
    """An officer went through both sums, factor by factor."""
    TURNED = "turned"
    """An officer took a concern or a suggestion as more than its reporter called it."""
    ADDRESSED = "addressed"
    """An officer began to address the matter, or changed how: by letter, verification, investigation, or later."""
    ANSWERED = "answered"
    """An officer wrote to the reporter."""
    NOTED = "noted"
    """An officer wrote a note for the circle."""
    ASSIGNED = "assigned"
    """An officer got a grant and a task."""
    HANDED_OVER = "handed_over"
    """An officer gave their place in the case to a colleague and left its circle; a new epoch began."""
    RECUSED = "recused"
    """An officer left the case and its circle; a new epoch began."""
    SECURED = "secured"
    """An officer said that the evidence is safe: from now on the subject may be heard."""
    HEARD = "heard"
    """An officer told the subject of the matter, or heard them."""
    FOUND = "found"
    """An officer wrote a finding on one allegation, with the grade of its evidence."""
    CLASSIFIED = "classified"
    """An officer marked an allegation with codes of the vocabulary."""
    PROPOSED = "proposed"
    """An officer proposed a decision that takes a panel."""
    VOTED = "voted"
    """A member of the panel agreed, rejected, or abstained because of a tie."""
    SEATED = "seated"
    """An officer had an empty seat of the panel filled again."""
    DECIDED = "decided"
    """The last member of the panel agreed: the proposal is carried out."""
    STOPPED = "stopped"
    """A member of the panel rejected, or the proposal can no longer be carried out."""
    TOLD = "told"
    """An officer told the reporter the result, with its reasons."""
    CORRECTED = "corrected"
    """The owner of a corrective action said that it is done, with the evidence."""
    CHECKER_CALLED = "checker_called"
    """An officer called somebody of the level above, whom the software drew, to check a corrective action."""
    VERIFIED = "verified"
    """Another person checked a corrective action."""
    CLOSED = "closed"
    """An officer closed the case: everything that was owed was done."""
    REOPENED = "reopened"
    """An officer took the case up again."""
    SPLIT = "split"
    """A panel made a part of the report a case of its own, and this is where it is; here goes on what is left."""
    SPLIT_OFF = "split_off"
    """A panel made this case out of another one. Leaf 0, signed by whoever agreed last; its commitment stands there."""
    TRANSFERRED = "transferred"
    """A panel sent the case to another office; a new epoch began."""
    ADMITTED = "admitted"
    """An officer let members of a panel in who decide, in another case, whether the two are handled together."""
    JOINED = "joined"
    """A panel decided to handle the case together with another one, which leads or is led: told in the records of both."""
    PARTED = "parted"
    """An officer took a case out again: it is handled by itself."""
    RELEASED = "released"
    """The worker released a ladder rung: a duty was missed, or somebody who may ask for it asked; a new epoch began."""
    MISSED = "missed"
    """The worker found a duty undone on the day after it was due, and told the level above."""
    NEGLECTED = "neglected"
    """The worker found a case that was opened and not acted on, and told the level above."""
    SUPERVISED = "supervised"
    """The level above set a date and wants notes of the progress."""
    RECOVERED = "recovered"
    """Trustees put the recovery key together and gave the case to officers; a new epoch began."""
    SEPARATED = "separated"
    """The worker found that the other case of a join went its own way, and ended the join here."""
    WRITTEN = "written"
    """The reporter wrote to the office."""
    REVIEW_ASKED = "review_asked"
    """The reporter asked for a review of the result."""
    COMPLAINED = "complained"
    """The reporter complained about how the report is handled."""
    NAMED = "named"
    """The reporter named somebody who must not read the case."""
    REPLIED = "replied"
    """The reporter answered whether the matter was solved."""
    CHECKED_IN = "checked_in"
    """The reporter said how safe they are; what they said is sealed to the protection compartment."""
    PROMISED = "promised"
    """The reporter said what is to happen if they do not come back by a day, or took that back."""
    PLANNED = "planned"
    """Whoever looks after the reporter completed the plan for their safety: every heavy factor has its answer."""
    SILENT = "silent"
    """The worker found that the reporter did not answer twice in a row: a state of its own, never "safe"."""
    GAVE_DATES = "gave_dates"
    """The reporter gave days of their own on which to be asked."""
    PROMISE_KEPT = "promise_kept"
    """The worker did what the reporter had asked for: the day came, and the reporter had not come back."""
    OBJECTED = "objected"
    """The reporter does not want the report to be deleted early, or (with ``request``) the name to be opened."""
    PLAN_DRAFTED = "plan_drafted"
    """Whoever looks after the reporter wrote at the plan; something in it is still open."""
    SAFETY_REVIEWED = "safety_reviewed"
    """Whoever looks after the reporter went through what came in, and said what was done about it."""
    CONTACTED = "contacted"
    """Whoever looks after the reporter wrote to them about their safety."""
    LOOKED = "looked"
    """A protection contact opened what the reporter said of their safety. Once per officer and day."""
    CONTACT_CALLED = "contact_called"
    """An officer of the case asked the protection contact to look at once, and said why."""
    SOUGHT = "sought"
    """A panel agreed that custodians are asked to open what they keep, and who is asked: the name, or a file's original."""
    TRIED = "tried"
    """Somebody sought the identity outside of the rules. Nothing was given."""
    PEELED = "peeled"
    """The first custodian agreed and took off the first layer."""
    UNSEALED = "unsealed"
    """The second custodian agreed and opened it, for the one officer who had asked."""
    WITHHELD = "withheld"
    """A custodian refused, or found that it does not open."""
    DETRIMENT = "detriment"
    """The reporter told of something that was done to somebody because of a report: in a case of its own kind alone."""
    REASONS_ASKED = "reasons_asked"
    """An officer asked whoever stands above the person who did it to justify a detriment."""
    UNANSWERED = "unanswered"
    """The worker found that whoever was to justify a detriment did not answer in time: that counts against them."""
    REASONS_GIVEN = "reasons_given"
    """An officer recorded the justification that came."""
    DELETED = "deleted"
    """The worker deleted the case, by the rules. Of a deleted case this event alone is left (`intake.retention`)."""


BY_REPORTER = frozenset(
    {
        EventKind.FILED,
        EventKind.WRITTEN,
        EventKind.REVIEW_ASKED,
        EventKind.COMPLAINED,
        EventKind.NAMED,
        EventKind.REPLIED,
        EventKind.OBJECTED,
        EventKind.CHECKED_IN,
        EventKind.PROMISED,
        EventKind.DETRIMENT,
        EventKind.GAVE_DATES,
    }
)
"""Signed with the reporter's key in this case, and with no other."""
BY_GATE = frozenset(
    {
        EventKind.RELEASED,
        EventKind.MISSED,
        EventKind.NEGLECTED,
        EventKind.SUPERVISED,
        EventKind.DELETED,
        EventKind.UNANSWERED,
        EventKind.SEPARATED,
        EventKind.SILENT,
        EventKind.PROMISE_KEPT,
    }
)
"""Signed by the worker."""
BY_CONTACT = frozenset(
    {
        EventKind.PLANNED,
        EventKind.PLAN_DRAFTED,
        EventKind.SAFETY_REVIEWED,
        EventKind.CONTACTED,
        EventKind.LOOKED,
    }
)
"""Signed by an officer who holds the protection compartment and need not hold the case: nothing of the case follows from it."""
IN_COMPARTMENT = (BY_CONTACT - {EventKind.LOOKED}) | {
    EventKind.CHECKED_IN,
    EventKind.GAVE_DATES,
    EventKind.PROMISED,
    EventKind.CONTACT_CALLED,
}
"""Each leaves something that whoever has the protection compartment open can read."""
BY_RECOVERY = frozenset({EventKind.RECOVERED})
"""Signed with the recovery key, by as many trustees as it takes to put it together."""
BY_CUSTODIANS = frozenset({EventKind.PEELED, EventKind.UNSEALED, EventKind.WITHHELD})
"""Signed by a custodian, who holds no key of the case: the watch over it and its card stay as they were."""
READS = frozenset({EventKind.OPENED, EventKind.EXPORTED})
"""An officer looked, or took copies: nothing was done in the matter."""
ACTS = (
    frozenset(EventKind)
    - BY_REPORTER
    - BY_GATE
    - BY_RECOVERY
    - BY_CONTACT
    - BY_CUSTODIANS
    - READS
    - {EventKind.TRIED}
)
"""What an officer of the circle did in the case, reading apart."""
MOVES = frozenset(
    {
        EventKind.ACKNOWLEDGED,
        EventKind.ANSWERED,
        EventKind.SECURED,
        EventKind.HEARD,
        EventKind.FOUND,
        EventKind.VOTED,
        EventKind.DECIDED,
        EventKind.TOLD,
        EventKind.CORRECTED,
        EventKind.VERIFIED,
        EventKind.CLOSED,
        EventKind.REOPENED,
        EventKind.TRANSFERRED,
        EventKind.REASONS_ASKED,
        EventKind.REASONS_GIVEN,
    }
)
"""Acts that move the matter: the reporter hears, something is found out or decided. The opposite of seen and not acted on.

Every other act ends that silence once, and again only after one of these: a note every few days moves nothing.
"""
ROWS: Mapping[EventKind, str] = MappingProxyType(
    dict.fromkeys(
        (
            EventKind.NOTED,
            EventKind.TURNED,
            EventKind.CLASSIFIED,
            EventKind.ASSIGNED,
            EventKind.HANDED_OVER,
            EventKind.RECUSED,
            EventKind.PROPOSED,
            EventKind.SEATED,
            EventKind.STOPPED,
            EventKind.CHECKER_CALLED,
            EventKind.ADMITTED,
            EventKind.JOINED,
            EventKind.PARTED,
            EventKind.CONTACT_CALLED,
            EventKind.SOUGHT,
        ),
        "around the matter",
    )
)
"""Acts that count together as one when none of MOVES lies between them. One that is in neither table counts for itself."""
ANSWERS = frozenset({EventKind.ACKNOWLEDGED, EventKind.ANSWERED, EventKind.TOLD, EventKind.CONTACTED})
"""Kinds whose ``item``, where they have one, is an answer to the reporter."""

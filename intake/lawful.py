"""Whether a record that is whole tells only of acts that could have happened: every gate of the back office, asked again by
whoever reads.

A certified officer who can also write to the database signs what they like, past every page. The seals hold then, and the
signature is good; what shows is here: a state that this kind of act never leads to, a decision without its panel, a day that
is not the day of the act. Pure; knows no roster, so that the reporter can ask it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from intake.audience import HELD, says_too_much
from intake.events import BY_CONTACT, BY_GATE, BY_REPORTER, EventKind
from intake.identity.confidence import Confidence, follow
from intake.identity.lawful import follows
from intake.intake_types import IntakeType, after_turns, type_of
from intake.lawful_tables import BRINGS, CARRIED_BY, ITS_OWN, LEADS_TO, MOVES, PROCEDURE
from intake.levels import Band
from intake.progress import OF, PROPOSAL
from intake.protection.justification import JUSTIFICATION
from intake.protection.noted import INVESTIGATING, KIND, RETALIATION
from intake.protection.triggers import BEGINS, Step, Weighing, step_by
from intake.record import EventRecord
from intake.retention.acts import RetentionAct
from intake.split import parts_in
from intake.states import CaseState

_AGREE, _REJECT = "agree", "reject"
_LOWER, _TRANSFER, _SPLIT, _MERGE = "lower", "transfer", "split", "merge"
_DISCLOSE = "disclose"
_TAKE_TWO = frozenset(
    {
        _LOWER,
        _TRANSFER,
        _SPLIT,
        _MERGE,
        _DISCLOSE,
        RetentionAct.END_HOLD.value,
        RetentionAct.DELETE_EARLY.value,
    }
)
"""What overrides the rules, takes a report apart, handles two as one, lets a case be deleted, or asks who its reporter is, is
decided by two at least, however small the office."""
_IN_THE_LEADING_CASE = frozenset({EventKind.ADDRESSED, EventKind.SECURED, EventKind.HEARD, EventKind.FOUND})
"""What is done where the matter is handled, and not in a case that is joined to it."""
_SUMS = ("severity", "risk")
_MIDNIGHTS = timedelta(days=1)
"""Two machines need not agree on the minute in which a day ends."""


def is_lawful(records: Sequence[EventRecord]) -> bool:
    """Whether no event of a checked record could only have been written past the back office's gates."""
    story = _Story()
    try:
        return all(story.allows(record) for record in records) and not story.split
    except (KeyError, TypeError, ValueError, AttributeError):
        return False  # an event without what its kind always says


def lowered_alone(
    report: Mapping[str, Any], assessments: Iterable[tuple[EventKind, Mapping[str, Any]]]
) -> bool:
    """Whether an assessment of one officer took a band down, which takes a panel. ``assessments``: each with the act that left
    it, oldest first.
    """
    before = report
    for kind, content in assessments:
        if kind is EventKind.ASSESSED and any(_rank(content, name) < _rank(before, name) for name in _SUMS):
            return True
        before = content
    return False


def _rank(content: Mapping[str, Any], name: str) -> int:
    return Band(content[name]["band"]).rank


@dataclass(slots=True)
class _Panel:
    """The open proposal: for what, who made it, how many decide, who agreed."""

    proposal: str
    act: str
    by: str
    size: int
    agreed: set[str] = field(default_factory=set)
    voted: set[str] = field(default_factory=set)
    rejected: bool = False


@dataclass(slots=True)
class _Story:
    """What was told so far, as far as the next event depends on it."""

    panel: _Panel | None = None
    final: date | None = None
    office: str | None = None
    sent: str = ""
    """The proposal by which a panel has just sent the case to another office."""
    split: str = ""
    """The proposal by which a panel has just split the case: the next event says where the part is, or it was taken away."""
    merged: str = ""
    """The proposal by which a panel has just joined the case to another one."""
    joined: bool = False
    """Whether the matter is handled in another case."""
    weighing: Weighing = field(default_factory=Weighing)
    day: date = date.min
    """The latest day of an act so far. The worker's days are left out: a clock that jumped is put right by people."""
    brought: IntakeType = IntakeType.REPORT
    """What the reporter called it, or officers made of it."""
    held: bool = False
    early: bool = False
    objected: bool = False
    """The reporter did something after a decision to delete early."""
    addressed: bool = False
    retaliation: bool = False
    investigated: bool = False
    requests: set[str] = field(default_factory=set)
    """The requests for a justification."""
    done: set[tuple[str, str]] = field(default_factory=set)
    """Who said of which corrective action that it is done."""
    confidence: Confidence = field(default_factory=Confidence)
    """Who asked custodians for what."""

    def allows(self, record: EventRecord) -> bool:
        fits = self._allows(record)
        follow(self.confidence, record)
        return fits

    def _allows(self, record: EventRecord) -> bool:
        if (
            says_too_much(record.kind, record.data)
            or not self.weighing.allows(record)
            or _is_unproved(record)
            or (record.number == 0) != (record.kind in BEGINS)
            or (self.split and record.kind is not EventKind.SPLIT)
        ):
            return False
        self.early = self.early and "state" not in record.data
        if record.kind in BRINGS and record.data.get("from") != _office(record):
            self.panel = None  # those who were to decide hold the case no longer
            self.joined = False
        if record.kind in BY_GATE:
            if record.kind is EventKind.SEPARATED and OF not in record.data:
                self.joined = False
            self.office = _office(record) or self.office
            return True
        if record.date + _MIDNIGHTS < self.day:
            return False
        self.day = max(self.day, record.date)
        if record.kind in BEGINS:
            self._begins(record)
            return True
        self.objected = self.objected or (self.early and record.kind in BY_REPORTER)
        self.addressed = self.addressed or record.kind in PROCEDURE
        self.investigated = self.investigated or record.data.get("manner") in INVESTIGATING
        if record.kind in BY_REPORTER:
            return self.retaliation or record.kind is not EventKind.DETRIMENT
        return self._allows_act(record)

    def _begins(self, record: EventRecord) -> None:
        # What a part's leaf says of clocks and state is compared with the case that it comes from (intake.split).
        self.office = _office(record)
        self.brought = type_of(record.data.get("intake", ""))
        self.addressed = record.data.get("manner", "") != ""
        self.retaliation = record.data.get(KIND) == RETALIATION
        self.investigated = record.data.get("manner") in INVESTIGATING

    def _allows_act(self, record: EventRecord) -> bool:
        own = ITS_OWN.get(record.kind, frozenset())
        if any(
            record.kind not in kinds and (set(record.data.get(name) or ()) - own)
            for name, kinds in CARRIED_BY.items()
        ):
            return False
        office, self.office = self.office, _office(record) or self.office
        if self.office != office and record.kind not in MOVES:
            return False
        if self.joined and record.kind in _IN_THE_LEADING_CASE:
            return False
        self.joined = self.joined and self.office == office and record.kind is not EventKind.REOPENED
        state = record.data.get("state")
        if state is not None and state not in LEADS_TO.get(record.kind, frozenset()):
            return False
        if any(day != record.date.isoformat() for day in record.data.get("met", {}).values()):
            return False  # what was done is done on the day of the act, and on no day before
        return record.kind not in _CHECKS or _CHECKS[record.kind](self, record)

    def proposed(self, record: EventRecord) -> bool:
        if self.panel is not None:
            return False
        act, size = record.data.get("act", ""), record.data["size"]
        self.panel = _Panel(record.data["proposal"], act, record.actor, size)
        return True

    def voted(self, record: EventRecord) -> bool:
        """One voice each, on what is open, and none for whoever proposed it."""
        panel = self.panel
        if panel is None or record.data["proposal"] != panel.proposal:
            return False
        if record.actor == panel.by or record.actor in panel.voted:
            return False
        panel.voted.add(record.actor)
        if record.data["vote"] == _AGREE:
            panel.agreed.add(record.actor)
        panel.rejected = panel.rejected or record.data["vote"] == _REJECT
        return True

    def decided(self, record: EventRecord) -> bool:
        panel, self.panel = self.panel, None
        if "state" in record.data:
            self.final = _day(record.data.get("final"))
        act, proposal = record.data.get("act"), record.data["proposal"]
        self.sent = proposal if act == _TRANSFER else ""
        self.split = proposal if act == _SPLIT else ""
        self.merged = proposal if act == _MERGE else ""
        return (
            panel is not None
            and record.data["proposal"] == panel.proposal
            and record.data.get("act", "") == panel.act
            and not panel.rejected
            and self._may_end(record)
            and self._may_follow(panel.act)
            and not (
                self.weighing.asked
                and record.data.get("state") == CaseState.CONCLUDED
                and step_by(panel.act) is not Step.FINDINGS
            )
            and len(panel.agreed) >= max(panel.size - 1, 1 if record.data.get("act") in _TAKE_TWO else 0)
        )

    def _may_follow(self, act: str) -> bool:
        """A hold is called once and ended once; what began a procedure, is held, or was objected to is not deleted early."""
        match act:
            case RetentionAct.HOLD:
                fits, self.held = not self.held, True
            case RetentionAct.END_HOLD:
                fits, self.held = self.held, False
            case RetentionAct.DELETE_EARLY:
                fits, self.early = not (self.addressed or self.held or self.objected), True
            case _:
                fits = True
        return fits

    def _may_end(self, record: EventRecord) -> bool:
        """What was done to a reporter is looked into before it is decided, and is never somebody else's matter."""
        state = record.data.get("state")
        ends = (CaseState.CONCLUDED.value, CaseState.REDIRECTED.value)
        return not self.retaliation or state not in ends or (state == ends[0] and self.investigated)

    def stopped(self, record: EventRecord) -> bool:
        panel, self.panel = self.panel, None
        return panel is not None and record.data["proposal"] == panel.proposal

    def transferred(self, record: EventRecord) -> bool:
        sent, self.sent = self.sent, ""
        return sent != "" and record.data["proposal"] == sent

    def turned(self, record: EventRecord) -> bool:
        """Upwards alone, and never under a panel that decides on it."""
        self.brought, before = after_turns(self.brought, [record.data["to"]]), self.brought
        return self.panel is None and self.brought is not before

    def was_split(self, record: EventRecord) -> bool:
        """By the panel's decision just before, and with all that finds the part again."""
        split, self.split = self.split, ""
        return split != "" and record.data["proposal"] == split and len(parts_in([record])) == 1

    def joins(self, record: EventRecord) -> bool:
        """A case is led after a panel's decision only. That it leads another one the panel of that other case decided."""
        merged, self.merged = self.merged, ""
        if PROPOSAL not in record.data:
            return not record.data.get("state") and not record.data.get("met")
        self.joined = True
        if self.retaliation:
            return False
        return merged != "" and record.data[PROPOSAL] == merged

    def parted(self, _record: EventRecord) -> bool:
        was, self.joined = self.joined, False
        return was

    def asks_reasons(self, record: EventRecord) -> bool:
        """Each request once, in a case about retaliation, with its own clock and no other."""
        request = record.data["request"]
        fits = self.retaliation and request not in self.requests
        self.requests.add(request)
        return fits and set(record.data["clocks"]) == {f"{JUSTIFICATION}:{request}"}

    def gets_reasons(self, record: EventRecord) -> bool:
        return record.data["request"] in self.requests

    def corrected(self, record: EventRecord) -> bool:
        self.done.add((record.data["action"], record.actor))
        return True

    def called(self, record: EventRecord) -> bool:
        """For what somebody said is done: no key goes upwards for nothing."""
        return any(action == record.data["action"] for action, _ in self.done)

    def verified(self, record: EventRecord) -> bool:
        """By somebody else than those who said that it is done."""
        by = {actor for action, actor in self.done if action == record.data["action"]}
        return bool(by) and record.actor not in by

    def custodians(self, record: EventRecord) -> bool:
        return follows(self.confidence, record)

    def closed(self, record: EventRecord) -> bool:
        return self.final is None or record.date > self.final


_CHECKS: Mapping[EventKind, Callable[[_Story, EventRecord], bool]] = MappingProxyType(
    {
        EventKind.PROPOSED: _Story.proposed,
        EventKind.VOTED: _Story.voted,
        EventKind.DECIDED: _Story.decided,
        EventKind.STOPPED: _Story.stopped,
        EventKind.TRANSFERRED: _Story.transferred,
        EventKind.TURNED: _Story.turned,
        EventKind.SPLIT: _Story.was_split,
        EventKind.JOINED: _Story.joins,
        EventKind.PARTED: _Story.parted,
        EventKind.CORRECTED: _Story.corrected,
        EventKind.REASONS_ASKED: _Story.asks_reasons,
        EventKind.REASONS_GIVEN: _Story.gets_reasons,
        EventKind.CHECKER_CALLED: _Story.called,
        EventKind.VERIFIED: _Story.verified,
        EventKind.CLOSED: _Story.closed,
        EventKind.SOUGHT: _Story.custodians,
        EventKind.PEELED: _Story.custodians,
        EventKind.UNSEALED: _Story.custodians,
        EventKind.WITHHELD: _Story.custodians,
    }
)


def _is_unproved(record: EventRecord) -> bool:
    """What is done for the reporter's safety proves that its author had the compartment open (`intake.protection.vouched`)."""
    return record.kind in BY_CONTACT and HELD not in record.data


def _office(record: EventRecord) -> str | None:
    office = record.data.get("circle", {}).get("office")
    return None if office is None else str(office)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)

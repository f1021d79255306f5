"""The record of a case in plain sentences, for its reporter: how far it is, what was done, where it went and why.

Knows the data that events carry for the reporter; an event without them still has its sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import LazyString, gettext, lazy_gettext

from intake.events import EventKind
from intake.mailbox import NotPossible
from intake.progress import Progress
from intake.record import EventRecord
from intake.states import CaseState
from portal import name_words
from templates.web.dates import long_date
from templates.web.lists import isolated, listed

_ = lazy_gettext

STAGES: Mapping[CaseState, LazyString] = {
    CaseState.RECEIVED: _("Arrived"),
    CaseState.ACKNOWLEDGED: _("Read"),
    CaseState.ASSESSED: _("Looked at"),
    CaseState.ADDRESSING: _("Being worked on"),
    CaseState.CONCLUDED: _("Decided"),
    CaseState.CLOSED: _("Closed"),
}
"""The way of every report, stage by stage."""

_ELSEWHERE: Mapping[CaseState, LazyString] = {
    CaseState.RECEIVED: STAGES[CaseState.RECEIVED],
    CaseState.ACKNOWLEDGED: STAGES[CaseState.ACKNOWLEDGED],
    CaseState.REDIRECTED: _("Belongs elsewhere"),
    CaseState.CLOSED: STAGES[CaseState.CLOSED],
}
"""The way of a report that another place is in charge of."""


def stages_of(progress: Progress, records: Sequence[EventRecord]) -> list[tuple[str, str]]:
    """Each stage with ``past``, ``now`` or ``ahead``. A report that was opened again is being worked on."""
    way = _ELSEWHERE if _went_elsewhere(progress, records) else STAGES
    state = CaseState.ADDRESSING if progress.state is CaseState.REOPENED else progress.state
    here = list(way).index(state)
    place = {-1: "past", 0: "now", 1: "ahead"}
    return [
        (str(words), place[(number > here) - (number < here)]) for number, words in enumerate(way.values())
    ]


def _went_elsewhere(progress: Progress, records: Sequence[EventRecord]) -> bool:
    if progress.state is not CaseState.CLOSED:
        return progress.state is CaseState.REDIRECTED
    ends = {CaseState.REDIRECTED.value, CaseState.CONCLUDED.value}
    before = [record.data["state"] for record in records if record.data.get("state") in ends]
    return bool(before) and before[-1] == CaseState.REDIRECTED


_EVENTS: Mapping[EventKind, LazyString] = {
    EventKind.FILED: _("You sent the report."),
    EventKind.SPLIT: _("A part of your report became a case of its own."),
    EventKind.SPLIT_OFF: _("This part of your report became a case of its own."),
    EventKind.OPENED: _("An officer opened the report."),
    EventKind.EXPORTED: _("An officer took copies of your files, to keep them as proof."),
    EventKind.ACKNOWLEDGED: _("An officer confirmed that it arrived."),
    EventKind.ASSESSED: _("An officer looked at how serious it is, and at how safe you are."),
    EventKind.TURNED: _("The office takes it more seriously than you called it."),
    EventKind.ADDRESSED: _("The office began to work on it, or changed how it does."),
    EventKind.ANSWERED: _("An officer answered."),
    EventKind.NOTED: _("An officer wrote a note for the office."),
    EventKind.ASSIGNED: _("The report was given to an officer."),
    EventKind.HANDED_OVER: _(
        "An officer gave the report to a colleague and cannot read what comes from now on."
    ),
    EventKind.RECUSED: _("An officer stepped back and cannot read what comes from now on."),
    EventKind.SECURED: _("The evidence was made safe."),
    EventKind.HEARD: _("The people you reported were told, or heard."),
    EventKind.FOUND: _("An officer wrote down what was found."),
    EventKind.CLASSIFIED: _("An officer wrote down what kind of wrong it is."),
    EventKind.PROPOSED: _("An officer proposed a decision. Others must agree."),
    EventKind.SEATED: _("Somebody else takes part in the decision now."),
    EventKind.VOTED: _("An officer voted on the decision."),
    EventKind.DECIDED: _("The officers agreed on a decision."),
    EventKind.STOPPED: _("A decision that was proposed was not taken."),
    EventKind.TOLD: _("An officer told you the result."),
    EventKind.CORRECTED: _("Something that had to be put right was done."),
    EventKind.CHECKER_CALLED: _("Somebody of an office above was asked to check that it was put right."),
    EventKind.VERIFIED: _("Another person checked that it was put right."),
    EventKind.CLOSED: _("The report was closed."),
    EventKind.REOPENED: _("The office took the report up again."),
    EventKind.TRANSFERRED: _("The report went to another office."),
    EventKind.ADMITTED: _("More officers of the office may read the report now."),
    EventKind.JOINED: _("The report is handled together with what the office already knows."),
    EventKind.PARTED: _("The report is handled by itself again."),
    EventKind.SEPARATED: _("The report is handled by itself again."),
    EventKind.RELEASED: _("The report went to other officers."),
    EventKind.MISSED: _("A day passed without what was due. The office above was told."),
    EventKind.NEGLECTED: _("The report was read, and nothing was done. The office above was told."),
    EventKind.SUPERVISED: _("The office above set a day and wants to hear how the work goes."),
    EventKind.RECOVERED: _("Trustees used the recovery key of this platform to give the report to officers."),
    EventKind.WRITTEN: _("You wrote a message."),
    EventKind.REVIEW_ASKED: _("You asked for a review."),
    EventKind.COMPLAINED: _("You complained about how your report is handled."),
    EventKind.NAMED: _("You named somebody who must not read the report."),
    EventKind.REPLIED: _("You told us whether it is solved."),
    EventKind.OBJECTED: _("You said that the report must not be deleted early."),
    EventKind.DELETED: _("The report was deleted."),
    EventKind.CHECKED_IN: _("You told us how safe you are."),
    EventKind.PROMISED: _("You said what is to happen if you do not come back, or took that back."),
    EventKind.GAVE_DATES: _("You gave us days on which we ask you."),
    EventKind.PROMISE_KEPT: _("You had not come back. What you asked for was done."),
    EventKind.PLANNED: _("Somebody who looks after your safety completed the plan for it."),
    EventKind.PLAN_DRAFTED: _("Somebody who looks after your safety wrote at the plan for it."),
    EventKind.SAFETY_REVIEWED: _("Somebody went through what you said about your safety."),
    EventKind.CONTACTED: _("Somebody who looks after your safety wrote to you."),
    EventKind.LOOKED: _("Somebody who looks after your safety opened what you said about it."),
    EventKind.CONTACT_CALLED: _("An officer asked whoever looks after your safety to look at once."),
    EventKind.SILENT: _(
        "We asked you twice whether you are safe, and got no answer. We do not know how you are."
    ),
    **name_words.EVENTS,
    EventKind.REASONS_ASKED: _("Whoever stands above those who did it was asked to explain it in writing."),
    EventKind.UNANSWERED: _("No explanation came in time. That counts against those who were asked."),
    EventKind.REASONS_GIVEN: _("An explanation came, and the office keeps it."),
    EventKind.DETRIMENT: _("You told us what was done because of a report."),
}

_RELEASES: Mapping[str, LazyString] = {
    "overdue": _("A duty was missed: the report went to the office above."),
    "takeover": _("A day was missed, and the office above took the report over."),
    "review": _("Because you asked for a review, the report went to the office above."),
    "call_up": _("The office above did not let the decision stand and looks at it itself."),
    "handling_complaint": _("Because you complained, the report went to the office above."),
    "exclusion": _("Somebody was shut out and cannot read what comes from now on."),
}

_DECISIONS: Mapping[str, LazyString] = {
    "close": _("The officers agreed that the matter is decided."),
    "refuse": _("The officers agreed that the matter belongs elsewhere."),
    "extend": _("The officers agreed that they need more time."),
    "lower": _("The officers agreed that it is less serious, or that you are safer, than it looked."),
    "transfer": _("The officers agreed that another office takes the report."),
    "split": _("The officers agreed that a part of your report becomes a case of its own."),
    "hold": _("The officers agreed that the report is kept longer."),
    "end_hold": _("The officers agreed that the report need not be kept longer any more."),
    "delete_early": _("The officers agreed to delete the report early. You can object."),
    "merge": _("The officers agreed to handle the report together with what the office already knows."),
    "disclose": _("The officers agreed to ask the two people who can open your name, or an original file."),
}

_REASONS: Mapping[str, LazyString] = {
    "evidence_awaited": _("evidence is still to come"),
    "many_involved": _("many people are involved"),
    "other_procedure": _("another procedure must end first"),
    "protection_first": _("somebody must be protected first"),
    "too_close": _("the office before was too close to the matter"),
    "wider_matter": _("the matter is wider than one place"),
    "means_missing": _("the office before lacked the means"),
    "nearer_to_the_place": _("this office is nearer to the place"),
    "separate_matters": _("the matters have little to do with each other"),
    "separate_people": _("the people you reported have little to do with each other"),
    "ready_apart": _("one part can be decided sooner than the other"),
    "other_authority": _("another authority is in charge"),
    "no_breach": _("what you describe breaks no rule that these offices watch over"),
    "personal_dispute": _("it is a quarrel between persons"),
    "court_matter": _("a court decides about it"),
    "decided_before": _("it was decided before"),
    **name_words.BECAUSE,
}
"""Reason codes of decisions that concern the reporter's way. Others stay between officers."""


def event_line(record: EventRecord, records: Sequence[EventRecord]) -> str:
    """One line of the record."""
    if record.kind is EventKind.RECOVERED:
        return _recovered(record)
    if (said := name_words.event_line(record)) is not None:
        return said
    if record.kind is EventKind.RELEASED:
        return str(_RELEASES.get(record.data.get("reason", ""), _EVENTS[record.kind]))
    if record.kind not in (EventKind.DECIDED, EventKind.TRANSFERRED):
        return str(_EVENTS[record.kind])
    act, reason = _decided(record, records)
    words = _DECISIONS.get(act) if record.kind is EventKind.DECIDED else None
    return _because(str(words or _EVENTS[record.kind]), reason)


@dataclass(frozen=True, slots=True)
class Move:
    """The report went from one office to another; ``why`` is a sentence."""

    day: date
    before: str
    after: str
    why: str


def moves_of(records: Sequence[EventRecord], name_of: Callable[[str], str]) -> list[Move]:
    """Where the report went, oldest first."""
    moves, office = [], ""
    for record in records:
        there = record.data.get("circle", {}).get("office", office)
        if office and there != office:
            moves.append(Move(record.date, name_of(office), name_of(there), event_line(record, records)))
        office = there
    return moves


def extension_of(records: Sequence[EventRecord]) -> str:
    """What is said of a longer feedback, or nothing when nobody took longer."""
    for record in reversed(records):
        until = record.data.get("clocks", {}).get("feedback_due")
        if record.kind is not EventKind.DECIDED or until is None:
            continue
        act, reason = _decided(record, records)
        if act == "extend":
            day = long_date(date.fromisoformat(until))
            return _because(
                gettext("The office needs more time for its answer, until %(day)s.", day=day), reason
            )
    return ""


def _recovered(record: EventRecord) -> str:
    """Why the recovery key was used: nobody could open the report, or the reason that the trustees gave."""
    why = gettext("nobody could open it any more") if record.data.get("ground") == "circle_lost" else ""
    said = str(record.data.get("why", ""))
    reasons = [*([why] if why else []), *([isolated(said)] if said else [])]
    what = str(_EVENTS[record.kind])
    return (
        str(gettext("%(what)s The reason: %(reason)s.", what=what, reason=listed(reasons)))
        if reasons
        else what
    )


def _because(what: str, reason: str) -> str:
    if reason not in _REASONS:
        return what
    return str(gettext("%(what)s The reason: %(reason)s.", what=what, reason=_REASONS[reason]))


def _decided(record: EventRecord, records: Sequence[EventRecord]) -> tuple[str, str]:
    """Which decision an event carries out, and its reason code: its own, or the proposal's."""
    proposal = record.data.get("proposal")
    same = [
        record,
        *(each for each in records if proposal is not None and each.data.get("proposal") == proposal),
    ]
    acts, reasons = ([each.data[name] for each in same if each.data.get(name)] for name in ("act", "reason"))
    return str(next(iter(acts), "")), str(next(iter(reasons), ""))


REFUSALS: Mapping[NotPossible, LazyString] = {
    NotPossible.NO_RESULT: _("There is no result yet to review. If the office is slow or unfair, you can complain."),
    NotPossible.ASKED: _("You asked for this already. The office above gets your report; you will see it here."),
    NotPossible.TOO_LATE: _("The time for asking for a review is over. If something new happened, write a message."),
    NotPossible.FINAL: _("This result is final here: there is no further review. Other places may still help you."),
    NotPossible.NOBODY_ABOVE: _("Nobody here stands above this office and could take your report. Other places may help you."),
    NotPossible.NO_DELETION: _("There is nothing to object to: no early deletion is planned."),
    NotPossible.DELETED: _("The report was deleted, so nobody would read this. If something new happened, send a new report."),
    **name_words.REFUSALS,
    NotPossible.TOO_MANY: _("There is no room for more of this here. Send it as a message to a case, or as a new report."),
    NotPossible.NO_SUCH_CASE: _("The case that you chose is not there any more. Choose again."),
    NotPossible.ENOUGH_TODAY: _("You told us several times today; all of that was kept. “I am not safe” always gets through."
                                " Say everything else tomorrow."),
    NotPossible.NOTHING_PROMISED: _("There is nothing to take back. It was done, or you came back before."),
    NotPossible.NOT_ASKED: _("This question is not open now. If something new happened, write a message."),
}  # fmt: skip
"""Why something cannot be asked for now, and what to do instead."""

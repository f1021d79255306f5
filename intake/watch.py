"""The watch: what a case's office owes and until when, sealed to the gate, so that the worker sees neglect without any help.

It holds no content: dates, offices, ids. Every officer's act writes it anew (intake.derived) and no officer reads it; the
worker does. It names the newest event that it follows from: a watch that was put back from earlier shows against the record.
Whoever acted signs it inside the seal: anybody can seal to the gate, and nobody without a certified key postpones a duty.
Beside it lie, in an envelope of the gate's own that an act carries over unread, those who asked to take the case over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from crypto.encoding import canonical_json, pack, parse_object, unpack
from crypto.envelope import Place, Purpose, open_padded, seal_padded
from crypto.errors import MalformedError
from crypto.keys import KeyPair, PublicKeys
from intake import watch_notes as notes
from intake.answering import answers_now, answers_of, stands_for
from intake.casefile import CaseFile
from intake.database.case_tables import Case, Epoch, Event, WatchRow
from intake.endings import ending_of
from intake.events import ACTS, BY_GATE, BY_RECOVERY, EventKind
from intake.joins import leader_of, led_by
from intake.progress import Progress
from intake.protection.bands import Stood, reached
from intake.protection.plan_due import reached_said
from intake.protection.watched import is_asked, watched_safety
from intake.record import GATE, Author
from intake.roster import Roster
from intake.routing import Decision, Facts, accused_of, level_above
from intake.split import inherited, origin_of, parts_in, reviews_held
from intake.standing import Standing, told_at
from intake.states import OF_THE_REPORTER, CaseState
from intake.watch_check import check
from intake.watch_signers import verify

VERSION = 1
LABEL = "watch"
NOTED = ("asked", "seen", "given", "promise")
"""What the gate keeps beside the watch: no officer's act writes it."""
WATCHED = ACTS | BY_GATE | BY_RECOVERY
"""Events whose act wrote the watch anew: none of them is newer than the watch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One case. Dates are ISO texts, so that the encoding is the value."""

    case: str
    number: int
    """The newest event when this was written."""
    epoch: int
    key: str
    """The newest epoch's public keys, and the reporter's: where the worker's events go."""
    reporter: str
    office: str
    state: str
    kind: str
    received: str
    priority: str
    urgent: bool
    panel: int | None
    reporter_unit: str | None
    heads: bool
    """Whether a head or somebody of an office is accused: the level above watches the closing."""
    targets: tuple[str, ...]
    """Ids that a tie may name: a tie declared later excludes whoever declared it."""
    excluded: tuple[str, ...]
    involved: tuple[str, ...]
    """Who has a task here, or decided: they do not review what they did."""
    bases: tuple[str, ...]
    """The natural offices of those accused, from which bypassed offices are counted (routing.md, S14)."""
    clocks: Mapping[str, str]
    """The clocks that still run."""
    missed: Mapping[str, str]
    """Clock → due date that was told to the level above already."""
    notices: tuple[str, ...]
    """Ids of notices that must have been delivered."""
    final: str | None
    told: str | None
    """When the reporter was told the result: a review can be asked for from then on."""
    reviews: int
    """How many reviews began; a conclusion called up is none."""
    rules: str
    """Under which rules and numbers the case began (`intake.rules`)."""
    handlers: Mapping[str, str]
    """Who has a task now: officer → handle or investigate."""
    concluded: str | None
    result: int
    """The number of the event that told the result; -1 before. What a reporter asked before it belongs to an earlier one."""
    served: tuple[int, ...]
    """The numbers of the reporter's events that a release answered: none is answered twice."""
    supervised: str | None
    """The day on which the level above last set a date."""
    late: tuple[tuple[str, str], ...] = ()
    """Due date and clock of what ended after its last day and was not told to the level above yet."""
    parts: tuple[tuple[str, str], ...] = ()
    """Cases that were split off this one, each with the commitment to its leaf."""
    origin: str | None = None
    """The case that this one was split from."""
    joined: str = ""
    """The case in which the matter is handled, or an empty text."""
    leads: tuple[tuple[str, str], ...] = ()
    """The cases whose matter is handled in this one: number of the event that joined each, and its id."""
    asked: Mapping[str, str] = field(default_factory=dict)
    """Officers of the level above who asked to take the case over, with the day; two are needed."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Who answers for the case in the office that has it: ``officer``, ``since``, ``by`` (`intake.answering`)."""
    ending: str | None = None
    """How the case was last decided (`intake.endings`); None before. For the figures."""
    seen: Mapping[str, str] = field(default_factory=dict)
    """What the worker saw in the record, with the first day of it (`intake.retention.sight`)."""
    closed: str | None = None
    """The day of the closing, while the case is closed. A watch of an earlier release does not say it."""
    hold: int = -1
    """The number of the decision by which a legal hold stands; -1: none does."""
    ended: int = -1
    """The number of the decision that ended the last legal hold."""
    ended_on: str | None = None
    early: int = -1
    """The number of the decision to delete the case early, while it stands."""
    early_on: str | None = None
    reached: Mapping[str, str] = field(default_factory=dict)
    """By which plans for the reporter's safety are due (`intake.protection.plan_due`); empty in an earlier release's watch."""
    bands: tuple[tuple[str, str], ...] = ()
    """Since when which band of risk stands (`intake.protection.watched`); of an earlier release: none."""
    triggers: tuple[str, ...] = ()
    """The days of steps that may give the reporter away."""
    own: tuple[str, ...] = ()
    """The reporter's own days, as the newest act knew them."""
    asks: bool = True
    """Whether the reporter is asked in this case: in one that came out of another one's report they are asked there."""
    escalated: str | None = None
    """The day on which the level above was told that the reporter did not come back, while it may take the case over for it."""
    given: Mapping[str, str] = field(default_factory=dict)
    """The own days that the reporter gave last: ``event``, ``days``."""
    promise: Mapping[str, str] = field(default_factory=dict)
    """What is to happen if the reporter does not come back: ``event``, ``made``, ``does``, ``due``, ``words``."""


def soonest(watch: Watch) -> date | None:
    """The soonest day that the worker has to look for: what ``cases.wake`` holds."""
    days = [*watch.clocks.values(), *(due for due, _ in watch.late)]
    return min(map(date.fromisoformat, days), default=None)


def overdue_by(watch: Watch, today: date, ended: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """``watch.late`` when these clocks end today: as `intake.progress` has it, for the worker, who opens no case."""
    added = {
        (watch.clocks[name], name)
        for name in ended
        if name in watch.clocks and name not in OF_THE_REPORTER
        if watch.clocks[name] < today.isoformat() and watch.missed.get(name) != watch.clocks[name]
    }
    return tuple(sorted({*watch.late, *added}))


def overseers(watch: Watch, roster: Roster) -> tuple[str, tuple[str, ...]]:
    """As `Standing.overseers`, for the worker, who opens no case."""
    above = level_above(roster.organisation, watch.office, watch.excluded, watch.reporter_unit)
    return above, told_at(roster, above, watch.excluded)


def watch_of(file: CaseFile, standing: Standing, roster: Roster) -> Watch:
    """The watch over a case that was just read."""
    progress = file.progress
    released = [record for record in file.records if record.kind is EventKind.RELEASED]
    before = inherited(file.records)
    told = [record.number for record in file.records if record.kind is EventKind.TOLD]
    supervised = [record.date.isoformat() for record in file.records if record.kind is EventKind.SUPERVISED]
    return Watch(
        number=file.records[-1].number if file.records else -1,
        office=progress.circle.get("office", file.office),
        state=progress.state.value,
        clocks=_texts(progress.outstanding()),
        missed=_texts(progress.missed),
        late=tuple((due.isoformat(), clock) for due, clock in sorted(progress.late)),
        notices=tuple(progress.notices),
        final=None if progress.final is None else progress.final.isoformat(),
        told=None if progress.told is None else progress.told.isoformat(),
        reviews=reviews_held(file.records),
        rules=file.report["decision"]["rule_version"],
        handlers=dict(sorted(progress.handlers.items())),
        concluded=None if progress.concluded is None else progress.concluded.isoformat(),
        result=told[-1] if told and progress.told is not None else -1,
        served=tuple(record.data["asked"] for record in released if "asked" in record.data),
        supervised=supervised[-1] if supervised else before.get("supervised") or None,
        parts=tuple((part.case, part.leaf) for part in parts_in(file.records)),
        origin=origin_of(file.records),
        joined=leader_of(file),
        leads=tuple((str(number), case) for number, case in sorted(led_by(file).items())),
        answers=answers_now(file, standing, roster),
        ending=None if ending_of(file) is None else str(ending_of(file)),
        reached=reached_said(reached(file.records, progress.filed or standing.facts.received)),
        **_kept(progress),
        **watched_safety(file.id, file.records, progress, standing.facts),
        **_routed(standing.facts, standing.decision, roster),
        involved=standing.involved,
        case=file.id,
        epoch=file.epoch,
        key=file.newest.public.as_text(),
        reporter=file.reporter.as_text(),
    )


def first_watch(
    case: str,
    keys: tuple[PublicKeys, PublicKeys],
    facts: Facts,
    decision: Decision,
    roster: Roster,
    notices: tuple[str, ...],
) -> Watch:
    """The watch over a case that is being filed; ``keys``: the case's and the reporter's."""
    return Watch(
        case=case,
        number=0,
        epoch=0,
        key=keys[0].as_text(),
        reporter=keys[1].as_text(),
        office=decision.handling_unit,
        state="received",
        **_routed(facts, decision, roster),
        involved=(),
        clocks=_texts(decision.clocks),
        missed={},
        notices=notices,
        final=None,
        told=None,
        reviews=0,
        rules=decision.rule_version,
        handlers={},
        concluded=None,
        result=-1,
        served=(),
        supervised=None,
        bands=((facts.received.isoformat(), facts.band.value),),
        asks=is_asked(facts, split_off=False),
        answers=answers_of(
            stands_for(roster, decision.handling_unit, decision.excluded_officers),
            facts.received,
            EventKind.FILED,
        ),
        reached=reached_said(Stood(facts.received, facts.band, 0)),
    )


def row_of(watch: Watch, author: Author, gate: PublicKeys) -> WatchRow:
    """The watch of a case that is being filed, signed with its reporter's key and sealed to the gate."""
    return WatchRow(
        case_id=watch.case, sealed=pack(_seal(watch, author, gate), notes.nothing(watch.case, gate))
    )


def store(session: Session, watch: Watch, author: Author, gate: PublicKeys) -> None:
    """Put this watch, signed by whoever acted, in place of the one before. What the gate noted stays as it was: an act of the
    office that is to lose the case must not undo what the level above asked.
    """
    before = session.scalar(select(WatchRow.sealed).where(WatchRow.case_id == watch.case))
    noted = None if before is None else notes.notes_in(before)
    if noted is None:
        noted = notes.nothing(watch.case, gate)
    _replace(session, watch.case, pack(_seal(watch, author, gate), noted))


def store_asked(session: Session, watch: Watch, gate: KeyPair) -> None:
    """Put this watch in place of the one before, with those who asked to take the case over: the gate alone says who did."""
    main = _seal(watch, Author(GATE, gate), gate.public)
    _replace(session, watch.case, pack(main, _noted(watch, gate)))


def store_seen(session: Session, watch: Watch, gate: KeyPair) -> None:
    """Note what the gate has seen; the watch itself stays as it was signed."""
    before = session.scalars(select(WatchRow.sealed).where(WatchRow.case_id == watch.case)).one()
    _replace(session, watch.case, pack(unpack(before, 2)[0], _noted(watch, gate)))


def load(session: Session, case: str, gate: KeyPair, roster: Roster) -> Watch | None:
    """The watch over a case, or None when there is none.

    Raises CryptoError when it was altered, belongs elsewhere, holds what no act writes, or nobody signed it who may.
    """
    sealed = session.scalar(select(WatchRow.sealed).where(WatchRow.case_id == case))
    if sealed is None:
        return None
    main, asked = unpack(sealed, 2)
    author, signature, statement = unpack(open_padded(gate, _place(case), main), 3)
    watch = _parsed(case, statement)
    check(watch, roster)
    verify(session, watch, author, LABEL, statement, signature, roster)
    noted = notes.open_notes(case, asked, gate, roster)
    return replace(watch, **{name: getattr(noted, name) for name in NOTED})


def is_newest(session: Session, row: Case, watch: Watch) -> bool:
    """Whether the watch belongs to the case's newest key and no act came after it."""
    public = session.scalar(select(Epoch.public).where(Epoch.case_id == row.id, Epoch.number == row.epoch))
    newest = select(func.max(Event.number)).where(Event.case_id == row.id, Event.kind.in_(WATCHED))
    return (
        watch.epoch == row.epoch
        and public == PublicKeys.from_text(watch.key).raw
        and (session.scalar(newest) or 0) <= watch.number
    )


def seal_again(case: str, sealed: bytes, old: KeyPair, gate: PublicKeys) -> bytes:
    """The same row under another gate's key, as a rehearsal needs it. Raises CryptoError."""
    main, asked = unpack(sealed, 2)
    return pack(
        seal_padded(gate, _place(case), open_padded(old, _place(case), main)),
        seal_padded(gate, notes.place(case), open_padded(old, notes.place(case), asked)),
    )


def _replace(session: Session, case: str, sealed: bytes) -> None:
    session.execute(delete(WatchRow).where(WatchRow.case_id == case))
    session.add(WatchRow(case_id=case, sealed=sealed))


def _seal(watch: Watch, author: Author, gate: PublicKeys) -> bytes:
    content = {name: value for name, value in asdict(watch).items() if name not in NOTED}
    statement = canonical_json({"v": VERSION, **content})
    signed = pack(author.name.encode("utf-8"), author.pair.sign(LABEL, statement), statement)
    return seal_padded(gate, _place(watch.case), signed)


def _parsed(case: str, statement: bytes) -> Watch:
    value = parse_object(statement)
    if value.pop("v", None) != VERSION or value.get("case") != case:
        raise MalformedError("a watch of another version or another case")
    lists = ("targets", "excluded", "involved", "bases", "notices", "served", "triggers", "own")
    try:
        pairs = {
            name: tuple((str(one), str(two)) for one, two in value.get(name, ()))
            for name in ("late", "parts", "leads", "bands")
        }
        return Watch(**{**value, **{name: tuple(value.get(name, ())) for name in lists}, **pairs})
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedError("a watch lacks a part") from error


def _noted(watch: Watch, gate: KeyPair) -> bytes:
    noted = notes.GateNotes(watch.asked, watch.seen, watch.given, watch.promise)
    return notes.seal_notes(watch.case, noted, gate)


def _kept(progress: Progress) -> dict[str, Any]:
    closed = progress.closed if progress.state is CaseState.CLOSED else None
    ended, early = progress.hold_ended, progress.early
    return {
        "closed": None if closed is None else closed.isoformat(),
        "hold": -1 if progress.hold is None else progress.hold.number,
        "ended": -1 if ended is None else ended.number,
        "ended_on": None if ended is None else ended.date.isoformat(),
        "early": -1 if early is None else early.number,
        "early_on": None if early is None else early.date.isoformat(),
    }


def _routed(facts: Facts, decision: Decision, roster: Roster) -> dict[str, Any]:
    accused = accused_of(roster.organisation, facts)
    return {
        "kind": facts.kind.value,
        "received": facts.received.isoformat(),
        "priority": str(decision.priority),
        "urgent": facts.urgent,
        "panel": decision.required_panel,
        "reporter_unit": facts.reporter_unit,
        "heads": any(subject.is_head or subject.in_office for subject in accused),
        "targets": tuple(sorted({target for subject in accused for target in subject.targets})),
        "excluded": tuple(sorted(decision.excluded_officers)),
        "bases": tuple(sorted({subject.base for subject in accused})),
    }


def _texts(days: Mapping[str, date]) -> dict[str, str]:
    return {name: day.isoformat() for name, day in sorted(days.items())}


def _place(case: str) -> Place:
    return Place(Purpose.WATCH, case, "watch")

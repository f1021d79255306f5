"""The watch: what a case's office owes and until when, sealed to the gate, so that the worker sees neglect without any help.

It holds no content: dates, offices, ids. Every officer's act writes it anew (intake.derived) and no officer reads it; the
worker does. It names the newest event that it follows from: a watch that was put back from earlier shows against the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crypto.encoding import canonical_json, parse_object
from crypto.envelope import Place, Purpose, open_padded, seal_padded
from crypto.errors import MalformedError
from crypto.keys import KeyPair, PublicKeys
from intake.casefile import CaseFile
from intake.database.case_tables import WatchRow
from intake.roster import Roster
from intake.routing import Decision, Facts, accused_of, level_above
from intake.standing import Standing, told_at

VERSION = 1


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
    asked: tuple[str, ...] = ()
    """Officers of the level above who asked to take the case over; two are needed."""


def overseers(watch: Watch, roster: Roster) -> tuple[str, tuple[str, ...]]:
    """As `Standing.overseers`, for the worker, who opens no case."""
    above = level_above(roster.organisation, watch.office, watch.excluded, watch.reporter_unit)
    return above, told_at(roster, above, watch.excluded)


def watch_of(file: CaseFile, standing: Standing, roster: Roster) -> Watch:
    """The watch over a case that was just read."""
    progress = file.progress
    return Watch(
        number=file.records[-1].number if file.records else -1,
        office=progress.circle.get("office", file.office),
        state=progress.state.value,
        clocks=_texts(progress.outstanding()),
        missed=_texts(progress.missed),
        notices=tuple(progress.notices),
        final=None if progress.final is None else progress.final.isoformat(),
        told=None if progress.told is None else progress.told.isoformat(),
        reviews=progress.reviews,
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
    )


def row_of(watch: Watch, gate: PublicKeys) -> WatchRow:
    """The watch, sealed to the gate."""
    content = canonical_json({"v": VERSION, **asdict(watch)})
    return WatchRow(case_id=watch.case, sealed=seal_padded(gate, _place(watch.case), content))


def store(session: Session, watch: Watch, gate: PublicKeys) -> None:
    """Put this watch in place of the one before."""
    session.execute(delete(WatchRow).where(WatchRow.case_id == watch.case))
    session.add(row_of(watch, gate))


def load(session: Session, case: str, gate: KeyPair) -> Watch | None:
    """The watch over a case, or None when there is none. Raises CryptoError when it was altered or belongs elsewhere."""
    sealed = session.scalar(select(WatchRow.sealed).where(WatchRow.case_id == case))
    if sealed is None:
        return None
    value = parse_object(open_padded(gate, _place(case), sealed))
    if value.pop("v", None) != VERSION:
        raise MalformedError("a watch of another version")
    lists = ("targets", "excluded", "involved", "bases", "notices", "asked")
    try:
        watch = Watch(**{**value, **{name: tuple(value[name]) for name in lists}})
    except (KeyError, TypeError) as error:
        raise MalformedError("a watch lacks a part") from error
    return replace(watch, case=case)


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

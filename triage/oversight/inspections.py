"""Inspections as the inspector sees them: to ask for a special one, and to write the result. They open no case.

Only the officer's own notices are looked at. What a notice allows is checked against the roster: who can write to the database
can invent an inspection, and with it nobody is told but those whom the rules name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crypto.keys import is_id, new_id
from intake.inspections import CHECKLISTS, Answer, Check, Verdict, asked_on, inspectors_of, readers_of
from intake.notices import NoticeKind, dispatch, letters
from intake.requests import Ask, Request, request_job
from triage.casework.desk import Actor, Desk
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, NotNowError, Reason
from triage.oversight.told import SHORT, Notices, Shelf, Told, read_notices

INSPECTED = "inspected"
MAX_TEXT = 1000  # characters: with it a notice keeps the size of every other in all but the rarest scripts


@dataclass(frozen=True, slots=True, repr=False)
class Drawn:
    """One case of a sample: the beginning of its id, its state, what the log answers."""

    short: str
    state: str
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True, repr=False)
class Inspected:
    """An inspection on the page: one to write, one that was written, or a result that one was told."""

    entry: Told
    checks: tuple[Check, ...] = ()
    sample: tuple[Drawn, ...] = ()
    result: Told | None = None
    """What this officer wrote."""
    open: bool = field(default=False)


def inspections(notices: Notices) -> list[Inspected]:
    """What is to be written first, then what was told last."""
    found = [_inspected(entry, notices) for entry in notices.on(Shelf.INSPECTIONS)]
    return sorted(found, key=lambda each: not each.open)


def inspected_by(actor: Actor) -> list[str]:
    """The offices of which this officer may ask for a special inspection."""
    roster = actor.roster
    return [
        office
        for office in sorted(roster.organisation.offices)
        if actor.officer.id in inspectors_of(roster, office)[1]
    ]


def inspect(desk: Desk, actor: Actor, office: str, reason: str) -> None:
    """Ask for a special inspection; the worker draws the cases. One a month for each office, whoever asks for it.

    Raises CorrectThisError for another office or no reason, NotNowError when this officer asked for it this month.
    """
    if office not in inspected_by(actor):
        raise CorrectThisError(Reason.NOT_INSPECTED)
    said = _checked(reason)
    with desk.databases.state.begin() as session:
        month = asked_on(actor.today).last
        asked = (
            own.text("office") == office and asked_on(own.given).last == month
            for own in read_notices(session, actor).on(Shelf.MINE)
            if own.text("act") == Ask.INSPECT.value
        )
        if any(asked):
            raise NotNowError(Reason.ALREADY_ASKED)
        details = {"office": office, "reason": said}
        request = Request("", Ask.INSPECT, actor.officer.id, actor.today, details=details)
        session.add(request_job(request, actor.author, desk.gate))
        own = {"act": Ask.INSPECT.value, **details}
        written = letters(actor.roster, [actor.officer.id], NoticeKind.OWN_ACT, actor.today, own)
        session.add(dispatch(desk.gate, written, actor.today))


def write_result(desk: Desk, actor: Actor, number: str, verdict: str, text: str) -> None:
    """Close an inspection: the head of the inspected office, the level above the inspectors and the board get the result.

    Raises NoSuchCaseError without such a notice, NotNowError when it was written, CorrectThisError for what to correct.
    """
    with desk.databases.state.begin() as session:
        notices = read_notices(session, actor)
        found = [each for each in inspections(notices) if each.entry.id == number and is_id(number)]
        if not found or found[0].entry.kind is not NoticeKind.INSPECTION:
            raise NoSuchCaseError
        if not found[0].open:
            raise NotNowError(Reason.ALREADY_ASKED)
        if verdict not in set(Verdict):
            raise CorrectThisError(Reason.UNKNOWN_ANSWER)
        said, entry = _checked(text), found[0].entry
        office = entry.text("office")
        if office not in inspected_by(actor):
            raise NoSuchCaseError
        content = {
            "office": office,
            "kind": entry.text("kind"),
            "from": entry.text("from"),
            "to": entry.text("to"),
            "by": actor.officer.id,
            "verdict": verdict,
            "text": said,
        }
        ids = entry.content.get("results")
        readers = [who for who in readers_of(actor.roster, office) if who != actor.officer.id]
        told = letters(
            actor.roster,
            readers,
            NoticeKind.INSPECTED,
            actor.today,
            content,
            numbered=lambda who: _number(ids, who),
        )
        proof = {**content, "act": INSPECTED, "inspection": number}
        own = letters(actor.roster, [actor.officer.id], NoticeKind.OWN_ACT, actor.today, proof)
        session.add(dispatch(desk.gate, [*told, *own], actor.today))


def _number(ids: Any, officer: str) -> str:
    """The id by which the worker finds that the result was written."""
    number = ids.get(officer) if isinstance(ids, dict) else None
    return number if isinstance(number, str) and is_id(number) else new_id()


def _inspected(entry: Told, notices: Notices) -> Inspected:
    if entry.kind is not NoticeKind.INSPECTION:
        return Inspected(entry)
    version = entry.content.get("checklist")
    checks = CHECKLISTS.get(version, ()) if isinstance(version, int) else ()
    written = [
        own
        for own in notices.on(Shelf.MINE)
        if own.text("act") == INSPECTED and own.text("inspection") == entry.id
    ]
    result = written[0] if written else None
    return Inspected(entry, checks, tuple(_sample(entry)), result, open=result is None)


def _sample(entry: Told) -> list[Drawn]:
    sample = entry.content.get("sample")
    rows = [row for row in sample if isinstance(row, dict)] if isinstance(sample, list) else []
    return [
        Drawn(str(row.get("case", ""))[:SHORT], str(row.get("state", "")), _said(row.get("answers")))
        for row in rows
    ]


def _said(given: Any) -> dict[str, str]:
    known = given if isinstance(given, dict) else {}
    return {check.value: str(known.get(check.value, Answer.OPEN.value)) for check in Check}


def _checked(text: str) -> str:
    clean = text.replace("\r\n", "\n").strip()
    if not clean:
        raise CorrectThisError(Reason.EMPTY_TEXT)
    if len(clean) > MAX_TEXT:
        raise CorrectThisError(Reason.SHORTER)
    return clean

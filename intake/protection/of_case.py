"""Who looks after a case's reporter, and what their card says, from the case as it was just read. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from intake.casefile import CaseFile
from intake.events import EventKind
from intake.progress import Progress
from intake.protection.bands import bands_of, reached
from intake.protection.card import ProtectionCard
from intake.protection.contacts import contacts_of
from intake.protection.course import own_days
from intake.protection.lifting import ASSESSMENT, answers_now, lifted_now, said_in_case, settled
from intake.protection.plan_due import reached_said
from intake.protection.triggers import triggers_of
from intake.record import EventRecord
from intake.roster import Roster
from intake.scoring import Sum, load_weights
from intake.standing import Standing

_RISK = ("score", "band", "overrides", "factors")


def contacts_now(
    standing: Standing, roster: Roster, *, team: Collection[str], present: Collection[str]
) -> tuple[str, ...]:
    """Whom the rules let look after the reporter, as the case stands."""
    return contacts_of(
        roster,
        standing.held,
        excluded=standing.decision.excluded_officers,
        team=team,
        reporter_unit=standing.facts.reporter_unit,
        present=present,
    )


def card_now(file: CaseFile, standing: Standing, team: Collection[str]) -> ProtectionCard:
    """The card as the record has it."""
    papers = file.papers(ASSESSMENT)
    progress = file.progress
    said, score = said_in_case(file), lifted_now(file, standing.organisation)
    risk = settled(file)["risk"] if score is None else score.as_json()
    filed = progress.filed or standing.facts.received
    return ProtectionCard(
        office=standing.held,
        received=filed.isoformat(),
        state=progress.state.value,
        kind=standing.facts.kind.value,
        bands=tuple((day.isoformat(), band.value) for day, band in bands_of(file.records, filed)),
        risk={**risk_said(risk), "band": standing.facts.band.value},
        answers=risk_answers(answers_now(file, standing.organisation)),
        assessed=papers[-1].date.isoformat() if papers else filed.isoformat(),
        closed=_text(progress, "closed"),
        feedback=_text(progress, "told"),
        triggers=tuple((trigger.value, day.isoformat()) for trigger, day in triggers_of(file.records)),
        own=tuple(day.isoformat() for day in own_days(file.records)),
        silent=silent_since_in(file.records),
        not_safe="" if said.not_safe is None else said.not_safe.isoformat(),
        team=len(team),
        number=file.records[-1].number if file.records else 0,
        reached=reached_said(reached(file.records, filed)),
    )


def silent_since_in(records: Iterable[EventRecord]) -> str:
    """Since when the reporter is silent, as the worker found; empty where they checked in after that."""
    since = ""
    for record in records:
        if record.kind is EventKind.SILENT:
            since = str(record.data.get("since", record.date.isoformat()))
        elif record.kind is EventKind.CHECKED_IN:
            since = ""
    return since


def risk_answers(answers: Mapping[str, Any]) -> dict[str, str]:
    """Of both sums' answers the risk's tokens and flags."""
    weights = load_weights(Sum.RISK)
    asked = (*weights.factors, *weights.flags)
    return {name: str(answers[name]) for name in asked if answers.get(name)}


def risk_said(risk: Mapping[str, Any]) -> dict[str, Any]:
    """The sum, its band, and what weighed."""
    return {name: risk[name] for name in _RISK if name in risk}


def _text(progress: Progress, name: str) -> str:
    day = getattr(progress, name)
    return "" if day is None else day.isoformat()

"""What follows from a case's record: card, clear columns, ladder, watch, protection compartment. Made from it, never the truth.

Lists and the worker go by these; people are shown what the signed record says. Whoever ends an act calls `store_derived` in the
act's transaction, so that nothing can be changed without its consequences.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, func, update
from sqlalchemy.orm import Session

from crypto.keys import PublicKeys
from intake import ladder, watch
from intake.card import Card, seal_card, title_of
from intake.casefile import CaseFile
from intake.circle import holders, roots, seal_again_for_recovery
from intake.database.case_tables import Case
from intake.identity.letters import burn
from intake.identity.roll import store_roll
from intake.joins import leader_of, led_by
from intake.organisation import Organisation
from intake.progress import Progress
from intake.protection.bands import reached
from intake.protection.compartment import present_contacts, store_compartment
from intake.protection.of_case import card_now, contacts_now
from intake.protection.plan_due import reached_said
from intake.record import Author
from intake.retention.terms import keeping_of
from intake.roster import Roster
from intake.silence import silence_of
from intake.standing import Standing, standing_of
from intake.states import OVER


def store_derived(
    session: Session, file: CaseFile, author: Author, roster: Roster, gate: PublicKeys, today: date
) -> None:
    """Make everything anew for ``file``, which was read after the act of ``author``. Part of the act's transaction."""
    standing = standing_of(file, roster)
    card = card_of(file, standing)
    watched = watch.watch_of(file, standing, roster)
    session.execute(
        update(Case)
        .where(Case.id == file.id)
        .values(
            office=file.progress.circle.get("office", file.office),
            state=file.progress.state,
            card=seal_card(card, file.id, file.epoch, file.newest),
            wake=watch.soonest(watched),
            stale=_stale(file, standing.organisation, today),
        )
    )
    seeds = {number: pair.unsafe_seed for number, pair in roots(session, file).items()}
    team = holders(session, file.id)
    contacts = contacts_now(standing, roster, team=team, present=present_contacts(session, file.id))
    looked_after = card_now(file, standing, team)
    store_compartment(session, file.id, file.pairs, file.reporter, contacts, roster, looked_after)
    rungs = ladder.build(file.id, standing.rungs(), seeds, roster, file.reporter)
    ladder.replace(session, file.id, file.epoch, rungs, gate)
    watch.store(session, watched, author, gate)
    seal_again_for_recovery(session, file, roster)
    store_roll(session, file, standing, author, roster, today)
    burn(session, file.id, {*standing.decision.excluded_officers, *file.barred})
    session.flush()


def card_of(file: CaseFile, standing: Standing) -> Card:
    """The card as the record has it."""
    report, progress = file.report, file.progress
    keeping = keeping_of(progress, standing.organisation)
    return Card(
        title=title_of(report["answers"]["what"]),
        category=report["answers"].get("category", ""),
        priority=str(standing.decision.priority),
        severity=standing.facts.severity.value,
        band=standing.facts.band.value,
        received=report["filed"],
        clocks={name: due.isoformat() for name, due in sorted(progress.clocks.items())},
        done={name: day.isoformat() for name, day in sorted(progress.met.items())},
        handlers=dict(sorted(progress.handlers.items())),
        intake=file.brought.value,
        stage=report["answers"].get("stage", ""),
        part="allegations" in report,
        kept="" if keeping.last is None else keeping.last.isoformat(),
        held=keeping.held,
        joined=leader_of(file),
        leads=sorted(led_by(file).values()),
        reached=reached_said(reached(file.records, progress.filed or standing.facts.received)),
        kind=(standing.facts.original_kind or standing.facts.kind).value,
    )


def _stale(file: CaseFile, rules: Organisation, today: date) -> ColumnElement[date] | date | None:
    """Anew after an act that counts; any other leaves the day as it was."""
    anew = stale_on(file.progress, rules, today)
    counts = silence_of((record.kind, record.date) for record in file.records).since == today
    return anew if counts or anew is None else func.coalesce(Case.stale, anew)


def stale_on(progress: Progress, rules: Organisation, today: date) -> date | None:
    """The first day on which reading without acting is neglect, by the rules of the case; None once the matter is decided."""
    return None if progress.state in OVER else rules.pack.duties["quiet"].after(today, rules.calendar)

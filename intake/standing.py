"""Where a case stands by the routing rules, as the facts are now: its office, who is excluded, who may get a grant.

Routing runs again whenever facts change (routing.md): somebody left the case, a rung was released. Pure; it reads an opened
case and stores nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from intake.casefile import CaseFile
from intake.events import EventKind
from intake.joins import joined_facts
from intake.levels import Band
from intake.organisation import EXT_OMB, Organisation
from intake.protection.lifting import lifted_now
from intake.protection.said import at_least
from intake.record import EventRecord
from intake.roster import Roster
from intake.routing import (
    Decision,
    Facts,
    Involved,
    Kind,
    Rung,
    decide,
    facts_from,
    first_recipients,
    level_above,
    rungs,
    underlying,
)
from intake.routing.exclusion import Cause
from intake.rules import as_begun
from intake.split import is_released

KIND_AFTER: Mapping[str, Kind] = {
    "overdue": Kind.OVERDUE,
    "takeover": Kind.OVERDUE,
    "review": Kind.REVIEW,
    "call_up": Kind.REVIEW,
    "handling_complaint": Kind.HANDLING_COMPLAINT,
}
"""The ``reason`` of a release → of which kind the case is from then on. After an exclusion it stays of the kind it was."""
INVOLVED = "involved"
"""Where the conclusion of a case that was led keeps who worked on the one that led it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The decision on the facts as they are now. ``held`` is the office that has the case, whatever routing says by now."""

    facts: Facts
    decision: Decision
    organisation: Organisation
    held: str
    involvement: Involved
    running: Mapping[str, date]
    contact: date | None

    @property
    def involved(self) -> tuple[str, ...]:
        """Who had a task or took part in a decision: they do not review it."""
        return tuple(sorted({*self.involvement.assigned, *self.involvement.decided_by}))

    @property
    def office(self) -> str:
        """The office that routing names, or EXT-OMB."""
        return self.decision.handling_unit

    def eligible(self, roster: Roster) -> tuple[str, ...]:
        """Members of the handling office who may hold the case: certified and not excluded, by id."""
        return tuple(
            sorted(
                member.id
                for member in roster.organisation.members_of(self.office)
                if member.id in roster.certified and member.id not in self.decision.excluded_officers
            )
        )

    def recipients(self, roster: Roster) -> tuple[str, ...]:
        """Who gets the case when it comes to this office."""
        return first_recipients(roster.organisation, self.decision, roster.certified)

    def rungs(self) -> list[Rung]:
        """The ladder above."""
        return rungs(
            self.organisation,
            self.facts,
            self.decision,
            involved=self.involvement,
            held=self.held,
            running=self.running,
            contact=self.contact,
        )

    def overseers(self, roster: Roster) -> tuple[str, tuple[str, ...]]:
        """The level above that is told of what happens here (routing.md, S17), and its officers who may be told."""
        excluded = self.decision.excluded_officers
        above = level_above(roster.organisation, self.held, excluded, self.facts.reporter_unit)
        return above, told_at(roster, above, excluded)


def told_at(roster: Roster, office: str, excluded: Collection[str]) -> tuple[str, ...]:
    """The certified officers of an office whom nothing excludes."""
    members = (member.id for member in roster.organisation.members_of(office))
    return tuple(sorted(who for who in members if who in roster.certified and who not in excluded))


def standing_of(
    file: CaseFile, roster: Roster, *, leaving: Iterable[str] = (), joining: Iterable[Mapping[str, Any]] = ()
) -> Standing:
    """Decide again for an opened case. Whoever recused, whoever the reporter named, and whoever is ``leaving`` now, counts as
    excluded. ``joining``: facts of cases (`facts_to_join`) that it is to be handled together with.

    A head who leaves takes the office along (C-HEAD), too few members left as well (C-QUORUM): the case then stands higher.
    """
    organisation = as_begun(file.report["decision"]["rule_version"], roster.organisation)
    certified = {"certified": sorted(roster.certified)}
    document = facts_now(file, organisation, leaving=leaving) | certified
    facts = facts_from(document, organisation)
    decision = decide(organisation, facts, organisation.calendar, least=_least(file, organisation))
    joined = [*joined_facts(file), *joining]
    if joined:
        # More people are reported now; the office of this case alone stays the least that may have it.
        facts = facts_from(_united(document, *joined, organisation=organisation), organisation)
        decision = decide(organisation, facts, organisation.calendar, least=decision.handling_unit)
    return Standing(
        facts=facts,
        decision=replace(decision, excluded_officers=_still_out(file) | dict(decision.excluded_officers)),
        organisation=organisation,
        held=file.progress.circle.get("office", file.office),
        involvement=_with_leaders(involvement_of(file, file.records, organisation), file, organisation),
        running=file.progress.outstanding(),
        contact=file.progress.clocks.get("first_contact_due") if is_released(file.records) else None,
    )


def _still_out(file: CaseFile) -> dict[str, tuple[Cause, ...]]:
    """Who was excluded when the case was filed: a tie that was lifted since brings nobody back into it."""
    filed = file.report["decision"]["excluded_officers"]
    return {officer: tuple(Cause(cause) for cause in causes) for officer, causes in filed.items()}


def facts_to_join(file: CaseFile, roster: Roster) -> dict[str, Any]:
    """What another case has to count when the two are handled together: who is reported, who is excluded here by whatever
    cause, and where the reporter works.
    """
    organisation = as_begun(file.report["decision"]["rule_version"], roster.organisation)
    document = _united(facts_now(file, organisation), *joined_facts(file), organisation=organisation)
    excluded = {
        *document["witnesses"],
        *file.report["decision"]["excluded_officers"],
        *standing_of(file, roster).decision.excluded_officers,
    }
    return {
        "subjects": document["subjects"],
        "bodies": document["bodies"],
        "witnesses": sorted(excluded),
        "reporter_unit": document.get("reporter_unit"),
    }


def _united(
    document: Mapping[str, Any], *others: Mapping[str, Any], organisation: Organisation
) -> dict[str, Any]:
    """A facts document with everybody whom ``others`` name, for cases that are handled together."""
    together = dict(document)
    for other in others:
        for name in ("subjects", "bodies"):
            together[name] = [*together[name], *(each for each in other[name] if each not in together[name])]
        known = (officer for officer in other["witnesses"] if officer in organisation.officers)
        together["witnesses"] = sorted({*together["witnesses"], *known})
        together["reporter_unit"] = together.get("reporter_unit") or other["reporter_unit"]
    return together


def facts_now(file: CaseFile, organisation: Organisation, *, leaving: Iterable[str] = ()) -> dict[str, Any]:
    """The facts of a case as they are by now, as routing reads them; who is certified is left to the roster."""
    document: dict[str, Any] = {"subjects": [], "bodies": [], **file.report["facts"]}
    recused = {record.actor for record in file.records if record.kind is EventKind.RECUSED}
    named = {
        officer
        for record in file.records
        if record.kind is EventKind.RELEASED  # NAMED tells no names: whoever is named could still open it
        for officer in record.data.get("officers", ())
        if officer in organisation.officers
    }
    shut_out = file.barred & organisation.officers.keys()
    document["witnesses"] = sorted({*document["witnesses"], *recused, *named, *shut_out, *leaving})
    assessed = file.papers("assessment")
    if assessed:
        newest = assessed[-1].content
        document |= {"severity": newest["severity"]["band"], "retaliation_band": newest["risk"]["band"]}
    band = at_least(Band(document.get("retaliation_band", Band.MEDIUM)), lifted_now(file, organisation))
    document["retaliation_band"] = band.value
    if "ack_due" in file.progress.met:
        document["acknowledged"] = file.progress.met["ack_due"].isoformat()
    return document | _gone_up(file, organisation)


def _gone_up(file: CaseFile, organisation: Organisation) -> dict[str, Any]:
    """What the releases that took the case upwards changed in its facts."""
    changed: dict[str, Any] = {}
    facts = file.report["facts"]
    kind = Kind(facts["kind"])
    original = Kind(facts["original_kind"]) if facts.get("original_kind") else None
    for position, record in enumerate(file.records):
        if record.kind is not EventKind.RELEASED or record.data["reason"] not in KIND_AFTER:
            continue
        going = KIND_AFTER[record.data["reason"]]
        kind, original = going, underlying(kind, original, going)
        before = involvement_of(file, file.records[:position], organisation)
        changed |= {
            "kind": kind.value,
            "original_kind": original.value,
            "prior": {
                "handling_unit": record.data["from"],
                "assigned": list(before.assigned),
                "decided_by": list(before.decided_by),
            },
        }
        if going is Kind.OVERDUE:
            changed["trigger_date"] = record.date.isoformat()
        if going is Kind.REVIEW:
            changed["received"] = record.data["received"]
    return changed


def _least(file: CaseFile, organisation: Organisation) -> str | None:
    """The office to which a release, a panel or trustees took the case last, or that it was split off in: routing takes it
    further up, never back.
    """
    taken = [
        record.data["circle"]["office"]
        for record in file.records
        if record.kind in (EventKind.RELEASED, EventKind.TRANSFERRED, EventKind.SPLIT_OFF)
        or (record.kind is EventKind.RECOVERED and record.data["from"] != record.data["circle"]["office"])
    ]
    known = [office for office in taken if office == EXT_OMB or office in organisation.offices]
    return str(known[-1]) if known else None


def _with_leaders(own: Involved, file: CaseFile, organisation: Organisation) -> Involved:
    """Whoever worked on the case that led this one, as its conclusion says: they do not review what follows from their work."""
    there = {who for paper in file.papers("proposal") for who in paper.content.get(INVOLVED, ())}
    decided = {*own.decided_by, *(there & organisation.officers.keys())}
    return Involved(assigned=own.assigned, decided_by=tuple(sorted(decided)))


def involvement_of(file: CaseFile, records: Sequence[EventRecord], organisation: Organisation) -> Involved:
    """Who had a task, and who proposed or voted, up to here; in the case that this one was split from, too."""
    before = file.report.get("involved", {})
    assigned = {officer for record in records for officer in record.data.get("handlers", ())}
    assigned |= set(before.get("assigned", ()))
    decided = {record.actor for record in records if record.kind in (EventKind.PROPOSED, EventKind.VOTED)}
    decided |= set(before.get("decided_by", ()))
    known = organisation.officers.keys()
    return Involved(assigned=tuple(sorted(assigned & known)), decided_by=tuple(sorted(decided & known)))

"""Where a case stands by the routing rules, as the facts are now: its office, who is excluded, who may get a grant.

Routing runs again whenever facts change (routing.md): somebody left the case, a rung was released. Pure; it reads an opened
case and stores nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from intake.casefile import CaseFile
from intake.events import EventKind
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
)


@dataclass(frozen=True, slots=True)
class Standing:
    """The decision on the facts as they are now."""

    facts: Facts
    decision: Decision
    handlers: tuple[str, ...]
    deciders: tuple[str, ...] = ()

    @property
    def involved(self) -> tuple[str, ...]:
        """Who has a task or took part in a decision: they do not review it."""
        return tuple(sorted({*self.handlers, *self.deciders}))

    @property
    def office(self) -> str:
        """The handling office, or EXT-OMB."""
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

    def rungs(self, roster: Roster) -> list[Rung]:
        """The ladder above."""
        involved = Involved(assigned=self.handlers, decided_by=self.deciders)
        return rungs(
            roster.organisation, self.facts, self.decision, missed=self._missable(), involved=involved
        )

    def overseers(self, roster: Roster) -> tuple[str, tuple[str, ...]]:
        """The level above that is told of what happens here (routing.md, S17), and its officers who may be told."""
        excluded = self.decision.excluded_officers
        above = level_above(roster.organisation, self.office, excluded, self.facts.reporter_unit)
        return above, told_at(roster, above, excluded)

    def _missable(self) -> str:
        """The clock whose passing opens the next overdue rung."""
        if self.facts.acknowledged is not None:
            return "accept_due"
        return "first_contact_due" if self.facts.kind is Kind.OVERDUE else "ack_due"


def told_at(roster: Roster, office: str, excluded: Collection[str]) -> tuple[str, ...]:
    """The certified officers of an office whom nothing excludes."""
    members = (member.id for member in roster.organisation.members_of(office))
    return tuple(sorted(who for who in members if who in roster.certified and who not in excluded))


def standing_of(file: CaseFile, roster: Roster, *, leaving: Iterable[str] = ()) -> Standing:
    """Decide again for an opened case. Whoever recused, whoever the reporter named, and whoever is ``leaving`` now, counts as
    excluded.

    A head who leaves takes the office along (C-HEAD), too few members left as well (C-QUORUM): the case then stands higher.
    """
    document: dict[str, Any] = dict(file.report["facts"])
    recused = {record.actor for record in file.records if record.kind is EventKind.RECUSED}
    named = {
        officer
        for record in file.records
        if record.kind is EventKind.RELEASED  # NAMED tells no names: whoever is named could still open it
        for officer in record.data.get("officers", ())
        if officer in roster.organisation.officers
    }
    document["witnesses"] = sorted({*document["witnesses"], *recused, *named, *leaving})
    document["certified"] = sorted(roster.certified)
    assessed = file.papers("assessment")
    if assessed:
        newest = assessed[-1].content
        document |= {"severity": newest["severity"]["band"], "retaliation_band": newest["risk"]["band"]}
    if "ack_due" in file.progress.met:
        document["acknowledged"] = file.progress.met["ack_due"].isoformat()
    released = [record for record in file.records if record.kind is EventKind.RELEASED]
    if released:
        document |= {
            "kind": Kind.OVERDUE.value,
            "original_kind": document["kind"],
            "prior": {"handling_unit": released[-1].data["from"], "assigned": [], "decided_by": []},
            "trigger_date": released[-1].date.isoformat(),
        }
    facts = facts_from(document, roster.organisation)
    decision = decide(roster.organisation, facts, roster.organisation.calendar)
    return Standing(facts, decision, tuple(sorted(file.progress.handlers)), tuple(sorted(_deciders(file))))


def _deciders(file: CaseFile) -> set[str]:
    return {record.actor for record in file.records if record.kind in (EventKind.PROPOSED, EventKind.VOTED)}

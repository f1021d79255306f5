"""The decision as a value, and who may receive what follows from it. It knows no rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from intake.organisation import Duty, Officer, Organisation
from intake.routing.climb import can_receive
from intake.routing.exclusion import Cause
from intake.routing.notify import REPORTER, Notice
from intake.routing.reasons import Reason
from intake.routing.weight import Priority

_DUTY_FOR = {Notice.QUEUE: Duty.TRIAGE, Notice.PROTECTION_CONTACT: Duty.PROTECT}
"""The duty an addressee needs; other notices go to every officer of the office who is not excluded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Where a case goes and what follows (routing.md, Decision). Collections are sorted: equal facts give equal bytes."""

    handling_unit: str
    reasons: tuple[Reason, ...]
    bypassed_units: tuple[str, ...]
    excluded_officers: Mapping[str, tuple[Cause, ...]]
    priority: Priority
    required_panel: int | None
    forward_from: str | None
    seal_at_entry: bool
    clocks: Mapping[str, date]
    notify: tuple[str, ...]
    rule_version: str

    def as_json(self) -> dict[str, object]:
        """Exactly the fields of the specification, dates in ISO form."""
        return {
            "handling_unit": self.handling_unit,
            "reasons": [str(reason) for reason in self.reasons],
            "bypassed_units": list(self.bypassed_units),
            "excluded_officers": {
                officer: [str(cause) for cause in causes]
                for officer, causes in self.excluded_officers.items()
            },
            "priority": str(self.priority),
            "required_panel": self.required_panel,
            "forward_from": self.forward_from,
            "seal_at_entry": self.seal_at_entry,
            "clocks": {name: day.isoformat() for name, day in self.clocks.items()},
            "notify": list(self.notify),
            "rule_version": self.rule_version,
        }


def first_recipients(
    organisation: Organisation, decision: Decision, certified: Collection[str] | None = None
) -> tuple[str, ...]:
    """The members of the final office who are not excluded, have the duty triage and, with a list, are certified."""
    return tuple(
        officer.id
        for officer in _eligible(organisation, decision, decision.handling_unit)
        if can_receive(officer, certified)
    )


def addressees(
    organisation: Organisation, decision: Decision, certified: Collection[str] | None = None
) -> dict[str, tuple[str, ...]]:
    """Each notice to an office with the officers who get one sealed item each; notices to the reporter are left out."""
    found: dict[str, tuple[str, ...]] = {}
    for notice in decision.notify:
        kind, _, office = notice.partition(":")
        if office != REPORTER:
            duty = _DUTY_FOR.get(Notice(kind))
            found[notice] = tuple(
                officer.id
                for officer in _eligible(organisation, decision, office)
                if (duty is None or duty in officer.duties) and (certified is None or officer.id in certified)
            )
    return found


def _eligible(organisation: Organisation, decision: Decision, office: str) -> tuple[Officer, ...]:
    return tuple(
        officer for officer in organisation.members_of(office) if officer.id not in decision.excluded_officers
    )

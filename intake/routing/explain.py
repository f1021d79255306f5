"""A decision in words: one paragraph that a person can read, for the command line. It adds nothing to the decision."""

from __future__ import annotations

from collections.abc import Iterable

from intake.organisation import Organisation
from intake.routing.decision import Decision
from intake.routing.exclusion import Cause
from intake.routing.facts import Facts, Kind
from intake.routing.reasons import SENTENCES

_OPENINGS = {
    Kind.INITIAL: "This report",
    Kind.RETALIATION: "This report of retaliation",
    Kind.HANDLING_COMPLAINT: "This complaint about the handling of a report",
    Kind.REVIEW: "This request for a review",
    Kind.OVERDUE: "This overdue report",
}
_CAUSES = {
    Cause.SUBJECT: "accused",
    Cause.WITNESS: "a witness",
    Cause.PRIOR: "involved in the first case",
    Cause.TIE: "tied to somebody accused",
}
_CLOCKS = {
    "ack_due": "acknowledge by {}",
    "accept_due": "accept or redirect by {}",
    "feedback_due": "give feedback by {}",
    "first_contact_due": "first contact with the reporter by {}",
    "forward_due": "hand on by {}",
    "review_due": "decide the review by {}",
}


def explain(organisation: Organisation, facts: Facts, decision: Decision) -> str:
    """One English paragraph: where, why, who is kept out, how urgent, by when, and who is told."""
    final = _named(organisation, decision.handling_unit)
    return " ".join(
        [
            f"{_OPENINGS[facts.kind]}, received on {facts.received.isoformat()}, goes to {final}.",
            *(f"{SENTENCES[reason]} ({reason})" for reason in decision.reasons),
            *_passed_over(organisation, decision),
            *_excluded(organisation, decision),
            _panel(decision),
            *_entry(organisation, decision),
            f"Dates: {_listed(_CLOCKS[name].format(day.isoformat()) for name, day in decision.clocks.items())}.",
            f"Notices: {_listed(decision.notify)}.",
            f"Rules: {decision.rule_version}.",
        ]
    )


def _panel(decision: Decision) -> str:
    priority = f"The priority is {decision.priority}"
    if decision.required_panel is None:
        return f"{priority}; the external recipient decides in its own way."
    count = decision.required_panel
    return f"{priority}, and {count} {'officer decides' if count == 1 else 'officers decide together'}."


def _passed_over(organisation: Organisation, decision: Decision) -> list[str]:
    if not decision.bypassed_units:
        return []
    offices = _listed(_named(organisation, office) for office in decision.bypassed_units)
    return [f"Passed over, and told nothing: {offices}."]


def _excluded(organisation: Organisation, decision: Decision) -> list[str]:
    if not decision.excluded_officers:
        return ["No officer is excluded."]
    officers = _listed(
        f"{_named(organisation, officer)}, {_listed(_CAUSES[cause] for cause in causes)}"
        for officer, causes in decision.excluded_officers.items()
    )
    return [f"Excluded: {officers}."]


def _entry(organisation: Organisation, decision: Decision) -> list[str]:
    if decision.forward_from is None:
        return []
    entry = _named(organisation, decision.forward_from)
    if decision.seal_at_entry:
        return [
            f"{entry} hands on the sealed envelope and may not register, copy, excerpt or keep the content."
        ]
    return [f"{entry} hands the report on."]


def _named(organisation: Organisation, identifier: str) -> str:
    name = organisation.name_of(identifier)
    return identifier if name == identifier else f"{name} ({identifier})"


def _listed(parts: Iterable[str]) -> str:
    return "; ".join(parts)

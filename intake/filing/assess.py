"""From a checked draft to facts: both sums, the people meant, and the decision. Pure; stores and sends nothing.

This is "From form to facts" of docs/interfaces.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from intake.drafts import Draft, DraftSubject
from intake.organisation import Organisation, Post
from intake.routing import (
    Decision,
    Described,
    Facts,
    added_weights,
    decide,
    derived_answers,
    facts_from,
    identify,
    same_name,
)
from intake.scoring import Score, Sum, answers_from, heavier, risk, severity

_MATTER = {"harm": "T1", "scale": "T2", "recurrence": "T5", "perishable": "T6", "victims": "T7"}
_SAFETY = ("a1", "a2", "a3", "a4", "b1", "c1", "c3", "e1", "e2", "e3")
_FLAGS = ("imminent_danger", "threat_of_violence", "not_safe")


@dataclass(frozen=True, slots=True, repr=False)
class Assessment:
    """Everything that follows from the form: what routing decided, and both sums with their factors."""

    document: dict[str, Any]
    """The facts as a JSON document, the same that ``underseal route`` reads."""
    facts: Facts
    decision: Decision
    severity: Score
    risk: Score


def assess(
    draft: Draft,
    organisation: Organisation,
    certified: frozenset[str],
    received: date,
    about: Mapping[str, Any] = MappingProxyType({}),
) -> Assessment:
    """Assess a draft without faults. ``about``: facts of a case that is no first report, its kind and what came before.

    Raises BrokenFactsError when the draft has faults: callers check first.
    """
    document: dict[str, Any] = {
        "kind": "initial",
        "subjects": _subjects(draft, organisation),
        "bodies": sorted(set(draft.bodies)),
        "region": draft.answer("region") or None,
        "witnesses": involved_officers(draft.answer("involved"), organisation),
        "reporter_unit": draft.answer("reporter_unit") or None,
        "category": draft.answer("category") or None,
        "imminent_danger": draft.answer("imminent_danger") == "yes",
        "consent_refer_down": draft.answer("consent_refer_down") == "yes",
        "entry_unit": "portal",
        "received": received.isoformat(),
        "certified": sorted(certified),
        "severity": "low",
    }
    document |= {name: value for name, value in about.items() if not document.get(name) or name == "kind"}
    given = sum_answers(draft.answers, document, organisation, attached=bool(draft.files))
    matter, safety = both_sums(given, added_weights(organisation, facts_from(document, organisation)))
    document["severity"] = matter.band.value
    document["retaliation_band"] = safety.band.value
    facts = facts_from(document, organisation)
    return Assessment(document, facts, decide(organisation, facts, organisation.calendar), matter, safety)


def both_sums(given: Mapping[str, Any], added: Mapping[str, int]) -> tuple[Score, Score]:
    """The severity, with what the case's pack adds for the accused, and the risk, of which the severity is a factor (D1)."""
    matter = heavier(severity(answers_from(given, Sum.SEVERITY)), added)
    asked = answers_from(given, Sum.RISK)
    # With no answer at all the score stays unknown: what we derive must not pretend that somebody was asked.
    return matter, risk(
        answers_from({**given, "D1": matter.band.value}, Sum.RISK) if asked.any_answer else asked
    )


def sum_answers(
    given: Mapping[str, str], document: Mapping[str, Any], organisation: Organisation, *, attached: bool
) -> dict[str, Any]:
    """One answers document for both sums: what the reporter answered, and what the facts already say. ``attached``: whether the
    report came with files.
    """
    derived = derived_answers(organisation, facts_from(document, organisation))
    matter, safety = _answers_of(given, document, derived, attached=attached)
    return {**matter, **safety}


def involved_officers(typed: str, organisation: Organisation) -> list[str]:
    """The officers named one a line as involved or as witnesses: excluded from the case, wherever it goes."""
    lines = [line for line in typed.splitlines() if line.strip()]
    return sorted(
        officer.id
        for officer in organisation.officers.values()
        if any(same_name(line, officer.name) or line.strip() == officer.id for line in lines)
    )


def _subjects(draft: Draft, organisation: Organisation) -> list[Any]:
    entries: list[Any] = []
    for subject in draft.subjects:
        if subject.empty:
            continue
        described = _described(subject, organisation)
        # A registered person, all of them when several match; otherwise the entry as typed.
        entries += identify(organisation, described) or [_as_document(described)]
    return [entry for position, entry in enumerate(entries) if entry not in entries[:position]]


def _described(subject: DraftSubject, organisation: Organisation) -> Described:
    body = subject.body or None
    private = subject.post == Post.PRIVATE
    region = None if body and not private else subject.region or organisation.root
    return Described(
        post=Post(subject.post), name=subject.name or None, body=None if private else body, region=region
    )


def _as_document(described: Described) -> dict[str, str]:
    fields = {"name": described.name, "body": described.body, "region": described.region}
    return {"post": described.post.value} | {key: value for key, value in fields.items() if value}


def _answers_of(
    given: Mapping[str, str], document: Mapping[str, Any], derived: Mapping[str, str], *, attached: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    known = {
        "who": bool(document["subjects"] or document["bodies"]),
        "when": bool(given.get("when", "").strip()),
        "where": bool(given.get("where", "").strip()),
        "first_hand": given.get("how_known") == "saw",
        "attachment": attached,
    }
    matter: dict[str, Any] = {number: given[name] for name, number in _MATTER.items() if given.get(name)}
    matter["T4"] = [name for name, is_known in known.items() if is_known]
    if "T3" in derived:
        matter["T3"] = derived["T3"]
    if given.get("imminent_danger"):
        matter["imminent_danger"] = "yes"
    safety: dict[str, Any] = {name.upper(): given[name] for name in _SAFETY if given.get(name)}
    safety |= {flag: "yes" for flag in _FLAGS if given.get(flag)}
    # With no answer at all the score stays unknown: what we derive must not pretend that somebody was asked.
    if safety:
        safety |= {number: derived[number] for number in ("B2", "B3") if number in derived}
        safety["D1"] = severity(answers_from(matter, Sum.SEVERITY)).band.value
    return matter, safety

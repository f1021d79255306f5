"""Findings: one on each allegation, with the grade of its evidence. The newest on an allegation counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from intake.casefile import CaseFile, Written
from intake.catalogues import CatalogueName, Detail, load_catalogue
from intake.events import EventKind
from intake.organisation import Organisation
from intake.protection.detriments import detriments
from intake.protection.noted import noted_in
from triage.casework.desk import Actor, Desk, checked_text
from triage.casework.panel import PROPOSAL
from triage.casework.policy import Act
from triage.casework.refusals import CorrectThisError, Reason

FINDING = "finding"
KNOWINGLY_FALSE = "knowingly_false"
"""The one grade that takes a panel of at least two, and proof of its own."""
THE_MATTER = "matter"
NEW = "new"
"""What a form sends for an allegation that is not in the list yet."""
_SUBJECT, _BODY, _ADDED, _DETRIMENT = "subject", "body", "added", "detriment"
MOST_ADDED = 50
MAX_WORDS = 300  # characters of an allegation in the investigator's words


@dataclass(frozen=True, slots=True, repr=False)
class Allegation:
    """What somebody or something is reported for. ``words`` are set when an officer added it."""

    id: str
    words: str = ""
    finding: Written | None = None

    @property
    def grade(self) -> str:
        """The newest grade, or an empty text."""
        return "" if self.finding is None else str(self.finding.content["grade"])


def allegations_of(file: CaseFile) -> list[Allegation]:
    """One for each person and body reported (or the matter as such), then those that officers added, in their order."""
    newest: dict[str, Written] = {}
    words: dict[str, str] = {}
    for paper in file.papers(FINDING):
        key = paper.content["allegation"]
        newest[key] = paper
        words.setdefault(key, paper.content.get("words", ""))
    words |= file.report.get("words", {})
    gone = _gone(file)
    keys = [key for key in dict.fromkeys([*_reported(file), *words]) if key not in gone]
    told = _detriments(file)
    return [Allegation(key, words.get(key, "") or told.get(key, ""), newest.get(key)) for key in keys]


def called(file: CaseFile, organisation: Organisation, allegation: Allegation) -> str:
    """The person or body as the report names it, or an officer's words. Empty for the matter as such, and for somebody of
    whom nothing was said.
    """
    kind, _, rest = allegation.id.partition("-")
    if allegation.words or kind not in (_SUBJECT, _BODY):
        return allegation.words
    if kind == _BODY:
        return organisation.name_of(rest)
    subject = file.report["subjects"][int(rest)]
    listed = subject.get("body", "")
    place = organisation.name_of(listed) if listed else subject.get("other", "")
    return ", ".join(part for part in (subject.get("name", ""), place) if part)


def find(desk: Desk, actor: Actor, case: str, typed: Mapping[str, str], *, seen: int | None = None) -> None:
    """Write a finding: ``allegation`` (an id, or ``new`` with ``words``), ``grade``, ``text``, ``evidence`` where the grade
    needs it.

    Raises as ``Desk.act``; CorrectThisError for anything that is not in the lists, or missing.
    """
    text = checked_text(typed.get("text", ""))
    grade = typed.get("grade", "")
    entry = load_catalogue(CatalogueName.GRADES).entries.get(grade)
    if entry is None:
        raise CorrectThisError(Reason.UNKNOWN_GRADE)
    evidence = typed.get("evidence", "").strip()
    if Detail.EVIDENCE in entry.needs and not evidence:
        raise CorrectThisError(Reason.FALSE_NEEDS_EVIDENCE)
    if evidence:
        evidence = checked_text(evidence)
    with desk.act(actor, case, Act.FIND, seen=seen) as acting:
        known = allegations_of(acting.file)
        key, words = _chosen(acting.file, known, typed)
        newest = next((entry.finding for entry in known if entry.id == key), None)
        content = {"allegation": key, "words": words, "grade": grade, "evidence": evidence}
        if newest is not None and newest.text == text and content.items() <= newest.content.items():
            return  # the same form, sent again
        acting.tell(EventKind.FOUND, acting.paper(FINDING, text, content))


def _gone(file: CaseFile) -> set[str]:
    """What became a case of its own: a panel decided it, and the record says where it is."""
    split = {record.data.get("proposal") for record in file.records if record.kind is EventKind.SPLIT}
    papers = [paper.content for paper in file.papers(PROPOSAL) if paper.content["proposal"] in split]
    return {entry["allegation"] for content in papers for entry in content.get("goes", ())}


def _reported(file: CaseFile) -> list[str]:
    report = file.report
    if "allegations" in report:  # a part of a report, for these alone
        return list(report["allegations"])
    if detriments_told := _detriments(file):  # a finding on each, whoever did it (mechanism 37)
        return list(detriments_told)
    subjects = [f"{_SUBJECT}-{number}" for number in range(len(report["subjects"]))]
    bodies = [f"{_BODY}-{body}" for body in report["bodies"]]
    return [*subjects, *bodies] or [THE_MATTER]


def _detriments(file: CaseFile) -> dict[str, str]:
    """In a case about retaliation: what was done, each time, in the words of its code and with its day."""
    entries = detriments().entries
    return {
        f"{_DETRIMENT}-{noted.number}": ", ".join(
            part for part in (entries[noted.code].title, noted.when.isoformat() if noted.when else "") if part
        )
        for noted in noted_in(file.records)
        if noted.code in entries
    }


def _chosen(file: CaseFile, known: list[Allegation], typed: Mapping[str, str]) -> tuple[str, str]:
    chosen = typed.get("allegation", "")
    if chosen == NEW:
        words = " ".join(typed.get("words", "").split())
        added = [each for each in known if each.id.partition("-")[0] == _ADDED]
        same = next((allegation for allegation in added if allegation.words == words), None)
        if same is not None:
            return same.id, words
        if not words or len(words) > MAX_WORDS or len(added) >= MOST_ADDED:
            raise CorrectThisError(Reason.UNKNOWN_ALLEGATION)
        return _next_added(file), words
    found = next((allegation for allegation in known if allegation.id == chosen), None)
    if found is None:
        raise CorrectThisError(Reason.UNKNOWN_ALLEGATION)
    return found.id, found.words


def _next_added(file: CaseFile) -> str:
    """An id that no allegation ever had, one that went with a part of the report included."""
    ever = {paper.content["allegation"] for paper in file.papers(FINDING)} | set(_reported(file))
    numbers = [int(rest) for key in ever for kind, _, rest in [key.partition("-")] if kind == _ADDED]
    return f"{_ADDED}-{max(numbers, default=-1) + 1}"

"""The band of a case with what its reporter said since a person last looked: O3 and O4 at once, without any officer (P9). Pure.

It changes the facts that the next act goes by. The record keeps what the assessments came to: a reader compares those alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from intake.casefile import CaseFile
from intake.database.case_tables import ItemKind
from intake.events import EventKind
from intake.filing.assess import sum_answers
from intake.organisation import Organisation
from intake.protection.said import Entry, SaidSince, lifted, said_since, with_said
from intake.record import REPORTER
from intake.scoring import Score

ASSESSMENT = "assessment"
"""The form of the papers that settle a band."""


def entries_of(file: CaseFile) -> list[Entry]:
    """What lies in the compartment of an opened case, proved and told of by its own author's event, oldest first."""
    told = {(record.data.get("item"), record.actor): record for record in file.records}
    found = []
    for entry in file.written:
        record = told.get((entry.id, entry.author))
        if entry.kind is ItemKind.PROTECTION and entry.verified and record is not None:
            by_reporter = entry.author == REPORTER
            form = str(entry.content.get("form"))
            found.append(Entry(record.number, record.date, form, by_reporter, entry.content))
    return sorted(found, key=lambda each: each.number)


def said_in_case(file: CaseFile) -> SaidSince:
    """What no person has looked at yet: an assessment counts from its own event on, and a panel that lowers looked at nothing
    anew.
    """
    papers = {paper.id for paper in file.papers(ASSESSMENT)}
    numbers: Iterable[int] = (
        record.number
        for record in file.records
        if record.kind is EventKind.ASSESSED and record.data.get("item") in papers
    )
    return said_since(entries_of(file), max(numbers, default=-1))


def lifted_now(file: CaseFile, organisation: Organisation) -> Score | None:
    """The risk with what was said, by the sums; None where nothing waits."""
    said = said_in_case(file)
    if not said.waits:
        return None
    newest = settled(file)
    return lifted(answers_in_force(file, organisation), str(newest["severity"]["band"]), said)


def settled(file: CaseFile) -> Mapping[str, Any]:
    """What both sums came to last: the newest assessment, or the report."""
    papers = file.papers(ASSESSMENT)
    return papers[-1].content if papers else file.report


def answers_now(file: CaseFile, organisation: Organisation) -> dict[str, Any]:
    """The answers of both sums with what the reporter said since, for whoever goes through them next."""
    return with_said(answers_in_force(file, organisation), said_in_case(file))


def answers_in_force(file: CaseFile, organisation: Organisation) -> Mapping[str, Any]:
    """The answers of both sums, as the newest assessment that has any, or the report, gives them."""
    for paper in reversed(file.papers(ASSESSMENT)):
        if "answers" in paper.content:
            return dict(paper.content["answers"])
    return answers_as_filed(file, organisation)


def answers_as_filed(file: CaseFile, organisation: Organisation) -> dict[str, Any]:
    """The answers as the reporter gave them, or as they stood where the case was split off."""
    if file.report.get("assessed"):
        return dict(file.report["assessed"])
    report = file.report
    attached = bool(report.get("evidence"))
    return sum_answers(report["answers"], report["facts"], organisation, attached=attached)

"""What joins two cases: in each a paper that names the other one, with the facts of it that routing has to count here, too.

Read by whoever holds the case and by nobody else: a reporter learns that the matter is handled together with what the office
knows, never that another report exists. Pure; knows nothing of who may join.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from intake.casefile import CaseFile, Written
from intake.events import EventKind

JOIN = "join"
"""The form of the paper: ``case``, and ``facts`` with subjects, bodies, witnesses and reporter_unit as routing reads them."""


def leader_of(file: CaseFile) -> str:
    """The case in which the matter of this one is handled, or an empty text."""
    named = (_case(paper) for number, paper in _joins(file) if number == file.progress.joined)
    return next(named, "")


def led_by(file: CaseFile) -> dict[int, str]:
    """The cases whose matter is handled in this one, by the number of the event that joined each."""
    return {number: _case(paper) for number, paper in _joins(file) if number in file.progress.leads}


def partners_of(file: CaseFile) -> list[str]:
    """Every case that this one is joined with now."""
    leader = leader_of(file)
    return [*([leader] if leader else []), *led_by(file).values()]


def joined_facts(file: CaseFile) -> list[Mapping[str, Any]]:
    """The facts of every case that this one was ever joined with: what was common once stays closed to whoever is excluded
    from either, also when each goes its own way again.
    """
    return [paper.content["facts"] for _, paper in _joins(file)]


def _joins(file: CaseFile) -> Iterator[tuple[int, Written]]:
    papers = {paper.id: paper for paper in file.papers(JOIN)}
    for record in file.records:
        if record.kind is EventKind.JOINED and record.data.get("item") in papers:
            yield record.number, papers[record.data["item"]]


def _case(paper: Written) -> str:
    return str(paper.content["case"])

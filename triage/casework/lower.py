"""Lowering: the severity or the risk of retaliation falls below what the answers add up to. Raising takes nobody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from intake.casefile import CaseFile
from intake.levels import Band
from intake.protection.bands import BAND
from intake.protection.lifting import said_in_case
from intake.protection.said import with_said
from intake.protection.triggers import STEP
from intake.scoring import Sum, load_weights
from triage.casework.acting import Acting
from triage.casework.assess import ASSESSMENT, REVIEWED, UNSAFE_CODE, flags, review_of
from triage.casework.forms import Sent
from triage.casework.measures import Content, Ground, Measure
from triage.casework.panel import Proposal
from triage.casework.refusals import CorrectThisError, Reason

SUMS = {"severity": Sum.SEVERITY, "risk": Sum.RISK}
_OF_THE_PAPER = frozenset({"form", "text", "author", "date", "number"})


def assessed(file: CaseFile) -> dict[str, Any]:
    """The newest assessment: an officer's, or that of the day of filing."""
    papers = file.papers(ASSESSMENT)
    if papers:
        return {name: value for name, value in papers[-1].content.items() if name not in _OF_THE_PAPER}
    return {name: file.report[name] for name in SUMS}


def lower_bands(file: CaseFile) -> dict[str, list[Band]]:
    """Per sum the bands below the present one that no single answer forbids, highest first."""
    now = assessed(file)
    return {
        name: [
            band
            for band in reversed(Band)
            if _least(file, name, now).rank <= band.rank < Band(now[name]["band"]).rank
        ]
        for name in SUMS
    }


def _least(file: CaseFile, name: str, now: Mapping[str, Any]) -> Band:
    """O1 to O4 of the protection model, and danger: they set a lowest band whatever the sum is. Nobody goes below.

    What the reporter answered counts for good: an officer could else change the answer, hold the band by hand, and lower it.
    That they do not feel safe counts until somebody looked at it and wrote what is done.
    """
    demanded = {*now[name]["overrides"], *file.report[name]["overrides"]}
    if review_of(file) is not None:
        demanded.discard(UNSAFE_CODE)
    given = list(_given(file))
    overrides = [override for override in load_weights(SUMS[name]).overrides if override.code in demanded]
    answered = [
        override
        for override in overrides
        if any(override.when.items() <= answers.items() for answers in given)
    ]
    # One code may stand for several answers; where none of them is known, the highest counts.
    unsaid = demanded - {override.code for override in answered}
    raised = [*answered, *(override for override in overrides if override.code in unsaid)]
    floors = [*(override.at_least for override in raised), *_said(file, name, given[-1])]
    return max((Band.LOW, *floors), key=lambda band: band.rank)


def _said(file: CaseFile, name: str, given: Mapping[str, str]) -> Iterator[Band]:
    """What the reporter said in check-ins sets a floor as well, until somebody has weighed it."""
    said = said_in_case(file)
    answers = with_said(given, said) if said.waits else {}
    for override in load_weights(SUMS[name]).overrides:
        if override.when.items() <= answers.items():
            yield override.at_least


def _given(file: CaseFile) -> Iterator[dict[str, str]]:
    """What the reporter answered, and what the newest assessment has: either sets a floor."""
    said = file.report.get("assessed") or {
        name if name in flags() else name.upper(): answer for name, answer in file.report["answers"].items()
    }
    for answers in (said, *(paper.content.get("answers", {}) for paper in file.papers(ASSESSMENT)[-1:])):
        yield {name: answer for name, answer in answers.items() if isinstance(answer, str)}


def _form(sent: Sent, ground: Ground) -> dict[str, Any]:
    now = assessed(ground.file)
    wanted = {name: sent.get(name, "") or now[name]["band"] for name in SUMS}
    if not set(wanted.values()) <= set(Band):
        raise CorrectThisError(Reason.UNKNOWN_ANSWER)
    _check(wanted, ground)
    return wanted


def _check(content: Content, ground: Ground) -> None:
    now = assessed(ground.file)
    ranks = [(Band(content[name]).rank, Band(now[name]["band"]).rank) for name in SUMS]
    if any(after > before for after, before in ranks) or all(after == before for after, before in ranks):
        raise CorrectThisError(Reason.NOT_LOWER)
    for name in SUMS:
        wanted = Band(content[name])
        if wanted is not Band(now[name]["band"]) and wanted.rank < _least(ground.file, name, now).rank:
            raise CorrectThisError(Reason.BELOW_THE_LEAST)


def _effect(acting: Acting, proposal: Proposal) -> dict[str, Any]:
    now = assessed(acting.file)
    lowered = {name: {**now[name], "band": proposal.content[name]} for name in SUMS}
    # Nobody weighed anything anew: what an earlier assessment was made for, or looked at, is not said again.
    fresh = {"changed": [], "by_hand": [], STEP: "", REVIEWED: False}
    paper = acting.paper(ASSESSMENT, proposal.text, {**now, **lowered, **fresh})
    return {**paper, BAND: proposal.content["risk"]}


LOWER = Measure(_form, _effect, _check)

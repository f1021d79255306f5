"""Assessing: both sums, answer by answer, begun from what the reporter answered. Raising is free; lowering takes a panel.

Every step that changes what somebody reported can know asks for it again (`intake.protection.triggers`): the newest assessment
counts for routing, panels and clocks from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from intake.casefile import CaseFile, Written
from intake.events import BY_REPORTER, EventKind
from intake.filing.assess import both_sums
from intake.levels import Band, Severity
from intake.notices import NoticeKind
from intake.organisation import Organisation
from intake.protection.bands import BAND
from intake.protection.lifting import answers_now, lifted_now
from intake.protection.triggers import RAISED, STEP, Step
from intake.roster import Roster
from intake.routing import added_weights, addressees, decide
from intake.scoring import BrokenAnswersError, Score, Sum, answers_from, load_weights
from intake.standing import Standing, standing_of
from intake.states import CaseState
from triage.casework.acting import Acting
from triage.casework.desk import Actor, Desk, checked_text
from triage.casework.forms import Sent
from triage.casework.people import office_of
from triage.casework.policy import Act
from triage.casework.refusals import CorrectThisError, NotNowError, Reason

ASSESSMENT = "assessment"
LEAST = {Sum.SEVERITY: "severity-least", Sum.RISK: "risk-least"}
"""By hand a band can be set higher than the sum, never lower."""
DERIVED = "D1"
"""The severity of the matter within the risk: never typed, always the other sum's band."""
STAGE, ANY = "D2", "any"
"""Whether a step comes next: yes by itself where the risk is weighed for one."""
REVIEWED, UNSAFE, UNSAFE_CODE = "reviewed", "not_safe", "O4"
"""That somebody looked at what a reporter means who does not feel safe, and wrote what is done about it (O4)."""
_YES = "yes"


@dataclass(frozen=True, slots=True)
class Question:
    """One factor as the form asks it. ``counted``: a number that is asked with it."""

    id: str
    sum: Sum
    tokens: tuple[str, ...]
    many: bool
    counted: str | None
    most: int


def questions() -> list[Question]:
    """Every factor of both sums that an officer answers, in the order of the tables."""
    return [
        Question(factor.id, which, tuple(factor.points), factor.many, factor.counted, factor.most)
        for which in (Sum.SEVERITY, Sum.RISK)
        for factor in load_weights(which).factors.values()
        if factor.id != DERIVED
    ]


def flags() -> tuple[str, ...]:
    """What raises a band whatever the sum."""
    return tuple(dict.fromkeys(flag for which in Sum for flag in load_weights(which).flags))


def assessment_fields() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The form's fields that come once, and those that repeat."""
    once = [question.id for question in questions() if not question.many]
    counted = [question.counted for question in questions() if question.counted]
    many = tuple(question.id for question in questions() if question.many)
    return (*once, *counted, *flags(), *LEAST.values(), STEP, REVIEWED), many


def current_answers(file: CaseFile, organisation: Organisation) -> dict[str, Any]:
    """The answers as the newest assessment has them, or as the reporter gave them, with what the reporter said of their safety
    since.
    """
    return answers_now(file, organisation)


def review_of(file: CaseFile) -> Written | None:
    """The assessment in which somebody looked at why the reporter does not feel safe; None when nobody did since the reporter
    last said anything.
    """
    heard = max((record.number for record in file.records if record.kind in BY_REPORTER), default=-1)
    looked = [
        paper for paper in file.papers(ASSESSMENT) if paper.content.get(REVIEWED) and paper.number > heard
    ]
    return looked[-1] if looked else None


def assess(
    desk: Desk, actor: Actor, case: str, sent: Sent, text: str = "", *, seen: int | None = None
) -> None:
    """Store both sums for the answers of the form. ``text`` is needed when an answer changed, a band is set by hand, or
    somebody looked at why the reporter does not feel safe. ``sent`` may name the step for which the risk is weighed.

    Raises as ``Desk.act``; CorrectThisError; NotNowError when a band would fall.
    """
    step, reviewed = _step(sent), sent.get(REVIEWED, "") == _YES
    answers = _read(sent) | ({STAGE: ANY} if step else {})
    if reviewed and answers.get(UNSAFE) != _YES:
        raise CorrectThisError(Reason.NOTHING_TO_REVIEW, {REVIEWED: Reason.NOTHING_TO_REVIEW})
    least = {which: _least(sent, which) for which in Sum}
    note = checked_text(text) if text.strip() else ""
    with desk.act(actor, case, Act.WEIGH if step else Act.ASSESS, seen=seen) as acting:
        file, roster = acting.file, acting.roster
        before = current_answers(file, roster.organisation)
        matter, safety = _raised(standing_of(file, roster), before, answers, least)
        changed = changed_answers(before, answers)
        by_itself = {STAGE} if step else set()
        if (set(changed) - by_itself or any(least.values()) or reviewed) and not note:
            raise CorrectThisError(Reason.EMPTY_TEXT)
        begins = file.progress.state is CaseState.ACKNOWLEDGED and not step
        said = {
            **({"state": CaseState.ASSESSED.value} if begins else {}),
            **({STEP: step} if step else {}),
        }
        paper = {
            "changed": changed,
            "by_hand": [which.value for which, band in least.items() if band is not None],
            STEP: step,
            REVIEWED: reviewed,
        }
        _tell_assessed(acting, (matter, safety), answers, note, paper, said)


def raise_by_hand(acting: Acting, band: Band, note: str) -> None:
    """The risk is at least this from now on, whatever the answers add up to: any officer at work raises freely (O5). It is no
    part of the triage.

    Raises CorrectThisError when the band is not higher than the present one.
    """
    standing = standing_of(acting.file, acting.roster)
    if band.rank <= standing.facts.band.rank:
        raise CorrectThisError(Reason.NOT_HIGHER, {BAND: Reason.NOT_HIGHER})
    answers = current_answers(acting.file, acting.roster.organisation)
    sums = _raised(standing, answers, answers, {Sum.SEVERITY: None, Sum.RISK: band})
    paper = {"changed": [], "by_hand": [Sum.RISK.value], STEP: "", REVIEWED: False}
    _tell_assessed(acting, sums, answers, note, paper, {RAISED: True})


def _tell_assessed(
    acting: Acting,
    sums: tuple[Score, Score],
    answers: Mapping[str, Any],
    note: str,
    paper: Mapping[str, Any],
    said: Mapping[str, Any],
) -> None:
    """``sums``: of the matter and of the risk; ``paper`` and ``said``: what the paper and the event say besides."""
    matter, safety = sums
    content = {
        "severity": {**matter.as_json(), "version": matter.version},
        "risk": {**safety.as_json(), "version": safety.version},
        "answers": {**answers, DERIVED: matter.band.value} if safety.factors else answers,
        **paper,
    }
    acting.tell(
        EventKind.ASSESSED,
        {
            **acting.paper(ASSESSMENT, note, content),
            BAND: safety.band.value,
            **said,
            "notices": _tell_who_must_know(acting, matter, safety),
        },
    )


def changed_answers(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Which answers differ, by id."""
    keys = {*before, *after} - {DERIVED}
    return sorted(key for key in keys if (before.get(key) or None) != (after.get(key) or None))


def _read(sent: Sent) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for question in questions():
        if question.many:
            answers[question.id] = sorted(set(sent.getlist(question.id)), key=_place(question))
        elif sent.get(question.id, ""):
            answers[question.id] = sent.get(question.id, "")
        if question.counted and (number := sent.get(question.counted, "").strip()):
            if not (number.isascii() and number.isdecimal() and len(number) < 7):
                raise CorrectThisError(Reason.UNKNOWN_ANSWER, {question.counted: Reason.UNKNOWN_ANSWER})
            answers[question.counted] = int(number)
    answers |= {flag: _YES for flag in flags() if sent.get(flag, "") == _YES}
    try:
        for which in Sum:
            answers_from(answers, which)
    except BrokenAnswersError as error:
        raise CorrectThisError(Reason.UNKNOWN_ANSWER) from error
    return answers


def _step(sent: Sent) -> str:
    chosen = sent.get(STEP, "")
    if chosen and chosen not in set(Step):
        raise CorrectThisError(Reason.UNKNOWN_ANSWER, {STEP: Reason.UNKNOWN_ANSWER})
    return chosen


def _place(question: Question) -> Any:
    order = {token: place for place, token in enumerate(question.tokens)}
    return lambda token: order.get(token, len(order))


def _least(sent: Sent, which: Sum) -> Band | None:
    chosen = sent.get(LEAST[which], "")
    if not chosen:
        return None
    if chosen not in set(Severity):  # both sums' bands; "none" is no result of a sum
        raise CorrectThisError(Reason.UNKNOWN_ANSWER, {LEAST[which]: Reason.UNKNOWN_ANSWER})
    return Band(chosen)


def _raised(
    standing: Standing,
    before: Mapping[str, Any],
    answers: Mapping[str, Any],
    least: Mapping[Sum, Band | None],
) -> tuple[Score, Score]:
    """Both sums with the bands that count from now on. Raises NotNowError when one would fall."""
    present = (Band(standing.facts.severity.value), standing.facts.band)
    added = added_weights(standing.organisation, standing.facts)
    matter, safety = both_sums(answers, added)
    bands = [
        _band(now, then.band, score.band, hand)
        for now, then, score, hand in zip(
            present,
            both_sums(before, added),
            (matter, safety),
            (least[Sum.SEVERITY], least[Sum.RISK]),
            strict=True,
        )
    ]
    if any(band.rank < now.rank for band, now in zip(bands, present, strict=True)):
        raise NotNowError(Reason.LOWERING_TAKES_A_PANEL)
    return replace(matter, band=bands[0]), replace(safety, band=bands[1])


def _band(present: Band, then: Band, now: Band, least: Band | None) -> Band:
    """``then`` and ``now``: what the answers add up to, before and after. A band that was set by hand, or lowered by a panel,
    stays as it is until the answers say more.
    """
    if now.rank > then.rank:
        band = max(now, present, key=lambda entry: entry.rank)
    elif now is then or present.rank <= now.rank:
        band = present
    else:
        band = now
    return band if least is None or least.rank <= band.rank else least


def _tell_who_must_know(acting: Acting, matter: Score, safety: Score) -> list[str]:
    """What routing tells of a graver matter or a greater risk, it tells now (routing.md, S17)."""
    roster = acting.roster
    standing = standing_of(acting.file, roster)
    facts = replace(standing.facts, severity=Severity(matter.band.value), band=safety.band)
    graver = decide(roster.organisation, facts, roster.organisation.calendar)
    fresh = tuple(sorted(set(graver.notify) - set(standing.decision.notify)))
    content = {"office": office_of(acting.file), "priority": str(graver.priority)}
    told: list[str] = []
    for notice, officers in addressees(
        roster.organisation, replace(graver, notify=fresh), roster.certified
    ).items():
        name = notice.partition(":")[0]
        if name in set(NoticeKind):
            told += acting.notify(officers, NoticeKind(name), content)
    return told


def weighed(file: CaseFile, roster: Roster) -> dict[Sum, Mapping[str, Any]]:
    """Both sums as they count now, for the page: score, band, overrides, factors."""
    papers = file.papers(ASSESSMENT)
    source = papers[-1].content if papers else file.report
    standing, said = standing_of(file, roster), lifted_now(file, roster.organisation)
    risk = source["risk"] if said is None else said.as_json()
    return {
        Sum.SEVERITY: {**source["severity"], "band": standing.facts.severity.value},
        Sum.RISK: {**risk, "band": standing.facts.band.value},
    }

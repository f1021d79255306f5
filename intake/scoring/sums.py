"""Adding up the answers (protection.md: Risk score, Severity of the matter), and saying what weighed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from intake.levels import Band
from intake.scoring.answers import Answers
from intake.scoring.weights import Factor, Sum, load_weights


@dataclass(frozen=True, slots=True)
class Score:
    """`score` is 0 to 100, or None when no question was answered; `factors` are the points of each question."""

    score: int | None
    band: Band
    overrides: tuple[str, ...]
    factors: Mapping[str, int]
    version: str

    def as_json(self) -> dict[str, object]:
        """The fields of interfaces.md."""
        return {
            "score": self.score,
            "band": str(self.band),
            "overrides": list(self.overrides),
            "factors": dict(self.factors),
        }


def risk(answers: Answers) -> Score:
    """The risk of retaliation. Without an answer to A1, A2, B1 and C1 the band is at least medium; O1 to O4 only raise it."""
    return _total(answers, Sum.RISK)


def severity(answers: Answers) -> Score:
    """The severity of the matter. Imminent danger makes it critical."""
    return _total(answers, Sum.SEVERITY)


def heavier(score: Score, added: Mapping[str, int]) -> Score:
    """The same with the points that a pack adds, factor by factor. It never falls: neither the score nor the band.

    Where nothing was answered there is still no score, and nothing is added to it. Raises ValueError for points below 0.
    """
    if min(added.values(), default=0) < 0:
        raise ValueError("points are added, never taken away")
    if not added or score.score is None:
        return score
    weights = load_weights(Sum.SEVERITY)
    total = min(score.score + sum(added.values()), weights.most)
    band = max(score.band, weights.band_of(total), key=lambda each: each.rank)
    return replace(score, score=total, band=band, factors={**score.factors, **added})


def _total(answers: Answers, which: Sum) -> Score:
    weights = answers.weights
    if weights.id != which:
        raise ValueError(f"these are answers for the sum {weights.id}, not for {which}")
    factors = {key: _points(answers, factor) for key, factor in weights.factors.items()}
    raised = [
        override
        for override in weights.overrides
        if all(answers.says(key, token) for key, token in override.when.items())
    ]
    least = [override.at_least for override in raised]
    score = None
    if answers.any_answer:
        score = min(sum(factors.values()), weights.most)
        least.append(weights.band_of(score))
    if score is None or any(key not in answers.chosen for key in weights.needed):
        least.append(weights.unassessed)
    return Score(
        score=score,
        band=max(least, key=lambda band: band.rank),
        overrides=tuple(sorted({override.code for override in raised})),
        factors=factors if score is not None else {},
        version=f"{weights.id}-{weights.version}",
    )


def _points(answers: Answers, factor: Factor) -> int:
    tokens = answers.chosen.get(factor.id)
    points = factor.missing if tokens is None else sum(factor.points[token] for token in tokens)
    counted = answers.counts.get(factor.counted, 0) if factor.counted else 0
    return min(points + counted * factor.per_count, factor.most)


def explain_score(answers: Answers, score: Score) -> str:
    """One English paragraph: the band, and factor by factor what weighed, heaviest first."""
    weights = answers.weights
    if score.score is None:
        return (
            f"No question was answered, so there is no score and the band is {score.band}: silence is unknown, "
            f"never safe.{_raised(score)} Weights: {score.version}."
        )
    heaviest = sorted(score.factors.items(), key=lambda item: (-item[1], item[0]))
    parts = [
        f"{weights.factors[key].asks} ({key}, {_given(answers, key)}) {points} of {weights.factors[key].most}"
        for key, points in heaviest
        if points
    ]
    missing = [key for key in weights.needed if key not in answers.chosen]
    unknown = (
        f" Not answered, so the band is at least {weights.unassessed}: {', '.join(missing)}."
        if missing
        else ""
    )
    weighed = "; ".join(parts) or "nothing"
    return (
        f"The score is {score.score} of {weights.most} and the band is {score.band}. What weighed: {weighed}."
        f"{_raised(score)}{unknown} Weights: {score.version}."
    )


def _raised(score: Score) -> str:
    return f" At least this high because of {', '.join(score.overrides)}." if score.overrides else ""


def _given(answers: Answers, key: str) -> str:
    tokens = list(answers.chosen.get(key, ()))
    counted = answers.weights.factors[key].counted
    if counted and counted in answers.counts:
        tokens.append(f"{answers.counts[counted]} {counted}")
    return ", ".join(tokens) or "not answered"

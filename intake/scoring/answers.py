"""An answers document becomes typed answers of one sum, or a list of all its faults. It adds nothing up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intake.scoring.weights import Factor, Sum, Weights, load_weights
from intake.strict_json import FaultyInputError, Fields, described, parse

MAX_BYTES = 100_000
MAX_COUNT = 1_000_000
WHAT = "the answers file"
_YES, _NO = "yes", "no"


class BrokenAnswersError(FaultyInputError):
    """The answers are refused as a whole; `faults` names everything that is wrong."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(WHAT, faults)


@dataclass(frozen=True, slots=True)
class Answers:
    """Tokens chosen per question (none: unanswered), numbers per counted answer, and the flags that are set."""

    weights: Weights
    chosen: Mapping[str, tuple[str, ...]]
    counts: Mapping[str, int]
    flags: frozenset[str]

    @property
    def any_answer(self) -> bool:
        """Whether any question of the table was answered; `unknown` is an answer, a flag is none."""
        return bool(self.chosen or self.counts)

    def says(self, key: str, token: str) -> bool:
        """Whether a question or a flag was answered with that token."""
        return token in self.chosen.get(key, ()) or (token == _YES and key in self.flags)


def load_answers(raw: bytes, which: Sum) -> Answers:
    """The answers in a file of at most 100 kB. Raises BrokenAnswersError with every fault."""
    try:
        document = parse(raw, what=WHAT, limit=MAX_BYTES)
    except FaultyInputError as error:
        raise BrokenAnswersError(error.faults) from None
    return answers_from(document, which)


def answers_from(document: object, which: Sum) -> Answers:
    """The same from parsed JSON: `{id: token}`, lists where several tokens may be chosen, flags "yes" or "no".

    Null and missing are the same. Answers of the other sum are left aside, so that one document can serve both.
    Raises BrokenAnswersError with every fault.
    """
    faults: list[str] = []
    fields = Fields(document, "", faults)
    weights = load_weights(which)
    known = frozenset().union(*(load_weights(each).answer_ids for each in Sum))
    for key in fields.names():
        if key not in known:
            fields.fault(key, f"is no question; the questions are {', '.join(sorted(weights.answer_ids))}")
    answers = Answers(
        weights=weights,
        chosen={
            key: tokens
            for key, factor in weights.factors.items()
            if (tokens := _tokens(fields, key, factor)) is not None
        },
        counts={
            factor.counted: count
            for factor in weights.factors.values()
            if factor.counted and (count := _count(fields, factor.counted)) is not None
        },
        flags=frozenset(flag for flag in weights.flags if _flag(fields, flag)),
    )
    if faults:
        raise BrokenAnswersError(faults)
    return answers


def _tokens(fields: Fields, key: str, factor: Factor) -> tuple[str, ...] | None:
    value = fields.get(key)
    if value is None:
        return None
    allowed = ", ".join(factor.points)
    if factor.many:
        if not isinstance(value, list):
            fields.fault(key, f"must be a list of {allowed}, not {described(value)}")
            return None
        tokens = fields.identifiers(key)
        if len(set(tokens)) != len(tokens):
            fields.fault(key, "names an answer twice")
    else:
        tokens = (value,) if isinstance(value, str) else ()
        if not tokens:
            fields.fault(key, f"must be one of {allowed}, not {described(value)}")
    for token in tokens:
        if token not in factor.points:
            fields.fault(key, f"{described(token)} is not one of {allowed}")
    return tokens


def _count(fields: Fields, key: str) -> int | None:
    count = fields.count(key)
    if count is not None and count > MAX_COUNT:
        fields.fault(key, f"must be at most {MAX_COUNT}")
    return count


def _flag(fields: Fields, key: str) -> bool:
    value = fields.get(key)
    if value is None or value == _NO or value is False:
        return False
    if value == _YES or value is True:
        return True
    fields.fault(key, f"must be yes or no, not {described(value)}")
    return False

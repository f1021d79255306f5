"""The risk of retaliation beside the case: what weighs, what nobody answered, what changed since the filing, and by whom.

It reads an opened case and stores nothing. The words are the page's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from intake.casefile import CaseFile, Written
from intake.levels import Band
from intake.organisation import Organisation
from intake.protection.lifting import answers_as_filed
from intake.protection.triggers import STEP
from intake.roster import Roster
from intake.scoring import Sum, load_weights
from triage.casework.assess import (
    ASSESSMENT,
    REVIEWED,
    current_answers,
    review_of,
    weighed,
)

_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Weight:
    """One factor as it counts now. ``answer``: a token, or an empty text where nobody answered."""

    id: str
    answer: str
    points: int
    most: int

    @property
    def open(self) -> bool:
        """Whether it is not known."""
        return self.answer in ("", _UNKNOWN)

    @property
    def heavy(self) -> bool:
        """Whether it scores above half of what it can: a plan has a measure for it."""
        return 2 * self.points > self.most


@dataclass(frozen=True, slots=True, repr=False)
class Change:
    """What one assessment, or one panel's decision, changed."""

    by: str
    day: date
    before: Band
    after: Band
    answers: Mapping[str, tuple[str, str]]
    """Question → the answer before and after."""
    by_hand: bool
    """Whether somebody set the band higher than the answers say."""
    panel: bool
    """Whether a panel lowered it."""
    step: str
    reviewed: bool


@dataclass(frozen=True, slots=True, repr=False)
class RiskNow:
    """The band that counts, and all that made it."""

    score: int | None
    band: Band
    overrides: tuple[str, ...]
    weights: tuple[Weight, ...]
    """Every factor of the table, in its order."""
    flags: tuple[str, ...]
    changes: tuple[Change, ...]
    """Oldest first, of those that changed something."""
    review: Written | None
    """The assessment in which somebody looked at why the reporter does not feel safe."""

    @property
    def heavy(self) -> list[Weight]:
        """What weighs above half, heaviest first."""
        return sorted((each for each in self.weights if each.heavy), key=lambda each: -each.points)

    @property
    def unanswered(self) -> list[str]:
        """What nobody knows, of all that is asked."""
        return [each.id for each in self.weights if each.open]

    @property
    def set_by_hand(self) -> Change | None:
        """The change by which the band was last set by hand, as long as nothing changed the band since."""
        moved = [each for each in self.changes if each.before is not each.after or each.by_hand]
        return moved[-1] if moved and moved[-1].by_hand else None


def risk_now(file: CaseFile, roster: Roster) -> RiskNow:
    """The risk as it counts now."""
    now = weighed(file, roster)[Sum.RISK]
    answers = current_answers(file, roster.organisation)
    table = load_weights(Sum.RISK)
    points = now["factors"]
    return RiskNow(
        score=now["score"],
        band=Band(now["band"]),
        overrides=tuple(now["overrides"]),
        weights=tuple(
            Weight(factor.id, str(answers.get(factor.id) or ""), points.get(factor.id, 0), factor.most)
            for factor in table.factors.values()
        ),
        flags=tuple(flag for flag in table.flags if answers.get(flag)),
        changes=tuple(_changes(file, roster.organisation)),
        review=review_of(file),
    )


def _changes(file: CaseFile, organisation: Organisation) -> list[Change]:
    band, answers = Band(file.report["risk"]["band"]), answers_as_filed(file, organisation)
    known = [*load_weights(Sum.RISK).answer_ids]
    found = []
    for paper in file.papers(ASSESSMENT):
        content = paper.content
        after, given = Band(content["risk"]["band"]), dict(content.get("answers", answers))
        differ = {
            key: (str(answers.get(key) or ""), str(given.get(key) or ""))
            for key in sorted(known)
            if (answers.get(key) or "") != (given.get(key) or "")
        }
        by_hand = Sum.RISK.value in content.get("by_hand", ())
        reviewed = bool(content.get(REVIEWED))
        if differ or after is not band or by_hand or reviewed or content.get(STEP):
            found.append(
                Change(
                    by=paper.author,
                    day=paper.date,
                    before=band,
                    after=after,
                    answers=differ,
                    by_hand=by_hand,
                    panel=after.rank < band.rank,
                    step=content.get(STEP, ""),
                    reviewed=reviewed,
                )
            )
        band, answers = after, given
    return found

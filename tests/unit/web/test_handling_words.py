"""Every value of the catalogues and of the sums has words: no page shows a bare code."""

from __future__ import annotations

from intake.catalogues import CatalogueName, Detail, Imposer, load_catalogue
from intake.scoring import Sum, load_weights
from triage.casework.address import Manner
from triage.web import handling_words


def test_every_code_of_the_catalogues_has_words() -> None:
    for name, words in (
        (CatalogueName.GRADES, handling_words.GRADES),
        (CatalogueName.OUTCOMES, handling_words.OUTCOMES),
        (CatalogueName.ACCOUNTABILITY, handling_words.CAUSES),
    ):
        assert set(load_catalogue(name).entries) == set(words)
    assert set(handling_words.IMPOSERS) == set(Imposer)
    assert set(handling_words.DETAILS) == set(Detail) - {Detail.EVIDENCE}
    assert set(handling_words.MANNERS) == set(Manner)


def test_every_answer_of_both_sums_has_words() -> None:
    for which in Sum:
        weights = load_weights(which)
        for factor in weights.factors.values():
            assert factor.id in handling_words.FACTORS
            if factor.id != "D1":
                assert set(factor.points) <= set(handling_words.TOKENS[factor.id]), factor.id
        assert set(weights.flags) <= set(handling_words.FACTORS)
        assert {override.code for override in weights.overrides} <= set(handling_words.OVERRIDES)
    assert set(handling_words.SUMS) == set(Sum)

"""The two sums of the protection model: risk of retaliation, and severity of the matter. Weights are versioned data.

Silence is unknown, never safe. Nothing here knows who answered, or a case.
"""

from __future__ import annotations

from intake.scoring.answers import Answers, BrokenAnswersError, answers_from, load_answers
from intake.scoring.sums import Score, explain_score, heavier, risk, severity
from intake.scoring.weights import Sum, Weights, load_weights

__all__ = [
    "Answers",
    "BrokenAnswersError",
    "Score",
    "Sum",
    "Weights",
    "answers_from",
    "explain_score",
    "heavier",
    "load_answers",
    "load_weights",
    "risk",
    "severity",
]

"""Which office receives a report, who is excluded, which clocks run. A pure function of organisation, facts and calendar.

It runs in the portal's memory before any person has seen the report, and again whenever facts change. No storage, no HTTP.
"""

from __future__ import annotations

from intake.organisation.names import same_name
from intake.routing.accused import Accused, accused_of
from intake.routing.climb import Bounds, unfit
from intake.routing.clocks import contact_period
from intake.routing.decide import decide
from intake.routing.decision import Decision, addressees, first_recipients
from intake.routing.derive import POST_WEIGHT, UNIT_WEIGHT, added_weights, derived_answers
from intake.routing.exclusion import Cause, counts_on
from intake.routing.explain import explain
from intake.routing.facts import PORTAL, Described, Facts, Kind, Prior
from intake.routing.facts_reader import BrokenFactsError, facts_from, load_facts
from intake.routing.ladder import (
    Involved,
    Rung,
    Way,
    next_opening,
    opening,
    review_clocks,
    rungs,
    underlying,
)
from intake.routing.names import identify, near_names
from intake.routing.notify import Notice, level_above
from intake.routing.reasons import Reason
from intake.routing.weight import Priority

__all__ = [
    "PORTAL",
    "POST_WEIGHT",
    "UNIT_WEIGHT",
    "Accused",
    "Bounds",
    "BrokenFactsError",
    "Cause",
    "Decision",
    "Described",
    "Facts",
    "Involved",
    "Kind",
    "Notice",
    "Prior",
    "Priority",
    "Reason",
    "Rung",
    "Way",
    "accused_of",
    "added_weights",
    "addressees",
    "contact_period",
    "counts_on",
    "decide",
    "derived_answers",
    "explain",
    "facts_from",
    "first_recipients",
    "identify",
    "level_above",
    "load_facts",
    "near_names",
    "next_opening",
    "opening",
    "review_clocks",
    "rungs",
    "same_name",
    "underlying",
    "unfit",
]

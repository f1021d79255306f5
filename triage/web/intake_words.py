"""The words for what a person brings, how pressing it is, and what is known of it. Values travel; words are chosen here."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

_ = lazy_gettext

INTAKES: Mapping[str, LazyString] = {
    "report": _("report"),
    "harmed": _("it happened to the reporter"),
    "concern": _("concern, not yet a breach"),
    "suggestion": _("suggestion"),
}

PARTS: Mapping[str, LazyString] = {
    "what": _("what happened"),
    "who": _("who"),
    "when": _("when"),
    "where": _("where"),
    "how_known": _("how it is known"),
    "evidence": _("proof"),
}

STAGES: Mapping[str, LazyString] = {"planned": _("planned"), "ongoing": _("still going on")}
"""The stages that press."""

CATEGORIES: Mapping[str, LazyString] = {
    "corruption": _("Corruption"),
    "fraud": _("Fraud"),
    "procurement": _("Procurement"),
    "abuse": _("Abuse of power"),
    "safety": _("Safety"),
    "environment": _("Environment"),
    "data": _("Personal data"),
    "discrimination": _("Discrimination"),
    "hr_grievance": _("Work grievance"),
    "private_dispute": _("Private dispute"),
    "court_ruling": _("Court ruling"),
    "other": _("Other"),
}

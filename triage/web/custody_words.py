"""The words about names left in confidence: what is asked, on what ground, what came of it, why something is refused."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from triage.casework.refusals import Reason

_ = lazy_gettext

EVENTS: Mapping[str, LazyString] = {
    "sought": _("Two custodians are asked to open what they keep"),
    "tried": _("Sought the identity outside of the rules; nothing was given"),
    "peeled": _("The first custodian agreed"),
    "unsealed": _("The second custodian agreed, and opened it"),
    "withheld": _("A custodian did not open it"),
}

GROUNDS: Mapping[str, LazyString] = {
    "consent": _("The reporter agreed to it, in writing"),
    "danger": _("Somebody's life or health is in danger"),
    "court_order": _("A court ordered it"),
    "legal_duty": _("A law demands it for this examination, and it is in proportion"),
    "defence": _("The person reported cannot defend themselves without it"),
}
"""As `intake/data/catalogues/grounds.json` lists them."""

ENDS: Mapping[str, LazyString] = {
    "opened": _("Opened"),
    "refused": _("Not opened: a custodian refused, or it did not open"),
    "replaced": _("Two others were asked"),
    "overtaken": _("The reporter left another name, or took it back"),
    "lapsed": _("Nobody answered in time"),
}

DID: Mapping[str, LazyString] = {
    "agreed": _("You agreed, as the first custodian"),
    "opened": _("You agreed, as the second custodian, and it was opened"),
    "refused": _("You refused"),
    "altered": _("It did not open: what was kept, or what was asked, was altered"),
    "tried": _("You tried before the day on which it may be opened. That is recorded."),
}

TOLD: Mapping[str, LazyString] = {
    "sought": _("A panel agreed to ask two custodians."),
    "tried": _("Somebody sought it outside of the rules. Nothing was given."),
    "opened": _("Two custodians opened it, for the one officer who had asked."),
    "refused": _("A custodian refused."),
    "altered": _("It did not open: what was kept, or what was asked, was altered."),
}
"""What a notice to the level above says."""

REFUSALS: Mapping[Reason, LazyString] = {
    Reason.NO_NAME: _("The reporter left no name here, or took it back. That you asked is recorded."),
    Reason.NO_ORIGINAL: _("No untouched original of this file is kept in this case."),
    Reason.SOUGHT_ALREADY: _(
        "Two custodians have a request of this case before them. Wait for their answer."
    ),
    Reason.NO_CUSTODIANS: _(
        "Fewer than two custodians are left who may open it. The reporter sees that, and can leave the name again."
    ),
    Reason.NAME_ALTERED: _("What is stored is not what the reporter left. Tell the operator."),
    Reason.UNTOLD_NEEDS_REASON: _("Write what would be endangered if the reporter were told before."),
    Reason.TOO_EARLY: _("The reporter can still object. Nobody opens it before the day given."),
    Reason.REQUEST_OVER: _(
        "This request is over: it was answered, or taken back, or its last day has passed."
    ),
    Reason.UNKNOWN_GROUND: _("Choose the ground on which you agree."),
    Reason.NO_CUSTODIAN: _("You hold this case, or have the duty no more: you are no custodian of it."),
    Reason.OTHER_GONE: _(
        "The other custodian, or whoever asked, is there no more. The office has to ask again."
    ),
}

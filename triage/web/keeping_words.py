"""The words about keeping and deleting cases: why something is refused, what the case page and the list say."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from triage.casework.refusals import Reason

_ = lazy_gettext

EVENTS: Mapping[str, LazyString] = {
    "objected": _("The reporter objected: to an early deletion, or to an opening"),
    "deleted": _("The case was deleted"),
}

CLOCKS: Mapping[str, LazyString] = {"kept_until": _("Kept until")}

REFUSALS: Mapping[Reason, LazyString] = {
    Reason.NOT_HELD: _("No legal hold stands in this case."),
    Reason.IS_HELD: _("A legal hold stands: nothing is deleted before a panel ends it."),
    Reason.NOT_REFUSED: _("Only a case that was closed, or refused, can be deleted early."),
    Reason.PROCEDURE_BEGAN: _("Somebody began to address this matter: it is kept for its whole time."),
    Reason.REPORTER_OBJECTED: _(
        "The reporter does not want it deleted early, or wrote since that was decided."
    ),
    Reason.GOES_TOGETHER: _(
        "It is kept as long as the cases that it was split from, split into or joined with: none of them is deleted early."
    ),
    Reason.DELETION_DECIDED: _("Its early deletion was decided already."),
}

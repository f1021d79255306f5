"""The words of a case about retaliation: what was done, whether it is presumed, who is asked to justify it."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from intake.protection.presumption import Finding
from intake.protection.superior import Above
from triage.casework.refusals import Reason

_ = lazy_gettext

EVENTS: Mapping[str, LazyString] = {
    "detriment": _("The reporter told of a detriment"),
    "reasons_asked": _("Asked for a justification"),
    "reasons_given": _("Recorded the justification that came"),
    "unanswered": _("No justification came in time: adverse entry"),
}

CLOCKS: Mapping[str, LazyString] = {"justification": _("Justification asked of another place")}

REFUSALS: Mapping[Reason, LazyString] = {
    Reason.RETALIATION_STAYS: _(
        "What was done to a reporter is always looked into, in a case of its own: it is neither refused nor handled elsewhere."
    ),
    Reason.NO_RETALIATION: _("This case is not about retaliation."),
    Reason.NOT_INVESTIGATED: _(
        "What was done to a reporter is not decided on letters alone. Address it by a verification or an investigation first."
    ),
    Reason.REMEDY_MISSING: _(
        "Something was found out: say what is put right, who sees to it, and until when. Each is checked by another person."
    ),
    Reason.UNKNOWN_REQUEST: _("Choose from the list. What was answered already is not answered again."),
    Reason.ASKED_BEFORE: _("You asked about this already. Wait until the answer is due."),
}

PRESUMED: Mapping[Finding, LazyString] = {
    Finding.PRESUMED: _("presumed to be because of the report: the other side has to prove that it was not"),
    Finding.BEFORE: _("not presumed: it happened before the report"),
    Finding.NO_DAY: _("not presumed: the day is not known. Ask the reporter for it"),
    Finding.TOO_LATE: _("not presumed: the time after the report is over"),
}

WHY: Mapping[Above, LazyString] = {
    Above.OFFICE_ABOVE: _("the office above the one in which this person works"),
    Above.AUTHORITY_OF_PLACE: _("the authority of the area, which stands above this place"),
    Above.AUTHORITY_ABOVE: _(
        "the authority of the area above, because this person belongs to the one of the place"
    ),
    Above.EXTERNAL: _("nobody here stands above this person, so it is the external recipient"),
}

STAGES: Mapping[str, LazyString] = {
    "threat": _("threatened or announced"),
    "attempt": _("tried, without success"),
    "done": _("done"),
}

VICTIMS: Mapping[str, LazyString] = {
    "reporter": _("the reporter"),
    "facilitator": _("somebody who helped the reporter"),
    "relative": _("a relative of the reporter"),
    "colleague": _("a colleague of the reporter"),
    "suspected": _("somebody wrongly taken for the reporter"),
}

MANNERS: Mapping[str, LazyString] = {
    "act": _("something done"),
    "omission": _("something left out"),
    "direct": _("by the person named"),
    "indirect": _("through others"),
}

LETTER = _("""To: %(to)s

We look into whether somebody was put at a disadvantage because of a report. Under the law (Directive (EU) 2019/1937,
article 21(5)) it is for the side that took a measure to prove that it had other reasons.

Please justify in writing, with the papers that show it, every measure of this kind that was taken or prepared%(period)s:

%(what)s

For each: who decided it, when, on what grounds, and whether others in the same position were treated in the same way.

Please answer by %(due)s. If no answer comes by then, that is recorded and counts against the side that took the measure.

Nobody may try to find out who made a report. Attempts to do so are recorded.""")
"""It names no person and no single day: whoever reads it must not learn from it who reported."""
PERIOD = _(" between %(first)s and %(last)s")

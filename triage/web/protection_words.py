"""The words for the officers' side of protecting the reporter. Values travel; words are chosen per reader, here."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from triage.casework.refusals import Reason

_ = lazy_gettext

CLUES: Mapping[str, LazyString] = {
    "officer": _("an officer's name"),
    "subject": _("somebody who is reported"),
    "path": _("a place on a computer"),
    "address": _("an e-mail address"),
    "phone": _("a telephone number"),
    "case": _("an internal case number"),
    "quote": _("the reporter's own words"),
}
"""What a text for the reporter may give away."""

STEPS: Mapping[str, LazyString] = {
    "hearing": _("before the person reported is told or heard"),
    "findings": _("before a conclusion is proposed, or the matter is referred"),
    "external": _("before the report goes to another office"),
}

STEP_LINKS: Mapping[str, LazyString] = {
    "hearing": _("Weigh the risk, then hear the person"),
    "findings": _("Weigh the risk, then conclude"),
    "external": _("Weigh the risk, then transfer"),
}

REFUSALS: Mapping[Reason, LazyString] = {
    Reason.WEIGH_BEFORE_HEARING: _(
        "First weigh the reporter's risk again, for this step: once somebody is told or heard, they may guess who spoke."
    ),
    Reason.WEIGH_BEFORE_FINDINGS: _(
        "First weigh the reporter's risk again, for this step: what is found, or not found, may turn somebody against them."
    ),
    Reason.WEIGH_BEFORE_EXTERNAL: _(
        "First weigh the reporter's risk again, for this step: more people will know of the report."
    ),
    Reason.ALREADY_ANSWERED: _("Somebody has answered this already."),
    Reason.SMALL_CIRCLE: _(
        "So few people could know of this that the step may point at the reporter. Say what you do about it: it is asked below."
    ),
    Reason.NOTHING_TO_REVIEW: _(
        "The reporter did not say that they feel unsafe: there is nothing to mark as looked at."
    ),
}

FEW: Mapping[str, LazyString] = {
    "only_me": _("Only the reporter could know these facts."),
    "2_to_4": _("Only 2 to 4 people could know these facts."),
    "unknown": _("Nobody knows how many people could know these facts. It may be very few."),
}

CIRCLE: Mapping[str, LazyString] = {
    "wider": _(
        "We go wider: we ask about the whole period, about all units, or about a sample drawn by lot, so that the question"
        " points at nobody"
    ),
    "anyway": _("We go on all the same, and write down why"),
}

CIRCLE_DONE: Mapping[str, LazyString] = {
    "wider": _("Few could know of it, so this went wider."),
    "anyway": _("Few could know of it; this went on all the same."),
}

CLOCKS: Mapping[str, LazyString] = {
    "not_back": _("The day that the reporter gave"),
    "silent_since": _("Silent since"),
}
"""Days that notices about a reporter's safety tell."""

TAPS: Mapping[str, LazyString] = {
    "safe": _("I am safe"),
    "changed": _("Something changed"),
    "unsafe": _("I am not safe"),
}
"""What a reporter taps, as the reporter's own page says it."""

DATE_LABELS: Mapping[str, LazyString] = {
    "contract": _("a contract ends"),
    "probation": _("a time on probation ends"),
    "permit": _("a permit or a licence ends"),
    "rating": _("their work is rated"),
    "hearing": _("a hearing, or a talk about them"),
    "move": _("they are moved"),
    "leave": _("they go on leave, or come back from it"),
    "other": _("something else"),
}

PROMISES: Mapping[str, LazyString] = {
    "": _("Took back what was to happen if they do not come back"),
    "escalate": _("If they do not come back, the level above and the protection contact are told"),
    "release": _("If they do not come back, a text that they left sealed is given to whoever has the case"),
}

HINTS: Mapping[str, LazyString] = {
    "C2": _(
        "Only an officer can answer this: yes where retaliation was established in this unit, or suspected twice or more, in"
        " the last 36 months. Look through the cases of your office; the office above sees those of the others."
    ),
    "D2": _(
        "Only an officer can answer this. Where you weigh the risk for a step, the answer is yes by itself."
    ),
}
"""What only an officer can know, and where to look for it."""

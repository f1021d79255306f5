"""The words for decisions: what is proposed and why, how somebody votes, how a proposal ended."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

_ = lazy_gettext

DECISIONS: Mapping[str, LazyString] = {
    "close": _("Conclude the matter"),
    "refuse": _("Not for this office: tell the reporter where it belongs"),
    "extend": _("More time for the feedback"),
    "lower": _("Lower the severity or the risk"),
    "transfer": _("Give the case to another office"),
    "split": _("Make a part of the report a case of its own"),
    "merge": _("Handle it together with another case"),
}

REASON_CODES: Mapping[str, LazyString] = {
    "examined": _("Everything that could be examined was examined"),
    "settled": _("The matter was put right"),
    "no_evidence_left": _("No further evidence can be had"),
    "other_authority": _("Another authority is responsible"),
    "no_breach": _("What is reported would be no breach"),
    "personal_dispute": _("It is a dispute between the reporter and somebody else"),
    "court_matter": _("A court decides on this"),
    "decided_before": _("The same matter was decided before, and nothing is new"),
    "evidence_awaited": _("Evidence is on its way"),
    "many_involved": _("Many people have to be heard"),
    "other_procedure": _("Another procedure has to end first"),
    "protection_first": _("The reporter has to be protected first"),
    "new_facts": _("New facts make it less grave"),
    "risk_ended": _("The risk has ended"),
    "answered_by_mistake": _("A question was answered by mistake"),
    "too_close": _("This office is too close to the people involved"),
    "wider_matter": _("The matter reaches beyond this office's region"),
    "means_missing": _("This office lacks the people or the means"),
    "nearer_to_the_place": _("Another office that the rules allow is nearer to the place"),
    "separate_matters": _("The matters have little to do with each other"),
    "separate_people": _("The people reported have little to do with each other"),
    "ready_apart": _("One part can be decided sooner than the other"),
    "known_matter": _("Both tell of the same matter"),
    "shared_evidence": _("The same evidence speaks to both"),
    "one_examination": _("Two examinations would harm each other"),
}

VOTES: Mapping[str, LazyString] = {
    "agree": _("I agree"),
    "reject": _("I reject it"),
    "abstain": _("I have a tie to this case: I leave it, and somebody else takes my seat"),
}

VOTED: Mapping[str, LazyString] = {
    "agree": _("agreed"),
    "reject": _("rejected it"),
    "abstain": _("left because of a tie"),
}

ENDS: Mapping[str, LazyString] = {
    "decided": _("Everybody agreed: it was carried out."),
    "rejected": _("Stopped: a member of the panel rejected it. The level above was told."),
    "withdrawn": _("Taken back by whoever proposed it."),
    "left": _("Stopped: whoever proposed it left the case."),
    "moved": _("Stopped: another office has the case since."),
    "panel_out_of_reach": _("Stopped: a seat was empty and nobody was left to fill it."),
    "stopped": _("Stopped: it no longer fitted the case."),
}

SUMS: Mapping[str, LazyString] = {"severity": _("Severity of the matter"), "risk": _("Risk of retaliation")}

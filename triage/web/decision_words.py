"""The words for decisions: why this office, what is proposed and why, how somebody votes, how a proposal ended."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from triage.web.custody_words import GROUNDS

_ = lazy_gettext

DECISIONS: Mapping[str, LazyString] = {
    "close": _("Conclude the matter"),
    "refuse": _("Not for this office: tell the reporter where it belongs"),
    "extend": _("More time for the feedback"),
    "lower": _("Lower the severity or the risk"),
    "transfer": _("Give the case to another office"),
    "split": _("Make a part of the report a case of its own"),
    "hold": _("Legal hold: keep the case whatever its time says"),
    "end_hold": _("End the legal hold"),
    "delete_early": _("Delete the case early"),
    "merge": _("Handle it together with another case"),
    "disclose": _("Ask two custodians to open the reporter's name, or an original file"),
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
    "court_case": _("A court needs it, or may need it"),
    "authority_asks": _("An authority asked in writing that it be kept"),
    "claim_expected": _("Somebody may claim damages"),
    "reporter_asks": _("The reporter asks for it"),
    "no_longer_needed": _("Nobody needs it any more"),
    "claim_settled": _("The claim was settled, or was dropped"),
    "called_by_mistake": _("The hold was called by mistake"),
    "not_for_us": _("It was not for this office, and was passed on to nobody here"),
    "no_matter": _("It reports nothing that could be examined"),
    "sent_by_mistake": _("It was sent by mistake"),
    "known_matter": _("Both tell of the same matter"),
    "shared_evidence": _("The same evidence speaks to both"),
    "one_examination": _("Two examinations would harm each other"),
    **GROUNDS,
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

ROUTING: Mapping[str, LazyString] = {
    "F-HO": _(
        "A member of a handling office is accused: the office above that one is the lowest that may handle it."
    ),
    "F-LEAD": _(
        "A leader of an authority is accused: the office of the region above is the lowest that may handle it."
    ),
    "F-BASE": _("The office of the accused body's own region is the lowest that may handle it."),
    "F-REGION": _(
        "Nobody and no body was named: the office of the stated region is the lowest that may handle it."
    ),
    "F-TEAM": _("Three or more leaders of one body are accused: it goes one office higher."),
    "F-LCA": _("Those accused belong to different places: it goes to the office above all of them."),
    "R-RETALIATION": _("It tells of retaliation: it goes to the office above both."),
    "R-SUPPRESS": _("It complains of how a report was handled: it goes to the office above."),
    "R-REVIEW": _("A review was asked for: it goes to the office above."),
    "R-OVERDUE": _("A date was missed: it goes to the office above."),
    "D-GATE": _("The reporter is at risk and came to a higher office: it stays there."),
    "C-HEAD": _("The head of an office is excluded: it goes to the office above."),
    "C-REPORTER-UNIT": _("The reporter works in an office: it goes to the office above."),
    "C-QUORUM": _("Too few members of an office may decide: it goes to the office above."),
    "C-KEY": _("No member of an office could receive it: it goes to the office above."),
    "X-EXTERNAL": _("No office inside may handle it: it goes to the recipient outside."),
    "S-SCOPE-REVIEW": _("It may belong elsewhere: an officer decides; the software never refuses a report."),
}

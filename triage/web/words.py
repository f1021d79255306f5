"""The words for values: states, clocks, acts, answers, reasons. Values travel; words are chosen per reader, here.

A value that has no words yet is shown as it is: an unknown code must not make a page fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from triage.casework.refusals import Reason
from triage.web import (
    custody_words,
    evidence_words,
    keeping_words,
    measure_words,
    protection_words,
    retaliation_words,
)
from triage.web.intake_words import CATEGORIES as CATEGORIES  # noqa: PLC0414 - with the other words
from triage.web.intake_words import INTAKES

_ = lazy_gettext

STATES: Mapping[str, LazyString] = {
    "received": _("Received"),
    "acknowledged": _("Acknowledged"),
    "assessed": _("Assessed"),
    "addressing": _("Being addressed"),
    "concluded": _("Concluded"),
    "closed": _("Closed"),
    "redirected": _("Redirected"),
    "reopened": _("Reopened"),
}

CLOCKS: Mapping[str, LazyString] = {
    "ack_due": _("Acknowledge"),
    "first_contact_due": _("First contact"),
    "accept_due": _("Accept or refuse"),
    "feedback_due": _("Feedback to the reporter"),
    "forward_due": _("Forward"),
    "review_due": _("Review"),
    "result_due": _("Tell the result"),
    "close_due": _("Close the case"),
    "held_until": _("Held until"),
    "tie": _("Declare a tie before the first case"),
    "progress_due": _("Progress note for the level above"),
    "inspection": _("Result of an inspection"),
    "yearly": _("Paper of the year"),
    "pressed": _("Answer to an officer under pressure"),
    "panel_due": _("Vote on the proposal"),
    "plan_due": _("Plan for the reporter's safety"),
    "safety_contact_due": _("Write to the reporter about their safety"),
    "first_question": _("Is it solved? First question"),
    "second_question": _("Is it solved? Second question"),
    "corrective": _("Corrective action"),
    "referral": _("Reply to a referral"),
    **keeping_words.CLOCKS,
    **retaliation_words.CLOCKS,
    **protection_words.CLOCKS,
}

CLOCK_MEANINGS: Mapping[str, LazyString] = {
    "ack_due": _("Tell the reporter that the report arrived."),
    "first_contact_due": _("Write to the reporter: somebody may be in danger."),
    "accept_due": _("Decide whether the report is for this office, and begin to address it."),
    "feedback_due": _("Conclude the matter. The reporter sees this date, too."),
    "forward_due": _("Pass the report on to the office that it is for."),
    "review_due": _("Decide on the review."),
    "result_due": _("Tell the reporter what came of it, with the reasons."),
    "close_due": _("Everything that was promised is done and checked, and the case is closed."),
    "held_until": _("Take the matter up again by then."),
    "progress_due": _("Write a note: the level above supervises this case."),
    "panel_due": _("Everybody with a seat votes; who is late can be replaced."),
    "plan_due": _("Complete the plan: a measure, or a reason, for everything that weighs heavily."),
    "safety_contact_due": _("The reporter is in great danger: write to them."),
    "first_question": _("The reporter is asked whether it is solved. Nothing to do here."),
    "second_question": _("The reporter is asked once more. Nothing to do here."),
}

SCALES: Mapping[str, LazyString] = {
    "none": _("none"),
    "low": _("low"),
    "medium": _("medium"),
    "high": _("high"),
    "critical": _("critical"),
}

ROLES: Mapping[str, LazyString] = {
    "head": _("head"),
    "team_member": _("team member"),
    "officer": _("officer"),
    "staff": _("staff"),
    "private": _("private person"),
}

TASKS: Mapping[str, LazyString] = {"handle": _("handles"), "investigate": _("investigates")}

TIES: Mapping[str, LazyString] = {
    "kin": _("a relative, or somebody I live with"),
    "business": _("business or money"),
    "worked_in": _("I work or worked there"),
    "supervisor": _("one of us is or was the other's superior"),
}

EVENTS: Mapping[str, LazyString] = {
    "filed": _("The report was filed"),
    "opened": _("Opened and read"),
    "acknowledged": _("Acknowledged"),
    "answered": _("Wrote to the reporter"),
    "written": _("The reporter wrote"),
    "recovered": _("Trustees gave the case to officers with the recovery key"),
    "noted": _("Wrote a note"),
    "assigned": _("Assigned"),
    "handed_over": _("Handed the case over"),
    "recused": _("Left the case"),
    "admitted": _("Let members of a panel in, who decide about another case as well"),
    "joined": _("Joined with another case"),
    "parted": _("Taken out again: handled by itself"),
    "separated": _("The other case went its own way: this one is handled by itself"),
    "checked_in": _("The reporter said how safe they are"),
    "promised": _("The reporter said what is to happen if they do not come back, or took it back"),
    "gave_dates": _("The reporter gave days of their own"),
    "promise_kept": _("The reporter did not come back by their day: what they wanted was done"),
    "planned": _("Completed the plan for the reporter's safety"),
    "plan_drafted": _("Wrote at the plan for the reporter's safety"),
    "safety_reviewed": _("Went through what the reporter said of their safety"),
    "contacted": _("Wrote to the reporter about their safety"),
    "looked": _("A protection contact looked at what concerns the reporter's safety"),
    "contact_called": _("Asked the protection contact to look at once"),
    "silent": _("The reporter did not answer twice: nobody knows whether they are safe"),
    "released": _("Moved to another office by the software"),
    "assessed": _("Assessed"),
    "turned": _("Took it as more than the reporter called it"),
    "addressed": _("Began to address the matter"),
    "heard": _("Told or heard the person reported"),
    "found": _("Wrote a finding"),
    "classified": _("Marked what kind of breach it is"),
    "proposed": _("Made a proposal"),
    "voted": _("Voted"),
    "seated": _("An empty seat of the panel was filled"),
    "decided": _("The panel agreed"),
    "stopped": _("A proposal was stopped"),
    "told": _("Told the reporter the result"),
    "corrected": _("Did a corrective action"),
    "checker_called": _("Asked the level above to check a corrective action"),
    "verified": _("Verified a corrective action"),
    "closed": _("Closed"),
    "reopened": _("Reopened"),
    "transferred": _("Moved to another office by a panel"),
    "split": _("A part of the report became a case of its own"),
    "split_off": _("Split off from another case by a panel"),
    "missed": _("A date was missed; the level above was told"),
    "neglected": _("Read and not acted on; the level above was told"),
    "supervised": _("The level above wants notes of the progress"),
    "review_asked": _("The reporter asked for a review"),
    "complained": _("The reporter complained about the handling"),
    "named": _("The reporter named somebody who must not read this"),
    "replied": _("The reporter said whether it is solved"),
    **keeping_words.EVENTS,
    **retaliation_words.EVENTS,
    **evidence_words.EVENTS,
    **custody_words.EVENTS,
}

QUESTIONS: Mapping[str, LazyString] = {
    "intake": _("Brought as"),
    "when": _("When"),
    "where": _("Where"),
    "stage": _("Planned, going on, or over"),
    "how_known": _("How the reporter knows"),
    "category": _("Kind of matter"),
    "harm": _("Harm"),
    "scale": _("How many are affected"),
    "recurrence": _("How often"),
    "perishable": _("Could evidence be lost"),
    "victims": _("Who is harmed"),
    "body_find": _("Body searched for"),
    "unit_find": _("Office searched for"),
    "region": _("Where it belongs"),
    "reporter_unit": _("Office the reporter works in"),
    "involved": _("Officers who are involved or saw it"),
    "a1": _("Who knows or guesses who reported"),
    "a2": _("How many people could know this"),
    "a3": _("Raised before"),
    "a4": _("Evidence that only the reporter holds"),
    "b1": _("Power over the reporter"),
    "b2": _("Highest post of a person reported"),
    "b3": _("How many are reported"),
    "c1": _("Harm to the reporter so far"),
    "c2": _("Earlier retaliation in the unit"),
    "c3": _("Earlier conflict with a person reported"),
    "d1": _("Severity of the matter"),
    "d2": _("Something is about to happen in the case"),
    "e1": _("The reporter's employment"),
    "e2": _("Special vulnerability"),
    "e3": _("Somebody to lean on"),
    "imminent_danger": _("Somebody is in danger now"),
    "threat_of_violence": _("Violence was threatened"),
    "not_safe": _("The reporter does not feel safe"),
    "consent_refer_down": _("May be handled nearer to the place"),
}

ANSWERS: Mapping[str, Mapping[str, LazyString]] = {
    "intake": INTAKES,
    "stage": {"planned": _("planned"), "ongoing": _("going on"), "past": _("over")},
    "how_known": {
        "saw": _("saw it"), "heard": _("heard of it"), "documents": _("from documents"), "other": _("another way"),
    },
    "category": CATEGORIES,
    "harm": {
        "none": _("none"), "financial": _("money"), "rights": _("rights or abuse"), "health": _("health or safety"),
        "life": _("serious injury or death possible"),
    },
    "scale": {"unknown": _("not known"), "small": _("a few"), "medium": _("many"), "large": _("very many")},
    "recurrence": {"once": _("once"), "repeated": _("several times"), "ongoing": _("all the time")},
    "perishable": {"no": _("no"), "weeks": _("within weeks"), "days": _("within days")},
    "victims": {"none": _("nobody"), "ordinary": _("people"), "vulnerable": _("people who need protection")},
    "a1": {
        "nobody": _("nobody"), "officers": _("officers of the office"), "others": _("others in the unit"),
        "suspected": _("a person reported suspects it"), "known": _("a person reported knows it"),
    },
    "a2": {
        "over_15": _("more than 15"), "5_to_15": _("5 to 15"), "unknown": _("not known"), "2_to_4": _("2 to 4"),
        "only_me": _("only the reporter"),
    },
    "a3": {"no": _("no"), "others": _("to others"), "subject": _("to a person reported")},
    "b1": {
        "none": _("none"), "unknown": _("not known"), "peer": _("a colleague"), "contract": _("contract or licence"),
        "higher": _("higher in the chain"), "line": _("direct superior"),
    },
    "c1": {"none": _("none"), "signs": _("warning signs"), "threat": _("a threat"), "actual": _("actual harm")},
    "e1": {
        "outside": _("not employed there"), "ordinary": _("ordinary"), "temporary": _("temporary or on probation"),
        "permit": _("depends on a permit or licence"),
    },
    "e3": {"has": _("yes"), "none": _("nobody")},
}  # fmt: skip

_YES_NO: Mapping[str, LazyString] = {"yes": _("yes"), "no": _("no")}

REFUSALS: Mapping[Reason, LazyString] = {
    **keeping_words.REFUSALS,
    **custody_words.REFUSALS,
    **retaliation_words.REFUSALS,
    **evidence_words.REFUSALS,
    **measure_words.REFUSALS,
    Reason.NEEDS_TRIAGE: _("Only a triage officer of this case does that. You can write a note for them."),
    Reason.NEEDS_TASK: _("Only triage officers and whoever has a task in this case do that. You can write a note for them."),
    Reason.ALREADY_ACKNOWLEDGED: _("The report was acknowledged already. You can write to the reporter instead."),
    Reason.CASE_IS_OVER: _("The case is over. That can no longer be done."),
    Reason.CHANGED_MEANWHILE: _(
        "Somebody else acted on this case since you opened the page. Nothing of yours was sent. Read what is new below,"
        " then send yours again if it still fits."
    ),
    Reason.ALREADY_ASSIGNED: _("This person has that task already. Choose somebody else or another task."),
    Reason.NOBODY_ELSE: _(
        "Nobody is left who could take the case over, so leaving would make it unreadable. Ask the office above to certify an"
        " officer, then try again."
    ),
    Reason.EMPTY_TEXT: _("Write something first."),
    Reason.TEXT_TOO_LONG: _("The text is longer than 20,000 characters. Shorten it, or send it in parts."),
    Reason.NOT_ELIGIBLE: _("Choose one of the people in the list."),
    Reason.UNKNOWN_TASK: _("Choose what the person is to do."),
    Reason.TRIED_TRIAGE: _("Whoever did the triage of a case does not investigate it. Choose somebody else, or another task."),
    Reason.QUERY_TOO_SHORT: _("Type at least three letters to search for."),
    Reason.UNKNOWN_TARGET: _("Choose whom the tie is to from the list; search again if the list is gone."),
    Reason.UNKNOWN_TIE: _("Choose what the tie is."),
    Reason.TOO_MANY_TIES: _("No more ties can be declared here. Tell the office above."),
    Reason.NEEDS_ASSIGNMENT: _("Only whoever has a task in this case does that. You can write a note for them."),
    Reason.NEEDS_INVESTIGATOR: _("Only the investigator of this case does that. You can write a note for them."),
    Reason.ANOTHER_PART: _(
        "Nobody does the triage, investigates and decides in the same case, and you already did one of these. Leave it to a"
        " colleague."
    ),
    Reason.NOT_ASSESSABLE: _("Acknowledge the report first, or reopen the case."),
    Reason.NOT_ADDRESSABLE: _("Assess the report first; a case that is over has to be reopened."),
    Reason.NOT_ADDRESSING: _("That belongs to the time in which the matter is being addressed."),
    Reason.NOT_REFUSABLE: _("A report is sent elsewhere before it is addressed, and after it was acknowledged."),
    Reason.NOT_CONCLUDED: _("That comes after the conclusion."),
    Reason.CASE_IS_OPEN: _("The case is open."),
    Reason.RESULT_NOT_TOLD: _("Tell the reporter the result, with its reasons, first."),
    Reason.NOT_FINAL: _("The level above may still call this conclusion up. Wait for the date under Clocks."),
    Reason.CORRECTIONS_OPEN: _("A corrective action is not verified yet. Another person has to check each one first."),
    Reason.PROPOSAL_OPEN: _("A panel is deciding on a proposal in this case. Wait until it has."),
    Reason.NO_PROPOSAL: _("This proposal was decided already, or there is none."),
    Reason.NO_SEAT: _("You are not a member of the panel that decides on this."),
    Reason.ALREADY_VOTED: _("You have voted on this already."),
    Reason.HEAD_VOTES_LAST: _("The head of an office votes last, so that nobody votes to please. Wait for the others."),
    Reason.PROPOSER_DOES_NOT_VOTE: _("You proposed this: the others vote."),
    Reason.PANEL_OUT_OF_REACH: _(
        "Not enough people may decide on this, here and in all offices above. Ask the office above to certify officers."
    ),
    Reason.NOT_PROPOSER: _("Only whoever made this proposal takes it back."),
    Reason.NO_EMPTY_SEAT: _("No seat of this panel is empty."),
    Reason.UNKNOWN_VOTE: _("Choose how you vote."),
    Reason.UNKNOWN_DECISION: _("Choose what you propose."),
    Reason.UNKNOWN_REASON: _("Choose a reason from the list, and say it in your own words as well."),
    Reason.UNKNOWN_MANNER: _("Choose how the matter is addressed."),
    Reason.UNKNOWN_STATE: _("A case cannot go from where it is to there."),
    Reason.UNKNOWN_ANSWER: _("Choose one of the answers in the list for each question."),
    Reason.UNKNOWN_TURN: _("It can only become more than the reporter called it. Choose from the list."),
    Reason.UNKNOWN_GRADE: _("Choose how well the finding is proved."),
    Reason.UNKNOWN_ALLEGATION: _("Say which allegation this is about."),
    Reason.UNKNOWN_CODE: _("Choose from the lists."),
    Reason.NOT_CLASSIFIABLE: _("Acknowledge the report first, or reopen the case."),
    Reason.UNKNOWN_OUTCOME: _("Choose outcomes from the list."),
    Reason.INCOMPLETE_FORM: _("Some questions have no answer yet. Each is needed; they are marked below."),
    Reason.CONTRADICTION: _("Two answers contradict each other: \"none\", and something. Take one of them back."),
    Reason.NO_FINDING: _("Write a finding on each allegation first."),
    Reason.FALSE_NEEDS_EVIDENCE: _("That somebody reported what they knew to be false has to be proved. Say by what."),
    Reason.DATE_IN_THE_PAST: _("This date is over. Choose one that is to come."),
    Reason.DATE_TOO_LATE: _("This date is later than the rules allow."),
    Reason.DATE_NOT_LATER: _("This date is not later than the one that counts now."),
    Reason.NOT_A_DATE: _("Write the date as year-month-day, for example 2026-03-31."),
    Reason.NOT_LOWER: _("Nothing would become lower. To raise it, assess the report again: that needs nobody else."),
    Reason.BELOW_THE_LEAST: _(
        "One of the answers alone asks for a higher level, for example a threat or a danger. If that answer is no longer true,"
        " assess the report again first."
    ),
    Reason.LOWERING_TAKES_A_PANEL: _("This would lower the severity or the risk. Propose it: a second person has to agree."),
    Reason.NOT_SPLITTABLE: _("A report is split after it was acknowledged and before it is decided."),
    Reason.ONE_STAYS_ONE_GOES: _("Choose what becomes a case of its own: at least one matter, and at least one has to stay."),
    Reason.COMPLAINT_WAITS: _("The reporter complained. The report stays whole until the office above has it."),
    Reason.OFFICE_NOT_ALLOWED: _("The case cannot go to this office. Choose one from the list."),
    Reason.EXTENDED_ALREADY: _("The time for the feedback was extended already. It is extended once."),
    Reason.OWN_CORRECTION: _("You did this yourself: another person has to check it."),
    Reason.COLLEAGUE_CAN_CHECK: _("Somebody of this office can check it: assign the case to them, or ask them."),
    Reason.NOBODY_TO_CHECK: _(
        "Nobody above may look at this case to check it. Ask the office above to certify somebody, here or there."
    ),
    Reason.UNKNOWN_CORRECTION: _("Choose one of the corrective actions of this case."),
    Reason.HANDLED_ELSEWHERE: _("The matter is handled in the case that leads this one. Do it there."),
    Reason.JOINED_BEFORE: _("A case that was handled together with another one is not split any more."),
    Reason.NOT_JOINED: _("This case is handled by itself already."),
    Reason.NOT_JOINABLE: _("This case cannot be handled together with that one. Choose one from the list."),
    Reason.LEADER_OPEN: _(
        "The matter is handled in another case, which is not concluded yet. Conclude that one first, or take this one out."
    ),
    Reason.NOBODY_ABOVE: _(
        "The level above has to be told of this, and nobody there can be reached. Ask it to certify an officer, then try again."
    ),
    Reason.LOOK_AGAIN: _(
        "Please look at your text once more: it may say something that the reporter should not read. What it is stands below."
        " If it is right as it is, send it again."
    ),
    Reason.DATE_TO_COME: _("This day has not come yet. Write the day on which it happened."),
    Reason.NOT_A_NUMBER: _("Give each goal a whole number, with no more than 100 in 100."),
    Reason.NOT_INSPECTED: _("Choose one of the offices in the list."),
    Reason.SHORTER: _("The text is longer than 1,000 characters. Shorten it."),
    Reason.NO_CASE_CHOSEN: _("Choose at least one case: tick the box in front of it."),
    Reason.TOO_MANY_CASES: _("That is more than one page of cases. Do it page by page."),
    Reason.TOO_LATE: _("The time for this is over."),
    Reason.NOT_ABOVE: _("Only the office above may do this."),
    Reason.NOTHING_MISSED: _("No date was missed in this case."),
    Reason.ALREADY_ASKED: _("You have asked for this already. It is on its way."),
    **protection_words.REFUSALS,
}  # fmt: skip


TO_DO: Mapping[str, LazyString] = {"handle": _("to handle it"), "investigate": _("to investigate it")}

FILTERS: Mapping[str, LazyString] = {
    "state": _("State"),
    "due": _("Due"),
    "whose": _("With"),
    "priority": _("Priority"),
    "intake": _("Brought as"),
}

FILTER_VALUES: Mapping[str, Mapping[str, LazyString]] = {
    "state": STATES,
    "due": {"late": _("late"), "today": _("today"), "week": _("within 7 days")},
    "whose": {"mine": _("me"), "nobody": _("nobody")},
    "priority": {},
    "intake": INTAKES,
}

CLUES = protection_words.CLUES


def clock_word(name: str) -> str:
    """The words for a clock; of some there are several, told apart by what follows the colon."""
    return word_for(name.partition(":")[0], CLOCKS)


def word_for(value: str, words: Mapping[str, LazyString]) -> str:
    """The words for a value, or the value itself."""
    return str(words.get(value, value))


def answer_word(question: str, answer: str) -> str:
    """The words for an answer of the form; free text stays as it is."""
    return word_for(answer, ANSWERS.get(question, _YES_NO))


def due_words(due: date, today: date) -> str:
    """How far away a date is: "in 3 days", "today", "2 days late"."""
    days = (due - today).days
    if days == 0:
        return str(gettext("today"))
    if days == 1:
        return str(gettext("tomorrow"))
    if days > 0:
        return str(ngettext("in %(num)d day", "in %(num)d days", days))
    return str(ngettext("%(num)d day late", "%(num)d days late", -days))

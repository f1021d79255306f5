"""The words of the oversight pages: notices, requests, obligations, figures. As `triage.web.words`: values travel, words are
chosen per reader.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext, ngettext

from intake import trends
from intake.calendar import Period, Unit
from triage.web import custody_words as custody_words  # noqa: PLC0414 - for the templates

_ = lazy_gettext

LISTS: Mapping[str, LazyString] = {
    "decide": _("To decide"),
    "told": _("Told"),
    "duties": _("My duties"),
    "answers": _("Who answers"),
    "inspections": _("Inspections"),
    "ledger": _("Missed duties"),
    "interference": _("Interference"),
    "figures": _("Figures"),
    "own": _("Our figures"),
    "upwards": _("Owed upwards"),
    "year": _("The year"),
    "mine": _("What I asked for"),
}

EMPTY: Mapping[str, LazyString] = {
    "decide": _("Nothing waits for your decision."),
    "told": _("You were told of nothing."),
    "answers": _("You were told of no case for which somebody below answers."),
    "inspections": _("There is no inspection to write and no result for you."),
    "ledger": _("You were told of no missed duty."),
    "interference": _("Nobody below recorded interference."),
    "figures": _(
        "There are no figures for you yet. They come once a month, to the offices above and to the oversight board."
    ),
    "own": _("There are no figures of your office yet. They come once a month."),
    "year": _("There is no plan of a year, and none is due from you."),
    "upwards": _("The level above waits for nothing from you."),
    "mine": _("You have asked for nothing and recorded nothing here."),
}

NOTICES: Mapping[str, LazyString] = {
    "sealed_notice": _("A case that the level above has to know of"),
    "protection_contact": _("A reporter is at risk"),
    "accountability_entry": _("A duty was missed, or the handling was complained of"),
    "overdue": _("A date passed without the act"),
    "neglected": _("A case was read and not acted on"),
    "stopped": _("A member of a panel rejected a proposal"),
    "concluded": _("A conclusion becomes final unless it is called up"),
    "alarm": _("Something is not as the record says: somebody may have meddled"),
    "takeover_asked": _("A colleague asked to take this case over; a second person is needed"),
    "interference": _("An officer recorded that somebody tried to influence a case"),
    "pressure": _("An officer is put under pressure, or fears for themselves, and is owed an answer"),
    "pressure_answered": _("Somebody answered an officer who is under pressure"),
    "corrective": _("A corrective action is overdue"),
    "check_asked": _("You are asked to check a corrective action; the case is in your list until you have"),
    "recovered": _("Trustees used the recovery key to give a case to officers"),
    "year_asked": _("A paper of the year is due"),
    "year_paper": _("A paper of an office's year"),
    "inspection": _("An inspection is to be written"),
    "inspected": _("The result of an inspection"),
    "own_figures": _("A month's figures of your office"),
    "answers": _("Somebody answers for a case from now on"),
    "hold": _("A legal hold was called: the case is kept"),
    "hold_ended": _("A legal hold ended"),
    "early_deletion": _("A panel decided to delete a case early"),
    "deleted": _("A case was deleted by the rules"),
    "identity": _("A reporter's identity was sought"),
    "not_safe": _("A reporter says: I am not safe"),
    "safety_news": _("A reporter told something about their safety"),
    "silent": _("A reporter at risk did not answer twice: nobody knows whether they are safe"),
    "promise_kept": _("A reporter did not come back by the day that they gave"),
    "portal_mode": _("Somebody turned the switch of the portal"),
    "ceiling": _("So much came to the portal that somebody should look"),
}

PORTAL: Mapping[str, LazyString] = {
    "open": _("The portal takes new reports again."),
    "read-mail-only": _(
        "The portal takes no new reports, until somebody opens it again. Those who run it can close it against a flood; it"
        " also keeps out whoever wants to report. Ask why, and for how long."
    ),
    "reports_per_hour": _(
        "Very many reports were filed within an hour. Some of them may be meant to keep the offices busy."
    ),
    "reports_per_day": _(
        "Very many reports were filed within a day. Some of them may be meant to keep the offices busy."
    ),
    "drafts_per_hour": _(
        "Very many reports were begun within an hour. The portal asks newcomers to wait a little."
    ),
    "mailboxes_per_hour": _(
        "Very many mailboxes were opened within an hour. The portal asks newcomers to wait a little."
    ),
}
"""Modes of the portal, and ceilings (`intake.budgets`)."""

ACTS: Mapping[str, LazyString] = {
    "call_up": _("You asked to call a conclusion up"),
    "takeover": _("You asked to take a case over"),
    "supervise": _("You asked for notes of the progress"),
    "interference": _("You recorded interference"),
    "interference_answered": _("An answer to what you recorded"),
    "pressure_answered": _("You answered an officer who is under pressure"),
    "inspect": _("You asked for a special inspection"),
    "inspected": _("You wrote the result of an inspection"),
    "year_paper": _("You wrote a paper of the year"),
}

ALARMS: Mapping[str, LazyString] = {
    "not_reported": _("A notice that must have been delivered is nowhere."),
    "vanished": _("The case is gone, and what is owed in it is not."),
    "unwatched": _("What is owed in the case was taken away, or altered."),
    "put_back": _("What is owed in the case was put back from an earlier day."),
    "changed": _("The state or the office of the case is not that of the last act."),
    "postponed": _("The days on which the software looks at the case were moved."),
    "events_missing": _("Acts were taken out of the record."),
    "without_panel": _("The case is decided or was split, and no panel decided that."),
    "torn": _(
        "Of cases that were split or joined one does not fit the others any more: it is gone, was exchanged, or was invented."
    ),
    "forged_deletion": _(
        "The ledger of deletions has an entry that the software did not make: a case may have been made to vanish."
    ),
    "joined_alone": _("The case is handled in another one, and no panel decided that."),
    "unassigned_read": _("Somebody read the case who has no part in it."),
}

SAFETY: Mapping[str, LazyString] = {
    "escalate": _("As the reporter wanted, the level above is told, and may take the case over."),
    "release": _(
        "As the reporter wanted, a text that they had left sealed is in the record now, for whoever has the case."
    ),
    "safe": _("They say that they are safe."),
    "changed": _("Something changed for them. What it is stands in what you look after."),
    "dates": _("They gave a day of their own, or took one back."),
    "promise": _("They said what is to happen if they do not come back, or took it back."),
}
"""What notices tell of a reporter's safety."""

GROUNDS: Mapping[str, LazyString] = {
    "circle_lost": _("Nobody could open the case any more."),
    "stated": _("Somebody could still open it. This is the reason that was given:"),
}

INSPECTIONS: Mapping[str, LazyString] = {
    "routine": _("Routine inspection"),
    "year_end": _("Inspection of the year"),
    "special": _("Special inspection"),
}

CHECKS: Mapping[str, LazyString] = {
    "acknowledged_in_time": _("Acknowledged in time"),
    "acted_when_read": _("Acted on after it was read"),
    "dates_kept": _("Every date kept"),
    "decided_by_panel": _("Every decision by its panel"),
    "result_told": _("Reporter told the result"),
}

CHECKED: Mapping[str, LazyString] = {"yes": _("yes"), "no": _("no"), "open": _("not yet")}

VERDICTS: Mapping[str, LazyString] = {
    "in_order": _("In order"),
    "remarks": _("In order, with remarks"),
    "grave": _("Not in order"),
}

STAGES: Mapping[str, LazyString] = {
    "plan": _("Plan for the year"),
    "mid_year": _("In the middle of the year"),
    "year_end": _("At the end of the year"),
}

GOALS: Mapping[str, LazyString] = {
    "acknowledged": _("Reports acknowledged in time, at least so many in 100"),
    "days_to_tell": _("Days to the result, at most"),
    "missed": _("Dates missed, at most"),
}

LEVELS: Mapping[str, LazyString] = {"holds": _("has the case"), "watches": _("supervises")}

OWNERS: Mapping[str, LazyString] = {"triage": _("triage officers"), "handler": _("whoever handles it")}

COMPLAINED = _("Complaint about the handling")

SAID: Mapping[str, LazyString] = {
    "asked": _("Your request is signed and on its way. It is done within a minute, if it may be done."),
    "answered": _("Your answer is on its way."),
    "recorded": _("It is recorded, and on its way to the level above. Nobody in your office can read it."),
}

OBLIGATIONS: Mapping[str, LazyString] = {
    "acknowledge": _("Tell the reporter that the report arrived."),
    "assess": _("Assess severity and risk, factor by factor."),
    "accept": _("Say whether this office takes the matter up."),
    "assign": _("Give each case to somebody who handles it."),
    "feedback": _("Tell the reporter what is being done about it."),
    "findings": _("Write a finding on each allegation, with the grade of its evidence."),
    "result": _("Tell the reporter the result, with its reasons."),
    "corrections": _("See to it that corrective actions are done, and checked by another person."),
    "progress": _("Write notes of the progress in a supervised case."),
    "protect": _("Look after reporters who are at risk."),
    "custody": _("Keep reporters' names, and open one only together with a second custodian."),
    "accounts": _("Certify the officers of the offices below, together with a second person."),
    "vote": _("Vote when you have a seat in a panel."),
    "vote_last": _("Vote after all others."),
    "recuse": _("Leave a case at once in which you should not be, and say which ties you have."),
    "interference": _("Record it when somebody tries to influence a case."),
    "call_up": _("Call up a conclusion that you doubt, before it is final."),
    "take_over": _("Take over or supervise a case below in which a date was missed."),
    "watch_figures": _("Look at the figures and the missed duties of the offices below."),
}

_BANDS: dict[str, int] = {
    "times": trends.TIMES,
    "days": trends.LEAST_DAYS,
    "several": trends.SEVERAL,
    "window": trends.WINDOW,
    "share": trends.LATE_SHARE,
    "growing": trends.GROWING,
}
"""The numbers of the bands, as the rules have them."""

FIGURES: Mapping[str, LazyString] = {
    "filed": _("Filed"),
    "acknowledged_in_time": _("Acknowledged in time"),
    "acknowledged_late": _("Acknowledged late"),
    "told": _("Result told"),
    "closed": _("Closed"),
    "missed": _("Dates missed"),
    "neglected": _("Read, not acted on"),
    "released": _("Came up from below"),
    "upheld": _("Closed, upheld"),
    "not_upheld": _("Closed, not upheld"),
    "turned_away": _("Closed, turned away"),
    "days_to_acknowledge": _("Days to acknowledge"),
    "days_to_tell": _("Days to the result"),
    "days_to_act": _("Days from the first read to the first act"),
}

PROTECTION_FIGURES: Mapping[str, LazyString] = {
    "filed": _("Filed"),
    "assessed": _("Assessed for the first time"),
    "days_to_contact": _("Days to the first word to the reporter"),
    "returned": _("Reporters who came back for the first time"),
    "silent": _("Reporters who became silent"),
    "retaliation": _("Reports of retaliation"),
    "justification_asked": _("Asked to justify a detriment"),
    "justification_came": _("Justifications that came"),
    "justification_missed": _("No justification in time"),
}
"""How well reporters are looked after: a table of its own, so that neither is too wide to read."""

SIGNALS: Mapping[str, LazyString] = {
    "slow_office": _(
        "Much slower than the other offices: at least %(times)d times their middle value, and %(days)d days more, "
        "in %(several)d of the newest %(window)d months.",
        **_BANDS,
    ),
    "slow_on_leaders": _(
        "Much slower where a leader is accused: at least %(times)d times as long as in all cases, and %(days)d days "
        "more, in %(several)d of the newest %(window)d months.",
        **_BANDS,
    ),
    "mild_on_leaders": _(
        "Something is established much less often where a leader is accused: at most half as often as in all closed "
        "cases, in %(several)d of the newest %(window)d months. In per cent.",
        **_BANDS,
    ),
    "late": _(
        "Many reports are acknowledged late: more than %(share)d in 100, in %(several)d of the newest %(window)d months.",
        **_BANDS,
    ),
    "growing": _(
        "It grows: more in each of the newest %(growing)d months, and at least %(times)d times as many as at their "
        "beginning.",
        **_BANDS,
    ),
}
"""The bands in words. Each rule is a function of `intake.trends`."""

GROUPS: Mapping[str, LazyString] = {"all": _("all cases"), "heads": _("leaders accused")}

_UNITS = {
    Unit.CALENDAR_DAYS: lambda n: ngettext("within %(num)d day", "within %(num)d days", n),
    Unit.WORKING_DAYS: lambda n: ngettext("within %(num)d working day", "within %(num)d working days", n),
    Unit.CALENDAR_MONTHS: lambda n: ngettext("within %(num)d month", "within %(num)d months", n),
}


def term(period: Period) -> str:
    """A term of the pack in words."""
    return str(_UNITS[period.unit](period.amount))

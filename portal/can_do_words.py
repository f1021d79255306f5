"""The words for who may do what with a report, and who never can. The lists are data (`intake.permissions`)."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

_ = lazy_gettext

GROUPS: Mapping[str, LazyString] = {
    "you": _("You"),
    "unit": _("The office that handles your report"),
    "head": _("The head of that office"),
    "member": _("The officers of that office"),
    "above": _("The office above"),
    "apart": _("People who keep watch"),
    "machines": _("The computers, and who runs them"),
}

ROLES: Mapping[str, LazyString] = {
    "reporter": _("You, with your code"),
    "unit": _("The office as a whole"),
    "head": _("The head"),
    "triage": _("Whoever reads it first"),
    "investigator": _("Whoever looks into it"),
    "panel_member": _("Whoever decides on it together with others"),
    "excluded": _("Officers who are reported, or close to somebody who is"),
    "above": _("The office above, before it has your report"),
    "custodian": _("The two who keep your name, if you leave it"),
    "contact": _("Whoever looks after your safety"),
    "overseer": _("The oversight board"),
    "trustee": _("Those who hold a part of the spare key"),
    "operator": _("The people who run the computers, or somebody who steals them"),
    "worker": _("The program that watches the dates"),
    "website": _("This website, after you sent your report"),
}

LINES: Mapping[str, LazyString] = {
    "read_answers": _("read what the office answers"),
    "read_record": _("see each time an officer opened your report, and everything that was done with it"),
    "write_more": _("write more, and add files"),
    "keep_officers_out": _("shut officers out"),
    "complain": _("complain about how it is handled"),
    "ask_review": _("ask the office above to look at the result again"),
    "object_deletion": _("object when it is to be deleted early"),
    "read_report_again": _(
        "read your own report again. So nobody who finds your code can prove what you wrote"
    ),
    "read_names": _("see the names of the officers: you see their roles"),
    "decide_together": _("decide about your report, several people together"),
    "answer_reporter": _("answer you, and ask you"),
    "conclude_by_one": _("end the matter by the word of one person, where the rules ask for more"),
    "lower_by_one": _("call the danger to you smaller by the word of one person"),
    "hide_missed_date": _("hide that a date was missed: the office above is told by the program"),
    "handle_itself": _("handle a report about one of its own people"),
    "give_to_reported": _("send your report, or a copy or notice of it, to whoever you reported"),
    "vote_last": _("vote, after everybody else"),
    "read_if_granted": _("read your report, if the rules gave the head a key to it"),
    "read_by_rank": _("read it because of being the head"),
    "vote_early": _("vote before the others"),
    "make_accounts": _("make or close accounts of the own office: two people above do that"),
    "read_pressure": _("read what an officer writes to the office above about being put under pressure"),
    "acknowledge": _("tell you that it arrived"),
    "assess": _("weigh how grave it is, and how great the danger to you is"),
    "assign": _("choose who looks into it"),
    "triage_and_investigate": _("also look into it"),
    "vote_after_triage": _("also vote on it"),
    "secure": _("make the evidence safe"),
    "hear": _("ask the people you reported, at the right time"),
    "find": _("write down what was found"),
    "hear_too_early": _("speak to the people you reported before the evidence is safe"),
    "hear_unweighed": _("speak to them before the danger to you was weighed again"),
    "confirm_own_findings": _("also vote on what was found"),
    "read_whole": _("read it, to decide"),
    "vote": _("agree or reject, each with one voice"),
    "take_copies": _("take copies of your files along"),
    "change_findings": _("change what was found"),
    "vote_twice": _("vote twice"),
    "open_excluded": _("open it"),
    "know_excluded": _("learn here that it exists"),
    "told_dates": _("be told of some reports that they exist and when they are due, never what they say"),
    "call_up": _("stop a result that should not stand, before it is final"),
    "take_over": _("take your report over when a day that counts was missed, two people together"),
    "supervise": _("set the office below a date"),
    "read_from_above": _("read your report as long as the office below has it"),
    "take_over_alone": _("take it over by one person"),
    "guard_name": _("keep your name locked"),
    "open_name_together": _("open it together, when a panel asks, after you were told and could object"),
    "open_name_alone": _("open it alone: it takes both"),
    "look_after": _("see how great the danger to you is, plan what helps, and write to you"),
    "read_by_contact": _("read your report because of that"),
    "see_figures": _("see figures, and which dates were missed"),
    "read_by_overseer": _("open any report"),
    "recover_together": _("save a report that nobody could read any more, several of them together"),
    "recover_alone": _("open anything alone"),
    "count_reports": _(
        "see how many locked reports there are, which office has each, which officers have a key, and on which days"
        " something was done"
    ),
    "read_stored": _("read any of them: there are locked boxes, without keys"),
    "change_record": _("change what is written about your report without anybody seeing it"),
    "tell_missed": _("tell the office above that a date was missed"),
    "move_up": _("hand a report up when the rules say so"),
    "delete_by_rules": _("delete it when its time is over"),
    "read_by_worker": _("read a report"),
    "delete_by_worker": _("delete one that does not stand in the list of deletions"),
    "take_in": _("take reports in and lock them"),
    "read_back": _("read back what it took in: it locks it and throws the key away"),
    "change_stored": _(
        "change or delete what was sent. But somebody who controls it while you write could read along"
    ),
}


def line_word(code: str) -> str:
    """The words of one line, or its code: a line without words must not make the page fail."""
    return str(LINES.get(code, code))

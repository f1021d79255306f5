"""The words for looking after a reporter: measures, states, what changed, and the two texts that a contact prints. Values
travel; words are chosen per reader, here.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from triage.casework.refusals import Reason

_ = lazy_gettext

FEELINGS: Mapping[str, LazyString] = {
    "unsafe": _("not safe"),
    "changed": _("something changed"),
    "silent": _("silent"),
    "unheard": _("not heard yet"),
    "safe": _("safe, as they said"),
    "reviewed": _("reviewed"),
}

FEELING_MEANINGS: Mapping[str, LazyString] = {
    "unsafe": _(
        "The reporter said that they are not safe. It stays so until somebody has gone through it, below."
    ),
    "changed": _("The reporter said that something changed. Somebody has to go through it, below."),
    "silent": _("Twice in a row there was no answer. Nobody knows whether the reporter is safe."),
    "unheard": _(
        "The reporter has said nothing of their safety since the report came in. That is not the same as safe."
    ),
    "safe": _("That is what the reporter said last. The risk is as great as it was."),
    "reviewed": _("What the reporter said was gone through."),
}

STATES: Mapping[str, LazyString] = {
    "safe": _("I am safe"),
    "changed": _("something changed"),
    "unsafe": _("I am not safe"),
}
"""The three taps of a check-in."""

CHANGES: Mapping[str, LazyString] = {
    "never": _("new to you"),
    "said": _("said how they are"),
    "harmed": _("told of harm"),
    "dates": _("gave days of their own"),
    "called": _("the office asks you to look"),
    "plan": _("a colleague worked on it"),
    "written": _("a colleague wrote"),
    "weighed": _("the risk was weighed anew"),
    "trigger": _("a step was taken"),
    "silent": _("fell silent"),
}

TRIGGERS: Mapping[str, LazyString] = {
    "hearing": _("The person reported was told, or heard"),
    "findings": _("Findings came out"),
    "external": _("The matter went to another place"),
    "closing": _("The case was closed"),
}

OWED: Mapping[str, LazyString] = {"late": _("late"), "any": _("something is owed")}
FILTERS: Mapping[str, LazyString] = {"feeling": _("How they are"), "band": _("Risk"), "owed": _("Owed")}

OWNERS: Mapping[str, LazyString] = {
    "portal": _("the software"),
    "office": _("the office that has the case"),
    "contact": _("the protection contact"),
    "panel": _("a panel of the office decides"),
}

CHOICES: Mapping[str, LazyString] = {
    "chosen": _("do it"),
    "asked": _("the reporter was asked"),
    "refused": _("not this one"),
}

TRIGGERED: Mapping[str, LazyString] = {
    "detriment": _("the reporter was harmed or threatened"),
    "substantiated": _("harm to the reporter was established"),
    "p1": _("somebody seeks out who reported, or suspects the wrong person"),
    "pressure": _("an officer is under pressure"),
}

MEASURES: Mapping[str, LazyString] = {
    "M01": _("Safety advice before sending"),
    "M02": _("The text was checked for clues to who wrote it"),
    "M03": _("As few people as possible read the case"),
    "M04": _("Leave out, or type anew, evidence that only one person holds"),
    "M05": _("Check on a wider scale, so that no question points at the source"),
    "M06": _("Tell the person reported later, with a date on which it is looked at again"),
    "M07": _("A protection contact who is outside the case"),
    "M08": _("Warn the person reported that retaliation is punished"),
    "M09": _("Freeze: acts against a whole group need an approval from above"),
    "M10": _("Another line, or another place of work"),
    "M11": _("Leave, or work from elsewhere"),
    "M12": _("A list of where to get legal advice and somebody to talk to"),
    "M13": _("A certificate of a protected report, by code"),
    "M14": _("A draft for asking a court for interim relief"),
    "M15": _("Ask the body above for a written justification"),
    "M16": _("A case of its own for what was done to the reporter"),
    "M17": _("Nothing is handed down without the reporter's consent"),
    "M18": _("Advice for an emergency"),
    "M19": _("A plan to put right what was done"),
    "M20": _("Recognition, where the reporter wants it"),
    "M21": _("Protect whoever is wrongly taken for the reporter"),
    "M22": _("Protect an officer who is under pressure"),
}

MEANINGS: Mapping[str, LazyString] = {
    "M01": _("The portal shows it to everybody before they send."),
    "M02": _("Done on the reporter's own page, kept nowhere."),
    "M03": _("Go through who holds the case, and ask the office to take out whoever need not."),
    "M04": _(
        "Ask the office. What points at one person is typed anew, or left aside until it can be had elsewhere."
    ),
    "M05": _("Ask the office. Three units instead of one, a routine check instead of a question."),
    "M06": _("Ask the office. The law may limit how long."),
    "M07": _("That is you, or a colleague of yours."),
    "M08": _("Only once the reporter agreed, or where the person reported knows already who it was."),
    "M09": _("For a group, never for a person: a small group would point at the reporter."),
    "M10": _("Only what the reporter wants. It shows who they are to whoever arranges it."),
    "M11": _("Only what the reporter wants. It shows who they are to whoever arranges it."),
    "M12": _("Below on this page. Send it to the reporter with your letter."),
    "M13": _("The reporter gets it from the mailbox."),
    "M14": _("Below on this page. It names nobody: the reporter fills it in."),
    "M15": _("The software asks by itself when harm is reported; here is whether it is enough."),
    "M16": _("The software opens it by itself when harm is reported."),
    "M17": _("Tell the office: the case stays where it is, or goes up."),
    "M18": _("Where to go at once, whom to call, what to take along. Write it in your letter."),
    "M19": _("Post, pay, record and name: what it was before, by when, who sees to it."),
    "M20": _("Never without asking. A public thank-you names a person."),
    "M21": _("They did not report, and are harmed for it. They need a contact of their own."),
    "M22": _("The interference log and the office above."),
}

DETRIMENTS: Mapping[str, LazyString] = {
    "a": _("dismissed or suspended"),
    "b": _("demoted, or not promoted"),
    "c": _("duties, place, pay or hours changed"),
    "d": _("training withheld"),
    "e": _("a bad assessment or reference"),
    "f": _("a disciplinary measure"),
    "g": _("coerced, harassed, left out"),
    "h": _("discriminated against"),
    "i": _("a temporary contract not made permanent"),
    "j": _("a contract not renewed, or ended early"),
    "k": _("harm to name or income"),
    "l": _("put on a blacklist"),
    "m": _("a contract for goods or services cancelled"),
    "n": _("a licence or permit cancelled"),
    "o": _("sent to a psychiatrist or doctor"),
    "p1": _("somebody seeks out, or told, who reported"),
    "p2": _("accused or sued in return"),
    "p3": _("given tasks that cannot be done"),
    "p4": _("records altered"),
    "p5": _("violence, detention or damage"),
    "p6": _("harm to relatives or supporters"),
    "p7": _("a public service refused"),
}

REFUSALS: Mapping[Reason, LazyString] = {
    Reason.NEEDS_CONSENT: _(
        "Only with the reporter's consent: ask in a letter, and say here on which day they agreed."
    ),
    Reason.GROUP_TOO_SMALL: _("A group this small points at the reporter. Choose a larger one."),
    Reason.FACTOR_UNANSWERED: _(
        "The plan is not complete: something that weighs heavily has neither a measure nor a reason why none. It is marked"
        " below. You can also keep the plan as a draft."
    ),
    Reason.BEFORE_THE_REPORT: _("That day is before the report came in."),
    Reason.NOT_CHOSEN: _("Only what was chosen can be done. Choose “do it” first."),
    Reason.NOT_HIGHER: _("Choose a higher level than the present one. Lowering takes a panel."),
    Reason.NO_CONTACT: _(
        "Nobody can be called: this case has no protection contact now. Tell the office above."
    ),
    Reason.NO_COMPARTMENT: _(
        "Where the reporter's safety is kept cannot be proved to be right, so nothing was written there. Tell the operator and"
        " the office above."
    ),
}

ADVICE: tuple[LazyString, ...] = (
    _("A lawyer or a trade union who knows the protection of whistleblowers. The first talk is often free."),
    _("The public body that receives reports from outside. It also tells you your rights."),
    _("A helpline for people under strain at work. You need not give a name."),
    _("Your doctor. Say what it does to you; a dated record helps later."),
    _("Somebody you trust, who does not work there. You need not say what you reported."),
    _("Keep a diary with dates, at home and not on a device of the office."),
)
"""M12: what the contact prints or sends. No address: those belong to a country's own rules."""

RELIEF: tuple[LazyString, ...] = (
    _("To the court or authority that decides on interim relief"),
    _(
        "I reported a breach on … (day). The certificate with the code … proves that, and not what I reported."
    ),
    _("Since then this was done to me, or is about to be: … (what, when, by whom)."),
    _(
        "It was done after the report, within the time in which the law presumes that it was done because of it."
    ),
    _("I ask that it is not carried out, or suspended, until it is decided whether it was retaliation."),
    _("If it goes on, this harm cannot be put right later: … (income, home, permit, health, name)."),
    _("Proofs: the certificate, the dated timeline from my mailbox, … (letters, names of witnesses)."),
)
"""M14: a draft that names nobody and nothing of the report."""

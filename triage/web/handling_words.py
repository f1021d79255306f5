"""The words for assessing, addressing, finding and concluding. Values travel; words are chosen per reader, here."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

_ = lazy_gettext

SUMS: Mapping[str, LazyString] = {"severity": _("Severity of the matter"), "risk": _("Risk of retaliation")}

FACTORS: Mapping[str, LazyString] = {
    "T1": _("What harm was done or may come"),
    "T2": _("How many are affected"),
    "T3": _("Who is reported"),
    "T4": _("What is known about it"),
    "T5": _("How often it happened"),
    "T6": _("Could evidence be lost"),
    "T7": _("Who is harmed"),
    "linked": _("How many other reports are about the same"),
    "A1": _("Who knows or guesses who reported"),
    "A2": _("How many people could know these facts"),
    "A3": _("Raised before"),
    "A4": _("Evidence that only the reporter holds"),
    "B1": _("Power over the reporter"),
    "B2": _("Highest post of a person reported"),
    "B3": _("How many are reported"),
    "C1": _("Harm to the reporter so far"),
    "C2": _("Earlier retaliation in the unit"),
    "C3": _("Earlier conflict with a person reported"),
    "D1": _("Severity of the matter"),
    "D2": _(
        "Is something about to happen in the case: the person reported will be told or heard, findings come out"
    ),
    "E1": _("The reporter's employment"),
    "E2": _("Special vulnerability"),
    "E3": _("Somebody to lean on"),
    "W-POST": _("Added by the rules here for the post of a person reported"),
    "W-UNIT": _("Added by the rules here for the place that they belong to"),
    "imminent_danger": _("Somebody is in danger now"),
    "threat_of_violence": _("Violence was threatened"),
    "not_safe": _("The reporter does not feel safe"),
}

_YES_NO: Mapping[str, LazyString] = {"no": _("no"), "yes": _("yes")}
_POSTS: Mapping[str, LazyString] = {
    "staff": _("staff, or not known"), "team_member": _("a member of the leading team"), "head": _("a head"),
    "three_leaders": _("three or more leaders of one body"),
}  # fmt: skip

TOKENS: Mapping[str, Mapping[str, LazyString]] = {
    "T1": {
        "none": _("none"), "financial": _("money"), "rights": _("rights or abuse"), "health": _("health or safety"),
        "life": _("serious injury or death possible"),
    },
    "T2": {"unknown": _("not known"), "small": _("a few"), "medium": _("many"), "large": _("very many")},
    "T3": _POSTS,
    "T4": {
        "who": _("who"), "when": _("when"), "where": _("where"), "first_hand": _("seen by the reporter"),
        "attachment": _("files"),
    },
    "T5": {"once": _("once"), "repeated": _("several times"), "ongoing": _("all the time")},
    "T6": {"no": _("no"), "weeks": _("within weeks"), "days": _("within days")},
    "T7": {"none": _("nobody"), "ordinary": _("people"), "vulnerable": _("people who need protection")},
    "A1": {
        "nobody": _("nobody"), "officers": _("officers of the office"), "others": _("others in the unit"),
        "suspected": _("a person reported suspects it"), "known": _("a person reported knows it"),
    },
    "A2": {
        "over_15": _("more than 15"), "5_to_15": _("5 to 15"), "unknown": _("not known"), "2_to_4": _("2 to 4"),
        "only_me": _("only the reporter"),
    },
    "A3": {"no": _("no"), "others": _("to others"), "subject": _("to a person reported")},
    "A4": _YES_NO,
    "B1": {
        "none": _("none"), "unknown": _("not known"), "peer": _("a colleague"), "contract": _("contract or licence"),
        "higher": _("higher in the chain"), "line": _("direct superior"),
    },
    "B2": _POSTS,
    "B3": {"one": _("one"), "two": _("two"), "three_or_more": _("three or more")},
    "C1": {"none": _("none"), "signs": _("warning signs"), "threat": _("a threat"), "actual": _("actual harm")},
    "C2": _YES_NO,
    "C3": _YES_NO,
    "D1": {"low": _("low"), "medium": _("medium"), "high": _("high"), "critical": _("critical")},
    "D2": {"none": _("no"), "any": _("yes")},
    "E1": {
        "outside": _("not employed there"), "ordinary": _("ordinary"), "temporary": _("temporary or on probation"),
        "permit": _("depends on a permit or licence"),
    },
    "E2": _YES_NO,
    "E3": {"has": _("yes"), "none": _("nobody")},
}  # fmt: skip

OVERRIDES: Mapping[str, LazyString] = {
    "O1": _("violence was threatened"),
    "O2": _("the direct superior is reported and knows who reported"),
    "O3": _("harm or a threat to the reporter"),
    "O4": _("the reporter does not feel safe"),
    "imminent_danger": _("somebody is in danger now"),
}

MANNERS: Mapping[str, LazyString] = {
    "letter": _("by asking the body in writing"),
    "verification": _("by a preliminary verification"),
    "investigation": _("by an investigation"),
    "later": _("later, held until a date"),
}

GRADES: Mapping[str, LazyString] = {
    "established": _("established"),
    "partly": _("partly established"),
    "not_established": _("not established: it could not be proved"),
    "unfounded": _("unfounded: it was shown not to be so"),
    "knowingly_false": _("knowingly false: whoever reported it knew better"),
}

OUTCOMES: Mapping[str, LazyString] = {
    "none": _("none"),
    "talk_remind": _("a talk to remind"),
    "talk_admonish": _("a talk to admonish"),
    "talk_warn": _("a talk to warn"),
    "talk_educate": _("a talk to educate"),
    "written_inspection": _("a written self-inspection"),
    "criticism": _("criticism, made known"),
    "organisational": _("an organisational measure: another post, other tasks"),
    "disciplinary": _("a disciplinary measure"),
    "apology": _("a public apology"),
    "suspension": _("suspension"),
    "resignation": _("resignation, taking the blame"),
    "resignation_ordered": _("resignation, ordered"),
    "dismissal": _("dismissal from the post"),
    "criminal_referral": _("referral to the prosecution"),
    "other_referral": _("referral to somebody else"),
    "recognition": _("recognition of the reporter"),
}

DETAILS: Mapping[str, LazyString] = {
    "person": _("Whom it concerns"),
    "due": _("By when (year-month-day)"),
    "cause": _("For what"),
    "recipient": _("To whom"),
    "consent": _("The reporter agreed to it"),
}

IMPOSERS: Mapping[str, LazyString] = {
    "office": _("this office decides on it"),
    "above": _("proposed to the office above"),
    "employer": _("proposed to whoever appointed the person"),
    "person": _("the person's own act"),
    "court": _("decided by prosecution and court"),
    "recipient": _("decided by whom it is referred to"),
}

CAUSES: Mapping[str, LazyString] = {
    "decision_error": _("a wrong decision that did grave harm"),
    "grave_accident": _("a grave accident or case"),
    "poor_supervision": _("poor management or supervision"),
    "abuse_of_power": _("abuse of power"),
    "mishandled_incident": _("a mishandled incident with many people"),
    "wrong_appointment": _("a wrong appointment"),
}


def token_word(question: str, token: str) -> str:
    """The words for an answer of a factor."""
    return str(TOKENS.get(question, {}).get(token, token))

"""The words of the pages on which accounts are made, changed and closed. As ``triage.web.words``."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from triage.accounts.appointing import Refusal
from triage.accounts.passwords import Weakness

_ = lazy_gettext

DUTIES: Mapping[str, LazyString] = {
    "triage": _("triage: reads what comes in, and assigns it"),
    "handle": _("handle: works on cases"),
    "protect": _("protect: looks after reporters who are at risk"),
    "custody": _("custody: keeps names"),
    "accounts": _("accounts: certifies the people of the offices below"),
}

ROLES: Mapping[str, LazyString] = {
    "officer": _("Officer"),
    "team_member": _("Member of the leading team"),
    "head": _("Head of the office"),
}

KINDS: Mapping[str, LazyString] = {
    "appoint": _("Certify as a member of the office"),
    "change": _("Another role or other duties"),
    "keys": _("New password, app and keys"),
    "disable": _("Close the account"),
    "lift": _("A declared tie counts no more"),
}

DONE: Mapping[str, LazyString] = {
    "appoint": _("was certified"),
    "change": _("got another role or other duties"),
    "keys": _("got new keys"),
    "disable": _("was shut out"),
    "lift": _("has a declared tie less"),
}

GROUNDS: Mapping[str, LazyString] = {
    "joins": _("joins the office"),
    "returns": _("comes back"),
    "other_tasks": _("has other tasks"),
    "lost_access": _("lost the password or the phone"),
    "leaves": _("leaves the office"),
    "absent": _("is away for long"),
    "safety": _("for safety, until something is cleared up"),
    "mistaken": _("it was declared by mistake"),
    "over": _("it is over"),
}

STATES: Mapping[str, LazyString] = {
    "certified": _("can log in and get reports"),
    "disabled": _("account closed"),
    "no_keys": _("has no account yet"),
    "new": _("not a member yet"),
}

SAID: Mapping[str, LazyString] = {
    "asked": _("You signed as the first. A second person of the office above has to sign as well."),
    "appoint": _("Both have signed. From now on the officer can log in and gets reports."),
    "change": _("Both have signed. The new role and duties count from now on."),
    "keys": _("Both have signed. The old password and keys count no more; the new ones do."),
    "disable": _("Both have signed. The account is closed, and nothing new is sealed to it."),
    "lift": _("Both have signed. The tie counts no more from now on; declared again, it counts again."),
    "withdrawn": _("It was put away. Nothing was changed."),
}

REFUSALS: Mapping[Refusal, LazyString] = {
    Refusal.LOGIN_NAME: _(
        "Write the login name in small letters and digits, with dots and dashes, for example ana.pop."
    ),
    Refusal.NAME: _("Write the person's name as it stands on a door."),
    Refusal.ROLE: _("Choose the role."),
    Refusal.DUTIES: _("Choose at least one of the duties."),
    Refusal.GROUND: _("Choose the reason."),
    Refusal.TIE: _("Choose one of the ties that the officer declared."),
    Refusal.NOT_COMPARED: _(
        "Let the officer read out the digits, compare them, then mark that they are the same. If they are not, do not sign."
    ),
    Refusal.TAKEN: _("This login name stands for somebody or something else already. Choose another."),
    Refusal.HEAD: _("The office has a head. Give that person another role first, or close the account."),
    Refusal.NOTHING: _("This is how it is already. Change something, or leave it."),
    Refusal.WAITS: _(
        "Something about this person waits for a second signature. Sign it or put it away first."
    ),
    Refusal.NOT_ENROLLED: _(
        "This person has not enrolled yet, or the time for it is over. Invite them again if needed."
    ),
    Refusal.OWN_ASK: _("You signed as the first. Somebody else has to be the second."),
    Refusal.GONE: _(
        "Somebody was faster, or it is not any more as it was shown to you. Nothing was signed. Look at it again below."
    ),
}

FIELDS: Mapping[Refusal, str] = {
    Refusal.LOGIN_NAME: "officer",
    Refusal.TAKEN: "officer",
    Refusal.NAME: "name",
    Refusal.ROLE: "role",
    Refusal.HEAD: "role",
    Refusal.DUTIES: "duty",
    Refusal.GROUND: "ground",
    Refusal.TIE: "tie",
    Refusal.NOT_COMPARED: "compared",
}
"""The field that a refusal is about."""

WEAKNESSES: Mapping[Weakness, LazyString] = {
    Weakness.SHORT: _("Use 12 characters or more, for example five unrelated words."),
    Weakness.LONG: _(
        "This is too long. Use at most 1,024 letters, fewer if they have accents or are of another script."
    ),
    Weakness.CHARACTER: _("One character cannot be typed again reliably. Leave it out."),
    Weakness.GUESSED: _(
        "This is easy to guess: it is made of common words, your name, years or rows of keys. Use five unrelated words."
    ),
}

"""The words of a detriment: what can be done to somebody, in plain words, code by code. The codes are the domain's."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from intake.filing.entry_check import EntryFault
from intake.protection.presumption import Finding

_ = lazy_gettext

Choices = tuple[tuple[str, LazyString], ...]

HAPPENED: Choices = (
    ("a", _("Dismissed, or sent home from work")),
    ("b", _("Put in a lower post, or passed over for a higher one")),
    ("c", _("Other duties, another place, other hours, less pay")),
    ("d", _("Kept out of training")),
    ("e", _("A bad mark or a bad reference")),
    ("f", _("A warning, a fine or another punishment at work")),
    ("g", _("Pressed, bullied or left out")),
    ("h", _("Treated worse than others")),
    ("i", _("A temporary job that should have become permanent, and did not")),
    ("j", _("A job that was not renewed, or ended early")),
    ("k", _("Talked badly about, or lost income")),
    ("l", _("Put on a list, so that nobody gives work")),
    ("m", _("An order or a supply contract cancelled")),
    ("n", _("A licence or permit taken away")),
    ("o", _("Sent to a doctor or a psychiatrist")),
    ("p1", _("Somebody tries to find out who reported, or says who it was")),
    ("p2", _("Accused in return, or taken to court")),
    ("p3", _("Given work that nobody could do")),
    ("p4", _("Papers or records were changed")),
    ("p5", _("Violence, being locked up, or damage to things")),
    ("p6", _("Harm to relatives, or to people who helped")),
    ("p7", _("Refused a public service, such as a school place or a benefit")),
)

CHOICES: Mapping[str, Choices] = {
    "happened": HAPPENED,
    "done": (
        ("done", _("It was done")),
        ("attempt", _("Somebody tried, and it did not work")),
        ("threat", _("It was threatened or announced")),
    ),
    "victim": (
        ("reporter", _("Me, because I reported")),
        ("facilitator", _("Somebody who helped with the report")),
        ("relative", _("A relative")),
        ("colleague", _("A colleague")),
        ("suspected", _("Somebody who is wrongly taken for the one who reported")),
    ),
    "act": (
        ("act", _("They did something")),
        ("omission", _("They left something out that they should have done")),
    ),
    "way": (
        ("direct", _("They did it themselves")),
        ("indirect", _("They had others do it")),
    ),
}

FAULTS: Mapping[EntryFault, LazyString] = {
    EntryFault.MISSING: _("Choose one of the answers."),
    EntryFault.NO_DAY: _("Give the day if you can: it counts for your protection. If you do not know it, tick the box below."),
    EntryFault.NO_SUCH_DAY: _("Write the day as year, month and day, like 2026-12-31."),
    EntryFault.CONTRADICTION: _("You gave a day, and ticked that you do not know it. Keep one of the two."),
    EntryFault.TOO_LONG: _("This is too long. Send it in two parts."),
    EntryFault.NOT_A_CHOICE: _("Choose one of the answers."),
}  # fmt: skip

OUTLOOKS: Mapping[Finding, LazyString] = {
    Finding.PRESUMED: _("By the law it is taken to be because of your report, unless the other side proves that it was not."
                        " Whoever stands above the people who did it is asked to explain it in writing."),
    Finding.BEFORE: _("This happened before your report. So the law does not take it to be because of the report. Tell it all"
                      " the same: the officers look into it."),
    Finding.NO_DAY: _("Without a day the law does not take it to be because of your report. You can send it as it is, and write"
                      " the day in a message when you know it."),
    Finding.TOO_LATE: _("It happened long after your report. So the law does not take it to be because of the report by itself."
                        " The officers look into it all the same."),
}  # fmt: skip
"""What is pointed out before an entry is sent."""


_MISSING: Mapping[str, LazyString] = {
    "happened": _("Say what was done."),
    "done": _("Say how far it went."),
    "victim": _("Say whom it hit."),
}


def fault_words(name: str, fault: EntryFault) -> LazyString:
    """What to do about a fault of a field."""
    missing = _MISSING.get(name) if fault is EntryFault.MISSING else None
    return missing or FAULTS[fault]


def choice_words(name: str, token: str) -> LazyString | str:
    """What a token says."""
    return dict(CHOICES.get(name, ())).get(token, token)

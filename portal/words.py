"""Codes of the domain in plain sentences: faults, roles, clocks, states, events. Every other word stands in a template."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from babel.units import format_unit
from flask_babel import LazyString, format_decimal, get_locale, gettext, lazy_gettext, ngettext

from intake.filing.check import Fault, FaultCode
from intake.states import CaseState
from templates.web.dates import long_date

_ = lazy_gettext

SEARCH_OPEN = "search_open"
"""The portal's own fault: something was searched for, and nothing was chosen."""

_FAULTS: Mapping[str, LazyString] = {
    FaultCode.MISSING: _("Tell us what happened. A few words are enough to begin."),
    FaultCode.NOT_A_CHOICE: _("Choose one of the answers in the list."),
    FaultCode.NO_SUCH_DATE: _("There is no such day. Check the date, or write it in words, such as “last spring”."),
    FaultCode.UNKNOWN_BODY: _("This place is not in our list any more, or has another name there. Search for it again."),
    FaultCode.UNKNOWN_REGION: _("This area is not in our list any more, or has another name there. Choose it again."),
    FaultCode.UNKNOWN_OFFICE: _("This office is not in our list any more, or has another name there. Choose it again."),
    FaultCode.POST_MISSING: _("Choose what this person is there. It decides who may read your report."),
    FaultCode.NAME_MISSING: _("Write your name as well, or take out how to reach you."),
    FaultCode.UNDECIDED: _("Some of your files could not be cleaned. Say for each whether it is sent, or not."),
    FaultCode.PLACE_MISSING: _("Say where this person works: search for the place, or describe it in your own words."),
    SEARCH_OPEN: _("Choose one of the places that were found, describe the place in your own words, or empty the search."),
}  # fmt: skip


def fault_words(fault: Fault) -> str:
    """One fault as a sentence that says what to do."""
    if fault.code is FaultCode.TOO_LONG:
        return too_long(fault.limit or 0)
    if fault.code is FaultCode.TOO_MANY:
        return str(gettext("This is more than we can take: %(limit)s at most.", limit=fault.limit))
    return str(_FAULTS[fault.code])


def too_long(limit: int) -> str:
    """What to do about a text of more than ``limit`` characters."""
    return str(gettext("This is too long. Keep it below %(limit)s characters.", limit=format_decimal(limit)))


def size_words(size: int) -> str:
    """A size as people say it, two digits at least: 840 kB, 1.5 MB, 2 GB. Units of 1024, named as CLDR has them."""
    for unit, factor in (("gigabyte", 1 << 30), ("megabyte", 1 << 20), ("kilobyte", 1 << 10)):
        if size >= factor:
            number = size / factor
            return _of_unit(round(number, 1 if number < 10 else 0), unit)
    return _of_unit(size, "byte")


def _of_unit(number: float, unit: str) -> str:
    return str(
        format_unit(number, f"digital-{unit}", "long" if unit == "byte" else "short", locale=get_locale())
    )


def too_large_words(limit: int) -> str:
    """How much may come at once."""
    return str(gettext("All files of one report together may have %(size)s.", size=size_words(limit)))


def words_by_field(faults: Iterable[Fault]) -> dict[str, str]:
    """Field → words, the first fault of each field."""
    words: dict[str, str] = {}
    for fault in faults:
        words.setdefault(fault.field, fault_words(fault))
    return words


def not_a_choice_words() -> str:
    """What to do about a value that no list has."""
    return str(_FAULTS[FaultCode.NOT_A_CHOICE])


def search_words() -> str:
    """What to do about a search that led to no choice."""
    return str(_FAULTS[SEARCH_OPEN])


_ROLES: Mapping[str, Callable[[int], str]] = {
    "head": lambda count: ngettext("%(num)s head of the office", "%(num)s heads of the office", count),
    "team_member": lambda count: ngettext(
        "%(num)s member of the office's leadership", "%(num)s members of the office's leadership", count
    ),
    "officer": lambda count: ngettext("%(num)s officer", "%(num)s officers", count),
}


def role_words(roles: Mapping[str, int]) -> list[str]:
    """“1 head of the office”, “2 officers”."""
    return [_ROLES[role](count) for role, count in roles.items() if role in _ROLES]


def author_words(role: str) -> str:
    """Who wrote an answer: a role, never a name."""
    return str(
        {
            "head": _("The head of the office"),
            "team_member": _("A leader of the office"),
            "protection_contact": _("Whoever looks after your safety"),
        }.get(role, _("An officer"))
    )


_CLOCKS: Mapping[str, tuple[LazyString, LazyString]] = {
    "ack_due": (_("By %(day)s we must tell you that your report has arrived."),
                _("On %(day)s we told you that your report had arrived.")),
    "accept_due": (_("By %(day)s the office must decide whether it takes the case."),
                   _("On %(day)s the office decided about taking the case.")),
    "feedback_due": (_("By %(day)s you must get an answer about what was done."),
                     _("On %(day)s you got an answer about what was done.")),
    "review_due": (_("By %(day)s you must get the result of the review."),
                   _("On %(day)s the review ended.")),
    "forward_due": (_("By %(day)s the right office must have your report."),
                    _("On %(day)s the right office got your report.")),
    "first_contact_due": (_("By %(day)s somebody must write to you here."),
                          _("On %(day)s somebody wrote to you here.")),
    "held_until": (_("By %(day)s the office must take your report up again."),
                   _("On %(day)s the office took your report up again.")),
    "result_due": (_("By %(day)s you must get the result and its reasons."),
                   _("On %(day)s you got the result and its reasons.")),
    "close_due": (_("By %(day)s the office must close your report."),
                  _("On %(day)s the office closed your report.")),
}  # fmt: skip
"""What an office owes the reporter, and that it was done. Clocks that are not here are between officers."""

_CLOCKS_OF_NO_REPORT: Mapping[str, tuple[LazyString, LazyString]] = {
    **_CLOCKS,
    "ack_due": (_("By %(day)s we must tell you that it has arrived."), _("On %(day)s we told you that it had arrived.")),
    "forward_due": (_("By %(day)s the right office must have it."), _("On %(day)s the right office got it.")),
    "held_until": (_("By %(day)s the office must take it up again."), _("On %(day)s the office took it up again.")),
    "close_due": (_("By %(day)s the office must close it."), _("On %(day)s the office closed it.")),
}  # fmt: skip
"""The same of what its reporter calls a worry or an idea."""

_QUESTIONS: Mapping[str, LazyString] = {
    "first_question": _("We ask you here whether it is solved: from %(day)s on."),
    "second_question": _("We ask you here once more whether it is solved: from %(day)s on."),
}
"""Days that bind nobody: the reporter may answer, or not."""


def due_lines(
    clocks: Mapping[str, date], met: Mapping[str, date], today: date, *, a_report: bool = True
) -> list[dict[str, Any]]:
    """Each clock as a sentence with its day, soonest first; ``state`` is met, late or open."""
    lines, words = [], _CLOCKS if a_report else _CLOCKS_OF_NO_REPORT
    for name, due in sorted(clocks.items(), key=lambda entry: (entry[1], entry[0])):
        if name in _CLOCKS:
            lines.append(_due_line(*words[name], due, met.get(name), today))
        elif name in _QUESTIONS and name not in met:
            lines.append({"text": _on(_QUESTIONS[name], due), "state": "open"})
    return lines


def _due_line(
    before: LazyString, after: LazyString, due: date, done: date | None, today: date
) -> dict[str, Any]:
    if done is not None:
        return {"text": _on(after, done), "state": "met"}
    if due < today:
        late = gettext("This day is over: it is late.")
        return {"text": f"{_on(before, due)} {late}", "state": "late"}
    return {"text": _on(before, due), "state": "open"}


def _on(sentence: LazyString, day: date) -> str:
    return str(sentence) % {"day": long_date(day)}


STATES: Mapping[CaseState, tuple[LazyString, LazyString]] = {
    CaseState.RECEIVED: (_("Your report has arrived"), _("Nobody has answered yet.")),
    CaseState.ACKNOWLEDGED: (_("Your report has been read"), _("An officer has confirmed that it arrived.")),
    CaseState.ASSESSED: (_("Your report was looked at"), _("The office has decided what to do first.")),
    CaseState.ADDRESSING: (_("Your report is being worked on"), _("Officers are looking into it.")),
    CaseState.CONCLUDED: (_("The work on your report has ended"), _("You get the result with its reasons below.")),
    CaseState.CLOSED: (_("Your report is closed"), _("You can still write here if something new happens.")),
    CaseState.REDIRECTED: (_("Your report belongs elsewhere"), _("You find where in the answers below.")),
    CaseState.REOPENED: (_("Your report is being worked on again"), _("It was opened once more.")),
}  # fmt: skip
"""State → what it is called on the page, and one sentence."""

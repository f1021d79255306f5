"""How safe a reporter is, said from the mailbox: a check-in, days of their own, what is to happen if they do not come back.

All of it is about the report, whichever part of the mailbox is open. A code without a report sees the same pages and is told
when it sends (P7). What was said is not shown again: whoever finds the paper with the code must not read it (A5).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from intake.filing.check import says_something
from intake.mailbox import CheckIn, DateLabel, MailboxView, Promise, SafetyOffice
from intake.protection.limits import DateFault, fault_of, limits, own_fault
from intake.protection.said import ANEW, Does, Tap
from intake.strict_json import parsed_date
from portal.forms.choices import CHOICES
from portal.safety_words import LABELS, date_words
from portal.services import Services
from portal.views.mailbox import REFUSED, asked_part, back, closed, no_mailbox, refusal_words
from portal.visit import current_master
from portal.words import not_a_choice_words, too_long
from templates.web.routes import see_other

_FIELDS = ("state", "text", "a1", "c1", "day", "label", "does", "due")
NOTHING = "nothing"
"""Of a promise: none stands any more."""


def check_in(services: Services) -> ResponseReturnValue:
    """Safe, something changed, not safe: one tap is enough. Words and answers can follow on the same page."""
    master = current_master(services)
    if request.method == "GET":
        done = request.args.get("done") == "1"
        return no_mailbox(services) if master is None else _page(services, master, "check_in", {}, done=done)
    typed = {name: request.form.get(name, "") for name in ("state", "text", "a1", "c1")}
    if master is None:
        return closed(services, typed["text"])
    faults = _check_in_faults(typed)
    if faults:
        return _page(services, master, "check_in", faults, typed, 422)
    answers = {name: typed[name.lower()] for name in ANEW if typed[name.lower()]}
    said = CheckIn(Tap(typed["state"]), typed["text"].strip(), answers)
    refused = _refused(lambda: SafetyOffice(services.mailbox).check_in(master, said), safety=True)
    if refused is not None:
        return _page(services, master, "check_in", {"state": refused}, typed, 409)
    return see_other(_with_part("/mailbox/check-in?done=1"))


def dates(services: Services) -> ResponseReturnValue:
    """A day on which the reporter wants to be asked; or one less."""
    master = current_master(services)
    if request.method == "GET":
        return no_mailbox(services) if master is None else _page(services, master, "dates", {})
    typed = {name: request.form.get(name, "") for name in ("day", "label", "text", "off")}
    if master is None:
        return closed(services, typed["text"])
    office = SafetyOffice(services.mailbox)
    off = parsed_date(typed["off"])
    if off is not None:
        refused = _refused(lambda: office.take_date_back(master, off))
    else:
        view = services.mailbox.view(master)
        faults = _dates_faults(typed, services, view)
        if faults:
            return _page(services, master, "dates", faults, typed, 422)
        day = date.fromisoformat(typed["day"])
        label, words = DateLabel(typed["label"]), typed["text"].strip()
        refused = _refused(lambda: office.give_date(master, day, label, words))
    if refused is not None:
        return _page(services, master, "dates", {"day": refused}, typed, 409)
    return see_other(back("done", asked_part()))


def promise(services: Services) -> ResponseReturnValue:
    """What is to happen on a day if the reporter did not come back before it."""
    master = current_master(services)
    if request.method == "GET":
        return no_mailbox(services) if master is None else _page(services, master, "promise", {})
    typed = {name: request.form.get(name, "") for name in ("does", "due", "text")}
    if master is None:
        return closed(services, typed["text"])
    faults = _promise_faults(typed, services)
    if faults:
        return _page(services, master, "promise", faults, typed, 422)
    office = SafetyOffice(services.mailbox)
    if typed["does"] == NOTHING:
        refused = _refused(lambda: office.take_promise_back(master))
    else:
        made = Promise(Does(typed["does"]), date.fromisoformat(typed["due"]), typed["text"])
        refused = _refused(lambda: office.promise(master, made))
    if refused is not None:
        return _page(services, master, "promise", {"does": refused}, typed, 409)
    return see_other(back("done", asked_part()))


def _check_in_faults(typed: Mapping[str, str]) -> dict[str, str]:
    faults = {}
    if typed["state"] not in set(Tap):
        faults["state"] = gettext("Choose one of the three answers.")
    for name in ("a1", "c1"):
        if typed[name] and typed[name] not in dict(CHOICES[name]):
            faults[name] = not_a_choice_words()
    if len(typed["text"]) > limits().words:
        faults["text"] = too_long(limits().words)
    return faults


def _dates_faults(typed: Mapping[str, str], services: Services, view: MailboxView) -> dict[str, str]:
    faults = {}
    day, today = parsed_date(typed["day"].strip()), _today(services)
    fault = _shape(typed["day"]) if day is None else own_fault(day, today, view.safety.own)
    if fault is not None:
        faults["day"] = date_words(fault, limits().own_furthest)
    if typed["label"] not in set(DateLabel):
        faults["label"] = gettext("Choose what this day is about.")
    if len(typed["text"]) > limits().words:
        faults["text"] = too_long(limits().words)
    return faults


def _promise_faults(typed: Mapping[str, str], services: Services) -> dict[str, str]:
    if typed["does"] == NOTHING:
        return {}
    faults = {}
    if typed["does"] not in set(Does):
        faults["does"] = gettext("Choose what is to happen.")
    due = parsed_date(typed["due"].strip())
    furthest = limits().promise_furthest
    fault = _shape(typed["due"]) if due is None else fault_of(due, _today(services), furthest)
    if fault is not None:
        faults["due"] = date_words(fault, furthest)
    if typed["does"] == Does.RELEASE and not says_something(typed["text"]):
        faults["text"] = gettext("Write the text that is to be given to the officers on that day.")
    if typed["does"] == Does.ESCALATE and says_something(typed["text"]):
        faults["does"] = gettext(
            "You wrote a text. It is given to officers only if you choose that. Choose that, or take the text out."
        )
    if len(typed["text"]) > limits().words:
        faults["text"] = too_long(limits().words)
    return faults


def _shape(text: str) -> DateFault:
    return DateFault.NO_DAY if text.strip() else DateFault.MISSING


def _refused(act: Callable[[], None], *, safety: bool = False) -> str | None:
    """Do it; why it was not done, in words. ``safety``: whoever is in danger is told where else to turn."""
    try:
        act()
    except REFUSED as error:
        words = refusal_words(error)
        return (
            gettext("%(why)s If you are in danger, do not wait for us: call the emergency number.", why=words)
            if safety
            else words
        )
    except ValueError:
        # The day became impossible between the page and the act: midnight passed, or another tab was faster.
        return date_words(DateFault.OVER, 0)
    return None


def _page(
    services: Services,
    master: bytes,
    name: str,
    faults: dict[str, str],
    typed: Mapping[str, str] | None = None,
    status: int = 200,
    *,
    done: bool = False,
) -> Response:
    page = render_template(
        f"portal/mailbox_{name}.html",
        view=services.mailbox.view(master, asked_part()),
        faults=faults,
        typed={**dict.fromkeys(_FIELDS, ""), **(typed or {})},
        choices=CHOICES,
        labels=LABELS,
        done=done,
        furthest=limits(),
    )
    return make_response(page, status)


def _today(services: Services) -> date:
    return services.clock.today(services.organisation().calendar.timezone)


def _with_part(path: str) -> str:
    part = asked_part()
    return f"{path}&part={part + 1}" if part else path

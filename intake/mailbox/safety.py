"""What a reporter says about their own safety in an opened mailbox: check-ins, days of their own, a promise.

All of it belongs to the report, not to one of the cases that it became: it goes into the compartment of the case that was
filed, to whoever looks after the reporter, and to no message of the case. Every act comes once, however often its button is
pressed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from crypto.encoding import canonical_json, to_text
from crypto.kdf import derive
from intake.events import EventKind
from intake.mailbox.asking import NotPossible
from intake.mailbox.confiding import NotPossibleError
from intake.mailbox.office import MailboxOffice
from intake.mailbox.writing import LetterboxError, Writing
from intake.outbox import JobName
from intake.protection.course import BACK, DAYS, own_days, promised_on
from intake.protection.limits import fault_of, limits, own_fault
from intake.protection.said import CHECK_IN, DATES, PROMISE, Does, Tap
from intake.record import REPORTER
from intake.requests import Ask, Request, request_job
from intake.upward import WORDS, seal_words

FILED_CASE = 0
"""The part of the mailbox that was filed."""
_ID_BYTES = 16


class DateLabel(StrEnum):
    """What a day of the reporter's own is about. Values are stored: never reuse or rename one."""

    CONTRACT = "contract"
    PROBATION = "probation"
    PERMIT = "permit"
    RATING = "rating"
    HEARING = "hearing"
    MOVE = "move"
    LEAVE = "leave"
    OTHER = "other"


@dataclass(frozen=True, slots=True, repr=False)
class CheckIn:
    """One check-in. ``answers``: the questions of the risk that the reporter answers anew, by id (A1, C1)."""

    state: Tap
    text: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)

    def as_content(self) -> dict[str, Any]:
        """What is sealed."""
        return {"state": self.state.value, "text": self.text, "answers": dict(sorted(self.answers.items()))}

    @property
    def is_bare_danger(self) -> bool:
        """Whether it says "I am not safe" and no more: that is never refused."""
        return self.state is Tap.UNSAFE and not self.text and not self.answers

    @property
    def is_danger(self) -> bool:
        """Whether officers hear of it at once."""
        return self.state is Tap.UNSAFE or self.answers.get("C1") in ("threat", "actual")


@dataclass(frozen=True, slots=True, repr=False)
class Promise:
    """What is to happen on ``due`` if the reporter did not come back before. ``text``: what is left sealed."""

    does: Does
    due: date
    text: str = ""


@dataclass(frozen=True, slots=True)
class SafetyOffice:
    """What the portal takes check-ins, days and promises with."""

    mailbox: MailboxOffice

    def check_in(self, master: bytes, said: CheckIn) -> None:
        """Say how safe one is. The same twice on a day is one check-in.

        Raises NoSuchMailboxError, LetterboxError, NotPossibleError, RosterError.
        """

        def act(writing: Writing) -> None:
            item = _item_id(writing, master, CHECK_IN, said.as_content())
            today = [
                record.data.get("item")
                for record in writing.records
                if record.kind is EventKind.CHECKED_IN and record.date == writing.today
            ]
            if item in today:
                return
            if len(today) >= limits().a_day and not said.is_bare_danger:
                raise NotPossibleError(NotPossible.ENOUGH_TODAY)
            data = writing.protect(CHECK_IN, said.as_content(), item_id=item)
            event = writing.tell(EventKind.CHECKED_IN, data)
            _news(writing, event, {"said": Tap.UNSAFE.value if said.is_danger else said.state.value})

        self.mailbox.act(master, FILED_CASE, act)

    def give_date(self, master: bytes, day: date, label: DateLabel, text: str) -> None:
        """Add a day of one's own, on which the mailbox asks. A day that is not possible is refused with ValueError: the pages
        point it out before. Raises as ``check_in``.
        """

        def act(writing: Writing) -> None:
            own = own_days(writing.records)
            if day in own:
                return
            if own_fault(day, writing.today, own) is not None:
                raise ValueError("a day of the reporter's own that is not possible")
            content = {"day": day.isoformat(), "label": label.value, "text": text}
            _tell_days(writing, content, {*own, day})

        self.mailbox.act(master, FILED_CASE, act)

    def take_date_back(self, master: bytes, day: date) -> None:
        """Take one of the own days back. Raises as ``check_in``."""

        def act(writing: Writing) -> None:
            own = own_days(writing.records)
            if day in own:
                _tell_days(writing, {"off": day.isoformat()}, {*own} - {day})

        self.mailbox.act(master, FILED_CASE, act)

    def promise(self, master: bytes, promise: Promise) -> None:
        """Say what is to happen on a day if one does not come back. It takes the place of an earlier one.

        Raises as ``check_in``; ValueError for a day that is not possible.
        """

        def act(writing: Writing) -> None:
            if fault_of(promise.due, writing.today, limits().promise_furthest) is not None:
                raise ValueError("a promise for a day that is not possible")
            due = promise.due.isoformat()
            content = {"does": promise.does.value, "due": due}
            data = writing.protect(PROMISE, content)
            event = writing.tell(EventKind.PROMISED, data)
            said = {"said": PROMISE, "does": promise.does.value, "due": due}
            # Words travel in every promise, or its size would tell which it is.
            _news(writing, event, said, text=promise.text if promise.does is Does.RELEASE else "")

        self.mailbox.act(master, FILED_CASE, act)

    def take_promise_back(self, master: bytes) -> None:
        """Nothing is to happen any more. Raises as ``check_in``; NotPossibleError where nothing was promised."""

        def act(writing: Writing) -> None:
            if promised_on(writing.records) is None:
                raise NotPossibleError(NotPossible.NOTHING_PROMISED)
            data = writing.protect(PROMISE, {"does": "", "due": ""})
            event = writing.tell(EventKind.PROMISED, {**data, BACK: True})
            _news(writing, event, {"said": PROMISE, "does": "", "due": ""}, text="")

        self.mailbox.act(master, FILED_CASE, act)


def _news(writing: Writing, event: int, said: Mapping[str, Any], *, text: str | None = None) -> None:
    """Leave news for the worker. ``text`` stays sealed until the worker tells it."""
    details: dict[str, Any] = {**said, "event": event}
    if text is not None:
        details[WORDS] = seal_words(writing.box, writing.author, writing.today, event, text)
    request = Request(writing.box.case, Ask.NEWS, REPORTER, writing.today, details=details)
    writing.session.add(request_job(request, writing.author, writing.gate, JobName.NEWS))
    writing.session.flush()


def _tell_days(writing: Writing, content: Mapping[str, Any], days: set[date]) -> None:
    left = sorted(day.isoformat() for day in days if day > writing.today)
    data = writing.protect(DATES, content)
    event = writing.tell(EventKind.GAVE_DATES, {**data, DAYS: left})
    _news(writing, event, {"said": DATES, DAYS: left})


def _item_id(writing: Writing, master: bytes, form: str, content: Mapping[str, Any]) -> str:
    """The id under which this is said today, the same for whoever has the code and random for everybody else: two taps, two
    tabs and a lost answer say it once.
    """
    if writing.compartment is None:
        raise LetterboxError
    place = (writing.box.case, form, writing.today.isoformat())
    about = (*(part.encode() for part in place), canonical_json(dict(content)))
    return to_text(derive(master, "safety/item", *about, length=_ID_BYTES))

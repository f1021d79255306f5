"""An independent reckoning of what a case owes: its own calendar, its own rules, from acts and their days alone.

It shares no code with the product and knows none of its dates but those that somebody typed. Numbers are the default pack's, in
words that a lawyer could check.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

DAY = timedelta(days=1)
HOLIDAYS = frozenset({date(2026, 12, 25)})
ASKED_OF_THE_REPORTER = frozenset({"first_question", "second_question"})
TAKEN_FOR = frozenset({"accept_due", "review_due", "feedback_due"})
ENDED_ABOVE = ("held_until", "result_due", "close_due", "progress_due", "first_question", "second_question")
UPWARDS = frozenset({"overdue", "takeover", "review", "call_up", "handling_complaint"})
OVER = frozenset({"concluded", "closed", "redirected"})


def working(day: date) -> bool:
    """Monday to Friday and no holiday."""
    return day.isoweekday() <= 5 and day not in HOLIDAYS


def working_days(day: date, number: int) -> date:
    """The last day on time when so many working days are given after ``day``."""
    while number:
        day += DAY
        number -= working(day)
    return day


def months(day: date, number: int) -> date:
    """The same day of a later month, or its last one."""
    year, month = day.year + (day.month - 1 + number) // 12, (day.month - 1 + number) % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@dataclass(frozen=True)
class Entry:
    """One event of a case: what was done, when, by whom, and what its author typed."""

    number: int
    kind: str
    day: date
    actor: str
    data: Mapping[str, Any]
    paper: Mapping[str, Any]


@dataclass(frozen=True)
class Run:
    """A clock from the day on which it began to the day on which somebody did what was due, or it was taken away."""

    clock: str
    due: date
    begun: date
    at: int
    """The number of the event that began it."""
    ended: date | None = None

    def was_missed(self) -> bool:
        """Nothing was done on the last day on time, or before."""
        return self.clock not in ASKED_OF_THE_REPORTER and (self.ended is None or self.ended > self.due)


@dataclass
class Reckoning:
    """One case, entry by entry. ``severity`` and ``risk`` are bands."""

    severity: str
    risk: str
    in_danger: bool
    office: str
    clocks: dict[str, date] = field(default_factory=dict)
    met: dict[str, date] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    state: str = "received"
    handlers: set[str] = field(default_factory=set)
    deciders: set[str] = field(default_factory=set)
    barred: set[str] = field(default_factory=set)
    """Who recused, was named, or worked on the case before it went up."""
    days: dict[int, date] = field(default_factory=dict)
    went_up: list[date] = field(default_factory=list)
    supervised: list[date] = field(default_factory=list)
    contact_anew: date | None = None
    refused: bool = False
    _entry: Entry | None = None

    def follow(self, entries: Sequence[Entry]) -> None:
        """Reckon on, over what is new."""
        for entry in entries[len(self.days) :]:
            self._entry = entry
            self.days[entry.number] = entry.day
            self._remember_people(entry)
            getattr(self, f"_{entry.kind}", self._nothing)(entry)
            self.state = str(entry.data.get("state", self.state))
            circle = entry.data.get("circle", {})
            self.office = str(circle.get("office", self.office))

    def running(self) -> dict[str, date]:
        """What is owed now."""
        return {clock: due for clock, due in self.clocks.items() if clock not in self.met}

    @property
    def priority(self) -> str:
        """P1 to P4."""
        bands = {self.severity, self.risk}
        if self.in_danger or "critical" in bands:
            return "P1"
        return "P2" if "high" in bands else "P3" if "medium" in bands else "P4"

    # How clocks begin and end

    def _begin(self, **clocks: date) -> None:
        assert self._entry is not None
        for clock, due in clocks.items():
            if self.clocks.get(clock) == due and clock not in self.met:
                continue
            self._end(clock)
            self.clocks[clock] = due
            if clock not in self.met:
                self.runs.append(Run(clock, due, self._entry.day, self._entry.number))

    def _end(self, clock: str) -> None:
        assert self._entry is not None
        day = self._entry.day
        self.runs = [
            replace(run, ended=day) if run.clock == clock and run.ended is None else run for run in self.runs
        ]

    def _meet(self, *clocks: str) -> None:
        assert self._entry is not None
        for clock in clocks:
            if clock in self.clocks and clock not in self.met:
                self._end(clock)
                self.met[clock] = self._entry.day

    def _restart(self, *clocks: str) -> None:
        for clock in clocks:
            self._end(clock)
            self.clocks.pop(clock, None)
            self.met.pop(clock, None)

    def _contact(self, day: date) -> dict[str, date]:
        urgent = self.in_danger or self.risk == "critical"
        if urgent:
            return {"first_contact_due": day + DAY}
        given = {"P1": 1, "P2": 3}.get(self.priority)
        return {} if given is None else {"first_contact_due": working_days(day, given)}

    def _remember_people(self, entry: Entry) -> None:
        if entry.kind in ("proposed", "voted"):
            self.deciders.add(entry.actor)
        if entry.kind == "recused":
            self.barred.add(entry.actor)
        if entry.kind == "released":
            self.barred |= set(entry.data.get("officers", ()))
            if entry.data["reason"] in UPWARDS:
                self.barred |= self.handlers | self.deciders
        self.handlers |= set(entry.data.get("handlers", ()))

    # What each act means

    def _nothing(self, entry: Entry) -> None:
        """An act that no clock waits for."""

    def _filed(self, entry: Entry) -> None:
        ack = entry.day + 7 * DAY
        self._begin(
            ack_due=ack,
            accept_due=working_days(entry.day, 15),
            feedback_due=months(ack, 3),
            **self._contact(entry.day),
        )

    def _acknowledged(self, entry: Entry) -> None:
        promised = months(min(entry.day, self.clocks["ack_due"]), 3)
        if "review_due" not in self.clocks and promised < self.clocks["feedback_due"]:
            self._begin(feedback_due=promised)
        self._meet("ack_due", "first_contact_due")

    def _assessed(self, entry: Entry) -> None:
        self._weighed(entry)

    def _weighed(self, entry: Entry) -> None:
        if entry.paper.get("form") == "assessment":
            self.severity, self.risk = entry.paper["severity"]["band"], entry.paper["risk"]["band"]

    def _addressed(self, entry: Entry) -> None:
        self._meet("ack_due", "accept_due")
        if entry.data["manner"] == "later":
            self._restart("held_until")
            self._begin(held_until=date.fromisoformat(entry.data["clocks"]["held_until"]))
        else:
            self._meet("held_until")

    def _answered(self, entry: Entry) -> None:
        self._meet("first_contact_due")

    def _noted(self, entry: Entry) -> None:
        self._meet("progress_due")

    def _proposed(self, entry: Entry) -> None:
        if entry.data["size"] > 1:
            self._votes(entry)

    def _seated(self, entry: Entry) -> None:
        self._votes(entry)

    def _recused(self, entry: Entry) -> None:
        if "proposal" in entry.data:  # somebody else has the seat now
            self._votes(entry)

    def _votes(self, entry: Entry) -> None:
        self._restart("panel_due")
        self._begin(panel_due=working_days(entry.day, 5))

    def _stopped(self, entry: Entry) -> None:
        self._meet("panel_due")

    def _decided(self, entry: Entry) -> None:
        self._meet("panel_due")
        act = entry.data["act"]
        self.refused = act == "refuse"
        if act == "close":
            self._begin(result_due=working_days(entry.day, 15))
            for clock, due in entry.data["clocks"].items():
                if clock.startswith(("corrective:", "referral:")):
                    self._begin(**{clock: date.fromisoformat(due)})
            self._meet("held_until", "progress_due")
        if act == "extend":
            self._begin(feedback_due=date.fromisoformat(entry.data["clocks"]["feedback_due"]))
        self._weighed(entry)

    def _told(self, entry: Entry) -> None:
        self._meet("result_due", "feedback_due", "review_due")
        if self.refused:  # the decision tells the reporter by itself
            self._meet("first_contact_due", "accept_due")
            self.refused = False
        if "close_due" in self.running():
            return  # told again: the case is to be closed when it was to be closed
        promised = [due for clock, due in self.running().items() if clock.startswith("corrective:")]
        self._begin(close_due=max([working_days(entry.day, 15), *promised]))

    def _corrected(self, entry: Entry) -> None:
        self._meet(f"referral:{entry.data['action']}")

    def _verified(self, entry: Entry) -> None:
        self._meet(f"corrective:{entry.data['action']}")

    def _closed(self, entry: Entry) -> None:
        self._begin(first_question=entry.day + 30 * DAY, second_question=entry.day + 180 * DAY)
        self._meet("close_due", "progress_due", "held_until")

    def _reopened(self, entry: Entry) -> None:
        owed = {"feedback_due", "review_due"} & set(self.running())
        self._restart("result_due", "close_due", "first_question", "second_question")
        if not owed:
            self._restart("feedback_due")
            self._begin(feedback_due=months(entry.day, 3))

    def _replied(self, entry: Entry) -> None:
        asked = [name for name in ASKED_OF_THE_REPORTER if self.clocks.get(name, date.max) <= entry.day]
        self._meet(*asked)

    def _supervised(self, entry: Entry) -> None:
        self.supervised.append(entry.day)
        typed = date.fromisoformat(entry.data["clocks"]["progress_due"])
        self._restart("progress_due")
        self._begin(progress_due=typed)

    def _released(self, entry: Entry) -> None:
        reason, asked = entry.data["reason"], entry.data.get("asked")
        came = entry.day if asked is None else self.days[asked]
        if reason in ("overdue", "takeover"):
            urgent = self.in_danger or self.risk == "critical"
            self._restart("first_contact_due")
            self._begin(first_contact_due=entry.day + DAY if urgent else working_days(entry.day, 1))
        elif reason in ("review", "call_up"):
            came = date.fromisoformat(entry.data["received"]) if asked is None else came
            self._restart("ack_due", "review_due", "first_contact_due", *ENDED_ABOVE)
            self._begin(ack_due=came + 7 * DAY, review_due=came + 30 * DAY, **self._contact(came))
        elif reason == "handling_complaint":
            self._restart("first_contact_due")
            if self.state in OVER:
                self._restart("review_due", *ENDED_ABOVE)
                self._begin(review_due=came + 30 * DAY)
            late = self.running().get("ack_due", date.max) < entry.day
            begin = {"first_contact_due": working_days(entry.day, 1)} if late else {}
            self._begin(**(self._contact(came) or begin))
        elif entry.data["circle"]["office"] != entry.data["from"]:
            self._restart("first_contact_due")
            self._begin(**self._contact(entry.day))
        if entry.data["circle"]["office"] != entry.data["from"]:
            if "panel_due" in self.running():
                self._restart("panel_due")
            self.went_up.append(entry.day)
            self.contact_anew = self.clocks.get("first_contact_due")

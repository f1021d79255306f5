"""Officers, reporters and those above who do something at random on a day of the year, each through the product's own door."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from werkzeug.datastructures import MultiDict

from intake.casefile import CaseFile, Holder
from intake.drafts import Draft, DraftSubject
from intake.intake_types import IntakeType
from intake.mailbox import NotPossibleError, Solved
from intake.organisation import Tie, TieType
from intake.protection.triggers import Step
from intake.retention.acts import RetentionAct
from intake.roster import Roster
from intake.time import Clock
from tests.support.handling import TOLD, WIDER, answers_as_sent, closing_sent, weigh
from tests.support.instances import Instance
from tests.support.reports import CALM, Filed, Offices, report
from triage.casework.acknowledge import acknowledge
from triage.casework.address import address
from triage.casework.assess import assess
from triage.casework.assign import assign
from triage.casework.checker import call_checker
from triage.casework.classify import classify
from triage.casework.close import close, reopen
from triage.casework.correct import correct, verify
from triage.casework.corrections import corrections_of
from triage.casework.desk import Actor, Desk
from triage.casework.find import allegations_of, find
from triage.casework.hand_over import hand_over, takers
from triage.casework.panel import open_proposal
from triage.casework.part import part
from triage.casework.people import assignable
from triage.casework.policy import Act, allowed, proposable, to_weigh
from triage.casework.position import position_of
from triage.casework.propose import propose, reseat, withdraw
from triage.casework.protect.calling import protect
from triage.casework.reading import record_read
from triage.casework.reasons import reason_catalogue
from triage.casework.recuse import recuse
from triage.casework.refusals import NoSuchCaseError, RefusedError
from triage.casework.result import tell_result
from triage.casework.secure import hear, secure
from triage.casework.ties import declare
from triage.casework.transfer import allowed_offices
from triage.casework.turn import turn
from triage.casework.vote import vote
from triage.casework.writing import answer, note
from triage.oversight.asks import call_up, supervise, take_over
from triage.oversight.told import read_notices

TARGETS: tuple[tuple[DraftSubject, frozenset[str]], ...] = (
    (DraftSubject(name="Rosa Medina", post="staff", body="millbrook-water"), frozenset({"p-plumber", "millbrook-water"})),
    (DraftSubject(name="Emil Nagy", post="staff", body="millbrook-school"), frozenset({"p-teacher", "millbrook-school"})),
    (DraftSubject(name="Hugo Stein", post="head", body="millbrook-water"), frozenset({"p-water", "millbrook-water"})),
    (DraftSubject(name="Greta Holm", post="head", body="millbrook-hall"), frozenset({"p-mayor-m", "millbrook-hall"})),
    (DraftSubject(name="Paul Weber", post="head", body="north-council"), frozenset({"p-governor", "north-council"})),
    (DraftSubject(name="Milo Fernandes", post="staff", body="HO-millbrook"), frozenset({"milo", "HO-millbrook"})),
)  # fmt: skip
"""Somebody to report, and every id that a tie to them can name."""
_NOT_BY_CHANCE = {
    Act.RECUSE: 0.05,
    Act.HAND_OVER: 0.05,
    Act.WITHDRAW: 0.1,
    Act.REOPEN: 0.04,
    Act.TURN: 0.1,
    Act.CLASSIFY: 0.2,
    Act.NOTE: 0.4,
    Act.PROTECT: 0.1,
    Act.EXPORT: 0,  # it needs files, and moves nothing
    Act.ANSWER: 0.4,
}
"""How eager somebody is to do what does not bring a case forward."""


@dataclass
class Case:
    """A case of the year. ``pace``: how likely its office does something on a day; some never do."""

    filed: Filed
    targets: frozenset[str]
    pace: float
    named: set[str] = field(default_factory=set)
    told_to_report: set[date] = field(default_factory=set)
    """Dates that the level above set."""

    @property
    def id(self) -> str:
        return self.filed.case


@dataclass
class Year:
    """The instance on one day after another, with everything that chance decides."""

    instance: Instance
    chance: random.Random
    today: date
    roster: Roster
    cases: list[Case] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    """Officers who were disabled."""
    ties: set[tuple[str, str]] = field(default_factory=set)
    """Officer and target, entered on the roster or declared later."""

    @property
    def desk(self) -> Desk:
        """The back office of today."""
        return Desk(self.instance.triage_db, self.instance.triage.gate, Clock(self.today))

    @property
    def offices(self) -> Offices:
        """The portal of today."""
        return Offices(self.instance, self.today)

    def actor(self, officer: str) -> Actor:
        """Somebody who is logged in today."""
        holder = Holder(officer, self.instance.pair(officer))
        return Actor(self.roster.officers[officer], holder, self.roster, self.today)

    def at_work(self) -> list[str]:
        """Everybody who has an account that works."""
        return sorted(set(self.instance.people) - self.gone)

    def renew(self) -> None:
        """Read the newest roster, as every process does."""
        self.roster = self.instance.roster

    # What happens

    def file(self) -> None:
        """Somebody reports."""
        subject, targets = self.chance.choice(TARGETS)
        kinds = tuple(IntakeType)
        filed = self.offices.file(_draft(subject, kinds[len(self.cases) % len(kinds)]))
        self.cases.append(Case(filed, targets, self.chance.choice((0.0, 0.15, 0.4, 0.6))))

    def work(self, case: Case, holders: Collection[str]) -> None:
        """One of those who hold the case does something in it, or only looks."""
        if not holders:
            return
        actor = self.actor(self.chance.choice(sorted(holders)))
        try:
            with self.desk.databases.reading() as session:
                file = self.desk.open(session, actor, case.id)
            if self.chance.random() < 0.3:
                record_read(self.desk, actor, case.id)
            _Turn(self, case, actor, file).take()
        except (RefusedError, NoSuchCaseError):
            return  # chance tries what cannot be done, too

    def write(self, case: Case) -> None:
        """The reporter comes back to the mailbox."""
        mailbox, master = self.offices.mailbox, case.filed.master
        asks = mailbox.view(master).asks
        lot = self.chance.random()
        try:
            if asks.question is not None:
                mailbox.reply(master, self.chance.choice(list(Solved)))
            elif asks.review is None and lot < 0.5:
                mailbox.ask_for_review(master, "They asked nobody.")
            elif lot < 0.06:
                mailbox.complain(master, "Nobody answers.")
            elif lot < 0.12:
                named = self.chance.choice(("mara", "marc", "nils", "noel", "leo", "omar"))
                mailbox.name_involved(master, [named])
                case.named.add(named)
            else:
                mailbox.write(master, "It goes on.")
        except NotPossibleError:
            return

    def look_from_above(self, officer: str) -> None:
        """Somebody reads what they were told, and sometimes asks for something."""
        actor = self.actor(officer)
        with self.desk.databases.reading() as session:
            told = read_notices(session, actor).told
        about = sorted({entry.case for entry in told if entry.case})
        known = {case.id: case for case in self.cases}
        for number in self.chance.sample(about, min(2, len(about))):
            due = self.today + timedelta(days=self.chance.randint(1, 9))
            asks: list[Callable[[], None]] = [
                lambda number=number: take_over(self.desk, actor, number),  # type: ignore[misc]
                lambda number=number: call_up(self.desk, actor, number, "Look again."),  # type: ignore[misc]
                lambda number=number, due=due: supervise(self.desk, actor, number, due.isoformat()),  # type: ignore[misc]
            ]
            try:
                self.chance.choice(asks)()
                known[number].told_to_report.add(due)
            except (RefusedError, NoSuchCaseError):
                continue

    def declare_a_tie(self) -> None:
        """Somebody finds out late that they know somebody."""
        officer = self.chance.choice(sorted(set(self.at_work()) - {"olga", "omar", "vera", "vito"}))
        target = self.chance.choice(("p-plumber", "p-teacher", "p-water", "p-mayor-m", "millbrook-hall"))
        declare(
            self.desk,
            self.actor(officer),
            [Tie(officer=officer, type=TieType.KIN, target=target, until=None)],
        )
        self.ties.add((officer, target))
        self.renew()

    def disable(self, officer: str) -> None:
        """An account ends; the case of whoever held it goes on."""
        officers = {**self.roster.officers, officer: replace(self.roster.officers[officer], active=False)}
        self.instance.reissue(officers=officers.values(), issued=self.today)
        self.gone.add(officer)
        self.renew()


def _draft(subject: DraftSubject, kind: IntakeType) -> Draft:
    # At a low risk: plans for a reporter's safety have stories of their own (tests/functional/duties/test_safety.py).
    accused = DraftSubject(name=subject.name, post=subject.post, body=subject.body)
    return report(accused, intake=kind.value, **CALM)


@dataclass
class _Turn:
    """One officer in front of one opened case."""

    year: Year
    case: Case
    actor: Actor
    file: CaseFile

    def take(self) -> None:
        """Do one of the acts that the page offers."""
        chance = self.year.chance
        position = position_of(self.file, self.actor.officer, self.year.today)
        offered = [act for act in Act if act in allowed(position)]
        liked = [act for act in offered if chance.random() < _NOT_BY_CHANCE.get(act, 1)]
        if liked:
            getattr(self, f"_{chance.choice(liked).value}")()

    def _acknowledge(self) -> None:
        acknowledge(self.year.desk, self.actor, self.case.id)

    def _assess(self) -> None:
        higher = self.year.chance.choice(("", "", "", "medium", "high", "critical"))
        changed = {"severity-least": higher} if higher else {}
        sent = answers_as_sent(self.file, self.actor, **changed)
        assess(self.year.desk, self.actor, self.case.id, sent, "It is graver." if higher else "")

    def _weigh(self) -> None:
        steps = to_weigh(position_of(self.file, self.actor.officer, self.year.today)) or tuple(Step)
        weigh(self.year.desk, self.actor, self.case.id, self.year.chance.choice(steps))

    def _protect(self) -> None:
        protect(self.year.desk, self.actor, self.case.id, "She was followed.", call=True)

    def _turn(self) -> None:
        turn(self.year.desk, self.actor, self.case.id, "report", "It says who did it.")

    def _classify(self) -> None:
        allegation = self.year.chance.choice(allegations_of(self.file))
        sent = MultiDict({"allegation": allegation.id, "allegations": "no_collective_decision"})
        classify(self.year.desk, self.actor, self.case.id, sent)

    def _address(self) -> None:
        chance = self.year.chance
        manner = chance.choice(("letter", "verification", "investigation", "later"))
        until = self.year.today + timedelta(days=chance.randint(3, 40))
        typed = {"manner": manner, "until": until.isoformat(), "reason": "A court decides first.", **WIDER}
        address(self.year.desk, self.actor, self.case.id, typed)

    def _answer(self) -> None:
        answer(self.year.desk, self.actor, self.case.id, "We are looking at the books.")

    def _note(self) -> None:
        note(self.year.desk, self.actor, self.case.id, "The books are in the cellar.")

    def _assign(self) -> None:
        to = self.year.chance.choice(assignable(self.file, self.actor.roster))
        task = self.year.chance.choice(("handle", "investigate"))
        assign(self.year.desk, self.actor, self.case.id, to, task)

    def _hand_over(self) -> None:
        fit = takers(self.file, self.actor.roster, self.actor.officer.id)
        if fit:
            hand_over(self.year.desk, self.actor, self.case.id, self.year.chance.choice(fit))

    def _recuse(self) -> None:
        recuse(self.year.desk, self.actor, self.case.id)

    def _secure(self) -> None:
        secure(self.year.desk, self.actor, self.case.id, "The books are copied.")

    def _hear(self) -> None:
        hear(self.year.desk, self.actor, self.case.id, "She says that it was an order.", WIDER)

    def _find(self) -> None:
        for allegation in allegations_of(self.file):
            typed = {
                "allegation": allegation.id,
                "grade": "established",
                "text": "The books differ.",
                "evidence": "Books",
            }
            find(self.year.desk, self.actor, self.case.id, typed)

    def _propose(self) -> None:
        chance, today = self.year.chance, self.year.today
        proposed = proposable(position_of(self.file, self.actor.officer, today))
        # How long a case is kept, and joined cases, have stories of their own.
        left_out = {*(act.value for act in RetentionAct), "merge"}
        fit = [decision for decision in proposed if decision not in left_out]
        if not fit:
            return
        decision = chance.choice([*fit, *(each for each in fit if each == "close")] * 2)
        sent = closing_sent(today)
        sent["reason"] = reason_catalogue().codes[decision][0]
        sent["told"] = TOLD
        sent["until"] = (today + timedelta(days=chance.randint(20, 100))).isoformat()
        sent["office"] = chance.choice([*allowed_offices(self.file, self.actor.roster), ""])
        sent["severity"] = "low"
        sent.update({"heard": "yes", "heard-how": "In the mailbox.", "remedy": "Pay is made up."})
        propose(self.year.desk, self.actor, self.case.id, decision, sent)

    def _vote(self) -> None:
        proposal = open_proposal(self.file)
        assert proposal is not None
        choice = self.year.chance.choice(["agree"] * 12 + ["reject", "abstain"])
        vote(self.year.desk, self.actor, self.case.id, proposal.id, choice, "I looked at it.")

    def _withdraw(self) -> None:
        proposal = open_proposal(self.file)
        assert proposal is not None
        withdraw(self.year.desk, self.actor, self.case.id, proposal.id)

    def _reseat(self) -> None:
        proposal = open_proposal(self.file)
        assert proposal is not None
        reseat(self.year.desk, self.actor, self.case.id, proposal.id)

    def _tell(self) -> None:
        tell_result(self.year.desk, self.actor, self.case.id, TOLD)

    def _correct(self) -> None:
        for action in corrections_of(self.file):
            correct(self.year.desk, self.actor, self.case.id, action.id, "Two signatures a day.")

    def _call_checker(self) -> None:
        for action in corrections_of(self.file):
            call_checker(self.year.desk, self.actor, self.case.id, action.id)

    def _verify(self) -> None:
        for action in corrections_of(self.file):
            verify(self.year.desk, self.actor, self.case.id, action.id, "I looked at a week of them.")

    def _part(self) -> None:
        part(self.year.desk, self.actor, self.case.id, "They are two matters after all.")

    def _close(self) -> None:
        close(self.year.desk, self.actor, self.case.id)

    def _reopen(self) -> None:
        reopen(self.year.desk, self.actor, self.case.id, "Somebody else came forward.")

"""A case on its way upwards: what its office did, what reporter and officers above asked for, what the worker made of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from crypto.keys import PublicKeys
from crypto.receipt import ReceiptKeys
from intake import ladder
from intake import watch as watches
from intake.casefile import CaseFile
from intake.database.case_tables import Case, Event, Notice, OutboxJob
from intake.events import EventKind
from intake.log import configure
from intake.notices import NoticeKind, open_notice
from intake.outbox import JobName
from intake.record import REPORTER, Author, Letterbox, append_event
from intake.release import Gate
from intake.requests import Ask, Request, request_job
from intake.routing import decide, facts_from, first_recipients
from intake.standing import standing_of
from intake.time import Clock
from intake.watch import Watch
from tests.support.instances import Instance
from tests.support.reports import Filed
from triage.casework.acting import Acting
from triage.worker.context import Context
from triage.worker.loop import Worker

DAY = timedelta(days=1)


@dataclass
class Moving:
    """One case, about Rosa Medina of the waterworks unless said otherwise."""

    filed: Filed

    @property
    def instance(self) -> Instance:
        return self.filed.offices.instance

    @property
    def case(self) -> str:
        return self.filed.case

    @property
    def day(self) -> date:
        """The day of filing."""
        return self.filed.offices.today

    def gate(self, today: date) -> Gate:
        """What the worker releases with."""
        return Gate(self.instance.worker.gate_pair, self.instance.roster, today)

    def worker(self, today: date) -> Worker:
        """A fresh worker process, as far as a test needs one."""
        instance = self.instance
        log = configure("worker")
        return Worker(Context(instance.worker, instance.worker_db, instance.rosters, Clock(today), log))

    # What the office does

    def act(self, officer: str, kind: EventKind, data: dict[str, Any], today: date | None = None) -> None:
        """An act past every gate, with all that follows from it."""
        later = replace(self.filed, offices=replace(self.filed.offices, today=today or self.day))
        with later.act(officer) as acting:
            acting.tell(kind, data)

    def acknowledge(self, officer: str = "mara", today: date | None = None) -> None:
        met = {"ack_due": (today or self.day).isoformat()}
        self.act(officer, EventKind.ACKNOWLEDGED, {"state": "acknowledged", "met": met}, today)

    def assign(self, by: str, officer: str, today: date | None = None) -> None:
        """Give a task, with the key."""
        later = replace(self.filed, offices=replace(self.filed.offices, today=today or self.day))
        with later.act(by) as acting:
            assert isinstance(acting, Acting)
            acting.grant([officer])
            handlers = {**acting.file.progress.handlers, officer: "handle"}
            acting.tell(EventKind.ASSIGNED, {"handlers": handlers})

    def conclude(
        self, proposer: str, voters: Iterable[str], today: date | None = None, final: date | None = None
    ) -> None:
        """Decide together; the result is not told yet."""
        day = today or self.day
        others = list(voters)
        self.act(proposer, EventKind.ASSESSED, {"step": "findings"}, day)
        asked = {"proposal": "p", "act": "close", "size": len(others) + 1}
        self.act(proposer, EventKind.PROPOSED, asked, day)
        for voter in others:
            self.act(voter, EventKind.VOTED, {"proposal": "p", "vote": "agree"}, day)
        data: dict[str, Any] = {
            "proposal": "p",
            "act": "close",
            "state": "concluded",
            "clocks": {"result_due": (day + 21 * DAY).isoformat()},
        }
        if final is not None:
            data["final"] = final.isoformat()
        self.act(proposer, EventKind.DECIDED, data, day)

    def tell_result(self, officer: str, today: date | None = None) -> None:
        day = today or self.day
        names = ("result_due", "feedback_due", "review_due", "accept_due")
        self.act(officer, EventKind.TOLD, {"met": dict.fromkeys(names, day.isoformat())}, day)

    def close(self, officer: str, today: date | None = None) -> None:
        self.act(officer, EventKind.CLOSED, {"state": "closed"}, today)

    # What others ask for

    def reporter_event(self, kind: EventKind, today: date) -> int:
        """An event of the reporter's own, as the mailbox writes it."""
        box = self._box()
        with self.instance.owner.state.begin() as session:
            return append_event(session, box, self.reporter(), kind, today, {}).number

    def ask_reporter(
        self, ask: Ask, kind: EventKind, today: date, officers: tuple[str, ...] = ()
    ) -> OutboxJob:
        """The reporter asks, as the mailbox does it. Returns a copy of the job."""
        number = self.reporter_event(kind, today)
        request = Request(self.case, ask, REPORTER, today, officers, {"event": number})
        return self.post(request_job(request, self.reporter(), self.instance.portal.gate))

    def ask_officer(self, ask: Ask, officer: str, today: date, **details: str) -> OutboxJob:
        """An officer asks, as the oversight page does it. Returns a copy of the job."""
        request = Request(self.case, ask, officer, today, (), details)
        author = Author(officer, self.instance.pair(officer))
        return self.post(request_job(request, author, self.instance.portal.gate))

    def post(self, job: OutboxJob) -> OutboxJob:
        """Store a job, also again and again, as somebody with the database could."""
        with self.instance.owner.state.begin() as session:
            session.add(copy_of(job))
        return job

    def reporter(self) -> Author:
        """Whoever has the receipt code."""
        return Author(REPORTER, ReceiptKeys(self.filed.master).reporter(self.case))

    def _box(self) -> Letterbox:
        watch = self.watch()
        return Letterbox(self.case, watch.epoch, PublicKeys.from_text(watch.key), self.reporter().pair.public)

    # What came of it

    def who_can_open(self) -> set[str]:
        return {officer for officer in self.instance.people if self.filed.opened_by(officer) is not None}

    def opened(self) -> CaseFile:
        """The case as one of those who can open it sees it."""
        file = self.filed.opened_by(sorted(self.who_can_open())[0])
        assert file is not None
        return file

    def watch(self) -> Watch:
        with self.instance.owner.reading() as session:
            watch = watches.load(session, self.case, self.instance.worker.gate_pair, self.instance.roster)
        assert watch is not None
        return watch

    def count(self, kind: EventKind) -> int:
        with self.instance.owner.reading() as session:
            kinds = session.scalars(select(Event.kind).where(Event.case_id == self.case)).all()
        return kinds.count(kind)

    def waiting(self) -> int:
        """How many requests are left in the outbox."""
        with self.instance.owner.reading() as session:
            jobs = session.scalars(select(OutboxJob.job)).all()
        return jobs.count(JobName.REQUEST.value)

    def told_anything(self) -> set[str]:
        """The ids of every notice."""
        with self.instance.owner.reading() as session:
            return set(session.scalars(select(Notice.id)))

    def told(self, kind: NoticeKind) -> dict[str, list[dict[str, Any]]]:
        """Officer → the notices of that kind."""
        found: dict[str, list[dict[str, Any]]] = {}
        with self.instance.owner.reading() as session:
            rows = session.execute(select(Notice.officer_id, Notice.id, Notice.sealed)).all()
        for officer, number, sealed in rows:
            notice = open_notice(self.instance.pair(officer), number, sealed)
            if notice["notice"] == kind:
                found.setdefault(officer, []).append(notice)
        return found

    def expected(self, **facts: Any) -> set[str]:
        """Who may open it by the rules alone: the first recipients of a decision on facts written down here."""
        organisation = self.instance.organisation
        document = {
            "kind": "initial",
            "severity": "low",
            "received": self.day.isoformat(),
            "subjects": ["p-plumber"],
            "certified": sorted(self.instance.roster.certified),
            **facts,
        }
        found = facts_from(document, organisation)
        decision = decide(organisation, found, organisation.calendar)
        return set(first_recipients(organisation, decision, found.certified))

    def check_consequences(self) -> None:
        """What the worker wrote without reading the case is what anybody who reads it finds."""
        file = self.opened()
        assert file.whole
        roster = self.instance.roster
        standing = standing_of(file, roster)
        watch = self.watch()
        found = watches.watch_of(file, standing, roster)
        expected = replace(found, number=watch.number, asked=watch.asked, seen=watch.seen)
        differs = {name: (value, asdict(watch)[name]) for name, value in asdict(expected).items()}
        different = {name: pair for name, pair in differs.items() if pair[0] != pair[1]}
        assert not different, different
        with self.instance.owner.reading() as session:
            row = session.get_one(Case, self.case)
            rungs = ladder.peel_all(session, self.case, row.epoch, self.instance.worker.gate_pair)
        assert (row.office, row.state, row.epoch) == (watch.office, file.progress.state, file.epoch)
        written = {
            (rung.kind, rung.prior, rung.office, rung.panel, rung.opens, frozenset(rung.grants))
            for rung in rungs
        }
        made = {
            (rung.kind.value, rung.prior, rung.office, rung.panel, rung.opens, frozenset(rung.recipients))
            for rung in standing.rungs()
            if rung.prior != rung.office
        }
        assert {rung for rung in written if rung[1] != rung[2]} == made
        # And whoever acts next can: every consequence is made anew from the record.
        with self.filed.act(sorted(self.who_can_open())[0]) as acting:
            acting.tell(EventKind.NOTED, {})


def copy_of(job: OutboxJob) -> OutboxJob:
    """The same row once more."""
    return OutboxJob(id=job.id, job=job.job, payload=job.payload, due=job.due, done=False, attempts=0)

"""What must be true of every case at the end of every day, against the reckoning (tests.slow.year.reckoning)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select

from intake.casefile import CaseFile, Holder, open_case
from intake.database.case_tables import Case as CaseRow
from intake.database.case_tables import Event, Grant, Notice, OutboxJob
from intake.notices import open_notice
from intake.standing import standing_of
from tests.slow.year.people import Case, Year
from tests.slow.year.reckoning import OVER, TAKEN_FOR, Entry, Reckoning, Run, working_days
from triage.casework.panel import open_proposal
from triage.casework.refusals import NoSuchCaseError

ABOVE = {"HO-millbrook": "HO-north", "HO-ashford": "HO-north", "HO-north": "HO-land"}
HEADS = {"HO-north": "nora", "HO-land": "lena"}
_LONG = frozenset({"item", "body", "notices", "report", "words", "barred"})
Told = tuple[str, str, str, str, str]
"""Officer, kind, case, clock, due: a notice that somebody must have, or has."""


_NOBODY_OF_THE_OFFICE = frozenset(
    {
        "filed",
        "written",
        "review_asked",
        "complained",
        "named",
        "replied",
        "missed",
        "supervised",
        "silent",
        "tried",
    }
)
_NOTHING_MOVED = {
    "assessed": "weighed again",
    "addressed": "another manner",
    **dict.fromkeys(
        (
            "noted",
            "turned",
            "classified",
            "assigned",
            "handed_over",
            "recused",
            "proposed",
            "seated",
            "stopped",
            "checker_called",
            "admitted",
            "joined",
            "parted",
            "contact_called",
            "sought",
        ),
        "people and papers",
    ),
}
"""What ends a silence once, until something moves: each thing for itself, people and papers together."""


@dataclass
class Checks:
    """The reckonings of all cases, and what had to be told until now."""

    year: Year
    reckonings: dict[str, Reckoning] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    must_be_told: Counter[Told] = field(default_factory=Counter)
    looked: list[date] = field(default_factory=list)
    """The days on which a worker worked."""
    stored: dict[str, tuple[object, ...]] = field(default_factory=dict)
    """What a case looked like when it was opened last."""
    faults: list[str] = field(default_factory=list)

    def holders(self, case: Case) -> set[str]:
        """Who has a grant of the newest key and an account."""
        with self.year.instance.owner.reading() as session:
            query = (
                select(Grant.officer_id)
                .join(CaseRow, CaseRow.id == Grant.case_id)
                .where(Grant.case_id == case.id, Grant.epoch == CaseRow.epoch)
            )
            return set(session.scalars(query)) - self.year.gone

    def end_of_day(self, cases: list[Case]) -> None:
        """Everything about these cases."""
        self.looked.append(self.year.today)
        with self.year.instance.owner.reading() as session:
            left = session.scalars(select(OutboxJob.job)).all()
        self._check(not left, f"jobs are left: {left}")
        for case in cases:
            self._look_at(case)

    def _check(self, fact: bool, otherwise: str) -> None:
        if not fact:
            self.faults.append(f"{self.year.today}: {otherwise}")

    def _look_at(self, case: Case) -> None:
        """Opens a case that is not as it was; what falls due is reckoned every day."""
        stored = self._stored(case)
        if self.stored.get(case.id) != stored:
            self.stored[case.id] = stored
            self._look_into(case)
        if case.id in self.entries:
            self._check_consequences(case, self.reckonings[case.id])

    def _stored(self, case: Case) -> tuple[object, ...]:
        with self.year.instance.owner.reading() as session:
            newest = session.scalar(select(func.max(Event.number)).where(Event.case_id == case.id))
            row = session.get_one(CaseRow, case.id)
            return newest, row.epoch, len(self.year.gone), len(self.year.ties), *sorted(self.holders(case))

    def _look_into(self, case: Case) -> None:
        holders = self.holders(case)
        self._check(bool(holders), f"{case.id}: nobody can open it")
        files = {officer: self._opened(case, officer) for officer in sorted(holders)}
        for officer, file in files.items():
            self._check(file is not None and file.whole, f"{case.id}: does not open whole for {officer}")
        file = next((file for file in files.values() if file is not None), None)
        if file is None:
            return
        reckoning = self._reckon(case, file)
        self._check_clocks(case, file, reckoning)
        self._check_people(case, file, reckoning, holders)

    def _opened(self, case: Case, officer: str) -> CaseFile | None:
        year = self.year
        holder = Holder(officer, year.instance.pair(officer))
        with year.instance.triage_db.reading() as session:
            return open_case(session, case.id, holder, year.roster, year.instance.portal.gate)

    def _reckon(self, case: Case, file: CaseFile) -> Reckoning:
        papers = {paper.number: paper.content for paper in file.written}
        entries = [
            Entry(record.number, record.kind.value, record.date, record.actor, record.data, papers.get(record.number, {}))
            for record in file.records
        ]  # fmt: skip
        if case.id not in self.reckonings:
            facts = file.report["facts"]
            self.reckonings[case.id] = Reckoning(
                facts["severity"], facts["retaliation_band"], facts["imminent_danger"], file.report["decision"]["handling_unit"]
            )  # fmt: skip
        reckoning = self.reckonings[case.id]
        for position in range(len(reckoning.days), len(entries)):
            entry = entries[position]
            if entry.kind in ("missed", "neglected"):
                self._must_tell(case, reckoning, entry)
            reckoning.follow(entries[: position + 1])
        self.entries[case.id] = entries
        return reckoning

    # Clocks

    def _check_clocks(self, case: Case, file: CaseFile, reckoning: Reckoning) -> None:
        view = self.year.offices.mailbox.view(case.filed.master)
        self._check(view.proved, f"{case.id}: the reporter's record is not proved")
        for who, progress in (("officers", file.progress), ("reporter", view.progress)):
            shown, reckoned = (_both(each.clocks, each.met) for each in (progress, reckoning))
            wrong = {
                name: (shown.get(name), reckoned.get(name)) for name, _ in shown.items() ^ reckoned.items()
            }
            self._check(not wrong, f"{case.id}: clocks of the {who} differ: {wrong} {self._story(case)}")

    # People

    def _excluded(self, case: Case, reckoning: Reckoning) -> set[str]:
        tied = {officer for officer, target in self.year.ties if target in case.targets}
        return tied | reckoning.barred | (case.targets & set(self.year.instance.people))

    def _check_people(self, case: Case, file: CaseFile, reckoning: Reckoning, holders: set[str]) -> None:
        excluded = self._excluded(case, reckoning)
        decided = set(standing_of(file, self.year.roster).decision.excluded_officers)
        self._check(decided == excluded, f"{case.id}: excluded {sorted(decided ^ excluded)} in one reckoning")
        for officer in sorted(excluded - self.year.gone):
            self._check(
                self._opened(case, officer) is None,
                f"{case.id}: {officer} is excluded and opens it {self._story(case)}",
            )
            with self.year.desk.databases.reading() as session:
                try:
                    self.year.desk.open(session, self.year.actor(officer), case.id)
                except NoSuchCaseError:
                    continue
            self._check(False, f"{case.id}: {officer} is excluded and finds it at the desk")
        proposal = open_proposal(file)
        guests = set() if proposal is None else set(proposal.seats)
        guests |= self._called_to_check(case)
        office = reckoning.office
        members = {member.id for member in self.year.roster.organisation.members_of(office)}
        self._check(
            holders <= members | guests,
            f"{case.id}: {sorted(holders - members - guests)} hold a case of {office} {self._story(case)}",
        )

    def _called_to_check(self, case: Case) -> set[str]:
        """Whoever was asked from above to check something that nobody has checked yet."""
        called: dict[str, str] = {}
        for entry in self.entries[case.id]:
            if entry.kind == "checker_called":
                called[entry.data["action"]] = entry.paper["officer"]
            elif entry.kind == "verified":
                called.pop(entry.data["action"], None)
        return set(called.values())

    def _level_above(self, reckoning: Reckoning, excluded: set[str]) -> set[str]:
        office = ABOVE.get(reckoning.office, "OVS")
        while office != "OVS" and HEADS[office] in excluded:
            office = ABOVE.get(office, "OVS")
        return self._able(office, excluded)

    def _able(self, office: str, excluded: set[str]) -> set[str]:
        members = {member.id for member in self.year.roster.organisation.members_of(office)}
        return members - excluded - self.year.gone

    # Consequences

    def _must_tell(self, case: Case, reckoning: Reckoning, entry: Entry) -> None:
        excluded = self._excluded(case, reckoning)
        above, board = self._level_above(reckoning, excluded), self._able("OVS", excluded)
        clock, due = str(entry.data.get("clock", "")), str(entry.data.get("due", ""))
        if entry.kind == "neglected":
            told = {"neglected": above | board}
        else:
            told = {"overdue": above, "accountability_entry": above | board}
            if clock.startswith("corrective:"):
                told["corrective"] = above
        for kind, officers in told.items():
            self.must_be_told.update((officer, kind, case.id, clock, due) for officer in officers)

    def _check_consequences(self, case: Case, reckoning: Reckoning) -> None:
        entries = self.entries[case.id]
        missed = Counter(
            (entry.data["clock"], date.fromisoformat(entry.data["due"]), entry.day)
            for entry in entries
            if entry.kind == "missed"
        )
        expected = Counter(self._misses(reckoning.runs))
        wrong = f"missed {dict(missed - expected)} without cause, not told {dict(expected - missed)}"
        self._check(missed == expected, f"{case.id}: {wrong} {self._story(case)}")
        self._check_supervision(case, reckoning)
        self._check_release(case, reckoning)
        self._check_neglect(case, reckoning)

    def _misses(self, runs: list[Run]) -> Iterator[tuple[str, date, date]]:
        """Each missed date with the day on which a worker told it: the first one after it."""
        for run in runs:
            days = [day for day in self.looked if day > run.due and day >= run.begun]
            if days and run.was_missed():
                yield run.clock, run.due, days[0]

    def _check_supervision(self, case: Case, reckoning: Reckoning) -> None:
        today = self.year.today
        last = max([*reckoning.went_up, *reckoning.supervised], default=date.min)
        for clock, due in reckoning.running().items():
            if clock in TAKEN_FOR and working_days(due, 5) < today:
                self._check(last > due, f"{case.id}: nobody supervises {clock} of {due} {self._story(case)}")
        for entry in self.entries[case.id]:
            if entry.kind == "supervised":
                day = date.fromisoformat(entry.data["clocks"]["progress_due"])
                fit = {working_days(entry.day, 10), *case.told_to_report}
                self._check(day in fit, f"{case.id}: a note is due on {day}, which nobody said")

    def _check_release(self, case: Case, reckoning: Reckoning) -> None:
        due = reckoning.running().get("ack_due")
        if reckoning.state in ("received", "reopened") and due is not None and reckoning.office != "EXT-OMB":
            contact = reckoning.clocks.get("first_contact_due") if reckoning.went_up else None
            last = due if contact is None else max(due, contact)
            self._check(
                last >= self.year.today,
                f"{case.id}: nobody acknowledged since {last}, and it stays {self._story(case)}",
            )

    def _check_neglect(self, case: Case, reckoning: Reckoning) -> None:
        """Told after ten working days, and told again; never before."""
        act, told, opened = date.min, None, None
        done_since: set[str] = set()
        for entry in self.entries[case.id]:
            if entry.kind == "opened":
                opened = opened or entry.day
            elif entry.kind == "neglected":
                since = max(act, told or date.min)
                self._check(opened is not None, f"{case.id}: neglected, and nobody had opened it")
                self._check(
                    working_days(since, 10) < entry.day, f"{case.id}: neglected too soon {self._story(case)}"
                )
                told = entry.day
            elif entry.kind not in _NOBODY_OF_THE_OFFICE:
                same = _NOTHING_MOVED.get(entry.kind)
                if same is not None and same in done_since:
                    opened = opened or (entry.day if entry.day > act else None)
                    continue
                done_since = set() if same is None else {*done_since, same}
                act, told, opened = entry.day, None, None
        if reckoning.state in OVER or opened is None:
            return
        since = max(act, told or date.min, opened)
        self._check(
            working_days(since, 10) >= self.year.today,
            f"{case.id}: neglected since {since}, and nobody was told {self._story(case)}",
        )

    def check_notices(self) -> None:
        """Every notice of a missed date and of neglect, opened by whom it is for: those that were due, and no other."""
        told: Counter[Told] = Counter()
        with self.year.instance.owner.reading() as session:
            for row in session.scalars(select(Notice)):
                content = open_notice(self.year.instance.pair(row.officer_id), row.id, row.sealed)
                kind, clock = content["notice"], str(content.get("clock", ""))
                if kind == "alarm":
                    about = content["finding"]
                    self._check(
                        about == "unassigned_read",
                        f"{content['case']}: a false alarm, {about} {self._story_of(content['case'])}",
                    )
                if kind in ("overdue", "neglected", "corrective") or (
                    kind == "accountability_entry" and clock not in ("", "tie", "inspection", "yearly")
                ):
                    told[(row.officer_id, kind, content["case"], clock, str(content.get("due", "")))] += 1
        self._check(
            told == self.must_be_told,
            f"told without cause {told - self.must_be_told}, not told {self.must_be_told - told}",
        )

    def _story_of(self, case: str) -> str:
        return self._story(next(known for known in self.year.cases if known.id == case))

    def _story(self, case: Case) -> str:
        """What happened in the case last, for whoever looks for the fault."""
        lines = []
        for entry in self.entries.get(case.id, ())[-14:]:
            data = {name: said for name, said in entry.data.items() if name not in _LONG}
            lines.append(f"\n    {entry.number} {entry.day} {entry.kind} {entry.actor} {data}")
        return "".join(lines)


def _both(clocks: Mapping[str, date], met: Mapping[str, date]) -> dict[str, tuple[date, date | None]]:
    """Clock → until when, and since when it is met."""
    return {name: (due, met.get(name)) for name, due in clocks.items()}

"""What the page "who can do what" promises is tried, line by line: each thing that somebody can never do, they try here.

The lists are data that a reporter reads. A line without a trial, or a trial without a line, fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from werkzeug.datastructures import MultiDict

from intake.events import EventKind
from intake.organisation import Duty
from intake.permissions import Group, permission_lists, permission_lists_from
from intake.states import CaseState
from intake.strict_json import FaultyInputError
from portal import can_do_words
from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser
from tests.support.handling import WIDER, Handled, weigh
from tests.support.instances import Instance
from tests.support.oversight import INTERFERENCE, deliver, told
from tests.support.panels import WHY, Office
from tests.support.reports import SENTENCE, Filed, Offices, plumber_report
from triage.casework.assign import assign
from triage.casework.desk import Actor
from triage.casework.find import find
from triage.casework.needs import Need
from triage.casework.policy import NO_SEAT_AFTER, RULES, Act, Decision, Part, Position, Task, allowed
from triage.casework.propose import propose
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, NotNowError, NotYoursError
from triage.casework.secure import hear
from triage.casework.vote import vote
from triage.migrations import roles

ROOT = Path(__file__).parents[3]


@dataclass
class World:
    """A report about an ordinary employee of the waterworks, and everybody who tries something."""

    back: BackOffice
    offices: Offices

    @cached_property
    def filed(self) -> Filed:
        return self.offices.file(plumber_report())

    @property
    def instance(self) -> Instance:
        return self.back.instance

    @cached_property
    def handled(self) -> Handled:
        return Handled(self.back, self.filed)

    def who(self, officer: str) -> Actor:
        return self.back.officer(officer)

    def browser(self, officer: str) -> Browser:
        browser = Browser(self.instance)
        browser.log_in(officer)
        return browser

    def opens(self, officer: str, filed: Filed | None = None) -> bool:
        """Whether the page opens for them, and their key the case."""
        filed = filed or self.filed
        page = self.browser(officer).get(f"/cases/{filed.case}").status_code == 200
        return page or filed.opened_by(officer) is not None


def _report_again(world: World) -> None:
    view = world.offices.mailbox.view(world.filed.master)
    assert SENTENCE not in repr(view) + "".join(str(record.data) for record in view.events)


def _names(world: World) -> None:
    world.handled.acknowledged()
    page = repr(list(world.offices.mailbox.view(world.filed.master).answers))
    assert "Milo" not in page
    assert "milo" not in page


def _alone(world: World) -> None:
    world.handled.found().propose_closing()
    assert world.handled.file.progress.state is CaseState.ADDRESSING
    with pytest.raises(NotYoursError):
        vote(world.back.desk, world.who("marc"), world.filed.case, _open(world), "agree")


def _lower(world: World) -> None:
    office = Office(world.back, world.handled.acknowledged().filed)
    proposal = office.proposes("milo", Decision.LOWER, "new_facts", risk="low")
    assert proposal.size > 1
    opened = office.file("milo")
    assert not opened.papers("assessment")


def _to_the_reported(world: World) -> None:
    """The one form that sends a report elsewhere takes offices of the rules alone; the one that gives a key, officers alone."""
    milo = world.handled.assessed().actor("milo")
    weigh(world.back.desk, milo, world.filed.case, "external")
    for name in ("millbrook-water", "Rosa Medina", "HO-ashford"):
        sent = MultiDict({"reason": "too_close", "text": WHY, "office": name})
        with pytest.raises(CorrectThisError):
            propose(world.back.desk, milo, world.filed.case, "transfer", sent)
        with pytest.raises(CorrectThisError):
            assign(world.back.desk, milo, world.filed.case, name, "handle")


def _by_rank(world: World) -> None:
    """The heads above the office have no key to what it handles; nor has its own where the rules gave it to others."""
    assert not any(world.opens(head) for head in ("nora", "lena"))
    for state in CaseState:
        assert allowed(Position(frozenset(), None, state)) <= {Act.NOTE, Act.RECUSE, Act.VERIFY}


def _pressure(world: World) -> None:
    browser = world.browser("milo")
    page = browser.get(INTERFERENCE)
    said = browser.send(page, INTERFERENCE, text="The head rang me.", pressed="yes")
    assert said.status_code == 303
    deliver(world.instance)
    assert "The head rang me." not in world.browser("mara").get("/oversight?list=interference").text
    assert not any("The head rang" in str(each) for each in told(world.instance, "mara"))


def _both_parts(_world: World) -> None:
    for state in CaseState:
        position = Position(frozenset(), Task.INVESTIGATE, state, frozenset({Part.TRIAGE}), frozenset(Need))
        assert not {Act.SECURE, Act.HEAR} & allowed(position)


def _no_seat(part: Part) -> Callable[[World], None]:
    def tries(_world: World) -> None:
        assert part in NO_SEAT_AFTER
        position = Position(
            frozenset(), None, CaseState.ADDRESSING, frozenset({part}), frozenset(Need), seat=True
        )
        with pytest.raises(NotYoursError):
            RULES[Act.VOTE].check(position)

    return tries


def _hears(without: Need) -> Callable[[World], None]:
    def tries(world: World) -> None:
        world.handled.addressed()
        with pytest.raises(NotNowError):
            hear(world.back.desk, world.who("marc"), world.filed.case, "Told.", WIDER)
        position = Position(
            frozenset(), Task.INVESTIGATE, CaseState.ADDRESSING, frozenset(), frozenset(Need) - {without}
        )
        assert Act.HEAR not in allowed(position)

    return tries


def _of_a_seat(world: World, act: Act) -> None:
    position = Position(frozenset(), None, CaseState.ADDRESSING, frozenset(), frozenset(Need), seat=True)
    assert act not in allowed(position)
    assert Act.VOTE in allowed(position)


def _copies(world: World) -> None:
    _of_a_seat(world, Act.EXPORT)


def _findings(world: World) -> None:
    _of_a_seat(world, Act.FIND)
    world.handled.found().propose_closing()
    changed = {"allegation": "subject-0", "grade": "unfounded", "text": "Nothing.", "evidence": ""}
    with pytest.raises(NotNowError):  # nor does anybody else while they decide
        find(world.back.desk, world.who("marc"), world.filed.case, changed)


def _twice(world: World) -> None:
    office = Office(world.back, world.offices.file())
    Handled(world.back, office.filed).acknowledged()
    proposal = office.refuses()
    first = proposal.seats[0]
    office.votes(first, proposal)
    with pytest.raises(NotNowError):
        office.votes(first, proposal)


def _excluded(world: World) -> None:
    filed = world.offices.file()  # Mina is kin of who is reported
    assert not world.opens("mina", filed)
    with (
        pytest.raises(NoSuchCaseError),
        world.back.desk.databases.reading() as session,
    ):
        world.back.desk.open(session, world.who("mina"), filed.case)


def _from_above(world: World) -> None:
    assert not any(world.opens(officer) for officer in ("nora", "nils", "lena"))


def _contact(world: World) -> None:
    officers = world.instance.roster.officers.values()
    protecting = [each.id for each in officers if set(each.duties) == {str(Duty.PROTECT)}]
    assert not any(world.opens(who) for who in protecting)
    for state in CaseState:
        duties = frozenset({str(Duty.PROTECT)})
        assert allowed(Position(duties, None, state)) <= {Act.NOTE, Act.RECUSE, Act.VERIFY}


def _overseer(world: World) -> None:
    assert not any(world.opens(who) for who in ("vera", "vito"))


def _stored(world: World) -> None:
    """With every byte of the database, and no key."""
    world.handled.acknowledged()
    with world.instance.owner.reading() as session:
        tables = inspect(session.get_bind()).get_table_names()
        rows = [session.execute(text(f'SELECT * FROM "{table}"')).all() for table in tables]
    stored = repr(rows)
    assert "Rosa Medina" not in stored
    assert SENTENCE[:20] not in stored


def _record(world: World) -> None:
    """An act is taken out: the officers' page and the reporter's mailbox say so."""
    world.handled.addressed()
    with world.instance.owner.state.begin() as session:
        session.execute(
            text("DELETE FROM events WHERE case_id = :case AND kind = 'assessed'"), {"case": world.filed.case}
        )
    assert not world.handled.file.whole
    assert not world.offices.mailbox.view(world.filed.master).proved


def _none_of(process: roles.Process, *tables: str) -> None:
    """The role that PostgreSQL knows this process by has no such right (tests/migrations tries it on a real one)."""
    for name in dir(roles):
        if name.endswith("_PRIVILEGES"):
            granted = getattr(roles, name).get(process, {})
            for table in tables:
                assert "SELECT" not in granted.get(table, ""), (name, table)


def _worker_reads(_world: World) -> None:
    _none_of(roles.Process.WORKER, "items", "item_keys", "accounts", "identities")


def _website_reads(_world: World) -> None:
    _none_of(roles.Process.PORTAL, "items", "item_keys", "cases", "grants", "epochs", "events", "notices")


TRIALS: dict[str, Callable[[World], None]] = {
    "read_report_again": _report_again,
    "read_names": _names,
    "conclude_by_one": _alone,
    "lower_by_one": _lower,
    "give_to_reported": _to_the_reported,
    "read_by_rank": _by_rank,
    "read_pressure": _pressure,
    "triage_and_investigate": _both_parts,
    "vote_after_triage": _no_seat(Part.TRIAGE),
    "hear_too_early": _hears(Need.SECURED),
    "hear_unweighed": _hears(Need.WEIGHED_HEARING),
    "confirm_own_findings": _no_seat(Part.EXAMINE),
    "take_copies": _copies,
    "change_findings": _findings,
    "vote_twice": _twice,
    "open_excluded": _excluded,
    "read_from_above": _from_above,
    "read_by_contact": _contact,
    "read_by_overseer": _overseer,
    "read_stored": _stored,
    "change_record": _record,
    "read_by_worker": _worker_reads,
    "read_back": _website_reads,
}
"""What somebody can never do → how they try."""

TRIED_BY: dict[str, str] = {
    "vote_early": "tests/functional/triage/test_panels.py::test_a_head_with_a_seat_votes_last",
    "hide_missed_date": "tests/functional/duties/test_missed.py::test_a_late_act_hides_no_miss_from_a_worker_that_was_off",
    "handle_itself": "tests/unit/routing/test_floors.py::test_one_subject_has_the_floor_of_its_place",
    "make_accounts": "tests/functional/triage/test_people.py::test_nobody_acts_on_their_own_office_or_on_one_that_is_not_below",
    "know_excluded": "tests/attack/test_no_difference.py::test_every_page_is_the_same_with_and_without_the_case",
    "take_over_alone": "tests/functional/release/test_takeover.py::test_one_of_them_alone_takes_nothing_however_often",
    "open_name_alone": "tests/attack/test_custodians.py::test_one_custodian_is_never_both",
    "recover_alone": "tests/unit/operations/test_ceremony.py::test_two_of_three_needed_shares_give_nothing",
    "delete_by_worker": "tests/migrations/test_privileges.py::test_the_worker_deletes_a_case_only_when_it_stands_in_the_ledger",
    "change_stored": "tests/migrations/test_privileges.py::test_the_portal_changes_and_deletes_nothing",
}
"""What is tried at length elsewhere."""

MAY: dict[str, tuple[Act, Position]] = {
    "acknowledge": (Act.ACKNOWLEDGE, Position(frozenset({"triage"}), None, CaseState.RECEIVED)),
    "assess": (Act.ASSESS, Position(frozenset({"triage"}), None, CaseState.ACKNOWLEDGED)),
    "assign": (Act.ASSIGN, Position(frozenset({"triage"}), None, CaseState.ASSESSED)),
    "secure": (
        Act.SECURE,
        Position(frozenset(), "investigate", CaseState.ADDRESSING, has=frozenset({Need.APART})),
    ),
    "hear": (
        Act.HEAR,
        Position(
            frozenset(),
            "investigate",
            CaseState.ADDRESSING,
            has=frozenset({Need.APART, Need.SECURED, Need.WEIGHED_HEARING}),
        ),
    ),
    "find": (
        Act.FIND,
        Position(
            frozenset(),
            "investigate",
            CaseState.ADDRESSING,
            has=frozenset({Need.APART, Need.NO_PROPOSAL}),
        ),
    ),
    "vote": (
        Act.VOTE,
        Position(frozenset(), None, CaseState.ADDRESSING, has=frozenset({Need.PROPOSAL}), seat=True),
    ),
    "answer_reporter": (Act.ANSWER, Position(frozenset({"triage"}), None, CaseState.ADDRESSING)),
    "decide_together": (
        Act.PROPOSE,
        Position(frozenset({"triage"}), None, CaseState.ADDRESSING, has=frozenset({Need.NO_PROPOSAL})),
    ),
}
"""What somebody may do → the act that the policy lets them do."""


def _never() -> list[str]:
    return [line for entry in permission_lists().roles for line in entry.never]


@pytest.fixture
def world(back_office: BackOffice, offices: Offices) -> World:
    """Where they try."""
    return World(back_office, offices)


def test_everything_that_nobody_can_do_is_tried_and_nothing_else() -> None:
    assert sorted(_never()) == sorted({*TRIALS, *TRIED_BY})
    for place in TRIED_BY.values():
        path, name = place.split("::")
        assert f"def {name}(" in (ROOT / path).read_text("utf-8"), place


@pytest.mark.parametrize("line", sorted(TRIALS))
def test_nobody_does_what_the_page_says_that_they_can_never_do(world: World, line: str) -> None:
    TRIALS[line](world)


@pytest.mark.parametrize("line", sorted(MAY))
def test_what_an_officer_may_do_the_policy_allows(line: str) -> None:
    act, position = MAY[line]
    assert act in allowed(position)
    assert any(line in entry.may for entry in permission_lists().roles)


def test_every_line_and_every_role_has_words_and_every_word_a_line() -> None:
    lists = permission_lists()
    lines = [line for entry in lists.roles for line in (*entry.may, *entry.never)]
    assert set(lines) == set(can_do_words.LINES)
    assert {entry.role for entry in lists.roles} == set(can_do_words.ROLES)
    assert set(Group) == set(can_do_words.GROUPS)


def test_lists_that_promise_nothing_or_a_thing_twice_are_refused() -> None:
    role = {"role": "unit", "group": "unit", "may": ["vote"], "never": ["vote"]}
    document = {"id": "lists", "version": 1, "valid_from": "2026-01-01", "reason": "x", "roles": [role]}
    with pytest.raises(FaultyInputError) as refused:
        permission_lists_from(document)
    said = " ".join(refused.value.faults)
    assert "'vote' is there twice" in said
    assert "must have a list for each of" in said
    with pytest.raises(FaultyInputError) as everything:
        permission_lists_from({**document, "roles": [{**role, "never": []}]})
    assert "each role has something that it never can" in " ".join(everything.value.faults)


def _open(world: World) -> str:
    return next(
        str(record.data["proposal"])
        for record in reversed(world.handled.file.records)
        if record.kind is EventKind.PROPOSED
    )

"""Officers and their ties: nobody sees a case before saying what ties they have, and nobody takes one back."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, select, update

from crypto.keys import KeyPair
from intake.database.case_tables import Case, Grant, Notice
from intake.database.people_tables import DeclarationRow
from intake.declarations import SEEN_FILE, Declaration, sign_declaration
from intake.events import EventKind
from intake.log import configure
from intake.notices import NoticeKind, open_notice
from intake.organisation import Tie, TieType
from intake.roster import RosterError
from intake.time import Clock
from tests.conftest import MakeInstance
from tests.functional.triage.conftest import BackOffice, office_with_duties
from tests.support.backoffice import Browser, forms_of
from tests.support.instances import Instance
from tests.support.reports import Filed, Offices, water_report
from triage.casework.desk import Desk
from triage.casework.refusals import NoSuchCaseError
from triage.casework.ties import declare
from triage.worker.context import Context
from triage.worker.loop import Worker

NEWCOMERS = ("milo", "olga", "vera")


@pytest.fixture
def instance(make_instance: MakeInstance) -> Instance:
    """Divided duties; three officers have declared nothing yet."""
    return make_instance(office_with_duties(), declared=lambda officer: officer not in NEWCOMERS)


@pytest.fixture
def browser(instance: Instance) -> Browser:
    return Browser(instance)


def _tie(officer: str, target: str, kind: TieType = TieType.KIN, until: date | None = None) -> Tie:
    return Tie(officer=officer, type=kind, target=target, until=until)


def _store(instance: Instance, *rows: DeclarationRow) -> None:
    with instance.owner.state.begin() as session:
        session.add_all(rows)


def _declaration(instance: Instance, officer: str, number: int, *ties: Tie) -> Declaration:
    return Declaration(officer=officer, number=number, ties=ties, date=instance.today, roster=1)


@pytest.mark.parametrize("officer", NEWCOMERS)
def test_nobody_sees_a_case_before_declaring_ties(browser: Browser, officer: str, offices: Offices) -> None:
    case = offices.file(water_report()).case
    assert browser.log_in(officer).headers["Location"] == "/ties"
    for path in ("/cases", f"/cases/{case}", "/panels", "/oversight"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/ties")
    page = browser.get("/ties")
    assert "Before you see any case" in page.text
    done = browser.post(
        f"/cases/{case}/note", text="x", csrf_token=forms_of(page)["/ties"].fields["csrf_token"]
    )
    assert (done.status_code, done.headers["Location"]) == (303, "/ties")


def test_who_has_none_says_so_and_goes_on_to_the_cases(browser: Browser, filed: Filed) -> None:
    browser.log_in("milo")
    answer = browser.send(browser.get("/ties"), "/ties")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cases")
    assert browser.get("/cases").status_code == 200
    assert browser.get(f"/cases/{filed.case}").status_code == 200
    assert "You declared that you have no ties" in browser.get("/ties").text


def test_a_tie_is_found_by_a_part_of_the_name_and_signed(browser: Browser, filed: Filed) -> None:
    browser.log_in("milo")
    found = browser.send(browser.get("/ties"), "/ties/search", q="hugo ST")
    assert "Hugo Stein" in found.text
    answer = browser.send(found, "/ties", target="p-water", type="kin", none="")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/ties")
    assert "Hugo Stein" in browser.get("/ties").text
    assert browser.instance.roster.declared["milo"] == (_tie("milo", "p-water"),)
    assert browser.get(f"/cases/{filed.case}").status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"target": "nobody", "type": "kin"}, "Choose whom the tie is to"),
        ({"target": "milo", "type": "kin"}, "Choose whom the tie is to"),
        ({"target": "p-water", "type": "enemy"}, "Choose what the tie is"),
        ({"target": "p-water", "type": "worked_in", "until": "31.3."}, "Write the date"),
    ],
)
def test_what_cannot_be_declared_is_named_and_nothing_is_lost(
    browser: Browser, typed: dict[str, str], said: str
) -> None:
    browser.log_in("milo")
    found = browser.send(browser.get("/ties"), "/ties/search", q="hugo")
    answer = browser.post(
        "/ties", csrf_token=forms_of(found)["/ties"].fields["csrf_token"], q="hugo", **typed
    )
    assert answer.status_code == 422
    assert said in answer.text
    assert "Hugo Stein" in answer.text
    assert typed.get("until", "") in answer.text
    assert "milo" not in browser.instance.roster.declared


def test_a_single_letter_is_no_search(browser: Browser) -> None:
    browser.log_in("milo")
    assert browser.send(browser.get("/ties"), "/ties/search", q=" h ").status_code == 422


def test_a_declared_tie_keeps_new_reports_away(
    instance: Instance, offices: Offices, back_office: BackOffice
) -> None:
    declare(
        back_office.desk, back_office.officer("mara"), [_tie("mara", "millbrook-water", TieType.WORKED_IN)]
    )
    decision = offices.file().opened_by("nora")
    assert decision is None or "mara" in decision.report["decision"]["excluded_officers"]
    assert offices.file().opened_by("mara") is None


def test_a_tie_declared_late_closes_the_case_at_once(filed: Filed, back_office: BackOffice) -> None:
    desk: Desk = back_office.desk
    with desk.databases.reading() as session:
        assert desk.open(session, back_office.officer("moss"), filed.case).whole
    declare(desk, back_office.officer("moss"), [_tie("moss", "p-water")])
    with desk.databases.reading() as session, pytest.raises(NoSuchCaseError):
        desk.open(session, back_office.officer("moss"), filed.case)


def test_a_tie_that_had_lapsed_excludes_nobody(filed: Filed, back_office: BackOffice) -> None:
    old = _tie("moss", "millbrook-water", TieType.WORKED_IN, date(2020, 1, 31))
    declare(back_office.desk, back_office.officer("moss"), [old])
    with back_office.desk.databases.reading() as session:
        assert back_office.desk.open(session, back_office.officer("moss"), filed.case).whole


def test_each_declaration_repeats_and_the_same_one_is_stored_once(
    instance: Instance, back_office: BackOffice
) -> None:
    first, second = _tie("mara", "p-mayor-a"), _tie("mara", "p-governor")
    for ties in ([first], [first], [second], []):
        declare(back_office.desk, back_office.officer("mara"), ties)
    assert instance.roster.declared["mara"] == (first, second)
    with instance.owner.reading() as session:
        numbers = session.scalars(select(DeclarationRow.number).where(DeclarationRow.officer_id == "mara"))
        assert sorted(numbers) == [1, 2, 3]


def test_a_declaration_that_drops_a_tie_takes_nothing_back(instance: Instance) -> None:
    pair, tie = instance.pair("milo"), _tie("milo", "p-water")
    _store(instance, sign_declaration(_declaration(instance, "milo", 1, tie), pair))
    _store(instance, sign_declaration(_declaration(instance, "milo", 2), pair))
    assert instance.roster.declared["milo"] == (tie,)
    assert tie in instance.organisation.ties


def test_what_is_not_the_officers_own_declares_nothing_and_stops_nobody(
    instance: Instance, back_office: BackOffice
) -> None:
    mallory, none = KeyPair.generate(), _declaration(instance, "milo", 1)
    forged = sign_declaration(none, mallory)
    moved = sign_declaration(none, instance.pair("milo"))
    moved.officer_id = "olga"
    garbage = DeclarationRow(officer_id="vera", number=7, document=b"{", signature=bytes(64))
    stranger = sign_declaration(_declaration(instance, "mallory", 1), mallory)
    _store(instance, forged, moved, garbage, stranger)
    assert not instance.roster.declared.keys() & {*NEWCOMERS, "mallory"}
    declare(back_office.desk, back_office.officer("milo"), [])
    assert "milo" in instance.roster.declared


def test_a_deleted_or_altered_declaration_stops_the_instance_also_after_a_restart(instance: Instance) -> None:
    pair, tie = instance.pair("milo"), _tie("milo", "p-water")
    row = sign_declaration(_declaration(instance, "milo", 1, tie), pair)
    document, signature = row.document, row.signature
    _store(instance, row)
    reader = instance.rosters
    assert "milo" in reader.current(instance.today).declared
    mine = DeclarationRow.officer_id == "milo"
    with instance.owner.state.begin() as session:
        session.execute(delete(DeclarationRow).where(mine))
    for each in (reader, instance.rosters):
        with pytest.raises(RosterError, match="ties of milo have disappeared"):
            each.current(instance.today)
    _store(instance, DeclarationRow(officer_id="milo", number=1, document=document, signature=signature))
    assert instance.roster.declared["milo"] == (tie,)
    with instance.owner.state.begin() as session:
        session.execute(update(DeclarationRow).where(mine).values(document=b"{}"))
    with pytest.raises(RosterError, match="ties of milo have disappeared"):
        _ = instance.roster


def test_a_crash_while_remembering_loses_no_other_line(instance: Instance) -> None:
    _ = instance.roster
    memory = instance.portal.seen_file.with_name(SEEN_FILE)
    with memory.open("ab") as file:
        file.write(b'["milo", ')
    _store(instance, sign_declaration(_declaration(instance, "milo", 1), instance.pair("milo")))
    assert "milo" in instance.roster.declared
    assert b'\n["milo", 1]\n' in memory.read_bytes()


def test_the_acts_of_an_officer_with_a_late_tie_are_listed_for_a_new_decision(
    browser: Browser, filed: Filed, back_office: BackOffice
) -> None:
    with filed.act("moss") as acting:
        acting.tell(EventKind.NOTED, acting.note("All is well there."))
    browser.log_in("mara")
    assert "decide again" not in browser.get(f"/cases/{filed.case}").text
    declare(back_office.desk, back_office.officer("moss"), [_tie("moss", "p-water")])
    page = browser.get(f"/cases/{filed.case}").text
    assert "A tie of an officer to this case was found later" in page
    assert "Wrote a note" in page[page.index("A tie of an officer") :]


def _worker(instance: Instance, today: date) -> Worker:
    return Worker(
        Context(instance.worker, instance.worker_db, instance.rosters, Clock(today), configure("worker"))
    )


def _holders(instance: Instance, case: str) -> set[str]:
    with instance.owner.reading() as session:
        newest = select(Case.epoch).where(Case.id == case).scalar_subquery()
        return set(
            session.scalars(select(Grant.officer_id).where(Grant.case_id == case, Grant.epoch == newest))
        )


def test_a_late_tie_takes_the_key_and_stands_in_the_ledger_above(
    instance: Instance, filed: Filed, back_office: BackOffice, today: date
) -> None:
    worker = _worker(instance, today)
    assert worker.round()
    before = _holders(instance, filed.case)
    assert "moss" in before
    declare(back_office.desk, back_office.officer("moss"), [_tie("moss", "p-water")])
    assert worker.round()
    assert "moss" not in _holders(instance, filed.case)
    assert filed.opened_by("moss") is None
    assert filed.opened_by("mara") is not None
    with instance.owner.reading() as session:
        told = [
            (row.officer_id, open_notice(instance.pair(row.officer_id), row.id, row.sealed))
            for row in session.scalars(select(Notice).where(Notice.officer_id.in_(("nora", "vito", "moss"))))
        ]
    entries = [
        (who, said["officer"]) for who, said in told if said["notice"] == NoticeKind.ACCOUNTABILITY_ENTRY
    ]
    assert sorted(entries) == [("nora", "moss"), ("vito", "moss")]
    assert worker.round()
    assert _worker(instance, today).round()
    with instance.owner.reading() as session:
        assert len(session.scalars(select(Notice)).all()) >= len(told)
        assert session.get_one(Case, filed.case).epoch == 1

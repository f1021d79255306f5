"""Monthly figures: counted by the worker, each reader's own, once, and blind to what the reader must not know."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from intake.database.case_tables import Notice, WatchRow
from intake.log import configure
from intake.notices import NoticeKind, open_notice
from intake.time import Clock
from tests.conftest import MakeInstance
from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser
from tests.support.duties import Watched
from tests.support.handling import Handled, answers_as_sent
from tests.support.instances import Instance
from tests.support.organisation import small_organisation
from tests.support.oversight import plain, tell, told
from tests.support.reports import Filed, Offices, plumber_report, water_report
from triage.casework.acknowledge import acknowledge
from triage.casework.assess import assess
from triage.casework.close import close
from triage.casework.reading import read_case
from triage.casework.writing import answer
from triage.worker.context import Context
from triage.worker.figures import beside_whom, readers, tell_figures

BELOW = {"HO-north": {"HO-ashford", "HO-millbrook"}, "HO-land": {"HO-ashford", "HO-millbrook", "HO-north"}}
APRIL = date(2026, 4, 1)


def _context(instance: Instance, today: date) -> Context:
    clock = Clock(today)
    return Context(instance.worker, instance.worker_db, instance.rosters, clock, configure("worker"))


def _figures(instance: Instance, officer: str) -> list[Mapping[str, Any]]:
    with instance.owner.reading() as session:
        rows = session.scalars(select(Notice).where(Notice.officer_id == officer)).all()
    opened = [open_notice(instance.pair(officer), row.id, row.sealed) for row in rows]
    return [content for content in opened if content["notice"] == NoticeKind.FIGURES]


def _everybody(instance: Instance) -> int:
    """How many sets of figures are told: of the offices below, and of the own one."""
    return len(readers(instance.roster)) + len(beside_whom(instance.roster))


def _row(
    instance: Instance, officer: str, office: str = "HO-millbrook", group: str = "all"
) -> Mapping[str, Any]:
    (content,) = _figures(instance, officer)
    (row,) = [row for row in content["rows"] if (row["office"], row["group"]) == (office, group)]
    assert isinstance(row, dict)
    return row


@pytest.fixture
def busy(offices: Offices) -> list[Filed]:
    """A month with five reports about an employee of the waterworks."""
    return [offices.file(plumber_report()) for _ in range(5)]


def test_who_gets_figures_are_the_offices_above_and_the_board(instance: Instance) -> None:
    roster = instance.roster
    places = {who: roster.officers[who].office for who in readers(roster)}
    assert set(places.values()) == {"HO-land", "HO-north", "OVS"}
    for who, offices in readers(roster).items():
        assert set(offices) == BELOW.get(places[who], set(instance.organisation.offices))


def test_a_month_is_counted_from_what_happened_and_told_once(
    instance: Instance, busy: list[Filed], today: date
) -> None:
    in_time, late = busy[:3], busy[3:]
    for case in in_time:
        _acknowledge(instance, case, today + timedelta(days=2))
    for case in late:
        _acknowledge(instance, case, today + timedelta(days=9))
    assert tell_figures(_context(instance, APRIL)) == _everybody(instance)
    row = _row(instance, "nora")
    assert (row["filed"], row["acknowledged_in_time"], row["acknowledged_late"]) == (5, None, None)
    assert (row["days_to_acknowledge"], row["missed"], row["days_to_tell"]) == (2, 0, None)
    assert tell_figures(_context(instance, APRIL + timedelta(days=20))) == 0
    assert tell_figures(_context(instance, date(2026, 5, 1))) == _everybody(instance)
    assert [
        content["month"] for content in sorted(_figures(instance, "vera"), key=lambda c: str(c["month"]))
    ] == [
        "2026-03",
        "2026-04",
    ]


def test_how_long_somebody_knew_and_did_nothing_is_measured(
    instance: Instance, busy: list[Filed], today: date
) -> None:
    for case in busy:
        back_office = BackOffice(instance, today + timedelta(days=1))
        read_case(back_office.desk, back_office.officer("milo"), case.case)
        _acknowledge(instance, case, today + timedelta(days=7))
    tell_figures(_context(instance, APRIL))
    row = _row(instance, "nora")
    assert (row["days_to_act"], row["days_to_acknowledge"]) == (6, 7)


def test_how_reporters_are_looked_after_is_counted_once_for_each_of_them(
    instance: Instance, offices: Offices, busy: list[Filed], today: date
) -> None:
    back_office = BackOffice(instance, today + timedelta(days=3))
    for case in busy:
        _acknowledge(instance, case, today)
        offices.mailbox.write(case.master, "I forgot something.")
        offices.mailbox.write(case.master, "And this.")
        answer(back_office.desk, back_office.officer("mara"), case.case, "Thank you. Are you safe?")
        for _ in range(2):
            file = case.opened_by("mara")
            assert file is not None
            mara = back_office.officer("mara")
            assess(back_office.desk, mara, case.case, answers_as_sent(file, mara))
    tell_figures(_context(instance, APRIL))
    row = _row(instance, "nora")
    assert (row["assessed"], row["returned"], row["silent"], row["retaliation"]) == (5, 5, 0, 0)
    assert row["days_to_contact"] == 3
    page = Browser(instance)
    page.log_in("vera")
    text = plain(page.get("/oversight?list=figures").text)
    assert "5 (100 in 100 filed that month)" in text


def test_few_cases_are_not_counted_out_loud(instance: Instance, offices: Offices) -> None:
    for _ in range(4):
        offices.file(plumber_report())
    tell_figures(_context(instance, APRIL))
    assert _row(instance, "nora")["filed"] is None
    assert _row(instance, "nora", "HO-ashford")["filed"] == 0


def test_who_is_excluded_gets_the_figures_of_a_world_without_the_case(
    make_instance: MakeInstance, today: date
) -> None:
    document = small_organisation()
    document["ties"].append({"officer": "noel", "type": "kin", "target": "p-plumber", "until": None})
    instance = make_instance(document)
    offices = Offices(instance, today)
    for _ in range(5):
        offices.file(plumber_report())  # Noel is kin
    for _ in range(6):
        offices.file(water_report())  # the head of the waterworks is accused
    tell_figures(_context(instance, APRIL))
    assert [_row(instance, who)["filed"] for who in ("nora", "noel")] == [11, 6]
    assert [_row(instance, who, group="heads")["filed"] for who in ("nora", "noel")] == [6, 6]


def test_what_is_left_over_is_not_given_away_by_subtraction(instance: Instance, offices: Offices) -> None:
    for draft in [*(plumber_report() for _ in range(2)), *(water_report() for _ in range(5))]:
        offices.file(draft)
    tell_figures(_context(instance, APRIL))
    assert _row(instance, "nora")["filed"] == 7
    assert _row(instance, "nora", group="heads")["filed"] is None


def test_a_case_whose_watch_was_taken_away_is_shown_to_nobody(instance: Instance, busy: list[Filed]) -> None:
    with instance.owner.state.begin() as session:
        session.execute(delete(WatchRow).where(WatchRow.case_id == busy[0].case))
    tell_figures(_context(instance, APRIL))
    assert _row(instance, "vera")["filed"] is None


def test_several_workers_tell_each_reader_once(instance: Instance, busy: list[Filed]) -> None:
    sent: list[int] = []
    workers = [
        threading.Thread(target=lambda: sent.append(tell_figures(_context(instance, APRIL))))
        for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(sent) == _everybody(instance)
    assert all(len(_figures(instance, who)) == 1 for who in readers(instance.roster))


def test_the_board_reads_them_on_its_page(instance: Instance, busy: list[Filed]) -> None:
    tell_figures(_context(instance, APRIL))
    browser = Browser(instance)
    browser.log_in("vera")
    page = browser.get("/oversight?list=figures").text
    assert "2026-03" in page
    assert "Office of Millbrook" in page
    assert '<td data-label="Filed">5</td>' in page
    milo = Browser(instance)
    milo.log_in("milo")
    assert "There are no figures for you yet" in milo.get("/oversight?list=figures").text


def test_how_cases_ended_is_counted_and_small_parts_stay_unsaid(
    instance: Instance, back_office: BackOffice, offices: Offices
) -> None:
    cases: list[Filed] = []
    for grade in ("established", *["unfounded"] * 2):
        case = Handled(back_office, offices.file(plumber_report()))
        case.found(grade).propose_closing().agree().told().corrected()
        close(back_office.desk, back_office.officer("marc"), case.filed.case)
        cases.append(case.filed)
    endings = [Watched(filed).watch().ending for filed in cases]
    assert sorted(map(str, endings)) == ["not_upheld", "not_upheld", "upheld"]
    tell_figures(_context(instance, APRIL))
    row = _row(instance, "nora")
    assert (row["closed"], row["upheld"], row["not_upheld"], row["turned_away"]) == (None,) * 4


def test_what_stands_out_is_shown_with_its_numbers_to_whom_they_were_told(instance: Instance) -> None:
    """The office above sees that Millbrook takes its time with leaders; whoever was told other numbers does not."""
    for number in range(1, 4):
        rows = [
            {"office": office, "group": group, "days_to_act": days, "filed": 9}
            for office, group, days in (
                ("HO-millbrook", "all", 4), ("HO-millbrook", "heads", 30), ("HO-ashford", "all", 4),
            )
        ]  # fmt: skip
        month = f"2026-0{number}"
        tell(instance, "nora", NoticeKind.FIGURES, month=month, rows=rows)
        tell(
            instance,
            "noel",
            NoticeKind.FIGURES,
            month=month,
            rows=[row for row in rows if row["group"] == "all"],
        )
    browser = Browser(instance)
    browser.log_in("nora")
    assert "Something stands out in your figures." in browser.get("/oversight").text
    page = plain(browser.get("/oversight?list=figures").text)
    assert (
        "Much slower where a leader is accused: at least 2 times as long as in all cases, and 5 days more"
        in page
    )
    assert "2026-03: 30 beside 4" in page
    other = Browser(instance)
    other.log_in("noel")
    assert "stands out" not in other.get("/oversight").text
    assert "stands out" not in other.get("/oversight?list=figures").text


def test_an_office_sees_its_own_month_and_never_a_single_other_office_of_its_level(
    instance: Instance, busy: list[Filed]
) -> None:
    """Millbrook and Ashford are the only offices of their level: what the one did would be all that the other is told."""
    tell_figures(_context(instance, APRIL))
    milo, abel = Browser(instance), Browser(instance)
    milo.log_in("milo")
    abel.log_in("abel")
    own = plain(milo.get("/oversight?list=own").text)
    assert "Office of Millbrook , all cases 5" in own
    assert "The others of your level too few" in own
    assert "The others of your level too few" in plain(abel.get("/oversight?list=own").text)
    (mina,) = [n for n in told(instance, "mina") if n["notice"] == NoticeKind.OWN_FIGURES.value]
    assert mina["rows"][0]["filed"] == 5
    assert not [n for n in told(instance, "vera") if n["notice"] == NoticeKind.OWN_FIGURES.value]


def test_own_figures_leave_out_what_their_reader_must_not_know(
    make_instance: MakeInstance, today: date
) -> None:
    document = small_organisation()
    document["ties"].append({"officer": "marc", "type": "kin", "target": "p-plumber", "until": None})
    instance = make_instance(document)
    for _ in range(5):
        Offices(instance, today).file(plumber_report())
    tell_figures(_context(instance, APRIL))
    said = {
        who: notice["rows"][0]["filed"]
        for who in ("milo", "marc")
        for notice in told(instance, who)
        if notice["notice"] == NoticeKind.OWN_FIGURES.value
    }
    assert said == {"milo": 5, "marc": 0}


def test_what_is_owed_upwards_is_what_was_asked_for_there_or_is_late(
    instance: Instance, back_office: BackOffice, offices: Offices, today: date
) -> None:
    late, soon = offices.file(plumber_report(what="Late.")), offices.file(plumber_report(what="In time."))
    acknowledge(back_office.desk, back_office.officer("milo"), soon.case)
    day = today + timedelta(days=8)
    browser = Browser(instance, today=day)
    browser.log_in("milo")
    page = plain(browser.get("/oversight?list=upwards").text)
    assert "Acknowledge triage officers Late." in page
    assert "In time." not in page
    assert late.case != soon.case
    nobody = Browser(instance, today=day)
    nobody.log_in("abel")
    assert "The level above waits for nothing from you." in nobody.get("/oversight?list=upwards").text
    tell(instance, "nora", NoticeKind.INSPECTION, due="2026-05-30", case="")
    nora = Browser(instance, today=day)
    nora.log_in("nora")
    assert "Result of an inspection you Office of Millbrook" in plain(
        nora.get("/oversight?list=upwards").text
    )


def _acknowledge(instance: Instance, case: Filed, day: date) -> None:
    back_office = BackOffice(instance, day)
    acknowledge(back_office.desk, back_office.officer("milo"), case.case)

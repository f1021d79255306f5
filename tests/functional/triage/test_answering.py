"""Who answers for a case, level by level: the circle reads names, the level above office and role, nobody else anything."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import delete, select

from intake.answering import Level, answering
from intake.database.case_tables import Event, Notice
from intake.events import EventKind
from intake.notices import NoticeKind
from intake.standing import standing_of
from tests.functional.triage.conftest import BackOffice, office_with_duties
from tests.support.backoffice import Browser
from tests.support.duties import Watched
from tests.support.instances import Instance
from tests.support.oversight import deliver, plain, round_of, told, who_was_told
from tests.support.reports import SENTENCE, Filed, Offices, plumber_report
from triage.casework.acknowledge import acknowledge
from triage.casework.assign import assign
from triage.casework.hand_over import hand_over
from triage.casework.recuse import recuse

DAY = timedelta(days=1)


def _turns(instance: Instance, filed: Filed, officer: str) -> list[tuple[Level, str, str, EventKind, bool]]:
    file = filed.opened_by(officer)
    assert file is not None
    assert file.whole
    every = answering(file, standing_of(file, instance.roster), instance.roster)
    return [(turn.level, turn.office, turn.officer, turn.by, turn.until is None) for turn in every]


def _below(instance: Instance, officer: str, case: str) -> list[tuple[str, str, str, str]]:
    notices = [
        n for n in told(instance, officer) if n["notice"] == NoticeKind.ANSWERS.value and n["case"] == case
    ]
    return sorted((n["since"], n["office"], n["role"], n["task"]) for n in notices)


def test_one_officer_answers_for_a_case_at_a_time_and_the_office_above_hears_of_it(
    instance: Instance, filed: Filed, today: date
) -> None:
    """The head answers for it, then whoever took it up, whoever has a task, and whoever took the task over."""
    deliver(instance)
    first, second = BackOffice(instance, today), BackOffice(instance, today + DAY)
    desk = first.desk
    acknowledge(desk, first.officer("milo"), filed.case)
    assign(desk, first.officer("milo"), filed.case, "marc", "investigate")
    round_of(instance, today)
    assign(second.desk, second.officer("milo"), filed.case, "moss", "handle")
    hand_over(second.desk, second.officer("moss"), filed.case, "mona")
    holds, watches = Level.HOLDS, Level.WATCHES
    assert _turns(instance, filed, "mona") == [
        (holds, "HO-millbrook", "mara", EventKind.FILED, False),
        (watches, "HO-north", "nora", EventKind.FILED, True),
        (holds, "HO-millbrook", "milo", EventKind.ACKNOWLEDGED, False),
        (holds, "HO-millbrook", "marc", EventKind.ASSIGNED, False),
        (holds, "HO-millbrook", "moss", EventKind.ASSIGNED, False),
        (holds, "HO-millbrook", "mona", EventKind.HANDED_OVER, True),
    ]
    round_of(instance, today + DAY)
    round_of(instance, today + DAY)
    yesterday, since = today.isoformat(), (today + DAY).isoformat()
    assert _below(instance, "nora", filed.case) == [
        (yesterday, "HO-millbrook", "officer", "investigate"),
        (since, "HO-millbrook", "officer", "handle"),
    ]
    assert not {"marc", "moss", "mona", SENTENCE} & {
        str(v) for n in told(instance, "nora") for v in n.values()
    }
    browser = Browser(instance)
    browser.log_in("nora")
    page = browser.get("/oversight?list=answers")
    assert (page.status_code, filed.case in page.text) == (200, False)
    assert "Office of North Province Nora Adeyemi" in plain(page.text)
    assert f"officer, handles {since} now Handed the case over" in plain(page.text)
    assert f"officer, investigates {yesterday} {since} Assigned" in plain(page.text)
    browser = Browser(instance, today=today + DAY)
    browser.log_in("mona")
    case = plain(browser.get(f"/cases/{filed.case}").text)
    assert "Who answers for this case: Nora Adeyemi (supervises), Mona Bauer (has the case)" in case


def test_the_office_above_answers_when_it_took_the_case_and_the_one_above_that_supervises(
    instance: Instance, offices: Offices, today: date
) -> None:
    watched = Watched(offices.file(plumber_report()))
    watched.each_day(today, watched.clocks()["ack_due"] + DAY)
    assert watched.row().office == "HO-north"
    turns = _turns(instance, watched.filed, "nora")
    assert [turn for turn in turns if turn[0] is Level.HOLDS] == [
        (Level.HOLDS, "HO-millbrook", "mara", EventKind.FILED, False),
        (Level.HOLDS, "HO-north", "nora", EventKind.RELEASED, True),
    ]
    assert (Level.WATCHES, "HO-north", "nora", EventKind.MISSED, False) in turns
    assert watched.watch().answers == {
        "officer": "nora",
        "since": _released_on(watched).isoformat(),
        "by": "released",
    }
    assert turns[-1][:3] == (Level.WATCHES, "HO-land", "lena")


def _released_on(watched: Watched) -> date:
    released = select(Event.date).where(Event.case_id == watched.case, Event.kind == EventKind.RELEASED)
    with watched.instance.owner.reading() as session:
        return session.scalars(released).one()


def test_who_leaves_answers_no_longer(instance: Instance, back_office: BackOffice, filed: Filed) -> None:
    desk = back_office.desk
    acknowledge(desk, back_office.officer("milo"), filed.case)
    assign(desk, back_office.officer("milo"), filed.case, "moss", "handle")
    recuse(desk, back_office.officer("moss"), filed.case)
    recuse(desk, back_office.officer("milo"), filed.case)
    holders = [turn[2:4] for turn in _turns(instance, filed, "mara") if turn[0] is Level.HOLDS]
    assert holders == [
        ("mara", EventKind.FILED), ("milo", EventKind.ACKNOWLEDGED), ("moss", EventKind.ASSIGNED),
        ("milo", EventKind.RECUSED), ("mara", EventKind.RECUSED),
    ]  # fmt: skip


def test_only_who_was_told_of_a_case_hears_who_answers_and_what_is_taken_away_comes_back(
    instance: Instance, offices: Offices, filed: Filed, today: date
) -> None:
    deliver(instance)
    quiet = offices.file(plumber_report())  # no head is accused: the level above knows of no such case
    for day in (today, today + DAY):
        round_of(instance, day)
    assert who_was_told(instance, NoticeKind.ANSWERS) == {"nora", "nils", "nina", "noel"}
    assert _below(instance, "nora", quiet.case) == []
    before = _below(instance, "nora", filed.case)
    assert before == [(today.isoformat(), "HO-millbrook", "head", "")]
    gone = [n["case"] for n in told(instance, "nora") if n["notice"] == NoticeKind.ANSWERS.value]
    assert gone == [filed.case]
    with instance.owner.state.begin() as session:
        sealed = select(Notice.id).where(Notice.officer_id == "nora")
        known = set(session.scalars(sealed))
        wanted = {notice for notice in known if notice not in _reported(instance, filed)}
        session.execute(delete(Notice).where(Notice.officer_id == "nora", Notice.id.in_(wanted)))
    round_of(instance, today + DAY * 2)
    assert _below(instance, "nora", filed.case) == before


def test_who_must_not_know_any_more_hears_of_no_change(instance: Instance, filed: Filed, today: date) -> None:
    """Nils of the level above was told of the case. Then he says that he is kin of the accused."""
    deliver(instance)
    round_of(instance, today)
    before = _below(instance, "nils", filed.case)
    document = office_with_duties()
    document["ties"].append({"officer": "nils", "type": "kin", "target": "p-water", "until": None})
    instance.reissue(organisation=document)
    back_office = BackOffice(instance, today)
    acknowledge(back_office.desk, back_office.officer("milo"), filed.case)
    round_of(instance, today + DAY)
    assert len(_below(instance, "nora", filed.case)) == 2
    assert _below(instance, "nils", filed.case) == before


def _reported(instance: Instance, filed: Filed) -> set[str]:
    """The notices that the record of the case names: taking one of those away is an alarm of its own."""
    return set(Watched(filed).watch().notices)

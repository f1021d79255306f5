"""Tasks that go from one officer to another, and an officer who leaves: the keys follow, and the record is signed."""

from __future__ import annotations

import pytest

from intake.casefile import CaseFile
from intake.events import EventKind
from tests.conftest import MakeInstance
from tests.functional.triage.conftest import BackOffice, office_with_duties
from tests.support.backoffice import Browser, forms_of
from tests.support.instances import Instance
from tests.support.reports import Filed, Offices, plumber_report
from triage.casework.acknowledge import acknowledge
from triage.casework.assign import assign
from triage.casework.hand_over import hand_over, hand_over_all
from triage.casework.reading import read_case
from triage.casework.recuse import recuse
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, NotNowError
from triage.casework.writing import note


def _open(filed: Filed, officer: str) -> CaseFile:
    file = filed.opened_by(officer)
    assert file is not None
    assert file.whole
    return file


def test_a_task_goes_from_one_officer_to_another_and_the_former_reads_no_more(
    back_office: BackOffice, filed: Filed
) -> None:
    desk, milo = back_office.desk, back_office.officer("milo")
    assign(desk, milo, filed.case, "marc", "investigate")
    assign(desk, milo, filed.case, "mona", "investigate", release="marc")
    file = _open(filed, "mona")
    assert (file.epoch, file.progress.handlers) == (1, {"mona": "investigate"})
    assert filed.opened_by("marc") is None
    assert file.progress.circle["roles"] == {"head": 1, "officer": 3}
    note(desk, back_office.officer("mona"), filed.case, "Taken over.")
    with pytest.raises(NoSuchCaseError):
        note(desk, back_office.officer("marc"), filed.case, "Still here?")


def test_a_triage_officer_who_gives_a_task_up_keeps_the_case(back_office: BackOffice, filed: Filed) -> None:
    desk, moss = back_office.desk, back_office.officer("moss")
    assign(desk, moss, filed.case, "moss", "handle")
    assign(desk, moss, filed.case, "marc", "handle", release="moss")
    file = _open(filed, "moss")
    assert (file.epoch, file.progress.handlers) == (0, {"marc": "handle"})
    assert _open(filed, "marc").progress.handlers == {"marc": "handle"}


def test_only_somebody_with_a_task_can_be_released_and_only_for_somebody_else(
    back_office: BackOffice, filed: Filed
) -> None:
    desk, milo = back_office.desk, back_office.officer("milo")
    assign(desk, milo, filed.case, "marc", "handle")
    for officer, release in (("mona", "moss"), ("mona", "nobody"), ("marc", "marc")):
        with pytest.raises((CorrectThisError, NotNowError)):
            assign(desk, milo, filed.case, officer, "handle", release=release)
    assert _open(filed, "marc").progress.handlers == {"marc": "handle"}


def test_an_investigator_hands_a_case_over_and_signs_it(back_office: BackOffice, filed: Filed) -> None:
    desk, milo, marc = back_office.desk, back_office.officer("milo"), back_office.officer("marc")
    assign(desk, milo, filed.case, "marc", "investigate")
    hand_over(desk, marc, filed.case, "mona")
    file = _open(filed, "mona")
    assert file.progress.handlers == {"mona": "investigate"}
    assert (file.records[-1].kind, file.records[-1].actor) == (EventKind.HANDED_OVER, "marc")
    assert filed.opened_by("marc") is None
    view = filed.offices.mailbox.view(filed.master)
    assert view.progress.circle["roles"] == {"head": 1, "officer": 3}
    assign(desk, milo, filed.case, "marc", "handle")
    assert _open(filed, "marc").epoch == 1, "it says nothing against the officer: the case can come back"


def test_a_triage_officer_hands_a_place_over_and_the_triage_stays_with_somebody(
    back_office: BackOffice, filed: Filed
) -> None:
    desk = back_office.desk
    for leaving in ("milo", "mara"):
        hand_over(desk, back_office.officer(leaving), filed.case, "moss")
    assert _open(filed, "moss").epoch == 2
    assert read_case(desk, back_office.officer("moss"), filed.case).holders == ["moss"]
    with pytest.raises(CorrectThisError, match="not_eligible"):
        hand_over(desk, back_office.officer("moss"), filed.case, "marc")
    hand_over(desk, back_office.officer("moss"), filed.case, "milo")
    assert read_case(desk, back_office.officer("milo"), filed.case).holders == ["milo"]


def test_nobody_hands_a_case_to_somebody_who_may_not_have_it(back_office: BackOffice, filed: Filed) -> None:
    desk, milo, marc = back_office.desk, back_office.officer("milo"), back_office.officer("marc")
    assign(desk, milo, filed.case, "marc", "investigate")
    for to in ("mina", "marc", "nora", "nobody", ""):
        with pytest.raises(CorrectThisError, match="not_eligible"):
            hand_over(desk, marc, filed.case, to)
    assign(desk, milo, filed.case, "moss", "handle")
    with pytest.raises(NotNowError, match="already_assigned"):
        hand_over(desk, marc, filed.case, "moss")
    with pytest.raises(NoSuchCaseError):
        hand_over(desk, back_office.officer("mina"), filed.case, "mona")
    acknowledge(desk, back_office.officer("mara"), filed.case)
    with pytest.raises(CorrectThisError, match="tried_triage"):
        hand_over(desk, marc, filed.case, "mara")


def test_everything_goes_to_one_colleague_and_what_cannot_is_told(
    back_office: BackOffice, offices: Offices, filed: Filed
) -> None:
    desk, marc = back_office.desk, back_office.officer("marc")
    others = [offices.file(plumber_report()) for _ in range(3)]
    for case in (filed, *others):
        assign(desk, back_office.officer("milo"), case.case, "marc", "handle")
    handed = hand_over_all(desk, marc, "mina")
    assert {outcome.case for outcome in handed.outcomes if not outcome.done} == {filed.case}
    assert all(_open(case, "mina").progress.handlers == {"mina": "handle"} for case in others)
    assert _open(filed, "marc").progress.handlers == {"marc": "handle"}
    with pytest.raises(CorrectThisError, match="not_eligible"):
        hand_over_all(desk, marc, "nora")
    assert hand_over_all(desk, back_office.officer("abel"), "anna").outcomes == []


def test_an_officer_who_leaves_hands_everything_over_on_one_page(
    instance: Instance, back_office: BackOffice, filed: Filed, offices: Offices
) -> None:
    second = offices.file(plumber_report(what="About a plumber."))
    for case in (filed, second):
        assign(back_office.desk, back_office.officer("milo"), case.case, "marc", "investigate")
    browser = Browser(instance)
    assert "/hand-over" in browser.log_in("marc").text
    page = browser.get("/hand-over")
    assert "You hold the keys to 2 cases." in page.text
    nobody = browser.send(page, "/hand-over", officer="")
    assert (nobody.status_code, "Choose one of the people" in nobody.text) == (422, True)
    part = browser.send(page, "/hand-over", officer="mina")
    assert part.status_code == 409
    assert "1 case was handed over." in part.text
    assert "About a plumber." not in part.text
    done = browser.send(part, "/hand-over", officer="mona")
    assert (done.status_code, done.location) == (303, "/cases?did=hand_over&done=1")
    assert "1 case was handed over." in browser.get(done.location).text
    assert "nothing to hand over" in browser.get("/hand-over").text

    mona = Browser(instance)
    mona.log_in("mona")
    assert (
        "Handed the case over: <bdi>Marc Dubois</bdi> → <bdi>Mona Bauer</bdi>"
        in mona.get(f"/cases/{filed.case}").text
    )


def test_a_case_is_handed_over_and_reassigned_from_its_page(
    instance: Instance, back_office: BackOffice, filed: Filed
) -> None:
    milo = Browser(instance)
    milo.log_in("milo")
    act = f"/cases/{filed.case}/assign"
    case = milo.get(f"/cases/{filed.case}")
    assert "In whose place" not in case.text
    milo.send(case, act, officer="marc", **{"as": "handle"})
    case = milo.get(f"/cases/{filed.case}")
    assert "In whose place" in case.text
    assert milo.send(case, act, officer="mona", release="marc", **{"as": "handle"}).status_code == 303
    assert filed.opened_by("marc") is None

    mona = Browser(instance)
    mona.log_in("mona")
    hand = f"/cases/{filed.case}/hand-over"
    case = mona.get(f"/cases/{filed.case}")
    assert "Mina Rahimi" not in case.text, "she is kin of the accused"
    refused = mona.send(case, hand, officer="mina")
    assert (refused.status_code, "Choose one of the people" in refused.text) == (422, True)
    assert mona.send(refused, hand, officer="marc").location == "/cases"
    assert mona.get(f"/cases/{filed.case}").status_code == 404
    assert hand in forms_of(milo.get(f"/cases/{filed.case}"))


def test_a_hand_over_never_leaves_a_case_without_triage(make_instance: MakeInstance) -> None:
    document = office_with_duties()
    office = next(entry for entry in document["handling_offices"] if entry["id"] == "HO-millbrook")
    for member in office["members"]:
        member["duties"] = ["triage", "handle"] if member["id"] == "milo" else ["handle"]
    instance = make_instance(document)
    filed = Offices(instance, instance.today).file(plumber_report())
    back_office = BackOffice(instance, instance.today)
    desk, milo = back_office.desk, back_office.officer("milo")
    assign(desk, milo, filed.case, "milo", "handle")
    with pytest.raises(NotNowError, match="nobody_else"):
        hand_over(desk, milo, filed.case, "marc")
    recuse(desk, milo, filed.case)  # leaving without a successor passes it up: nobody is held in a case
    assert filed.opened_by("milo") is None

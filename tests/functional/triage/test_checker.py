"""An office of one: somebody above whom nobody chose checks what was put right, reads nothing before and nothing afterwards."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from intake.casefile import CaseFile
from intake.drafts import DraftSubject
from intake.events import EventKind
from intake.notices import NoticeKind
from intake.states import CaseState
from tests.conftest import MakeInstance
from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser, forms_of
from tests.support.duties import Watched
from tests.support.handling import TOLD, WIDER, Handled, answers_as_sent, closing_sent, refusal, weigh
from tests.support.reports import Filed, Offices, report
from triage.casework.acknowledge import acknowledge
from triage.casework.address import address
from triage.casework.assess import assess
from triage.casework.assign import assign
from triage.casework.checker import call_checker
from triage.casework.close import close
from triage.casework.correct import correct, verify
from triage.casework.corrections import corrections_of
from triage.casework.find import allegations_of, find
from triage.casework.propose import propose
from triage.casework.reading import read_case
from triage.casework.recuse import recuse
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, NotNowError, NotYoursError, Reason
from triage.casework.result import tell_result
from triage.instances.simple import simple_organisation

ANA, ODA, OTTO = "ana-pop", "oda-reed", "otto-reed"


def _organisation(**tied: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(simple_organisation("Waterworks", ["Ana Pop"], "Oda Reed"))
    document["persons"] = [{"id": "rosa", "name": "Rosa Medina", "body": "itself", "post": "staff"}]
    document["external"][0]["members"].append({"id": OTTO, "role": "officer", "name": "Otto Reed"})
    document["ties"] = [{"officer": who, "type": "kin", "target": target} for who, target in tied.items()]
    return document


class Alone:
    """Ana handles everything alone, up to an action that she did herself."""

    def __init__(self, make_instance: MakeInstance, today: date, **tied: str) -> None:
        self.instance = make_instance(
            _organisation(**{who.replace("_", "-"): to for who, to in tied.items()})
        )
        self.office = BackOffice(self.instance, today)
        draft = report(DraftSubject(name="Rosa Medina", post="staff", body="itself"))
        self.filed: Filed = Offices(self.instance, today).file(draft)
        self.case = self.filed.case
        desk, ana = self.office.desk, self.office.officer(ANA)
        acknowledge(desk, ana, self.case)
        assess(desk, ana, self.case, answers_as_sent(self.file, ana))
        assign(desk, ana, self.case, ANA, "handle")
        address(desk, ana, self.case, {"manner": "letter", **WIDER})
        for allegation in allegations_of(self.file):
            find(
                desk, ana, self.case,
                {"allegation": allegation.id, "grade": "established", "text": "The books differ.", "evidence": "Books"},
            )  # fmt: skip
        weigh(desk, ana, self.case, "findings")
        propose(desk, ana, self.case, "close", closing_sent(today))
        tell_result(desk, ana, self.case, TOLD)
        (self.action,) = (entry.id for entry in corrections_of(self.file))

    @property
    def file(self) -> CaseFile:
        opened = self.filed.opened_by(ANA)
        assert opened is not None
        return opened

    def done(self) -> Alone:
        correct(self.office.desk, self.office.officer(ANA), self.case, self.action, "Two sign now.")
        return self

    def call(self) -> Alone:
        call_checker(self.office.desk, self.office.officer(ANA), self.case, self.action)
        return self

    def holders(self) -> set[str]:
        return {who for who in (ANA, ODA, OTTO) if self.filed.opened_by(who) is not None}


def test_an_office_of_one_comes_to_an_end_with_a_guest_from_above_who_leaves(
    make_instance: MakeInstance, today: date
) -> None:
    alone = Alone(make_instance, today).done()
    desk, ana = alone.office.desk, alone.office.officer(ANA)
    with pytest.raises(NotYoursError) as own:
        verify(desk, ana, alone.case, alone.action, "I looked again.")
    assert refusal(own) is Reason.OWN_CORRECTION
    with pytest.raises(NotNowError) as early:
        close(desk, ana, alone.case)
    assert refusal(early) is Reason.CORRECTIONS_OPEN

    alone.call()
    (guest,) = alone.holders() - {ANA}
    with pytest.raises(NotNowError) as again:
        alone.call()
    assert refusal(again) is Reason.ALREADY_ASKED
    checker = alone.office.officer(guest)
    read_case(desk, checker, alone.case)
    assert Watched(alone.filed).told(NoticeKind.ALARM) == {}, (
        "a read by whoever was called is no interference"
    )
    Watched(alone.filed).look(today)
    assert set(Watched(alone.filed).told(NoticeKind.CHECK_ASKED)) == {guest}
    verify(desk, checker, alone.case, alone.action, "I went there and saw a week of them.")

    assert alone.holders() == {ANA}
    with pytest.raises(NoSuchCaseError):
        read_case(desk, checker, alone.case)
    close(desk, ana, alone.case)
    assert (alone.file.progress.state, alone.file.whole) == (CaseState.CLOSED, True)
    assert alone.filed.offices.mailbox.view(alone.filed.master).proved
    assert alone.file.progress.circle["at_most"] == 1


def test_whoever_was_called_and_cannot_leaves_and_the_next_one_is_drawn(
    make_instance: MakeInstance, today: date
) -> None:
    alone = Alone(make_instance, today).done().call()
    (first,) = alone.holders() - {ANA}
    recuse(alone.office.desk, alone.office.officer(first), alone.case)
    assert alone.holders() == {ANA}
    alone.call()
    assert alone.holders() == {ANA, *({ODA, OTTO} - {first})}


def test_nobody_who_is_excluded_is_drawn_and_nothing_says_so(
    make_instance: MakeInstance, today: date
) -> None:
    alone = Alone(make_instance, today, oda_reed="rosa").done().call()
    assert alone.holders() == {ANA, OTTO}
    both = Alone(make_instance, today, oda_reed="rosa", otto_reed="rosa").done()
    with pytest.raises(NotNowError) as nobody:
        both.call()
    assert refusal(nobody) is Reason.NOBODY_TO_CHECK
    assert both.holders() == {ANA}


def test_nobody_is_called_for_what_was_not_done_or_what_a_colleague_can_check(
    make_instance: MakeInstance, today: date, back_office: BackOffice, handled: Handled
) -> None:
    alone = Alone(make_instance, today)
    with pytest.raises(CorrectThisError) as undone:
        alone.call()
    assert refusal(undone) is Reason.UNKNOWN_CORRECTION
    with alone.filed.act(ANA) as acting:  # a patched program gives a friend above the key for nothing
        acting.grant([ODA])
        acting.tell(EventKind.CHECKER_CALLED, {"action": alone.action})
    assert not alone.file.whole

    handled.concluded().told()
    (action,) = (entry.id for entry in corrections_of(handled.file))
    marc, case = back_office.officer("marc"), handled.filed.case
    correct(back_office.desk, marc, case, action, "Two sign now.")
    with pytest.raises(NotNowError) as needless:
        call_checker(back_office.desk, marc, case, action)
    assert refusal(needless) is Reason.COLLEAGUE_CAN_CHECK


def test_the_pages_of_both(make_instance: MakeInstance, today: date) -> None:
    alone = Alone(make_instance, today).done()
    path = f"/cases/{alone.case}"
    ana = Browser(alone.instance)
    ana.log_in(ANA)
    asked = ana.send(ana.get(path), f"{path}/checker")
    assert (asked.status_code, asked.location) == (303, f"{path}#checker")
    page = ana.get(path).text
    assert "the level above was asked to check it" in page
    assert f'action="{path}/checker"' not in page
    (guest,) = alone.holders() - {ANA}
    Watched(alone.filed).look(today)
    above = Browser(alone.instance)
    assert path in above.log_in(guest).text
    assert "You are asked to check a corrective action" in above.get("/oversight?list=told").text
    shown = above.get(path)
    assert f"{path}/message" not in forms_of(shown)
    typed = forms_of(shown)[f"{path}/verify"].fields | {"action": alone.action, "text": "I saw it."}
    checked = above.client.post(f"{path}/verify", data=typed, base_url="https://desk.test")
    assert (checked.status_code, checked.location) == (303, "/cases")
    assert path not in above.get("/cases").text
    assert above.get(path).status_code == 404
    assert ana.send(ana.get(path), f"{path}/state", to="closed").status_code == 303

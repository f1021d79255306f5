"""Panels in the browser, without scripts: propose, read, vote, and what a member of no panel sees."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import delete, select

from intake.database.case_tables import Case, Event
from intake.database.volatile_tables import SealedSession
from intake.events import EventKind
from intake.states import CaseState
from tests.conftest import MakeInstance
from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser, Form, forms_of
from tests.support.handling import WIDER
from tests.support.instances import Instance
from tests.support.organisation import small_organisation
from tests.support.reports import Filed, Offices, plumber_report
from triage.casework.acknowledge import acknowledge
from triage.casework.panel import open_proposal

WHY = "This belongs to the labour inspectorate."
TOLD = "Please write to the labour inspectorate: it decides on pay."
REFUSAL = {"act": "refuse", "reason": "other_authority", "text": WHY, "told": TOLD}


def _plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def _token(browser: Browser, path: str) -> dict[str, str]:
    """The token of some form of a page."""
    form: Form = next(iter(forms_of(browser.get(path)).values()))
    return {"csrf_token": form.fields["csrf_token"]}


@pytest.fixture
def case(back_office: BackOffice, filed: Filed) -> str:
    """The address of an acknowledged report about a head: three decide."""
    acknowledge(back_office.desk, back_office.officer("milo"), filed.case)
    return f"/cases/{filed.case}"


def _at(instance: Instance, officer: str) -> Browser:
    browser = Browser(instance)
    browser.log_in(officer)
    return browser


def _propose(browser: Browser, case: str, **more: str) -> int:
    return browser.post(f"{case}/propose", **_token(browser, case), **{**REFUSAL, **more}).status_code


def _proposal(filed: Filed, officer: str = "milo") -> str:
    file = filed.opened_by(officer)
    assert file is not None
    found = open_proposal(file)
    assert found is not None
    return found.id


def test_three_officers_decide_on_two_pages_each(instance: Instance, filed: Filed, case: str) -> None:
    milo = _at(instance, "milo")
    page = milo.get(case)
    assert 'id="propose"' in page.text
    assert "Nothing was decided yet." in page.text
    assert _propose(milo, case) == 303
    shown = _plain(milo.get(case).text)
    assert "Waiting for the panel" in shown
    assert "Still to vote: Marc Dubois, Mona Bauer." in shown
    assert f"{case}/vote" not in forms_of(milo.get(case))

    for officer in ("marc", "mona"):
        browser = _at(instance, officer)
        waiting = browser.get("/panels")
        assert "Not for this office" in waiting.text
        assert f"{case}#vote" in waiting.text
        page = browser.get(case)
        assert WHY in page.text
        assert TOLD in page.text
        assert "Another authority is responsible" in page.text
        voted = browser.send(page, f"{case}/vote", vote="agree", text="Agreed, with a heavy heart.")
        assert (voted.status_code, voted.location) == (303, "/panels")
        assert "No panel waits for your vote." in browser.get("/panels").text

    page = milo.get(case)
    assert "Everybody agreed: it was carried out." in page.text
    assert "Agreed, with a heavy heart." in page.text
    assert "Redirected" in page.text
    assert _at(instance, "moss").get("/panels").status_code == 200


def test_a_refused_proposal_keeps_everything_that_was_typed(instance: Instance, case: str) -> None:
    milo = _at(instance, "milo")
    token = _token(milo, case)
    answer = milo.post(f"{case}/propose", **token, **{**REFUSAL, "reason": ""})
    assert answer.status_code == 422
    assert "Choose a reason from the list" in answer.text
    assert WHY in answer.text
    assert TOLD in answer.text
    again = milo.post(f"{case}/propose", **token, **{**REFUSAL, "told": "Ask Hugo Stein about it."})
    assert again.status_code == 422
    assert "Ask Hugo Stein about it." in _plain(again.text).replace(" [somebody who is reported]", "")
    unknown = milo.post(f"{case}/propose", **token, act="merge", reason="examined", text=WHY)
    assert unknown.status_code == 422
    assert milo.weigh(case.removeprefix("/cases/"), "external").status_code == 303
    transfer = milo.post(f"{case}/transfer", **token, office="HO-ashford", reason="too_close", text=WHY)
    assert transfer.status_code == 422
    assert "The case cannot go to this office." in transfer.text
    assert WHY in transfer.text
    late = milo.post(f"{case}/propose", **token, act="close", reason="examined", text=WHY)
    assert late.status_code in (409, 422)
    assert (
        milo.post(
            f"{case}/propose", **token, act="extend", reason="evidence_awaited", text=WHY, until="soon"
        ).status_code
        == 422
    )


def test_refused_votes_have_their_status_and_keep_the_text(
    instance: Instance, filed: Filed, case: str
) -> None:
    milo = _at(instance, "milo")
    assert _propose(milo, case) == 303
    assert _propose(milo, case) == 409
    proposal = _proposal(filed)
    vote = {"proposal": proposal, "vote": "agree", "text": "My own words."}
    own = milo.post(f"{case}/vote", **_token(milo, case), **vote)
    assert own.status_code == 403
    assert "You proposed this: the others vote." in own.text
    assert "My own words." in own.text
    moss = _at(instance, "moss")
    assert moss.post(f"{case}/vote", **_token(moss, case), **vote).status_code == 403
    marc = _at(instance, "marc")
    token = _token(marc, case)
    assert marc.post(f"{case}/vote", **token, **{**vote, "vote": "perhaps"}).status_code == 422
    silent = marc.post(f"{case}/vote", **token, **{**vote, "vote": "reject", "text": " "})
    assert silent.status_code == 422
    assert marc.post(f"{case}/vote", **token, **{**vote, "proposal": "x"}).status_code == 409
    assert marc.post(f"{case}/vote", **token, **vote).status_code == 303
    twice = marc.post(f"{case}/vote", **token, **vote)
    assert twice.status_code == 409
    assert "You have voted on this already." in twice.text
    mina = _at(instance, "mina")
    for act in ("propose", "vote", "transfer", "withdraw", "seats"):
        answer = mina.post(f"{case}/{act}", **_token(mina, "/cases"), **(vote if act == "vote" else {}))
        nowhere = mina.post(
            f"/cases/{'A' * 22}/{act}", **_token(mina, "/cases"), **(vote if act == "vote" else {})
        )
        assert (answer.status_code, answer.text) == (nowhere.status_code, nowhere.text), act


def test_a_head_is_told_to_wait(instance: Instance, back_office: BackOffice, filed: Filed, case: str) -> None:
    milo = _at(instance, "milo")
    token = _token(milo, case)
    for officer in ("marc", "mona"):
        given = milo.post(f"{case}/assign", **token, officer=officer, **{"as": "investigate"})
        assert given.status_code == 303
    assert _propose(milo, case) == 303
    mara = _at(instance, "mara")
    assert "after the others" in mara.get("/panels").text
    page = mara.get(case)
    assert "The head of an office votes last" in page.text
    early = mara.send(page, f"{case}/vote", vote="agree")
    assert early.status_code == 409


def test_a_later_decision_links_back_to_the_earlier_one(instance: Instance, filed: Filed, case: str) -> None:
    milo = _at(instance, "milo")
    extended = {
        "act": "extend",
        "reason": "evidence_awaited",
        "text": "The laboratory needs longer.",
        "until": "2026-08-01",
    }
    assert milo.post(f"{case}/propose", **_token(milo, case), **extended).status_code == 303
    first = _proposal(filed)
    for officer in ("marc", "mona"):
        browser = _at(instance, officer)
        assert browser.send(browser.get(case), f"{case}/vote", vote="agree").status_code == 303
    assert _propose(milo, case) == 303
    page = milo.get(case).text
    assert f'href="#proposal-{first}"' in page
    assert f'id="proposal-{first}"' in page


def test_a_proposal_is_taken_back_on_its_page(instance: Instance, case: str) -> None:
    milo = _at(instance, "milo")
    assert _propose(milo, case) == 303
    page = milo.get(case)
    assert milo.send(page, f"{case}/withdraw").status_code == 303
    assert "Taken back by whoever proposed it." in milo.get(case).text
    assert milo.send(page, f"{case}/withdraw").status_code == 409


def test_a_vote_that_comes_after_the_session_ended_loses_no_word(instance: Instance, case: str) -> None:
    assert _propose(_at(instance, "milo"), case) == 303
    marc = _at(instance, "marc")
    page = marc.get(case)
    with instance.owner.volatile.begin() as session:
        session.execute(delete(SealedSession))
    over = marc.send(page, f"{case}/vote", vote="reject", text="Not like this.")
    assert over.status_code == 403
    assert "Not like this." in over.text


def test_nobody_without_a_case_sees_anything_of_panels(instance: Instance, case: str) -> None:
    """Before and after a proposal: the same page for an excluded colleague and for an office that was passed over."""
    watchers = [_at(instance, officer) for officer in ("mina", "anna")]
    before = [browser.get("/panels").text for browser in watchers]
    assert _propose(_at(instance, "milo"), case) == 303
    assert [browser.get("/panels").text for browser in watchers] == before


def test_a_small_office_of_one_decides_at_once_and_says_so(make_instance: MakeInstance) -> None:
    document = {**small_organisation(), "pack": "small"}
    instance = make_instance(document)
    filed = Offices(instance, instance.today).file(plumber_report())
    milo, case = _at(instance, "milo"), f"/cases/{filed.case}"
    assert milo.post(f"{case}/acknowledge", **_token(milo, case)).status_code == 303
    assert _propose(milo, case) == 303
    assert "Everybody agreed: it was carried out." in milo.get(case).text
    with instance.owner.reading() as session:
        kinds = session.scalars(
            select(Event.kind).where(Event.case_id == filed.case).order_by(Event.number)
        ).all()
        assert [kind for kind in kinds if kind is not EventKind.OPENED][-3:] == [
            EventKind.PROPOSED,
            EventKind.DECIDED,
            EventKind.TOLD,
        ]
        assert session.get_one(Case, filed.case).state is CaseState.REDIRECTED
    # Lowering and transferring override the rules: two are needed even here.
    other = Offices(instance, instance.today).file(plumber_report())
    case = f"/cases/{other.case}"
    assert milo.post(f"{case}/acknowledge", **_token(milo, case)).status_code == 303
    assert milo.weigh(other.case, "external").status_code == 303
    away = {"office": "HO-north", "reason": "too_close", "text": WHY}
    lonely = milo.post(f"{case}/transfer", **_token(milo, case), **away)
    assert lonely.status_code == 422
    assert "So few people could know of this" in lonely.text
    up = milo.post(f"{case}/transfer", **_token(milo, case), **away, **WIDER)
    assert up.status_code == 303
    assert "Waiting for the panel" in milo.get(case).text

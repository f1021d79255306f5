"""The protection contact's back office: what the contact sees, and what not; looking, planning, reviewing, writing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from intake.database.case_tables import Event
from intake.database.volatile_tables import SealedSession
from intake.events import EventKind
from intake.notices import NoticeKind
from intake.organisation import Tie, TieType
from intake.protection.compartment import present_contacts
from intake.protection.condition import Feeling
from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser, forms_of
from tests.support.duties import Watched
from tests.support.handling import Handled
from tests.support.instances import Instance
from tests.support.looking_after import HIGH, everything_chosen, looked, says, tells
from tests.support.releases import Moving
from tests.support.reports import SENTENCE, Filed, Offices, plumber_report
from tests.support.statements import asked
from triage.casework.protect.access import Way
from triage.casework.protect.acts import review, write_to_reporter
from triage.casework.protect.calling import protect
from triage.casework.protect.listing import Change, list_reporters
from triage.casework.protect.planning import save_plan
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, NotNowError, Reason
from triage.casework.ties import declare
from triage.casework.writing import note

CONTACT = "nils"
"""Of the office above: in Millbrook nobody has the duty."""


@pytest.fixture
def at_risk(offices: Offices) -> Filed:
    """A reporter whose superior suspects who it was."""
    return offices.file(plumber_report(**HIGH))


@pytest.fixture
def contact(instance: Instance) -> Browser:
    browser = Browser(instance)
    browser.log_in(CONTACT)
    return browser


def present(filed: Filed) -> list[str]:
    """Who looks after the reporter."""
    with filed.offices.instance.owner.reading() as session:
        return present_contacts(session, filed.case)


def _kinds(instance: Instance, filed: Filed) -> list[EventKind]:
    with instance.owner.reading() as session:
        rows = session.scalars(select(Event).where(Event.case_id == filed.case).order_by(Event.number))
        return [row.kind for row in rows]


def test_a_contact_sees_the_risk_and_what_was_said_and_nothing_of_the_report(
    instance: Instance, back_office: BackOffice, at_risk: Filed, contact: Browser
) -> None:
    says(at_risk, "unsafe", "They moved my desk into the cellar.")
    page = contact.get("/protection")
    assert at_risk.case[:6] in page.text
    assert "not safe" in page.text
    page = contact.get(f"/protection/{at_risk.case}")
    assert page.status_code == 200
    assert "They moved my desk into the cellar." in page.text
    for hidden in (SENTENCE, "Rosa Medina", "Millbrook Waterworks", "wells"):
        assert hidden not in page.text
    assert contact.get(f"/cases/{at_risk.case}").status_code == 404
    assert _kinds(instance, at_risk)[-1] is EventKind.LOOKED
    contact.get(f"/protection/{at_risk.case}")
    assert _kinds(instance, at_risk).count(EventKind.LOOKED) == 1
    file = at_risk.opened_by("milo")
    assert file is not None
    assert file.whole
    assert at_risk.offices.mailbox.view(at_risk.master).proved


def test_nobody_without_a_grant_finds_the_page_nor_that_there_is_one(
    instance: Instance, at_risk: Filed
) -> None:
    for officer in ("milo", "noel", "vera"):
        browser = Browser(instance)
        browser.log_in(officer)
        real, made_up = (browser.get(f"/protection/{number}") for number in (at_risk.case, "A" * 22))
        assert (real.status_code, made_up.status_code) == (404, 404)
        assert real.text == made_up.text
        assert at_risk.case[:6] not in browser.get("/protection").text
        offered = 'href="/protection"' in browser.get("/cases").text
        assert offered == (officer != "milo"), "no duty, no entry in the navigation"


def test_the_list_has_the_unsafe_on_top_and_says_what_is_new(
    back_office: BackOffice, offices: Offices, at_risk: Filed
) -> None:
    calm = offices.file(plumber_report(a1="nobody", a2="over_15", b1="none", c1="none"))
    desk, nils = back_office.desk, back_office.officer(CONTACT)
    page = list_reporters(desk, nils)
    assert [line.case for line in page.lines] == [at_risk.case, calm.case], "by risk"
    assert all(line.changes == [Change.NEVER] for line in page.lines)
    looked(desk, nils, calm)
    assert list_reporters(desk, nils).lines[1].changes == []
    says(calm, "unsafe")
    first = list_reporters(desk, nils).lines[0]
    assert (first.case, first.changes) == (calm.case, [Change.SAID])
    assert first.condition is not None
    assert first.condition.feeling is Feeling.UNSAFE
    assert first.condition.band == "high", (
        "who does not feel safe is at high risk until a person has reviewed it"
    )
    file = looked(desk, nils, calm)
    review(desk, nils, Way(calm.case), "I wrote to them; they are at a friend's.", seen=file.told[-1].number)
    lines = {line.case: line for line in list_reporters(desk, nils).lines}
    condition = lines[calm.case].condition
    assert condition is not None
    assert (condition.feeling, condition.band) == (Feeling.REVIEWED, "low")


def test_nobody_reviews_what_they_have_not_read(back_office: BackOffice, at_risk: Filed) -> None:
    desk, nils = back_office.desk, back_office.officer(CONTACT)
    file = looked(desk, nils, at_risk)
    says(at_risk, "unsafe")
    with pytest.raises(NotNowError):
        review(desk, nils, Way(at_risk.case), "Looked at.", seen=file.told[-1].number)


def test_a_plan_is_complete_only_when_everything_heavy_has_an_answer(
    instance: Instance, back_office: BackOffice, at_risk: Filed
) -> None:
    desk, nils, way = back_office.desk, back_office.officer(CONTACT), Way(at_risk.case)
    file = looked(desk, nils, at_risk)
    with pytest.raises(CorrectThisError) as why:
        save_plan(desk, nils, way, {"M06-choice": "chosen"}, complete=True, seen=-1)
    assert why.value.reason is Reason.FACTOR_UNANSWERED
    assert {"why-A2", "why-C1", "why-E1", "why-E3"} <= set(why.value.marked)
    assert "why-B1" not in why.value.marked, "telling the subject later answers the power they have"
    save_plan(desk, nils, way, {"M06-choice": "chosen", "M06-note": "Ask first."}, complete=False, seen=-1)
    line = list_reporters(desk, nils).lines[0]
    assert "plan_due" in line.due, "a draft is no plan"
    seen = looked(desk, nils, at_risk).said[-1].number
    save_plan(desk, nils, way, everything_chosen(file), complete=True, seen=seen)
    assert "plan_due" not in list_reporters(desk, nils).lines[0].due
    assert _kinds(instance, at_risk)[-2:] == [EventKind.PLAN_DRAFTED, EventKind.PLANNED]
    case = at_risk.opened_by("milo")
    assert case is not None
    assert case.whole
    assert at_risk.offices.mailbox.view(at_risk.master).proved


def test_consent_group_and_dates_are_asked_for(back_office: BackOffice, at_risk: Filed) -> None:
    desk, nils, way = back_office.desk, back_office.officer(CONTACT), Way(at_risk.case)
    looked(desk, nils, at_risk)
    wrong = {
        "M08-choice": "chosen",
        "M09-choice": "chosen",
        "M09-group": "4",
        "M10-choice": "chosen",
        "M10-consent": "2030-01-01",
        "M12-choice": "asked",
        "M12-done": back_office.today.isoformat(),
        "M13-due": "soon",
        "M14-choice": "chosen",
        "M14-due": "soon",
    }
    with pytest.raises(CorrectThisError) as why:
        save_plan(desk, nils, way, wrong, complete=False, seen=-1)
    assert why.value.marked == {
        "M08-consent": Reason.NEEDS_CONSENT,
        "M09-group": Reason.GROUP_TOO_SMALL,
        "M10-consent": Reason.DATE_TO_COME,
        "M12-done": Reason.NOT_CHOSEN,
        "M13-choice": Reason.INCOMPLETE_FORM,
        "M14-due": Reason.NOT_A_DATE,
    }
    day = back_office.today.isoformat()
    right = {"M08-choice": "chosen", "M08-consent": day, "M09-choice": "chosen", "M09-group": "5"}
    save_plan(desk, nils, way, right, complete=False, seen=-1)


def test_where_the_subject_knows_already_a_warning_takes_no_consent(
    back_office: BackOffice, offices: Offices
) -> None:
    known = offices.file(plumber_report(**{**HIGH, "a1": "known"}))
    desk, nils = back_office.desk, back_office.officer(CONTACT)
    save_plan(desk, nils, Way(known.case), {"M08-choice": "chosen"}, complete=False, seen=-1)


def test_two_contacts_at_once_lose_nothing(instance: Instance, at_risk: Filed, contact: Browser) -> None:
    other = Browser(instance)
    other.log_in("nina")
    where = f"/protection/{at_risk.case}"
    mine, theirs = contact.get(where), other.get(where)
    action = f"{where}/plan"
    first = contact.send(mine, action, **{"M06-choice": "chosen", "M06-note": "Nils's", "go": "draft"})
    assert first.status_code == 303
    late = other.send(theirs, action, **{"M06-choice": "refused", "M06-note": "Nina's own", "go": "draft"})
    assert late.status_code == 409
    assert "Nils&#39;s" in late.text, "what is new"
    assert "Nina&#39;s own" in late.text, "and what was typed"
    again = other.post(action, **(forms_of(late)[action].fields | {"go": "draft"}))
    assert again.status_code == 303, again.text


def test_a_letter_comes_with_the_contacts_role_and_is_looked_at_twice(
    back_office: BackOffice, at_risk: Filed, contact: Browser
) -> None:
    where = f"/protection/{at_risk.case}"
    page = contact.get(where)
    first = contact.send(page, f"{where}/letter", text="Milo Fernandes will see to it.")
    assert first.status_code == 422
    assert "Milo Fernandes" in first.text
    sent = contact.send(page, f"{where}/letter", text="Are you safe at home? Answer in the mailbox.")
    assert sent.status_code == 303
    assert "Are you safe at home?" in contact.get(where).text, "and the contact can read it again"
    view = at_risk.offices.mailbox.view(at_risk.master)
    assert view.proved
    assert [(answer.role, answer.office) for answer in view.answers] == [("protection_contact", "HO-north")]
    file = at_risk.opened_by("milo")
    assert file is not None
    assert file.whole
    assert any("Are you safe at home?" in entry.text for entry in file.written)


def test_whoever_is_at_work_in_the_case_does_the_same_from_there(
    instance: Instance, back_office: BackOffice, at_risk: Filed
) -> None:
    says(at_risk, "changed", "A new superior.")
    milo = Browser(instance)
    milo.log_in("milo")
    where = f"/cases/{at_risk.case}/protection"
    page = milo.get(where)
    assert page.status_code == 200
    assert "A new superior." in page.text
    assert milo.send(page, f"{where}/review", text="I called the union.").status_code == 303
    assert milo.send(page, f"{where}/plan", **{"M12-choice": "chosen", "go": "draft"}).status_code == 303
    assert milo.send(page, f"{where}/letter", text="We know.").status_code == 303
    desk, nils = back_office.desk, back_office.officer(CONTACT)
    forms = [(said.form, said.author) for said in looked(desk, nils, at_risk).said if not said.by_reporter]
    assert forms == [("review", "milo"), ("plan", "milo"), ("letter", "milo")]
    assert at_risk.offices.mailbox.view(at_risk.master).proved
    marc = back_office.officer("marc")
    with pytest.raises(NoSuchCaseError):
        write_to_reporter(desk, marc, Way(at_risk.case, holder=True), "Hello.")


def test_the_case_raises_the_risk_and_calls_the_contact_in(
    instance: Instance, back_office: BackOffice, at_risk: Filed
) -> None:
    browser = Browser(instance)
    browser.log_in("milo")
    where = f"/cases/{at_risk.case}"
    page = browser.get(where)
    assert "Raise the risk, or call the contact in" in page.text
    action = f"{where}/protect"
    assert browser.send(page, action, band="high", text="He was seen.").status_code == 422, (
        "it is high already"
    )
    nothing = browser.send(page, action, text="He was seen.")
    assert nothing.status_code == 422
    assert "He was seen." in nothing.text, "what was typed is still there"
    done = browser.send(page, action, band="critical", call="yes", text="Somebody waits at their door.")
    assert done.status_code == 303
    desk, nils = back_office.desk, back_office.officer(CONTACT)
    line = list_reporters(desk, nils).lines[0]
    assert line.condition is not None
    assert line.condition.band == "critical"
    assert set(line.due) == {"plan_due", "safety_contact_due"}
    looked(desk, nils, at_risk)
    seen = Browser(instance)
    seen.log_in(CONTACT)
    assert "Somebody waits at their door." in seen.get(f"/protection/{at_risk.case}").text
    delivered = Watched(at_risk)
    delivered.look(back_office.today)
    assert set(delivered.told(NoticeKind.PROTECTION_CONTACT)) >= set(present(at_risk))
    case = at_risk.opened_by("milo")
    assert case is not None
    assert case.whole
    assert at_risk.offices.mailbox.view(at_risk.master).proved
    write_to_reporter(desk, nils, Way(at_risk.case), "Go to a friend today.")
    assert set(list_reporters(desk, nils).lines[0].due) == {"plan_due"}


def test_whoever_investigates_raises_the_risk_and_still_investigates(
    back_office: BackOffice, handled: Handled
) -> None:
    handled.addressed()
    case, marc = handled.filed.case, back_office.officer("marc")
    protect(back_office.desk, marc, case, "Her locker was opened.", band="high")
    handled.secured_and_found()
    assert handled.file.whole


def test_a_contact_who_declares_a_tie_finds_nothing_after_the_workers_round(
    instance: Instance, back_office: BackOffice, at_risk: Filed
) -> None:
    says(at_risk, "unsafe", "He waits at the gate.")
    desk, nils = back_office.desk, back_office.officer(CONTACT)
    looked(desk, nils, at_risk)
    declare(desk, nils, [Tie(officer=CONTACT, type=TieType.KIN, target="p-plumber")])
    Watched(at_risk).look(back_office.today)
    later = back_office.officer(CONTACT)
    with pytest.raises(NoSuchCaseError):
        looked(desk, later, at_risk)
    assert list_reporters(desk, later).lines == []
    nina = back_office.officer("nina")
    line = list_reporters(desk, nina).lines[0]
    assert line.case == at_risk.case
    case = at_risk.opened_by("milo")
    assert case is not None
    assert case.whole
    # The next act of the office seals the risk anew for those who look after the reporter now.
    note(desk, back_office.officer("milo"), at_risk.case, "We go on.")
    assert list_reporters(desk, nina).lines[0].card is not None
    assert len(present(at_risk)) == 2


def test_after_a_release_to_the_office_above_others_look_after_the_reporter(
    back_office: BackOffice, at_risk: Filed
) -> None:
    says(at_risk, "changed", "A letter came.")
    moving = Moving(at_risk)
    moving.worker(back_office.today + timedelta(days=30)).round()
    assert moving.watch().office == "HO-north"
    now = present(at_risk)
    assert now
    assert not set(now) & moving.who_can_open(), "outside the team, wherever there is anybody"
    for officer in now:
        actor = back_office.officer(officer)
        assert [line.case for line in list_reporters(back_office.desk, actor).lines] == [at_risk.case]


def test_a_hundred_reporters_cost_as_many_questions_as_two(
    back_office: BackOffice, offices: Offices, contact: Browser
) -> None:
    calm = {"a1": "nobody", "a2": "over_15", "b1": "none", "c1": "none"}
    few = [offices.file(plumber_report(**HIGH)) for _ in range(2)]
    with asked() as with_two:
        contact.get("/protection")
    many = [offices.file(plumber_report(**(HIGH if number % 5 == 0 else calm))) for number in range(98)]
    for filed in many[:20]:
        says(filed, "safe", "All is well.")
    says(many[97], "unsafe")
    with asked() as with_hundred:
        page = contact.get("/protection")
    assert len(with_hundred) == len(with_two)
    assert "100 reporters" in page.text
    assert page.text.index(many[97].case[:6]) < page.text.index(few[0].case[:6])
    second = contact.get("/protection?page=2&band=")
    assert "Page 2 of 2" in second.text
    narrowed = contact.get("/protection?feeling=unsafe")
    assert "1 reporter<" in narrowed.text
    assert contact.get("/protection?feeling=nonsense&page=x").status_code == 200


def test_harm_that_was_told_is_on_top_until_somebody_went_through_it(
    back_office: BackOffice, offices: Offices, contact: Browser
) -> None:
    calm = offices.file(plumber_report(a1="nobody", a2="over_15", b1="none", c1="none"))
    offices.file(plumber_report(**HIGH))
    desk, nils = back_office.desk, back_office.officer(CONTACT)
    looked(desk, nils, calm)
    day = back_office.today.isoformat()
    harm = {"code": "c", "when": day, "act": "act", "stage": "done", "victim": "reporter"}
    tells(calm, EventKind.CHECKED_IN, "detriment", harm)
    note(desk, back_office.officer("milo"), calm.case, "An act of the office weighs nothing.")
    line = next(each for each in list_reporters(desk, nils).lines if each.case == calm.case)
    assert line.condition is not None
    assert (line.condition.feeling, line.condition.band) == (Feeling.CHANGED, "high")
    assert line.changes == [Change.HARMED]
    page = contact.get(f"/protection/{calm.case}")
    assert "duties, place, pay or hours changed" in page.text
    assert "Meant for when the reporter was harmed or threatened" not in page.text, "it is offered now"
    seen = looked(desk, nils, calm).told[-1].number
    review(desk, nils, Way(calm.case), "The union has it.", seen=seen)
    line = next(each for each in list_reporters(desk, nils).lines if each.case == calm.case)
    assert line.condition is not None
    assert line.condition.band == "low", "in the case its officers weigh it"


def test_when_a_contact_leaves_the_next_act_calls_another_who_reads_everything(
    instance: Instance, back_office: BackOffice, at_risk: Filed
) -> None:
    says(at_risk, "unsafe", "He waits at the gate.")
    officers = instance.roster.officers.values()
    instance.reissue(officers=[replace(entry, active=entry.id != CONTACT) for entry in officers])
    note(back_office.desk, back_office.officer("milo"), at_risk.case, "We go on.")
    assert CONTACT not in present(at_risk)
    (new,) = set(present(at_risk)) - {"nina"}
    file = looked(back_office.desk, back_office.officer(new), at_risk)
    assert [each.content["text"] for each in file.said] == ["He waits at the gate."]
    assert file.unread == 0


def test_what_was_typed_when_the_session_ended_is_back_after_the_login(
    instance: Instance, at_risk: Filed, contact: Browser
) -> None:
    where = f"/protection/{at_risk.case}"
    page = contact.get(where)
    with instance.owner.volatile.begin() as session:
        session.execute(delete(SealedSession))
    late = contact.send(page, f"{where}/letter", text="Are you safe at home?")
    assert late.status_code == 403
    assert "Are you safe at home?" in late.text
    assert f'value="{where}/letter"' in late.text, "and the login leads back to it"

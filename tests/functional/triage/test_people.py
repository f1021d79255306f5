"""Accounts are made, changed and closed by the office above, by two people, on pages; never by their own head (mechanism 7)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from crypto.keys import KeyPair
from intake.database.case_tables import Grant
from intake.database.people_tables import Account, AppointmentRow, AskRow, InvitationRow
from intake.database.volatile_tables import SealedSession
from intake.organisation import Tie, TieType
from intake.recovery import RecoveryError, Trustees, recover
from tests.conftest import MakeInstance
from tests.functional.triage.conftest import BackOffice
from tests.support.appointments import organisation_with_appointers
from tests.support.backoffice import Browser, forms_of
from tests.support.instances import Instance
from tests.support.people import CODE, PASSWORD, SECRET, Desk, forms_to, now
from tests.support.releases import Moving
from tests.support.reports import Offices, plumber_report
from triage.casework.ties import declare


@pytest.fixture
def instance(make_instance: MakeInstance) -> Instance:
    """Mina is listed and has no account yet."""
    return make_instance(organisation_with_appointers(), members=lambda name: name != "mina")


@pytest.fixture
def desk(instance: Instance) -> Desk:
    return Desk(instance)


def _holders(offices: Offices) -> set[str]:
    filed = offices.file(plumber_report())
    with offices.instance.owner.reading() as session:
        return set(session.scalars(select(Grant.officer_id).where(Grant.case_id == filed.case)))


def _code(page: Any) -> str:
    found = CODE.search(page.text)
    assert found is not None, page.text
    return str(found[0])


def test_somebody_new_is_invited_enrols_is_certified_by_two_and_gets_the_next_report(
    desk: Desk, offices: Offices
) -> None:
    code = _code(desk.invite("nora", "frida"))
    assert desk.log_in("mara").status_code == 303
    digits = desk.enrol("frida", code)
    assert desk.log_in("frida").status_code == 422, "enrolled is not certified"
    assert "frida" not in _holders(offices)
    assert digits in desk.page("nora").text
    asked = desk.sign_first("nora", "frida", "appoint", compared="1")
    assert asked.headers["Location"] == "/people?office=HO-millbrook&said=asked"
    assert desk.log_in("frida").status_code == 422, "one signature is not two"
    assert "frida" not in _holders(offices)
    assert digits in desk.page("nils").text
    assert desk.sign_second("nils", "frida", compared="1").headers["Location"].endswith("said=appoint")
    assert "frida" in _holders(offices)
    entered = desk.log_in("frida")
    assert (entered.status_code, entered.headers["Location"]) == (303, "/cases")
    for watcher in ("nora", "lena", "vera"):  # the office above, further above, and the board
        page = desk.of(watcher).get("/people" if watcher == "vera" else "/people?office=HO-millbrook").text
        assert "Signed by Nora Adeyemi and Nils Sandberg" in " ".join(page.split()).replace(
            "<bdi>", ""
        ).replace("</bdi>", "")


def test_a_listed_member_is_certified_changed_and_shut_out(desk: Desk, offices: Offices) -> None:
    desk.appoint("mina")
    assert "mina" in _holders(offices)
    assert desk.sign_first("nils", "mina", "change", duty=["handle"], role="team_member").status_code == 303
    assert "mina" in _holders(offices), "one signature changes nothing"
    assert desk.sign_second("nora", "mina").status_code == 303
    assert "mina" not in _holders(offices)
    mina = Browser(desk.instance)
    assert (
        mina.try_login("mina", code=now(desk.instance.people["mina"].totp_secret, step=1)).status_code == 303
    )
    assert mina.get("/ties").status_code == 200
    desk.sign_first("nora", "mina", "disable")
    assert desk.sign_second("nils", "mina").status_code == 303
    assert (mina.get("/ties").status_code, mina.get("/ties").headers["Location"]) == (303, "/login")
    with desk.instance.owner.reading() as session:
        assert session.get_one(Account, "mina").disabled
    desk.appoint("mina")  # and comes back, with new keys
    assert "mina" in desk.instance.roster.certified


def test_a_declared_tie_is_lifted_by_two_of_above_and_counts_again_when_declared_again(
    desk: Desk, offices: Offices, back_office: BackOffice
) -> None:
    kin = Tie(officer="milo", type=TieType.KIN, target="p-plumber")
    school = Tie(officer="milo", type=TieType.WORKED_IN, target="millbrook-school")
    declare(back_office.desk, back_office.officer("milo"), [kin, school])
    assert "milo" not in _holders(offices)
    assert "Choose one of the ties" in desk.sign_first("nora", "milo", "lift").text
    token = next(
        value for value in re.findall(r'name="tie" value="([^"]+)"', desk.page("nora").text) if "kin" in value
    )
    assert desk.sign_first("nora", "milo", "lift", tie=token).status_code == 303
    assert "milo" not in _holders(offices), "one signature lifts nothing"
    assert desk.sign_second("nils", "milo").status_code == 303
    assert _declared(desk) == [school]
    assert "milo" in _holders(offices)
    desk.instance.reissue()
    assert _declared(desk) == [school], "the root takes it over"
    declare(back_office.desk, back_office.officer("milo"), [kin])
    assert _declared(desk) == [school, kin]
    assert "milo" not in _holders(offices)


def test_a_lifted_tie_brings_nobody_back_into_a_case_that_it_kept_them_out_of(
    desk: Desk, offices: Offices, back_office: BackOffice
) -> None:
    """Two of the office above who want Milo to read it, or to hear of it, are not enough: it was filed without him."""
    kin = Tie(officer="milo", type=TieType.KIN, target="p-plumber")
    declare(back_office.desk, back_office.officer("milo"), [kin])
    filed = offices.file(plumber_report())
    token = next(
        value for value in re.findall(r'name="tie" value="([^"]+)"', desk.page("nora").text) if "kin" in value
    )
    assert desk.sign_first("nora", "milo", "lift", tie=token).status_code == 303
    assert desk.sign_second("nils", "milo").status_code == 303
    moving = Moving(filed)
    moving.acknowledge("mara")
    assert "milo" in moving.watch().excluded, "no notice and no figure tells him either"
    trustees = Trustees(desk.instance.recovery, desk.instance.roster, desk.instance.triage.gate, moving.day)
    with desk.instance.triage_db.state.begin() as session, pytest.raises(RecoveryError, match="by the rules"):
        recover(session, filed.case, ["milo"], "He knows the plumber.", trustees)


def _declared(desk: Desk) -> list[Tie]:
    return list(desk.instance.roster.declared["milo"])


def test_a_lost_password_gives_new_keys_to_which_older_grants_do_not_go(desk: Desk, offices: Offices) -> None:
    filed = offices.file(plumber_report())
    old = desk.instance.pair("milo").public
    desk.appoint("milo")
    with desk.instance.owner.reading() as session:
        held = set(session.scalars(select(Grant.officer_id).where(Grant.case_id == filed.case)))
    assert "milo" not in held
    officer = desk.instance.roster.officers["milo"]
    assert officer.former_keys == (old,)
    assert "milo" in _holders(offices)
    assert desk.log_in("milo").status_code == 303


FOREIGN = [
    ("mara", "HO-millbrook"),
    ("mara", "HO-ashford"),
    ("anna", "HO-millbrook"),
    ("nora", "HO-north"),
    ("nora", "HO-land"),
    ("nora", "nowhere"),
]


def test_nobody_acts_on_their_own_office_or_on_one_that_is_not_below(desk: Desk) -> None:
    """A head, somebody next door, the office above about itself and about what stands above it: 403, and the same page."""
    for officer, office in FOREIGN:
        browser = desk.of(officer)
        token = _token(desk, officer)
        fields = {"office": office, "officer": "milo", "csrf_token": token}
        pages = [browser.get(f"/people?office={each}") for each in (office, "nothing-is-called-so")]
        pages += [
            browser.post(f"/people/{act}", **fields) for act in ("invite", "ask", "withdraw", "confirm")
        ]
        assert {page.status_code for page in pages} == {403}, (officer, office)
        assert len({page.text for page in pages[:2]}) == 1
        assert ('href="/people"' in browser.get("/ties").text) == (officer == "nora")
    with desk.instance.owner.reading() as session:
        assert [*session.scalars(select(InvitationRow)), *session.scalars(select(AskRow))] == []


def test_the_oversight_board_sees_what_was_decided_and_does_nothing(desk: Desk) -> None:
    vera = desk.of("vera")
    assert vera.get("/people").status_code == 200
    page = vera.get("/people?office=HO-millbrook")
    assert (page.status_code, forms_to(page, "/people/ask"), forms_to(page, "/people/invite")) == (
        200,
        [],
        [],
    )
    fields = {"office": "HO-millbrook", "officer": "milo", "csrf_token": _token(desk, "vera")}
    for act in ("invite", "ask", "withdraw", "confirm"):
        assert vera.post(f"/people/{act}", **fields).status_code == 403


def test_the_office_above_without_the_duty_looks_on(desk: Desk) -> None:
    page = desk.page("nina")
    assert page.status_code == 200
    assert "Mara Lindqvist" in page.text
    assert not forms_to(page, "/people/ask") + forms_to(page, "/people/invite")
    token = forms_of(page)["/logout"].fields["csrf_token"]
    asked = {"csrf_token": token, "office": "HO-millbrook", "officer": "milo"}
    assert desk.of("nina").post("/people/ask", **asked, kind="disable", ground="leaves").status_code == 403
    assert desk.of("nina").post("/people/invite", **asked).status_code == 403


def test_one_person_is_not_two_and_nobody_signs_unseen_or_uncompared(desk: Desk) -> None:
    desk.enrol("frida", _code(desk.invite("nora", "frida")))
    refused = desk.sign_first("nora", "frida", "appoint")
    assert refused.status_code == 422
    assert "read out the digits" in refused.text
    desk.sign_first("nora", "frida", "appoint", compared="1")
    form = desk.second_form("nils", "frida")
    own = desk.of("nora").post(
        "/people/confirm", **{**form, "csrf_token": _token(desk, "nora"), "compared": "1"}
    )
    assert (own.status_code, "Somebody else has to be the second" in own.text) == (409, True)
    for changed in ({}, {"seen": "x" * 43, "compared": "1"}):
        answer = desk.of("nils").post("/people/confirm", **{**form, **changed})
        assert answer.status_code == (409 if changed else 422)
    assert "frida" not in desk.instance.roster.certified


def _token(desk: Desk, officer: str) -> str:
    return forms_of(desk.of(officer).get("/ties"))["/logout"].fields["csrf_token"]


def test_keys_that_a_database_writer_put_in_are_not_those_that_were_read_out(desk: Desk) -> None:
    digits = desk.enrol("frida", _code(desk.invite("nora", "frida")))
    desk.sign_first("nora", "frida", "appoint", compared="1")
    with desk.instance.owner.state.begin() as session:
        session.execute(update(InvitationRow).values(public=KeyPair.generate().public.raw))
    assert desk.sign_second("nils", "frida", compared="1").status_code == 409
    assert "frida" not in desk.instance.roster.certified
    nils = desk.of("nils")
    gone = nils.post("/people/withdraw", csrf_token=_token(desk, "nils"), office=desk.office, officer="frida")
    assert gone.status_code == 303
    assert digits not in desk.page("nora").text


def test_what_waits_is_put_away_or_runs_out(desk: Desk, instance: Instance) -> None:
    desk.sign_first("nora", "milo", "disable")
    again = desk.of("nils").post(
        "/people/ask",
        csrf_token=_token(desk, "nils"),
        office=desk.office,
        officer="milo",
        kind="disable",
        ground="leaves",
    )
    assert (again.status_code, "waits for a second signature" in again.text) == (409, True)
    form = desk.second_form("nils", "milo")
    nora = desk.of("nora")
    assert nora.send(desk.page("nora"), "/people/withdraw").status_code == 303
    assert desk.of("nils").post("/people/confirm", **form).status_code == 409
    desk.sign_first("nora", "milo", "disable")
    later = Browser(instance, today=instance.today + timedelta(days=15))
    later.try_login("nils", code=later.code("nils", step=1))
    page = later.get("/people?office=HO-millbrook")
    assert "counts no more" in page.text
    assert not forms_to(page, "/people/confirm")
    assert "milo" in instance.roster.certified


def test_an_edition_of_the_root_in_the_same_moment_loses_no_appointment(
    desk: Desk, instance: Instance
) -> None:
    desk.sign_first("nora", "milo", "disable")
    form = desk.second_form("nils", "milo")
    instance.reissue()
    assert desk.of("nils").post("/people/confirm", **form).status_code == 409
    assert "counts no more" in desk.page("nils").text
    assert "milo" in instance.roster.certified


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"officer": "Frida F"}, "small letters"),
    ({"officer": "nora"}, "stands for somebody"),
    ({"officer": "p-water"}, "stands for somebody"),
    ({"officer": ""}, "small letters"),
    ({"name": " "}, "as it stands on a door"),
    ({"role": "head"}, "The office has a head"),
    ({"duty": []}, "at least one"),
    ({"duty": ["everything"]}, "at least one"),
]


def test_an_invitation_that_cannot_be_is_named_and_what_was_typed_is_kept(desk: Desk) -> None:
    for typed, said in UNFIT:
        answer = desk.invite("nora", "frida", **typed)
        assert answer.status_code == 422
        assert said in answer.text, typed
        kept = forms_to(answer, "/people/invite")[-1]
        assert kept["officer"] == typed.get("officer", "frida")
        assert kept["name"] == typed.get("name", "Frida Friend")


def test_what_was_typed_outlives_the_session(desk: Desk, instance: Instance) -> None:
    nora = desk.of("nora")
    form = forms_to(desk.page("nora"), "/people/invite")[-1]
    with instance.owner.volatile.begin() as session:
        session.execute(delete(SealedSession))
    typed = {**form, "officer": "frida", "name": "Frida Friend", "duty": ["protect", "custody"]}
    over = nora.client.post("/people/invite", data=typed, base_url="https://desk.test")
    assert over.status_code == 403
    fields = {"name": "nora", "password": instance.people["nora"].password, "code": nora.code("nora", step=1)}
    back = nora.send(over, "/login", **fields)
    assert back.location == "/people"
    page = nora.get("/people")
    kept = page.text[page.text.index('id="invite"') :]
    assert 'value="frida"' in kept
    assert re.findall(r'value="(\w+)" checked', kept) == ["protect", "custody"]


def test_whoever_has_no_valid_code_learns_nothing(desk: Desk, instance: Instance) -> None:
    code = _code(desk.invite("nora", "frida"))
    used = _code(desk.invite("nora", "felix", name="Felix"))
    desk.enrol("felix", used)
    browser = Browser(instance)
    answers = {
        (name, typed): browser.send(browser.get("/enrol"), "/enrol", name=name, code=typed)
        for name, typed in [
            ("frida", used),
            ("felix", used),
            ("mara", code),
            ("stranger", code),
            ("frida", "x"),
            ("stranger", ""),
        ]
    }
    assert {(answer.status_code, len(answer.data)) for answer in answers.values()} == {
        (422, len(answers["frida", used].data))
    }
    said = {
        re.sub(r"<!--.*?-->", "", answer.text, flags=re.DOTALL).replace(f'value="{name}"', "")
        for (name, _), answer in answers.items()
    }
    assert len(said) == 1
    typed = code.lower().replace("-", " ")
    assert SECRET.search(browser.send(browser.get("/enrol"), "/enrol", name="frida", code=typed).text)


def test_guessing_slows_the_name_down_and_nobodys_login(desk: Desk, instance: Instance) -> None:
    code = _code(desk.invite("nora", "milo"))
    browser = Browser(instance)
    for _ in range(5):
        browser.send(browser.get("/enrol"), "/enrol", name="milo", code="wrong")
    assert browser.send(browser.get("/enrol"), "/enrol", name="milo", code=code).status_code == 422
    assert browser.try_login("milo").status_code == 303


def test_the_second_step_keeps_the_password_rules_and_the_code_stays_good(
    desk: Desk, instance: Instance
) -> None:
    code = _code(desk.invite("nora", "frida"))
    browser = Browser(instance)
    page = browser.send(browser.get("/enrol"), "/enrol", name="frida", code=code)
    secret = SECRET.search(page.text)
    assert secret is not None
    for typed, said in (
        ({"password": "frida friend 2026", "again": "frida friend 2026"}, "easy to guess"),
        ({"password": PASSWORD, "again": "another"}, "not the same"),
        ({"password": PASSWORD, "again": PASSWORD, "code": "000000"}, "not the code of this moment"),
        ({"password": "short", "again": "short"}, "12 characters"),
    ):
        answer = browser.send(page, "/enrol/keys", **{"code": now(secret[1]), **typed})
        assert (answer.status_code, said in answer.text) == (422, True)
        assert secret[1] in answer.text
        assert PASSWORD not in answer.text
    for state in ("", "x", forms_of(page)["/enrol/keys"].fields["state"][:-4] + "AAAA"):
        answer = browser.send(
            page, "/enrol/keys", code=now(secret[1]), password=PASSWORD, again=PASSWORD, state=state
        )
        assert "That did not work" in answer.text
    assert (
        browser.send(page, "/enrol/keys", code=now(secret[1]), password=PASSWORD, again=PASSWORD).status_code
        == 200
    )
    again = browser.send(page, "/enrol/keys", code=now(secret[1]), password=PASSWORD, again=PASSWORD)
    assert (again.status_code, "That did not work" in again.text) == (422, True)


def test_nothing_of_an_invitation_lies_in_clear_and_the_chain_is_written_once(
    desk: Desk, instance: Instance
) -> None:
    code = _code(desk.invite("nora", "frida"))
    desk.enrol("frida", code)
    secret = instance.people["frida"].totp_secret
    with instance.owner.reading() as session:
        row = session.scalars(select(InvitationRow)).one()
        held = b"".join(
            value if isinstance(value, bytes) else str(value).encode() for value in vars(row).values()
        )
    for hidden in (code, code.replace("-", ""), secret, PASSWORD):
        assert hidden.encode() not in held
    with instance.owner.reading() as session:
        assert session.scalars(select(AppointmentRow)).all() == []

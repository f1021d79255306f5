"""An officer's day in the back office, page by page, on both databases."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import delete

from intake.database.volatile_tables import SealedSession
from intake.events import EventKind
from tests.conftest import MakeInstance
from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser, forms_of
from tests.support.instances import Instance
from tests.support.reports import SENTENCE, Filed, Offices, water_report
from triage.casework.writing import answer

SECTIONS = ("report", "evidence", "messages", "people", "clocks", "decisions", "protection", "record")


@pytest.fixture
def browser(instance: Instance) -> Browser:
    """Somebody at the door."""
    return Browser(instance)


def _plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def _session_ends(instance: Instance) -> None:
    with instance.owner.volatile.begin() as session:
        session.execute(delete(SealedSession))


def test_health_says_ok_and_nothing_else(browser: Browser) -> None:
    answer = browser.get("/health")
    assert (answer.status_code, answer.text) == (200, "ok")


def test_who_is_not_logged_in_is_sent_to_the_door(browser: Browser, filed: Filed) -> None:
    for path in ("/", "/cases", f"/cases/{filed.case}"):
        answer = browser.get(path)
        assert (answer.status_code, answer.location) == (303, "/login")


def test_a_triage_officer_works_through_a_report(browser: Browser, filed: Filed) -> None:
    page = browser.log_in("milo")
    assert "Your cases" in page.text
    assert "in 7 days" in page.text
    assert SENTENCE in page.text
    case = browser.get(f"/cases/{filed.case}")
    assert case.status_code == 200
    assert all(f'id="{section}"' in case.text for section in SECTIONS)
    assert "Hugo Stein" in case.text

    done = browser.send(case, f"/cases/{filed.case}/acknowledge", text="It is here, thank you.")
    assert (done.status_code, done.location) == (303, f"/cases/{filed.case}#acknowledge")
    case = browser.get(f"/cases/{filed.case}")
    assert "It is here, thank you." in case.text
    assert f"/cases/{filed.case}/acknowledge" not in forms_of(case)

    assert browser.send(case, f"/cases/{filed.case}/message", text="Which night?").status_code == 303
    assert browser.send(case, f"/cases/{filed.case}/note", text="Ask the archive.").status_code == 303
    given = browser.send(case, f"/cases/{filed.case}/assign", officer="marc", **{"as": "investigate"})
    assert given.status_code == 303
    assert "Marc Dubois, investigates" in _plain(browser.get(f"/cases/{filed.case}").text)

    marc = Browser(browser.instance)
    assert SENTENCE in marc.log_in("marc").text
    case = marc.get(f"/cases/{filed.case}")
    assert "Ask the archive." in case.text
    assert f"/cases/{filed.case}/assign" not in forms_of(case)


def test_an_officer_recuses_and_logs_out(browser: Browser, filed: Filed) -> None:
    browser.log_in("moss")
    case = browser.get(f"/cases/{filed.case}")
    left = browser.send(case, f"/cases/{filed.case}/recuse")
    assert (left.status_code, left.location) == (303, "/cases")
    assert browser.get(f"/cases/{filed.case}").status_code == 404
    page = browser.get("/cases")
    assert "No case is open to you" in page.text
    out = browser.send(page, "/logout")
    assert (out.status_code, out.location) == (303, "/login")
    assert browser.get("/cases").location == "/login"


def test_a_session_that_is_gone_gives_nothing_back_to_an_old_cookie(browser: Browser, filed: Filed) -> None:
    page = browser.log_in("milo")
    cookie = browser.client.get_cookie("__Host-t-session", "desk.test")
    assert cookie is not None
    browser.send(page, "/logout")
    browser.client.set_cookie("__Host-t-session", cookie.value, domain="desk.test", secure=True)
    assert browser.get(f"/cases/{filed.case}").location == "/login"


def test_a_form_that_comes_after_the_session_ended_loses_no_word(
    browser: Browser, instance: Instance, filed: Filed
) -> None:
    browser.log_in("milo")
    case = browser.get(f"/cases/{filed.case}")
    _session_ends(instance)

    late = browser.send(case, f"/cases/{filed.case}/message", text="Two hours of <careful> typing.")
    assert late.status_code == 403
    assert "Your session has ended, so nothing was sent." in late.text
    assert forms_of(late)["/login"].fields["kept_path"] == f"/cases/{filed.case}/message"
    assert "Two hours of &lt;careful&gt; typing." in late.text

    wrong = browser.send(late, "/login", name="milo", password="not the right one", code="123456")
    assert "Two hours of &lt;careful&gt; typing." in wrong.text
    again = browser.send(
        wrong,
        "/login",
        name="milo",
        password=instance.people["milo"].password,
        code=browser.code("milo", step=1),
    )
    assert (again.status_code, again.location) == (303, f"/cases/{filed.case}#message")
    case = browser.get(f"/cases/{filed.case}")
    assert "is back in its form" in case.text
    assert "Two hours of &lt;careful&gt; typing." in case.text
    assert filed.offices.mailbox.view(filed.master).answers == []
    assert browser.send(case, f"/cases/{filed.case}/message").status_code == 303
    assert [a.text for a in filed.offices.mailbox.view(filed.master).answers] == [
        "Two hours of <careful> typing."
    ]
    assert "is back in its form" not in browser.get(f"/cases/{filed.case}").text


def test_a_search_that_comes_after_the_session_ended_is_kept_too(
    browser: Browser, instance: Instance, filed: Filed
) -> None:
    page = browser.log_in("milo")
    _session_ends(instance)
    late = browser.send(page, "/cases/search", q="wells at night")
    again = browser.send(
        late,
        "/login",
        name="milo",
        password=instance.people["milo"].password,
        code=browser.code("milo", step=1),
    )
    assert again.location == "/cases"
    assert 'value="wells at night"' in browser.get("/cases").text


def test_who_acts_on_an_old_page_is_told_what_changed_and_keeps_the_text(
    browser: Browser, back_office: BackOffice, filed: Filed
) -> None:
    browser.log_in("moss")
    case = browser.get(f"/cases/{filed.case}")
    answer(back_office.desk, back_office.officer("milo"), filed.case, "Somebody was first.")
    refused = browser.send(case, f"/cases/{filed.case}/message", text="Another says this.")
    assert refused.status_code == 409
    assert "Somebody else acted on this case" in refused.text
    assert "Somebody was first." in refused.text
    assert forms_of(refused)[f"/cases/{filed.case}/message"].fields["text"] == "Another says this."
    assert browser.send(refused, f"/cases/{filed.case}/message").status_code == 303


def test_a_button_pressed_twice_sends_once(browser: Browser, filed: Filed) -> None:
    browser.log_in("milo")
    case = browser.get(f"/cases/{filed.case}")
    for _ in range(2):
        for form in ("message", "note"):
            sent = browser.send(case, f"/cases/{filed.case}/{form}", text="Once is enough.")
            assert sent.status_code == 303
    assert browser.get(f"/cases/{filed.case}").text.count("Once is enough.") == 2
    again = browser.get(f"/cases/{filed.case}")
    browser.send(again, f"/cases/{filed.case}/message", text="Once is enough.")
    assert len(filed.offices.mailbox.view(filed.master).answers) == 2, "said again on purpose"


def test_refusals_have_their_status_their_reason_and_the_text(browser: Browser, filed: Filed) -> None:
    browser.log_in("milo")
    case = browser.get(f"/cases/{filed.case}")
    empty = browser.send(case, f"/cases/{filed.case}/note", text="  \n ")
    assert (empty.status_code, "Write something first." in empty.text) == (422, True)
    long = browser.send(case, f"/cases/{filed.case}/message", text="x" * 20_001)
    assert (long.status_code, "longer than 20,000 characters" in long.text) == (422, True)
    assert forms_of(long)[f"/cases/{filed.case}/message"].fields["text"] == "x" * 20_001
    stranger = browser.send(case, f"/cases/{filed.case}/assign", officer="mina", **{"as": "handle"})
    assert (stranger.status_code, "Choose one of the people in the list." in stranger.text) == (422, True)
    browser.send(case, f"/cases/{filed.case}/acknowledge")
    twice = browser.send(case, f"/cases/{filed.case}/acknowledge", text="Again.")
    assert twice.status_code == 409
    assert forms_of(twice)[f"/cases/{filed.case}/message"].fields["text"] == "Again.", (
        "it can be sent as a message"
    )

    browser.send(case, f"/cases/{filed.case}/assign", officer="marc", **{"as": "handle"})
    marc = Browser(browser.instance)
    marc.log_in("marc")
    page = marc.get(f"/cases/{filed.case}")
    fields = forms_of(page)[f"/cases/{filed.case}/message"].fields
    forbidden = marc.post(f"/cases/{filed.case}/acknowledge", **fields)
    assert (forbidden.status_code, "Only a triage officer" in forbidden.text) == (403, True)


def test_the_list_filters_and_the_search_stays_out_of_addresses(browser: Browser, offices: Offices) -> None:
    one = offices.file(water_report(what="About zirconium pumps."))
    offices.file(water_report(what="About gravel."))
    browser.log_in("milo")
    assert browser.get("/cases?state=closed").text.count("<tr") == 0
    assert browser.get("/cases?state=nonsense&page=x").status_code == 200
    assert browser.get("/cases?q=zirconium").location == "/cases", "a search never stays in an address"
    found = browser.send(browser.get("/cases"), "/cases/search", q="zirconium")
    assert found.status_code == 200
    assert one.case in found.text
    assert "gravel" not in found.text
    short = browser.send(browser.get("/cases"), "/cases/search", q="a")
    assert (short.status_code, "Type at least three letters" in short.text) == (422, True)


def test_two_hundred_cases_come_in_pages(browser: Browser, offices: Offices, engine_kind: str) -> None:
    if engine_kind == "postgresql":
        pytest.skip("filing sixty reports twice teaches nothing new")
    for number in range(60):
        offices.file(water_report(what=f"Report {number}."))
    page = browser.log_in("milo")
    assert page.text.count("<tr>") == 51
    assert "Page 1 of 2, 60 cases" in page.text
    assert browser.get("/cases?page=2").text.count("<tr>") == 11


def test_a_long_record_folds_and_clocks_say_what_is_to_be_done(browser: Browser, filed: Filed) -> None:
    for number in range(24):
        with filed.act("milo") as acting:
            clocks = {"progress_due": acting.today.isoformat()} if number == 0 else {}
            acting.tell(EventKind.NOTED, {**acting.note(f"Note {number}."), "clocks": clocks})
    assert '<span class="tag">supervised</span>' in browser.log_in("milo").text
    page = browser.get(f"/cases/{filed.case}").text
    assert "6 earlier events" in page
    record = page.split('id="record"')[1]
    assert [int(n) for n in re.findall(r'<li value="(\d+)">', record)] == list(range(25, -1, -1))
    clocks_section = page.split('id="clocks"')[1].split("</section>")[0]
    assert "Tell the reporter that the report arrived." in clocks_section
    assert "Write a note: the level above supervises this case." in clocks_section


def test_what_a_reporter_typed_is_text_and_hides_nothing(browser: Browser, offices: Offices) -> None:
    nasty = "<script>alert(1)</script> {{ 7 * 7 }} \u202egnp.exe\u202c \u200b \U000e0041 done"
    filed = offices.file(water_report(what=nasty, where='"><img src=x>'))
    browser.log_in("milo")
    for page in (browser.get("/cases"), browser.get(f"/cases/{filed.case}")):
        assert "<script" not in page.text
        assert "<img" not in page.text
        assert "{{ 7 * 7 }}" in page.text
        for hidden in ("\u202e", "\u202c", "\u200b", "\U000e0041"):
            assert hidden not in page.text
            assert f"U+{ord(hidden):04X}" in page.text


def test_an_altered_case_says_so_and_shows_nothing(
    browser: Browser, instance: Instance, filed: Filed
) -> None:
    from intake.database.case_tables import Epoch

    browser.log_in("milo")
    with instance.owner.state.begin() as session:
        session.get_one(Epoch, (filed.case, 0)).public = instance.pair("mina").public.raw
    page = browser.get(f"/cases/{filed.case}")
    assert page.status_code == 409
    assert "altered from outside" in page.text
    assert SENTENCE not in page.text
    assert "altered from outside" in browser.get("/cases").text


def test_a_database_that_is_gone_is_a_clear_page_that_keeps_the_text(
    browser: Browser, instance: Instance, filed: Filed, engine_kind: str
) -> None:
    if engine_kind == "postgresql":
        pytest.skip("the same path as on SQLite: the driver's error is another subclass of the same one")
    browser.log_in("milo")
    case = browser.get(f"/cases/{filed.case}")
    state = instance.directory / "state.sqlite3"
    instance.triage_db.close()
    state.rename(state.with_suffix(".away"))
    try:
        gone = browser.send(case, f"/cases/{filed.case}/message", text="Do not lose me.")
    finally:
        instance.triage_db.close()
        state.with_suffix(".away").replace(state)
    assert gone.status_code == 503
    assert "Do not lose me." in gone.text
    assert "Traceback" not in gone.text


def test_an_instance_without_a_valid_roster_lets_nobody_in(make_instance: MakeInstance) -> None:
    from datetime import timedelta

    instance = make_instance()
    browser = Browser(instance, today=instance.today + timedelta(days=3000))
    assert browser.try_login("mara").status_code == 503

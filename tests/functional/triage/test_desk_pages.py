"""An officer's day in the back office, page by page, on both databases."""

from __future__ import annotations

import pytest

from tests.support.backoffice import Browser, forms_of
from tests.support.instances import Instance
from tests.support.reports import SENTENCE, Filed, Offices, water_report

SECTIONS = ("report", "evidence", "messages", "people", "clocks", "decisions", "protection", "record")


@pytest.fixture
def browser(instance: Instance) -> Browser:
    """Somebody at the door."""
    return Browser(instance)


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
    assert "Marc Dubois, investigates" in browser.get(f"/cases/{filed.case}").text.replace("<bdi>", "").replace("</bdi>", "")

"""The page of a case about retaliation: what was done, whether it is presumed, who is asked, and what silence leaves behind."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pytest
from werkzeug.test import TestResponse

from intake.drafts import DraftSubject
from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser, forms_of
from tests.support.duties import Watched
from tests.support.handling import Handled, weigh
from tests.support.instances import Instance
from tests.support.reports import Filed, Offices, plumber_report
from tests.support.retaliation import detriments, entry, told
from triage.casework.justify import requests_of

GRETA = DraftSubject(name="Greta Holm", post="head", body="millbrook-hall")


@pytest.fixture
def first(offices: Offices) -> Filed:
    """A clerk reported an employee of the waterworks."""
    return offices.file(plumber_report())


@pytest.fixture
def clerk(back_office: BackOffice, first: Filed, today: date) -> Handled:
    """Then the mayor dismissed him, and before that his papers had been changed."""
    case = told(first, entry(GRETA, day=today, happened="a", words="I was dismissed today."))
    more = entry(
        day=today - timedelta(days=3), happened="p4", goes_on="1", words="My file was changed before."
    )
    detriments(first).send(first.master, more)
    return Handled(back_office, case, triage="nils", investigator="noel")


def reads(page: TestResponse) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)))


def test_officers_see_what_was_done_and_ask_whoever_stands_above(clerk: Handled, instance: Instance) -> None:
    case = clerk.filed.case
    clerk.acknowledged()
    browser = Browser(instance)
    listed = browser.log_in("nils")
    assert '<span class="tag">retaliation</span>' in listed.text
    assert "Dismissal" not in listed.text
    page = browser.get(f"/cases/{case}")
    assert page.status_code == 200
    text = reads(page)
    assert "What was done because of a report" in text
    assert "Dismissal or suspension" in text
    assert "presumed to be because of the report" in text
    assert "not presumed: it happened before the report" in text
    assert "weigh the risk to the reporter for it" in text
    weigh(clerk.office.desk, clerk.actor("nils"), case, "hearing")
    page = browser.get(f"/cases/{case}")
    assert "North Province Council , about Greta Holm" in reads(page)
    assert "Why: the authority of the area above" in reads(page)
    form = forms_of(page)[f"/cases/{case}/justify"].fields
    # Nobody learns from the letter who reported, nor on which day it hit whom.
    assert "every measure of this kind" in form["text"]
    assert "between 2026-02-01 and 2026-03-31" in form["text"]
    assert "Greta" not in form["text"]
    assert "wells" not in page.text

    empty = browser.send(page, f"/cases/{case}/justify", text=" ")
    assert empty.status_code == 422
    answer = browser.send(page, f"/cases/{case}/justify", about="subject-0", circle="wider")
    assert answer.status_code == 303, reads(answer)
    page = browser.get(f"/cases/{case}")
    assert "The answer is due on 2026-03-16." in reads(page)
    assert "Justification asked of another place" in reads(page)
    weigh(clerk.office.desk, clerk.actor("nils"), case, "hearing")
    page = browser.get(f"/cases/{case}")
    again = browser.send(
        page, f"/cases/{case}/justify", about="subject-0", text="Once more, please.", circle="wider"
    )
    assert again.status_code == 409
    assert "Once more, please." in again.text

    (request,) = requests_of(clerk.filed.opened_by("nils") or clerk.file)
    Watched(clerk.filed).look(request.due + timedelta(days=1))
    page = browser.get(f"/cases/{case}")
    assert "Adverse entry: no answer came by 2026-03-16." in reads(page)
    answer = browser.send(page, f"/cases/{case}/justified", request=request.id, text="He was often late.")
    assert answer.status_code == 303, reads(answer)
    text = reads(browser.get(f"/cases/{case}"))
    assert "He was often late." in text
    assert "Adverse entry" in text


def test_whoever_has_the_first_case_sees_nothing_of_it(
    clerk: Handled, first: Filed, instance: Instance
) -> None:
    browser = Browser(instance)
    listed = browser.log_in("milo").text
    assert clerk.filed.case not in listed
    page = browser.get(f"/cases/{first.case}")
    assert page.status_code == 200
    for word in ("retaliation-title", "dismissed", "Greta", clerk.filed.case):
        assert word not in page.text
    assert browser.get(f"/cases/{clerk.filed.case}").status_code == 404
    justify = browser.post(f"/cases/{clerk.filed.case}/justify", about="subject-0", text="Who was it?")
    assert justify.status_code in {400, 403, 404}

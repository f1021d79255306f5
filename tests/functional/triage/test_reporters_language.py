"""An officer answers in the language that the reporter reads: the case says which, and the first reply comes in it."""

from __future__ import annotations

import html

import pytest

from templates.web.language import LANGUAGES
from tests.support.backoffice import Browser
from tests.support.instances import Instance
from tests.support.reports import Offices, water_report
from triage.casework.replies import templates_for


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_case_says_what_its_reporter_reads_and_offers_replies_in_it(instance: Instance) -> None:
    draft = water_report()
    draft.language = "ar"
    case = Offices(instance, instance.today).file(draft).case
    milo = Browser(instance)
    milo.log_in("milo")
    page = html.unescape(milo.get(f"/cases/{case}").text)
    assert f'<bdi lang="ar" dir="rtl">{LANGUAGES["ar"].name}</bdi> (ar)' in page
    assert templates_for("acknowledge")[0].text("ar").split("\n", maxsplit=1)[0] in page


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_reply_is_there_in_every_language_of_the_portal(tag: str) -> None:
    for template in templates_for("acknowledge"):
        assert tag in template.texts, f"{template.id} cannot be sent to a reporter who reads {tag}"

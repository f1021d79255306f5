"""The protection contact's pages in a real browser: readable, never sideways, each field named, made from the keyboard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from tests.browser.triage.conftest import TODAY, Desk
from tests.support.axe import moving, violations
from tests.support.looking_after import HIGH, everything_chosen, looked, says
from tests.support.readable import TOO_FAINT, WIDER
from tests.support.reports import Offices, plumber_report
from triage.casework.protect.access import Way
from triage.casework.protect.acts import write_to_reporter
from triage.casework.protect.planning import save_plan

pytestmark = pytest.mark.browser
_LONG = "\u202egnp.exe\u202c <b>bold</b> مدير المحطة " + "Verylongword" * 12


@pytest.mark.parametrize("width", [360, 1280])
def test_a_contacts_day_is_readable_and_made_from_the_keyboard(
    chromium: Browser, desk: Desk, width: int
) -> None:
    offices = Offices(desk.instance, TODAY)
    unsafe, planned = (offices.file(plumber_report(**HIGH)) for _ in range(2))
    offices.file(plumber_report(a1="nobody", a2="over_15", b1="none", c1="none"))
    says(unsafe, "unsafe", _LONG, answers={"A1": "known", "C1": "actual"})
    nils = desk.back_office.officer("nils")
    file = looked(desk.back_office.desk, nils, planned)
    late = (TODAY - timedelta(days=0)).isoformat()
    steps = {
        "M06-choice": "chosen",
        "M06-due": late,
        "M06-note": _LONG,
        "M09-choice": "chosen",
        "M09-group": "7",
    }
    save_plan(
        desk.back_office.desk,
        nils,
        Way(planned.case),
        everything_chosen(file, **steps),
        complete=True,
        seen=-1,
    )
    write_to_reporter(desk.back_office.desk, nils, Way(planned.case), "Are you well? " + "word " * 80)
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    desk.log_in(page, "nils")
    paths = ("/protection", f"/protection/{unsafe.case}", f"/protection/{planned.case}")
    for path in paths:
        answer = page.goto(desk.address + path)
        assert answer is not None
        assert answer.status == 200, path
        assert violations(page) == [], path
        assert violations(page, unfolded=True) == [], path
        assert page.evaluate(TOO_FAINT) == [], path
        assert page.evaluate(WIDER) <= 0, path
        unnamed = page.locator("main :is(input:not([type=hidden]), textarea, select)").evaluate_all(
            "all => all.filter(each => each.labels.length === 0).map(each => each.name)"
        )
        assert unnamed == [], path
        page.screenshot(path=f"/tmp/contact-{width}-{paths.index(path)}.png", full_page=True)
    page.goto(f"{desk.address}/protection/{unsafe.case}")
    page.locator("#M12-choice").select_option("chosen")
    page.locator("#why-A2").fill("Nobody else knows; the office checks on a wider scale.")
    with moving(page):
        page.get_by_role("button", name="The plan is complete").press("Enter")
    assert "The plan is not complete" in page.inner_text("main")
    assert page.input_value("#why-A2").startswith("Nobody else knows")
    assert violations(page, unfolded=True) == []
    with moving(page):
        page.get_by_role("button", name="Keep as a draft").press("Enter")
    assert page.url.endswith("#plan")
    assert "A draft, written on" in page.inner_text("main")
    context.close()
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    desk.log_in(page, "milo")
    for path in (f"/cases/{unsafe.case}", f"/cases/{unsafe.case}/protection"):
        page.goto(desk.address + path)
        assert violations(page, unfolded=True) == [], path
        assert page.evaluate(WIDER) <= 0, path
    context.close()

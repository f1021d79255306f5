"""The pages of a join, as officers use them: choosing, agreeing, seeing each other, concluding on one page, taking out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.datastructures import MultiDict

from crypto.keys import new_id
from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser, forms_of
from tests.support.handling import Handled, weigh
from tests.support.instances import Instance
from tests.support.joined import WHY, Pair
from tests.support.reports import Filed, Offices, plumber_report, report, water_report
from triage.casework.panel import open_proposal

Desk = Callable[[str], Browser]


@pytest.fixture
def desk(instance: Instance) -> Desk:
    """Each officer's browser, logged in once."""
    browsers: dict[str, Browser] = {}

    def browser(officer: str) -> Browser:
        if officer not in browsers:
            browsers[officer] = Browser(instance)
            browsers[officer].log_in(officer)
        return browsers[officer]

    return browser


@pytest.fixture
def pair(back_office: BackOffice, offices: Offices) -> Pair:
    """Two reports about the plumber, whose titles differ."""
    leading = Handled(back_office, offices.file(plumber_report())).addressed()
    second = plumber_report(what="Pipes were billed twice in the school.")
    return Pair(back_office, Handled(back_office, offices.file(second)).assessed(), leading)


def test_officers_choose_agree_and_see_the_one_case_from_the_other(pair: Pair, desk: Desk) -> None:
    led, leading = pair.led.filed.case, pair.leading.filed.case
    milo = desk("milo")
    assert f'href="/cases/{led}/merge"' in milo.get(f"/cases/{led}").text
    offered = milo.get(f"/cases/{led}/merge")
    assert f'value="{leading}"' in offered.text
    proposed = milo.send(
        offered, f"/cases/{led}/merge", other=leading, reason="known_matter", text=WHY, go="propose"
    )
    assert proposed.status_code == 303
    asked = open_proposal(pair.file())
    assert asked is not None
    for seat in asked.seats:
        page = desk(seat).get(f"/cases/{led}")
        assert f'href="/cases/{leading}"' in page.text, "whoever votes reads both"
        assert desk(seat).get(f"/cases/{leading}").status_code == 200
        voted = desk(seat).send(page, f"/cases/{led}/vote", vote="agree")
        assert voted.status_code == 303
    joined = milo.get(f"/cases/{led}").text
    assert "The matter is handled in this case:" in joined
    assert f'href="/cases/{leading}"' in joined
    assert "Handled here as well:" in milo.get(f"/cases/{leading}").text
    assert "together with" in milo.get("/cases").text
    taken_out = milo.send(milo.get(f"/cases/{led}"), f"/cases/{led}/part", reason="They differ after all.")
    assert taken_out.status_code == 303
    assert "Taken out again" in milo.get(f"/cases/{led}").text


def test_nothing_that_does_not_fit_is_offered_or_told_apart(pair: Pair, desk: Desk, offices: Offices) -> None:
    led = pair.led.filed.case
    hidden = Handled(
        pair.back, offices.file(water_report(what="Pipes were billed twice by the head."))
    ).assessed()
    milo = desk("milo")
    page = milo.get(f"/cases/{led}/merge")
    assert hidden.filed.case not in page.text, "Mina holds the one and must not know of the other"
    answers = []
    for other in (hidden.filed.case, new_id(), "x", led):
        answer = milo.send(
            page, f"/cases/{led}/merge", other=other, reason="known_matter", text=WHY, go="propose"
        )
        assert answer.status_code == 422
        assert WHY in answer.text
        answers.append(
            answer.text.replace(str(forms_of(answer)[f"/cases/{led}/merge"].fields["csrf_token"]), "")
        )
    assert len({len(answer) for answer in answers}) == 1
    for who in ("mina", "milo"):
        for case in (new_id(), "x"):
            assert desk(who).get(f"/cases/{case}/merge").status_code == 404
    assert desk("mina").get(f"/cases/{hidden.filed.case}/merge").status_code == 404


def test_words_of_a_title_find_another_case(pair: Pair, desk: Desk, offices: Offices) -> None:
    other = Handled(pair.back, offices.file(plumber_report(what="The school bus has no brakes."))).assessed()
    milo, led = desk("milo"), pair.led.filed.case
    page = milo.get(f"/cases/{led}/merge")
    found = milo.post(
        f"/cases/{led}/merge",
        csrf_token=forms_of(page)[f"/cases/{led}/merge"].fields["csrf_token"],
        q="BUS brakes",
        go="search",
    )
    assert found.status_code == 200
    assert other.filed.case in found.text
    assert pair.leading.filed.case not in found.text


def test_the_closing_form_of_a_joined_case_is_filled_and_sent_as_one_page(
    pair: Pair, desk: Desk, offices: Offices
) -> None:
    pair.joined()
    led = pair.led.filed.case
    milo = desk("milo")
    assert 'id="closing"' not in milo.get(f"/cases/{led}").text, "the other one is not concluded yet"
    pair.leading.secured_and_found().propose_closing().agree()
    weigh(pair.back.desk, pair.back.officer("milo"), led, "findings")
    page = milo.get(f"/cases/{led}")
    closing = page.text.split('id="closing"')[1].split("</details>\n</section>")[0]
    for filled in (
        'value="subject-0=established" selected',
        'value="The deputy head"',
        'value="Rosa Medina"',
    ):
        assert filled in closing, filled
    assert "We found that the numbers were changed" not in closing, (
        "what the other reporter is told stays there"
    )
    hidden = forms_of(page)[f"/cases/{led}/note"].fields
    sent = MultiDict(
        [
            ("csrf_token", hidden["csrf_token"]),
            ("seen", hidden["seen"]),
            ("act", "close"),
            ("finding", "subject-0=established"),
            ("knew", "some"),
            ("knew-0-who", "The deputy head"),
            ("knew-0-what", "Saw the changed numbers in spring and told nobody."),
            ("outcome", "disciplinary"),
            ("outcome-disciplinary-person", "Rosa Medina"),
            ("correct", "none"),
            ("clear", "no"),
            ("told", "It stops, and it will be checked every month."),
            ("reason", "examined"),
            ("text", "As in the other case."),
        ]
    )
    answer = milo.client.post(f"/cases/{led}/propose", data=sent, base_url="https://desk.test")
    assert answer.status_code == 303, answer.text
    assert open_proposal(pair.file()) is not None


def test_who_may_not_propose_is_told_so(pair: Pair, desk: Desk, offices: Offices) -> None:
    received: Filed = offices.file(report(what="A bench is broken."))
    milo = desk("milo")
    if received.opened_by("milo") is not None:
        assert milo.get(f"/cases/{received.case}/merge").status_code == 409
    assert desk("mona").get(f"/cases/{pair.led.filed.case}/merge").status_code == 404
    pair.joined()
    assert milo.get(f"/cases/{pair.led.filed.case}/merge").status_code == 409

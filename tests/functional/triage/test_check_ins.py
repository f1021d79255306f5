"""What officers see of a reporter's check-ins, and what they can do about the band: looked at by one, lowered by two."""

from __future__ import annotations

from datetime import timedelta

import pytest
from werkzeug.datastructures import MultiDict

from intake.casefile import CaseFile
from intake.events import EventKind
from intake.levels import Band
from intake.protection.condition import Feeling
from intake.standing import standing_of
from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser
from tests.support.handling import Handled, answers_as_sent, refusal
from tests.support.oversight import plain
from tests.support.panels import WHY
from tests.support.reports import Offices
from tests.support.safety import Safe
from triage.casework.assess import assess
from triage.casework.lower import lower_bands
from triage.casework.propose import propose
from triage.casework.protect.listing import list_reporters
from triage.casework.refusals import CorrectThisError, NotNowError, Reason

WORDS = "He stood at my door last night."


@pytest.fixture
def safe(handled: Handled) -> Safe:
    """An ordinary report, acknowledged; of its reporter nothing is known."""
    return Safe(handled.acknowledged().filed)


def opened(safe: Safe, officer: str = "milo") -> CaseFile:
    file = safe.filed.opened_by(officer)
    assert file is not None
    assert file.whole
    return file


def band(safe: Safe) -> Band:
    return standing_of(opened(safe), safe.instance.roster).facts.band


def test_an_officer_reads_that_the_reporter_is_not_safe_and_the_band_is_lifted_by_itself(
    safe: Safe, back_office: BackOffice, handled: Handled
) -> None:
    assert band(safe) is Band.MEDIUM
    safe.says(safe.filed_on, "unsafe", WORDS, C1="threat")
    assert band(safe) is Band.HIGH
    browser = Browser(back_office.instance)
    browser.log_in("milo")
    page = plain(browser.get(f"/cases/{safe.case}").text)
    assert "the reporter says: I am not safe" in page
    assert WORDS in page
    assert "O4" in page
    # Whoever weighs it next has what was said before them, and one person keeps the band where it is.
    actor = handled.actor("milo")
    sent = answers_as_sent(opened(safe), actor)
    assert (sent["not_safe"], sent["C1"]) == ("yes", "threat")
    assess(handled.office.desk, actor, safe.case, sent, "")
    assert band(safe) is Band.HIGH
    assert [record.data["band"] for record in opened(safe).records if "band" in record.data][-1] == "high"
    page = plain(browser.get(f"/cases/{safe.case}").text)
    assert "the reporter says: I am not safe" not in page


def test_one_officer_does_not_take_the_band_down_by_changing_what_the_reporter_said(
    safe: Safe, handled: Handled
) -> None:
    safe.says(safe.filed_on, "unsafe")
    actor = handled.actor("milo")
    sent = answers_as_sent(opened(safe), actor, not_safe="")
    with pytest.raises(NotNowError) as refused:
        assess(handled.office.desk, actor, safe.case, sent, "They are fine.")
    assert refusal(refused) is Reason.LOWERING_TAKES_A_PANEL
    assert band(safe) is Band.HIGH


def test_a_panel_does_not_lower_below_what_was_said_and_nobody_has_weighed(
    safe: Safe, handled: Handled
) -> None:
    actor = handled.actor("milo")
    assess(handled.office.desk, actor, safe.case, answers_as_sent(opened(safe), actor, A2="over_15"), "Many.")
    raised = answers_as_sent(opened(safe), actor, **{"risk-least": "critical"})
    assess(handled.office.desk, actor, safe.case, raised, "To be sure.")
    assert Band.MEDIUM in lower_bands(opened(safe))["risk"]
    safe.says(safe.filed_on, "unsafe")
    assert lower_bands(opened(safe))["risk"] == [Band.HIGH]
    with pytest.raises(CorrectThisError) as refused:
        propose(
            handled.office.desk,
            actor,
            safe.case,
            "lower",
            MultiDict({"reason": "new_facts", "text": WHY, "risk": "medium"}),
        )
    assert refusal(refused) is Reason.BELOW_THE_LEAST


def test_the_list_says_that_a_reporter_is_silent_until_they_check_in(
    safe: Safe, back_office: BackOffice
) -> None:
    _, second, *_ = safe.slots(safe.filed_on + timedelta(days=60))
    day = second.closes + timedelta(days=1)
    safe.look(day)
    assert safe.count(EventKind.SILENT) == 1
    browser = Browser(back_office.instance)
    browser.log_in("milo")
    assert "reporter silent" in plain(browser.get("/cases").text)
    assert "nobody knows whether the reporter is safe" in plain(browser.get(f"/cases/{safe.case}").text)
    safe.says(day, "safe")
    assert "reporter silent" not in plain(browser.get("/cases").text)
    assert "nobody knows whether the reporter is safe" not in plain(browser.get(f"/cases/{safe.case}").text)


def test_what_somebody_put_in_place_of_an_answer_breaks_no_page(safe: Safe, back_office: BackOffice) -> None:
    """A reporter's own program, or a thief of the code, sends what no page sends."""
    safe.says(safe.filed_on, "unsafe", "x" * 4000, C1="awful", A1="everybody")
    browser = Browser(back_office.instance)
    browser.log_in("milo")
    assert browser.get(f"/cases/{safe.case}").status_code == 200
    assert band(safe) is Band.HIGH


def test_the_level_above_reads_what_it_was_told(offices: Offices, back_office: BackOffice) -> None:
    safe = Safe(offices.file())
    safe.acknowledge(safe.filed_on, "milo")
    due = safe.filed_on + timedelta(days=4)
    safe.promises(safe.filed_on, due)
    safe.look(safe.filed_on)
    safe.look(due)
    browser = Browser(back_office.instance, today=due)
    browser.log_in("nora")
    page = plain(browser.get("/oversight").text)
    assert "A reporter did not come back by the day that they gave" in page
    assert f"The day that the reporter gave: {due.isoformat()}" in page
    assert "the level above is told, and may take the case over" in page
    assert "Ask to take the case over" in page


def test_the_contact_s_list_has_what_was_said_before_any_officer_acted(
    safe: Safe, back_office: BackOffice
) -> None:
    safe.says(safe.filed_on, "changed", WORDS, C1="actual")
    (contact, *_) = sorted(safe.contacts())
    (line,) = list_reporters(back_office.desk, back_office.officer(contact)).lines
    assert line.condition is not None
    assert (line.condition.feeling, line.condition.band) == (Feeling.CHANGED, Band.HIGH)
    _, second, *_ = safe.slots(safe.filed_on + timedelta(days=60))
    later = BackOffice(back_office.instance, second.closes + timedelta(days=40))
    safe.says(second.closes, "safe")
    safe.look(later.today)
    (line,) = list_reporters(later.desk, later.officer(contact)).lines
    assert line.condition is not None
    assert line.condition.feeling is Feeling.CHANGED  # nobody has gone through it: silence does not hide it

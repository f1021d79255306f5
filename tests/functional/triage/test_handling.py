"""A case from the assessment to the findings: what each act asks, and what it leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest

from intake.calendar import months_after
from intake.drafts import DraftSubject
from intake.events import EventKind
from intake.states import CaseState
from tests.functional.triage.conftest import BackOffice
from tests.support.handling import WIDER, Handled, answers_as_sent, refusal, weigh
from tests.support.reports import Offices, plumber_report, report
from triage.casework.address import address
from triage.casework.assess import ASSESSMENT, assess
from triage.casework.find import allegations_of, find
from triage.casework.refusals import CorrectThisError, NotNowError, NotYoursError, Reason
from triage.casework.secure import hear, secure

# Assessing


def test_assessing_begins_from_the_reporters_answers(back_office: BackOffice, offices: Offices) -> None:
    handled = Handled(back_office, offices.file(plumber_report(harm="health", a1="others"))).assessed()
    file = handled.file
    assert file.progress.state is CaseState.ASSESSED
    (paper,) = file.papers(ASSESSMENT)
    assert paper.content["severity"]["factors"] == file.report["severity"]["factors"]
    assert paper.content["risk"]["factors"] == file.report["risk"]["factors"]
    assert paper.content["changed"] == []


def test_raising_is_free_and_needs_words(back_office: BackOffice, handled: Handled) -> None:
    handled.acknowledged()
    opened, milo = handled.filed.opened_by("milo"), back_office.officer("milo")
    assert opened is not None
    sent = answers_as_sent(opened, milo, T1="life", T2="large", T5="ongoing", T7="vulnerable")
    with pytest.raises(CorrectThisError) as silent:
        assess(back_office.desk, milo, handled.filed.case, sent)
    assert refusal(silent) is Reason.EMPTY_TEXT
    assess(back_office.desk, milo, handled.filed.case, sent, "Children drink from these wells.")
    after = handled.filed.opened_by("milo")
    assert after is not None
    assert after.papers(ASSESSMENT)[-1].content["severity"]["band"] in ("high", "critical")
    assert after.papers(ASSESSMENT)[-1].content["changed"] == ["T1", "T2", "T5", "T7"]


def test_lowering_takes_a_panel(back_office: BackOffice, offices: Offices) -> None:
    handled = Handled(
        back_office, offices.file(plumber_report(harm="life", scale="large", recurrence="ongoing"))
    )
    handled.acknowledged()
    opened, milo = handled.filed.opened_by("milo"), back_office.officer("milo")
    assert opened is not None
    sent = answers_as_sent(opened, milo, T1="none", T2="small", T5="once")
    with pytest.raises(NotNowError) as lower:
        assess(back_office.desk, milo, handled.filed.case, sent, "It is nothing.")
    assert refusal(lower) is Reason.LOWERING_TAKES_A_PANEL
    sent = answers_as_sent(opened, milo)
    sent.setlist("severity-least", ["critical"])
    assess(back_office.desk, milo, handled.filed.case, sent, "More than the answers say.")
    again = handled.filed.opened_by("milo")
    assert again is not None
    assess(back_office.desk, milo, handled.filed.case, answers_as_sent(again, milo))
    newest = handled.filed.opened_by("milo")
    assert newest is not None
    assert newest.papers(ASSESSMENT)[-1].content["severity"]["band"] == "critical"


def test_a_risk_that_turns_out_greater_is_told_to_the_protection_contact(
    back_office: BackOffice, handled: Handled
) -> None:
    handled.acknowledged()
    opened, milo = handled.filed.opened_by("milo"), back_office.officer("milo")
    assert opened is not None
    sent = answers_as_sent(opened, milo, threat_of_violence="yes", C1="threat")
    assess(back_office.desk, milo, handled.filed.case, sent, "He came to the house.")
    file = handled.filed.opened_by("milo")
    assert file is not None
    assert file.papers(ASSESSMENT)[-1].content["risk"]["band"] == "critical"
    assert any(record.data.get("notices") for record in file.records if record.kind is EventKind.ASSESSED)


def test_an_answer_that_is_in_no_list_isrefusal(back_office: BackOffice, handled: Handled) -> None:
    handled.acknowledged()
    opened, milo = handled.filed.opened_by("milo"), back_office.officer("milo")
    assert opened is not None
    for name, value in (("T1", "terrible"), ("linked", "-1"), ("linked", "²"), ("risk-least", "none")):
        sent = answers_as_sent(opened, milo)
        sent.setlist(name, [value])
        with pytest.raises(CorrectThisError) as unknown:
            assess(back_office.desk, milo, handled.filed.case, sent, "Because.")
        assert refusal(unknown) is Reason.UNKNOWN_ANSWER


# Addressing


def test_taking_a_matter_up_accepts_it_and_holding_it_needs_a_date_and_a_reason(
    back_office: BackOffice, handled: Handled
) -> None:
    handled.assessed()
    desk, case = back_office.desk, handled.filed.case
    milo, today = back_office.officer("milo"), back_office.today
    for typed, why in (
        ({"manner": "magic"}, Reason.UNKNOWN_MANNER),
        ({"manner": "later", "until": (today + timedelta(days=9)).isoformat()}, Reason.EMPTY_TEXT),
        ({"manner": "later", "reason": "A ruling.", "until": "soon"}, Reason.NOT_A_DATE),
        ({"manner": "later", "reason": "A ruling.", "until": today.isoformat()}, Reason.DATE_IN_THE_PAST),
        (
            {
                "manner": "later",
                "reason": "A ruling.",
                "until": (months_after(today, 6) + timedelta(days=1)).isoformat(),
            },
            Reason.DATE_TOO_LATE,
        ),
    ):
        with pytest.raises(CorrectThisError) as refused:
            address(desk, milo, case, typed)
        assert refusal(refused) is why
    until = months_after(today, 6)
    address(desk, milo, case, {"manner": "later", "reason": "A ruling.", "until": until.isoformat()})
    opened = handled.filed.opened_by("milo")
    assert opened is not None
    progress = opened.progress
    assert (progress.state, progress.manner) == (CaseState.ADDRESSING, "later")
    assert "accept_due" in progress.met
    assert progress.outstanding()["held_until"] == until
    address(desk, milo, case, {"manner": "letter", **WIDER})
    opened = handled.filed.opened_by("milo")
    assert opened is not None
    assert "held_until" not in opened.progress.outstanding()
    with pytest.raises(NotNowError) as same:
        address(desk, milo, case, {"manner": "letter", **WIDER})
    assert refusal(same) is Reason.UNKNOWN_STATE


def test_nobody_hears_the_person_reported_before_the_evidence_is_secured(
    back_office: BackOffice, handled: Handled
) -> None:
    handled.addressed()
    desk, case, marc = back_office.desk, handled.filed.case, back_office.officer("marc")
    with pytest.raises(NotNowError) as covert:
        hear(desk, marc, case, "She says that it was an order.", WIDER)
    assert refusal(covert) is Reason.EVIDENCE_NOT_SECURED
    with pytest.raises(NotYoursError) as triage:
        secure(desk, back_office.officer("milo"), case, "I have it.")
    assert refusal(triage) is Reason.NEEDS_INVESTIGATOR
    secure(desk, marc, case, "The log books are copied and sealed.")
    with pytest.raises(NotNowError) as unweighed:
        hear(desk, marc, case, "She says that it was an order.", WIDER)
    assert refusal(unweighed) is Reason.WEIGH_BEFORE_HEARING
    weigh(desk, marc, case, "hearing")
    hear(desk, marc, case, "She says that it was an order.", WIDER)
    assert [record.kind for record in handled.file.records][-3:] == [
        EventKind.SECURED,
        EventKind.ASSESSED,
        EventKind.HEARD,
    ]
    assert all("order" not in str(record.data) for record in handled.file.records)


# Findings


def test_every_person_and_body_is_an_allegation_and_so_is_what_is_added(
    back_office: BackOffice, offices: Offices
) -> None:
    draft = report(
        DraftSubject(name="Rosa Medina", post="staff", body="millbrook-water"),
        DraftSubject(name="Emil Nagy", post="staff", body="millbrook-school"),
    )
    draft.bodies.append("millbrook-school")
    handled = Handled(back_office, offices.file(draft)).addressed()
    desk, case, marc = back_office.desk, handled.filed.case, back_office.officer("marc")
    assert [entry.id for entry in allegations_of(handled.file)] == [
        "subject-0", "subject-1", "body-millbrook-school",
    ]  # fmt: skip
    typed = {
        "allegation": "new",
        "words": " Falsified  invoices ",
        "grade": "partly",
        "text": "Three of nine.",
    }
    find(desk, marc, case, typed)
    find(desk, marc, case, typed)
    find(desk, marc, case, typed | {"grade": "established", "text": "All nine, on a second look."})
    added = allegations_of(handled.file)[-1]
    assert (added.id, added.words, added.grade) == ("added-0", "Falsified invoices", "established")
    assert len(handled.file.papers("finding")) == 2


def test_who_named_nobody_reported_the_matter(back_office: BackOffice, offices: Offices) -> None:
    handled = Handled(back_office, offices.file(report(region="millbrook"))).assessed()
    opened = handled.filed.opened_by("milo")
    assert opened is not None
    assert [entry.id for entry in allegations_of(opened)] == ["matter"]


BAD_FINDINGS: tuple[tuple[dict[str, str], Reason], ...] = (
    ({"grade": "surely"}, Reason.UNKNOWN_GRADE),
    ({"text": " "}, Reason.EMPTY_TEXT),
    ({"allegation": "subject-7"}, Reason.UNKNOWN_ALLEGATION),
    ({"allegation": "new", "words": ""}, Reason.UNKNOWN_ALLEGATION),
    ({"allegation": "new", "words": "x" * 301}, Reason.UNKNOWN_ALLEGATION),
    ({"grade": "knowingly_false", "evidence": " "}, Reason.FALSE_NEEDS_EVIDENCE),
    ({"evidence": "x" * 20_001}, Reason.TEXT_TOO_LONG),
)


def test_a_finding_says_on_what_how_well_proved_and_by_what(
    back_office: BackOffice, handled: Handled
) -> None:
    handled.addressed()
    whole = {"allegation": "subject-0", "grade": "established", "text": "The books differ."}
    for typed, why in BAD_FINDINGS:
        with pytest.raises(CorrectThisError) as refused:
            find(back_office.desk, back_office.officer("marc"), handled.filed.case, whole | typed)
        assert refusal(refused) is why


def test_not_established_is_not_false(back_office: BackOffice, handled: Handled) -> None:
    """Mechanism 42: nothing but a finding of its own, with proof, says that somebody reported what they knew to be false."""
    handled.found("not_established").propose_closing().agree()
    assert [finding["grade"] for finding in handled.file.papers("proposal")[-1].content["findings"]] == [
        "not_established"
    ]

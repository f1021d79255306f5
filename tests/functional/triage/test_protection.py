"""The reporter's risk beside the case: what an officer sees of it, who may change it, before which steps it is weighed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from werkzeug.datastructures import MultiDict

from intake.casefile import CaseFile
from intake.events import EventKind
from intake.levels import Band
from intake.protection.triggers import STAGES, weighed
from intake.states import CaseState
from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser
from tests.support.handling import WIDER, Handled, answers_as_sent, closing_sent, refusal, weigh
from tests.support.oversight import plain
from tests.support.panels import WHY, Office
from tests.support.reports import Filed, Offices, plumber_report
from tests.support.splitting import Split, two_matters
from triage.casework.address import address
from triage.casework.assess import ASSESSMENT, assess
from triage.casework.assign import assign
from triage.casework.lower import lower_bands
from triage.casework.policy import Decision
from triage.casework.propose import propose
from triage.casework.protection import risk_now
from triage.casework.recuse import recuse
from triage.casework.refusals import CorrectThisError, NotNowError, Reason
from triage.casework.secure import hear, secure
from triage.casework.small_circle import few_who_could_know


def _opened(filed: Filed, officer: str = "milo") -> CaseFile:
    file = filed.opened_by(officer)
    assert file is not None
    return file


def _assesses(handled: Handled, why: str = "We spoke.", **changed: str) -> None:
    actor = handled.actor("milo")
    sent = answers_as_sent(_opened(handled.filed), actor, **changed)
    assess(handled.office.desk, actor, handled.filed.case, sent, why)


# What is shown


def test_the_page_says_what_weighs_what_nobody_knows_what_changed_and_who_changed_it(
    back_office: BackOffice, offices: Offices
) -> None:
    filed = offices.file(plumber_report(a1="suspected", b1="line", c1="threat", a2="unknown"))
    handled = Handled(back_office, filed).acknowledged()
    browser = Browser(back_office.instance)
    browser.log_in("milo")
    calm = plain(browser.get(f"/cases/{filed.case}").text)
    assert "At least this high because: harm or a threat to the reporter O3" in calm
    assert "Weighs most:" in calm
    assert "Who knows or guesses who reported A1 : a person reported suspects it 14 / 20" in calm
    assert "How many people could know these facts A2 : not known 6 / 14" in calm
    # A3, A4, C2, C3, D2, E1, E2 and E3 nobody answered, and "not known" is no answer either.
    assert "9 questions are open: not known is not the same as safe." in calm
    assert "Earlier retaliation in the unit C2 : not answered 0 / 6 Only an officer can answer this" in calm
    assert "Nothing changed since the report came in." in calm

    _assesses(handled, C1="actual")
    _assesses(handled, **{"risk-least": "critical"})
    page = plain(browser.get(f"/cases/{filed.case}").text)
    assert "Harm to the reporter so far: a threat → actual harm" in page
    assert "Set higher by hand on" in page
    assert page.count("Milo Fernandes") >= 2
    risk = risk_now(_opened(filed), back_office.instance.roster)
    assert [(change.before, change.after, change.by_hand) for change in risk.changes] == [
        (Band.HIGH, Band.HIGH, False),
        (Band.HIGH, Band.CRITICAL, True),
    ]
    assert [each.id for each in risk.heavy][:3] == ["A1", "B1", "C1"]


def test_where_nothing_was_answered_it_says_so_and_is_medium(
    back_office: BackOffice, handled: Handled
) -> None:
    risk = risk_now(_opened(handled.filed), back_office.instance.roster)
    assert (risk.score, risk.band, risk.heavy) == (None, Band.MEDIUM, [])
    assert len(risk.unanswered) == len(risk.weights)


# Raising and lowering


@pytest.mark.parametrize(
    ("answers", "least"),
    [
        ({"threat_of_violence": "yes"}, "critical"),
        ({"a1": "known", "b1": "line"}, "high"),
        ({"c1": "actual"}, "high"),
        ({"c1": "threat"}, "medium"),
        ({"not_safe": "yes"}, "high"),
    ],
    ids=["O1", "O2", "O3 done", "O3 threatened", "O4"],
)
def test_no_panel_goes_below_what_one_answer_alone_asks_for(
    back_office: BackOffice, offices: Offices, answers: dict[str, str], least: str
) -> None:
    handled = Handled(back_office, offices.file(plumber_report(**answers))).acknowledged()
    _assesses(handled, **{"risk-least": "critical"})
    offered = lower_bands(_opened(handled.filed))["risk"]
    assert (offered[-1] if offered else Band.CRITICAL) == least
    wanted = MultiDict({"reason": "new_facts", "text": WHY, "risk": "low"})
    with pytest.raises(CorrectThisError) as refused:
        propose(back_office.desk, handled.actor("milo"), handled.filed.case, "lower", wanted)
    assert refusal(refused) is Reason.BELOW_THE_LEAST


def test_i_do_not_feel_safe_stays_high_until_a_person_has_looked_and_falls_only_by_a_second_one(
    back_office: BackOffice, offices: Offices
) -> None:
    filed = offices.file(plumber_report(a1="nobody", a2="over_15", b1="none", c1="none", not_safe="yes"))
    handled = Handled(back_office, filed).acknowledged()
    office = Office(back_office, filed)
    assert _opened(filed).report["risk"]["band"] == "high"
    _assesses(handled, "")  # assessed as it stands: nobody has looked at why
    assert lower_bands(_opened(filed))["risk"] == []
    with pytest.raises(CorrectThisError) as silent:
        _assesses(handled, "", reviewed="yes")
    assert refusal(silent) is Reason.EMPTY_TEXT
    _assesses(handled, "They fear a colleague who has left since. They agreed.", reviewed="yes")
    assert risk_now(_opened(filed), back_office.instance.roster).band is Band.HIGH  # by itself nothing falls
    # A word of the reporter may mean that it is not over.
    filed.offices.mailbox.write(filed.master, "He is back.", 0, ())
    assert lower_bands(_opened(filed))["risk"] == []
    _assesses(handled, "He was only in the yard. They agreed again.", reviewed="yes")
    proposal = office.proposes("milo", Decision.LOWER, "new_facts", risk="low")
    assert risk_now(_opened(filed), back_office.instance.roster).band is Band.HIGH  # nor by one person
    for seat in proposal.seats:
        office.votes(seat, proposal)
    after = risk_now(_opened(filed), back_office.instance.roster)
    assert (after.band, after.changes[-1].panel) == (Band.LOW, True)


def test_there_is_nothing_to_look_at_where_nobody_said_that_they_feel_unsafe(handled: Handled) -> None:
    handled.acknowledged()
    with pytest.raises(CorrectThisError) as nothing:
        _assesses(handled, reviewed="yes")
    assert refusal(nothing) is Reason.NOTHING_TO_REVIEW


def test_a_step_that_is_in_no_list_is_refused(handled: Handled) -> None:
    handled.acknowledged()
    with pytest.raises(CorrectThisError) as unknown:
        _assesses(handled, step="lunch")
    assert refusal(unknown) is Reason.UNKNOWN_ANSWER


# Before a step


def test_each_step_is_weighed_for_itself_by_whoever_takes_it(
    back_office: BackOffice, handled: Handled
) -> None:
    handled.addressed()
    desk, case, marc = back_office.desk, handled.filed.case, back_office.officer("marc")
    secure(desk, marc, case, "The log books are copied.")
    weigh(desk, marc, case, "findings")  # another step than the one that follows
    with pytest.raises(NotNowError) as other:
        hear(desk, marc, case, "An order.", WIDER)
    assert refusal(other) is Reason.WEIGH_BEFORE_HEARING
    weigh(desk, marc, case, "hearing")
    hear(desk, marc, case, "An order.", WIDER)
    with pytest.raises(NotNowError):
        hear(desk, marc, case, "A second talk.", WIDER)  # who was told may know now: it is weighed anew
    weigh(desk, marc, case, "hearing", A1="suspected")
    filed = handled.filed
    filed.offices.mailbox.write(filed.master, "They asked me about it today.", 0, ())
    with pytest.raises(NotNowError):
        hear(desk, marc, case, "A second talk.", WIDER)  # and the reporter has said something since
    weigh(desk, marc, case, "hearing")
    hear(desk, marc, case, "A second talk.", WIDER)
    paper = handled.file.papers(ASSESSMENT)[-1]
    assert (paper.author, paper.content["step"], paper.content["answers"]["D2"]) == ("marc", "hearing", "any")
    # Whoever weighs before a step is no triage officer for that: the investigation goes on.
    secure(desk, marc, case, "More books.")
    assert handled.file.whole
    assert filed.offices.mailbox.view(filed.master).proved


def test_findings_and_a_transfer_wait_as_well_and_a_panel_is_not_stopped_by_a_word_of_the_reporter(
    back_office: BackOffice, handled: Handled
) -> None:
    handled.found()
    desk, case, marc = back_office.desk, handled.filed.case, back_office.officer("marc")
    sent = closing_sent(back_office.today)
    for act, fields, why in (
        ("close", sent, Reason.WEIGH_BEFORE_FINDINGS),
        (
            "transfer",
            MultiDict({"reason": "too_close", "text": WHY, "office": "HO-north"}),
            Reason.WEIGH_BEFORE_EXTERNAL,
        ),
    ):
        with pytest.raises(NotNowError) as unweighed:
            propose(desk, marc, case, act, fields)
        assert refusal(unweighed) is why
    weigh(desk, marc, case, "findings")
    propose(desk, marc, case, "close", sent)
    handled.filed.offices.mailbox.write(handled.filed.master, "Thank you.", 0, ())
    handled.agree()
    assert handled.file.progress.state is CaseState.CONCLUDED
    assert handled.file.whole


def test_raising_before_a_step_is_free_and_lowering_is_refused(
    back_office: BackOffice, offices: Offices
) -> None:
    handled = Handled(back_office, offices.file(plumber_report(c1="actual")))
    handled.addressed()
    desk, case, marc = back_office.desk, handled.filed.case, back_office.officer("marc")
    with pytest.raises(NotNowError) as lower:
        weigh(desk, marc, case, "hearing", C1="none")
    assert refusal(lower) is Reason.LOWERING_TAKES_A_PANEL
    weigh(desk, marc, case, "hearing", threat_of_violence="yes")
    assert risk_now(handled.file, back_office.instance.roster).band is Band.CRITICAL


def test_nobody_waits_for_a_triage_officer_who_left(back_office: BackOffice, handled: Handled) -> None:
    handled.addressed()
    desk, case, marc = back_office.desk, handled.filed.case, back_office.officer("marc")
    recuse(desk, back_office.officer("milo"), case)
    secure(desk, marc, case, "Safe.")
    weigh(desk, marc, case, "hearing")
    hear(desk, marc, case, "An order.", WIDER)
    assert handled.filed.opened_by("marc") is not None


def test_a_part_that_is_split_off_asks_as_well_and_begins_with_nothing_weighed(
    back_office: BackOffice, offices: Offices
) -> None:
    draft = two_matters()
    handled = Handled(back_office, offices.file(draft)).addressed()
    weigh(back_office.desk, back_office.officer("marc"), handled.filed.case, "hearing")
    split = Split.of(back_office, handled.filed, goes=("subject-1",))
    _, part = split.files()
    assert part.records[0].data[STAGES] == 1
    assert part.whole
    assert not weighed(part.records)
    with split.second.act("milo") as acting:
        acting.tell(EventKind.HEARD, acting.paper("hearing", "She knows.", {}))
    opened = split.second.opened_by("milo")
    assert opened is not None
    assert not opened.whole


def test_a_case_of_an_earlier_release_still_reads_with_steps_that_nobody_weighed(
    back_office: BackOffice, handled: Handled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first event of such a case does not say that it asks."""
    older = Handled(back_office, _of_an_earlier_release(handled, monkeypatch)).addressed()
    with older.filed.act("marc") as acting:
        acting.tell(EventKind.SECURED, acting.paper("secured", "Safe.", {}))
    with older.filed.act("marc") as acting:
        acting.tell(EventKind.HEARD, acting.paper("hearing", "An order.", {}))
    assert older.file.whole
    assert older.filed.offices.mailbox.view(older.filed.master).proved


def _of_an_earlier_release(handled: Handled, monkeypatch: pytest.MonkeyPatch) -> Filed:
    monkeypatch.setattr("intake.filing.seal.STAGES_VERSION", 0)
    return handled.filed.offices.file(plumber_report())


# A small circle


@pytest.mark.parametrize(
    ("said", "found", "few"),
    [
        ("only_me", "", "only_me"),
        ("2_to_4", "over_15", "2_to_4"),  # whoever said it may know best
        ("over_15", "only_me", "only_me"),
        ("", "", "unknown"),
        ("unknown", "5_to_15", None),
        ("5_to_15", "", None),
    ],
)
def test_the_fewer_counts_and_nobody_knows_is_few(
    back_office: BackOffice, offices: Offices, said: str, found: str, few: str | None
) -> None:
    handled = Handled(
        back_office, offices.file(plumber_report(**({"a2": said} if said else {})))
    ).acknowledged()
    if found:
        _assesses(handled, A2=found)
    assert few_who_could_know(_opened(handled.filed), back_office.instance.organisation) == few


def test_a_step_that_could_point_at_the_reporter_asks_what_is_done_about_it_and_stops_nobody(
    back_office: BackOffice, offices: Offices
) -> None:
    handled = Handled(back_office, offices.file(plumber_report(a2="only_me"))).assessed()
    desk, case = back_office.desk, handled.filed.case
    assign(desk, back_office.officer("milo"), case, "marc", "investigate")
    marc = back_office.officer("marc")
    for sent, why in (
        ({}, Reason.SMALL_CIRCLE),
        ({"circle": "perhaps"}, Reason.SMALL_CIRCLE),
        ({"circle": "anyway"}, Reason.EMPTY_TEXT),
        ({"circle": "anyway", "circle_why": "x" * 1001}, Reason.SHORTER),
    ):
        with pytest.raises(CorrectThisError) as refused:
            address(desk, marc, case, {"manner": "letter", **sent})
        assert refusal(refused) is why
    until = (back_office.today + timedelta(days=9)).isoformat()
    address(
        desk, marc, case, {"manner": "later", "until": until, "reason": "First the others."}
    )  # asks nobody yet
    address(
        desk, marc, case, {"manner": "verification", "circle": "wider", "circle_why": "All wells, all years."}
    )
    secure(desk, marc, case, "Safe.")
    weigh(desk, marc, case, "hearing")
    hear(
        desk, marc, case, "An order.", {"circle": "anyway", "circle_why": "She has seen the letter already."}
    )
    addressing, hearing = handled.file.papers("addressing")[-1], handled.file.papers("hearing")[-1]
    assert addressing.content["circle"] == {
        "could_know": "only_me",
        "choice": "wider",
        "why": "All wells, all years.",
    }
    assert hearing.content["circle"]["choice"] == "anyway"
    # The reporter sees that it happened, and neither the number nor the reason.
    assert "seen the letter" not in repr([record.data for record in handled.file.records])


def test_a_referral_is_asked_about_its_circle_and_a_conclusion_without_one_is_not(
    back_office: BackOffice, handled: Handled
) -> None:
    handled.found()
    desk, case, marc = back_office.desk, handled.filed.case, back_office.officer("marc")
    weigh(desk, marc, case, "findings")
    referral = {
        "outcome": ["criminal_referral"],
        "outcome-criminal_referral-recipient": "The prosecution",
        "outcome-criminal_referral-due": (back_office.today + timedelta(days=60)).isoformat(),
        "circle": None,
    }
    with pytest.raises(CorrectThisError) as small:
        propose(desk, marc, case, "close", closing_sent(back_office.today, referral))
    assert refusal(small) is Reason.SMALL_CIRCLE
    propose(desk, marc, case, "close", closing_sent(back_office.today, {"circle": None}))


def test_the_page_warns_in_the_form_and_keeps_what_was_typed(
    back_office: BackOffice, offices: Offices
) -> None:
    filed = offices.file(plumber_report(a2="2_to_4"))
    Handled(back_office, filed).assessed()
    browser = Browser(back_office.instance)
    browser.log_in("milo")
    page = browser.get(f"/cases/{filed.case}")
    assert "Only 2 to 4 people could know these facts." in page.text
    assert "a sample drawn by lot" in page.text
    answer = browser.send(
        page, f"/cases/{filed.case}/state", to="addressing", manner="letter", circle="anyway", circle_why=""
    )
    assert answer.status_code == 422
    wide = offices.file(plumber_report(a2="over_15"))
    Handled(back_office, wide).assessed()
    assert "Could this point at the reporter?" not in browser.get(f"/cases/{wide.case}").text

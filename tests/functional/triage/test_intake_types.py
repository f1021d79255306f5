"""What a person brings, in the back office: a lighter end where nobody is accused, more for the harmed, never less."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from intake.events import EventKind
from intake.intake_types import IntakeType
from intake.states import CaseState
from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser
from tests.support.handling import TOLD, Handled, refusal
from tests.support.instances import Instance
from tests.support.joined import Pair
from tests.support.reports import Filed, Offices, plumber_report, report
from triage.casework.classify import classify, marks_of
from triage.casework.close import close
from triage.casework.corrections import conclusion_of, corrections_of
from triage.casework.find import find
from triage.casework.listing import Filters, list_cases
from triage.casework.panel import open_proposal
from triage.casework.refusals import CorrectThisError, NotNowError, Reason
from triage.casework.tasks import Brief, briefs_of
from triage.casework.turn import turn
from triage.casework.vote import vote

WHY = "It says who did it."
NOT_ASKED: dict[str, Any] = dict.fromkeys(("knew", "knew-0-who", "knew-0-what", "outcome", "clear"))


def _brought(back_office: BackOffice, offices: Offices, kind: str, **answers: str) -> Handled:
    """Somebody brings something of this kind about Millbrook, and names nobody."""
    return Handled(back_office, offices.file(report(intake=kind, region="millbrook", **answers)))


def _turn(handled: Handled, to: str, officer: str = "milo") -> None:
    turn(handled.office.desk, handled.actor(officer), handled.filed.case, to, WHY)


@pytest.mark.parametrize("kind", ["concern", "suggestion"])
def test_where_nobody_is_accused_an_answer_and_what_is_put_right_are_an_end_by_its_panel(
    back_office: BackOffice, offices: Offices, kind: str
) -> None:
    handled = _brought(back_office, offices, kind).addressed().propose_closing(NOT_ASKED)
    proposal = open_proposal(handled.file)
    assert proposal is not None
    assert proposal.seats
    handled.agree().told().corrected()
    conclusion = conclusion_of(handled.file)
    assert conclusion is not None
    assert (conclusion["findings"], conclusion["knew"], conclusion["outcomes"]) == ([], [], [])
    assert conclusion["told"] == TOLD
    close(back_office.desk, handled.actor("marc"), handled.filed.case)
    assert handled.file.progress.state is CaseState.CLOSED
    assert handled.file.whole
    assert handled.filed.offices.mailbox.view(handled.filed.master).proved


@pytest.mark.parametrize("lacking", ["told", "correct"])
def test_an_answer_and_what_is_put_right_are_always_needed(
    back_office: BackOffice, offices: Offices, lacking: str
) -> None:
    handled = _brought(back_office, offices, "suggestion").addressed()
    with pytest.raises(CorrectThisError) as refused:
        handled.propose_closing({**NOT_ASKED, lacking: None})
    assert lacking in refused.value.marked


def test_whoever_is_accused_in_it_is_owed_findings_whatever_it_is_called(
    back_office: BackOffice, offices: Offices
) -> None:
    named = Handled(back_office, offices.file(plumber_report(intake="suggestion"))).addressed()
    with pytest.raises(NotNowError) as early:
        named.propose_closing(NOT_ASKED)
    assert refusal(early) is Reason.NO_FINDING
    later = _brought(back_office, offices, "concern").addressed()
    typed = {"allegation": "new", "words": "The plumber sells pipes.", "grade": "partly", "text": "He does."}
    find(back_office.desk, later.actor("marc"), later.filed.case, typed)
    with pytest.raises(NotNowError):
        later.propose_closing(NOT_ASKED)


def test_a_concern_that_leads_a_report_about_somebody_is_owed_findings(
    back_office: BackOffice, offices: Offices
) -> None:
    """Whoever is accused in the other case would else be graded there without a word of what was found."""
    led = Handled(back_office, offices.file(plumber_report())).assessed()
    leading = _brought(back_office, offices, "concern").addressed()
    pair = Pair(back_office, led, leading).joined()
    assert pair.leader().progress.leads
    with pytest.raises(NotNowError) as early:
        leading.propose_closing(NOT_ASKED)
    assert refusal(early) is Reason.NO_FINDING


def test_a_concern_is_taken_as_a_report_at_any_time_and_never_back(
    back_office: BackOffice, offices: Offices
) -> None:
    handled = _brought(back_office, offices, "suggestion")
    _turn(handled, "concern")
    handled.addressed()
    _turn(handled, "report", "marc")
    assert handled.file.brought is IntakeType.REPORT
    assert handled.file.whole
    for back in ("suggestion", "concern", "report", "harmed", ""):
        with pytest.raises(CorrectThisError) as refused:
            _turn(handled, back, "marc")
        assert refused.value.reason is Reason.UNKNOWN_TURN
    with pytest.raises(NotNowError):
        handled.propose_closing(NOT_ASKED)
    view = handled.filed.offices.mailbox.view(handled.filed.master)
    assert view.proved
    assert view.brought is IntakeType.REPORT


def test_what_a_panel_decides_on_is_not_turned_under_it(back_office: BackOffice, offices: Offices) -> None:
    handled = _brought(back_office, offices, "concern").addressed().propose_closing(NOT_ASKED)
    with pytest.raises(NotNowError) as late:
        _turn(handled, "report", "marc")
    assert refusal(late) is Reason.PROPOSAL_OPEN


def test_somebody_harmed_is_heard_and_the_harm_is_looked_to(
    back_office: BackOffice, offices: Offices
) -> None:
    handled = Handled(back_office, offices.file(plumber_report(intake="harmed"))).found()
    with pytest.raises(CorrectThisError) as refused:
        handled.propose_closing()
    assert set(refused.value.marked) == {"heard", "heard-how", "remedy"}
    handled.propose_closing(
        {"heard": "yes", "heard-how": "In the mailbox, twice.", "remedy": "Pay is made up."}
    )
    conclusion = conclusion_of(handled.agree().file)
    assert conclusion is not None
    assert conclusion["heard"] == {"was": "yes", "how": "In the mailbox, twice."}
    assert conclusion["remedy"] == "Pay is made up."


def test_the_page_says_what_was_brought_and_what_it_asks(
    back_office: BackOffice, offices: Offices, instance: Instance
) -> None:
    harmed = offices.file(plumber_report(intake="harmed"))
    idea = offices.file(report(intake="suggestion", region="millbrook", stage="planned"))
    milo = Browser(instance)
    milo.log_in("milo")
    page = milo.get(f"/cases/{harmed.case}")
    assert "The reporter says that it happened to them." in page.text
    assert f'action="/cases/{harmed.case}/turn"' not in page.text
    page = milo.get(f"/cases/{idea.case}")
    assert "Nobody is accused in it" in page.text
    assert "It is planned: it can still be stopped." in page.text
    sent = milo.send(page, f"/cases/{idea.case}/turn", to="report", text="")
    assert sent.status_code == 422
    sent = milo.send(page, f"/cases/{idea.case}/turn", to="report", text=WHY)
    assert sent.status_code == 303
    page = milo.get(f"/cases/{idea.case}")
    assert "taken as report" in " ".join(page.text.split())
    assert WHY in page.text
    listed = milo.get("/cases?intake=harmed").text
    assert harmed.case in listed
    assert idea.case not in listed
    assert "it happened to the reporter" in listed


def test_what_can_still_be_stopped_stands_first_among_what_is_due_the_same_day(
    back_office: BackOffice, offices: Offices
) -> None:
    filed = {stage: offices.file(report(region="millbrook", stage=stage)) for stage in ("past", "planned")}
    filed |= {stage: offices.file(report(region="millbrook", stage=stage)) for stage in ("", "ongoing")}
    page = list_cases(back_office.desk, back_office.officer("milo"))
    order = [entry.case for entry in page.entries]
    assert order[:2] == [filed["ongoing"].case, filed["planned"].case]
    calendar = back_office.instance.roster.organisation.calendar
    looks = {entry.case: entry.look_by(calendar) for entry in page.entries}
    assert looks[filed["planned"].case] == calendar.working_days_after(back_office.today, 1)
    assert looks[filed["past"].case] is None
    assert len({entry.wake for entry in page.entries}) == 1, "no mark moves a date"
    assert not list_cases(
        back_office.desk, back_office.officer("milo"), filters=Filters(intake=IntakeType.CONCERN)
    ).entries


# With a program of one's own, and the right to write to the database


def _shown_as_broken(filed: Filed) -> bool:
    opened = filed.opened_by("moss")
    assert opened is not None
    return not opened.whole and not filed.offices.mailbox.view(filed.master).proved


def test_a_report_that_somebody_signs_down_to_an_idea_is_shown_as_altered(
    back_office: BackOffice, offices: Offices
) -> None:
    filed = offices.file(plumber_report())
    with filed.act("milo") as acting:
        acting.tell(
            EventKind.TURNED, {**acting.paper("turning", WHY, {"to": "suggestion"}), "to": "suggestion"}
        )
    opened = filed.opened_by("moss")
    assert opened is not None
    assert opened.brought is IntakeType.REPORT
    assert _shown_as_broken(filed)


def test_a_concern_that_is_turned_while_its_panel_votes_is_shown_as_altered(
    back_office: BackOffice, offices: Offices
) -> None:
    handled = _brought(back_office, offices, "concern").addressed().propose_closing(NOT_ASKED)
    with handled.filed.act("marc") as acting:
        acting.tell(EventKind.TURNED, {**acting.paper("turning", WHY, {"to": "report"}), "to": "report"})
    assert _shown_as_broken(handled.filed)


def test_a_proposal_without_findings_that_was_signed_past_the_form_concludes_nothing(
    back_office: BackOffice, offices: Offices
) -> None:
    """Marc writes the end of a suggestion under a report, and honest colleagues are drawn to agree."""
    handled = Handled(back_office, offices.file(plumber_report())).addressed()
    idea = _brought(back_office, offices, "suggestion").addressed().propose_closing(NOT_ASKED)
    (record,) = [entry for entry in idea.file.records if entry.kind is EventKind.PROPOSED]
    (paper,) = idea.file.papers("proposal")
    with handled.filed.act("marc") as acting:
        content = {name: value for name, value in paper.content.items() if name not in ("form", "text")}
        keep = {name: value for name, value in record.data.items() if name not in ("item", "body")}
        acting.grant(content["seats"])
        acting.tell(EventKind.PROPOSED, {**keep, **acting.paper("proposal", paper.text, content)})
    proposal = open_proposal(handled.file)
    assert proposal is not None
    (seat,) = proposal.seats
    vote(back_office.desk, back_office.officer(seat), handled.filed.case, proposal.id, "agree", "")
    assert handled.file.progress.state is CaseState.ADDRESSING
    assert handled.file.progress.concluded is None


# What is known, and what a task says of itself


def test_a_task_says_how_it_is_done_and_until_when_or_that_nobody_said(
    back_office: BackOffice, handled: Handled, instance: Instance
) -> None:
    handled.assessed()
    milo, case = Browser(instance), handled.filed.case
    milo.log_in("milo")
    page = milo.get(f"/cases/{case}")
    assert "Not said, so perhaps to be asked: when, where, how it is known, proof." in " ".join(
        page.text.split()
    )
    form = {"officer": "marc", "as": "investigate", "standard": "Both books were compared."}
    wrong = milo.send(page, f"/cases/{case}/assign", **form, due="soon")
    assert wrong.status_code == 422
    assert 'value="Both books were compared."' in wrong.text
    assert (
        milo.send(page, f"/cases/{case}/assign", **form, due=back_office.today.isoformat()).status_code == 422
    )
    due = back_office.today + timedelta(days=9)
    assert milo.send(page, f"/cases/{case}/assign", **form, due=due.isoformat()).status_code == 303
    page = milo.get(f"/cases/{case}")
    assert milo.send(page, f"/cases/{case}/assign", officer="mona", **{"as": "handle"}).status_code == 303
    assert briefs_of(handled.file) == [
        Brief("marc", "investigate", "Both books were compared.", due),
        Brief("mona", "handle"),
    ]
    text = milo.get(f"/cases/{case}").text
    assert "Both books were compared." in text
    assert "nobody said" in text
    assert handled.file.whole


def test_a_corrective_action_says_how_one_sees_that_it_is_done(handled: Handled, instance: Instance) -> None:
    handled.concluded({"correct-0-standard": "Two names stand under every number."})
    (action,) = corrections_of(handled.file)
    assert action.standard == "Two names stand under every number."
    milo = Browser(instance)
    milo.log_in("milo")
    assert "Two names stand under every number." in milo.get(f"/cases/{handled.filed.case}").text


# Which breach an allegation is


def test_an_allegation_is_marked_as_decided_alone_beside_what_the_reporter_called_it(
    back_office: BackOffice, offices: Offices, instance: Instance
) -> None:
    handled = Handled(back_office, offices.file(plumber_report(category="procurement"))).found()
    marc, case = Browser(instance), handled.filed.case
    marc.log_in("marc")
    page = marc.get(f"/cases/{case}")
    act, marks = (
        f"/cases/{case}/classify",
        {"allegation": "subject-0", "allegations": "no_collective_decision"},
    )
    assert marc.send(page, act, **{**marks, "allegations": "witchcraft"}).status_code == 422
    assert marc.send(page, act, **{**marks, "allegation": "subject-7"}).status_code == 422
    assert marc.send(page, act, **marks, fields="public_procurement", links="decision").status_code == 303
    page = marc.get(f"/cases/{case}")
    assert "decided alone what a group must decide" in page.text
    assert handled.file.report["answers"]["category"] == "procurement"
    codes = {
        "allegations": ["no_collective_decision"],
        "fields": ["public_procurement"],
        "links": ["decision"],
    }
    assert marks_of(handled.file) == {"subject-0": codes}
    before = len(handled.file.records)
    assert marc.send(page, act, **marks, fields="public_procurement", links="decision").status_code == 303
    assert len(handled.file.records) == before, "the same form, sent again, is no act"
    handled.propose_closing()
    with pytest.raises(NotNowError):
        classify(back_office.desk, handled.actor("marc"), case, MultiDict(marks))
    conclusion = conclusion_of(handled.agree().file)
    assert conclusion is not None
    assert conclusion["findings"][0]["codes"] == codes
    assert handled.file.whole

"""The ladder: where a case goes when an office is silent or its decision is contested."""

from __future__ import annotations

from datetime import date
from typing import Any

from intake.organisation import Organisation
from intake.routing import Involved, Rung, decide, facts_from, review_clocks, rungs
from tests.unit.routing.sample import document, facts, organisation, prior, tie


def ladder(
    where: Organisation | None = None, involved: Involved | None = None, met: str = "", **given: Any
) -> list[Rung]:
    place = where or organisation()
    known = facts_from(facts(**{"subjects": ["S-C1.s"], **given}), place)
    decision = decide(place, known, place.calendar)
    running = {name: due for name, due in decision.clocks.items() if name != met}
    return rungs(place, known, decision, running=running, involved=involved or Involved())


def offices(chain: list[Rung], kind: str) -> list[tuple[str, str]]:
    return [(rung.prior, rung.office) for rung in chain if rung.kind == kind]


UP = [("HO-C1", "HO-P1"), ("HO-P1", "HO-P"), ("HO-P", "HO-N"), ("HO-N", "EXT-OMB")]


def test_each_kind_climbs_office_by_office_to_the_external_recipient() -> None:
    chain = ladder()
    assert offices(chain, "overdue") == UP
    assert offices(chain, "review") == UP
    assert offices(chain, "handling_complaint") == UP
    assert offices(chain, "exclusion") == [("HO-C1", "HO-C1"), *UP]


def test_above_the_external_recipient_there_is_no_rung() -> None:
    assert ladder(subjects=["B-N.h"]) == []


def test_an_overdue_rung_opens_the_day_after_the_missed_clock() -> None:
    first, second = ladder()[:2]
    assert first.opens == date(2026, 3, 10)
    assert first.clocks["first_contact_due"] == date(2026, 3, 11)
    assert second.opens == date(2026, 3, 12), "the day after the silent office above should have called"
    assert {first.clocks["ack_due"], second.clocks["ack_due"]} == {date(2026, 3, 9)}, (
        "the reporter's clocks stay"
    )


def test_once_acknowledged_the_ladder_waits_for_the_next_clock() -> None:
    assert ladder(met="ack_due", acknowledged="2026-03-03")[0].opens == date(2026, 3, 24)


def test_a_review_rung_has_no_dates_until_a_review_is_asked_for() -> None:
    rung = next(rung for rung in ladder(severity="high") if rung.kind == "review")
    assert (rung.opens, rung.clocks) == (None, {})
    assert review_clocks(organisation(), rung.priority, date(2026, 7, 31), urgent=rung.urgent) == {
        "ack_due": date(2026, 8, 7),
        "first_contact_due": date(2026, 8, 5),
        "review_due": date(2026, 8, 30),
    }


def test_a_review_of_a_dangerous_matter_is_answered_within_a_calendar_day() -> None:
    rung = next(rung for rung in ladder(imminent_danger=True) if rung.kind == "review")
    clocks = review_clocks(organisation(), rung.priority, date(2026, 7, 31), urgent=rung.urgent)
    assert clocks["first_contact_due"] == date(2026, 8, 1)


def test_only_eligible_officers_receive_a_rung() -> None:
    chain = ladder(organisation(tie("p1.t", "S-C1")))
    assert chain[0].recipients == ("p1.h", "p1.a")
    assert chain[3].recipients == ("omb.1", "omb.2")


def test_an_unfit_office_above_is_climbed_over() -> None:
    chain = ladder(organisation(tie("p1.h", "S-C1")))
    assert offices(chain, "overdue") == [("HO-C1", "HO-P"), ("HO-P", "HO-N"), ("HO-N", "EXT-OMB")]


def test_an_office_above_without_a_certified_officer_is_climbed_over() -> None:
    chain = ladder(certified=["c1.a", "p.a", "omb.1"])
    assert offices(chain, "overdue") == [("HO-C1", "HO-P"), ("HO-P", "EXT-OMB")]
    assert chain[-1].recipients == ("omb.1",)


def test_a_review_needs_a_larger_panel_and_may_need_a_higher_office() -> None:
    shrunk = document()["handling_offices"]
    shrunk[3]["members"] = shrunk[3]["members"][:2]
    chain = ladder(organisation(handling_offices=shrunk))
    assert chain[0].office == "HO-P1"
    assert chain[0].panel == 2
    review = next(rung for rung in chain if rung.kind == "review")
    assert (review.office, review.panel) == ("HO-P", 3)


def test_who_decided_is_kept_out_of_every_review() -> None:
    moved_up = Involved(assigned=("p1.a",), decided_by=("c1.h",))
    chain = ladder(involved=moved_up)
    assert all("p1.a" not in rung.recipients for rung in chain if rung.kind != "exclusion")


def test_who_was_kept_out_of_a_complaint_stays_out_above() -> None:
    chain = ladder(kind="handling_complaint", prior=prior("HO-C1", assigned=("p.a",)))
    assert chain[0].office == "HO-P"
    assert chain[0].recipients == ("p.h", "p.t")


def test_retaliation_stays_urgent_on_every_rung() -> None:
    chain = ladder(kind="retaliation", prior=prior("HO-C1"), retaliation_band="none")
    assert {rung.priority for rung in chain} == {"P2"}
    assert all(f"protection_contact:{rung.office}" in rung.notify for rung in chain)


def test_a_review_that_nobody_answers_keeps_its_own_clocks() -> None:
    chain = ladder(kind="review", prior=prior("HO-C1"))
    assert chain[0].prior == "HO-P1"
    assert set(chain[0].clocks) == {"ack_due", "review_due", "first_contact_due"}


def test_a_rung_is_a_document_to_seal() -> None:
    assert ladder()[0].as_json() == {
        "kind": "overdue",
        "prior": "HO-C1",
        "office": "HO-P1",
        "panel": 2,
        "priority": "P4",
        "urgent": False,
        "recipients": ["p1.h", "p1.t", "p1.a"],
        "opens": "2026-03-10",
        "clocks": {
            "accept_due": "2026-03-23",
            "ack_due": "2026-03-09",
            "feedback_due": "2026-06-09",
            "first_contact_due": "2026-03-11",
        },
        "notify": ["accountability_entry:HO-P1", "queue:HO-P1", "receipt:reporter", "sealed_notice:HO-P"],
    }

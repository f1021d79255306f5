"""S1, S2, S3, S16: every clock at its edges. The dates are counted by hand on a wall calendar."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.routing.sample import organisation, prior, route


def clocks(calendar: dict[str, Any] | None = None, **given: Any) -> dict[str, str]:
    where = organisation(calendar=calendar or {})
    found = route(where, **{"subjects": ["S-C1.s"], **given})["clocks"]
    assert isinstance(found, dict)
    return found


def test_an_ordinary_report_has_three_clocks() -> None:
    assert clocks() == {"ack_due": "2026-03-09", "accept_due": "2026-03-23", "feedback_due": "2026-06-09"}


class TestFeedback:
    def test_an_early_acknowledgement_starts_the_three_months(self) -> None:
        assert clocks(acknowledged="2026-03-04")["feedback_due"] == "2026-06-04"

    def test_an_acknowledgement_on_the_last_day_is_on_time(self) -> None:
        assert clocks(acknowledged="2026-03-09")["feedback_due"] == "2026-06-09"

    def test_a_late_acknowledgement_buys_no_time(self) -> None:
        assert clocks(acknowledged="2026-03-31")["feedback_due"] == "2026-06-09"

    @pytest.mark.parametrize(
        ("acknowledged", "due"),
        [
            ("2026-11-30", "2027-02-28"),  # November has 30 days, February 28
            ("2027-11-30", "2028-02-29"),  # or 29
            ("2026-08-31", "2026-11-30"),
            ("2026-12-31", "2027-03-31"),
            ("2026-10-15", "2027-01-15"),
        ],
    )
    def test_months_clamp_to_the_last_day(self, acknowledged: str, due: str) -> None:
        assert clocks(received=acknowledged, acknowledged=acknowledged)["feedback_due"] == due


class TestAcknowledgement:
    @pytest.mark.parametrize(
        ("received", "due"),
        [
            ("2026-03-07", "2026-03-14"),  # a Saturday: calendar days never roll
            ("2026-12-28", "2027-01-04"),
            ("2028-02-25", "2028-03-03"),  # over the 29th of February
            ("2026-02-25", "2026-03-04"),
        ],
    )
    def test_seven_calendar_days(self, received: str, due: str) -> None:
        assert clocks(received=received)["ack_due"] == due

    def test_a_holiday_moves_nothing(self) -> None:
        assert clocks({"holidays": ["2026-03-09"]})["ack_due"] == "2026-03-09"


class TestWorkingDays:
    def test_a_report_on_saturday_and_one_on_the_friday_before_are_due_together(self) -> None:
        friday, saturday = clocks(received="2026-03-06"), clocks(received="2026-03-07")
        assert friday["accept_due"] == saturday["accept_due"] == "2026-03-27"

    def test_a_holiday_on_a_weekday_is_skipped(self) -> None:
        assert clocks({"holidays": ["2026-03-04"]})["accept_due"] == "2026-03-24"

    def test_a_holiday_on_the_due_date_moves_it(self) -> None:
        assert clocks({"holidays": ["2026-03-23", "2026-03-24"]})["accept_due"] == "2026-03-25"

    def test_a_holiday_on_a_weekend_changes_nothing(self) -> None:
        assert clocks({"holidays": ["2026-03-07"]})["accept_due"] == "2026-03-23"

    def test_a_make_up_saturday_is_a_working_day(self) -> None:
        assert clocks({"extra_working_days": ["2026-03-07"]})["accept_due"] == "2026-03-20"

    def test_a_make_up_day_wins_over_a_holiday_of_the_same_date(self) -> None:
        both = {"holidays": ["2026-03-07"], "extra_working_days": ["2026-03-07"]}
        assert clocks(both)["accept_due"] == "2026-03-20"

    def test_the_day_of_receipt_is_never_counted(self) -> None:
        assert (
            clocks({"extra_working_days": ["2026-03-07"]}, received="2026-03-07")["accept_due"]
            == "2026-03-27"
        )

    def test_a_long_holiday_week_with_a_make_up_sunday(self) -> None:
        # 28 September to 8 October 2026: eight weekdays off from 1 October, made up on Sunday the 27th and Saturday the 10th.
        week = {
            "holidays": [f"2026-10-{day:02}" for day in range(1, 9)],
            "extra_working_days": ["2026-09-27", "2026-10-10"],
        }
        # From Friday the 25th: 27, 28, 29, 30 September, 9, 10, 12-16, 19-22 October.
        assert clocks(week, received="2026-09-25")["accept_due"] == "2026-10-22"


class TestFirstContact:
    @pytest.mark.parametrize(
        ("given", "due"),
        [
            ({"severity": "medium"}, None),
            ({"severity": "low"}, None),
            ({"severity": "high"}, "2026-03-11"),  # P2 on Friday the 6th: Mon, Tue, Wed
            ({"severity": "critical"}, "2026-03-09"),  # P1: the next working day
            ({"retaliation_band": "critical"}, "2026-03-07"),  # a calendar day, Saturday or not
            ({"imminent_danger": True}, "2026-03-07"),
            ({"severity": "critical", "imminent_danger": True}, "2026-03-07"),
        ],
    )
    def test_the_greater_the_danger_the_sooner(self, given: dict[str, Any], due: str | None) -> None:
        assert clocks(received="2026-03-06", **given).get("first_contact_due") == due


class TestForwarding:
    def test_an_entry_office_has_five_working_days(self) -> None:
        assert clocks(entry_unit="HO-Q")["forward_due"] == "2026-03-09"

    def test_nothing_is_due_where_nothing_is_forwarded(self) -> None:
        assert "forward_due" not in clocks(entry_unit="HO-C1")

    @pytest.mark.parametrize("kind", ["retaliation", "handling_complaint", "review", "overdue"])
    def test_it_applies_to_every_kind(self, kind: str) -> None:
        found = clocks(kind=kind, prior=prior("HO-C1"), trigger_date="2026-03-10", entry_unit="HO-Q")
        assert found["forward_due"] == "2026-03-09"


class TestKinds:
    @pytest.mark.parametrize("kind", ["retaliation", "handling_complaint"])
    def test_a_new_matter_has_the_clocks_of_a_report(self, kind: str) -> None:
        found = clocks(kind=kind, prior=prior("HO-C1"))
        assert {"ack_due", "accept_due", "feedback_due"} <= set(found)

    def test_retaliation_gets_a_first_contact(self) -> None:
        assert clocks(kind="retaliation", prior=prior("HO-C1"))["first_contact_due"] == "2026-03-05"

    def test_a_review_is_decided_in_thirty_calendar_days(self) -> None:
        assert clocks(kind="review", prior=prior("HO-C1")) == {
            "ack_due": "2026-03-09",
            "review_due": "2026-04-01",
        }

    def test_a_review_has_a_first_contact_by_priority(self) -> None:
        assert clocks(kind="review", prior=prior("HO-C1"), severity="high") == {
            "ack_due": "2026-03-09",
            "review_due": "2026-04-01",
            "first_contact_due": "2026-03-05",
        }

    def test_an_overdue_case_keeps_its_clocks_and_gets_a_first_contact(self) -> None:
        found = clocks(kind="overdue", prior=prior("HO-C1"), trigger_date="2026-03-13", acknowledged=None)
        assert (
            found
            == {
                "ack_due": "2026-03-09",
                "accept_due": "2026-03-23",
                "feedback_due": "2026-06-09",
                "first_contact_due": "2026-03-16",  # one working day after Friday the 13th, though the priority is P4
            }
        )

    def test_danger_does_not_wait_for_monday(self) -> None:
        found = clocks(kind="overdue", prior=prior("HO-C1"), trigger_date="2026-03-13", imminent_danger=True)
        assert found["first_contact_due"] == "2026-03-14"

    def test_a_review_that_is_overdue_keeps_the_clocks_of_the_review(self) -> None:
        found = clocks(
            kind="overdue", original_kind="review", prior=prior("HO-P1"), trigger_date="2026-03-10"
        )
        assert found == {
            "ack_due": "2026-03-09",
            "review_due": "2026-04-01",
            "first_contact_due": "2026-03-11",
        }

"""The switch says "read mail only": no report is begun or filed, none that is being written is lost, and mailboxes work."""

from __future__ import annotations

import re
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from intake.notices import NoticeKind, open_notice
from intake.portal_mode import FRESH, PortalMode, turn_to
from tests.functional.portal.conftest import SENTENCE, PatientClock, Reporter, Story
from tests.support.instances import Instance
from tests.support.reports import Offices
from triage.cli.main import main

CLOSED = "No new reports are taken here right now"
STEPS = ("/report", "/report/who", "/report/evidence", "/report/safety", "/report/check")


def turn(instance: Instance, clock: PatientClock, mode: PortalMode) -> None:
    """What the command does, on another machine, with the back office's rights."""
    with instance.triage_db.state.begin() as session:
        assert turn_to(session, mode, instance.today)
    clock.wait(FRESH)


def close(instance: Instance, clock: PatientClock) -> None:
    turn(instance, clock, PortalMode.READ_MAIL_ONLY)


def test_a_report_that_is_being_written_is_not_sent_and_not_lost(
    reporter: Reporter, instance: Instance, clock: PatientClock
) -> None:
    reporter.writes_about_the_waterworks()
    close(instance, clock)
    page = reporter.sends("/report/check", send="1")
    assert page.status_code == 503
    assert CLOSED in reporter.text
    assert SENTENCE in reporter.text
    assert "Hugo Stein" in reporter.text
    assert "Since March 2, 2026" in re.sub(r"\s+", " ", reporter.text)
    assert not Offices(instance, instance.today).cases()
    other = "And on Sundays they do it in daylight, because nobody is there to see it at all."
    assert reporter.sends("/report", what=other, go="next").status_code == 503
    assert other in reporter.text
    assert SENTENCE in reporter.text
    turn(instance, clock, PortalMode.OPEN)
    reporter.opens("/report/check")
    assert reporter.sends("/report/check", send="1").location == "/receipt", "the draft was kept"


def test_nobody_begins_a_report_and_everybody_is_told_where_else_to_go(
    reporter: Reporter, instance: Instance, clock: PatientClock
) -> None:
    close(instance, clock)
    for path in STEPS:
        page = reporter.opens(path)
        assert page.status_code == 200
        assert CLOSED in reporter.text
        assert "A trade union, a lawyer" in reporter.text
        assert 'href="/return"' in page.text
    front = reporter.opens("/")
    assert CLOSED in reporter.text
    assert "Start a report" not in reporter.text
    assert 'href="/return"' in front.text
    assert not [name for name in reporter.cookies if "draft" in name]


def test_mailboxes_stay_fully_usable_and_so_does_the_receipt(
    reporter: Reporter, story: Story, instance: Instance, clock: PatientClock
) -> None:
    newest = Reporter(reporter.client.application)  # type: ignore[arg-type]  # the same portal
    newest.writes_about_the_waterworks()
    newest.sends("/report/check", send="1")
    close(instance, clock)
    assert newest.opens("/report/check").location == "/receipt"
    assert len(newest.reads_the_code().split()) == 8
    back = Reporter(reporter.client.application)  # type: ignore[arg-type]  # the same portal
    assert back.returns(story.code).status_code == 200
    assert back.sends("/mailbox/message", text="Something more.").status_code == 303
    assert story.messages("mara") == ["Something more."]
    back.opens("/mailbox/check-in")
    assert back.sends("/mailbox/check-in", state="safe").status_code == 303
    assert back.opens("/mailbox/detriment").status_code in {200, 404}


def test_those_who_watch_over_the_offices_are_told_of_every_turn_once(
    story: Story, instance: Instance, clock: PatientClock, capsys: pytest.CaptureFixture[str]
) -> None:
    close(instance, clock)
    turn(instance, clock, PortalMode.OPEN)
    story.worker_works()
    story.worker_works()
    assert capsys.readouterr().err.count('"event": "portal.mode"') == 2
    for officer in ("vera", "mara"):
        told = [each for each in _told(instance, officer) if each["notice"] == NoticeKind.PORTAL_MODE]
        assert sorted(each["mode"] for each in told) == ["open", "read-mail-only"], officer
        assert {each["date"] for each in told} == {instance.today.isoformat()}


def test_a_word_that_is_no_mode_closes(reporter: Reporter, instance: Instance, clock: PatientClock) -> None:
    """Who may turn it at all: ``tests/migrations/test_mode_privileges.py``."""
    with instance.owner.state.begin() as session:
        session.execute(text("INSERT INTO portal_modes VALUES (1, 'half-open', '2026-03-02')"))
    clock.wait(FRESH)
    reporter.opens("/report")
    assert CLOSED in reporter.text


def test_the_command_turns_the_switch_and_says_where_it_stands(instance: Instance) -> None:
    def command(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["portal-mode", str(instance.directory), *arguments])

    assert command().output == "The portal is open.\n"
    said = command("read-mail-only")
    assert said.exit_code == 0
    assert "within 2 seconds" in said.output
    assert "The portal is read-mail-only since " in said.output
    assert "within" not in command("read-mail-only").output, "it stood there already"
    assert command("closed").exit_code == 2
    doctor = CliRunner().invoke(main, ["doctor", str(instance.directory)])
    assert "the portal takes no reports since " in doctor.output
    assert "The portal is open since " in command("open").output


def _told(instance: Instance, officer: str) -> list[dict[str, Any]]:
    with instance.owner.reading() as session:
        rows = session.execute(
            text("SELECT id, sealed FROM notices WHERE officer_id = :who"), {"who": officer}
        ).all()
    return [open_notice(instance.pair(officer), row[0], bytes(row[1])) for row in rows]

"""The drill: everything fires, or the operator hears of it; the instance is not touched."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from intake.database.case_tables import Case
from tests.support.instances import Instance
from tests.support.terminal import run
from triage.instances.doctor import examine
from triage.instances.drill import PROVED_FILE, drill, last_proved
from triage.instances.finding import Grade
from triage.worker import duties


@pytest.fixture
def engine_kind() -> str:
    """A drill is played on a rehearsal, which is made of an instance on SQLite."""
    return "sqlite"


def test_on_a_sound_instance_everything_fires_and_the_day_is_kept(instance: Instance) -> None:
    steps = drill(instance.directory, instance.today)
    assert [step.text for step in steps if not step.proved] == []
    assert last_proved(instance.directory) == instance.today
    with instance.owner.reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 0
    assert [path.name for path in instance.directory.parent.glob(".drill-*")] == []


def test_an_escalation_that_does_not_fire_is_found(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody switched the release off: the drill says so and keeps no day."""
    monkeypatch.setattr(duties, "release_overdue", lambda *_: False)
    steps = drill(instance.directory, instance.today)
    assert [step.text for step in steps if not step.proved] == ["the case leaves HO-millbrook"]
    assert last_proved(instance.directory) is None


def test_a_line_above_in_which_nobody_can_be_told_is_found(instance: Instance) -> None:
    below = {"mara", "milo", "mina", "marc", "anna", "abel", "ayla"}
    instance.without(*(set(instance.people) - below))
    failed = [step.text for step in drill(instance.directory, instance.today) if not step.proved]
    assert "the level above gets a notice of it" in failed


def test_the_doctor_says_when_it_was_last_proved(instance: Instance) -> None:
    def said(days: int) -> tuple[Grade, str]:
        day = instance.today + timedelta(days=days)
        return next((f.grade, f.text) for f in examine(instance.directory, day) if "escalation" in f.text)

    assert said(0)[0] is Grade.WARN
    (instance.directory / PROVED_FILE).write_text(instance.today.isoformat())
    assert said(92)[0] is Grade.OK
    assert said(93)[0] is Grade.WARN
    (instance.directory / PROVED_FILE).write_text("soon")
    assert "nobody has proved" in said(0)[1]


def test_the_command_says_each_step(instance: Instance) -> None:
    done = run("drill", instance.directory)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok   on the day after, the missed acknowledgement is told" in done.stdout

"""The doctor: what would stop a report is FAIL and exit code 1; what is risky is said and passes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from crypto.keys import new_id
from intake.database.case_tables import OutboxJob
from intake.settings import STATE_FILE
from tests.conftest import MakeInstance
from tests.support.appointments import organisation_with_appointers
from tests.support.instances import Instance
from tests.support.organisation import small_organisation
from triage.instances.doctor import Finding, Grade, examine
from triage.worker.tick import TICK_FILE, Tick


def _said(instance: Instance, words: str, *, days: int = 0) -> Finding:
    findings = [
        entry
        for entry in examine(instance.directory, instance.today + timedelta(days=days))
        if words in entry.text
    ]
    assert findings, words
    return findings[0]


def _fails(instance: Instance, *, days: int = 0) -> list[str]:
    findings = examine(instance.directory, instance.today + timedelta(days=days))
    return [entry.text for entry in findings if entry.grade is Grade.FAIL]


def test_a_complete_instance_has_no_failure_and_is_told_its_risks(instance: Instance) -> None:
    assert _fails(instance) == []
    assert _said(instance, "roster.key is still here").grade is Grade.WARN
    assert _said(instance, "no second copy").grade is Grade.WARN
    assert _said(instance, "files are cleaned in a").grade in {Grade.OK, Grade.WARN}
    assert _said(instance, "Office of Millbrook: 4 certified").grade is Grade.OK


def test_a_copy_on_the_same_disk_is_no_second_copy(make_instance: MakeInstance, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    instance = make_instance(copy_directory=copy)
    assert _said(instance, "same disk").grade is Grade.WARN
    copy.rmdir()
    assert _said(instance, "is not there").grade is Grade.FAIL


def test_offices_without_keys_are_named(instance: Instance) -> None:
    instance.without("mara", "milo", "mina", "marc", "anna", "olga", "omar")
    assert "C-KEY" in _said(instance, "Office of Millbrook: ").text
    assert "fewer than a panel" in _said(instance, "Office of Ashford: ").text
    assert _said(instance, "nobody certified at EXT-OMB").grade is Grade.WARN
    assert "anna" in _said(instance, "without keys").text


def test_offices_that_nobody_above_can_make_accounts_for_are_named(
    instance: Instance, make_instance: MakeInstance
) -> None:
    said = _said(instance, "fewer than two above")  # Lena alone has the duty, and nobody of EXT-OMB
    assert said.grade is Grade.WARN
    assert said.text.endswith("Office of North Province, Office of Millbrook, Office of Ashford")
    whole = make_instance(organisation_with_appointers())
    assert not [each for each in examine(whole.directory, whole.today) if "fewer than two above" in each.text]


def test_numbers_that_nobody_looked_at_for_long_are_named(instance: Instance) -> None:
    review_by = instance.organisation.pack.review_by
    last = (review_by - instance.today).days
    instance.reissue(expires=review_by + timedelta(days=90))
    texts = [entry.text for entry in examine(instance.directory, review_by)]
    assert not any("were to be looked at" in text for text in texts)
    assert _said(instance, "were to be looked at", days=last + 1).grade is Grade.WARN


def test_when_nobody_can_receive_the_doctor_fails(instance: Instance) -> None:
    instance.without(*(name for name in instance.people if name not in {"vera"}))
    assert _said(instance, "nobody can receive").grade is Grade.FAIL


def test_an_expiring_and_an_expired_roster(instance: Instance) -> None:
    assert _said(instance, "keys renew", days=345).grade is Grade.WARN
    assert _said(instance, "roster expired", days=400).grade is Grade.FAIL


def test_open_secrets_and_an_open_directory(instance: Instance) -> None:
    (instance.directory / "triage.secret").chmod(0o644)
    instance.directory.chmod(0o755)
    assert {"chmod 600" in text or "chmod 700" in text for text in _fails(instance)} == {True}
    assert len(_fails(instance)) == 2


def test_a_database_that_is_gone_is_a_line_and_not_a_traceback(instance: Instance, engine_kind: str) -> None:
    if engine_kind == "postgresql":
        pytest.skip("the same path, with another reason")
    instance.close()
    (instance.directory / "state.sqlite3").unlink()
    (instance.directory / "state.sqlite3").mkdir()
    assert any("does not answer" in text for text in _fails(instance))


def test_a_lost_state_file_is_told_and_no_empty_one_is_made_in_its_place(
    instance: Instance, engine_kind: str
) -> None:
    if engine_kind != "sqlite":
        pytest.skip("PostgreSQL keeps its state elsewhere")
    state = instance.directory / STATE_FILE
    state.unlink()
    assert "restore it from a backup" in _said(instance, f"{state} is missing").text
    assert not state.exists()


def test_a_job_that_was_given_up_is_named(instance: Instance) -> None:
    with instance.owner.state.begin() as session:
        session.add(
            OutboxJob(
                id=new_id(), job="deliver-notices", payload=b"", due=instance.today, done=True, attempts=10
            )
        )
    assert "deliver-notices" in _said(instance, "given up").text
    assert _fails(instance)


def test_a_worker_that_was_silent_for_long_is_named(instance: Instance) -> None:
    Tick(instance.directory / TICK_FILE).remember(instance.today - timedelta(days=3))
    assert "--confirm-today" in _said(instance, "two days").text


def test_a_duty_that_nothing_acts_on_is_said(make_instance: MakeInstance) -> None:
    document = small_organisation()
    document["handling_offices"][0]["members"][0]["duties"] = ["triage", "archive"]
    instance = make_instance(organisation=document)
    assert _said(instance, "duty 'archive' is kept and nothing acts on it").grade is Grade.WARN

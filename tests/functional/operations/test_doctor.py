"""The doctor: what would stop a report is FAIL and exit code 1; what is risky is said and passes."""

from __future__ import annotations

import os
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from crypto.keys import new_id
from intake.database.case_tables import OutboxJob
from intake.settings import STATE_FILE, read_public
from intake.site import SiteTable
from tests.conftest import MakeInstance
from tests.support.appointments import organisation_with_appointers
from tests.support.instances import Instance
from tests.support.organisation import small_organisation
from tests.support.reports import Offices
from tests.support.stored_files import file_with, lost_object, objects, received, store_of
from tests.support.terminal import run
from triage.instances.doctor import examine
from triage.instances.files import write_public
from triage.instances.finding import Finding, Grade
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


def test_what_a_visitor_is_not_told_because_the_operator_did_not_say_it(instance: Instance) -> None:
    assert _said(instance, "security.txt is a 404").grade is Grade.WARN
    assert _said(instance, "no address of the portal is set").grade is Grade.WARN
    public = read_public(instance.directory)
    site = SiteTable(
        address="http://report.example.org",
        office_networks=(ip_network("192.0.2.0/24"),),
        security_contact="mailto:security@example.org",
    )
    write_public(instance.directory, public.model_copy(update={"site": site}))
    assert _said(instance, "security.txt names mailto:security@example.org").grade is Grade.OK
    assert _said(instance, "is not https").grade is Grade.WARN
    assert 'client_address = "x-forwarded-for"' in _said(instance, "office_networks are set").text
    better = site.model_copy(
        update={"address": "https://report.example.org", "client_address": "x-forwarded-for"}
    )
    write_public(instance.directory, public.model_copy(update={"site": better}))
    for words in ("office_networks", "not https", "no address"):
        assert not [each for each in examine(instance.directory, instance.today) if words in each.text]


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


def test_files_are_held_against_what_must_exist(instance: Instance) -> None:
    offices = Offices(instance, instance.today)
    _, refs = file_with(offices, b"a bill", bytes(9000), bytes(20_000))
    received(offices, b"of a draft")
    assert _fails(instance) == []
    assert _said(instance, "3 files of cases are there").text.endswith("and 1 of drafts")
    assert "of the 200 GiB that this instance may store" in _said(instance, "files take").text
    whole, cut, gone = refs
    store = store_of(instance)
    sealed = b"".join(store.read(cut.id))
    for ref in (cut, gone):
        store.delete(ref.id)
    incoming = store.create(cut.id)
    incoming.write(sealed[:-1])
    incoming.commit()
    lost = lost_object(instance)
    before = objects(instance)
    missing, damaged = (_said(instance, words) for words in ("are missing", "have not their length"))
    assert (missing.grade, damaged.grade) == (Grade.FAIL, Grade.FAIL)
    assert missing.text.endswith(f"a backup of the store: {gone.id}")
    assert damaged.text.endswith(f": {cut.id}")
    orphaned = _said(instance, "known to no case")
    assert (orphaned.grade, orphaned.text.endswith(f": {lost}")) == (Grade.WARN, True)
    assert "1 files of cases are there" in _said(instance, "their cases' keys alone can tell").text
    assert objects(instance) == before
    assert whole.id in before


def test_a_file_that_is_something_else_is_found_by_reading_it(instance: Instance) -> None:
    _, (ref,) = file_with(Offices(instance, instance.today), b"a bill")
    store = store_of(instance)
    size = store.size(ref.id)
    assert size is not None
    store.delete(ref.id)
    incoming = store.create(ref.id)
    incoming.write(bytes(size))
    incoming.commit()
    assert _fails(instance) == []
    deep = [entry.text for entry in examine(instance.directory, instance.today, deep=True)]
    assert f"1 files of cases cannot be read to their end; restore them from a backup: {ref.id}" in deep
    done = run("doctor", instance.directory, "--deep")
    assert (done.returncode, "FAIL 1 files of cases cannot be read to their end" in done.stdout) == (1, True)


def test_a_place_for_files_that_cannot_be_used_is_said(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = instance.directory / "evidence"
    writing = store_of(instance).create(new_id())
    assert "1 files are being written" in _said(instance, "being written").text
    writing.abort()
    place.chmod(0o750)
    assert f"run: chmod 700 {place}" in _said(instance, "others can look into").text
    assert _fails(instance)
    place.chmod(0o700)
    before = sorted(place.rglob("*"))
    monkeypatch.setattr(os, "geteuid", lambda: place.stat().st_uid + 1)
    assert _said(instance, "belongs to somebody else").grade is Grade.WARN
    assert sorted(place.rglob("*")) == before
    monkeypatch.undo()
    place.rename(instance.directory / "away")
    assert any("no file can be kept or read" in text for text in _fails(instance))
    assert not place.exists()


def test_a_store_that_fills_up_is_said_before_it_is_full(instance: Instance) -> None:
    sizes = dict.fromkeys(("per_file", "per_report", "per_day", "per_instance"), 1 << 20)
    public = read_public(instance.directory)
    small = public.evidence.model_copy(update=sizes)
    write_public(instance.directory, public.model_copy(update={"evidence": small}))
    offices = Offices(instance, instance.today)
    received(offices, bytes(700_000))
    assert _said(instance, "files take").grade is Grade.OK
    received(offices, bytes(200_000))
    assert _said(instance, "files take").grade is Grade.WARN
    received(offices, bytes(200_000))
    assert "no file is accepted any more" in _said(instance, "files take").text
    assert _fails(instance)


def test_the_upgrade_makes_the_place_for_files_and_replaces_none_that_was_lost(
    instance: Instance, engine_kind: str
) -> None:
    if engine_kind != "sqlite":
        pytest.skip("the same step, behind another login")
    place = instance.directory / "evidence"
    place.rmdir()
    done = run("migrate", instance.directory)
    assert (done.returncode, f"Made {place}" in done.stdout) == (0, True)
    assert place.stat().st_mode & 0o777 == 0o700
    file_with(Offices(instance, instance.today), b"a bill")
    place.rename(instance.directory / "away")
    done = run("migrate", instance.directory)
    assert f"{place} is missing, and 1 files of cases lay in it" in done.stderr
    assert not place.exists()

"""The table ``[evidence]``: what is refused in one line, and what a process gets of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from intake.evidence.settings import DirectoryPlace, EvidenceTable, ObjectPlace, size_text
from intake.evidence.store import open_store
from intake.evidence.store.directory import DirectoryStore
from intake.settings import (
    PORTAL_FILE,
    SETTINGS_FILE,
    PinnedKeys,
    PortalSecret,
    PublicSettings,
    SettingsError,
    load_portal,
)
from tests.unit.operations.test_settings import GATE, LOG, SALT, SECRET
from triage.instances.files import write_public, write_secret

S3 = {"store": "s3", "bucket": "sealed-files", "region": "eu-central-1"}
MIB = 1024 * 1024


def _instance(place: Path, table: dict[str, Any], **keys: Any) -> Path:
    pinned = PinnedKeys(roster_root=GATE.public, gate=GATE.public, recovery=GATE.public, log=LOG.public)
    settings = PublicSettings(name="Test", keys=pinned, evidence=EvidenceTable.model_validate(table))
    write_public(place, settings)
    write_secret(place / PORTAL_FILE, PortalSecret(receipt_salt=SALT, web_secret=SECRET, **keys))
    return place


def test_an_instance_of_an_earlier_release_keeps_files_in_its_own_directory(tmp_path: Path) -> None:
    _instance(tmp_path, {})
    path = tmp_path / SETTINGS_FILE
    before, _, after = path.read_text().partition("[evidence]")
    path.write_text(before + after[after.index("[keys]") :])
    assert "evidence" not in path.read_text()
    evidence = load_portal(tmp_path).evidence
    assert evidence.place == DirectoryPlace(path=tmp_path / "evidence")
    assert (evidence.limits.per_file, evidence.limits.cleaning) == (1024 * MIB, 100 * MIB)
    assert isinstance(open_store(evidence), DirectoryStore)


def test_limits_are_read_as_they_were_written(tmp_path: Path) -> None:
    written = {"per_file": "3 MiB", "per_report": "4 MiB", "files_per_report": 7, "cleaning": "1536 KiB"}
    _instance(tmp_path, written)
    limits = load_portal(tmp_path).evidence.limits
    assert (limits.per_file, limits.per_report, limits.files_per_report) == (3 * MIB, 4 * MIB, 7)
    text = (tmp_path / SETTINGS_FILE).read_text()
    assert all(f"{name} = {json.dumps(value)}" in text for name, value in written.items())
    assert size_text(1536 * 1024) == "1536 KiB"


def test_each_process_has_its_own_key_and_shows_it_nowhere(tmp_path: Path) -> None:
    keys = {"evidence_access_key": "PORTALKEY", "evidence_secret_key": "hush+/hush"}
    settings = load_portal(_instance(tmp_path, {**S3, "prefix": "underseal/files"}, **keys))
    place = settings.evidence.place
    assert isinstance(place, ObjectPlace)
    assert (place.access_key, place.secret_key, place.prefix) == (
        "PORTALKEY",
        "hush+/hush",
        "underseal/files",
    )
    assert place.endpoint == "https://s3.eu-central-1.amazonaws.com"
    shown = repr(settings) + (tmp_path / SETTINGS_FILE).read_text()
    assert "hush" not in shown
    assert "PORTALKEY" not in shown


def test_s3_without_a_key_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="evidence_access_key and evidence_secret_key"):
        load_portal(_instance(tmp_path, S3))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"per_file": 5_000_000}, "per_file: .*unit"),
        ({"per_file": "5MB"}, 'per_file: .*"100 MiB"'),
        ({"per_file": "-5 MiB"}, "per_file"),
        ({"per_file": "0 B"}, "per_file: .*greater"),
        ({"per_file": "5 TiB"}, "per_file: .*less"),
        ({"per_file": "3 GiB"}, "per_file is more than per_report"),
        ({"per_report": "30 GiB"}, "per_report is more than per_day"),
        ({"per_day": "1 TiB"}, "per_day is more than per_instance"),
        ({"files_per_report": 0}, "files_per_report"),
        ({"files_per_report": True}, "files_per_report"),
        ({"cleaning": "2 GiB"}, "cleaning"),
        ({"store": "tape"}, "store"),
        ({"store": "s3"}, "needs a bucket"),
        ({"bucket": "b-b"}, "belong to store"),
        ({"bucket": "Not_A_Bucket", "store": "s3"}, "bucket"),
        ({**S3, "directory": "/srv"}, "directory belongs"),
        ({"directory": "relative"}, "must begin with /"),
        ({**S3, "prefix": "../other"}, "prefix"),
        ({**S3, "prefix": "a//b"}, "prefix"),
        ({**S3, "endpoint": "http://store.example"}, "https"),
        ({**S3, "endpoint": "http://store.example", "allow_http": True}, "https"),
        ({**S3, "endpoint": "http://127.0.0.1:9000"}, "allow_http"),
        ({**S3, "endpoint": "https://user:secret@store.example"}, "endpoint"),
        ({**S3, "endpoint": "https://store.example/path"}, "endpoint"),
        ({**S3, "endpoint": "https://store.example:port"}, "endpoint"),
        ({"secret_key": "hush"}, "secret_key"),
    ],
)
def test_a_table_that_cannot_work_is_refused_in_one_line(
    tmp_path: Path, table: dict[str, Any], said: str
) -> None:
    _instance(tmp_path, {})
    path = tmp_path / SETTINGS_FILE
    text = path.read_text()
    before, _, after = text.partition("[evidence]")
    lines = [f"{name} = {json.dumps(value)}" for name, value in table.items()]
    path.write_text(before + "\n".join(["[evidence]", *lines, "", after[after.index("[keys]") :]]))
    with pytest.raises(SettingsError, match=said) as refusal:
        load_portal(tmp_path)
    assert "\n" not in str(refusal.value)
    assert "hush" not in str(refusal.value)


def test_an_endpoint_on_this_machine_may_be_plain_when_it_is_said(tmp_path: Path) -> None:
    table = {**S3, "endpoint": "http://127.0.0.1:9000", "allow_http": True}
    settings = load_portal(_instance(tmp_path, table, evidence_access_key="k", evidence_secret_key="s"))
    assert isinstance(settings.evidence.place, ObjectPlace)
    assert settings.evidence.place.endpoint == "http://127.0.0.1:9000"


def test_a_copy_of_an_instance_never_works_in_its_store() -> None:
    table = EvidenceTable.model_validate({**S3, "prefix": "p", "files_per_report": 3}).in_own_directory()
    assert (table.store, table.bucket, table.prefix, table.files_per_report) == ("directory", None, "", 3)

"""Settings: what a process refuses to start with, and what never appears in an error or a repr."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crypto.checkpoint import LogKey, LogSigner
from crypto.encoding import to_text
from crypto.keys import KeyPair
from intake.listening import PortalAddress
from intake.settings import (
    PORTAL_FILE,
    SETTINGS_FILE,
    WORKER_FILE,
    PinnedKeys,
    PortalSecret,
    PublicSettings,
    SettingsError,
    WorkerSecret,
    load_portal,
    load_triage,
    load_worker,
)
from triage.instances.files import write_public, write_secret

GATE = KeyPair(bytes(range(32)))
LOG = LogSigner(bytes(32))
SALT, SECRET = bytes(16), bytes([7]) * 32


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An instance's files for portal and worker."""
    keys = PinnedKeys(roster_root=GATE.public, gate=GATE.public, recovery=GATE.public, log=LOG.public)
    settings = PublicSettings(
        name='Rathaus "Süd"\u007f', portal=PortalAddress(port=8500, https=False), keys=keys
    )
    write_public(tmp_path, settings)
    write_secret(tmp_path / PORTAL_FILE, PortalSecret(receipt_salt=SALT, web_secret=SECRET))
    write_secret(tmp_path / WORKER_FILE, WorkerSecret(gate_seed=GATE.unsafe_seed, log_seed=bytes(32)))
    return tmp_path


def test_what_is_written_is_what_is_read(directory: Path) -> None:
    settings = load_portal(directory)
    assert (settings.name, settings.port, settings.https) == ('Rathaus "Süd"\u007f', 8500, False)
    assert (settings.receipt_salt, settings.web_secret) == (SALT, SECRET)
    assert settings.gate == GATE.public
    assert settings.database_url == f"sqlite:///{directory}/state.sqlite3"
    assert load_worker(directory).gate_pair.public == GATE.public
    assert load_worker(directory).log_signer.public == settings.log_key == LOG.public


def test_a_process_reads_its_own_secret_file_only(directory: Path) -> None:
    (directory / WORKER_FILE).chmod(0o000)
    assert load_portal(directory).receipt_salt == SALT
    with pytest.raises(SettingsError, match=r"triage\.secret is missing"):
        load_triage(directory)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_secret_that_others_can_read_stops_the_start(directory: Path, mode: int) -> None:
    (directory / PORTAL_FILE).chmod(mode)
    with pytest.raises(SettingsError, match="chmod 600"):
        load_portal(directory)


def test_no_repr_shows_a_secret(directory: Path) -> None:
    shown = repr(load_portal(directory)) + repr(load_worker(directory))
    for secret in (SALT, SECRET, GATE.unsafe_seed):
        assert to_text(secret) not in shown
        assert repr(secret) not in shown


def test_environment_variables_override_nothing(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", "Other")
    monkeypatch.setenv("KEYS", json.dumps({"gate": KeyPair.generate().public.as_text()}))
    assert load_portal(directory).gate == GATE.public


def test_another_gates_key_is_refused(directory: Path) -> None:
    (directory / WORKER_FILE).unlink()
    write_secret(directory / WORKER_FILE, WorkerSecret(gate_seed=bytes(32), log_seed=bytes(32)))
    with pytest.raises(SettingsError, match="not the gate key"):
        load_worker(directory)


def test_another_logs_key_is_refused(directory: Path) -> None:
    (directory / WORKER_FILE).unlink()
    write_secret(directory / WORKER_FILE, WorkerSecret(gate_seed=GATE.unsafe_seed, log_seed=bytes([1]) * 32))
    with pytest.raises(SettingsError, match="not the log key"):
        load_worker(directory)


def test_a_log_under_a_name_that_is_not_its_keys_is_refused(directory: Path) -> None:
    path = directory / SETTINGS_FILE
    renamed = LogKey("example.org/log", LOG.public.public).as_text()
    path.write_text(path.read_text("utf-8").replace(LOG.public.as_text(), renamed), "utf-8")
    with pytest.raises(SettingsError, match="does not follow from its key"):
        load_portal(directory)


def test_a_directory_without_settings_is_no_instance(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="underseal init"):
        load_portal(tmp_path)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"receipt_salt": to_text(bytes(15))}, "receipt_salt"),
        ({"receipt_salt": "not base64 !"}, "receipt_salt"),
        ({"web_secret": None}, "web_secret"),
        ({"cost": 1}, "cost"),
        ({"format": 2}, "format"),
    ],
)
def test_a_broken_secret_file_is_refused_by_field_and_without_its_content(
    directory: Path, change: dict[str, Any], named: str
) -> None:
    path = directory / PORTAL_FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(SettingsError, match=named) as refusal:
        load_portal(directory)
    assert to_text(SECRET) not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("text", ["", "format = 1", "name = [", 'name = "x"\nformat = 1\nargon2 = 1', "\x00"])
def test_a_broken_public_file_is_refused_in_one_line(directory: Path, text: str) -> None:
    (directory / SETTINGS_FILE).write_text(text)
    with pytest.raises(SettingsError) as refusal:
        load_portal(directory)
    assert "\n" not in str(refusal.value)

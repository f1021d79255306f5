"""`underseal init --evidence`: the store is proved by every process's own key, or there is no instance."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.evidence.settings import DirectoryPlace, ObjectPlace
from intake.evidence.store import open_store
from intake.evidence.store.protocol import Store, StoreError
from intake.settings import SETTINGS_FILE, SettingsError, load_portal, load_triage, load_worker
from tests.support.s3 import REGION, S3Server, running_s3
from tests.support.terminal import Terminal, run
from triage.instances.evidence import proved, read_keys, table_from

DEPLOY = Path(__file__).parents[3] / "deploy"
SIMPLE = ("--simple", "Acme", "--officer", "Ana Pop")


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    """Storage that speaks S3, on this machine."""
    with running_s3() as started:
        yield started


def _keys(tmp_path: Path, **changes: object) -> Path:
    path = tmp_path / "keys.json"
    pairs = {
        name: {"access_key": f"{name}-KEY", "secret_key": f"hush!{name}"}
        for name in ("portal", "triage", "worker")
    }
    path.write_text(json.dumps({**pairs, **changes}))
    path.chmod(0o600)
    return path


def _url(server: S3Server, bucket: str) -> str:
    return f"s3://{bucket}/files?endpoint={server.endpoint}&region={REGION}&allow_http=true"


def test_evidence_goes_to_s3_and_each_process_has_its_own_key(tmp_path: Path, server: S3Server) -> None:
    directory, bucket = tmp_path / "instance", server.make().bucket
    url = _url(server, bucket)
    terminal = Terminal.open(
        "init", directory, *SIMPLE, "--external", "Dr Vega", "--envelopes", "--evidence", url
    )
    terminal.expect("Access key of the portal")
    terminal.type("PORTAL")
    terminal.expect("Secret key of the portal (unseen)")
    terminal.type("hush!portal")
    assert "hush!" not in terminal.expect("Access key of the triage (empty: the portal's)")
    terminal.type("TRIAGE")
    terminal.expect("Secret key of the triage (unseen)")
    terminal.type("hush!triage")
    assert "hush!" not in terminal.expect("Access key of the worker (empty: the portal's)")
    terminal.type("")
    assert "hush!" not in terminal.expect("The instance is in")
    assert terminal.end() == 0
    known = {
        load_portal: ("PORTAL", "hush!portal"),
        load_triage: ("TRIAGE", "hush!triage"),
        load_worker: ("PORTAL", "hush!portal"),
    }
    for load, pair in known.items():
        place = load(directory).evidence.place
        assert isinstance(place, ObjectPlace)
        assert (place.access_key, place.secret_key) == pair
        assert (place.bucket, place.prefix, place.endpoint) == (bucket, "files", server.endpoint)
    assert "hush!" not in (directory / SETTINGS_FILE).read_text()
    assert server.client().list_objects_v2(Bucket=bucket)["KeyCount"] == 0, "the proof was taken away"
    assert not (directory / "evidence").exists()


def test_a_store_that_does_not_work_makes_no_instance(tmp_path: Path, server: S3Server) -> None:
    keys = _keys(tmp_path)
    done = run(
        "init", tmp_path / "instance", *SIMPLE, "--evidence", _url(server, "nowhere"), "--evidence-keys", keys
    )
    assert done.returncode == 1
    assert "the store of evidence fails the worker" in done.stderr
    assert "NoSuchBucket" in done.stderr
    assert list(tmp_path.iterdir()) == [keys]


def test_a_store_that_another_instance_uses_is_refused(tmp_path: Path, server: S3Server) -> None:
    table, keys = table_from(_url(server, server.make().bucket)), read_keys(_keys(tmp_path))
    with proved(table, keys, tmp_path):
        store = open_store(table.settings(tmp_path, "k", "s"))
        _put(store, "A" * 22)
    with pytest.raises(StoreError, match="holds sealed files already"), proved(table, keys, tmp_path):
        pytest.fail("it was taken")
    assert [key for key, _ in store.list()] == ["A" * 22]


def test_the_shipped_policies_allow_each_process_its_own_part_and_no_more(tmp_path: Path) -> None:
    with running_s3() as server:
        bucket = server.make().bucket
        rule = json.loads((DEPLOY / "s3-lifecycle.json").read_text().replace("PREFIX", "files"))
        server.client().put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=rule)
        policies = json.loads(
            (DEPLOY / "s3-policies.json").read_text().replace("BUCKET", bucket).replace("PREFIX", "files")
        )
        pairs = server.guard(policies)
        table = table_from(_url(server, bucket))
        with proved(table, read_keys(_keys(tmp_path, **pairs)), tmp_path):
            pass
        portal, triage, worker = (
            open_store(table.settings(tmp_path, *pairs[name].values()))
            for name in ("portal", "triage", "worker")
        )
        _put(portal, "A" * 22)
        assert b"".join(triage.read("A" * 22)) == b"sealed"
        for act in (
            lambda: list(portal.list()),
            lambda: _put(triage, "B" * 21 + "A"),
            lambda: triage.delete("A" * 22),
            lambda: list(triage.list()),
            lambda: _put(worker, "B" * 21 + "A"),
        ):
            with pytest.raises(StoreError, match="refuses this process's access key"):
                act()
        assert [key for key, _ in worker.list()] == ["A" * 22]
        worker.delete("A" * 22)
        for name in ("portal", "triage", "worker"):
            wrong = _keys(tmp_path, **{**pairs, name: {**pairs[name], "secret_key": "another"}})
            with (
                pytest.raises(StoreError, match=f"fails the {name}: .*access key"),
                proved(table, read_keys(wrong), tmp_path),
            ):
                pytest.fail("it was taken")
        assert list(worker.list()) == []


def _put(store: Store, blob_id: str) -> None:
    incoming = store.create(blob_id)
    incoming.write(b"sealed")
    incoming.commit()


def test_a_directory_elsewhere_is_made_and_taken_away_again_when_making_fails(tmp_path: Path) -> None:
    place, directory = tmp_path / "disk" / "files", tmp_path / "instance"
    refused = run(
        "init", directory, *SIMPLE, "--evidence", place, "--database", "postgresql://u:p@127.0.0.1:9/x"
    )
    assert refused.returncode == 1
    assert not place.exists()
    done = run("init", directory, *SIMPLE, "--evidence", place.as_uri())
    assert done.returncode == 0, done.stderr
    assert load_triage(directory).evidence.place == DirectoryPlace(path=place)
    assert place.stat().st_mode & 0o777 == 0o700
    assert list(place.iterdir()) == []
    (place / "others").write_text("x")
    assert "is not empty" in run("init", tmp_path / "second", *SIMPLE, "--evidence", place).stderr
    assert (place / "others").read_text() == "x"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("s3://user:hush!@bucket/files", "takes no keys"),
        ("s3://bucket/files?secret_key=hush!", "it knows allow_http, endpoint, region"),
        ("s3://bucket?region=x&region=y", "looks like"),
        ("s3://bucket?endpoint=http://store.example", "https"),
        ("s3://B/files", "bucket"),
        ("https://bucket.example/files", "looks like"),
        ("file://elsewhere/files", "looks like"),
        ("file:relative", "must begin with /"),
    ],
)
def test_what_cannot_be_a_store_is_said_in_one_line(url: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refusal:
        table_from(url)
    assert "hush!" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_without_a_terminal_or_inside_the_instance_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for url, said in (("s3://bucket/files", "--evidence-keys FILE"), ("instance/inside", "by themselves")):
        done = run("init", "instance", *SIMPLE, "--evidence", url)
        assert done.returncode == 2
        assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_keys_that_others_can_read_or_that_lacks_one_is_refused(tmp_path: Path) -> None:
    keys = _keys(tmp_path)
    keys.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        read_keys(keys)
    for changes, said in (
        ({"worker": None}, "worker"),
        ({"portal": {"access_key": "a b", "secret_key": "hush!"}}, "portal"),
    ):
        with pytest.raises(SettingsError, match=said) as refusal:
            read_keys(_keys(tmp_path, **changes))
        assert "hush!" not in str(refusal.value)
    keys.unlink()
    with pytest.raises(SettingsError, match="is missing; check the path"):
        read_keys(keys)

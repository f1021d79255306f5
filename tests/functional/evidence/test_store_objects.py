"""Sealed files in storage that speaks S3: what only a place on a network can get wrong."""

from __future__ import annotations

import hashlib
import secrets
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from crypto.keys import new_id
from intake.evidence.store.objects import ObjectStore
from intake.evidence.store.protocol import PIECE, Incoming, MissingError, Store, StoreError
from tests.support.s3 import Line, S3Server, running_s3
from tests.support.stores import put


def test_another_program_sees_sealed_bytes_under_prefix_and_id_and_nothing_else(server: S3Server) -> None:
    place = server.make(prefix="underseal/files")
    blob_id = put(ObjectStore(place), bytes(9 * PIECE))
    (found,) = server.client().list_objects_v2(Bucket=place.bucket)["Contents"]
    assert (found["Key"], found["Size"]) == (f"underseal/files/{blob_id}", 9 * PIECE)
    head = server.client().head_object(Bucket=place.bucket, Key=found["Key"])
    assert head["Metadata"] == {}
    assert head["ContentType"] in {"application/octet-stream", "binary/octet-stream"}


def test_other_objects_in_the_bucket_are_left_alone(server: S3Server) -> None:
    place = server.make(prefix="a")
    for key in ("a/readme.txt", f"a/b/{new_id()}", f"{new_id()}", f"ab/{new_id()}"):
        server.client().put_object(Bucket=place.bucket, Key=key, Body=b"not ours")
    assert list(ObjectStore(place).list()) == []


def test_a_bucket_that_is_gone_is_no_empty_store(server: S3Server) -> None:
    store = ObjectStore(server.place("no-such-bucket"))
    for act in _every_act(store):
        with pytest.raises(StoreError, match=r"no-such-bucket at 127.0.0.1:\d+ \(NoSuchBucket\)") as refusal:
            act()
        assert not isinstance(refusal.value, MissingError)
        assert "\n" not in str(refusal.value)


def test_a_server_that_is_gone_is_said_and_no_key_is() -> None:
    with running_s3() as server:
        place = replace(server.make(), secret_key="hush!hush")
    for act in _every_act(ObjectStore(place))[:2]:
        with pytest.raises(StoreError, match="check that it answers") as refusal:
            act()
        assert "hush!" not in str(refusal.value) + repr(refusal.value.__cause__)


def test_a_line_that_is_cut_in_the_middle_leaves_nothing_visible_nor_hidden(server: S3Server) -> None:
    place = server.make()
    with Line(server.port) as line:
        store, blob_id = ObjectStore(replace(place, endpoint=line.endpoint)), new_id()
        incoming = store.create(blob_id)
        line.cut_after(10 * PIECE)
        with pytest.raises(StoreError, match="check that it answers"):
            _write(incoming, pieces=60)
        with pytest.raises(StoreError, match="ended already"):
            incoming.commit()
    assert list(ObjectStore(place).list()) == []


def test_a_line_that_fails_once_is_tried_again(server: S3Server) -> None:
    place, content = server.make(), secrets.token_bytes(20 * PIECE)
    with Line(server.port) as line:
        line.cut_after(11 * PIECE, times=1)
        blob_id = put(ObjectStore(replace(place, endpoint=line.endpoint)), content)
    assert line.cuts == 1
    assert b"".join(ObjectStore(place).read(blob_id)) == content


def test_a_killed_writer_leaves_nothing_visible(server: S3Server) -> None:
    place = server.make()
    writer = subprocess.Popen(
        [sys.executable, "-P", "-c", SENDS, place.bucket, place.endpoint],
        stdout=subprocess.PIPE,
        text=True,
    )
    with writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "written\n"
        begun = server.client().list_multipart_uploads(Bucket=place.bucket)["Uploads"]
        writer.kill()
    assert len(begun) == 1, "the upload had begun"
    assert list(ObjectStore(place).list()) == []


@pytest.mark.slow
def test_memory_stays_flat_while_much_is_sent_and_read(server: S3Server) -> None:
    place = server.make()
    done = subprocess.run(
        [sys.executable, "-P", "-c", MUCH, place.bucket, place.endpoint],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    read, risen = map(int, done.stdout.split())
    assert read == 256 * PIECE
    assert risen < 64 * PIECE


def test_no_variable_of_the_environment_sends_evidence_elsewhere(
    server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = server.make()
    for name, value in {
        "AWS_ENDPOINT": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
        "AWS_BUCKET": "elsewhere",
        "AWS_REGION": "mars-north-1",
        "AWS_ACCESS_KEY_ID": "STRANGER",
        "AWS_SESSION_TOKEN": "strange",
        "AWS_SKIP_SIGNATURE": "true",
        "AWS_UNSIGNED_PAYLOAD": "true",
        "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true",
    }.items():
        monkeypatch.setenv(name, value)
    with Line(server.port) as line:
        blob_id = put(ObjectStore(replace(place, endpoint=line.endpoint)), b"sealed")
    assert [key for key, _ in ObjectStore(place).list()] == [blob_id]
    sent = bytes(line.sent).lower()
    assert b"credential=key/" in sent
    assert b"/eu-central-1/s3/" in sent
    assert b"stranger" not in sent
    assert b"x-amz-security-token" not in sent
    assert hashlib.sha256(b"sealed").hexdigest().encode() in sent, "signed over the body"


def _write(incoming: Incoming, *, pieces: int) -> None:
    for _ in range(pieces):
        incoming.write(secrets.token_bytes(PIECE))


def _every_act(store: Store) -> list[Callable[[], object]]:
    return [
        lambda: put(store, b"sealed"),
        lambda: store.read(new_id()),
        lambda: store.size(new_id()),
        lambda: store.delete(new_id()),
        lambda: list(store.list()),
    ]


SENDS = """
import sys, time
from crypto.keys import new_id
from intake.evidence.settings import ObjectPlace
from intake.evidence.store.objects import ObjectStore
place = ObjectPlace(bucket=sys.argv[1], prefix="", endpoint=sys.argv[2], region="x", access_key="k", secret_key="s")
incoming = ObjectStore(place).create(new_id())
for _ in range(24):
    incoming.write(bytes(1024 * 1024))
print("written", flush=True)
time.sleep(60)
"""

MUCH = """
import resource, sys
from crypto.keys import new_id
from intake.evidence.settings import ObjectPlace
from intake.evidence.store.objects import ObjectStore
place = ObjectPlace(bucket=sys.argv[1], prefix="", endpoint=sys.argv[2], region="x", access_key="k", secret_key="s")
store, blob_id, piece = ObjectStore(place), new_id(), bytes(65536)
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
store.size(blob_id)
before = peak()
incoming = store.create(blob_id)
for _ in range(256 * 16):
    incoming.write(piece)
incoming.commit()
print(sum(map(len, store.read(blob_id))), peak() - before)
"""

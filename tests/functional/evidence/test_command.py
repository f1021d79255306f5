"""`underseal clean` as a person uses it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.support import evidence_pictures as pictures
from tests.support.canaries import found
from tests.support.terminal import run


def test_a_clean_copy_and_a_report_of_it(tmp_path: Path) -> None:
    source, target = tmp_path / "photo.dat", tmp_path / "clean.jpg"
    source.write_bytes(pictures.jpeg())
    done = run("clean", source, target, "--report")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["kind"] == "jpeg"
    assert report["removed"]["serial"] == 2
    assert report["words"]["place"].startswith("the place")
    assert found(target.read_bytes()) == []
    assert target.stat().st_mtime == 946_684_800
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clean.jpg", "photo.dat"]


def test_what_cannot_be_cleaned_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    source, target = tmp_path / "photo.jpg", tmp_path / "clean.jpg"
    source.write_bytes(pictures.jpeg()[:900])
    done = run("clean", source, target, "--report")
    assert done.returncode == 3
    assert json.loads(done.stdout)["reason"] == "damaged"
    assert len(done.stderr.splitlines()) == 1
    assert "save it again" in done.stderr
    assert not target.exists()


def test_nothing_is_overwritten_unless_it_is_said(tmp_path: Path) -> None:
    source, target = tmp_path / "photo.jpg", tmp_path / "clean.jpg"
    source.write_bytes(pictures.jpeg())
    target.write_text("mine")
    refused = run("clean", source, target)
    assert refused.returncode == 1
    assert "exists" in refused.stderr
    assert target.read_text() == "mine"
    assert run("clean", source, target, "--overwrite").returncode == 0
    assert target.read_bytes()[:3] == b"\xff\xd8\xff"


def test_bad_usage_is_said(tmp_path: Path) -> None:
    source = tmp_path / "photo.jpg"
    source.write_bytes(pictures.jpeg())
    assert run("clean", source, tmp_path / "out", "--drop", "everything").returncode == 2
    os.mkfifo(tmp_path / "pipe")
    done = run("clean", tmp_path / "pipe", tmp_path / "out")
    assert done.returncode == 1
    assert "is not a file" in done.stderr

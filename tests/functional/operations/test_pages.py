"""`underseal pages` and `doctor` on the office's own pages, as an operator types them."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from tests.support.instances import Instance
from triage.cli.main import main


def run(*arguments: str) -> tuple[int, list[str]]:
    """Exit status, and what is printed."""
    result = CliRunner().invoke(main, list(arguments))
    return result.exit_code, result.output.splitlines()


def pages_of(instance: Instance) -> Path:
    """Where the pages of an instance are in English."""
    folder = instance.directory / "pages" / "en"
    folder.mkdir(parents=True, mode=0o750)
    return folder


def test_every_page_and_every_fault_is_said_with_its_line(instance: Instance) -> None:
    directory = str(instance.directory)
    status, lines = run("pages", directory, "check")
    assert (status, len(lines)) == (0, 1)
    assert "There are no pages yet" in lines[0]
    folder = pages_of(instance)
    (folder / "whom-to-call.md").write_text("# Whom you can call\n\nThe union.\n\n![Its house](house.png)\n")
    status, lines = run("pages", directory, "check")
    assert status == 0
    assert lines[:2] == [
        "shown en/whom-to-call.md: Whom you can call",
        "note  en/whom-to-call.md, line 5: a picture is not shown, only its description",
    ]
    (folder / "untitled.md").write_text("The union.\n")
    status, lines = run("pages", directory, "check")
    assert status == 1
    assert any(line.startswith("FAULT en/untitled.md, line 1: the page has no title") for line in lines)


def test_the_doctor_says_when_a_page_is_left_out(instance: Instance) -> None:
    directory = str(instance.directory)
    assert not any("pages for reporters" in line for line in run("doctor", directory)[1])
    (pages_of(instance) / "untitled.md").write_text("The union.\n")
    (said,) = [line for line in run("doctor", directory)[1] if "pages for reporters are left out" in line]
    assert said.startswith("warn 1 of")
    assert f"underseal pages {directory} check" in said


def test_a_place_that_is_no_instance_is_said_in_one_line(tmp_path: Path) -> None:
    status, lines = run("pages", str(tmp_path), "check")
    assert status == 1
    assert len(lines) == 1
    assert "is no instance" in lines[0]

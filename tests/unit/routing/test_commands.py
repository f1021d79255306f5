"""`underseal route`, `risk` and `severity` as a person types them: what they print, and how they refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.unit.routing.sample import document, facts, route, tie
from triage.cli.risk import risk, severity
from triage.cli.route import route as route_command


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def write(name: str, content: object) -> str:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return str(path)

    return write


def run_route(*arguments: str) -> Result:
    return CliRunner().invoke(route_command, arguments)


def test_the_decision_is_printed_as_json_and_nothing_else(written: Any) -> None:
    result = run_route(
        "--org", written("org.json", document()), "--facts", written("f.json", facts(subjects=["S-C1.h"]))
    )
    assert result.exit_code == 0
    assert json.loads(result.stdout) == route(subjects=["S-C1.h"])


def test_explain_prints_a_paragraph_to_read(written: Any) -> None:
    result = run_route(
        "--org", written("org.json", document()), "--facts", written("f.json", facts()), "--explain"
    )
    assert result.exit_code == 0
    assert result.stdout.startswith("This report, received on 2026-03-02, goes to HO-N.")
    assert len(result.stdout.splitlines()) == 1


def test_a_broken_organisation_is_refused_with_every_fault(written: Any) -> None:
    broken = document(tie("ghost", "S-C1"), pack="atlantis")
    org = written("org.json", broken)
    result = run_route("--org", org, "--facts", written("f.json", facts()))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        f"{org}: the organisation file has 2 faults; correct what is named and try again",
        "  pack: 'atlantis' is not one of default, france, small",
        "  ties[0].officer: no officer has the id 'ghost'",
    ]


def test_broken_facts_are_refused_with_every_fault(written: Any) -> None:
    result = run_route("--org", written("org.json", document()), "--facts", written("f.json", "{"))
    assert result.exit_code == 1
    assert "the facts file has 1 fault; correct what is named and try again" in result.stderr
    assert "Traceback" not in result.output


def test_a_file_that_is_not_there_is_said_in_one_line(written: Any) -> None:
    result = run_route("--org", "/nowhere/org.json", "--facts", written("f.json", facts()))
    assert result.exit_code == 1
    assert result.stderr == (
        "/nowhere/org.json: cannot be read (No such file or directory); check the path and its permissions\n"
    )


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    assert run_route("--org", str(tmp_path), "--facts", str(tmp_path)).exit_code == 1


@pytest.mark.parametrize("arguments", [[], ["--org", "x"], ["--org", "x", "--facts", "y", "--nonsense"]])
def test_bad_usage_is_two(arguments: list[str]) -> None:
    assert run_route(*arguments).exit_code == 2


@pytest.mark.parametrize(
    ("command", "answers", "expected"),
    [
        (risk, {}, {"score": None, "band": "medium", "overrides": [], "factors": {}}),
        (
            severity,
            {"T1": "life", "imminent_danger": "yes"},
            {
                "score": 32,
                "band": "critical",
                "overrides": ["imminent_danger"],
                "factors": {"T1": 25, "T2": 5, "T3": 2, "T4": 0, "T5": 0, "T6": 0, "T7": 0},
            },
        ),
    ],
)
def test_the_sums_are_printed_as_json(written: Any, command: Any, answers: object, expected: object) -> None:
    result = CliRunner().invoke(command, ["--answers", written("a.json", answers)])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == expected


@pytest.mark.parametrize("command", [risk, severity])
def test_the_sums_explain_themselves(written: Any, command: Any) -> None:
    result = CliRunner().invoke(
        command, ["--answers", written("a.json", {"A1": "known", "T1": "life"}), "--explain"]
    )
    assert result.exit_code == 0
    assert result.stdout.startswith("The score is")


@pytest.mark.parametrize("command", [risk, severity])
def test_the_sums_refuse_what_is_no_answer(written: Any, command: Any) -> None:
    result = CliRunner().invoke(command, ["--answers", written("a.json", {"A1": "?", "T1": "?"})])
    assert result.exit_code == 1
    assert "'?' is not one of" in result.stderr

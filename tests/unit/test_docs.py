"""The documents keep up with the code: every path and every test that they name exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FOLDERS = ("bench/", "crypto/", "deploy/", "docs/", "intake/", "portal/", "templates/", "tests/", "triage/")
CODE = re.compile(r"`([^`\n]+)`")
MECHANISMS = ROOT / "docs" / "mechanisms.md"
ROWS = 92
STATES = {"built", "part", "later", "outside"}


def named(document: Path) -> Iterator[str]:
    """What stands between single backticks, outside of code blocks."""
    prose = re.sub(r"```.*?```", "", document.read_text("utf-8"), flags=re.DOTALL)
    yield from CODE.findall(prose)


@cache
def known_tests() -> frozenset[str]:
    """Every test function of the project."""
    found = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        found |= {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        }
    return frozenset(found)


def ident(document: Path) -> str:
    return str(document.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=ident)
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    paths = {name.split("::")[0] for name in named(document) if name.startswith(FOLDERS)}
    assert sorted(path for path in paths if not any(ROOT.glob(path.rstrip("/")))) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=ident)
def test_every_test_that_a_document_names_exists(document: Path) -> None:
    mentioned = {name.split("::")[-1] for name in named(document)}
    mentioned = {name for name in mentioned if re.fullmatch(r"test_[a-z0-9_]+", name)}
    assert sorted(mentioned - known_tests()) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=ident)
def test_every_test_that_a_document_places_in_a_file_is_there(document: Path) -> None:
    placed = [name.split("::") for name in named(document) if "::" in name]
    assert [
        f"{path}::{test}" for path, test in placed if f"def {test}(" not in (ROOT / path).read_text()
    ] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=ident)
def test_every_link_to_a_file_leads_there(document: Path) -> None:
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", document.read_text("utf-8"))
    assert sorted(link for link in links if not (document.parent / link).exists()) == []


def rows() -> list[list[str]]:
    """The table of mechanisms: number, mechanism, state, proof."""
    lines = MECHANISMS.read_text("utf-8").splitlines()
    return [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in lines if re.match(r"\| *\d+ *\|", line)
    ]


def test_every_mechanism_has_one_row_a_state_and_where_it_is_built_a_test() -> None:
    assert [int(row[0]) for row in rows()] == list(range(1, ROWS + 1))
    for number, _, state, proof in rows():
        assert state in STATES, number
        assert ("test_" in proof) == (state in {"built", "part"}), number


def test_no_two_decisions_share_a_number() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "adr").glob("*.md")]
    assert len(numbers) == len(set(numbers))

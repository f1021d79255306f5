"""The fences: which package may know which. Checked in the source by import-linter and in the running processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VAULT = "crypto.vault"

IMPORTED = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print("\\n".join(sorted(sys.modules)))
"""


def _modules_after_importing(*names: str) -> set[str]:
    command = [sys.executable, "-P", "-c", IMPORTED, *names]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split())


def _modules_of(package: str) -> list[str]:
    """Every module of a package, so that a lazily imported one cannot slip through; the starting script stays out."""
    return sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in (ROOT / package).rglob("*.py")
        if path.name not in {"__main__.py", "env.py"} and "versions" not in path.parts
    )


def test_imports_point_down_and_no_contract_is_about_something_that_does_not_exist() -> None:
    """import-linter only warns about a module that does not exist: a warning fails here."""
    command = [
        sys.executable,
        "-W",
        "error",
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
    ]
    done = subprocess.run(
        [*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in (done.stdout + done.stderr).lower(), done.stdout + done.stderr
    assert " 0 broken" in done.stdout, done.stdout


def test_the_portal_never_holds_the_back_office_nor_an_officers_key() -> None:
    modules = _modules_after_importing(*_modules_of("portal"))
    assert "portal" in modules
    assert not {name for name in modules if name == VAULT or name.partition(".")[0] == "triage"}


@pytest.mark.parametrize("package", ["intake", "templates"])
def test_what_the_portal_shares_does_not_reach_the_vault_either(package: str) -> None:
    modules = _modules_after_importing(*_modules_of(package))
    assert not {name for name in modules if name == VAULT or name.partition(".")[0] in {"triage", "portal"}}


def test_the_domain_runs_without_a_web_framework() -> None:
    modules = _modules_after_importing(*_modules_of("intake"))
    assert not modules & {"flask", "werkzeug", "jinja2", "gunicorn"}


PARSERS = {"PIL", "lxml", "pikepdf"}
DRAWING = {"pypdfium2"}


def test_a_process_that_has_files_cleaned_loads_no_parser() -> None:
    """The caller's side of the sandbox parses nothing: a file's bytes meet a parser behind closed doors only."""
    modules = _modules_after_importing(
        "intake.evidence.sandbox", "intake.evidence.words", "intake.evidence.names"
    )
    tops = {name.partition(".")[0] for name in modules}
    assert not tops & (PARSERS | DRAWING)
    assert not {
        name for name in modules if name.startswith(("intake.evidence.clean", "intake.evidence.view."))
    }
    cleaning = {name.partition(".")[0] for name in _modules_after_importing("intake.evidence.clean.engine")}
    assert cleaning >= PARSERS
    assert not cleaning & DRAWING


def test_whoever_shows_files_codes_pictures_and_reads_none() -> None:
    """The caller's side of viewing: Pillow makes a picture of pixels there; parsers and viewers stay behind the door."""
    modules = _modules_after_importing("intake.evidence.viewer")
    assert not {
        name for name in modules if name.startswith(("intake.evidence.clean", "intake.evidence.view."))
    }
    assert not {name.partition(".")[0] for name in modules} & ((PARSERS | DRAWING) - {"PIL"})
    viewing = {name.partition(".")[0] for name in _modules_after_importing("intake.evidence.view.engine")}
    assert viewing >= PARSERS | DRAWING


def test_the_portal_loads_no_parser_of_files() -> None:
    tops = {name.partition(".")[0] for name in _modules_after_importing(*_modules_of("portal"))}
    assert not tops & (PARSERS | DRAWING)


def test_cryptography_knows_neither_http_nor_sql_nor_the_domain() -> None:
    modules = _modules_after_importing(*_modules_of("crypto"))
    tops = {name.partition(".")[0] for name in modules}
    assert not tops & {
        "flask",
        "werkzeug",
        "sqlalchemy",
        "pydantic",
        "intake",
        "portal",
        "triage",
        "templates",
    }


def test_the_back_office_does_hold_the_vault_so_that_these_tests_can_fail() -> None:
    assert VAULT in _modules_after_importing("triage.accounts.login")


def test_the_worker_holds_no_way_to_unlock_an_officer_and_no_web() -> None:
    modules = _modules_after_importing(*_modules_of("triage/worker"))
    assert not modules & {VAULT, "flask", "werkzeug", "jinja2", "portal"}

"""The log's allowlist: what is not named does not pass, and an exception's message never does."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from intake.log import Happening, Log, configure

PLANTED = "the mayor took the money"

StartLog = Callable[[], Log]


@pytest.fixture
def start_log() -> Iterator[StartLog]:
    """Starts a log inside the test, where ``capsys`` looks; undone afterwards."""
    hook, handlers, level = sys.excepthook, logging.getLogger().handlers, logging.getLogger().level
    yield lambda: configure("portal")
    sys.excepthook = hook
    logging.getLogger().handlers = handlers
    logging.getLogger().setLevel(level)
    logging.captureWarnings(capture=False)


def _lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_only_known_fields_with_fitting_values_pass(
    start_log: StartLog, capsys: pytest.CaptureFixture[str]
) -> None:
    start_log().note(
        Happening.STARTED, port=8400, path=f"/report?q={PLANTED}", count=-1, job=PLANTED, attempts=True
    )
    (line,) = _lines(capsys.readouterr().err)
    assert set(line) == {"event", "day", "level", "process", "port"}
    assert len(str(line["day"])) == 10  # a date, no time of day


def test_a_full_disk_loses_the_line_and_nothing_else(
    start_log: StartLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("/dev/full").open("w", buffering=1) as full:
        monkeypatch.setattr(sys, "stderr", full)
        log = start_log()
        log.note(Happening.STARTED)
        log.failure(Happening.UNAVAILABLE, OSError(PLANTED))
        with suppress(OSError):
            full.close()


def test_an_unknown_event_is_dropped(start_log: StartLog, capsys: pytest.CaptureFixture[str]) -> None:
    start_log().note(PLANTED)  # type: ignore[arg-type]  # what a careless caller would do
    assert capsys.readouterr().err == ""


def test_an_exception_is_its_type_and_place(start_log: StartLog, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        int(PLANTED)
    except ValueError as error:
        start_log().failure(Happening.FAILED, error)
    written = capsys.readouterr().err
    assert PLANTED not in written
    (line,) = _lines(written)
    assert line["error"] == "ValueError"
    assert str(line["place"]).startswith(f"{__name__}:")


def test_a_librarys_message_and_a_warning_lose_their_words(
    start_log: StartLog, capsys: pytest.CaptureFixture[str]
) -> None:
    start_log()
    logging.getLogger("sqlalchemy.engine").error("parameters: %s", PLANTED)
    logging.getLogger(PLANTED).error("from 203.0.113.9")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(
            capture=False
        )  # another story may have left it on, with another place to write to
        logging.captureWarnings(capture=True)
        warnings.warn(PLANTED, stacklevel=1)
    written = capsys.readouterr().err
    assert PLANTED not in written
    assert "203.0.113.9" not in written
    assert [line.get("library") for line in _lines(written)] == ["sqlalchemy.engine", None, "py.warnings"]


@pytest.mark.parametrize(
    "crash",
    [
        f"raise ValueError('{PLANTED}')",
        f"import threading; t = threading.Thread(target=lambda: 1 / 0, name='{PLANTED}'); t.start(); t.join()",
        f"import json; json.loads('{PLANTED}')",
    ],
)
def test_a_crash_leaves_no_traceback(crash: str) -> None:
    code = f"from intake.log import configure\nconfigure('portal')\n{crash}"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert PLANTED not in done.stderr
    (line,) = _lines(done.stderr)
    assert line["event"] == "process.crashed"

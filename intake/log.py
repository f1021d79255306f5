"""The log: what happened to the software, never what anybody did with it. An allowlist, not a filter.

Only the events and fields named here pass, each value in its own narrow type; everything else, foreign libraries' messages
included, is dropped. An exception becomes its type and place: messages may hold what a reporter typed. Lines carry the day
and no time of day (P6): a precise time is a trace of a visit.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any

import structlog


class Happening(StrEnum):
    """Everything that is ever logged."""

    STARTED = "process.started"
    STOPPED = "process.stopped"
    FAILED = "request.failed"
    UNAVAILABLE = "database.unavailable"
    NO_ROSTER = "roster.refused"
    APPOINTMENT_REFUSED = "appointment.refused"
    DECLARATION_REFUSED = "declaration.refused"
    NOBODY = "filing.nobody_can_receive"
    COPY_FAILED = "copy.failed"
    STORE_UNAVAILABLE = "files.unavailable"
    FILES_REMOVED = "files.removed"
    LIMITER_FAILED = "limits.unavailable"
    JOB_FAILED = "job.failed"
    JOB_ABANDONED = "job.abandoned"
    WORK_DONE = "work.done"
    RELEASED = "ladder.released"
    DELETED = "case.deleted"
    LOG_PUBLISHED = "log.published"
    LOG_BROKEN = "log.broken"
    CLOCK_JUMPED = "clock.jumped"
    TAMPERED = "case.tampered"
    ALARM = "case.alarm"
    CEILING = "ceiling.near"
    PORTAL_MODE = "portal.mode"
    GUIDANCE_LEFT_OUT = "guidance.left_out"
    LIBRARY = "library.message"
    CRASHED = "process.crashed"


_PROCESSES = frozenset({"portal", "triage", "worker", "underseal"})
_LEVELS = frozenset({"debug", "info", "warning", "error", "critical"})
_MODES = frozenset({"open", "read-mail-only"})
_CEILINGS = frozenset({"reports_per_hour", "reports_per_day", "drafts_per_hour", "mailboxes_per_hour"})
_MAX_NAME = 120


def _is_name(value: object) -> bool:
    # Dotted names of code: what a person types has spaces or other signs, and no field takes a value from a request.
    return (
        isinstance(value, str)
        and len(value) <= _MAX_NAME
        and all(part.isidentifier() for part in value.split("."))
    )


def _is_place(value: object) -> bool:
    module, _, line = value.rpartition(":") if isinstance(value, str) else ("", "", "")
    return _is_name(module) and line.isdecimal()


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9


FIELDS: Mapping[str, Callable[[object], bool]] = MappingProxyType(
    {
        "process": lambda value: value in _PROCESSES,
        "job": lambda value: isinstance(value, str) and _is_name(value.replace("-", "_")),
        "error": _is_name,
        "place": _is_place,
        "library": _is_name,
        "count": _is_count,
        "attempts": _is_count,
        "port": _is_count,
        "mode": lambda value: value in _MODES,
        "ceiling": lambda value: value in _CEILINGS,
    }
)
"""Each field that may be written, and what its values look like."""


class Log:
    """What a process logs with: a happening, or a failure with the type and place of its exception."""

    def __init__(self, logger: structlog.typing.FilteringBoundLogger) -> None:
        self._logger = logger

    def note(self, happening: Happening, **fields: str | int) -> None:
        """Something that is as it should be."""
        self._write(self._logger.info, happening, fields)

    def failure(self, happening: Happening, error: BaseException | None = None, **fields: str | int) -> None:
        """Something that somebody should look at. Of ``error``, its type and the module and line that raised it are told."""
        self._write(self._logger.error, happening, _told(error) | fields)

    @staticmethod
    def _write(line: Callable[..., object], happening: Happening, fields: Mapping[str, str | int]) -> None:
        # A full disk or a closed pipe loses the line, and must not lose what the line is about.
        with suppress(OSError):
            line(happening, **fields)


def configure(process: str) -> Log:
    """Set up this process's log on standard error, libraries and uncaught exceptions included."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _add_day,
            allow,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    log = Log(structlog.get_logger().bind(process=process))
    root = logging.getLogger()
    root.handlers = [_Libraries(log)]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    sys.excepthook = _crash_hook(log)
    threading.excepthook = lambda crash: log.failure(Happening.CRASHED, crash.exc_value)
    return log


def allow(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last processor before rendering: what is not named here does not pass. Raises DropEvent for an unknown event."""
    event = entry.get("event")
    if event not in frozenset(Happening):
        raise structlog.DropEvent
    kept: MutableMapping[str, Any] = {
        "event": str(event),
        "day": entry.get("day"),
        "level": entry.get("level"),
    }
    kept.update({name: entry[name] for name, fits in FIELDS.items() if name in entry and fits(entry[name])})
    return kept


def _told(error: BaseException | None) -> dict[str, str]:
    if error is None:
        return {}
    return {"error": type(error).__qualname__, "place": _place_of(error.__traceback__)}


def _add_day(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    entry["day"] = datetime.now(UTC).date().isoformat()
    return entry


def _place_of(trace: TracebackType | None) -> str:
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "unknown:0"
    module = trace.tb_frame.f_globals.get("__name__", Path(trace.tb_frame.f_code.co_filename).stem)
    return f"{module}:{trace.tb_lineno}"


class _Libraries(logging.Handler):
    """A library's message becomes its logger's name and level: the text may hold an address or a parameter."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        self._log.failure(
            Happening.LIBRARY, record.exc_info[1] if record.exc_info else None, library=record.name
        )


def _crash_hook(log: Log) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    def hook(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        log.failure(Happening.CRASHED, error)

    return hook

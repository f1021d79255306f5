"""From an opened mailbox to a document: which statements its record makes, and which of them the log has. Changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.checkpoint import LogKey
from crypto.keys import PublicKeys
from crypto.statement import StatementKeys, nonce_after, report_name
from intake.database.log_tables import LogEntry
from intake.events import EventKind
from intake.publiclog.stored import SOON, newest_checkpoint
from intake.record import EventRecord
from intake.statements.document import MAX_STATEMENTS, Document, Form, Shown
from intake.statements.kinds import MARK, filing, later
from intake.statements.page import LANGUAGES

_AT_ONCE = 500  # placeholders of one question


class Missing(StrEnum):
    """Why there is no document."""

    NO_REPORT = "no_report"
    """There is no report behind the code."""
    NOT_PROVED = "not_proved"
    """Something in the case does not fit."""
    NEVER_STATED = "never_stated"
    """The report was filed before this was invented, or deleted by a release that kept nothing of it."""
    NOT_YET = "not_yet"
    """The filing waits for the next batch of the log."""
    KEPT_OUT = "kept_out"
    """The filing should be in the log and is not."""
    DELETED = "deleted"
    """With the case its record is gone: there is a certificate, and no timeline."""


class NoDocumentError(Exception):
    """There is none to be had; nothing was changed."""

    def __init__(self, reason: Missing) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True, repr=False)
class Filing:
    """What is known of the filing: from its own event, or from what a deletion left of it."""

    day: date
    rules: str
    left: bool = False
    """The case was deleted."""


@dataclass(frozen=True, slots=True, repr=False)
class Maker:
    """What documents of one report are made with."""

    keys: StatementKeys
    reporter: PublicKeys
    log: LogKey
    today: date
    language: str

    def make(
        self, session: Session, form: Form, filed: Filing, records: Sequence[Sequence[EventRecord]]
    ) -> bytes:
        """The file; ``records``: of each case of the report. Raises NoDocumentError."""
        if filed.left and form is Form.TIMELINE:
            raise NoDocumentError(Missing.DELETED)
        first = Shown(self.keys.filing, filing(self.keys, self.reporter, filed.day, filed.rules))
        told = [*self._later(records)] if form is Form.TIMELINE else []
        # Before the checkpoint is read: what is in the log by now is under it.
        logged = _logged(session, [first.commitment, *(shown.commitment for shown in told)])
        if first.commitment not in logged:
            raise NoDocumentError(self._why_not(filed))
        newest = newest_checkpoint(session)
        if newest is None:
            raise NoDocumentError(Missing.NOT_YET)
        document = Document(
            form=form,
            language=self.language if self.language in LANGUAGES else LANGUAGES[0],
            made=max(self.today, filed.day, *(shown.day for shown in told)),
            log=self.log,
            checkpoint=newest.note,
            filed=first,
            **({} if form is Form.CERTIFICATE else self._timeline(told, logged)),
        )
        return document.signed(self.keys)

    def _later(self, records: Sequence[Sequence[EventRecord]]) -> Iterator[Shown]:
        every = [record for each in records for record in each]
        for record in sorted(every, key=lambda record: record.date):  # stable: each case keeps its order
            said = later(record.kind.value, record.date, record.data, self.reporter)
            if said is not None:
                yield Shown(nonce_after(record.nonce), said)

    def _timeline(self, told: Sequence[Shown], logged: Collection[bytes]) -> dict[str, Any]:
        there = [
            Shown(shown.nonce, shown.says, waiting=shown.commitment not in logged)
            for shown in told
            if shown.commitment in logged or self.today - shown.day <= SOON
        ]
        kept = there[-MAX_STATEMENTS:]
        return {
            "name": report_name(self.reporter),
            "opening": self.keys.opening,
            "later": tuple(kept),
            "left_out": len(told) - len(kept),
        }

    def _why_not(self, filed: Filing) -> Missing:
        if filed.left:
            return Missing.NEVER_STATED
        return Missing.NOT_YET if self.today - filed.day <= SOON else Missing.KEPT_OUT


def filing_in(records: Sequence[EventRecord]) -> Filing:
    """What a record says of the filing. Raises NoDocumentError."""
    if not records or records[0].kind is not EventKind.FILED:
        raise NoDocumentError(Missing.NOT_PROVED)
    if MARK not in records[0].data:
        raise NoDocumentError(Missing.NEVER_STATED)
    return Filing(records[0].date, str(records[0].data["rules"]))


def _logged(session: Session, commitments: Sequence[bytes]) -> set[bytes]:
    found: set[bytes] = set()
    for start in range(0, len(commitments), _AT_ONCE):
        some = commitments[start : start + _AT_ONCE]
        found |= set(session.scalars(select(LogEntry.commitment).where(LogEntry.commitment.in_(some))))
    return found

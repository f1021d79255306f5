"""From an opened mailbox to a document: which statements its record makes, and which of them the log has. Changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.checkpoint import LogKey
from crypto.keys import PublicKeys
from crypto.statement import StatementKeys, nonce_after, report_name
from intake.database.log_tables import LogEntry
from intake.events import EventKind
from intake.publiclog.stored import SOON, newest_checkpoint
from intake.record import EventRecord
from intake.statements.document import MAX_STATEMENTS, Document, Filed, Form, Shown
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
class Report:
    """One report of a code: what its papers are signed with, whose it is, how it was filed, the record of each of its cases."""

    keys: StatementKeys
    reporter: PublicKeys
    filing: Filing
    records: Sequence[Sequence[EventRecord]]

    @property
    def first(self) -> Shown:
        """What its filing states."""
        return Shown(self.keys.filing, filing(self.keys, self.reporter, self.filing.day, self.filing.rules))

    @property
    def later(self) -> list[Shown]:
        """What everything else states, case by case."""
        every = (record for records in self.records for record in records)
        stated = (
            (record, later(record.kind.value, record.date, record.data, self.reporter)) for record in every
        )
        return [Shown(nonce_after(record.nonce), said) for record, said in stated if said is not None]


@dataclass(frozen=True, slots=True, repr=False)
class Maker:
    """What documents are made with."""

    log: LogKey
    today: date
    language: str

    def certificate(self, session: Session, report: Report) -> bytes:
        """That this report was filed. Raises NoDocumentError."""
        self._demand(session, report)
        return self._signed(session, Form.CERTIFICATE, [(report, Filed(report.first))])

    def timeline(self, session: Session, reports: Sequence[Report]) -> bytes:
        """What was done in the first report, and in those that were filed with the same code since. Raises NoDocumentError.

        Of a later one nothing is in it before its filing is in the log.
        """
        if reports[0].filing.left:
            raise NoDocumentError(Missing.DELETED)
        self._demand(session, reports[0])
        told = [(report, report.first, report.later) for report in reports if not report.filing.left]
        logged = _logged(session, [each.commitment for _, first, later in told for each in (first, *later)])
        there = [entry for entry in told if entry[1].commitment in logged]
        # Stable: each case keeps its order.
        later = sorted((each for _, _, later in there for each in later), key=lambda shown: shown.day)
        known = [self._as_it_is(shown, logged) for shown in later if self._is_known(shown, logged)]
        kept = known[-MAX_STATEMENTS:]
        filings = [
            (report, Filed(first, report_name(report.reporter), report.keys.opening))
            for report, first, _ in there
        ]
        every = sum(1 + len(later) for _, _, later in told)
        left_out = every - len(filings) - len(kept)
        return self._signed(session, Form.TIMELINE, filings, tuple(kept), left_out)

    def _signed(
        self,
        session: Session,
        form: Form,
        filings: Sequence[tuple[Report, Filed]],
        later: tuple[Shown, ...] = (),
        left_out: int = 0,
    ) -> bytes:
        # After the entries were asked for: whatever was in the log by then is under it.
        newest = newest_checkpoint(session)
        if newest is None:
            raise NoDocumentError(Missing.NOT_YET)
        document = Document(
            form=form,
            language=self.language if self.language in LANGUAGES else LANGUAGES[0],
            made=max(self.today, *(filed.shown.day for _, filed in filings), *(shown.day for shown in later)),
            log=self.log,
            checkpoint=newest.note,
            filings=tuple(filed for _, filed in filings),
            later=later,
            left_out=left_out,
        )
        return document.signed(*(report.keys for report, _ in filings))

    def _demand(self, session: Session, report: Report) -> None:
        commitment = report.first.commitment
        if commitment in _logged(session, [commitment]):
            return
        if report.filing.left:
            raise NoDocumentError(Missing.NEVER_STATED)
        raise NoDocumentError(Missing.NOT_YET if self._is_soon(report.first) else Missing.KEPT_OUT)

    def _is_known(self, shown: Shown, logged: Collection[bytes]) -> bool:
        return shown.commitment in logged or self._is_soon(shown)

    def _as_it_is(self, shown: Shown, logged: Collection[bytes]) -> Shown:
        return replace(shown, waiting=shown.commitment not in logged)

    def _is_soon(self, shown: Shown) -> bool:
        return self.today - shown.day <= SOON


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

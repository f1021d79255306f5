"""A certificate or a timeline that somebody hands over: that it is as it was made, and that everything in it is in the log.

The log is fetched whole, as for everything else: the server does not learn which document is checked, nor what is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crypto.checkpoint import Checkpoint
from intake.publiclog.stored import SOON
from intake.statements.document import AlteredError, Document, read
from triage.verify.published import FetchedLog, UnverifiedError


@dataclass(frozen=True, slots=True)
class Proved:
    """What was proved of a document."""

    document: Document
    entries: tuple[int, ...]
    """The number of each statement in the log."""
    bound: Checkpoint
    """The earliest checkpoint at hand that covers every one: the document's own, or the log's of today."""

    def already_in(self, earlier: Checkpoint) -> int:
        """How many of the statements an earlier checkpoint covers."""
        return sum(entry < earlier.size for entry in self.entries)


def read_document(data: bytes) -> Document:
    """The document in a file. Raises UnverifiedError for one that was altered; asks nobody."""
    try:
        return read(data)
    except AlteredError as error:
        raise UnverifiedError(f"this file is worth nothing: {error}") from None


def check_document(log: FetchedLog, document: Document, today: date) -> Proved:
    """Return what is proved if every statement is in ``log``. Raises UnverifiedError."""
    if log.key != document.log:
        raise UnverifiedError(
            f"this document is of another site: it names the log {document.log.name}, and here is {log.key.name}"
        )
    covers = log.check_since(document.checkpoint)
    entries = log.places_of([shown.commitment for shown in document.shown])
    absent = [shown for shown, entry in zip(document.shown, entries, strict=True) if entry is None]
    for shown, entry in zip(document.shown, entries, strict=True):
        if entry is None and (not shown.waiting or today - document.made > SOON):
            raise UnverifiedError(
                f"what it says of {shown.day} is not in the log: it was made up, or somebody keeps it out"
            )
        if entry is not None and not shown.waiting and entry >= covers.size:
            raise UnverifiedError(f"what it says of {shown.day} came into the log after it was made")
    if absent:
        raise UnverifiedError(
            f"not yet: {len(absent)} of {len(entries)} statements wait for the next day's batch, so check again tomorrow"
        )
    there = tuple(entry for entry in entries if entry is not None)
    return Proved(document, there, covers if max(there) < covers.size else log.checkpoint)

"""What of a report's filing may be shown to others: only where the whole record holds. Stores nothing."""

from __future__ import annotations

from collections.abc import Sequence

from intake.lawful import is_lawful
from intake.mailbox.stored import Box
from intake.retention.ledger import Deleted
from intake.statements.gather import Filing, Missing, NoDocumentError, filing_in


def filing_of(boxes: Sequence[Box], left: Deleted | None) -> Filing:
    """What is known of a report's filing, where all of it holds. Raises NoDocumentError."""
    if left is not None:
        if left.filed is None:
            raise NoDocumentError(Missing.NEVER_STATED)
        return Filing(left.filed, left.rules, left=True)
    if not all(box.stored.deletion is not None or _holds(box) for box in boxes):
        raise NoDocumentError(Missing.NOT_PROVED)
    return filing_in(boxes[0].checked.records)


def _holds(box: Box) -> bool:
    return box.checked.newest is not None and is_lawful(box.checked.records)

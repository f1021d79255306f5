"""What the worker does for stored files: nothing that nobody sent stays, and nothing that a case holds goes.

A file that no row knows waits a week, because its row may be missing for a while only: an older backup was put back, or the
wrong one. A file whose case was deleted by the rules is noted before its row goes, and removed as soon as that is committed;
after a crash in between, or when the store did not answer, with the next look. A store that does not answer is logged and tried
again, and keeps no duty waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from intake.database.evidence_tables import Evidence
from intake.evidence.staging import expire, in_batches, remove_orphans, remove_unclaimed
from intake.evidence.store.protocol import StoreError
from intake.log import Happening
from triage.worker.context import Context
from triage.worker.left_files import LEFT_FILE, LeftFiles

WAITS = timedelta(days=7)
"""How long a file waits for a row that knows it."""


def keep_files(context: Context) -> bool:
    """Every round: remove what nobody sent in its time, and what broken writes left. False when that could not be done.

    It needs no roster and no day, and fails alone.
    """

    def remove() -> int:
        store = context.store
        return expire(context.databases, store, context.clock.now()) + store.sweep()

    try:
        return _done(context, remove)
    except DBAPIError as error:
        context.log.failure(Happening.UNAVAILABLE, error)
        return False


def note_files_of(context: Context, session: Session, case: str, today: date) -> None:
    """Note what goes with a case, in the transaction in which its rows go and before they do. Raises OSError."""
    files = session.scalars(select(Evidence.id).where(Evidence.case_id == case)).all()
    _left(context).note(files, today)


def remove_due(context: Context) -> bool:
    """Remove the files whose day has come, without a look through the store. False when it did not answer: they stay noted."""
    today, left = context.today(), _left(context)
    due = sorted(blob for blob, day in left.read().items() if day <= today)

    def remove() -> int:
        removed = 0
        for batch in in_batches(due):
            removed += remove_unclaimed(context.databases, context.store, batch)
            left.strike_out(batch)
        return removed

    return _done(context, remove)


def remove_left(context: Context) -> bool:
    """Look through the whole store, once a day: note what no row knows, and remove what has waited long enough. False when the
    store did not answer.
    """
    today, left = context.today(), _left(context)
    noted = left.read()
    waiting: set[str] = set()

    def spared(blob: str) -> bool:
        stays = noted.get(blob, today + WAITS) > today
        if stays:
            waiting.add(blob)
        return stays

    def remove() -> int:
        removed = remove_orphans(context.databases, context.store, spared)
        left.note(waiting - noted.keys(), today + WAITS)
        left.strike_out(noted.keys() - waiting)
        return removed

    return _done(context, remove)


def _done(context: Context, remove: Callable[[], int]) -> bool:
    try:
        removed = remove()
    except (StoreError, OSError) as error:
        context.log.failure(Happening.STORE_UNAVAILABLE, error)
        return False
    if removed:
        context.log.note(Happening.FILES_REMOVED, count=removed)
    return True


def _left(context: Context) -> LeftFiles:
    return LeftFiles(context.settings.directory / LEFT_FILE)

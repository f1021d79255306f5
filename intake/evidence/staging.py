"""Files on their way: from the first sealed byte to the report that holds them. Knows no HTTP and opens no file.

The order of writes is what makes a crash harmless: the staged row, then the object, then (in the transaction that accepts the
report) the row that says it must exist, then the staged row goes. Whatever stops in between leaves an object that the worker
removes after its time, and never a report that points at nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from crypto.keys import new_id
from intake.database.engines import Databases
from intake.database.evidence_tables import Evidence, Staged
from intake.evidence.blob import BlobRef, BlobWriter
from intake.evidence.store.protocol import Store, StoreError
from intake.time import Clock

KEPT_SECONDS = 3 * 60 * 60
"""Longer than any draft lives."""
BATCH = 500
"""Ids that one question to a database names."""
SENDING_SECONDS = KEPT_SECONDS + 60 * 60
"""How long a file that is being sent is kept: later than any other limit, which is how ``drop`` knows it."""
_TOUCH_SECONDS = 10 * 60  # a slow upload moves its own limit this often


class GoneError(Exception):
    """A file of the draft is not there any more: its time was over, or it was sent. It has to be added again."""

    def __init__(self, blobs: Collection[str]) -> None:
        super().__init__(f"{len(blobs)} sealed files are gone")
        self.blobs = frozenset(blobs)


@dataclass(frozen=True, slots=True)
class Staging:
    """What a portal process keeps files with until a report takes them."""

    databases: Databases
    store: Store
    clock: Clock

    def begin(self) -> Receiving:
        """A new blob to write into. Raises StoreError; database errors pass through."""
        blob = new_id()
        with self.databases.volatile.begin() as session:
            session.add(Staged(id=blob, size=0, expires=self.clock.now() + KEPT_SECONDS))
        try:
            return Receiving(self, BlobWriter(blob, self.store.create(blob)))
        except BaseException:
            self.drop((blob,))
            raise

    def touch(self, blob: str, size: int) -> None:
        """Say how large it is by now, and move its limit."""
        with self.databases.volatile.begin() as session:
            session.execute(
                update(Staged)
                .where(Staged.id == blob)
                .values(size=size, expires=self.clock.now() + KEPT_SECONDS)
            )

    def renew(self, blobs: Collection[str]) -> dict[str, int]:
        """Keep these until a report is committed; the size of each. Raises GoneError when one is not there any more.

        From here on the worker leaves them alone for SENDING_SECONDS, and so does ``drop``, in whatever tab it is asked for: a
        commit that takes longer has failed.
        """
        now = self.clock.now()
        with self.databases.volatile.begin() as session:
            session.execute(
                update(Staged)
                .where(Staged.id.in_(blobs), Staged.expires > now)
                .values(expires=now + SENDING_SECONDS)
            )
            rows = session.execute(
                select(Staged.id, Staged.size).where(Staged.id.in_(blobs), Staged.expires > now)
            )
            sizes = {row.id: row.size for row in rows}
            if missing := set(blobs) - sizes.keys():
                # Nothing is being sent then: the limits of the others stay as they were.
                raise GoneError(missing)
        return sizes

    def settle(self, taken: Iterable[str], left: Iterable[str]) -> None:
        """After the commit: what the report took is no longer on its way, and what it left is removed.

        A report that was accepted stays accepted: what cannot be removed now, the worker removes.
        """
        with suppress(SQLAlchemyError, StoreError):
            with self.databases.volatile.begin() as session:
                session.execute(delete(Staged).where(Staged.id.in_(list(taken))))
            self.drop(left)

    def drop(self, blobs: Iterable[str]) -> None:
        """Remove files that no report holds. What is being sent, or was sent, in another tab stays: its row tells.

        Raises StoreError; what it could not remove, the worker removes.
        """
        over = self.clock.now() + KEPT_SECONDS
        for blob in blobs:
            with self.databases.volatile.begin() as session:
                # Over first: from here on no report can take it, and a crash leaves a row that the worker's next round finds.
                ended = session.execute(
                    update(Staged).where(Staged.id == blob, Staged.expires <= over).values(expires=0)
                )
            if ended.rowcount:  # type: ignore[attr-defined]  # a CursorResult
                self.store.delete(blob)
                with self.databases.volatile.begin() as session:
                    session.execute(delete(Staged).where(Staged.id == blob, Staged.expires == 0))

    def stored_bytes(self) -> int:
        """Everything that this instance stores by now, in bytes of sealed objects."""
        with self.databases.volatile() as session:
            staged = session.scalar(select(func.coalesce(func.sum(Staged.size), 0))) or 0
        with self.databases.reading() as session:
            return int(staged) + int(session.scalar(select(func.coalesce(func.sum(Evidence.size), 0))) or 0)


class Receiving:
    """One file being received. Ends with ``finish`` or ``abort``; ``abort`` leaves nothing."""

    def __init__(self, staging: Staging, writer: BlobWriter) -> None:
        self._staging = staging
        self._writer = writer
        self._touched = staging.clock.now()

    @property
    def id(self) -> str:
        """The blob's id."""
        return self._writer.id

    @property
    def length(self) -> int:
        """Bytes received so far."""
        return self._writer.length

    def write(self, data: bytes) -> int:
        """Seal more. Raises StoreError."""
        if self._staging.clock.now() - self._touched >= _TOUCH_SECONDS:
            self._touched = self._staging.clock.now()
            self._staging.touch(self.id, self._writer.size)
        return self._writer.write(data)

    def finish(self) -> BlobRef:
        """Make it durable. Raises StoreError, after which nothing is left."""
        try:
            ref = self._writer.finish()
            self._staging.touch(self.id, self._writer.size)
        except BaseException:
            self.abort()
            raise
        return ref

    def abort(self) -> None:
        """Leave nothing: neither bytes nor row."""
        self._writer.abort()
        self._staging.drop((self.id,))


def accept(session: Session, case: str, sizes: dict[str, int]) -> None:
    """Write into the transaction that accepts a message that these objects must exist from now on.

    Raises GoneError for those that were sent already, IntegrityError when that happens in the same moment.
    """
    if sent := set(session.scalars(select(Evidence.id).where(Evidence.id.in_(sizes)))):
        raise GoneError(sent)
    session.add_all(Evidence(id=blob, case_id=case, size=size) for blob, size in sorted(sizes.items()))
    session.flush()


def expire(databases: Databases, store: Store, now: int) -> int:
    """The worker's: remove what nobody sent in its time. How many objects went.

    A row goes first, under the condition that it is still over: a report that is being sent has moved its limit. A store that
    does not answer is noticed before that, and keeps the row for the next round. Raises StoreError.
    """
    with databases.volatile() as session:
        over = list(session.scalars(select(Staged.id).where(Staged.expires <= now)))
    removed = 0
    for blob in over:
        store.size(blob)  # raises where nothing answers
        with databases.volatile.begin() as session:
            gone = session.execute(delete(Staged).where(Staged.id == blob, Staged.expires <= now))
        if gone.rowcount:  # type: ignore[attr-defined]  # a CursorResult
            removed += remove_unclaimed(databases, store, (blob,))
    return removed


def remove_orphans(
    databases: Databases, store: Store, spared: Callable[[str], bool] = lambda _blob: False
) -> int:
    """The worker's: remove objects that no row knows, but for those that are ``spared`` for now. How many went.

    Raises StoreError; database errors pass through.
    """
    ids = (blob for blob, _ in store.list())
    return sum(remove_unclaimed(databases, store, batch, spared) for batch in in_batches(ids))


def remove_unclaimed(
    databases: Databases,
    store: Store,
    blobs: Collection[str],
    spared: Callable[[str], bool] = lambda _blob: False,
) -> int:
    """Remove those of ``blobs`` (at most BATCH) that no row knows and that are not ``spared``. How many went."""
    doomed = [blob for blob in sorted(unclaimed(databases, blobs)) if not spared(blob)]
    for blob in doomed:
        store.delete(blob)
    return len(doomed)


def unclaimed(databases: Databases, blobs: Collection[str]) -> set[str]:
    """Those of ``blobs`` (at most BATCH) that neither a draft nor a case holds."""
    # Staged first: a file that was accepted in between left that table only after it stood in the other.
    with databases.volatile() as session:
        left = set(blobs) - set(session.scalars(select(Staged.id).where(Staged.id.in_(blobs))))
    if left:
        with databases.reading() as session:
            left -= set(session.scalars(select(Evidence.id).where(Evidence.id.in_(left))))
    return left


def in_batches(ids: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """As many as one question names: a store may hold a million."""
    waiting = iter(ids)
    while batch := tuple(islice(waiting, BATCH)):
        yield batch

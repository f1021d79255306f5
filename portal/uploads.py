"""What takes a request's files: each is sealed as its bytes come in, under limits that hold while they do. Knows no page.

A file that is too large, or one too many, is passed over, and the others are kept. Nothing stays of a request whose files no
view took: ``close`` runs whatever happened to it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from flask import request
from sqlalchemy.exc import SQLAlchemyError

from intake.evidence.attachments import Attachment
from intake.evidence.blob import BlobRef
from intake.evidence.receive import attach
from intake.evidence.settings import Limits
from intake.evidence.staging import Receiving, Staging
from intake.evidence.store.protocol import StoreError
from portal.budgets import DayPurse
from portal.words import too_large_words
from templates.web.refusals import FilesBusy, FilesFull, FilesTooLarge, Refused
from templates.web.request import StrictRequest

AT_ONCE = 16
"""Requests of one process that bring files at the same time, a quarter of its threads: slow lines that send files keep nobody
from reading and writing (A6)."""
MAX_GIVEN = 255  # characters kept of a name
_STEP = 4 * 1024 * 1024  # bytes between two looks at the day's purse
_PLACES = threading.BoundedSemaphore(AT_ONCE)


class Turned(StrEnum):
    """Why a file was passed over while the others were kept."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    REPORT_FULL = "report_full"
    DAY_FULL = "day_full"
    STORE = "store"
    """It could not be kept just now."""


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A file that was not kept. ``limit`` is bytes or a number of files, where there is one."""

    given: str
    why: Turned
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """What a draft or a message has left: files, and bytes of all of them."""

    files: int
    size: int

    @classmethod
    def beside(cls, attachments: Iterable[Attachment], limits: Limits) -> Room:
        """The room beside those that are there already."""
        there = list(attachments)
        used = sum(attachment.size for attachment in there)
        return cls(max(0, limits.files_per_report - len(there)), max(0, limits.per_report - used))


class Uploads:
    """The receiver of one request (``templates.web.multipart.Receiver``)."""

    def __init__(self, staging: Staging, limits: Limits, purse: DayPurse, room: Room) -> None:
        self.turned_away: list[TurnedAway] = []
        self._staging, self._limits, self._purse, self._room = staging, limits, purse, room
        self._received: list[tuple[str, BlobRef]] = []
        self._attached: list[Attachment] = []
        self._current: Receiving | None = None
        self._name = ""
        self._placed = False
        self._size = 0  # bytes of this request that were kept
        self._unpaid = 0

    @property
    def limit(self) -> int:
        """Bytes of files that one request may bring: what a report may hold."""
        return self._limits.per_report

    def too_large(self) -> Refused:
        """With the limit."""
        return FilesTooLarge(too_large_words(self._limits.per_report))

    def begin(self, name: str) -> None:
        """A file comes. Raises FilesBusy, FilesFull."""
        self._name = name if len(name) <= MAX_GIVEN else name[: MAX_GIVEN - 55] + name[-55:]
        if not self._placed:
            self._take_place()
        if len(self._received) >= self._room.files:
            self._turn_away(Turned.TOO_MANY, self._limits.files_per_report)
        elif self._purse.empty():
            self._turn_away(Turned.DAY_FULL)
        else:
            with self._storing():
                self._current = self._staging.begin()

    def write(self, data: bytes) -> None:
        """Seal more of it, or pass it over."""
        if (receiving := self._current) is None:
            return
        self._unpaid += len(data)
        if receiving.length + len(data) > self._limits.per_file:
            self._turn_away(Turned.TOO_LARGE, self._limits.per_file)
        elif self._size + receiving.length + len(data) > self._room.size:
            self._turn_away(Turned.REPORT_FULL, self._limits.per_report)
        elif self._unpaid >= _STEP and not self._pay():
            self._turn_away(Turned.DAY_FULL)
        else:
            with self._storing():
                receiving.write(data)

    def finish(self) -> None:
        """It is whole: make it durable."""
        if (receiving := self._current) is None:
            return
        if not receiving.length:
            self._turn_away(Turned.EMPTY)
            return
        with self._storing():
            ref = receiving.finish()
            self._current = None
            self._size += ref.length
            self._received.append((self._name, ref))

    def attach(self, *, keep_original: bool) -> list[Attachment]:
        """Clean what came, file by file. Raises StoreError; database errors pass through."""
        while self._received:
            given, ref = self._received[0]
            attachment = attach(self._staging, ref, given, self._limits.cleaning, keep_original=keep_original)
            self._attached.append(attachment)
            del self._received[0]
        return list(self._attached)

    def kept(self) -> None:
        """A draft holds them now: they are dropped with it, no longer with this request."""
        self._attached.clear()

    def close(self) -> None:
        """Leave nothing that no draft holds. What cannot be removed now, the worker removes."""
        blobs = [ref.id for _, ref in self._received]
        blobs += [blob for attachment in self._attached for blob in attachment.blobs]
        self._received.clear()
        self._attached.clear()
        try:
            with suppress(StoreError, SQLAlchemyError):
                self._abort()
            with suppress(StoreError, SQLAlchemyError):
                if blobs:
                    self._staging.drop(blobs)
            with suppress(SQLAlchemyError):
                self._pay()
        finally:
            if self._placed:
                self._placed = False
                _PLACES.release()

    def _take_place(self) -> None:
        if self._purse.empty() or self._staging.stored_bytes() >= self._limits.per_instance:
            raise FilesFull
        if not _PLACES.acquire(blocking=False):
            raise FilesBusy
        self._placed = True

    def _pay(self) -> bool:
        unpaid, self._unpaid = self._unpaid, 0
        return not unpaid or self._purse.spend(unpaid)

    def _turn_away(self, why: Turned, limit: int = 0) -> None:
        self.turned_away.append(TurnedAway(self._name, why, limit))
        self._abort()

    @contextmanager
    def _storing(self) -> Iterator[None]:
        """A store or a database that fails costs one file, not the report."""
        try:
            yield
        except (StoreError, SQLAlchemyError):
            with suppress(StoreError, SQLAlchemyError):
                self._turn_away(Turned.STORE)

    def _abort(self) -> None:
        receiving, self._current = self._current, None
        if receiving is not None:
            receiving.abort()


def current_uploads() -> Uploads | None:
    """What took the files of the request being served; None: it brought none."""
    return cast("Uploads | None", cast("StrictRequest", request).receiver)

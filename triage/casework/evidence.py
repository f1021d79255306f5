"""The files of a case: which there are, where each came from, and what an officer who opened the case gets of them.

A file opens with the key that its entry names, and the entry lies inside the seals of the report or of a message: whoever
opens these opens it, and nobody else. It knows no page, and where files lie only as a store.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from crypto.errors import BrokenSealError, MalformedError
from crypto.keys import is_id
from intake.casefile import CaseFile, Written
from intake.database.case_tables import ItemKind
from intake.evidence.attachments import Entry
from intake.evidence.blob import BlobRef, read_blob
from intake.evidence.store.protocol import MissingError, Store
from triage.casework.desk import Actor, Desk
from triage.casework.reading import open_to_read
from triage.casework.refusals import NoSuchCaseError

_LISTED = "evidence"
"""Where a report's and a message's content have the list of their files."""
MAX_PROVED = 8 * 1024 * 1024
"""Bytes of a file that is read to its end before anything of it is given away; of a larger one the end comes while it goes."""


class Fault(StrEnum):
    """Why a listed file cannot be given away."""

    UNREADABLE = "unreadable"
    """What is said of it is not what the portal writes."""
    UNPROVED = "unproved"
    """It stands in a message that nobody proved to be the reporter's."""
    TWICE = "twice"
    """Another one is called by the same id."""


class Harm(StrEnum):
    """What happened to a stored file. Values are stored in the paper of an export."""

    MISSING = "missing"
    DAMAGED = "damaged"
    """Altered, cut short, or not the one that was filed."""


class HarmedError(Exception):
    """A stored file is not there as it was filed."""

    def __init__(self, harm: Harm) -> None:
        super().__init__(harm.value)
        self.harm = harm


@dataclass(frozen=True, slots=True)
class Source:
    """Where a file came from: the report (no ``message``), or a message of the reporter."""

    day: date
    message: str = ""
    """The id of the message's item."""


@dataclass(frozen=True, slots=True, repr=False)
class Piece:
    """A file that can be given away."""

    entry: Entry
    source: Source


@dataclass(frozen=True, slots=True)
class Broken:
    """A file that is listed and cannot be given away. It is shown: what is hidden is missed by nobody."""

    source: Source
    fault: Fault


@dataclass(slots=True, repr=False)
class Evidence:
    """All files of a case, in the order in which they came."""

    pieces: list[Piece] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Bytes of all of them together."""
        return sum(piece.entry.blob.length for piece in self.pieces)

    def sources(self) -> list[Source]:
        """Where they came from, each once, the report first."""
        every = [piece.source for piece in self.pieces] + [broken.source for broken in self.broken]
        return list(dict.fromkeys(every))

    def find(self, blob: str) -> Piece | None:
        """The file of this id."""
        return next((piece for piece in self.pieces if piece.entry.id == blob), None)


def evidence_of(file: CaseFile) -> Evidence:
    """The files of an opened case. Never raises: what is broken is told one by one."""
    evidence = Evidence()
    known: set[str] = set()
    filed = Source(date.fromisoformat(file.report["filed"]))
    _add(evidence, known, filed, file.report.get(_LISTED, ()), proved=True)
    for written in file.written:
        if written.kind is ItemKind.MESSAGE and _LISTED in written.content:
            _add(evidence, known, _sent(written), written.content[_LISTED], proved=written.verified)
    evidence.broken.sort(key=lambda each: (each.source.message != "", each.source.day))
    return evidence


def _sent(written: Written) -> Source:
    return Source(written.date, written.id)


def _add(evidence: Evidence, known: set[str], source: Source, listed: Any, *, proved: bool) -> None:
    if not isinstance(listed, (list, tuple)):
        evidence.broken.append(Broken(source, Fault.UNREADABLE))
        return
    for value in listed:
        entry = _read(value)
        if entry is None:
            evidence.broken.append(Broken(source, Fault.UNREADABLE))
        elif not proved:
            evidence.broken.append(Broken(source, Fault.UNPROVED))
        elif entry.id in known:
            evidence.broken.append(Broken(source, Fault.TWICE))
        else:
            known.add(entry.id)
            evidence.pieces.append(Piece(entry, source))


def _read(value: object) -> Entry | None:
    try:
        return Entry.from_json(value) if isinstance(value, dict) else None
    except MalformedError:
        return None


def open_piece(desk: Desk, actor: Actor, case: str, blob: str) -> Piece:
    """A file of a case, after the read was recorded. Raises NoSuchCaseError: no grant, no such case, no such file in it; all
    else as ``reading.read_case``.
    """
    if not is_id(blob):
        raise NoSuchCaseError
    piece = evidence_of(open_to_read(desk, actor, case)).find(blob)
    if piece is None:
        raise NoSuchCaseError
    return piece


def harm_of(store: Store, ref: BlobRef) -> Harm | None:
    """Read a file to its end; None when it is the one that was filed. Raises StoreError."""
    try:
        for _ in contents(store, ref):
            pass
    except HarmedError as error:
        return error.harm
    return None


def given_away(store: Store, ref: BlobRef) -> Iterator[bytes]:
    """The content, piece by piece. A small file is proved whole when this returns, of a larger one the first piece.

    The last piece is held back until the end is proved: whoever got all the bytes that were announced has the whole file.
    Raises HarmedError and StoreError, at once or on the way: then what was given is not the file, and must end as broken.
    """
    pieces = _held_back(contents(store, ref))
    if ref.length <= MAX_PROVED:
        return iter(list(pieces))
    first = next(pieces)
    return _with(first, pieces)


def _with(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _held_back(pieces: Iterator[bytes]) -> Iterator[bytes]:
    last: bytes | None = None
    for piece in pieces:
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def contents(store: Store, ref: BlobRef) -> Iterator[bytes]:
    """The content as it opens: only its end proves it. Raises HarmedError and StoreError on the way."""
    try:
        yield from read_blob(ref, store.read(ref.id))
    except MissingError:
        raise HarmedError(Harm.MISSING) from None
    except BrokenSealError:
        raise HarmedError(Harm.DAMAGED) from None


def cases_beside(file: CaseFile) -> Sequence[tuple[CaseFile, Evidence]]:
    """The cases that are handled together with this one and have files, as far as the same officer opens them."""
    every = ((each, evidence_of(each)) for each in file.beside)
    return [(each, evidence) for each, evidence in every if evidence.pieces or evidence.broken]

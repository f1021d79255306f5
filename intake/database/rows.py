"""Rows as plain values: what a reader gets of a case, without the tables. Everything sealed stays sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class StoredMailbox:
    """A mailbox row; ``sealed`` is None only where somebody emptied it."""

    sealed: bytes | None


@dataclass(frozen=True, slots=True)
class StoredEpoch:
    """The public columns of an epoch."""

    number: int
    public: bytes
    signer: str
    signatures: bytes


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event, with the one key envelope that the reader can open."""

    id: str
    number: int
    kind: str
    date: date
    commitment: bytes
    body: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer, with the reporter's key envelope."""

    id: str
    body: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class StoredDeletion:
    """What is left of a deleted case, with the reporter's key envelope of its last event."""

    case_hash: bytes
    date: date
    why: str
    event: str
    commitment: bytes
    body: bytes
    reporter_key: bytes
    signature: bytes

"""A file of a report or a message: while its sender decides about it, and as it is filed. Knows no page and reads no bytes.

An ``Attachment`` lies in a draft, sealed under the visitor's cookie; an ``Entry`` in what is filed, sealed to the case. An
entry names a file's key, so whoever opens the report opens its evidence, and nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crypto.encoding import from_text, to_text
from crypto.envelope import Place, Purpose, open_, seal
from crypto.errors import MalformedError
from crypto.keys import KeyPair, PublicKeys
from crypto.secret import Secret
from intake.evidence.blob import BlobRef, blob_id, length_of
from intake.evidence.names import safe_name
from intake.evidence.traces import Drop, Findings, Reason
from intake.evidence.types import MEDIA, Kind

UNKNOWN_MEDIA = ("application/octet-stream", "bin")
"""Media type and extension of what could not be cleaned: no program opens it by itself."""


@dataclass(frozen=True, slots=True)
class Custody:
    """A report's custody key, and the case that holds its pair envelopes: the one that was filed, also for a part of it."""

    case: str
    public: PublicKeys


@dataclass(slots=True, repr=False)
class Attachment:
    """A file that somebody added to a draft, what was found in it, and what is to become of it."""

    raw: BlobRef
    """As it was received."""
    given: str
    """The name that came with it; it leaves the draft only in a safe form."""
    kind: str = Kind.OTHER.value
    clean: BlobRef | None = None
    """The cleaned copy; None when it cannot be cleaned (``reason``)."""
    findings: Findings = field(default_factory=Findings)
    reason: Reason | None = None
    drop: frozenset[Drop] = frozenset()
    """Content-like places that were taken out because the sender wanted it."""
    keep_original: bool = False
    """Whether the untouched original is kept for proof, sealed to two custodians."""
    accepted: bool = False
    """Whether a file that cannot be cleaned is sent all the same: the sender's own, explicit choice."""

    def __repr__(self) -> str:
        return "Attachment(…)"

    @property
    def id(self) -> str:
        """What forms call it: random, and of no meaning elsewhere."""
        return self.raw.id

    @property
    def undecided(self) -> bool:
        """Whether its sender has to say first that it is sent uncleaned, or not at all."""
        return self.clean is None and not self.accepted

    @property
    def media_type(self) -> str:
        """Of what an officer gets."""
        return _media(self.kind, cleaned=self.clean is not None)[0]

    @property
    def name(self) -> str:
        """The given name in its safe form, with the ending that its content has."""
        extension = _media(self.kind, cleaned=self.clean is not None)[1]
        if self.clean is not None:
            return safe_name(self.given, extension)
        # The ending it came with stays readable, and no program goes by it.
        return safe_name(self.given.replace(".", "_") + ".x", extension)

    @property
    def blobs(self) -> tuple[str, ...]:
        """Every blob of it."""
        return (self.raw.id,) if self.clean is None else (self.raw.id, self.clean.id)

    @property
    def filed_blobs(self) -> tuple[str, ...]:
        """Those that a report takes along."""
        if self.clean is None:
            return (self.raw.id,)
        return (self.clean.id, self.raw.id) if self.keep_original else (self.clean.id,)

    @property
    def size(self) -> int:
        """Bytes, as its sender counts them."""
        return self.raw.length

    def entry(self, custody: Custody) -> Entry:
        """As it is filed. Raises MalformedError while it is undecided."""
        if self.undecided:
            raise MalformedError("nobody decided whether this file is sent")
        original = None
        if self.clean is not None and self.keep_original:
            sealed = seal(custody.public, Place(Purpose.ORIGINAL, custody.case, self.raw.id), self.raw.key)
            original = Original(custody.case, self.raw.id, self.raw.length, self.raw.sha256, sealed)
        return Entry(
            blob=self.clean or self.raw,
            name=self.name,
            kind=self.kind,
            findings=self.findings,
            reason=self.reason if self.clean is None else None,
            dropped=self.drop if self.clean is not None else frozenset(),
            original=original,
        )

    def as_json(self) -> dict[str, Any]:
        """For the inside of a draft's seal."""
        return {
            "raw": self.raw.as_json(),
            "given": self.given,
            "kind": self.kind,
            "clean": None if self.clean is None else self.clean.as_json(),
            "findings": self.findings.as_json(),
            "reason": None if self.reason is None else self.reason.value,
            "drop": sorted(self.drop),
            "keep_original": self.keep_original,
            "accepted": self.accepted,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Attachment:
        """Undo ``as_json``. Raises MalformedError."""
        try:
            return cls(
                raw=BlobRef.from_json(value["raw"]),
                given=str(value["given"]),
                kind=Kind(value["kind"]).value,
                clean=None if value["clean"] is None else BlobRef.from_json(value["clean"]),
                findings=Findings.from_json(value["findings"]),
                reason=None if value["reason"] is None else Reason(value["reason"]),
                drop=frozenset(Drop(name) for name in value["drop"]),
                keep_original=value["keep_original"] is True,
                accepted=value["accepted"] is True,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise MalformedError("this is no file of a draft") from error


@dataclass(frozen=True, slots=True, repr=False)
class Original(Secret):
    """An untouched original that was kept for proof: two custodians open its key together."""

    case: str
    """Whose custody key it is."""
    blob: str
    length: int
    sha256: bytes
    sealed: bytes
    """The file's key, sealed to the custody key."""

    def open(self, custody: KeyPair) -> BlobRef:
        """What two custodians see. Raises as ``crypto.envelope.open_``."""
        key = open_(custody, Place(Purpose.ORIGINAL, self.case, self.blob), self.sealed)
        return BlobRef(self.blob, key, self.length, self.sha256)

    def as_json(self) -> dict[str, Any]:
        """For the inside of a seal."""
        return {
            "case": self.case,
            "id": self.blob,
            "length": self.length,
            "sha256": to_text(self.sha256),
            "key": to_text(self.sealed),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Original:
        """Undo ``as_json``. Raises MalformedError, KeyError or TypeError."""
        return cls(
            blob_id(value["case"]),
            blob_id(value["id"]),
            length_of(value["length"]),
            from_text(value["sha256"], length=32),
            from_text(value["key"]),
        )


@dataclass(frozen=True, slots=True, repr=False)
class Entry(Secret):
    """A file as it was filed: what an officer gets, and what is said of it."""

    blob: BlobRef
    name: str
    kind: str
    findings: Findings
    reason: Reason | None = None
    """Why it could not be cleaned; None: it is a cleaned copy."""
    dropped: frozenset[Drop] = frozenset()
    original: Original | None = None

    @property
    def id(self) -> str:
        """Its blob's, and the one in addresses of the back office."""
        return self.blob.id

    @property
    def cleaned(self) -> bool:
        """Whether the traces are out of it."""
        return self.reason is None

    @property
    def media_type(self) -> str:
        """For a download; never one that a browser runs."""
        return _media(self.kind, cleaned=self.cleaned)[0]

    def as_json(self) -> dict[str, Any]:
        """For the inside of a report's or a message's seal."""
        value: dict[str, Any] = {
            "blob": self.blob.as_json(),
            "name": self.name,
            "kind": self.kind,
            "findings": self.findings.as_json(),
        }
        if self.reason is not None:
            value["reason"] = self.reason.value
        if self.dropped:
            value["dropped"] = sorted(self.dropped)
        if self.original is not None:
            value["original"] = self.original.as_json()
        return value

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Entry:
        """Undo ``as_json``. A name is made safe again: whoever sealed it may not have been this portal.

        Raises MalformedError.
        """
        try:
            reason = Reason(value["reason"]) if "reason" in value else None
            kind = Kind(value["kind"]).value
            extension = _media(kind, cleaned=reason is None)[1]
            original = value.get("original")
            return cls(
                blob=BlobRef.from_json(value["blob"]),
                name=safe_name(str(value["name"]), extension),
                kind=kind,
                findings=Findings.from_json(value["findings"]),
                reason=reason,
                dropped=frozenset(Drop(name) for name in value.get("dropped", ())),
                original=None if original is None else Original.from_json(original),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise MalformedError("this is no filed evidence") from error


def entries_in(content: Mapping[str, Any]) -> list[Entry]:
    """The files of a report's or a message's content; a content of before there were files has none.

    Raises MalformedError, also when one file is named twice.
    """
    listed = content.get("evidence", [])
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise MalformedError("this is no list of evidence")
    entries = [Entry.from_json(each) for each in listed]
    if len({entry.id for entry in entries}) != len(entries):
        raise MalformedError("a file is listed twice")
    return entries


def entries_of(attachments: Sequence[Attachment], custody: Custody) -> list[dict[str, Any]]:
    """What goes into the content that is sealed. Raises MalformedError while one is undecided."""
    return [attachment.entry(custody).as_json() for attachment in attachments]


def filed_and_left(attachments: Iterable[Attachment]) -> tuple[set[str], set[str]]:
    """Which blobs a report takes along, and which are removed when it was accepted."""
    filed: set[str] = set()
    every: set[str] = set()
    for attachment in attachments:
        filed.update(attachment.filed_blobs)
        every.update(attachment.blobs)
    return filed, every - filed


def _media(kind: str, *, cleaned: bool) -> tuple[str, str]:
    return MEDIA.get(Kind(kind), UNKNOWN_MEDIA) if cleaned else UNKNOWN_MEDIA

"""An opened mailbox: the code's master, messages that wait until their sender decided about files, and a detriment that is
being told. Stores nothing.

All of it lies sealed under the visitor's cookie for as long as the mailbox is open. Knows no HTTP.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crypto.encoding import canonical_json, from_text, pack, parse_object, to_text
from crypto.errors import MalformedError
from crypto.keys import is_id, new_id
from intake.drafts import Draft
from intake.evidence.attachments import Attachment

VERSION = 1
MAX_WAITING = 8
"""Messages to different parts of one report. One more, and the oldest goes: nobody fills the store with them."""
MAX_BYTES = 2 * 1024 * 1024
_MASTER_BYTES = 32
_ITEM_BYTES = 16  # an id's


@dataclass(slots=True, repr=False)
class Waiting:
    """A message to one case of the report, while it is written."""

    id: str = field(default_factory=new_id)
    part: int = 0
    text: str = ""
    files: list[Attachment] = field(default_factory=list)

    def __repr__(self) -> str:
        return "Waiting(…)"

    @property
    def item(self) -> str:
        """What it is sent under: one id for the same words and files, so that what is sent twice comes once, and another one
        for whatever was changed, so that no word is taken for one that was sent.
        """
        files = [
            pack(each.raw.sha256, ",".join(sorted(each.drop)).encode(), bytes([each.keep_original]))
            for each in self.files
        ]
        parts = pack(self.id.encode(), str(self.part).encode(), self.text.encode(), *files)
        return to_text(hashlib.sha256(b"underseal/v1/message" + parts).digest()[:_ITEM_BYTES])

    @property
    def blobs(self) -> list[str]:
        """Everything that is sealed for it."""
        return blobs_of(self.files)

    def as_json(self) -> dict[str, Any]:
        """For the inside of the session's seal."""
        files = [each.as_json() for each in self.files]
        return {"id": self.id, "part": self.part, "text": self.text, "files": files}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Waiting:
        """Undo ``as_json``. Raises MalformedError."""
        try:
            files = [Attachment.from_json(each) for each in value["files"]]
            if is_id(value["id"]):
                return cls(value["id"], int(value["part"]), str(value["text"]), files)
        except (KeyError, TypeError, ValueError) as error:
            raise MalformedError("this is no message that waits") from error
        raise MalformedError("this is no message that waits")


@dataclass(slots=True, repr=False)
class OpenedMailbox:
    """What the cookie of an opened mailbox leads to."""

    master: bytes
    waiting: list[Waiting] = field(default_factory=list)
    """At most one for each part."""
    entry: Draft | None = None
    """A detriment that is being told."""

    def __repr__(self) -> str:
        return "OpenedMailbox(…)"

    def to(self, part: int) -> Waiting | None:
        """The message that waits for this part."""
        return next((each for each in self.waiting if each.part == part), None)

    def wait(self, message: Waiting) -> list[str]:
        """Let it wait, with the files of one that waited for the same part. Blobs that nobody needs any more."""
        there = self.to(message.part)
        if there is not None and there.id != message.id:
            message.files[:0] = there.files
        self.forget(message.part)
        self.waiting.append(message)
        gone, self.waiting = self.waiting[:-MAX_WAITING], self.waiting[-MAX_WAITING:]
        return [blob for each in gone for blob in each.blobs]

    def forget(self, part: int) -> None:
        """It was sent, or thrown away."""
        self.waiting = [each for each in self.waiting if each.part != part]

    @property
    def blobs(self) -> list[str]:
        """Everything that is sealed for what nobody sent yet."""
        return [blob for each in self.waiting for blob in each.blobs] + blobs_of(self.files_told)

    @property
    def files_told(self) -> list[Attachment]:
        """The files of the detriment that is being told."""
        return [] if self.entry is None else self.entry.files

    def to_bytes(self) -> bytes:
        """For the session's seal."""
        waiting = [each.as_json() for each in self.waiting]
        told = {} if self.entry is None else {"entry": to_text(self.entry.to_bytes())}
        return canonical_json({"v": VERSION, "master": to_text(self.master), "waiting": waiting, **told})

    @classmethod
    def from_bytes(cls, data: bytes) -> OpenedMailbox:
        """Undo ``to_bytes``, or what earlier releases kept: the master alone. Raises MalformedError."""
        if len(data) == _MASTER_BYTES:
            return cls(data)
        value = parse_object(data, limit=MAX_BYTES)
        try:
            master = from_text(value["master"], length=_MASTER_BYTES)
            entry = Draft.from_bytes(from_text(value["entry"])) if "entry" in value else None
            return cls(master, [Waiting.from_json(each) for each in value["waiting"]], entry)
        except (KeyError, TypeError) as error:
            raise MalformedError("this is no opened mailbox") from error


def blobs_of(files: Iterable[Attachment]) -> list[str]:
    """Every blob of these."""
    return [blob for each in files for blob in each.blobs]

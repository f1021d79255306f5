"""A message that waits in an opened mailbox until its sender decided about its files. Knows no HTTP and stores nothing.

It lies beside the code's master, sealed under the visitor's cookie, for as long as the mailbox is open.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crypto.encoding import pack, to_text
from crypto.errors import MalformedError
from crypto.keys import is_id, new_id
from intake.evidence.attachments import Attachment

_ITEM_BYTES = 16  # an id's


@dataclass(slots=True, repr=False)
class Waiting:
    """One message at a time, for one case of the report."""

    id: str = field(default_factory=new_id)
    text: str = ""
    part: int = 0
    files: list[Attachment] = field(default_factory=list)

    def __repr__(self) -> str:
        return "Waiting(…)"

    @property
    def item(self) -> str:
        """The id that it is sent under: the same for the same words and files, so that a repeated send comes once, and another
        for what was changed meanwhile, so that no word is taken for one that was sent.
        """
        number = str(self.part).encode()
        parts = pack(self.id.encode(), self.text.encode(), number, *(each.id.encode() for each in self.files))
        return to_text(hashlib.sha256(b"underseal/v1/message" + parts).digest()[:_ITEM_BYTES])

    @property
    def decided(self) -> bool:
        """Whether nothing of its files has to be said first."""
        return not any(each.undecided for each in self.files)

    def as_json(self) -> dict[str, Any]:
        """For the inside of the session's seal."""
        return {
            "id": self.id,
            "text": self.text,
            "part": self.part,
            "files": [each.as_json() for each in self.files],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Waiting:
        """Undo ``as_json``. Raises MalformedError."""
        try:
            if not is_id(value["id"]):
                raise MalformedError("this is no waiting message")
            files = [Attachment.from_json(each) for each in value["files"]]
            return cls(value["id"], str(value["text"]), int(value["part"]), files)
        except (KeyError, TypeError, ValueError) as error:
            raise MalformedError("this is no waiting message") from error

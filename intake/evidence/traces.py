"""What the cleaning of a file says: traces found, removed and left, and why a file cannot be cleaned.

Values with codes; the words are in ``words``. Codes are stored and sent, so none is ever renamed or used again. Nothing of a
file's content, names included, stands in a value of this module.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Trace(StrEnum):
    """Something that can lead to a person, or that a reader does not see at first sight."""

    PLACE = "place"
    CAMERA = "camera"
    SERIAL = "serial"
    TIME = "time"
    AUTHOR = "author"
    COMMENT_AUTHOR = "comment_author"
    DESCRIPTION = "description"
    SOFTWARE = "software"
    THUMBNAIL = "thumbnail"
    COLOUR_PROFILE = "colour_profile"
    METADATA = "metadata"
    IDENTIFIER = "identifier"
    REVISION_ID = "revision_id"
    TRACKED_CHANGE = "tracked_change"
    TRACKED_MOVE = "tracked_move"
    EARLIER_VERSION = "earlier_version"
    CUSTOM_DATA = "custom_data"
    TEMPLATE_PATH = "template_path"
    LOCAL_PATH = "local_path"
    REMOTE_REFERENCE = "remote_reference"
    MACRO = "macro"
    SCRIPT = "script"
    ACTION = "action"
    PRINTER = "printer"
    SIGNATURE = "signature"
    EMBEDDED_FILE = "embedded_file"
    EMBEDDED_FONT = "embedded_font"
    HIDDEN_DATA = "hidden_data"
    EXTRA_TRACK = "extra_track"
    COVER_PICTURE = "cover_picture"
    FIELD = "field"
    PROTECTION = "protection"
    EXTENSION = "extension"
    MAIL_HEADER = "mail_header"
    FILE_NAME = "file_name"
    HIDDEN_SLIDE = "hidden_slide"
    HIDDEN_SHEET = "hidden_sheet"
    HIDDEN_CELLS = "hidden_cells"
    HIDDEN_TEXT = "hidden_text"
    COMMENT = "comment"
    NOTE = "note"
    HEADER = "header"
    ALT_TEXT = "alt_text"
    LAYER = "layer"
    LINK = "link"
    FORM_FIELD = "form_field"
    PATH_IN_TEXT = "path_in_text"
    INVISIBLE_CHARACTER = "invisible_character"
    MAIL_ADDRESS = "mail_address"
    CACHED_DATA = "cached_data"


class Reason(StrEnum):
    """Why a file cannot be cleaned."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN = "unknown"
    UNSUPPORTED = "unsupported"
    TWO_TYPES = "two_types"
    ENCRYPTED = "encrypted"
    OLD_OFFICE = "old_office"
    DAMAGED = "damaged"
    NOT_UNDERSTOOD = "not_understood"
    TOO_COMPLEX = "too_complex"
    TOO_DEEP = "too_deep"
    NESTED = "nested"
    STILL_TRACED = "still_traced"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASHED = "crashed"
    BUSY = "busy"


class Drop(StrEnum):
    """Content-like places that are taken out only when somebody chooses so."""

    HIDDEN = "hidden"
    COMMENTS = "comments"
    NOTES = "notes"
    HEADERS = "headers"


class NotCleanableError(Exception):
    """No clean copy can be made. ``detail`` is a fixed technical word of ours, never something from the file."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason.value}: {detail}" if detail else reason.value)
        self.reason = reason
        self.detail = detail


@dataclass(slots=True)
class Findings:
    """Counts for each code: what was taken out, and what is still there because it may be content."""

    removed: Counter[Trace] = field(default_factory=Counter)
    left: Counter[Trace] = field(default_factory=Counter)

    def as_json(self) -> dict[str, dict[str, int]]:
        """The counts as plain values; ``found`` is the sum of the others."""
        found = self.removed + self.left
        return {
            name: {trace.value: count for trace, count in sorted(counts.items()) if count}
            for name, counts in (("found", found), ("removed", self.removed), ("left", self.left))
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Findings:
        """What ``as_json`` made. Raises ValueError or KeyError for anything else: the sandbox's word is not trusted."""
        read = []
        for name in ("removed", "left"):
            counts: Counter[Trace] = Counter()
            for code, count in dict(value[name]).items():
                if type(count) is not int or not 0 < count < 2**53:
                    raise ValueError("a count is a positive whole number")
                counts[Trace(code)] = count
            read.append(counts)
        return cls(*read)


@dataclass(frozen=True, slots=True)
class CleanCopy:
    """What is known of a clean copy that went elsewhere: ``kind`` is the value of a ``types.Kind``, ``size`` its bytes."""

    kind: str
    media_type: str
    extension: str
    size: int
    findings: Findings


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A clean copy. ``kind`` is the value of a ``types.Kind``."""

    kind: str
    media_type: str
    extension: str
    data: bytes = field(repr=False)
    findings: Findings

    def header(self) -> bytes:
        """Everything but the data, as the sandbox sends it."""
        value = {
            "kind": self.kind,
            "media_type": self.media_type,
            "extension": self.extension,
            "size": len(self.data),
            "findings": self.findings.as_json(),
        }
        return json.dumps(value).encode()

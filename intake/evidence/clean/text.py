"""Plain text: not a byte is changed; it is checked to be text, and what a reader does not see in it is said."""

from __future__ import annotations

import re
import unicodedata

from intake.evidence.clean.job import Job, damaged
from intake.evidence.traces import Trace
from intake.evidence.types import decode_text

LOCAL_PATH = re.compile(
    r"(?:(?<![a-zA-Z])[a-zA-Z]:[\\/](?![\\/])|\\\\[\w.$-]+\\|file:|(?<![\w/:.])/(?:home|Users|root|mnt|media|Volumes|var|tmp)/)",
    re.IGNORECASE,
)
"""A place on somebody's own machine or network."""


def clean(data: bytes, job: Job) -> bytes:
    """The same bytes."""
    text = decode_text(data)
    if text is None:
        damaged("text")
    note_text(text, job)
    return data


def note_text(text: str, job: Job) -> None:
    """Say what stays in a text: characters nobody sees (they can mark one reader's copy), and places on a machine."""
    job.left(
        Trace.INVISIBLE_CHARACTER, sum(unicodedata.category(each) == "Cf" for each in text if each > "\x7f")
    )
    job.left(Trace.PATH_IN_TEXT, count_paths(text))


def count_paths(text: str) -> int:
    """How many places on a machine a text names. Most lines name none, and looking closely is slow."""
    return sum(
        len(LOCAL_PATH.findall(line))
        for line in text.splitlines()
        if "\\" in line or "/" in line or ":" in line
    )

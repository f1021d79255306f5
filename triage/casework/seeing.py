"""What an officer sees of a file without opening it: the sandbox's pixels and plain text. It keeps nothing.

A view comes only of a file that was read to its end: the sandbox's answer counts only when it took every byte, and after the
last one stands the proof of the whole.
"""

from __future__ import annotations

from intake.evidence.store.protocol import Store
from intake.evidence.types import Kind
from intake.evidence.viewer import NoSuchPartError, view_stream
from intake.evidence.views import View
from triage.casework.evidence import Piece, contents

__all__ = ["NoSuchPartError", "is_paged", "see"]

_PAGED = frozenset({Kind.PDF, Kind.JPEG, Kind.PNG, Kind.GIF, Kind.WEBP, Kind.TIFF, Kind.HEIF})
"""Of these one look brings the first page and how many there are."""


def is_paged(piece: Piece) -> bool:
    """Whether it is seen page by page; everything else as its words, and the pictures in it."""
    return piece.entry.kind in _PAGED


def see(store: Store, piece: Piece, part: int | None) -> View:
    """One view of a cleaned file; of a file of pages the first page, where no ``part`` is asked for.

    Raises NoSuchPartError, HarmedError, StoreError; OSError when no sandbox starts.
    """
    ref = piece.entry.blob
    if part is None and is_paged(piece):
        part = 1
    return view_stream(contents(store, ref), ref.length, part)

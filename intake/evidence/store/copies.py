"""Sealed files in the second copy: flushed to another place before the report that they belong to is accepted (P8).

They lie beside the bundles of rows, under the same ids as in the store, and say as little. It opens no seal: whether a copy is
whole is compared by its length here, and proved by its seal when it is read.
"""

from __future__ import annotations

from pathlib import Path

from intake.evidence.settings import DEFAULT_FOLDER
from intake.evidence.store.directory import DirectoryStore
from intake.evidence.store.protocol import MissingError, Store, StoreError


def copies_in(copy_directory: Path) -> DirectoryStore:
    """The store of copies in ``copy_directory``, which must exist. Raises StoreError when the place is full or gone."""
    store = DirectoryStore(copy_directory / DEFAULT_FOLDER)
    with store.refusing():
        store.path.mkdir(mode=0o700, exist_ok=True)
    return store


def copy_blob(store: Store, blob_id: str, target: DirectoryStore) -> None:
    """Copy a whole object, durably, unless it is there already. Raises MissingError, StoreError: no part is left then."""
    size = store.size(blob_id)
    if size is None:
        raise MissingError("a sealed file is not in the store")
    if target.size(blob_id) == size:
        return
    target.delete(blob_id)
    incoming, copied = target.create(blob_id), 0
    try:
        for piece in store.read(blob_id):
            incoming.write(piece)
            copied += len(piece)
    except BaseException:
        incoming.abort()
        raise
    if copied != size:
        incoming.abort()
        raise StoreError("a sealed file changed its length while it was copied")
    incoming.commit()

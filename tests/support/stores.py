"""Stores of sealed files in tests: something to put into them."""

from __future__ import annotations

from crypto.keys import new_id
from intake.evidence.store.protocol import Store


def put(store: Store, content: bytes, blob_id: str | None = None) -> str:
    """Store ``content`` and return its id."""
    blob_id = blob_id or new_id()
    incoming = store.create(blob_id)
    for start in range(0, len(content), 300_000):
        incoming.write(content[start : start + 300_000])
    incoming.commit()
    return blob_id

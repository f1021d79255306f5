"""Where sealed files lie: a directory, or storage that speaks S3. Nobody here knows a key of a file, or a case."""

from __future__ import annotations

from intake.evidence.settings import DirectoryPlace, EvidenceSettings
from intake.evidence.store.directory import DirectoryStore
from intake.evidence.store.protocol import Store


def open_store(settings: EvidenceSettings) -> Store:
    """The store of an instance, as one process may use it. Reaches for nothing yet."""
    if isinstance(settings.place, DirectoryPlace):
        return DirectoryStore(settings.place.path)
    # Loaded only where it is used: a directory needs no HTTP client in the portal's memory.
    from intake.evidence.store.objects import ObjectStore

    return ObjectStore(settings.place)

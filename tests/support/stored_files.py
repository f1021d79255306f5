"""Files of reports, for stories about what becomes of them: received, filed, sent later, and looked for in the store."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from crypto.keys import new_id
from intake.database.evidence_tables import Evidence
from intake.drafts import Draft
from intake.evidence.attachments import Attachment
from intake.evidence.blob import BlobRef
from intake.evidence.store.directory import DirectoryStore
from intake.evidence.traces import Reason
from tests.support.instances import Instance
from tests.support.reports import EVIDENCE, Filed, Offices, water_report


def store_of(instance: Instance) -> DirectoryStore:
    """Where an instance's sealed files lie."""
    return DirectoryStore(instance.directory / EVIDENCE)


def received(offices: Offices, content: bytes) -> Attachment:
    """A file that cannot be cleaned, and whose sender sends it all the same."""
    receiving = offices.staging.begin()
    receiving.write(content)
    return Attachment(receiving.finish(), "bill.pdf", reason=Reason.ENCRYPTED, accepted=True)


def file_with(offices: Offices, *contents: bytes, draft: Draft | None = None) -> tuple[Filed, list[BlobRef]]:
    """File a report that takes files along."""
    draft = draft or water_report()
    draft.files = [received(offices, content) for content in contents]
    return offices.file(draft), [attachment.raw for attachment in draft.files]


def send_with(filed: Filed, content: bytes) -> BlobRef:
    """The reporter sends a message that brings a file along."""
    attachment = received(filed.offices, content)
    filed.offices.mailbox.write(filed.master, "Here is more.", 0, [attachment])
    return attachment.raw


def lost_object(instance: Instance) -> str:
    """An object that no row knows: whatever wrote it was stopped."""
    incoming = store_of(instance).create(blob := new_id())
    incoming.write(b"nobody knows this")
    incoming.commit()
    return blob


def objects(place: Instance | Path) -> set[str]:
    """What lies in a store."""
    store = store_of(place) if isinstance(place, Instance) else DirectoryStore(place)
    return {blob for blob, _ in store.list()}


def rows(instance: Instance) -> set[str]:
    """Which files must exist."""
    with instance.owner.reading() as session:
        return set(session.scalars(select(Evidence.id)))

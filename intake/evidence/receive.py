"""From a file that was received to one that its sender can decide about: found out, cleaned in the sandbox, sealed again.

It opens what was sealed a moment ago piece by piece, and holds no file in memory. Knows no HTTP and no page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from intake.evidence import sandbox
from intake.evidence.attachments import Attachment
from intake.evidence.blob import BlobRef, read_blob
from intake.evidence.staging import Receiving, Staging
from intake.evidence.traces import CleanCopy, Drop, NotCleanableError, Reason
from intake.evidence.types import Kind


def attach(staging: Staging, raw: BlobRef, given: str, cleaning: int, *, keep_original: bool) -> Attachment:
    """``raw`` as a file of a draft, with a clean copy or the reason why there is none.

    ``cleaning``: bytes; a larger file counts as not cleanable. Raises StoreError and BrokenSealError, and database errors.
    """
    return clean_again(staging, Attachment(raw, given, keep_original=keep_original), cleaning)


def clean_again(
    staging: Staging, attachment: Attachment, cleaning: int, drop: frozenset[Drop] = frozenset()
) -> Attachment:
    """``attachment`` cleaned afresh from what was received, without what ``drop`` names. Its old copy is the caller's to drop.

    Raises as ``attach``.
    """
    try:
        ref, copy = _clean(staging, attachment.raw, cleaning, drop)
    except NotCleanableError as error:
        return replace(attachment, clean=None, kind=Kind.OTHER.value, reason=error.reason, drop=drop)
    return replace(
        attachment,
        clean=ref,
        kind=copy.kind,
        findings=copy.findings,
        reason=None,
        drop=drop,
        accepted=False,
    )


def _clean(staging: Staging, raw: BlobRef, cleaning: int, drop: frozenset[Drop]) -> tuple[BlobRef, CleanCopy]:
    # Asked before anything is read: no piece of a large file goes into a sandbox that would refuse it.
    if raw.length > cleaning:
        raise NotCleanableError(Reason.TOO_LARGE)
    limits = replace(
        sandbox.DEFAULT, size=cleaning, output=cleaning + sandbox.DEFAULT.output - sandbox.DEFAULT.size
    )
    receiving = staging.begin()
    try:
        pieces = read_blob(raw, staging.store.read(raw.id))
        copy = sandbox.clean_stream(pieces, raw.length, drop, _into(receiving), limits)
    except OSError:
        # No process starts: the machine is out of something, and a later try may find it.
        receiving.abort()
        raise NotCleanableError(Reason.BUSY) from None
    except BaseException:
        receiving.abort()
        raise
    return receiving.finish(), copy


def _into(receiving: Receiving) -> Callable[[bytes], None]:
    def out(piece: bytes) -> None:
        receiving.write(piece)

    return out

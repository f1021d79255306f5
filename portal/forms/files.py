"""The fields about files, the same in the form and in the mailbox: what was ticked becomes a choice of one file. No page.

A file is named by its random id, as a value: the names of fields stay few, and another tab's files are never confused. Only
what the page showed (``files``) can be unticked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from intake.evidence.attachments import Attachment
from intake.evidence.receive import clean_again
from intake.evidence.staging import Staging
from intake.evidence.traces import Drop, Reason

Form = MultiDict[str, str]

FIELD = "evidence"
ONCE = ("traces", "files")
REPEATABLE = ("file_original", "file_take", "file_send", "file_drop")
REMOVE, KEEP = "remove", "keep"


@dataclass(slots=True)
class Choices:
    """What a form says of files that are there already."""

    shown: frozenset[str]
    original: frozenset[str]
    send: frozenset[str]
    drop: frozenset[str]
    take: dict[str, frozenset[Drop]] = field(default_factory=dict)

    @classmethod
    def read(cls, form: Form) -> Choices:
        """From the fields; what names no file of the page is nothing."""
        take: dict[str, set[Drop]] = {}
        for value in form.getlist("file_take"):
            word, _, identifier = value.partition(".")
            if word in set(Drop):
                take.setdefault(identifier, set()).add(Drop(word))
        return cls(
            shown=frozenset(form.get("files", "").split()),
            original=frozenset(form.getlist("file_original")),
            send=frozenset(form.getlist("file_send")),
            drop=frozenset(form.getlist("file_drop")),
            take={identifier: frozenset(words) for identifier, words in take.items()},
        )


def keeps_original(form: Form) -> bool:
    """Whether the files of this form come with their untouched originals."""
    return form.get("traces") == KEEP


def traces_are_said(form: Form) -> bool:
    """Whether ``traces`` is one of its words, or left out."""
    return form.get("traces", REMOVE) in {REMOVE, KEEP}


def apply_choices(
    staging: Staging, attachments: Sequence[Attachment], choices: Choices, cleaning: int
) -> tuple[list[Attachment], list[str]]:
    """The files as they are now, and blobs that nobody needs any more: drop them once the first is kept.

    Raises StoreError; database errors pass through.
    """
    after: list[Attachment] = []
    for attachment in attachments:
        if attachment.id not in choices.drop:
            after.append(_chosen(staging, attachment, choices, cleaning))
    return after, sorted(set(_blobs(attachments)) - set(_blobs(after)))


def take_out(attachments: list[Attachment], gone: Collection[str]) -> list[Attachment]:
    """Leave out the files of which a blob is ``gone``; which ones that are."""
    lost = [each for each in attachments if not set(gone).isdisjoint(each.blobs)]
    attachments[:] = [each for each in attachments if each not in lost]
    return lost


def _chosen(staging: Staging, attachment: Attachment, choices: Choices, cleaning: int) -> Attachment:
    if attachment.id not in choices.shown:
        return attachment
    take = choices.take.get(attachment.id, frozenset())
    if attachment.clean is None:
        attachment.accepted = attachment.id in choices.send
    else:
        attachment.keep_original = attachment.id in choices.original
    # Nothing was wrong with a file that found no free place: it gets another try by itself.
    if attachment.reason is Reason.BUSY or (attachment.clean is not None and take != attachment.drop):
        return clean_again(staging, attachment, cleaning, take)
    return attachment


def _blobs(attachments: Iterable[Attachment]) -> list[str]:
    return [blob for attachment in attachments for blob in attachment.blobs]

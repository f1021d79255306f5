"""A file as its sender sees it: found, removed and left, in plain words. The words of codes are ``intake.evidence.words``'."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import LazyString, format_decimal, gettext, lazy_gettext, ngettext

from intake.evidence.attachments import Attachment
from intake.evidence.names import safe_name
from intake.evidence.settings import Limits
from intake.evidence.traces import Drop, Reason, Trace
from intake.evidence.types import Kind
from intake.evidence.words import REASONS, TRACES
from portal.uploads import Turned, TurnedAway
from portal.words import size_words
from templates.web.lists import listed_names

_ = lazy_gettext

_TAKES: Mapping[Drop, frozenset[Trace]] = {
    Drop.HIDDEN: frozenset({Trace.HIDDEN_SLIDE, Trace.HIDDEN_SHEET, Trace.HIDDEN_CELLS, Trace.HIDDEN_TEXT}),
    Drop.COMMENTS: frozenset({Trace.COMMENT}),
    Drop.NOTES: frozenset({Trace.NOTE}),
    Drop.HEADERS: frozenset({Trace.HEADER}),
}
_COUNTED = frozenset(
    {Trace.AUTHOR, Trace.EARLIER_VERSION, Trace.EMBEDDED_FILE, Trace.HIDDEN_SLIDE, Trace.HIDDEN_SHEET, Trace.COMMENT,
     Trace.NOTE, Trace.LINK, Trace.MAIL_ADDRESS}
)  # fmt: skip
"""What people count; of the rest, a number would only say how a program counts."""
_DROPS: Mapping[Drop, LazyString] = {
    Drop.HIDDEN: _("Take out what is hidden"),
    Drop.COMMENTS: _("Take out the comments"),
    Drop.NOTES: _("Take out the speaker notes"),
    Drop.HEADERS: _("Take out headers and footers"),
}
_MEANS: Mapping[Trace, LazyString] = {
    Trace.HIDDEN_SLIDE: _("Whoever gets the file can show them."),
    Trace.HIDDEN_SHEET: _("Whoever gets the file can show them."),
    Trace.HIDDEN_CELLS: _("Whoever gets the file can show them."),
    Trace.HIDDEN_TEXT: _("Whoever gets the file can make it visible."),
    Trace.COMMENT: _("The names beside them are gone. The words can still tell who wrote them."),
    Trace.NOTE: _("They can name people, or say who speaks."),
    Trace.HEADER: _("They often hold a name, a department or a number."),
    Trace.ALT_TEXT: _("They can name people."),
    Trace.LAYER: _("Whoever gets the file can show them."),
    Trace.LINK: _("An address can hold a name or a number that only you got."),
    Trace.FORM_FIELD: _("What was typed in them stays readable."),
    Trace.PATH_IN_TEXT: _("They can hold your login name."),
    Trace.INVISIBLE_CHARACTER: _(
        "They can tell whose copy this is. Type the text again if you are not sure."
    ),
    Trace.MAIL_ADDRESS: _("A mail without them would be no proof. Do not send it if one of them is yours."),
    Trace.CACHED_DATA: _("There can be more in them than the page shows."),
}
_TURNED: Mapping[Turned, LazyString] = {
    Turned.EMPTY: _("The file is empty. Choose it again."),
    Turned.DAY_FULL: _("No more files can be taken today. Send your report, and this file later in your mailbox."),
    Turned.STORE: _("The file could not be kept just now. Wait a minute, and add it again."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileWords:
    """One file, as a page shows it."""

    id: str
    name: str
    size: str
    cleaned: bool
    removed: list[str]
    left: list[tuple[str, str]]
    """What is still there, and what that means."""
    why: str
    """Why it could not be cleaned."""
    again: bool
    """Whether another try may help."""
    takes: list[tuple[str, str, bool]]
    """What can be taken out: the field's value, its words, whether it was."""
    original: bool
    accepted: bool


def file_words(attachments: Iterable[Attachment]) -> list[FileWords]:
    """Every file, in the order in which they came."""
    return [_words_of(attachment) for attachment in attachments]


def turned_words(turned: TurnedAway) -> tuple[str, str]:
    """Name and sentence of a file that was not kept."""
    if turned.why is Turned.TOO_LARGE:
        why = gettext("The file is larger than %(size)s. Send a part of it.", size=size_words(turned.limit))
    elif turned.why is Turned.REPORT_FULL:
        why = gettext(
            "With this file they would be more than %(size)s together. Leave it out, or remove another one.",
            size=size_words(turned.limit),
        )
    elif turned.why is Turned.TOO_MANY:
        why = ngettext(
            "There can be %(num)s file. Remove one to add this one.",
            "There can be %(num)s files. Remove one to add this one.",
            turned.limit,
        )
    else:
        why = str(_TURNED[turned.why])
    return _given_words(turned.given), why


def gone_words(lost: Iterable[Attachment]) -> str:
    """What to say of files that are not there any more, when they were to be sent."""
    words: str = gettext(
        "Nothing was sent yet: these files were kept for too long, or were sent before, and are not here any more: %(names)s."
        " Add them again if you want to send them.",
        names=listed_names(each.name for each in file_words(lost)),
    )
    return words


def limit_words(limits: Limits) -> dict[str, object]:
    """What may come, to be told before anybody chooses."""
    return {
        "file": size_words(limits.per_file),
        "report": size_words(limits.per_report),
        "cleaning": size_words(limits.cleaning),
        "files": limits.files_per_report,
    }


def _words_of(attachment: Attachment) -> FileWords:
    reason = attachment.reason
    return FileWords(
        id=attachment.id,
        name=attachment.name if attachment.clean is not None else _given_words(attachment.given),
        size=size_words(attachment.size),
        cleaned=attachment.clean is not None,
        removed=[_found(trace, count) for trace in Trace if (count := attachment.findings.removed[trace])],
        left=[
            (_found(trace, count), str(_MEANS.get(trace, "")))
            for trace in Trace
            if (count := attachment.findings.left[trace])
        ],
        why="" if reason is None else gettext(REASONS[reason]),
        again=reason is Reason.BUSY,
        takes=list(_takes(attachment)),
        original=attachment.keep_original,
        accepted=attachment.accepted,
    )


def _found(trace: Trace, count: int) -> str:
    """“names of authors (3)”."""
    words = gettext(TRACES[trace])
    if count < 2 or trace not in _COUNTED:
        return str(words)
    return str(gettext("%(what)s (%(num)s)", what=words, num=format_decimal(count)))


def _takes(attachment: Attachment) -> Iterable[tuple[str, str, bool]]:
    if attachment.clean is None:
        return
    for drop, traces in _TAKES.items():
        if attachment.kind == Kind.PDF.value and drop is not Drop.COMMENTS:
            continue  # of a PDF, comments alone can be taken out
        taken = drop in attachment.drop
        if taken or any(attachment.findings.left[trace] for trace in traces):
            yield f"{drop.value}.{attachment.id}", str(_DROPS[drop]), taken


def _given_words(given: str) -> str:
    """The name as it came, in its safe form: for its sender's eyes alone."""
    ending = given.rpartition(".")[2]
    known = ending != given and len(ending) <= 8 and ending.isascii() and ending.isalnum()
    return safe_name(given, ending) if known else safe_name(given, "x").removesuffix(".x")

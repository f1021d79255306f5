"""The plain words for the codes of ``traces``: message ids. Pages give them to gettext, the command prints them as they are."""

from __future__ import annotations

from collections.abc import Mapping

from intake.evidence.traces import NotCleanableError, Reason, Trace
from intake.evidence.views import Fact, Label, Note


def translatable(text: str) -> str:
    """``text``, marked for those who collect the portal's words; pages ask gettext for it later."""
    return text


TRACES: Mapping[Trace, str] = {
    Trace.PLACE: translatable("the place where it was taken or made"),
    Trace.CAMERA: translatable("the make or model of the device"),
    Trace.SERIAL: translatable("the serial number of a device"),
    Trace.TIME: translatable("dates and times"),
    Trace.AUTHOR: translatable("names of authors"),
    Trace.COMMENT_AUTHOR: translatable("names and dates beside comments"),
    Trace.DESCRIPTION: translatable("descriptions and remarks that are not shown"),
    Trace.SOFTWARE: translatable("the software that made it"),
    Trace.THUMBNAIL: translatable("small preview pictures"),
    Trace.COLOUR_PROFILE: translatable(
        "colour profiles that name a device or a maker (colours can look slightly different)"
    ),
    Trace.METADATA: translatable("other data about the file"),
    Trace.IDENTIFIER: translatable("numbers that link this file to others"),
    Trace.REVISION_ID: translatable("marks of editing sessions"),
    Trace.TRACKED_CHANGE: translatable(
        "tracked changes, made final: what was added stays, what was deleted is gone"
    ),
    Trace.TRACKED_MOVE: translatable("tracked moves, made final: the text stands where it was moved to"),
    Trace.EARLIER_VERSION: translatable("earlier versions"),
    Trace.CUSTOM_DATA: translatable("data that a program or an organisation added"),
    Trace.TEMPLATE_PATH: translatable("the place of the template"),
    Trace.LOCAL_PATH: translatable("places on a computer or a network drive"),
    Trace.REMOTE_REFERENCE: translatable("things that would be loaded from elsewhere when it is opened"),
    Trace.MACRO: translatable("macros"),
    Trace.SCRIPT: translatable("scripts"),
    Trace.ACTION: translatable("actions that run when it is opened or clicked"),
    Trace.PRINTER: translatable("printer settings"),
    Trace.SIGNATURE: translatable(
        "electronic signatures (they would name the signer, and no longer fit a changed file)"
    ),
    Trace.EMBEDDED_FILE: translatable("files inside the file that nobody sees"),
    Trace.EMBEDDED_FONT: translatable("fonts inside the file (letters can look slightly different)"),
    Trace.HIDDEN_DATA: translatable("data hidden behind or between the parts of the file"),
    Trace.EXTRA_TRACK: translatable("tracks that are neither picture nor sound"),
    Trace.COVER_PICTURE: translatable("cover pictures"),
    Trace.FIELD: translatable("fields that fill in a name or a file's place"),
    Trace.PROTECTION: translatable("protection with a password"),
    Trace.EXTENSION: translatable("additions of one program that others do not need"),
    Trace.MAIL_HEADER: translatable("lines about the way of a mail"),
    Trace.FILE_NAME: translatable("names of files inside the file"),
    Trace.HIDDEN_SLIDE: translatable("hidden slides"),
    Trace.HIDDEN_SHEET: translatable("hidden sheets"),
    Trace.HIDDEN_CELLS: translatable("hidden rows or columns"),
    Trace.HIDDEN_TEXT: translatable("hidden text"),
    Trace.COMMENT: translatable("comments"),
    Trace.NOTE: translatable("speaker notes"),
    Trace.HEADER: translatable("headers and footers"),
    Trace.ALT_TEXT: translatable("descriptions of pictures for people who cannot see them"),
    Trace.LAYER: translatable("layers that can be hidden"),
    Trace.LINK: translatable("links to web pages"),
    Trace.FORM_FIELD: translatable("form fields and what was typed in them"),
    Trace.PATH_IN_TEXT: translatable("places on a computer, in the text itself"),
    Trace.INVISIBLE_CHARACTER: translatable("characters that nobody sees (they can mark one person's copy)"),
    Trace.MAIL_ADDRESS: translatable("mail addresses of sender and receivers"),
    Trace.CACHED_DATA: translatable("stored copies of data behind tables and charts"),
}
"""What was found, as a list of things: no sentence, so that a page can put "removed" or "still there" before it."""

REASONS: Mapping[Reason, str] = {
    Reason.EMPTY: translatable("The file is empty. Choose it again."),
    Reason.TOO_LARGE: translatable(
        "The file is too large to be cleaned. Make it smaller, or send a part of it."
    ),
    Reason.UNKNOWN: translatable(
        "We do not know this kind of file. Save it as a PDF or a picture, and try again."
    ),
    Reason.UNSUPPORTED: translatable(
        "This kind of file cannot be cleaned. Save it as a PDF, a picture or plain text, and try again."
    ),
    Reason.TWO_TYPES: translatable(
        "The file is two kinds of file at once, so others may see something else. Save it again as one kind."
    ),
    Reason.ENCRYPTED: translatable(
        "The file is locked with a password. Save it without a password, and try again."
    ),
    Reason.OLD_OFFICE: translatable(
        "An old Office file cannot be cleaned. Save it in a newer form (docx, xlsx, pptx) or as a PDF."
    ),
    Reason.DAMAGED: translatable(
        "The file is damaged or not complete. Open it, save it again, and try once more."
    ),
    Reason.NOT_UNDERSTOOD: translatable(
        "The file holds something that we cannot check. Save it as a PDF or a picture, and try again."
    ),
    Reason.TOO_COMPLEX: translatable(
        "The file unpacks to far more than we can check. Send its parts one by one."
    ),
    Reason.TOO_DEEP: translatable(
        "There are files inside files inside files. Unpack them, and send them one by one."
    ),
    Reason.NESTED: translatable(
        "A file inside this file cannot be cleaned. Take it out, or send the files one by one."
    ),
    Reason.STILL_TRACED: translatable(
        "We could not take out everything. Save it as a PDF or a picture, and try again."
    ),
    Reason.TIMEOUT: translatable("Cleaning took too long. Send a smaller part of it."),
    Reason.MEMORY: translatable("Cleaning takes too much memory. Send a smaller part of it."),
    Reason.CRASHED: translatable("The file could not be read. Open it, save it again, and try once more."),
    Reason.BUSY: translatable("Many files are being worked on just now. Wait a minute, and try again."),
}


def why(error: NotCleanableError) -> str:
    """The sentence for a file that cannot be cleaned: what is the matter, and what to do."""
    return REASONS[error.reason]


NOT_SHOWN: Mapping[Reason, str] = {
    Reason.EMPTY: "The file is empty.",
    Reason.TOO_LARGE: "The file is too large to be shown here. Download it.",
    Reason.UNKNOWN: "We do not know this kind of file, so it cannot be shown here.",
    Reason.UNSUPPORTED: "This kind of file cannot be shown here. Download it.",
    Reason.TWO_TYPES: "The file is two kinds of file at once: what you see may not be what others see.",
    Reason.ENCRYPTED: "The file is locked with a password, so it cannot be shown here.",
    Reason.OLD_OFFICE: "An old Office file cannot be shown here. Download it, and open it with great care: it may hold macros.",
    Reason.DAMAGED: "The file is damaged or not complete, so it cannot be shown here.",
    Reason.NOT_UNDERSTOOD: "The file holds something that we cannot check, so it is not shown here.",
    Reason.TOO_COMPLEX: "The file unpacks to far more than can be shown here.",
    Reason.TOO_DEEP: "There are files inside files inside files. They cannot be shown here.",
    Reason.NESTED: "A file inside this file cannot be shown here.",
    Reason.STILL_TRACED: "The file cannot be shown here.",
    Reason.TIMEOUT: "Showing the file took too long. Download it.",
    Reason.MEMORY: "Showing the file takes too much memory. Download it.",
    Reason.CRASHED: "The file could not be read, so it cannot be shown here.",
    Reason.BUSY: "Many files are being worked on just now. Wait a minute, and try again.",
}
"""Why an officer sees nothing of a file."""

LABELS: Mapping[Label, str] = {
    Label.SLIDE: "Slide",
    Label.HIDDEN_SLIDE: "Hidden slide",
    Label.SHEET: "Sheet",
    Label.HIDDEN_SHEET: "Hidden sheet",
    Label.COMMENT: "Comment",
    Label.NOTE: "Speaker notes",
    Label.HEADER: "Header",
    Label.FOOTER: "Footer",
    Label.FOOTNOTE: "Footnote",
    Label.DELETED: "Deleted text",
    Label.HIDDEN: "Hidden text",
    Label.PICTURE: "Picture",
    Label.FROM: "From",
    Label.TO: "To",
    Label.COPY_TO: "Copy to",
    Label.SUBJECT: "Subject",
    Label.DATE: "Date",
    Label.ATTACHMENTS: "Attached files: name, type, size in bytes",
    Label.FILES: "Files in it: name, size in bytes",
    Label.PAGE_TEXT: "Words on this page",
}
"""What stands before a block of a view."""

NOTES: Mapping[Note, str] = {
    Note.TEXT_CUT: "The text goes on. Download the file to read all of it.",
    Note.ROWS_CUT: "There are more rows. Download the file to see all of them.",
    Note.COLUMNS_CUT: "There are more columns. Download the file to see all of them.",
    Note.PARTS_CUT: "There are more pages. Download the file to see all of them.",
    Note.SMALLER: "The picture is larger than it is shown here.",
    Note.FIRST_FRAME: "The picture moves. Its first frame is shown.",
    Note.REMOTE_LEFT_OUT: "The file would load things from elsewhere. They are not loaded here.",
    Note.ACTIVE_LEFT_OUT: "The file holds scripts, macros or forms. They do not run here.",
    Note.FILES_INSIDE: "There are files inside this file. They are not opened here.",
    Note.DRAWING_AS_TEXT: "This is a drawing. Only its words are shown.",
    Note.CHARTS_LEFT_OUT: "There are charts or other objects that are not shown here.",
    Note.FILES_LOCKED: "Files inside are locked with a password.",
}
"""What an officer should know of a view."""

FACTS: Mapping[Fact, str] = {
    Fact.WIDTH: "Width in pixels",
    Fact.HEIGHT: "Height in pixels",
    Fact.FRAMES: "Frames",
    Fact.SECONDS: "Length in seconds",
    Fact.SAMPLE_RATE: "Samples in a second",
    Fact.CHANNELS: "Channels",
    Fact.FILES: "Files",
}
"""What the numbers of a view are."""

"""The plain words for the codes of ``traces``: message ids. Pages give them to gettext, the command prints them as they are."""

from __future__ import annotations

from collections.abc import Mapping

from intake.evidence.traces import NotCleanableError, Reason, Trace

TRACES: Mapping[Trace, str] = {
    Trace.PLACE: "the place where it was taken or made",
    Trace.CAMERA: "the make or model of the device",
    Trace.SERIAL: "the serial number of a device",
    Trace.TIME: "dates and times",
    Trace.AUTHOR: "names of authors",
    Trace.COMMENT_AUTHOR: "names and dates beside comments",
    Trace.DESCRIPTION: "descriptions and remarks that are not shown",
    Trace.SOFTWARE: "the software that made it",
    Trace.THUMBNAIL: "small preview pictures",
    Trace.COLOUR_PROFILE: "colour profiles that name a device or a maker (colours can look slightly different)",
    Trace.METADATA: "other data about the file",
    Trace.IDENTIFIER: "numbers that link this file to others",
    Trace.REVISION_ID: "marks of editing sessions",
    Trace.TRACKED_CHANGE: "tracked changes, made final: what was added stays, what was deleted is gone",
    Trace.TRACKED_MOVE: "tracked moves, made final: the text stands where it was moved to",
    Trace.EARLIER_VERSION: "earlier versions",
    Trace.CUSTOM_DATA: "data that a program or an organisation added",
    Trace.TEMPLATE_PATH: "the place of the template",
    Trace.LOCAL_PATH: "places on a computer or a network drive",
    Trace.REMOTE_REFERENCE: "things that would be loaded from elsewhere when it is opened",
    Trace.MACRO: "macros",
    Trace.SCRIPT: "scripts",
    Trace.ACTION: "actions that run when it is opened or clicked",
    Trace.PRINTER: "printer settings",
    Trace.SIGNATURE: "electronic signatures (they would name the signer, and no longer fit a changed file)",
    Trace.EMBEDDED_FILE: "files inside the file that nobody sees",
    Trace.EMBEDDED_FONT: "fonts inside the file (letters can look slightly different)",
    Trace.HIDDEN_DATA: "data hidden behind or between the parts of the file",
    Trace.EXTRA_TRACK: "tracks that are neither picture nor sound",
    Trace.COVER_PICTURE: "cover pictures",
    Trace.FIELD: "fields that fill in a name or a file's place",
    Trace.PROTECTION: "protection with a password",
    Trace.EXTENSION: "additions of one program that others do not need",
    Trace.MAIL_HEADER: "lines about the way of a mail",
    Trace.FILE_NAME: "names of files inside the file",
    Trace.HIDDEN_SLIDE: "hidden slides",
    Trace.HIDDEN_SHEET: "hidden sheets",
    Trace.HIDDEN_CELLS: "hidden rows or columns",
    Trace.HIDDEN_TEXT: "hidden text",
    Trace.COMMENT: "comments",
    Trace.NOTE: "speaker notes",
    Trace.HEADER: "headers and footers",
    Trace.ALT_TEXT: "descriptions of pictures for people who cannot see them",
    Trace.LAYER: "layers that can be hidden",
    Trace.LINK: "links to web pages",
    Trace.FORM_FIELD: "form fields and what was typed in them",
    Trace.PATH_IN_TEXT: "places on a computer, in the text itself",
    Trace.INVISIBLE_CHARACTER: "characters that nobody sees (they can mark one person's copy)",
    Trace.MAIL_ADDRESS: "mail addresses of sender and receivers",
    Trace.CACHED_DATA: "stored copies of data behind tables and charts",
}
"""What was found, as a list of things: no sentence, so that a page can put "removed" or "still there" before it."""

REASONS: Mapping[Reason, str] = {
    Reason.EMPTY: "The file is empty. Choose it again.",
    Reason.TOO_LARGE: "The file is too large to be cleaned. Make it smaller, or send a part of it.",
    Reason.UNKNOWN: "We do not know this kind of file. Save it as a PDF or a picture, and try again.",
    Reason.UNSUPPORTED: "This kind of file cannot be cleaned. Save it as a PDF, a picture or plain text, and try again.",
    Reason.TWO_TYPES: "The file is two kinds of file at once, so others may see something else. Save it again as one kind.",
    Reason.ENCRYPTED: "The file is locked with a password. Save it without a password, and try again.",
    Reason.OLD_OFFICE: "An old Office file cannot be cleaned. Save it in a newer form (docx, xlsx, pptx) or as a PDF.",
    Reason.DAMAGED: "The file is damaged or not complete. Open it, save it again, and try once more.",
    Reason.NOT_UNDERSTOOD: "The file holds something that we cannot check. Save it as a PDF or a picture, and try again.",
    Reason.TOO_COMPLEX: "The file unpacks to far more than we can check. Send its parts one by one.",
    Reason.TOO_DEEP: "There are files inside files inside files. Unpack them, and send them one by one.",
    Reason.NESTED: "A file inside this file cannot be cleaned. Take it out, or send the files one by one.",
    Reason.STILL_TRACED: "We could not take out everything. Save it as a PDF or a picture, and try again.",
    Reason.TIMEOUT: "Cleaning took too long. Send a smaller part of it.",
    Reason.MEMORY: "Cleaning takes too much memory. Send a smaller part of it.",
    Reason.CRASHED: "The file could not be read. Open it, save it again, and try once more.",
}


def why(error: NotCleanableError) -> str:
    """The sentence for a file that cannot be cleaned: what is the matter, and what to do."""
    return REASONS[error.reason]

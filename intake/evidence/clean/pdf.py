"""PDF: every page, its text, fonts, pictures, links, fields and structure in a new document; everything else stays behind.

Left behind: information, XMP, authors of remarks, attachments, scripts, actions, signatures, private data, thumbnails, earlier
revisions, and whatever no page refers to. The schema says what may come along; a last look goes through the new document.
"""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from intake.evidence.clean.job import Job, damaged, still, strange
from intake.evidence.clean.pdf_copy import Copier
from intake.evidence.clean.pdf_schema import ANNOTATIONS, COMMENTS
from intake.evidence.clean.pdf_streams import contents, fill_stream, open_pdf
from intake.evidence.traces import Drop, NotCleanableError, Reason, Trace

_MAX_PAGES = 20_000
_INFORMATION = {"/Author": Trace.AUTHOR, "/Creator": Trace.SOFTWARE, "/Producer": Trace.SOFTWARE, "/CreationDate": Trace.TIME,
                "/ModDate": Trace.TIME, "/Title": Trace.DESCRIPTION, "/Subject": Trace.DESCRIPTION,
                "/Keywords": Trace.DESCRIPTION}  # fmt: skip
_TELLING = {"/Metadata": Trace.METADATA, "/PieceInfo": Trace.CUSTOM_DATA, "/Thumb": Trace.THUMBNAIL, "/JS": Trace.SCRIPT,
            "/EF": Trace.EMBEDDED_FILE, "/XFA": Trace.CUSTOM_DATA, "/AA": Trace.ACTION, "/OpenAction": Trace.ACTION,
            "/ByteRange": Trace.SIGNATURE, "/LastModified": Trace.TIME, "/OutputIntents": Trace.COLOUR_PROFILE,
            "/AF": Trace.EMBEDDED_FILE}  # fmt: skip
_FORBIDDEN = {"/Info", "/Metadata", "/PieceInfo", "/Thumb", "/JS", "/EF", "/XFA", "/AA", "/OpenAction", "/ByteRange",
              "/M", "/CreationDate", "/NM", "/LastModified", "/Names", "/Author", "/Producer", "/Creator", "/RC",
              "/Subj"}  # fmt: skip

_TRAILER = {
    "/ID",
    "/Root",
    "/Size",
    "/Type",
    "/W",
    "/Index",
    "/Length",
    "/Filter",
    "/DecodeParms",
    "/Prev",
    "/XRefStm",
}


def clean(data: bytes, job: Job) -> bytes:
    """The same pages without traces. Raises NotCleanableError."""
    with open_pdf(data) as source, pikepdf.Pdf.new() as target:
        if not 0 < len(source.pages) <= _MAX_PAGES:
            damaged("pdf")
        if "/Collection" in source.Root or bool(source.Root.get("/NeedsRendering")):
            strange(
                "pdf pages"
            )  # its pages are a stand-in: what it shows lies in attachments or in a form of another format
        _note(source, data, job)
        _copy(source, target, job)
        out = io.BytesIO()
        target.remove_unreferenced_resources()
        target.save(
            out,
            deterministic_id=True,
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            fix_metadata_version=False,
        )
    _look(out.getvalue())
    return out.getvalue()


def _copy(source: pikepdf.Pdf, target: pikepdf.Pdf, job: Job) -> None:
    copier = Copier(source, target, job, fill_stream)
    olds = [page.obj for page in source.pages]
    for old in olds:
        new = target.make_indirect(Dictionary(Type=Name.Page))
        copier.pages[old.objgen] = new
    if len(copier.pages) != len(olds):
        damaged("pdf")  # one page twice in the tree: readers do not agree on what that shows
    for old in olds:
        new = copier.pages[old.objgen]
        copier.fill(_with_inherited(old), "page", new, 0)
        stream = Stream(target, b"")
        stream.write(contents(copier, pikepdf.Page(old)))
        new["/Contents"] = stream
        target.pages.append(pikepdf.Page(new))
    # The appended page is the very object that destinations refer to.
    for old, page in zip(olds, target.pages, strict=True):
        copier.pages[old.objgen] = page.obj
        notes = old.get("/Annots")
        if isinstance(notes, Array):
            kept = copier.copy(notes, "annotation")
            if len(kept):
                page.obj["/Annots"] = kept
    copier.fill(source.Root, "catalog", target.Root, 0)
    copier.run()


def _with_inherited(page: Any) -> dict[str, Any]:
    """A page with what it inherits from the nodes above."""
    whole = dict(page.items())
    node, steps = page.get("/Parent"), 0
    while isinstance(node, Dictionary) and steps < 100:
        for key in ("/Resources", "/MediaBox", "/CropBox", "/Rotate"):
            if key in node and key not in whole:
                whole[key] = node[key]
        node, steps = node.get("/Parent"), steps + 1
    return whole


def _note(source: pikepdf.Pdf, data: bytes, job: Job) -> None:
    """Count what will stay behind, and say what comes along though it may tell something."""
    information = source.trailer.get("/Info")
    if isinstance(information, Dictionary):
        for key in information.keys():  # noqa: SIM118 - not a dict
            job.removed(_INFORMATION.get(key, Trace.CUSTOM_DATA))
    revisions = len(re.findall(rb"startxref\s+\d+\s+%%EOF", data)) - (2 if source.is_linearized else 1)
    job.removed(Trace.EARLIER_VERSION, max(revisions, 0))
    for number, one in enumerate(source.objects):
        if number > 2_000_000:
            raise NotCleanableError(Reason.TOO_COMPLEX, "pdf objects")
        if isinstance(one, Dictionary | Stream):
            _note_object(one, job, 0)


def _note_object(one: Any, job: Job, depth: int) -> None:
    for key, trace in _TELLING.items():
        if key in one:
            job.removed(trace)
    subtype = str(one.get("/Subtype", ""))[1:]
    if subtype in COMMENTS and "/Rect" in one:
        if job.drops(Drop.COMMENTS):
            job.removed(Trace.COMMENT)
        else:
            job.left(Trace.COMMENT)
        job.removed(Trace.COMMENT_AUTHOR, int("/T" in one))
    elif subtype and "/Rect" in one and subtype not in ANNOTATIONS:
        job.removed(Trace.EMBEDDED_FILE)
    if one.get("/Type") == Name.OCG:
        job.left(Trace.LAYER)
    if "/FT" in one and one.get("/FT") != Name.Sig:
        job.left(Trace.FORM_FIELD)
    for inner in _direct(one) if depth < 20 else ():
        _note_object(inner, job, depth + 1)


def _direct(one: Any) -> list[Any]:
    """The dictionaries that lie in this one itself."""
    values = [
        inner
        for value in one.values()
        for inner in (value if isinstance(value, Array) and len(value) < 1000 else [value])
    ]
    return [value for value in values if isinstance(value, Dictionary) and not value.is_indirect]


def _look(out: bytes) -> None:
    """Open the copy again: no key of a trace, no string outside of its places, no information."""
    with open_pdf(out) as again:
        if set(again.trailer.keys()) - _TRAILER:
            still("pdf trailer")
        for one in again.objects:
            if (
                isinstance(one, Dictionary | Stream)
                and set(one.keys()) & _FORBIDDEN
                and not _is_appearance(one)
            ):
                still("pdf")
    if b"%PDF-" not in out[:8] or out.count(b"%%EOF") != 1:
        still("pdf revisions")


def _is_appearance(one: Any) -> bool:
    """A dictionary of names of its own, such as resources, may use any short one as a key."""
    return set(one.keys()) & _FORBIDDEN == {"/M"} and "/Type" not in one and "/Subtype" not in one

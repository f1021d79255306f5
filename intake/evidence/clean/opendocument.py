"""OpenDocument (ODF 1.3): content, styles and pictures stay; names, changes, settings, scripts and old versions go.

Kept parts are the two XML parts of the document and of each object in it, and the pictures they show. ``settings.xml`` and
``meta.xml`` hold printers, places, names and times, and no program needs them.
"""

from __future__ import annotations

import posixpath
import re
from typing import Any

from lxml import etree

from intake.evidence.clean import package, xmltree
from intake.evidence.clean.job import Job, damaged, still
from intake.evidence.clean.text import LOCAL_PATH, note_text
from intake.evidence.clean.xmltree import drop, elements, local, namespace, unwrap
from intake.evidence.traces import Drop, NotCleanableError, Reason, Trace
from intake.evidence.types import MEDIA, Kind

_O = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE, DRAW, STYLE, META = (
    f"{_O}{name}:1.0" for name in ("office", "text", "table", "drawing", "style", "meta")
)
PRESENTATION, MANIFEST, SCRIPT = (f"{_O}{name}:1.0" for name in ("presentation", "manifest", "script"))
XLINK, DC, MATH = (
    "http://www.w3.org/1999/xlink",
    "http://purl.org/dc/elements/1.1/",
    "http://www.w3.org/1998/Math/MathML",
)
_NAMESPACES = frozenset(
    {f"{_O}{name}:1.0" for name in (
        "office", "text", "table", "drawing", "style", "presentation", "svg-compatible", "xsl-fo-compatible", "datastyle",
        "chart",
        "dr3d", "form", "animation", "smil-compatible", "of")} | {XLINK, DC, MATH, xmltree.XML, META}
)  # fmt: skip
_ROOTS = {"document-content", "document-styles", "document", "math"}

_GOES = {
    f"{{{space}}}{name}": trace
    for space, trace, names in (
        (TEXT, Trace.TRACKED_CHANGE, "tracked-changes change change-start change-end"),
        (TABLE, Trace.TRACKED_CHANGE, "tracked-changes"),
        (OFFICE, Trace.SCRIPT, "scripts script event-listeners"),
        (PRESENTATION, Trace.ACTION, "event-listener"),
        (OFFICE, Trace.METADATA, "meta settings"),
        (OFFICE, Trace.REMOTE_REFERENCE, "dde-source"),
        (TABLE, Trace.LOCAL_PATH, "table-source dde-links cell-range-source"),
        (
            TABLE,
            Trace.REMOTE_REFERENCE,
            "database-source-sql database-source-table database-source-query source-service",
        ),
        (TEXT, Trace.LOCAL_PATH, "section-source dde-connection-decls dde-connection-decl"),
        (DRAW, Trace.EMBEDDED_FILE, "object-ole plugin applet floating-frame"),
        (DC, Trace.COMMENT_AUTHOR, "creator date"),
        (META, Trace.COMMENT_AUTHOR, "creator-initials date-string"),
        (STYLE, Trace.EMBEDDED_FONT, "font-face-src"),
    )
    for name in names.split()
}
_NAMING = {
    f"{{{TEXT}}}{name}"
    for name in [
        "author-name",
        "author-initials",
        "initial-creator",
        "creator",
        "sender-firstname",
        "sender-lastname",
        "sender-initials",
        "sender-title",
        "sender-position",
        "sender-email",
        "sender-phone-private",
        "sender-fax",
        "sender-company",
        "sender-phone-work",
        "sender-street",
        "sender-city",
        "sender-postal-code",
        "sender-country",
        "sender-state-or-province",
        "file-name",
        "template-name",
        "printed-by",
        "creation-date",
        "creation-time",
        "modification-date",
        "modification-time",
        "print-date",
        "print-time",
        "editing-cycles",
        "editing-duration",
        "user-defined",
        "description",
    ]
}
"""Fields that fill in a name, a place or a date of work: the field goes with its text."""
_DESCRIBING = {f"{{{_O}svg-compatible:1.0}}{name}" for name in ("title", "desc")}
_BOOKMARKS = {"bookmark", "bookmark-start", "bookmark-end", "bookmark-ref", "reference-mark", "reference-mark-start",
              "reference-mark-end", "reference-ref"}  # fmt: skip
_EMBEDDED = re.compile(r"(?:\./)?([^/][^?#]*?)/?")
_WEB = re.compile(r"(?:https?://|mailto:|tel:|#)\S{0,2000}", re.IGNORECASE)


def clean(data: bytes, job: Job) -> bytes:
    """The same document without traces. Raises NotCleanableError."""
    out = _Document(package.read(data, job), job).run()
    _look(out, job)
    return out


class _Document:
    """The two XML parts, and what they refer to."""

    def __init__(self, parts: dict[str, bytes], job: Job) -> None:
        self.parts, self.job = parts, job
        self.written: dict[str, bytes] = {}
        self.media: dict[str, str] = {}
        self.names: dict[str, str] = {}

    def run(self) -> bytes:
        """The new container."""
        manifest = self.parts.get("META-INF/manifest.xml", b"")
        if b"encryption-data" in manifest:
            raise NotCleanableError(Reason.ENCRYPTED, "opendocument")
        if not {"content.xml", "styles.xml"} & set(self.parts):
            damaged("opendocument")
        self.media["/"] = self.parts["mimetype"].decode("ascii").strip().removesuffix("-template")
        self._note()
        self._folder("", "")
        listed = [
            ("mimetype", self.media["/"].encode()),
            *sorted(self.written.items()),
            ("META-INF/manifest.xml", self._manifest()),
        ]
        return package.write(listed, frozenset({"mimetype"}))

    def _note(self) -> None:
        """Count what is left behind, by where it lies."""
        called = (("Basic/", Trace.MACRO), ("Scripts/", Trace.MACRO), ("Dialogs/", Trace.MACRO), ("Thumbnails/",
                  Trace.THUMBNAIL),
                  ("Versions/", Trace.EARLIER_VERSION), ("META-INF/documentsignatures", Trace.SIGNATURE), ("Fonts/",
                  Trace.EMBEDDED_FONT),
                  ("META-INF/macrosignatures", Trace.SIGNATURE))  # fmt: skip
        for name in self.parts:
            for start, trace in called:
                self.job.removed(trace, int(name.startswith(start)))
        meta = self.parts.get("meta.xml", b"")
        for pattern, trace in ((rb"<(?:meta:initial-creator|dc:creator|meta:printed-by)>[^<]", Trace.AUTHOR),
                               (rb"<(?:dc:date|meta:creation-date|meta:print-date)>", Trace.TIME),
                               (rb"<meta:generator>", Trace.SOFTWARE), (rb"<meta:template", Trace.TEMPLATE_PATH),
                               (rb"<meta:user-defined", Trace.CUSTOM_DATA)):  # fmt: skip
            self.job.removed(trace, len(re.findall(pattern, meta)))
        self.job.removed(Trace.PRINTER, int(b"Printer" in self.parts.get("settings.xml", b"")))

    def _folder(self, old: str, new: str) -> None:
        """A document, or an object within one: its content and its styles."""
        for part in ("content.xml", "styles.xml"):
            if old + part not in self.parts:
                continue
            self.job.budget.enter()
            root = xmltree.parse(self.parts[old + part], self.job)
            if local(root.tag) not in _ROOTS:
                damaged("opendocument")
            _scrub(root, self.job)
            for element in elements(root):
                self._link(element, old, new)
            self.written[new + part] = xmltree.write(root)
            self.media[new + part] = "text/xml"

    def _link(self, element: Any, old: str, new: str) -> None:
        """A reference: to the web it stays (a picture from there goes), to a part it is renamed, to anything else it goes."""
        name = f"{{{XLINK}}}href"
        target = element.get(name)
        if target is None:
            return
        shown = local(element.tag) in {"image", "object", "fill-image", "plugin", "background-image"}
        if _WEB.match(target) and not target.startswith("#"):
            if shown:
                self.job.removed(Trace.REMOTE_REFERENCE)
                drop(element)
            else:
                self.job.left(Trace.LINK)
            return
        if target.startswith("#"):
            return
        match = _EMBEDDED.fullmatch(target)
        inner = posixpath.normpath(old + match.group(1)) if match else ""
        if inner.startswith("ObjectReplacements/") or self.parts.get(inner, b"")[:6] == b"VCLMTF":
            self.job.removed(Trace.THUMBNAIL)
            drop(element)  # a program's own picture of an object or a table; it makes a new one
        elif shown and (inner in self.parts or f"{inner}/content.xml" in self.parts):
            element.set(name, self._part(inner, new))
        elif shown:
            self.job.removed(Trace.LOCAL_PATH)
            drop(element)
        else:
            self.job.removed(Trace.LOCAL_PATH)
            del element.attrib[name]

    def _part(self, inner: str, folder: str) -> str:
        if inner not in self.names:
            number = len(self.names) + 1
            if f"{inner}/content.xml" in self.parts:
                self.names[inner] = f"Object {number}"
                self.media[f"Object {number}/"] = self._object_type(inner)
                self._folder(f"{inner}/", f"Object {number}/")
            else:
                kind, body = self.job.nested(self.parts[inner])
                media_type, extension = MEDIA[Kind(kind)]
                self.names[inner] = f"Pictures/{number}.{extension}"
                self.written[self.names[inner]] = body
                self.media[self.names[inner]] = media_type
        return posixpath.relpath(f"/{self.names[inner]}", f"/{folder}")

    def _object_type(self, inner: str) -> str:
        found = re.search(
            rb'full-path="' + re.escape(inner.encode()) + rb'/"[^>]*media-type="(application/[\w.+-]+)"',
            self.parts.get("META-INF/manifest.xml", b""),
        )
        other = re.search(
            rb'media-type="(application/[\w.+-]+)"[^>]*full-path="' + re.escape(inner.encode()) + rb'/"',
            self.parts.get("META-INF/manifest.xml", b""),
        )
        match = found or other
        allowed = {b"chart", b"formula", b"text", b"spreadsheet", b"presentation", b"graphics"}
        if match and match.group(1).rpartition(b".")[2] in allowed:
            return match.group(1).decode()
        return "application/vnd.oasis.opendocument.text"

    def _manifest(self) -> bytes:
        root = etree.Element(f"{{{MANIFEST}}}manifest", nsmap={"manifest": MANIFEST})
        root.set(f"{{{MANIFEST}}}version", "1.3")
        for path, kind in sorted(self.media.items()):
            entry = etree.SubElement(root, f"{{{MANIFEST}}}file-entry")
            entry.set(f"{{{MANIFEST}}}full-path", path)
            entry.set(f"{{{MANIFEST}}}media-type", kind)
        return xmltree.write(root)


def _scrub(root: Any, job: Job) -> None:
    if local(root.tag) == "document-content":
        job.removed(Trace.TRACKED_CHANGE, len(list(root.iter(f"{{{TEXT}}}changed-region"))))
    _chosen(root, job)
    for element in elements(root):
        if not xmltree.attached(element, root) or element is root:
            continue
        tag = element.tag
        if tag in _GOES:
            job.removed(_GOES[tag])
            drop(element)
        elif tag in _NAMING:
            job.removed(Trace.FIELD)
            drop(element)
        elif namespace(tag) not in _NAMESPACES:
            job.removed(Trace.EXTENSION)
            unwrap(element) if len(element) or element.text else drop(element)
    names: dict[str, str] = {}
    for element in elements(root):
        _attributes(element, job)
        _bookmark(element, names)
        if element.tag in _DESCRIBING and element.text:
            job.left(Trace.ALT_TEXT)
            if LOCAL_PATH.search(element.text):
                job.removed(Trace.LOCAL_PATH)
                element.text = None
    note_text("\n".join(root.itertext()), job)


def _bookmark(element: Any, names: dict[str, str]) -> None:
    """Names of places in the text can be those of people who moved something there: they become numbers, everywhere."""
    for key in (f"{{{TEXT}}}name", f"{{{TEXT}}}ref-name"):
        if local(element.tag) in _BOOKMARKS and element.get(key):
            element.set(key, names.setdefault(element.get(key), f"place{len(names) + 1}"))
    target = element.get(f"{{{XLINK}}}href", "")
    if target.startswith("#") and "|" not in target and local(element.tag) == "a":
        element.set(f"{{{XLINK}}}href", "#" + names.setdefault(target[1:], f"place{len(names) + 1}"))


def _attributes(element: Any, job: Job) -> None:
    for name in list(element.attrib):
        value = element.get(name)
        if namespace(name) not in _NAMESPACES and namespace(name):
            job.removed(Trace.REVISION_ID if "rsid" in name else Trace.EXTENSION)
            del element.attrib[name]
        elif name != f"{{{XLINK}}}href" and LOCAL_PATH.search(value):
            job.removed(Trace.LOCAL_PATH)
            del element.attrib[name]
        elif name in {
            f"{{{SCRIPT}}}language",
            f"{{{OFFICE}}}target-frame-name",
            f"{{{XLINK}}}title",
        } or local(name) in {"datasource", "command"}:
            del element.attrib[name]
    name = f"{{{DRAW}}}name"
    is_drawing = namespace(element.tag) == DRAW and local(element.tag) not in {"page", "layer", "gradient", "hatch",
                           "fill-image",
        "marker", "stroke-dash", "opacity"}  # fmt: skip
    if is_drawing and element.get(name) and re.search(r"\.\w{2,4}$|[\\/]", element.get(name)):
        job.removed(Trace.FILE_NAME)
        del element.attrib[name]
    if (
        namespace(element.tag) == DRAW
        and element.get(name)
        and is_drawing
        and not re.fullmatch(r"[A-Za-z]+ ?\d*", element.get(name))
    ):
        del element.attrib[name]


def _chosen(root: Any, job: Job) -> None:
    """Content-like places: said, or taken out."""
    notes = [one for one in root.iter(f"{{{PRESENTATION}}}notes") if "".join(one.itertext()).strip()]
    headers = [
        one
        for one in root.iter(f"{{{STYLE}}}header", f"{{{STYLE}}}footer")
        if "".join(one.itertext()).strip()
    ]
    comments = list(root.iter(f"{{{OFFICE}}}annotation", f"{{{OFFICE}}}annotation-end"))
    hidden_text = list(root.iter(f"{{{TEXT}}}hidden-text", f"{{{TEXT}}}hidden-paragraph"))
    rows = [one for one in root.iter(f"{{{TABLE}}}table-row", f"{{{TABLE}}}table-column")
            if one.get(f"{{{TABLE}}}visibility") in {"collapse", "filter"}]  # fmt: skip
    for found, trace, choice in (
        (comments, Trace.COMMENT, Drop.COMMENTS), (notes, Trace.NOTE, Drop.NOTES), (headers, Trace.HEADER, Drop.HEADERS),
        (hidden_text, Trace.HIDDEN_TEXT, Drop.HIDDEN), (_hidden(root, DRAW, "page"), Trace.HIDDEN_SLIDE, Drop.HIDDEN),
        (_hidden(root, TABLE, "table"), Trace.HIDDEN_SHEET, Drop.HIDDEN), (rows, Trace.HIDDEN_CELLS, Drop.HIDDEN),
    ):  # fmt: skip
        if not job.drops(choice):
            job.left(trace, len([one for one in found if local(one.tag) != "annotation-end"]))
            continue
        for one in found:
            job.removed(trace)
            if trace is Trace.HIDDEN_CELLS:
                for cell in list(one):
                    one.remove(cell)
            elif trace is Trace.HIDDEN_SHEET:
                _empty_table(one)
            else:
                drop(one)


def _empty_table(table: Any) -> None:
    """A hidden sheet stays as an empty one, so that no formula points elsewhere."""
    for child in list(table):
        table.remove(child)
    row = etree.SubElement(table, f"{{{TABLE}}}table-row")
    etree.SubElement(row, f"{{{TABLE}}}table-cell")


def _hidden(root: Any, space: str, name: str) -> list[Any]:
    """Sheets and slides whose style hides them."""
    hiding = {
        style.get(f"{{{STYLE}}}name")
        for style in root.iter(f"{{{STYLE}}}style")
        for one in style
        if one.get(f"{{{TABLE}}}display") == "false" or one.get(f"{{{PRESENTATION}}}visibility") == "hidden"
    }
    return [one for one in root.iter(f"{{{space}}}{name}") if one.get(f"{{{space}}}style-name") in hiding]


def _look(out: bytes, job: Job) -> None:
    """The written parts again: nothing that goes is left, no attribute names a place."""
    for name, body in package.look(out).items():
        if not name.endswith(("content.xml", "styles.xml")):
            continue
        for element in elements(xmltree.parse(body, job)):
            if element.tag in _GOES or element.tag in _NAMING or namespace(element.tag) not in _NAMESPACES:
                still("opendocument element")
            if any(namespace(key) not in _NAMESPACES and namespace(key) for key in element.attrib):
                still("opendocument attribute")
            if any(LOCAL_PATH.search(value) for value in element.attrib.values()):
                still("opendocument path")

"""Office Open XML (DOCX, XLSX, PPTX): the parts that kept relationships lead to, cleaned, under neutral names.

Every part that no kept relationship leads to is left behind, whatever it is. Macros never come along.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from lxml import etree

from intake.evidence.clean import ooxml_office, ooxml_rules, ooxml_word, ooxml_xml, package, xmltree
from intake.evidence.clean.job import Job, damaged, still, strange
from intake.evidence.clean.ooxml_rules import RELATIONSHIPS, TYPES, R
from intake.evidence.traces import Drop, Trace
from intake.evidence.types import MEDIA, Kind

_BLAND = re.compile(r"(?:[a-zA-Z]{1,24}[0-9]{0,4}/)*[a-zA-Z]{1,24}[0-9]{0,6}\.[a-z0-9]{2,5}")
_WEB = re.compile(r"(?:https?://|mailto:|tel:|#)\S{0,2000}", re.IGNORECASE)
_CHOICES = {
    "comments": Drop.COMMENTS,
    "notesSlide": Drop.NOTES,
    "header": Drop.HEADERS,
    "footer": Drop.HEADERS,
}
_CALLED = {
    "comments": Trace.COMMENT,
    "notesSlide": Trace.NOTE,
    "header": Trace.HEADER,
    "footer": Trace.HEADER,
}


@dataclass(frozen=True, slots=True)
class _Relationship:
    """From a part to another, or to somewhere else."""

    id: str
    uri: str
    kind: str
    target: str
    external: bool


def clean(data: bytes, job: Job) -> bytes:
    """The same document without traces. Raises NotCleanableError."""
    out = _Document(package.read(data, job), job).run()
    _look(out, job)
    return out


class _Document:
    """A walk from the main part along the relationships that are kept."""

    def __init__(self, parts: dict[str, bytes], job: Job) -> None:
        self.parts = {name.lstrip("/"): body for name, body in parts.items()}
        self.job = job
        self.defaults, self.overrides = self._types()
        self.names: dict[str, str] = {}
        self.written: dict[str, bytes] = {}
        self.types: dict[str, str] = {}
        self.hidden: set[str] = set()
        self.waiting: list[str] = []
        self.strings_used: set[int] = set()
        self.strings: tuple[str, str, Any] | None = None

    def run(self) -> bytes:
        """The new container."""
        roots = [one for one in self._relationships("") if one.kind == "officeDocument" and not one.external]
        self._note_dropped([one for one in self._relationships("") if one.kind != "officeDocument"])
        if len(roots) != 1:
            damaged("ooxml")
        main = self._name(roots[0].target)
        while self.waiting:
            self._part(self.waiting.pop())
        self._shared_strings()
        self.job.removed(Trace.HIDDEN_DATA, len(self._unmentioned()))
        top = [_Relationship("rId1", f"{R}/officeDocument", "officeDocument", main, external=False)]
        parts = {"_rels/.rels": _relationships_xml(top, ""), **dict(sorted(self.written.items()))}
        return package.write([("[Content_Types].xml", self._types_xml()), *parts.items()])

    # --- reading

    def _types(self) -> tuple[dict[str, str], dict[str, str]]:
        root = xmltree.parse(self.parts["[Content_Types].xml"], self.job)
        defaults = {
            one.get("Extension", "").lower(): one.get("ContentType", "")
            for one in root.iter(f"{{{TYPES}}}Default")
        }
        overrides = {
            one.get("PartName", "").lstrip("/").lower(): one.get("ContentType", "")
            for one in root.iter(f"{{{TYPES}}}Override")
        }
        return defaults, overrides

    def _type(self, name: str) -> str:
        found = self.overrides.get(name.lower()) or self.defaults.get(name.rpartition(".")[2].lower(), "")
        main = ooxml_rules.MAIN_TYPES.get(found)
        return f"application/vnd.openxmlformats-officedocument.{main}+xml" if main else found

    def _relationships(self, name: str) -> list[_Relationship]:
        folder, _, last = name.rpartition("/")
        path = posixpath.join(folder, "_rels", f"{last}.rels")
        if path not in self.parts:
            return []
        found = []
        for one in xmltree.parse(self.parts[path], self.job).iter(f"{{{RELATIONSHIPS}}}Relationship"):
            uri, target = one.get("Type", ""), one.get("Target", "")
            external = one.get("TargetMode") == "External"
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
            found.append(_Relationship(one.get("Id", ""), uri, uri.rpartition("/")[2], target, external))
        if len({one.id for one in found}) != len(found):
            strange("ooxml relationships")
        return found

    def _unmentioned(self) -> list[str]:
        """Parts that no relationship of the old document led to."""
        said = b" ".join(body for name, body in self.parts.items() if name.endswith(".rels"))
        return [
            name
            for name in self.parts
            if not name.endswith(".rels")
            and name != "[Content_Types].xml"
            and name.rpartition("/")[2].encode() not in said
        ]

    # --- deciding

    def _kept(self, one: _Relationship) -> _Relationship | None:
        """A relationship as it is in the copy, or None."""
        if "purl.oclc.org" in one.uri:
            strange("strict ooxml")
        if one.kind not in ooxml_rules.KEPT_RELATIONSHIPS or not one.uri.startswith(
            "http://schemas.openxmlformats.org/"
        ):
            self._note_dropped([one])
            return None
        if one.kind in _CHOICES and self.job.drops(_CHOICES[one.kind]):
            self.job.removed(_CALLED[one.kind])
            return None
        if one.external:
            return self._external(one)
        if one.target not in self.parts:
            return None
        return one

    def _external(self, one: _Relationship) -> _Relationship | None:
        if one.kind == "externalLinkPath":
            self.job.removed(Trace.LOCAL_PATH)
            return _Relationship(one.id, one.uri, one.kind, "external.xlsx", external=True)
        if one.kind == "hyperlink" and _WEB.fullmatch(one.target):
            self.job.left(Trace.LINK)
            return one
        self.job.removed(Trace.LOCAL_PATH if one.kind == "hyperlink" else Trace.REMOTE_REFERENCE)
        return None

    def _note_dropped(self, dropped: list[_Relationship]) -> None:
        for one in dropped:
            self.job.removed(ooxml_rules.DROPPED_RELATIONSHIPS.get(one.kind, Trace.EXTENSION))

    # --- writing

    def _name(self, old: str) -> str:
        """The name of a part in the copy; asking for it puts the part on the list, or cleans what is no XML at once."""
        if old not in self.names:
            if self._type(old) in ooxml_rules.CONTENT_TYPES:
                self.names[old] = self._neutral(old, "parts", "xml")
                self.waiting.append(old)
            else:
                self.names[old] = self._binary(old)
        return self.names[old]

    def _neutral(self, old: str, folder: str, extension: str) -> str:
        """The old name if it is one that programs give, else a number."""
        if (
            _BLAND.fullmatch(old)
            and len(old) < 100
            and old.endswith(f".{extension}")
            and old not in self.names.values()
        ):
            return old
        numbers = (f"{folder}/part{number}.{extension}" for number in range(1, len(self.parts) + 2))
        return next(name for name in numbers if name not in self.names.values() and name not in self.parts)

    def _part(self, old: str) -> None:
        self.job.budget.enter()
        kind, new = self._type(old), self.names[old]
        forgiving = kind.endswith("vmlDrawing")
        root = xmltree.parse(self.parts[old], self.job, forgiving=forgiving)
        relationships = self._relationships(old)
        kept = {one.id: one for one in map(self._kept, relationships) if one is not None}
        named = ooxml_xml.references(root)
        ooxml_word.before(root, self.job)
        if old in self.hidden:
            ooxml_office.empty_sheet(root, self.job)
        ooxml_xml.scrub(root, {one.id for one in relationships} - set(kept), self.job)
        ooxml_word.after(root, self.job)
        ooxml_office.sheet_part(root, self.job)
        ooxml_office.slide_part(root, self.job)
        ooxml_office.neutral_theme(root)
        self._hidden_parts(root, kept)
        unused = named - ooxml_xml.references(root)
        kept = {key: one for key, one in kept.items() if key not in unused}
        self.strings_used |= ooxml_office.strings_used(root)
        if root.tag == f"{{{ooxml_rules.X}}}sst":
            self.strings = (new, kind, root)
        else:
            self._write(new, kind, root, list(kept.values()))

    def _shared_strings(self) -> None:
        """The list of texts of a workbook, last: what no cell shows is what somebody deleted or hid."""
        if self.strings is not None:
            new, kind, root = self.strings
            self.job.removed(Trace.HIDDEN_DATA, ooxml_office.empty_strings(root, self.strings_used))
            self._write(new, kind, root, [])

    def _write(self, new: str, kind: str, root: Any, kept: list[_Relationship]) -> None:
        self.written[new] = xmltree.write(root, ooxml_xml.required_prefixes(root))
        self.types[new] = kind
        if kept:
            renamed = [
                one
                if one.external
                else _Relationship(one.id, one.uri, one.kind, self._name(one.target), external=False)
                for one in kept
            ]
            folder, _, last = new.rpartition("/")
            self.written[posixpath.join(folder, "_rels", f"{last}.rels")] = _relationships_xml(
                renamed, folder
            )

    def _hidden_parts(self, root: Any, kept: dict[str, _Relationship]) -> None:
        """Hidden sheets and slides: said, or taken out."""
        for key in ooxml_office.hidden_sheets(root) if self.job.drops(Drop.HIDDEN) else ():
            if key in kept:
                self.hidden.add(kept[key].target)
        for entry in list(root.iter(f"{{{ooxml_rules.P}}}sldId")):
            one = kept.get(entry.get(f"{{{R}}}id"))
            if one is None or not ooxml_office.is_hidden_slide(
                xmltree.parse(self.parts[one.target], self.job)
            ):
                continue
            if self.job.drops(Drop.HIDDEN):
                self.job.removed(Trace.HIDDEN_SLIDE)
                xmltree.drop(entry)
            else:
                self.job.left(Trace.HIDDEN_SLIDE)

    def _binary(self, old: str) -> str:
        """A picture, a sound or a document inside: cleaned by its content, named by its kind."""
        kind, body = self.job.nested(self.parts[old])
        media_type, extension = MEDIA[Kind(kind)]
        new = self._neutral(old, "media", extension)
        self.written[new] = body
        self.types[new] = media_type
        return new

    def _types_xml(self) -> bytes:
        root = etree.Element(f"{{{TYPES}}}Types", nsmap={None: TYPES})
        for extension, kind in (
            ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
            ("xml", "application/xml"),
        ):
            etree.SubElement(root, f"{{{TYPES}}}Default", Extension=extension, ContentType=kind)
        for name, kind in sorted(self.types.items()):
            etree.SubElement(root, f"{{{TYPES}}}Override", PartName=f"/{name}", ContentType=kind)
        return xmltree.write(root)


def _relationships_xml(listed: list[_Relationship], folder: str) -> bytes:
    root = etree.Element(f"{{{RELATIONSHIPS}}}Relationships", nsmap={None: RELATIONSHIPS})
    for one in listed:
        target = one.target if one.external else posixpath.relpath(f"/{one.target}", f"/{folder}")
        entry = etree.SubElement(
            root, f"{{{RELATIONSHIPS}}}Relationship", Id=one.id, Type=one.uri, Target=target
        )
        if one.external:
            entry.set("TargetMode", "External")
    return xmltree.write(root)


def _look(out: bytes, job: Job) -> None:
    """Every part of the copy, read again: XML by the rules, links by their targets, nothing of another kind."""
    for name, body in package.look(out).items():
        if name.endswith(".rels"):
            for one in xmltree.parse(body, job).iter(f"{{{RELATIONSHIPS}}}Relationship"):
                target = one.get("Target", "")
                if (
                    one.get("TargetMode") == "External"
                    and target != "external.xlsx"
                    and not _WEB.fullmatch(target)
                ):
                    still("ooxml link")
        elif name != "[Content_Types].xml" and name.rpartition(".")[2] in {"xml", "vml"}:
            ooxml_xml.look(body, lambda data: xmltree.parse(data, job))

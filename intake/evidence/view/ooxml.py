"""Office Open XML, for the three kinds of document: parts, relationships, and words in DrawingML. Nothing outside is followed.

Names are compared without their namespaces, so that the strict variant is read as well.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from intake.evidence.clean import package, xmltree
from intake.evidence.clean.job import damaged
from intake.evidence.clean.xmltree import local
from intake.evidence.view.work import Work
from intake.evidence.views import Label, Note

_LINKS = frozenset({"hyperlink", "attachedTemplate"})


@dataclass(frozen=True, slots=True)
class Relationship:
    """From a part to another one, by its name in the container."""

    id: str
    kind: str
    target: str


class Package:
    """A document's parts, reached by relationships from the main one."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._found: dict[str, list[Relationship]] = {}
        self.parts = {name.lstrip("/"): body for name, body in package.read(work.data, work.job).items()}
        main = [one for one in self.relationships("") if one.kind == "officeDocument"]
        if len(main) != 1:
            damaged("ooxml")
        self.main = main[0].target
        if any(name.lower().endswith("vbaproject.bin") for name in self.parts):
            work.note(Note.ACTIVE_LEFT_OUT)
        if any("/embeddings/" in name for name in self.parts):
            work.note(Note.FILES_INSIDE)
        if any(one.kind in {"aFChunk", "subDocument"} for one in self.relationships(self.main)):
            work.note(Note.FILES_INSIDE)
        if any("/charts/" in name or "/diagrams/" in name for name in self.parts):
            work.note(Note.CHARTS_LEFT_OUT)

    def relationships(self, name: str) -> list[Relationship]:
        """Those of a part to other parts. What lies outside of the document is noted and left out."""
        if name not in self._found:
            self._found[name] = self._relationships(name)
        return self._found[name]

    def _relationships(self, name: str) -> list[Relationship]:
        folder, _, last = name.rpartition("/")
        path = posixpath.join(folder, "_rels", f"{last}.rels")
        found: list[Relationship] = []
        for one in xmltree.parse(self.parts[path], self.work.job) if path in self.parts else ():
            kind, target = one.get("Type", "").rpartition("/")[2], one.get("Target", "")
            if one.get("TargetMode") == "External":
                if kind not in _LINKS:
                    self.work.note(Note.REMOTE_LEFT_OUT)
                continue
            target = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
            found.append(Relationship(one.get("Id", ""), kind, target))
        return found

    def tree(self, name: str) -> Any:
        """A part's root element. Raises NotCleanableError."""
        if name not in self.parts:
            damaged("ooxml part")
        return xmltree.parse(self.parts[name], self.work.job)

    def related(self, name: str, *kinds: str) -> Iterator[Any]:
        """The root elements of the parts that ``name`` leads to by these kinds, those that are there."""
        for one in self.relationships(name):
            if one.kind in kinds and one.target in self.parts:
                yield self.tree(one.target)

    def picture(self, name: str, element: Any) -> None:
        """A picture that ``element`` of part ``name`` shows, with its description."""
        described = next(
            (one.get("descr") for one in element.iter() if isinstance(one.tag, str) and one.get("descr")), ""
        )
        ids = [value for one in element.iter() if isinstance(one.tag, str) and local(one.tag) in {"blip", "imagedata"}
               for key, value in one.attrib.items() if local(key) in {"embed", "id"}]  # fmt: skip
        targets = (
            {one.id: one.target for one in self.relationships(name) if one.kind == "image"} if ids else {}
        )
        for one in ids:
            target = targets.get(one, "")
            data = self.parts.get(target, b"")
            self.work.picture_inside(target, data, described or "")


def attribute(element: Any, name: str) -> str:
    """An attribute by its name without the namespace, or empty."""
    return next((str(value) for key, value in element.attrib.items() if local(key) == name), "")


def children(element: Any) -> Iterator[tuple[str, Any]]:
    """Elements inside by name. Of alternatives for newer and older programs, the first."""
    for one in element:
        if not isinstance(one.tag, str):
            continue
        if local(one.tag) == "AlternateContent":
            choice = next(iter(one), None)
            if choice is not None:
                yield from children(choice)
            continue
        yield local(one.tag), one


def below(element: Any, name: str) -> Iterator[Any]:
    """Every element of this name inside, in order; not within another of it, and of alternatives the first only."""
    for tag, one in children(element):
        if tag == name:
            yield one
        else:
            yield from below(one, name)


def drawn_text(body: Any) -> Iterator[str]:
    """Paragraphs of a text body in DrawingML."""
    for paragraph in below(body, "p"):
        yield "".join(_drawn_runs(paragraph))


def _drawn_runs(paragraph: Any) -> Iterator[str]:
    for tag, one in children(paragraph):
        if tag == "br":
            yield "\n"
        elif tag in {"r", "fld"}:
            yield from (inner.text or "" for name, inner in children(one) if name == "t")


def drawn_table(table: Any) -> list[list[str]]:
    """A table in DrawingML."""
    return [["\n".join(drawn_text(cell)) for cell in below(row, "tc")] for row in below(table, "tr")]


def comment_text(comment: Any) -> str:
    """What a remark says, whichever program wrote it."""
    return "\n".join(
        "".join(
            part.text or ""
            for part in one.iter()
            if isinstance(part.tag, str) and local(part.tag) in {"t", "text"}
        )
        for one in (list(below(comment, "p")) or [comment])
    )


def show_comments(work: Work, root: Any) -> None:
    """Remarks of a slide or a sheet, with the cell they stand at."""
    for tag, one in children(root):
        for comment in (
            below(one, "comment")
            if tag == "commentList"
            else [one]
            if tag in {"cm", "threadedComment"}
            else []
        ):
            place = comment.get("ref", "")
            work.paragraph(
                f"{place}: {comment_text(comment)}" if place else comment_text(comment), Label.COMMENT
            )

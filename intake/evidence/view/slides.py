"""Presentations: each slide's words, tables and pictures in their order, then what its speaker is to say."""

from __future__ import annotations

from typing import Any

from intake.evidence.view.ooxml import (
    Package,
    attribute,
    below,
    children,
    drawn_table,
    drawn_text,
    show_comments,
)
from intake.evidence.view.work import Work
from intake.evidence.views import Label, Shows

_NUMBERS = frozenset({"sldNum", "dt", "sldImg", "hdr", "ftr"})


def show(work: Work) -> Shows:
    """A presentation as text."""
    package = Package(work)
    targets = {one.id: one.target for one in package.relationships(package.main) if one.kind == "slide"}
    listed = [attribute(one, "id") for one in _slide_ids(package.tree(package.main))]
    for number, id_ in enumerate(listed, 1):
        if id_ in targets:
            _slide(package, targets[id_], number)
    return Shows.TEXT


def _slide_ids(root: Any) -> list[Any]:
    found = list(below(root, "sldId"))
    for one in found:
        one.attrib.pop("id", None)  # the number of the slide, beside the id of its relationship
    return found


def _slide(package: Package, name: str, number: int) -> None:
    root = package.tree(name)
    hidden = root.get("show") in {"0", "false"}
    package.work.heading(str(number), 1, Label.HIDDEN_SLIDE if hidden else Label.SLIDE)
    for tree in below(root, "spTree"):
        _shapes(package, name, tree)
    for notes in package.related(name, "notesSlide"):
        said = [text for shape in below(notes, "sp") if _placeholder(shape) not in _NUMBERS
                for body in below(shape, "txBody") for text in drawn_text(body)]  # fmt: skip
        package.work.paragraph("\n".join(said), Label.NOTE)
    for comments in package.related(name, "comments"):
        show_comments(package.work, comments)


def _shapes(package: Package, name: str, tree: Any) -> None:
    for tag, one in children(tree):
        if tag == "grpSp":
            _shapes(package, name, one)
            continue
        for table in below(one, "tbl") if tag == "graphicFrame" else ():
            package.work.table(drawn_table(table))
        title = _placeholder(one) in {"title", "ctrTitle"}
        for text in (
            text for body in below(one, "txBody") if tag != "graphicFrame" for text in drawn_text(body)
        ):
            if title:
                package.work.heading(text, 2)
            else:
                package.work.paragraph(text)
        package.picture(name, one)


def _placeholder(shape: Any) -> str:
    return next((one.get("type", "") for one in below(shape, "ph")), "")

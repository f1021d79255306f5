"""Plain text, and the words in a drawing. A drawing (SVG) is input of a program: its words are shown, its shapes are not."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import unquote

from intake.evidence.clean import xmltree
from intake.evidence.clean.job import damaged
from intake.evidence.clean.xmltree import local
from intake.evidence.types import decode_text
from intake.evidence.view.work import Work
from intake.evidence.views import Note, Shows

_ACTIVE = frozenset(
    {"script", "animate", "set", "animateTransform", "animateMotion", "foreignObject", "handler"}
)


def show(work: Work) -> Shows:
    """A text as it is."""
    text = decode_text(work.data)
    if text is None:
        damaged("text")
    work.lines(text)
    return Shows.TEXT


def show_drawing(work: Work) -> Shows:
    """The words of a drawing, title and description first."""
    root = xmltree.parse(work.data, work.job, forgiving=True)
    work.note(Note.DRAWING_AS_TEXT)
    for one in xmltree.elements(root):
        name = local(one.tag)
        if name in _ACTIVE or any(local(key).lower().startswith("on") for key in one.attrib):
            work.note(Note.ACTIVE_LEFT_OUT)
        if name in {"image", "use", "feImage"} and not _link(one).startswith(("#", "data:")):
            work.note(Note.REMOTE_LEFT_OUT)
        if name == "title":
            work.heading("".join(one.itertext()), 2)
        elif name == "desc":
            work.paragraph("".join(one.itertext()))
        elif name == "text":
            work.paragraph(" ".join("".join(one.itertext()).split()))
        elif name == "image":
            data = _inside(_link(one))
            work.picture_inside(hashlib.sha256(data).hexdigest(), data, str(one.get("aria-label", "")))
    return Shows.TEXT


def _inside(link: str) -> bytes:
    """The picture that is written into a link."""
    head, _, body = link.partition(",")
    if not head.startswith("data:image/") or not head.endswith(";base64"):
        return b""
    try:
        return base64.b64decode(unquote(body))
    except ValueError:
        return b""


def _link(element: Any) -> str:
    return next((str(value) for key, value in element.attrib.items() if local(key) == "href"), "#")

"""Copies a PDF's objects into a new document by ``pdf_schema``: what no schema lists is left behind.

It knows no particular trace; what happens to the bytes of streams is in ``pdf_streams``.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from intake.evidence.clean.job import Job, strange
from intake.evidence.clean.pdf_schema import (
    ACTION,
    ANNOTATIONS,
    COMMENTS,
    DEST,
    PLAIN,
    SCHEMAS,
    TEXT,
)
from intake.evidence.clean.text import LOCAL_PATH
from intake.evidence.traces import Drop, NotCleanableError, Reason, Trace

_MAX_NESTING = 60
_BLAND = re.compile(
    r"/[A-Za-z]{1,4}[0-9]{0,6}|/(?:Device|Default)(?:Gray|RGB|CMYK)|/Pattern|/Image[0-9]*|/Meta[0-9]*|/Off|/Yes"
)
_LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\s\x00-\x1f]{1,2000}", re.IGNORECASE)
_SUBSET = re.compile(r"/[\x21-\x7e]{1,127}")

Fill = Callable[["Copier", Any, str, Any], None]


class Copier:
    """From one document into another. ``fill_stream`` writes a stream's bytes; ``names`` are resource names given anew."""

    def __init__(self, source: pikepdf.Pdf, target: pikepdf.Pdf, job: Job, fill_stream: Fill) -> None:
        self.source, self.target, self.job, self.fill_stream = source, target, job, fill_stream
        self.pages: dict[tuple[int, int], Any] = {}
        self.done: dict[tuple[tuple[int, int], str], Any] = {}
        self.queue: deque[tuple[Any, str, Any]] = deque()
        self.names: dict[str, str] = {}

    def run(self) -> None:
        """Fill everything that was begun. Without recursion: an outline or a chain of fields may be any length."""
        while self.queue:
            old, rule, new = self.queue.popleft()
            if isinstance(old, Stream):
                self.fill_stream(self, old, rule, new)
            else:
                self.fill(old, rule, new, 0)

    def name(self, name: str) -> str:
        """A resource's name; one that might mean something is replaced, the same everywhere."""
        if _BLAND.fullmatch(name):
            return name
        return self.names.setdefault(name, f"/R{len(self.names)}x")

    def copy(self, value: Any, rule: str, depth: int = 0) -> Any:  # noqa: PLR0911 - one line for each kind of object
        """The copy of a value, or None when nothing of it may stay."""
        if depth > _MAX_NESTING:
            raise NotCleanableError(Reason.TOO_COMPLEX, "pdf nesting")
        if value is None or isinstance(value, bool | int | float | Decimal):
            return value
        if rule == DEST:
            return self.destination(value)
        if rule == ACTION:
            return self.action(value)
        if isinstance(value, Name):
            return value if _SUBSET.fullmatch(str(value)) else None
        if isinstance(value, String):
            return String(bytes(value)) if rule in {TEXT, "colour", "layer_names"} else None
        if isinstance(value, Array):
            return self.array(value, rule, depth)
        if isinstance(value, Dictionary | Stream) and rule not in {PLAIN, TEXT}:
            return self.dictionary(value, rule, depth)
        return None

    def array(self, value: Any, rule: str, depth: int) -> Any:
        """An array, element by element; a colour space on an embedded profile is decided by the profile."""
        if rule == "colour" and len(value) > 1 and value[0] == Name.ICCBased and isinstance(value[1], Stream):
            self.job.budget.enter()
            holder = Dictionary()
            self.fill_stream(self, value[1], "profile", holder)
            return holder["/Space"]
        copied = [self.copy(one, rule, depth + 1) for one in value]
        if rule in {"annotation", "element", "layer"}:
            copied = [new for old, new in zip(value, copied, strict=True) if new is not None or old is None]
        return Array(copied)

    def dictionary(self, value: Any, rule: str, depth: int) -> Any:
        """A dictionary or a stream; one that others refer to is made once."""
        if rule == "page":
            return self.pages.get(value.objgen)
        if rule.startswith("*") and isinstance(value, Stream):
            rule = rule.lstrip("*=")
        if rule == "annotation" and not self._stays(value):
            return None
        if not value.is_indirect:
            self.job.budget.enter()
            fresh = Dictionary()
            self.fill(value, rule, fresh, depth + 1)
            return fresh
        key = (value.objgen, rule)
        if key not in self.done:
            self.job.budget.enter()
            new = (
                Stream(self.target, b"")
                if isinstance(value, Stream)
                else self.target.make_indirect(Dictionary())
            )
            self.done[key] = new
            self.queue.append((value, rule, new))
        return self.done[key]

    def fill(self, old: Any, rule: str, new: Any, depth: int) -> None:
        """Copy the keys that the schema lists."""
        if rule.startswith("*"):
            for key, value in old.items():
                copied = self.copy(value, rule.lstrip("*="), depth + 1)
                if copied is not None:
                    new[key if rule.startswith("*=") else self.name(key)] = copied
            return
        schema = SCHEMAS[rule]
        others = schema.get("*")
        for key, value in old.items():
            wanted = schema.get(key[1:], others)
            if wanted is None or (rule == "annotation" and not _key_stays(old, key)):
                continue
            copied = self.copy(value, wanted, depth + 1)
            if key == "/Alt" and LOCAL_PATH.search(str(value)):
                self.job.removed(Trace.LOCAL_PATH)
            elif copied is not None:
                new[key] = copied

    def _stays(self, annotation: Any) -> bool:
        subtype = str(annotation.get("/Subtype", ""))[1:]
        if subtype and subtype not in ANNOTATIONS:
            return False
        if subtype in COMMENTS | {"Popup"} and self.job.drops(Drop.COMMENTS):
            return False
        field = annotation.get("/FT") or (annotation.get("/Parent") or {}).get("/FT")
        return field != Name.Sig

    def destination(self, value: Any) -> Any:
        """A place on a page of this document, named ones resolved: names can hold a path."""
        for _ in range(3):
            if isinstance(value, Name | String):
                value = self._named(value)
            if isinstance(value, Dictionary):
                value = value.get("/D")
        if not isinstance(value, Array) or not len(value) or not isinstance(value[0], Dictionary):
            return None
        page = self.pages.get(value[0].objgen)
        if page is None:
            return None
        place: list[Any] = list(value)
        return Array(
            [page, *(one for one in place[1:6] if one is None or isinstance(one, int | Decimal | Name))]
        )

    def _named(self, name: Any) -> Any:
        if isinstance(name, Name):
            table = self.source.Root.get("/Dests")
            return table.get(str(name)) if isinstance(table, Dictionary) else None
        names = self.source.Root.get("/Names")
        tree = names.get("/Dests") if isinstance(names, Dictionary) else None
        return _in_tree(tree, bytes(name)) if isinstance(tree, Dictionary) else None

    def action(self, value: Any) -> Any:
        """A jump within the document or to a web page; every other action is left behind."""
        if not isinstance(value, Dictionary):
            return None
        kind = value.get("/S")
        if kind == Name.GoTo:
            place = self.destination(value.get("/D"))
            return Dictionary(S=Name.GoTo, D=place) if place is not None else None
        if kind == Name.URI and isinstance(value.get("/URI"), String):
            target = bytes(value["/URI"]).decode("latin-1")
            if _LINK.fullmatch(target):
                self.job.left(Trace.LINK)
                return Dictionary(S=Name.URI, URI=String(target.encode("latin-1")))
        self.job.removed(_action_trace(kind))
        return None


def _action_trace(kind: Any) -> Trace:
    if kind == Name.JavaScript:
        return Trace.SCRIPT
    return Trace.LOCAL_PATH if kind in {Name.URI, Name.GoToR, Name.GoToE, Name.Launch} else Trace.ACTION


def _key_stays(old: Any, key: str) -> bool:
    """T is a field's name, and the author of a comment."""
    if key in {"/T", "/TU", "/V", "/DV", "/Opt"}:
        return str(old.get("/Subtype", "/Widget")) == "/Widget"
    return True


def _in_tree(tree: Any, name: bytes) -> Any:
    waiting, visited = [tree], 0
    while waiting:
        node = waiting.pop()
        visited += 1
        if visited > 10_000:
            strange("pdf names")
        names = list(node.get("/Names", []))
        for key, value in zip(names[::2], names[1::2], strict=False):
            if isinstance(key, String) and bytes(key) == name:
                return value
        waiting.extend(kid for kid in node.get("/Kids", []) if isinstance(kid, Dictionary))
    return None

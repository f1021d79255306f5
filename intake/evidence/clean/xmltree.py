"""XML from strangers: no document type, no entity, nothing fetched; comments and instructions gone before anybody looks."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from intake.evidence.clean.job import Job, damaged, strange

XML = "http://www.w3.org/XML/1998/namespace"
_MAX_ELEMENTS = 3_000_000
_DOCTYPE = re.compile(rb"<\0?!\0?(?:D\0?O\0?C\0?T\0?Y\0?P\0?E|E\0?N\0?T\0?I\0?T\0?Y)")

_PLAIN_DOCTYPE = re.compile(
    rb"<!DOCTYPE\s+[\w:.-]{1,80}(?:\s+(?:PUBLIC|SYSTEM)(?:\s+(?:\"[^\"\[<>]*\"|'[^'\[<>]*')){1,2})?\s*>",
    re.IGNORECASE,
)


def parse(data: bytes, job: Job, *, forgiving: bool = False) -> Any:
    """The root element. Raises NotCleanableError: a document type, too deep, not well formed (unless ``forgiving``)."""
    data = _PLAIN_DOCTYPE.sub(b"", data, count=1)  # a name of a public format, and nothing declared
    if _DOCTYPE.search(data):
        strange("xml doctype")
    job.budget.spend(len(data))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, remove_comments=True,
        remove_pis=True, recover=forgiving,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        damaged("xml")
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        damaged("xml")
    return root


def write(root: Any, keep: tuple[str, ...] = ()) -> bytes:
    """The document in UTF-8; namespaces that nothing uses are not declared, but for the prefixes in ``keep``."""
    etree.cleanup_namespaces(root, keep_ns_prefixes=list(keep))
    root.tail = None
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def elements(root: Any) -> list[Any]:
    """Every element, in document order, as a list: they may be taken out while one goes through it."""
    found = [one for one in root.iter() if isinstance(one.tag, str)]
    if len(found) > _MAX_ELEMENTS:
        strange("xml size")
    return found


def namespace(name: str) -> str:
    """The namespace of a tag or attribute, empty when it has none."""
    return name[1:].partition("}")[0] if name[:1] == "{" else ""


def local(name: str) -> str:
    """The name without its namespace."""
    return name.rpartition("}")[2]


def drop(element: Any) -> None:
    """Take an element out, and leave the text behind it where it is. The root stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def unwrap(element: Any) -> None:
    """Put an element's children (and its text) into its place."""
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    children = list(element)
    if element.text:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.text
        else:
            parent.text = (parent.text or "") + element.text
    for offset, child in enumerate(children):
        parent.insert(at + offset, child)
    drop(element)


def attached(element: Any, root: Any) -> bool:
    """Whether an element is still in the tree of ``root``."""
    while element is not None:
        if element is root:
            return True
        element = element.getparent()
    return False

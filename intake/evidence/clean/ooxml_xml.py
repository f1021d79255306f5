"""One XML part of an Office document: elements and attributes that may not stay are taken out, whatever kind of part it is.

What only Word, Excel or PowerPoint know is in ``ooxml_word`` and ``ooxml_office``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from typing import Any

from intake.evidence.clean import ooxml_rules as rules
from intake.evidence.clean import xmltree
from intake.evidence.clean.job import Job, still, strange
from intake.evidence.clean.ooxml_rules import MC, A, O, R, V, W, X
from intake.evidence.clean.text import LOCAL_PATH, count_paths
from intake.evidence.clean.xmltree import drop, elements, local, namespace, unwrap
from intake.evidence.traces import Trace

_NAMED = {"docPr", "cNvPr"}
_KEPT_WITHOUT_TARGET = {
    f"{{{A}}}blip",
    f"{{{V}}}imagedata",
    f"{{{X}}}pageSetup",
    f"{{{V}}}fill",
    f"{{{V}}}shape",
}
_CLICKS = {"hlinkClick", "hlinkHover", "hlinkMouseOver"}
_ACTS = re.compile(r"ppaction://(?:macro|program|hlinkfile|ole)", re.IGNORECASE)
_TEXTS = {"t", "v", "instrText", "delText"}


def scrub(root: Any, gone: Set[str], job: Job) -> None:
    """Clean the tree in place. ``gone`` are the ids of relationships that are not kept."""
    if any(namespace(one.tag) in rules.STRICT for one in root.iter("*")):
        strange("strict ooxml")
    _alternatives(root)
    for element in elements(root):
        if xmltree.attached(element, root):
            _element(element, root, job)
    for element in elements(root):
        _attributes(element, job)
        if xmltree.attached(element, root):
            _targets(element, root, gone)
    _note_paths(root, job)


def _alternatives(root: Any) -> None:
    """Of each choice, what needs no namespace that goes; without one, what is there for old programs."""
    for block in [one for one in elements(root) if one.tag == f"{{{MC}}}AlternateContent"]:
        if not xmltree.attached(block, root):
            continue
        choices = [one for one in block if one.tag == f"{{{MC}}}Choice"]
        known = [one for one in choices if _is_known(one)]
        for one in choices:
            if one not in known:
                block.remove(one)
        if not known:
            for fallback in [one for one in block if one.tag == f"{{{MC}}}Fallback"]:
                unwrap(fallback)
            unwrap(block)


def _is_known(choice: Any) -> bool:
    prefixes = choice.get("Requires", "").split()
    return bool(prefixes) and all(choice.nsmap.get(prefix) in rules.NAMESPACES for prefix in prefixes)


def required_prefixes(root: Any) -> tuple[str, ...]:
    """The prefixes that the remaining choices name in words."""
    return tuple(
        {prefix for one in root.iter(f"{{{MC}}}Choice") for prefix in one.get("Requires", "").split()}
    )


def _element(element: Any, root: Any, job: Job) -> None:
    tag = element.tag
    if tag in rules.UNWRAPPED:
        job.removed(rules.UNWRAPPED[tag])
        unwrap(element)
    elif tag in rules.GOES:
        job.removed(rules.GOES[tag])
        drop(element)
    elif local(tag) in _CLICKS and _ACTS.match(element.get("action", "")):
        job.removed(Trace.ACTION)
        drop(element)
    elif local(tag) == "extLst" or not _is_ours(tag):
        if element is root:
            strange("ooxml part")
        job.removed(Trace.EXTENSION)
        drop(element)


def _is_ours(tag: str) -> bool:
    return namespace(tag) in rules.NAMESPACES or tag == "xml"  # the root of a VML drawing has no namespace


def _attributes(element: Any, job: Job) -> None:
    for name in list(element.attrib):
        trace = _attribute_trace(element, name)
        if trace is not None:
            demanded = rules.DEMANDED.get((element.tag, local(name)))
            if demanded is not None:
                job.removed(trace, int(element.get(name) != demanded))
                element.set(name, demanded)
            else:
                job.removed(trace)
                del element.attrib[name]
    if local(element.tag) in _NAMED and element.get("name"):
        _rename(element, job)


def _rename(element: Any, job: Job) -> None:
    """A drawing's name is often that of the file it came from."""
    neutral = f"Object {element.get('id', '0')}"
    if element.get("name") != neutral:
        job.removed(Trace.FILE_NAME, int("." in element.get("name")))
        element.set("name", neutral)
    if element.get("descr") or element.get("title"):
        job.left(Trace.ALT_TEXT)


def _attribute_trace(element: Any, name: str) -> Trace | None:
    """Why an attribute goes, or None when it stays."""
    space, word = namespace(name), local(name)
    if space == MC or space not in rules.ATTRIBUTE_NAMESPACES:
        return Trace.REVISION_ID if word in {"paraId", "textId", "uid"} else Trace.EXTENSION
    if word in rules.TRACE_ATTRIBUTES:
        return rules.TRACE_ATTRIBUTES[word]
    if word in {"title", "href", "althref"} and (space == O or namespace(element.tag) in {V, O}):
        return Trace.LOCAL_PATH
    if LOCAL_PATH.search(element.get(name)):
        return Trace.LOCAL_PATH
    return None


def _targets(element: Any, root: Any, gone: Set[str]) -> None:
    """What refers to a relationship that goes: a link loses its target, anything else goes with it."""
    lost = [name for name in element.attrib if _is_reference(name) and element.get(name) in gone]
    if not lost:
        return
    if element.tag == f"{{{W}}}hyperlink":
        unwrap(element)
    elif element.tag in _KEPT_WITHOUT_TARGET or element is root:
        for name in lost:
            del element.attrib[name]
    else:
        drop(element)


def _is_reference(name: str) -> bool:
    return namespace(name) == R or name == f"{{{O}}}relid"


def references(root: Any) -> set[str]:
    """The relationship ids that a part names."""
    return {element.get(name) for element in elements(root) for name in element.attrib if _is_reference(name)}


def _note_paths(root: Any, job: Job) -> None:
    for element in elements(root):
        if local(element.tag) in _TEXTS and element.text:
            job.left(Trace.PATH_IN_TEXT, count_paths(element.text))


def look(data: bytes, parse: Callable[[bytes], Any]) -> None:
    """The last look at a written part: nothing that goes is left, no attribute names a place, an author or a session."""
    root = parse(data)
    for element in elements(root):
        tag = element.tag
        if tag in rules.GOES or tag in rules.UNWRAPPED or not _is_ours(tag) or local(tag) == "extLst":
            still("ooxml element")
        for name in element.attrib:
            if _attribute_trace(element, name) is not None and (tag, local(name)) not in rules.DEMANDED:
                still("ooxml attribute")

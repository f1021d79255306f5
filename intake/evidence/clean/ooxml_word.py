"""What only Word knows: changes made final, fields that name a person or a place, hidden text, comments, headers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from intake.evidence.clean import ooxml_rules as rules
from intake.evidence.clean.job import Job
from intake.evidence.clean.ooxml_rules import W
from intake.evidence.clean.text import LOCAL_PATH
from intake.evidence.clean.xmltree import drop, elements, local, unwrap
from intake.evidence.traces import Drop, Trace

_NUMBERED = re.compile(r"_(?:Toc|Ref|Hlk)?[0-9]+|place[0-9]+")


def _w(name: str) -> str:
    return f"{{{W}}}{name}"


def before(root: Any, job: Job) -> None:
    """Before the general rules: deleted rows and paragraph marks, whose marks the rules would take away."""
    for row in list(root.iter(_w("tr"))):
        if row.find(f"{_w('trPr')}/{_w('del')}") is not None:
            job.removed(Trace.TRACKED_CHANGE)
            drop(row)
    for cell in list(root.iter(_w("tc"))):
        if cell.find(f"{_w('tcPr')}/{_w('cellDel')}") is not None:
            job.removed(Trace.TRACKED_CHANGE)
            drop(cell)
    for paragraph in list(root.iter(_w("p"))):
        marks = paragraph.find(f"{_w('pPr')}/{_w('rPr')}")
        if marks is not None and (
            marks.find(_w("del")) is not None or marks.find(_w("moveFrom")) is not None
        ):
            _merge(paragraph, job)


def _merge(paragraph: Any, job: Job) -> None:
    """A deleted paragraph mark: what is left of the paragraph joins the next one."""
    job.removed(Trace.TRACKED_CHANGE)
    following = paragraph.getnext()
    rest = [child for child in paragraph if child.tag != _w("pPr")]
    stays = [child for child in rest if child.tag not in {_w("del"), _w("moveFrom")}]
    if following is not None and following.tag == _w("p"):
        at = 1 if len(following) and following[0].tag == _w("pPr") else 0
        for offset, child in enumerate(rest):
            following.insert(at + offset, child)
        drop(paragraph)
    elif not stays and paragraph.getprevious() is not None and paragraph.getprevious().tag == _w("p"):
        drop(paragraph)


def after(root: Any, job: Job) -> None:
    """After the general rules, on a part that stays."""
    if root.tag == _w("settings"):
        for child in list(root):
            if local(child.tag) not in rules.SETTINGS:
                drop(child)
    if root.tag in {_w("hdr"), _w("ftr")} and "".join(root.itertext()).strip():
        job.left(Trace.HEADER)
    if root.tag == _w("comments"):
        job.left(Trace.COMMENT, len(root))
    _last_place(root)
    _places(root)
    if job.drops(Drop.COMMENTS):
        for name in ("commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef"):
            for one in list(root.iter(_w(name))):
                drop(one)
    _hidden(root, job)
    _fields(root, job)


def _last_place(root: Any) -> None:
    """Where the cursor stood when it was saved."""
    for mark in [one for one in root.iter(_w("bookmarkStart")) if one.get(_w("name")) == "_GoBack"]:
        for end in [one for one in root.iter(_w("bookmarkEnd")) if one.get(_w("id")) == mark.get(_w("id"))]:
            drop(end)
        drop(mark)


def _places(root: Any) -> None:
    """Names of bookmarks can be people's: but for those that Word gives, they become numbers everywhere."""
    names = {
        name: f"place{number}"
        for number, name in enumerate(
            sorted({one.get(_w("name"), "") for one in root.iter(_w("bookmarkStart"))}), 1
        )
        if not _NUMBERED.fullmatch(name)
    }
    if not names:
        return
    for one in root.iter(_w("bookmarkStart"), _w("hyperlink")):
        key = _w("name") if one.tag == _w("bookmarkStart") else _w("anchor")
        if one.get(key) in names:
            one.set(key, names[one.get(key)])
    for code in root.iter(_w("instrText"), _w("fldSimple")):
        if code.tag == _w("instrText"):
            code.text = _renamed(code.text or "", names)
        else:
            code.set(_w("instr"), _renamed(code.get(_w("instr"), ""), names))


def _renamed(code: str, names: dict[str, str]) -> str:
    return re.sub(r"[^\s\"]+", lambda match: names.get(match.group(), match.group()), code)


def _hidden(root: Any, job: Job) -> None:
    for run in list(root.iter(_w("r"))):
        mark = run.find(f"{_w('rPr')}/{_w('vanish')}")
        if (
            mark is None
            or mark.get(_w("val"), "1") in {"0", "false", "off"}
            or not "".join(run.itertext()).strip()
        ):
            continue
        if job.drops(Drop.HIDDEN):
            job.removed(Trace.HIDDEN_TEXT)
            drop(run)
        else:
            job.left(Trace.HIDDEN_TEXT)


@dataclass
class _Field:
    """A field as it is met: its code, and the elements of its code, its marks and its result."""

    code: str = ""
    marks: list[Any] = field(default_factory=list)
    codes: list[Any] = field(default_factory=list)
    result: list[Any] = field(default_factory=list)
    in_result: bool = False


def _fields(root: Any, job: Job) -> None:
    for simple in list(root.iter(_w("fldSimple"))):
        code = simple.get(_w("instr"), "")
        if not _stays(code):
            job.removed(Trace.FIELD)
            _empty(simple.iter(_w("t")), code)
            unwrap(simple)
    open_fields: list[_Field] = []
    for element in elements(root):
        name = local(element.tag)
        if name == "fldChar":
            _mark(element, open_fields, job)
        elif name == "instrText" and open_fields and not open_fields[-1].in_result:
            open_fields[-1].code += element.text or ""
            open_fields[-1].codes.append(element)
        elif name == "t":
            for one in open_fields:
                if one.in_result:
                    one.result.append(element)
    for one in open_fields:  # a field without an end: no program shows its code
        _unlink(one, job)


def _mark(element: Any, open_fields: list[_Field], job: Job) -> None:
    kind = element.get(_w("fldCharType"))
    if kind == "begin":
        open_fields.append(_Field(marks=[element]))
    elif open_fields:
        current = open_fields[-1]
        current.marks.append(element)
        if kind == "separate":
            current.in_result = True
        elif kind == "end":
            open_fields.pop()
            if not _stays(current.code):
                _unlink(current, job)


def _unlink(one: _Field, job: Job) -> None:
    job.removed(Trace.FIELD)
    _empty(one.result, one.code)
    for element in [*one.marks, *one.codes]:
        drop(element)


def _name(code: str) -> str:
    words = code.split()
    return words[0].upper() if words else ""


def _stays(code: str) -> bool:
    return _name(code) in rules.FIELDS and not LOCAL_PATH.search(code)


def _empty(texts: Any, code: str) -> None:
    if _name(code) in rules.NAMING_FIELDS:
        for text in list(texts):
            text.text = None

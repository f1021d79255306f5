"""What only Excel and PowerPoint know: hidden sheets, rows and slides, names beside comments, other workbooks, notes."""

from __future__ import annotations

from typing import Any

from intake.evidence.clean import ooxml_rules as rules
from intake.evidence.clean.job import Job
from intake.evidence.clean.ooxml_rules import MC, A, P, R, X
from intake.evidence.clean.text import LOCAL_PATH
from intake.evidence.clean.xmltree import drop, local, namespace
from intake.evidence.traces import Drop, Trace


def _x(name: str) -> str:
    return f"{{{X}}}{name}"


def _p(name: str) -> str:
    return f"{{{P}}}{name}"


def sheet_part(root: Any, job: Job) -> None:
    """A part of a workbook."""
    if root.tag == _x("workbook"):
        _workbook(root, job)
    elif root.tag == _x("worksheet"):
        _worksheet(root, job)
    elif root.tag == _x("comments"):
        _comments(root, job)
    elif root.tag == _x("externalLink"):
        for name in ("sheetDataSet", "ddeLink", "oleLink"):
            for one in list(root.iter(_x(name))):
                job.removed(Trace.CACHED_DATA)
                drop(one)
    elif root.tag in {_x("pivotCacheDefinition"), _x("pivotCacheRecords")}:
        job.left(Trace.CACHED_DATA)
    for formula in [*root.iter(_x("f")), *root.iter(_x("definedName"))]:
        if LOCAL_PATH.search(formula.text or ""):
            job.removed(Trace.LOCAL_PATH)
            drop(formula)


def hidden_sheets(workbook: Any) -> set[str]:
    """The relationship ids of the sheets that are hidden."""
    return {
        one.get(f"{{{R}}}id")
        for one in workbook.iter(_x("sheet"))
        if one.get("state") in {"hidden", "veryHidden"}
    }


def empty_sheet(root: Any, job: Job) -> None:
    """A hidden sheet that somebody wants gone: it stays as an empty one, so that no formula points elsewhere."""
    job.removed(Trace.HIDDEN_SHEET)
    for child in list(root):
        if local(child.tag) == "sheetData":
            for row in list(child):
                child.remove(row)
        elif local(child.tag) not in {"sheetPr", "dimension", "sheetViews", "sheetFormatPr", "pageMargins"}:
            root.remove(child)


def _workbook(root: Any, job: Job) -> None:
    for child in list(root):
        if local(child.tag) not in rules.WORKBOOK and child.tag != f"{{{MC}}}AlternateContent":
            drop(child)
    if not job.drops(Drop.HIDDEN):
        job.left(Trace.HIDDEN_SHEET, len(hidden_sheets(root)))


def _worksheet(root: Any, job: Job) -> None:
    hidden = [one for one in root.iter(_x("row"), _x("col")) if one.get("hidden") in {"1", "true"}]
    if job.drops(Drop.HIDDEN) and hidden:
        job.removed(Trace.HIDDEN_CELLS, len(hidden))
        _empty_columns(root, [one for one in hidden if one.tag == _x("col")])
        for row in (one for one in hidden if one.tag == _x("row")):
            for cell in list(row):
                row.remove(cell)
    else:
        job.left(Trace.HIDDEN_CELLS, len(hidden))
    for header in list(root.iter(_x("headerFooter"))):
        if not "".join(header.itertext()).strip():
            continue
        if job.drops(Drop.HEADERS):
            job.removed(Trace.HEADER)
            drop(header)
        else:
            job.left(Trace.HEADER)
    if job.drops(Drop.COMMENTS):
        for drawing in list(root.iter(_x("legacyDrawing"))):
            drop(drawing)


def _empty_columns(root: Any, columns: list[Any]) -> None:
    spans = [(int(one.get("min", "0")), int(one.get("max", "0"))) for one in columns]
    for cell in list(root.iter(_x("c"))):
        letters = "".join(letter for letter in cell.get("r", "") if letter.isalpha())
        number = 0
        for letter in letters:
            number = number * 26 + ord(letter.upper()) - 64
        if any(first <= number <= last for first, last in spans):
            drop(cell)


def _comments(root: Any, job: Job) -> None:
    """Excel writes the author once in a list, and once more before the text."""
    authors = [one.text or "" for one in root.iter(_x("author"))]
    for one in root.iter(_x("author")):
        job.removed(Trace.COMMENT_AUTHOR, int(bool(one.text)))
        one.text = ""
    for comment in root.iter(_x("comment")):
        job.left(Trace.COMMENT)
        number = comment.get("authorId", "")
        author = authors[int(number)] if number.isdigit() and int(number) < len(authors) else ""
        texts = [one for one in comment.iter(_x("t")) if one.text]
        if author and texts and texts[0].text.lstrip().startswith(author):
            texts[0].text = texts[0].text.lstrip()[len(author) :].lstrip(": \n")


def slide_part(root: Any, job: Job) -> None:
    """A part of a presentation."""
    if root.tag == _p("presentation"):
        for child in list(root):
            if local(child.tag) not in rules.PRESENTATION:
                drop(child)
    elif root.tag == _p("cmAuthorLst"):
        for number, author in enumerate(root):
            job.removed(Trace.COMMENT_AUTHOR)
            author.set("name", f"Author {number + 1}")
            author.set("initials", "A")
    elif root.tag == _p("cmLst"):
        job.left(Trace.COMMENT, len(root))
    elif root.tag == _p("notes") and _says_something(root):
        job.left(Trace.NOTE)
    for sound in root.iter(f"{{{A}}}snd", _p("snd")):
        sound.attrib.pop("name", None)


def _says_something(notes: Any) -> bool:
    return any(
        (one.text or "").strip() for one in notes.iter(f"{{{A}}}t") if local(one.getparent().tag) == "r"
    )


def is_hidden_slide(root: Any) -> bool:
    """Whether a slide is left out when the presentation is shown."""
    return root.tag == _p("sld") and root.get("show") in {"0", "false"}


def neutral_theme(root: Any) -> None:
    """A theme's names: a company's own theme is called after it."""
    if namespace(root.tag) == A and local(root.tag) in {"theme", "themeOverride"}:
        for one in [
            root,
            *root.iter(f"{{{A}}}clrScheme", f"{{{A}}}fontScheme", f"{{{A}}}fmtScheme", f"{{{A}}}custClr"),
        ]:
            if one.get("name"):
                one.set("name", "Theme")


def strings_used(root: Any) -> set[int]:
    """The numbers of the shared texts that a sheet's cells show."""
    if root.tag != _x("worksheet"):
        return set()
    values = [cell.findtext(_x("v"), "") for cell in root.iter(_x("c")) if cell.get("t") == "s"]
    return {int(value) for value in values if value.isdigit()}


def empty_strings(root: Any, used: set[int]) -> int:
    """Empty the shared texts that no cell shows, so that the others keep their numbers; how many held something."""
    emptied = 0
    for number, one in enumerate(list(root)):
        if number not in used and "".join(one.itertext()):
            emptied += 1
            for child in list(one):
                one.remove(child)
            one.text = None
            one.append(one.makeelement(_x("t")))
    return emptied

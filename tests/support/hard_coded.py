"""Text that would stay English in every language: what a page or a module says without asking gettext for it.

It reads templates and code, and runs neither, so branches that no story reaches are looked at, too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TypeGuard

from jinja2 import Environment, nodes

from templates.loader import Side, loader_for

_MESSAGES = {"_", "gettext", "ngettext", "lazy_gettext"}
_SPOKEN = {"title", "alt", "aria-label", "aria-description", "placeholder", "label", "content"}
_BLANK = "\ue000"
"""Stands for whatever an expression puts there."""
_SAYS = re.compile(r"[A-Z]|\s|[^\x00-\x7f]")
"""Our names of fields, classes and codes have none of these; what is said to somebody does."""
_ATTRIBUTE = re.compile(r'([a-z-]+="[^"]*")')
"""A macro that gives attributes has them in its text."""
_SENTENCE = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")


def pages_of(side: Side) -> list[str]:
    """Every template that this side has."""
    return sorted(loader_for(side).list_templates())


def hard_coded_in_page(side: Side, name: str) -> list[str]:
    """Letters, signs and punctuation of a template that are in no message."""
    environment = Environment(loader=loader_for(side), extensions=["jinja2.ext.i18n"], autoescape=True)
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    source = loader_for(side).get_source(environment, name)[0]
    read = _Read()
    read.all(environment.parse(source).body)
    page = _Page(read.literals)
    page.feed("".join(read.text))
    page.close()
    return page.found + read.said


class _Read:
    """A template as one text, its expressions as blanks, in the order of the file and with every branch."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.literals: list[list[str]] = []
        self.said: list[str] = []

    def all(self, several: Iterable[nodes.Node]) -> None:
        for node in several:
            self._one(node)

    def _one(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.Output):
            for part in node.nodes:
                self._part(part)
        elif isinstance(node, nodes.Assign):
            self.said += [text for text in _literals(node.node) if _SAYS.search(text)]
        else:
            self.all(node.iter_child_nodes())

    def _part(self, part: nodes.Node) -> None:
        if isinstance(part, nodes.TemplateData):
            self.text.append(part.data)
            return
        self.text.append(_BLANK)
        self.literals.append(list(_literals(part)))


def _literals(node: nodes.Node) -> Iterator[str]:
    """Texts that an expression may give, or hands to a macro. What it compares with is none."""
    if isinstance(node, nodes.Const):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, nodes.CondExpr):
        for branch in (node.expr1, node.expr2):
            if branch is not None:
                yield from _literals(branch)
    elif isinstance(node, (nodes.Compare, nodes.Test, nodes.Getitem)) or _is_message(node):
        return
    else:
        for each in node.iter_child_nodes():
            yield from _literals(each)


def _is_message(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in _MESSAGES


class _Page(HTMLParser):
    """Looks at what is read aloud: text, and the attributes that hold some."""

    def __init__(self, literals: list[list[str]]) -> None:
        super().__init__(convert_charrefs=True)
        self._literals = iter(literals)
        self._within: list[str] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within.append(tag)
        self._look(tag, spoken=False)
        for name, value in attrs:
            spoken = name in _SPOKEN and tag != "meta"
            self._look(value or "", spoken=spoken)
            self._look(name, spoken=False)

    def handle_data(self, data: str) -> None:
        # A tab's title is made of two texts; the dash between them is no word of a language.
        self._look(data, spoken=not (self._within and self._within[-1] == "title"))

    def _look(self, text: str, *, spoken: bool) -> None:
        left = _ATTRIBUTE.split(text)
        for place, piece in enumerate(left):
            given = [each for _ in range(piece.count(_BLANK)) for each in next(self._literals)]
            if not spoken or place % 2:
                continue
            if said := piece.replace(_BLANK, "").strip():
                self.found.append(said)
            self.found += [each for each in given if _SAYS.search(each) or re.fullmatch(r"\W+", each)]


def hard_coded_in_code(path: Path) -> list[str]:
    """Sentences of a module that are in no message, no docstring, and no fault that only a developer reads."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = {id(node) for quiet in ast.walk(tree) if _nobody_reads(quiet) for node in ast.walk(quiet)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _SENTENCE.search(node.value)
        and id(node) not in silent
    ]


def messages_of(path: Path) -> list[str]:
    """The first text of each message that a module asks for."""
    asked = (node.args[0] for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if _asks(node))
    return [str(each.value) for each in asked if isinstance(each, ast.Constant)]


def _asks(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _MESSAGES


def _nobody_reads(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return _asks(node) or isinstance(node, ast.Raise)

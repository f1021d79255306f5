"""Mail: who, to whom, what about, its words. HTML is reduced to its words and to where its links lead; nothing is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import policy
from email.parser import BytesParser
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from intake.evidence.traces import NotCleanableError, Reason
from intake.evidence.view.work import Work
from intake.evidence.views import Label, Note, Shows

_HEADERS = (
    ("Subject", Label.SUBJECT),
    ("From", Label.FROM),
    ("To", Label.TO),
    ("Cc", Label.COPY_TO),
    ("Date", Label.DATE),
)
_MAX_PARTS = 500
_MAX_DEPTH = 200
_SILENT = frozenset({"script", "style", "head", "title", "meta", "link", "template", "noscript"})
_ACTIVE = frozenset({"script", "object", "embed", "iframe", "form", "applet", "svg", "math", "base"})
_LOADING = frozenset({"img", "audio", "video", "source", "input", "iframe", "link", "object", "embed"})
_BREAKING = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "pre", "hr",
                       "blockquote", "dt", "dd", "section", "article", "header", "footer", "center"})  # fmt: skip
_BLANK = re.compile(r"[ \xa0]+")
_GAPS = re.compile(r"\n\s*\n\s*\n+")


def show(work: Work) -> Shows:
    """A message as text, and the list of what hangs on it."""
    message = BytesParser(policy=policy.default).parsebytes(work.data)
    if sum(1 for _ in message.walk()) > _MAX_PARTS:
        raise NotCleanableError(Reason.TOO_COMPLEX, "mail parts")
    for name, label in _HEADERS:
        for value in message.get_all(name, []):
            work.paragraph(" ".join(str(value).split()), label)
    attached: list[list[str]] = []
    _part(work, message, attached)
    if attached:
        work.table(attached, Label.ATTACHMENTS)
        work.note(Note.FILES_INSIDE)
    return Shows.TEXT


def _part(work: Work, part: Any, attached: list[list[str]]) -> None:
    kind = part.get_content_type()
    if kind in {"application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"}:
        raise NotCleanableError(Reason.ENCRYPTED, "mail")
    if kind == "message/rfc822":
        attached.append([_name(part), kind, ""])
    elif kind == "multipart/alternative":
        _alternative(work, part, attached)
    elif part.is_multipart():
        for one in part.iter_parts():
            _part(work, one, attached)
    elif kind in {"text/plain", "text/html"} and part.get_content_disposition() != "attachment":
        _text(work, part, kind)
    else:
        body = part.get_payload(decode=True)
        attached.append([_name(part), kind, str(len(body)) if isinstance(body, bytes) else ""])


def _alternative(work: Work, part: Any, attached: list[list[str]]) -> None:
    """Both ways of saying the same, as they need not say the same; once where they do."""
    said: set[str] = set()
    for one in part.iter_parts():
        kind = one.get_content_type()
        if kind not in {"text/plain", "text/html"}:
            _part(work, one, attached)
            continue
        text = _content(work, one, kind)
        words = "".join(text.split())
        if words not in said:
            said.add(words)
            work.lines(text)


def _text(work: Work, part: Any, kind: str) -> None:
    work.lines(_content(work, part, kind))


def _content(work: Work, part: Any, kind: str) -> str:
    try:
        text = str(part.get_content())
    except (LookupError, UnicodeError, ValueError):
        body = part.get_payload(decode=True)
        text = body.decode("latin-1") if isinstance(body, bytes) else str(body)  # some of it can be read
    return _reduced(work, text) if kind == "text/html" else text


def _name(part: Any) -> str:
    return " ".join(str(part.get_filename() or "").split())


def _reduced(work: Work, text: str) -> str:
    try:
        parser = lxml_html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True)
        root = lxml_html.document_fromstring(text, parser=parser)
    except (etree.ParserError, ValueError):
        return ""
    found = "".join(_words(work, root, 0))
    lines = "\n".join(_BLANK.sub(" ", line).strip() for line in found.split("\n"))
    return _GAPS.sub("\n\n", lines).strip()


def _words(work: Work, element: Any, depth: int) -> Iterator[str]:
    if depth > _MAX_DEPTH:
        raise NotCleanableError(Reason.TOO_COMPLEX, "mail html")
    yield _flat(element.text)
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag in _ACTIVE:
            work.note(Note.ACTIVE_LEFT_OUT)
        if tag in _LOADING and not str(child.get("src") or child.get("href") or "cid:").startswith(
            ("cid:", "data:")
        ):
            work.note(Note.REMOTE_LEFT_OUT)
        if tag and tag not in _SILENT:
            yield "\n" if tag in _BREAKING else "\t" if tag in {"td", "th"} else ""
            yield "• " if tag == "li" else str(child.get("alt") or "") if tag == "img" else ""
            yield from _words(work, child, depth + 1)
            target = str(child.get("href") or "") if tag == "a" else ""
            yield f" <{target}>" if target and not target.startswith("#") else ""
            yield "\n" if tag in _BREAKING and tag != "br" else ""
        yield _flat(child.tail)


def _flat(text: str | None) -> str:
    """Line ends of the markup are spaces."""
    return re.sub(r"\s+", " ", text or "")

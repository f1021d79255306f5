"""Mail messages (RFC 5322, MIME): sender, receivers, subject, the day and the parts; the way it took and what wrote it go.

The text of a part stays as it is; HTML is reduced to text with its structure; attachments are cleaned by their content.
"""

from __future__ import annotations

import io
import re
from email import policy
from email.generator import BytesGenerator
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from intake.evidence.clean.job import Job, damaged, still, strange
from intake.evidence.clean.text import note_text
from intake.evidence.names import safe_name
from intake.evidence.traces import NotCleanableError, Reason, Trace
from intake.evidence.types import MEDIA, Kind

_ADDRESSED = ("From", "To", "Cc")
_KEPT = frozenset({"from", "to", "cc", "subject", "date", "mime-version", "content-type", "content-transfer-encoding",
                   "content-disposition"})  # fmt: skip
_MAX_PARTS = 500
_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
_LOCKED = {"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"}
_POLICY = policy.SMTP.clone(max_line_length=78, utf8=False)
_TAGS = frozenset(
    [
        "p",
        "br",
        "div",
        "span",
        "b",
        "strong",
        "i",
        "em",
        "u",
        "s",
        "sub",
        "sup",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
        "caption",
        "pre",
        "blockquote",
        "hr",
        "a",
        "code",
    ]
)
_SILENT = {
    "script",
    "style",
    "head",
    "title",
    "meta",
    "link",
    "object",
    "embed",
    "iframe",
    "template",
    "noscript",
}
_WEB = re.compile(r"(?:https?://|mailto:|tel:)\S{1,2000}", re.IGNORECASE)


def clean(data: bytes, job: Job) -> bytes:
    """The same message without traces. Raises NotCleanableError."""
    message = BytesParser(policy=policy.default).parsebytes(data)
    if sum(1 for _ in message.walk()) > _MAX_PARTS:
        raise NotCleanableError(Reason.TOO_COMPLEX, "mail parts")
    out = _Message(job).run(message)
    _look(out)
    return out


class _Message:
    """One message, taken apart and put together again."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.plain: list[str] = []
        self.html: list[str] = []
        self.attached: list[tuple[str, str, bytes]] = []

    def run(self, message: Any) -> bytes:
        """The clean message."""
        if not message.keys():
            damaged("mail")
        new = EmailMessage(policy=_POLICY)
        self._headers(message, new)
        self._part(message)
        new.set_content("\n".join(self.plain) or ("" if self.html else "\n"), cte="quoted-printable")
        if self.html:
            new.add_alternative("".join(self.html), subtype="html", cte="quoted-printable")
        for name, media_type, body in self.attached:
            main, _, sub = media_type.partition("/")
            new.add_attachment(body, maintype=main, subtype=sub, filename=name, cte="base64")
        _set_boundaries(new)
        return _bytes(new)

    def _headers(self, message: Any, new: EmailMessage) -> None:
        self.job.removed(Trace.MAIL_HEADER, sum(name.lower() not in _KEPT for name in message.keys()))  # noqa: SIM118 - no dict
        for name in _ADDRESSED:
            pairs = [
                pair for pair in getaddresses([str(value) for value in message.get_all(name, [])]) if pair[1]
            ]
            if pairs:
                self.job.left(Trace.MAIL_ADDRESS, len(pairs))
                shown = [f'"{_line(who)}" <{_line(where)}>' if who else _line(where) for who, where in pairs]
                new[name] = ", ".join(shown)
        if message["Subject"] is not None:
            new["Subject"] = _line(str(message["Subject"]))
        if message["Date"] is not None:
            self._date(str(message["Date"]), new)

    def _date(self, text: str, new: EmailMessage) -> None:
        try:
            day = parsedate_to_datetime(text)
        except ValueError:
            return
        self.job.removed(Trace.TIME)
        new["Date"] = day.strftime("%a, %d %b %Y 00:00:00 +0000")

    def _part(self, part: Any) -> None:
        kind = part.get_content_type()
        if kind in _LOCKED or kind == "multipart/encrypted":
            raise NotCleanableError(Reason.ENCRYPTED, "mail")
        if kind in _SIGNATURES:
            self.job.removed(Trace.SIGNATURE)
        elif kind == "message/rfc822":
            inner = part.get_payload()[0] if part.is_multipart() else damaged("mail")
            self._attach("message", _bytes(inner))
        elif part.is_multipart():
            for one in part.iter_parts():
                self._part(one)
        elif kind in {"text/plain", "text/html"} and part.get_content_disposition() != "attachment":
            self._text(part, kind)
        else:
            body = part.get_payload(decode=True)
            if not isinstance(body, bytes):
                strange("mail part")
            if body:
                self._attach(str(part.get_filename() or "attachment"), body)

    def _text(self, part: Any, kind: str) -> None:
        try:
            text = str(part.get_content()).replace("\r\n", "\n")
        except (LookupError, UnicodeError, ValueError):
            damaged("mail text")
        if kind == "text/html":
            text = _reduced(text, self.job)
            self.html.append(text)
        else:
            self.plain.append(text)
        note_text(text, self.job)

    def _attach(self, name: str, body: bytes) -> None:
        kind, clean_body = self.job.nested(body)
        media_type, extension = MEDIA[Kind(kind)]
        if kind == Kind.EML or media_type.startswith(("text/", "message/")):
            media_type = (
                "application/octet-stream"  # as bytes, so that no program between changes its line ends
            )
        self.job.left(Trace.FILE_NAME)
        self.attached.append((safe_name(name, extension), media_type, clean_body))


def _bytes(message: Any) -> bytes:
    out = io.BytesIO()
    BytesGenerator(out, mangle_from_=False, policy=_POLICY).flatten(message)
    return out.getvalue()


def _line(text: str) -> str:
    return " ".join(
        "".join(" " if ord(one) < 32 or ord(one) == 127 else one for one in text).replace('"', "'").split()
    )


def _set_boundaries(message: EmailMessage) -> None:
    """The same boundaries every time: a random one would be a mark of this copy."""
    number = 0
    for part in message.walk():
        if part.is_multipart():
            number += 1
            part.set_boundary(f"==part-{number}==")


def _reduced(text: str, job: Job) -> str:
    """HTML with text, tables and web links, and nothing that loads, runs or marks a reader."""
    try:
        root = lxml_html.document_fromstring(
            text, parser=lxml_html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True)
        )
    except (etree.ParserError, ValueError):
        return ""
    body = root.find("body")
    parts: list[str] = []
    if body is not None:
        _write(body, parts, job, 0)
    return "<html><body>" + "".join(parts) + "</body></html>\n"


def _write(element: Any, parts: list[str], job: Job, depth: int) -> None:
    if depth > 200:
        raise NotCleanableError(Reason.TOO_COMPLEX, "mail html")
    parts.append(_escape(element.text))
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag in _TAGS:
            parts.append(f"<{tag}{_link(child, job)}>")
            if tag not in {"br", "hr"}:
                _write(child, parts, job, depth + 1)
                parts.append(f"</{tag}>")
        elif tag in _SILENT or not tag:
            job.removed(Trace.SCRIPT if tag == "script" else Trace.EXTENSION)
        else:
            job.removed(Trace.REMOTE_REFERENCE, int(tag == "img"))
            _write(child, parts, job, depth + 1)
        parts.append(_escape(child.tail))


def _link(element: Any, job: Job) -> str:
    target = element.get("href", "") if element.tag == "a" else ""
    if not target or not _WEB.fullmatch(target):
        return ""
    job.left(Trace.LINK)
    return f' href="{_escape(target)}"'


def _escape(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _look(out: bytes) -> None:
    """The message read again: no header but those that are kept."""
    for part in BytesParser(policy=policy.default).parsebytes(out).walk():
        if {name.lower() for name in part.keys()} - _KEPT:  # noqa: SIM118 - no dict
            still("mail header")

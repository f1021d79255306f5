"""The file that a reporter shows: a certificate or a timeline, for people to read and for a program to check. No case content.

The page that people read is made from what the program checks, and is compared with it byte by byte: whoever changes a word, a
date or a space has a file that is refused. What it holds is signed with a key that the receipt code alone gives, so that nobody
else leaves a line out, adds one or puts two reports together. Whether its statements are in the log is asked elsewhere
(`triage/verify/document.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from crypto.checkpoint import MAX_NOTE, Checkpoint, LogKey
from crypto.commitment import NONCE_BYTES
from crypto.encoding import canonical_json, from_text, parse_object, to_text
from crypto.errors import CryptoError, MalformedError
from crypto.keys import SIGNATURE_BYTES, VERIFY_KEY_BYTES
from crypto.statement import NAME_BYTES, StatementKeys, names, verify_document
from intake.statements.kinds import FILED, STATED, VERSION, committed, is_text
from intake.statements.page import LANGUAGES, Told, page_of

FORMAT = 1
SMALLEST = (
    32 * 1024
)  # bytes; then doubling: a certificate and a timeline of many years are of one or two sizes
MAX_BYTES = 4 * 1024 * 1024
MAX_STATEMENTS = 4_000
MAX_FILINGS = 64
_BEGIN, _END = '<pre id="proof">', "</pre>"
_COMMON = frozenset({"v", "kind", "date", "report"})
_SHOWN = ("nonce", "says", "waiting")
_COUNTED = frozenset({"told", "closed"})
_MARK = 16  # hexadecimal digits


class Form(StrEnum):
    """What kind of document. Values are stored in files: never reuse or rename one."""

    CERTIFICATE = "certificate"
    """That a report was filed on a day: nothing in it is known to anybody but the reporter."""
    TIMELINE = "timeline"
    """What was done, and when. Whoever holds the case recognises it."""


class AlteredError(MalformedError):
    """A file is not as it was made; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """One statement with the nonce of its commitment."""

    nonce: bytes
    says: Mapping[str, Any]
    waiting: bool = False
    """It was not in the log yet when the document was made."""

    @property
    def commitment(self) -> bytes:
        """What must be in the log."""
        return committed(self.nonce, self.says)

    @property
    def day(self) -> date:
        """The day that it states."""
        return date.fromisoformat(self.says["date"])


@dataclass(frozen=True, slots=True, repr=False)
class Filed:
    """A report that was filed: its statement, and in a timeline the name of the report, with what shows that it is its."""

    shown: Shown
    name: bytes = b""
    opening: bytes = b""


@dataclass(frozen=True, slots=True, repr=False)
class Document:
    """What is in a file. ``later`` and ``left_out`` are a timeline's, and so is more than one of ``filings``: those that were
    made with one code.
    """

    form: Form
    language: str
    made: date
    log: LogKey
    checkpoint: bytes
    """The newest signed note when it was made."""
    filings: tuple[Filed, ...]
    later: tuple[Shown, ...] = ()
    left_out: int = 0
    """Statements that the log should have and does not, or that are too many for one file."""

    @property
    def shown(self) -> tuple[Shown, ...]:
        """Every statement, by days; of one day the filings come first."""
        every = (*(filed.shown for filed in self.filings), *self.later)
        return tuple(sorted(every, key=lambda shown: shown.day))

    @property
    def filed(self) -> Shown:
        """The report that the paper is about."""
        return self.filings[0].shown

    @property
    def counts(self) -> tuple[date, ...]:
        """The days from which the presumption counts: of the first report alone."""
        report = to_text(self.filings[0].name)
        counted = (shown for shown in self.later if shown.says["kind"] in _COUNTED)
        return (self.filed.day, *(shown.day for shown in counted if shown.says["report"] == report))

    @property
    def covers(self) -> Checkpoint:
        """The checkpoint that it came with. Raises MalformedError, BadSignatureError."""
        return self.log.open(self.checkpoint)

    @property
    def content(self) -> bytes:
        """What is signed."""
        value: dict[str, Any] = {
            "format": FORMAT,
            "form": self.form.value,
            "language": self.language,
            "made": self.made.isoformat(),
            "log": self.log.as_text(),
            "checkpoint": self.checkpoint.decode("utf-8"),
            "filings": [self._filed_as_json(filed) for filed in self.filings],
        }
        if self.form is Form.TIMELINE:
            value |= {
                "later": [_as_json(shown) for shown in self.later],
                "left_out": self.left_out,
            }
        return canonical_json(value)

    @property
    def mark(self) -> str:
        """What a printed page and the check of its file say alike: sixteen hexadecimal digits."""
        digits = hashlib.sha256(self.content).hexdigest()[:_MARK].upper()
        return " ".join(digits[start : start + 4] for start in range(0, _MARK, 4))

    def _filed_as_json(self, filed: Filed) -> dict[str, Any]:
        named = {"report": to_text(filed.name), "opening": to_text(filed.opening)}
        return _as_json(filed.shown) | (named if self.form is Form.TIMELINE else {})

    def to_bytes(self, signatures: Sequence[bytes]) -> bytes:
        """The whole file, filled up with spaces to its size; one signature for each filing."""
        signed = [to_text(signature) for signature in signatures]
        proof = canonical_json({"content": to_text(self.content), "signatures": signed})
        told = Told(
            made=self.made,
            mark=self.mark,
            log=self.log.as_text(),
            filed=self.filed.says,
            counted=max(self.counts),
            statements=[(shown.says, shown.waiting) for shown in self.shown],
            left_out=self.left_out,
        )
        marked = f"{_BEGIN}{proof.decode('ascii')}{_END}"
        page = page_of(self.language, self.form.value, told, marked).encode("utf-8")
        size = SMALLEST
        while size < len(page):
            size *= 2
        return page.ljust(size)

    def signed(self, *keys: StatementKeys) -> bytes:
        """The whole file, signed with the keys of each filing. Raises MalformedError for what could not be read back."""
        data = self.to_bytes([each.sign(self.content) for each in keys])
        read(data)
        return data


def read(data: bytes) -> Document:
    """The document in a file, once it is proved to be as the holder of its code had it made. Raises AlteredError.

    Nothing is asked of a log here, but that the checkpoint in it is the log's.
    """
    if len(data) > MAX_BYTES:
        raise AlteredError(f"it is larger than {MAX_BYTES} bytes, and no such document is")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise AlteredError("it is not text") from None
    begin, end = text.find(_BEGIN), text.rfind(_END)
    if begin < 0 or end < begin:
        raise AlteredError("it is no certificate and no timeline, or a part of it is gone")
    proof = text[begin + len(_BEGIN) : end].encode("utf-8")
    try:
        document, signatures = _parsed(proof)
        whole = document.to_bytes(signatures)
    except AlteredError:
        raise
    except (CryptoError, KeyError, TypeError, ValueError, AttributeError) as error:
        why = str(error) if isinstance(error, CryptoError) else "a part of it is gone, or is something else"
        raise AlteredError(f"what it proves cannot be read: {why}") from None
    if whole != data:
        raise AlteredError("the page says something else than what it proves, or was filled up otherwise")
    return document


def _parsed(proof: bytes) -> tuple[Document, list[bytes]]:
    outer = _exactly(parse_object(proof, limit=MAX_BYTES), {"content", "signatures"})
    signatures = [from_text(each, length=SIGNATURE_BYTES) for each in outer["signatures"][:MAX_FILINGS]]
    content = from_text(outer["content"])
    document = _document(parse_object(content, limit=MAX_BYTES))
    if document.content != content:
        raise MalformedError("it is not in its one encoding")
    for filed, signature in zip(document.filings, signatures, strict=True):
        verify_document(from_text(filed.shown.says["key"]), content, signature)
        if document.form is Form.TIMELINE:
            names(from_text(filed.shown.says["report"]), filed.opening, filed.name)
    return document, signatures


def _document(value: dict[str, Any]) -> Document:
    if value.get("format") != FORMAT or value.get("language") not in LANGUAGES:
        raise MalformedError("it is of another version than this program knows; take a newer one")
    form = Form(value["form"])
    common = {"format", "form", "language", "made", "log", "checkpoint", "filings"}
    _exactly(value, common | ({"later", "left_out"} if form is Form.TIMELINE else set()))
    log = LogKey.from_text(value["log"])
    if not log.names_itself:
        raise MalformedError("its log's key bears another key's name")
    if len(value["checkpoint"]) > MAX_NOTE:
        raise MalformedError("its checkpoint is too long")
    document = Document(
        form,
        value["language"],
        _day(value["made"]),
        log,
        value["checkpoint"].encode("utf-8"),
        _filings(value["filings"], form),
        **(_of_timeline(value) if form is Form.TIMELINE else {}),
    )
    if document.covers.size == 0:
        raise MalformedError("its checkpoint is of an empty log")
    if any(filed.shown.waiting for filed in document.filings) or document.made < max(
        shown.day for shown in document.shown
    ):
        raise MalformedError("it was made before something that it tells of")
    return document


def _filings(value: object, form: Form) -> tuple[Filed, ...]:
    most = MAX_FILINGS if form is Form.TIMELINE else 1
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise MalformedError("it has no filing, or too many")
    filings = tuple(_filing(entry, form) for entry in value)
    if len({filed.name for filed in filings}) != len(filings) or any(
        filed.shown.day < filings[0].shown.day for filed in filings
    ):
        raise MalformedError("its filings are not in order, or one is there twice")
    return filings


def _filing(entry: object, form: Form) -> Filed:
    if form is Form.CERTIFICATE:
        return Filed(_shown(entry))
    value = _exactly(entry, {*_SHOWN, "report", "opening"})
    name = from_text(value["report"], length=NAME_BYTES)
    opening = from_text(value["opening"], length=NONCE_BYTES)
    return Filed(_shown({key: value[key] for key in _SHOWN}), name, opening)


def _of_timeline(value: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(value["later"], list) or len(value["later"]) > MAX_STATEMENTS:
        raise MalformedError("it has too many statements")
    if not _is_count(value["left_out"]):
        raise MalformedError("it does not say how much is left out")
    begun = {filed["report"]: filed["says"]["date"] for filed in value["filings"]}
    later = tuple(_shown(entry, begun) for entry in value["later"])
    days = [shown.day for shown in later]
    if days != sorted(days):
        raise MalformedError("its statements are not in order")
    if len({shown.nonce for shown in later}) != len(later):
        raise MalformedError("it has one statement twice")
    return {"later": later, "left_out": value["left_out"]}


def _shown(value: object, begun: Mapping[str, str] | None = None) -> Shown:
    """``begun``: of each report that the statement may name, its filing's day; None for a filing's, which hides its own."""
    entry = _exactly(value, set(_SHOWN))
    says = entry["says"]
    kind = says["kind"]
    if kind not in STATED or (kind == FILED) != (begun is None):
        raise MalformedError("it has a statement of a kind that this program does not know; take a newer one")
    filing = {"key", "rules"} if kind == FILED else set()
    if not (_COMMON | filing) <= says.keys() <= (_COMMON | filing | set(STATED[kind])):
        raise MalformedError(
            "a statement has something that belongs to no such statement, or lacks something"
        )
    if says["v"] != VERSION or not _is_count(says["v"]) or not isinstance(entry["waiting"], bool):
        raise MalformedError("a statement is of another version than this program knows")
    if not all(is_text(text) for name, text in says.items() if name != "v"):
        raise MalformedError("a statement holds something else than short texts")
    _day(says["date"])
    from_text(says["report"], length=NAME_BYTES)
    if begun is None:
        from_text(says["key"], length=VERIFY_KEY_BYTES)
    elif says["report"] not in begun:
        raise MalformedError("a statement is of another report")
    elif says["date"] < begun[says["report"]]:
        raise MalformedError("its statements are not in order")
    return Shown(from_text(entry["nonce"], length=NONCE_BYTES), says, entry["waiting"])


def _as_json(shown: Shown) -> dict[str, Any]:
    return {"nonce": to_text(shown.nonce), "says": dict(shown.says), "waiting": shown.waiting}


def _exactly(value: object, keys: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != keys:
        raise MalformedError("a part of it is gone, or is something else")
    return value


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _day(text: object) -> date:
    day = date.fromisoformat(text) if isinstance(text, str) else None
    if day is None or day.isoformat() != text:
        raise MalformedError("it has a date that is none")
    return day

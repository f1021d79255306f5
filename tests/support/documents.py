"""Certificates and timelines out of thin air: everything that a portal would need to make one, and nothing stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from crypto.checkpoint import LogSigner
from crypto.keys import KeyPair
from crypto.merkle import leaf_hash, read_leaves, tree_head
from crypto.receipt import ReceiptKeys
from crypto.statement import report_name
from intake.statements.document import Document, Filed, Form, Shown
from intake.statements.kinds import filing, later

DAY = timedelta(days=1)
CASE = "Y2FzZS1mb3ItdmVjdG9ycw"


def fixed(name: str) -> bytes:
    """32 bytes that anybody can make again."""
    return hashlib.sha256(f"underseal test vector {name}".encode()).digest()


@dataclass
class Reporter:
    """Somebody who reported, by their code."""

    name: str = "reporter"
    filed: date = date(2026, 3, 2)
    log: LogSigner = field(default_factory=lambda: LogSigner(fixed("log")))

    @property
    def codes(self) -> ReceiptKeys:
        """What the code gives."""
        return ReceiptKeys(fixed(self.name))

    @property
    def pair(self) -> KeyPair:
        """The reporter's keys in the case."""
        return self.codes.reporter(CASE)

    def first(self, rules: str = "routing-1/default-1") -> Shown:
        """The statement of the filing."""
        keys = self.codes.statements(CASE)
        return Shown(keys.filing, filing(keys, self.pair.public, self.filed, rules))

    def said(self, kind: str, days: int, **data: Any) -> Shown:
        """The statement of a later act, so many days after the filing."""
        statement = later(kind, self.filed + days * DAY, data, self.pair.public)
        assert statement is not None
        return Shown(fixed(f"{self.name} {kind} {days}"), statement)

    def filing(self, form: Form = Form.TIMELINE) -> Filed:
        """How a document shows it."""
        if form is Form.CERTIFICATE:
            return Filed(self.first())
        return Filed(self.first(), report_name(self.pair.public), self.codes.statements(CASE).opening)

    def document(self, *told: Shown, form: Form = Form.TIMELINE, **changed: Any) -> Document:
        """What the portal would put into the file."""
        values: dict[str, Any] = {
            "form": form,
            "language": "en",
            "made": max(shown.day for shown in (self.first(), *told)),
            "log": self.log.public,
            "checkpoint": note_over(self.log, self.first(), *told),
            "filings": (self.filing(form),),
            "later": told,
        }
        return Document(**{**values, **changed})

    def certificate(self) -> bytes:
        """The file."""
        return self.signed(self.document(form=Form.CERTIFICATE))

    def timeline(self, *told: Shown) -> bytes:
        """The file."""
        return self.signed(self.document(*told))

    def signed(self, document: Document, *others: Reporter) -> bytes:
        """The file, whatever it says: somebody who has the code can sign anything."""
        signers = (self, *others)
        return document.to_bytes([each.codes.statements(CASE).sign(document.content) for each in signers])


def note_over(log: LogSigner, *shown: Shown) -> bytes:
    """A checkpoint of a log that holds these statements alone."""
    leaves = [leaf_hash(each.commitment) for each in shown]
    return log.sign(len(leaves), tree_head(read_leaves(leaves), len(leaves)))

"""A reporter's proof: what the mailbox hands over so that a program on the reporter's own machine can check it.

Everything in it is sealed, public, or useless without the code. The program derives the keys from the code itself: a server
cannot show another report, because the nonce of leaf 0 comes from the code and leaf 0 is in a log that was signed before the
code was typed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crypto.encoding import canonical_json, from_text, parse_object, to_text
from crypto.errors import CryptoError, MalformedError
from crypto.item import OpenedItem
from crypto.kdf import RECEIPT_COST, SALT_BYTES, Cost
from crypto.keys import KeyPair, PublicKeys
from crypto.receipt import ReceiptCode, ReceiptKeys
from intake.database.rows import StoredDeletion, StoredEvent
from intake.record import (
    REPORTER,
    BrokenRecordError,
    EventRecord,
    read_record,
    report_fingerprint,
)
from intake.retention.ledger import Deleted, as_document, from_document, read_deletion
from intake.split import fits, parts_in

FORMAT = 1
MAX_BYTES = 64 * 1024 * 1024
_PADDING = b" "


class UnprovedError(CryptoError):
    """The proof does not show that the report is still there; the text says what is missing or wrong."""


@dataclass(frozen=True, slots=True, repr=False)
class PartProof:
    """What a mailbox hands over of a case that a panel split off: as of the one that was filed."""

    case: str
    report: bytes
    events: Sequence[StoredEvent]
    deletion: StoredDeletion | None = None
    """What is left of a part that was deleted; the rest of its report goes on the same day."""


@dataclass(frozen=True, slots=True, repr=False)
class Following:
    """What a mailbox hands over of a retaliation case of the same code: which it is, its case, and the parts of that."""

    number: int
    first: PartProof
    parts: Sequence[PartProof] = ()


@dataclass(frozen=True, slots=True, repr=False)
class ReceiptProof:
    """What a mailbox hands over. ``case`` is empty for a code that has no report."""

    salt: bytes
    case: str = ""
    report: bytes = b""
    events: Sequence[StoredEvent] = ()
    parts: Sequence[PartProof] = ()
    """Every case that became of this one, and of those."""
    deletion: StoredDeletion | None = None
    """What is left of the case, when it was deleted."""
    gate: PublicKeys | None = None
    """Whose signature a deletion bears: the server's own word, as the key of the log is."""
    following: Sequence[Following] = ()
    """The retaliation cases. How many there must be, nothing but the reporter's memory says: no record names one."""

    def to_bytes(self) -> bytes:
        """Canonical JSON. Whoever sends it may fill it up with spaces, so that lengths tell little."""
        document: dict[str, Any] = {
            "format": FORMAT,
            "salt": to_text(self.salt),
            **_case_document(PartProof(self.case, self.report, self.events)),
            "deletion": None if self.deletion is None else as_document(self.deletion),
            "gate": None if self.gate is None else self.gate.as_text(),
        }
        if self.parts:
            document["parts"] = [_part_document(part) for part in self.parts]
        if self.following:
            document["following"] = [
                {
                    **_part_document(each.first),
                    "number": each.number,
                    "parts": [_part_document(part) for part in each.parts],
                }
                for each in self.following
            ]
        return canonical_json(document)

    @classmethod
    def from_bytes(cls, data: bytes) -> ReceiptProof:
        """Undo ``to_bytes``. Raises MalformedError."""
        value = parse_object(data.rstrip(_PADDING), limit=MAX_BYTES)
        try:
            if value["format"] != FORMAT:
                raise MalformedError("a proof is of another version")
            first = _case(value)
            return cls(
                from_text(value["salt"], length=SALT_BYTES),
                first.case,
                first.report,
                first.events,
                tuple(_case(part) for part in value.get("parts", ())),
                first.deletion,
                None if value.get("gate") is None else PublicKeys.from_text(value["gate"]),
                tuple(_following(each) for each in value.get("following", ())),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            raise MalformedError("a proof lacks something, or holds something else") from None

    def check(self, code: ReceiptCode, cost: Cost = RECEIPT_COST) -> list[list[EventRecord]]:
        """Every event of every case of the report that is there, proved under ``code``: the case that was filed is one unbroken
        record that begins with this very report, and each part is the one that such a record names, or was deleted.

        One derivation. Raises UnprovedError. Whether the events are in the log is not asked here.
        """
        if not self.case:
            raise UnprovedError(
                "there is no report behind this code: compare the words with what you wrote down"
            )
        keys = ReceiptKeys.from_code(code, self.salt, cost)
        return self._filing(keys, PartProof(self.case, self.report, self.events), self.parts)

    def check_following(self, code: ReceiptCode, cost: Cost = RECEIPT_COST) -> list[list[EventRecord]]:
        """The same of every retaliation case of the code that was not deleted. One derivation if any. Raises UnprovedError."""
        if not self.following:
            return []
        keys = ReceiptKeys.from_code(code, self.salt, cost)
        return [
            records
            for each in self.following
            if each.first.deletion is None
            for records in self._filing(keys.following(each.number), each.first, each.parts)
        ]

    def check_deleted(self, code: ReceiptCode, cost: Cost = RECEIPT_COST) -> Deleted | None:
        """What the deletion says, proved under ``code`` to be the one of this very case; None when nobody says that it was
        deleted. One derivation. Raises UnprovedError. Whether it is in the log is not asked here.
        """
        if not self.case or self.deletion is None:
            return None
        reporter = ReceiptKeys.from_code(code, self.salt, cost).reporter(self.case)
        return self._left(self.deletion, self.case, reporter)

    def parts_deleted(self, code: ReceiptCode, cost: Cost = RECEIPT_COST) -> list[tuple[Deleted, bytes]]:
        """The deletions of parts and of retaliation cases, each with its commitment, proved as by ``check_deleted``. One
        derivation if any.
        """
        filings = [(0, self.case, self.parts)]
        filings += [(each.number, each.first.case, (each.first, *each.parts)) for each in self.following]
        if not any(part.deletion for _, _, parts in filings for part in parts):
            return []
        keys = ReceiptKeys.from_code(code, self.salt, cost)
        return [
            (self._left(part.deletion, part.case, reporter), part.deletion.commitment)
            for number, case, parts in filings
            for reporter in [(keys.following(number) if number else keys).reporter(case)]
            for part in parts
            if part.deletion is not None
        ]

    def _filing(
        self, keys: ReceiptKeys, first: PartProof, parts: Sequence[PartProof]
    ) -> list[list[EventRecord]]:
        reporter = keys.reporter(first.case)
        found = [(first.case, _checked(first, reporter, first_nonce=keys.first_nonce(first.case)))]
        given = {part.case: part for part in parts}
        for case, records in found:  # grows by what is found
            for part in parts_in(records):
                if part.case not in given:
                    raise UnprovedError(
                        "a part of your report became a case of its own, and that case is gone"
                    )
                there = given.pop(part.case)
                if there.deletion is not None:
                    self._left(there.deletion, part.case, reporter)
                    continue
                of_part = _checked(there, reporter)
                if not fits(case, records, part, of_part[0]):
                    raise UnprovedError(
                        "a part of your report became a case of its own, and it is not the one that was made"
                    )
                found.append((part.case, of_part))
        if given:
            raise UnprovedError("there is a case that no record of your report names")
        return [records for _, records in found]

    def _left(self, row: StoredDeletion, case: str, reporter: KeyPair) -> Deleted:
        if self.gate is None:
            raise UnprovedError("the server does not say whose signature the deletion bears")
        try:
            return read_deletion(row, case, reporter, (self.gate,))
        except CryptoError as error:
            raise UnprovedError(f"your case is gone, and not by the rules: {error}") from error


def _checked(proof: PartProof, reporter: KeyPair, *, first_nonce: bytes | None = None) -> list[EventRecord]:
    try:
        records = read_record(
            proof.case,
            [(event, reporter) for event in proof.events],
            UnsafeUnknownOfficers(reporter.public),
            first_nonce=first_nonce,
        )
    except BrokenRecordError as error:
        raise UnprovedError(f"the record of your case was changed: {error}") from error
    if not records:
        raise UnprovedError("the record of your case is gone")
    if records[0].data.get("report") != report_fingerprint(proof.report):
        raise UnprovedError("the report that is stored is not the one that you filed")
    return records


@dataclass(frozen=True, slots=True)
class UnsafeUnknownOfficers:
    """Checks the reporter's own signatures and takes everybody else's on trust: officers' keys are in the signed roster, which
    the public does not get. That nothing was changed or left out does not hang on them: the commitments say it.
    """

    reporter: PublicKeys

    def verify(self, opened: OpenedItem, actor: str) -> None:
        """Return if the reporter signed, or if somebody else acted. Raises BadSignatureError."""
        if actor == REPORTER:
            opened.verify(self.reporter)


def _case_document(proof: PartProof) -> dict[str, Any]:
    return {
        "case": proof.case,
        "report": to_text(proof.report),
        "events": [_event_document(event) for event in proof.events],
    }


def _part_document(proof: PartProof) -> dict[str, Any]:
    left = {} if proof.deletion is None else {"deletion": as_document(proof.deletion)}
    return {**_case_document(proof), **left}


def _following(value: Mapping[str, Any]) -> Following:
    number = _count(value["number"])
    if not 0 < number < 256:
        raise ValueError
    return Following(number, _case(value), tuple(_case(part) for part in value["parts"]))


def _case(value: Mapping[str, Any]) -> PartProof:
    return PartProof(
        _text(value["case"]),
        from_text(value["report"]),
        [_event(entry) for entry in value["events"]],
        None if value.get("deletion") is None else from_document(value["deletion"]),
    )


def _event_document(event: StoredEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "number": event.number,
        "kind": event.kind,
        "date": event.date.isoformat(),
        "commitment": to_text(event.commitment),
        "body": to_text(event.body),
        "key": to_text(event.key),
    }


def _event(value: Mapping[str, Any]) -> StoredEvent:
    return StoredEvent(
        id=_text(value["id"]),
        number=_count(value["number"]),
        kind=_text(value["kind"]),
        date=date.fromisoformat(value["date"]),
        commitment=from_text(value["commitment"]),
        body=from_text(value["body"]),
        key=from_text(value["key"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _count(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError
    return value

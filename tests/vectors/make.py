"""Makes a file of our own vectors: ``python -m tests.vectors.make underseal-v1.json``.

Seeds are fixed; seals are random, so a file is made once and then kept: what it holds must open forever. The script
refuses to replace a file. A release that adds a format makes a new file beside the old ones. Nothing here is secret.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from datetime import date
from importlib.metadata import version
from typing import Any

from crypto import (
    commitment,
    custody,
    encoding,
    envelope,
    epoch,
    item,
    kdf,
    padding,
    stream,
    symmetric,
    vault,
)
from crypto.keys import KeyPair
from crypto.receipt import ReceiptCode, ReceiptKeys, Wordlist
from intake.card import Card, seal_card
from intake.evidence.blob import BlobWriter
from intake.filing.seal import MAILBOX_BYTES
from intake.organisation import load_organisation
from intake.roster import Roster, certify, sign_roster
from intake.wordlists import wordlist
from tests.vectors.load import HERE, Vector

CASE = "Y2FzZS1mb3ItdmVjdG9ycw"
ITEM = "aXRlbS1mb3ItdmVjdG9ycw"
SALT = bytes(range(16))
PEPPER = bytes(range(32, 64))
VALUES: tuple[Any, ...] = (
    {},
    [],
    None,
    True,
    0,
    -1,
    2**63,
    "",
    "é😀",
    '\u0000\t"\\/',
    {"b": 1, "a": [None, {"é": "x"}]},
)
LENGTHS = (0, 1, 9, 4087, 4088, 4089, 5000, 8191, 8192, 65_537, 100_000, 1_000_003)


def seed_of(name: str) -> bytes:
    """A fixed seed anybody can make again: SHA-256 of its name."""
    return hashlib.sha256(f"underseal test vector {name}".encode()).digest()


def pair_of(name: str) -> KeyPair:
    """The key pair of that seed."""
    return KeyPair(seed_of(name))


def exact(english: Wordlist) -> Vector:
    """What everybody must compute alike, byte by byte."""
    return {
        "keys": [_key(name) for name in ("officer", "case", "reporter")],
        "derive": [
            _derived("card", ()),
            _derived("two parts", (b"a", b"bc")),
            _derived("two parts", (b"ab", b"c")),
        ],
        "receipt": [
            _receipt(bytes(10), english),
            _receipt(bytes(range(10)), english),
            _receipt(b"\xff" * 10, english),
        ],
        "commitment": [_committed(b""), _committed(b'{"number":0}')],
        "canonical_json": [
            {"value": value, "bytes": encoding.canonical_json(value).hex()} for value in VALUES
        ],
        "pack": [
            {"parts": [part.hex() for part in parts], "bytes": encoding.pack(*parts).hex()}
            for parts in ((), (b"",), (b"a", b"bc"), (b"ab", b"c"))
        ],
        "padded_length": [
            {"length": n, "floor": f, "padded": padding.padded_length(n, floor=f)}
            for n in LENGTHS
            for f in (64, padding.FLOOR)
        ],
        "signature": [_signed("officer", "item", b"statement"), _signed("officer", "epoch", b"statement")],
        "place": [
            {
                "purpose": purpose.word,
                "byte": purpose.number,
                "case": CASE,
                "item": ITEM,
                "info": envelope.Place(purpose, CASE, ITEM).info.hex(),
            }
            for purpose in envelope.Purpose
        ],
        "item_context": [
            {
                "kind": kind,
                "case": CASE,
                "item": ITEM,
                "context": item.ItemPlace(kind, CASE, ITEM).context.hex(),
            }
            for kind in ("report", "answer")
        ],
        "epoch": [_epoch_record()],
    }


def opens() -> Vector:
    """What was sealed once and must open forever."""
    return {
        "envelope": [_envelope(purpose) for purpose in envelope.Purpose],
        "padded_envelope": [
            _padded(b"", padding.FLOOR),
            _padded(b"x" * 5000, padding.FLOOR),
            _padded(b"", 8192),
        ],
        "item": [_item("report", b'{"what":"planted"}'), _item("answer", "Ответ ☂".encode() * 700)],
        "epoch": [_epoch()],
        "custody": [_custody(""), _custody(ITEM)],
        "value": [_value(b"card", padding.FLOOR), _value(b"", 64)],
        "stream": [_stream(0), _stream(16_384), _stream(16_385)],
        "blob": [_blob(b""), _blob(b"a photograph")],
        "vault": [_vault()],
        "card": [_card()],
        "mailbox": [_mailbox()],
        "roster": [_roster()],
    }


def _key(name: str) -> Vector:
    pair = pair_of(name)
    return {
        "name": name,
        "seed": seed_of(name).hex(),
        "public": pair.public.as_text(),
        "fingerprint": pair.public.fingerprint.hex(),
        "card_key": epoch.card_key(pair).hex(),
        "protection": epoch.protection_pair(pair).public.fingerprint.hex(),
    }


def _derived(label: str, context: tuple[bytes, ...]) -> Vector:
    return {
        "secret": seed_of("derive").hex(),
        "label": label,
        "context": [part.hex() for part in context],
        "key": kdf.derive(seed_of("derive"), label, *context).hex(),
    }


def _receipt(secret: bytes, english: Wordlist) -> Vector:
    code = ReceiptCode(secret)
    keys = ReceiptKeys.from_code(code, SALT)
    return {
        "secret": secret.hex(),
        "english": code.as_words(english),
        "digits": code.as_digits(),
        "salt": SALT.hex(),
        "master": keys.master.hex(),
        "locator_hash": keys.locator_hash.hex(),
        "mailbox_key": keys.mailbox_key.hex(),
        "case": CASE,
        "reporter": keys.reporter(CASE).public.as_text(),
        "first_nonce": keys.first_nonce(CASE).hex(),
    }


def _committed(content: bytes) -> Vector:
    nonce = seed_of("nonce")
    return {
        "nonce": nonce.hex(),
        "content": content.hex(),
        "commitment": commitment.commit(nonce, content).hex(),
    }


def _signed(name: str, label: str, statement: bytes) -> Vector:
    return {
        "seed": seed_of(name).hex(),
        "label": label,
        "statement": statement.hex(),
        "signature": pair_of(name).sign(label, statement).hex(),
    }


def _record() -> epoch.EpochRecord:
    return epoch.EpochRecord(CASE, 1, pair_of("second epoch").public, "officer")


def _epoch_record() -> Vector:
    record = _record()
    signatures = epoch.sign_record(record, chain=pair_of("case"), signer=pair_of("officer"))
    return {
        "case": CASE,
        "number": 1,
        "key": record.public.as_text(),
        "signer": "officer",
        "statement": record.statement.decode(),
        "chain": "case",
        "by": "officer",
        "signatures": signatures.hex(),
    }


def _envelope(purpose: envelope.Purpose) -> Vector:
    place = envelope.Place(purpose, CASE, ITEM)
    return {
        "to": "officer",
        "purpose": purpose.word,
        "case": CASE,
        "item": ITEM,
        "plaintext": seed_of("plain").hex(),
        "envelope": encoding.to_text(envelope.seal(pair_of("officer").public, place, seed_of("plain"))),
    }


def _padded(content: bytes, floor: int) -> Vector:
    place = envelope.Place(envelope.Purpose.NOTICE, CASE, ITEM)
    sealed = envelope.seal_padded(pair_of("officer").public, place, content, floor=floor)
    return {
        "to": "officer",
        "case": CASE,
        "item": ITEM,
        "content": content.hex(),
        "floor": floor,
        "envelope": encoding.to_text(sealed),
    }


def _item(kind: str, content: bytes) -> Vector:
    place = item.ItemPlace(kind, CASE, ITEM)
    to = ("case", "reporter")
    sealed = item.seal_item(place, content, pair_of("officer"), [pair_of(name).public for name in to])
    return {
        "kind": kind,
        "case": CASE,
        "item": ITEM,
        "author": "officer",
        "content": content.hex(),
        "body": encoding.to_text(sealed.body),
        "keys": [
            {"to": name, "envelope": encoding.to_text(key)} for name, key in zip(to, sealed.keys, strict=True)
        ],
    }


def _epoch() -> Vector:
    officer, recovery, second = (pair_of(name).public for name in ("officer", "recovery", "second epoch"))
    return {
        "case": CASE,
        "number": 1,
        "first": "case",
        "newest": "second epoch",
        "grant": encoding.to_text(epoch.grant(CASE, 1, officer, seed_of("second epoch"))),
        "link": encoding.to_text(epoch.link(CASE, 1, second, seed_of("case"))),
        "recovery": encoding.to_text(epoch.seal_for_recovery(CASE, 1, recovery, seed_of("second epoch"))),
    }


def _custody(compartment: str) -> Vector:
    custodians = [pair_of("custodian 1").public, pair_of("custodian 2").public]
    pairs = custody.pair_envelopes(CASE, custodians, seed_of("custody"), compartment=compartment)
    sealed = custody.seal_identity(
        CASE, pair_of("custody").public, b"a name", compartment=compartment or "identity"
    )
    return {
        "compartment": compartment,
        "case": CASE,
        "number": 0,
        "first": "custodian 1",
        "second": "custodian 2",
        "custody": "custody",
        "pair": encoding.to_text(pairs[0]),
        "identity": encoding.to_text(sealed),
        "content": b"a name".hex(),
    }


def _value(content: bytes, floor: int) -> Vector:
    sealed = symmetric.seal_value(seed_of("value"), b"place", content, floor=floor)
    return {
        "key": seed_of("value").hex(),
        "place": b"place".hex(),
        "floor": floor,
        "content": content.hex(),
        "sealed": encoding.to_text(sealed),
    }


def _stream(length: int) -> Vector:
    data = bytes(length)
    return {
        "key": seed_of("stream").hex(),
        "context": b"context".hex(),
        "zero_bytes": length,
        "sealed": encoding.to_text(stream.seal_bytes(seed_of("stream"), b"context", data)),
    }


class _Kept:
    """Where a sealed file ends up: in memory, here."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, piece: bytes, /) -> None:
        self.data += piece

    def commit(self) -> None:
        """It is whole in any case."""

    abort = commit


def _blob(content: bytes) -> Vector:
    kept = _Kept()
    writer = BlobWriter(ITEM, kept)
    writer.write(content)
    return {
        "ref": writer.finish().as_json(),
        "stored": encoding.to_text(bytes(kept.data)),
        "content": content.hex(),
    }


def _vault() -> Vector:
    password = "correct horse battery staple"
    return {
        "officer": "officer",
        "seed": seed_of("officer").hex(),
        "password": password,
        "pepper": PEPPER.hex(),
        "locked": encoding.to_text(vault.lock(pair_of("officer"), "officer", password, PEPPER)),
        "second_factor": encoding.to_text(vault.seal_second_factor(b"totp secret", "officer", PEPPER)),
        "secret": b"totp secret".hex(),
    }


def _card() -> Vector:
    card = Card("A title", "fraud", "P3", "medium", "low", "2026-01-01", {"ack_due": "2026-01-08"})
    return {
        "case": CASE,
        "epoch": 1,
        "pair": "second epoch",
        "title": card.title,
        "sealed": encoding.to_text(seal_card(card, CASE, 1, pair_of("second epoch"))),
    }


def _mailbox() -> Vector:
    keys = ReceiptKeys(seed_of("receipt master"))
    content = encoding.canonical_json({"v": 1, "case": CASE, "key": pair_of("case").public.as_text()})
    place = encoding.pack(b"mailbox", keys.locator_hash)
    sealed = symmetric.seal_value(keys.mailbox_key, place, content, floor=MAILBOX_BYTES)
    return {"master": keys.master.hex(), "content": content.decode(), "sealed": encoding.to_text(sealed)}


def _roster() -> Vector:
    text = encoding.canonical_json(
        {
            "regions": [{"id": "land", "level": 0, "parent": None}],
            "handling_offices": [
                {"id": "office", "region": "land", "members": [{"id": "ana", "role": "head"}]}
            ],
            "external": [],
            "bodies": [],
            "persons": [],
            "ties": [],
            "calendar": {"holidays": [], "extra_working_days": []},
        }
    ).decode()
    organisation = load_organisation(text.encode())
    roster = Roster(
        number=1,
        issued=date(2026, 1, 1),
        expires=date(2027, 1, 1),
        organisation_json=text,
        organisation=organisation,
        officers={"ana": certify(organisation, "ana", pair_of("officer").public)},
        gate=pair_of("gate").public,
        recovery=pair_of("recovery").public,
    )
    signed = sign_roster(roster.as_document(), pair_of("root"))
    return {
        "root": "root",
        "certified": ["ana"],
        "document": signed.document.decode(),
        "signature": signed.signature.hex(),
    }


def main(arguments: list[str]) -> int:
    """Write the file; 1 when it exists."""
    parser = argparse.ArgumentParser(description="make a file of test vectors, once")
    parser.add_argument("file", help="such as underseal-v1.json")
    target = HERE / parser.parse_args(arguments).file
    english = wordlist("en")
    assert english is not None
    made: dict[str, Any] = {
        "source": "tests/vectors/make.py",
        "underseal": version("underseal"),
        "cryptography": version("cryptography"),
        "exact": exact(english),
        "opens": opens(),
    }
    try:
        with target.open("x", encoding="utf-8") as file:
            json.dump(made, file, indent=1, ensure_ascii=False)
            file.write("\n")
    except FileExistsError:
        sys.stderr.write(
            f"{target.name} exists; what it holds must open forever, so give the new file another name\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

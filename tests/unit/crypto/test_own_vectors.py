"""Our formats, frozen: every file of own vectors computes alike and opens, in this release and in every later one."""

from __future__ import annotations

import pytest

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
from crypto.keys import KeyPair, PublicKeys
from crypto.receipt import ReceiptCode, ReceiptKeys, parse_code
from intake.card import open_card
from intake.evidence.blob import BlobRef, read_blob
from intake.filing.seal import MAILBOX_BYTES
from intake.roster import SignedRoster, verify_roster
from intake.wordlists import wordlist
from tests.vectors.load import Vector, own
from tests.vectors.make import pair_of

FILES = own()
PURPOSES = {purpose.word: purpose for purpose in envelope.Purpose}


def cases(part: str, section: str) -> list[Vector]:
    """All vectors of one section, over all releases. A section that vanished fails the test that names it."""
    found = [vector for file in FILES for vector in file[part].get(section, [])]
    assert found, f"no own vector has a section {section}"
    return found


def sealed(vector: Vector, name: str) -> bytes:
    return encoding.from_text(vector[name])


@pytest.mark.parametrize("vector", cases("exact", "keys"), ids=lambda v: v["name"])
def test_a_seed_always_gives_the_same_keys(vector: Vector) -> None:
    pair = KeyPair(bytes.fromhex(vector["seed"]))
    assert pair.public.as_text() == vector["public"]
    assert pair.public.fingerprint.hex() == vector["fingerprint"]
    assert epoch.card_key(pair).hex() == vector["card_key"]
    assert epoch.protection_pair(pair).public.fingerprint.hex() == vector["protection"]


@pytest.mark.parametrize("vector", cases("exact", "derive"))
def test_a_label_and_its_context_always_give_the_same_key(vector: Vector) -> None:
    context = [bytes.fromhex(part) for part in vector["context"]]
    assert kdf.derive(bytes.fromhex(vector["secret"]), vector["label"], *context).hex() == vector["key"]


@pytest.mark.parametrize("vector", cases("exact", "receipt"), ids=lambda v: v["secret"])
def test_a_receipt_code_always_shows_and_opens_the_same(vector: Vector) -> None:
    english = wordlist("en")
    assert english is not None
    code = ReceiptCode(bytes.fromhex(vector["secret"]))
    assert code.as_words(english) == vector["english"]
    assert code.as_digits() == vector["digits"]
    assert parse_code(vector["english"], [english]) == parse_code(vector["digits"], []) == code
    keys = ReceiptKeys.from_code(code, bytes.fromhex(vector["salt"]))
    assert keys.master.hex() == vector["master"]
    assert keys.locator_hash.hex() == vector["locator_hash"]
    assert keys.mailbox_key.hex() == vector["mailbox_key"]
    assert keys.reporter(vector["case"]).public.as_text() == vector["reporter"]
    assert keys.first_nonce(vector["case"]).hex() == vector["first_nonce"]


@pytest.mark.parametrize("vector", cases("exact", "commitment"))
def test_a_commitment_is_always_the_same(vector: Vector) -> None:
    nonce, content = bytes.fromhex(vector["nonce"]), bytes.fromhex(vector["content"])
    assert commitment.commit(nonce, content).hex() == vector["commitment"]


@pytest.mark.parametrize("vector", cases("exact", "canonical_json"), ids=lambda v: v["bytes"][:16])
def test_a_value_always_has_the_same_one_encoding(vector: Vector) -> None:
    assert encoding.canonical_json(vector["value"]).hex() == vector["bytes"]
    assert encoding.parse_canonical(bytes.fromhex(vector["bytes"])) == vector["value"]


@pytest.mark.parametrize("vector", cases("exact", "pack"), ids=lambda v: v["bytes"][:16])
def test_packed_parts_are_always_the_same(vector: Vector) -> None:
    parts = tuple(bytes.fromhex(part) for part in vector["parts"])
    assert encoding.pack(*parts).hex() == vector["bytes"]
    assert encoding.unpack(bytes.fromhex(vector["bytes"]), len(parts)) == parts


@pytest.mark.parametrize(
    "vector", cases("exact", "padded_length"), ids=lambda v: f"{v['length']}-{v['floor']}"
)
def test_a_length_always_falls_in_the_same_class(vector: Vector) -> None:
    assert padding.padded_length(vector["length"], floor=vector["floor"]) == vector["padded"]


@pytest.mark.parametrize("vector", cases("exact", "signature"), ids=lambda v: v["label"])
def test_a_signature_is_always_the_same(vector: Vector) -> None:
    pair, statement = KeyPair(bytes.fromhex(vector["seed"])), bytes.fromhex(vector["statement"])
    assert pair.sign(vector["label"], statement).hex() == vector["signature"]
    pair.public.verify(vector["label"], statement, bytes.fromhex(vector["signature"]))


@pytest.mark.parametrize("vector", cases("exact", "place"), ids=lambda v: v["purpose"])
def test_a_place_is_always_bound_by_the_same_bytes(vector: Vector) -> None:
    purpose = PURPOSES[vector["purpose"]]
    assert purpose.number == vector["byte"]
    assert envelope.Place(purpose, vector["case"], vector["item"]).info.hex() == vector["info"]


def test_every_purpose_is_in_the_vectors_so_none_is_renumbered() -> None:
    assert {vector["purpose"] for vector in cases("exact", "place")} == set(PURPOSES)
    assert {vector["purpose"] for vector in cases("opens", "envelope")} == set(PURPOSES)
    assert len({purpose.number for purpose in PURPOSES.values()}) == len(PURPOSES)


@pytest.mark.parametrize("vector", cases("exact", "item_context"), ids=lambda v: v["kind"])
def test_an_item_is_always_bound_by_the_same_bytes(vector: Vector) -> None:
    assert item.ItemPlace(vector["kind"], vector["case"], vector["item"]).context.hex() == vector["context"]


@pytest.mark.parametrize("vector", cases("exact", "epoch"))
def test_an_epoch_record_is_always_the_same_statement(vector: Vector) -> None:
    record = epoch.EpochRecord(
        vector["case"], vector["number"], PublicKeys.from_text(vector["key"]), vector["signer"]
    )
    assert record.statement.decode() == vector["statement"]
    chain, signer = pair_of(vector["chain"]), pair_of(vector["by"])
    assert epoch.sign_record(record, chain=chain, signer=signer).hex() == vector["signatures"]
    epoch.verify_record(record, bytes.fromhex(vector["signatures"]), chain=chain.public, signer=signer.public)


@pytest.mark.parametrize("vector", cases("opens", "envelope"), ids=lambda v: v["purpose"])
def test_an_envelope_of_every_purpose_still_opens(vector: Vector) -> None:
    place = envelope.Place(PURPOSES[vector["purpose"]], vector["case"], vector["item"])
    opened = envelope.open_(pair_of(vector["to"]), place, sealed(vector, "envelope"))
    assert opened.hex() == vector["plaintext"]


@pytest.mark.parametrize("vector", cases("opens", "padded_envelope"), ids=lambda v: str(v["floor"]))
def test_a_padded_envelope_still_opens(vector: Vector) -> None:
    place = envelope.Place(envelope.Purpose.NOTICE, vector["case"], vector["item"])
    opened = envelope.open_padded(
        pair_of(vector["to"]), place, sealed(vector, "envelope"), floor=vector["floor"]
    )
    assert opened.hex() == vector["content"]


@pytest.mark.parametrize("vector", cases("opens", "item"), ids=lambda v: v["kind"])
def test_an_item_still_opens_for_each_of_its_recipients(vector: Vector) -> None:
    place = item.ItemPlace(vector["kind"], vector["case"], vector["item"])
    for key in vector["keys"]:
        opened = item.open_item(pair_of(key["to"]), place, sealed(vector, "body"), sealed(key, "envelope"))
        assert opened.verify(pair_of(vector["author"]).public).hex() == vector["content"]


@pytest.mark.parametrize("vector", cases("opens", "epoch"))
def test_an_epoch_still_opens_by_its_grant_its_link_and_the_recovery_key(vector: Vector) -> None:
    case, number = vector["case"], vector["number"]
    newest = pair_of(vector["newest"])
    granted = epoch.open_grant(case, number, pair_of("officer"), sealed(vector, "grant"), newest.public)
    recovered = epoch.open_recovery(
        case, number, pair_of("recovery"), sealed(vector, "recovery"), newest.public
    )
    assert granted.public == recovered.public == newest.public
    pairs = epoch.open_all(case, number, granted, {number: sealed(vector, "link")})
    assert {at: pair.public for at, pair in pairs.items()} == {
        0: pair_of(vector["first"]).public,
        1: newest.public,
    }


@pytest.mark.parametrize("vector", cases("opens", "custody"))
def test_an_identity_still_opens_for_two_custodians(vector: Vector) -> None:
    case, number, compartment = vector["case"], vector["number"], vector.get("compartment", "")
    inner = custody.peel(
        case, number, pair_of(vector["first"]), sealed(vector, "pair"), compartment=compartment
    )
    key = custody.open_inner(case, number, pair_of(vector["second"]), inner, compartment=compartment)
    assert key.public == pair_of(vector["custody"]).public
    identity = sealed(vector, "identity")
    opened = custody.open_identity(case, key, identity, compartment=compartment or "identity")
    assert opened.hex() == vector["content"]


@pytest.mark.parametrize("vector", cases("opens", "value"), ids=lambda v: str(v["floor"]))
def test_a_small_sealed_value_still_opens(vector: Vector) -> None:
    key, place = bytes.fromhex(vector["key"]), bytes.fromhex(vector["place"])
    opened = symmetric.open_value(key, place, sealed(vector, "sealed"), floor=vector["floor"])
    assert opened.hex() == vector["content"]


@pytest.mark.parametrize("vector", cases("opens", "stream"), ids=lambda v: str(v["zero_bytes"]))
def test_a_stream_still_opens(vector: Vector) -> None:
    key, context = bytes.fromhex(vector["key"]), bytes.fromhex(vector["context"])
    assert stream.open_bytes(key, context, sealed(vector, "sealed")) == bytes(vector["zero_bytes"])


@pytest.mark.parametrize("vector", cases("opens", "blob"), ids=lambda v: v["content"])
def test_a_sealed_file_still_opens(vector: Vector) -> None:
    ref = BlobRef.from_json(vector["ref"])
    assert b"".join(read_blob(ref, [sealed(vector, "stored")])).hex() == vector["content"]


@pytest.mark.parametrize("vector", cases("opens", "card"))
def test_a_card_still_opens(vector: Vector) -> None:
    pairs = {vector["epoch"]: pair_of(vector["pair"])}
    assert open_card(sealed(vector, "sealed"), vector["case"], pairs).title == vector["title"]


@pytest.mark.parametrize("vector", cases("opens", "mailbox"))
def test_a_mailbox_row_still_opens(vector: Vector) -> None:
    keys = ReceiptKeys(bytes.fromhex(vector["master"]))
    place = encoding.pack(b"mailbox", keys.locator_hash)
    opened = symmetric.open_value(keys.mailbox_key, place, sealed(vector, "sealed"), floor=MAILBOX_BYTES)
    assert opened.decode() == vector["content"]


@pytest.mark.parametrize("vector", cases("opens", "roster"))
def test_a_signed_roster_still_verifies(vector: Vector) -> None:
    signed = SignedRoster(vector["document"].encode(), bytes.fromhex(vector["signature"]))
    roster = verify_roster(signed, pair_of(vector["root"]).public)
    assert sorted(roster.certified) == vector["certified"]
    assert roster.keys_of("ana") == pair_of("officer").public


@pytest.mark.parametrize("vector", cases("opens", "vault"))
def test_an_officers_key_still_unlocks(vector: Vector) -> None:
    pepper = bytes.fromhex(vector["pepper"])
    pair = vault.unlock(sealed(vector, "locked"), vector["officer"], vector["password"], pepper)
    assert pair.public == KeyPair(bytes.fromhex(vector["seed"])).public
    factor = vault.open_second_factor(sealed(vector, "second_factor"), vector["officer"], pepper)
    assert factor.hex() == vector["secret"]

"""The identity compartment: two custodians, one after the other, and nobody else (P5)."""

from __future__ import annotations

import itertools

import pytest

from crypto import custody
from crypto.errors import CryptoError, MalformedError
from crypto.keys import KeyPair

CASE = "case"
SEED = b"s" * 32
CUSTODIANS = [KeyPair(bytes([n]) * 32) for n in range(8)]
STRANGER = KeyPair(b"x" * 32)


def sealed_to(count: int) -> list[bytes]:
    return custody.pair_envelopes(CASE, [pair.public for pair in CUSTODIANS[:count]], SEED)


@pytest.mark.parametrize("count", range(8))
def test_every_case_has_the_same_number_of_envelopes_of_the_same_size(count: int) -> None:
    envelopes = sealed_to(count)
    assert len(envelopes) == custody.PAIRS
    assert len({len(envelope) for envelope in envelopes}) == 1


def test_every_pair_opens_in_order_and_no_custodian_opens_alone() -> None:
    envelopes = sealed_to(3)
    for number, (first, second) in enumerate(itertools.combinations(CUSTODIANS[:3], 2)):
        inner = custody.peel(CASE, number, first, envelopes[number])
        assert custody.open_inner(CASE, number, second, inner).unsafe_seed == SEED
        for alone in (first, STRANGER):
            with pytest.raises(CryptoError):
                custody.open_inner(CASE, number, alone, inner)
        with pytest.raises(CryptoError):
            custody.peel(CASE, number, second, envelopes[number])


@pytest.mark.parametrize("count", [0, 1])
def test_below_two_custodians_nobody_opens_it(count: int) -> None:
    for number, envelope in enumerate(sealed_to(count)):
        for pair in CUSTODIANS:
            with pytest.raises(CryptoError):
                custody.peel(CASE, number, pair, envelope)


def test_one_person_named_twice_would_be_a_pair_alone_and_is_refused() -> None:
    alone = CUSTODIANS[0].public
    with pytest.raises(MalformedError):
        custody.pair_envelopes(CASE, [alone, alone], SEED)


def test_a_peeled_layer_of_another_pair_or_case_does_not_open() -> None:
    envelopes = sealed_to(3)
    inner = custody.peel(CASE, 0, CUSTODIANS[0], envelopes[0])
    with pytest.raises(CryptoError):
        custody.open_inner(CASE, 1, CUSTODIANS[1], inner)
    with pytest.raises(CryptoError):
        custody.open_inner("other", 0, CUSTODIANS[1], inner)
    with pytest.raises(CryptoError):
        custody.peel(CASE, 1, CUSTODIANS[0], envelopes[0])


def test_an_empty_compartment_and_a_name_have_one_size() -> None:
    key = KeyPair(SEED)
    empty = custody.seal_identity(CASE, key.public, b"")
    named = custody.seal_identity(CASE, key.public, "Имя и телефон".encode() * 100)
    assert len(empty) == len(named)
    assert custody.open_identity(CASE, key, empty) == b""
    with pytest.raises(CryptoError):
        custody.open_identity("other", key, named)

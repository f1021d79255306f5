"""Recovery shares: enough trustees give the key back, too few give nothing."""

from __future__ import annotations

import itertools

import pytest
from shamir_mnemonic import MnemonicError

from crypto.keys import KeyPair
from triage.instances.ceremony import Threshold, make_shares, recovery_from


def test_any_three_of_five_trustees_give_the_recovery_key_back() -> None:
    pair = KeyPair.generate()
    shares = make_shares(pair, Threshold.from_text("3/5"))
    assert len(set(shares)) == 5
    assert all(len(share.split()) == 33 for share in shares)
    for some in itertools.combinations(shares, 3):
        assert recovery_from(some).public == pair.public


def test_two_of_three_needed_shares_give_nothing() -> None:
    shares = make_shares(KeyPair.generate(), Threshold(3, 5))
    with pytest.raises(MnemonicError):
        recovery_from(shares[:2])


def test_a_share_with_a_slip_is_noticed() -> None:
    shares = make_shares(KeyPair.generate(), Threshold(2, 3))
    words = shares[0].split()
    words[20] = "academic" if words[20] != "academic" else "acid"
    with pytest.raises(MnemonicError):
        recovery_from([" ".join(words), shares[1]])


@pytest.mark.parametrize("text", ["", "3", "5/3", "0/3", "1/3", "3/17", "a/b", "3/5/7", "-1/2", "٣/٥"])
def test_impossible_thresholds_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="3/5"):
        Threshold.from_text(text)

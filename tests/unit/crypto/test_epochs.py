"""A change of circle, as those who stay, those who left, and a database writer see it."""

from __future__ import annotations

import dataclasses

import pytest

from crypto import epoch
from crypto.errors import BadSignatureError, BrokenSealError, CryptoError, MalformedError
from crypto.keys import KeyPair

CASE = "case"
OLD, NEW, NEWER = KeyPair(b"0" * 32), KeyPair(b"1" * 32), KeyPair(b"2" * 32)
STAYS, LEAVES, GATE, RECOVERY = (KeyPair(bytes([n]) * 32) for n in range(4))


def test_the_newest_seed_opens_everything_earlier() -> None:
    links = {
        1: epoch.link(CASE, 1, NEW.public, OLD.unsafe_seed),
        2: epoch.link(CASE, 2, NEWER.public, NEW.unsafe_seed),
    }
    pairs = epoch.open_all(CASE, 2, NEWER, links)
    assert {number: pair.public for number, pair in pairs.items()} == {
        0: OLD.public,
        1: NEW.public,
        2: NEWER.public,
    }


def test_an_officer_who_left_opens_nothing_later_with_the_whole_database_in_hand() -> None:
    link = epoch.link(CASE, 1, NEW.public, OLD.unsafe_seed)
    grant = epoch.grant(CASE, 1, STAYS.public, NEW.unsafe_seed)
    recovery = epoch.seal_for_recovery(CASE, 1, RECOVERY.public, NEW.unsafe_seed)
    for pair in (OLD, LEAVES):
        with pytest.raises(CryptoError):
            epoch.open_all(CASE, 1, pair, {1: link})
        with pytest.raises(CryptoError):
            epoch.open_grant(CASE, 1, pair, grant, NEW.public)
        with pytest.raises(CryptoError):
            epoch.open_recovery(CASE, 1, pair, recovery, NEW.public)
    assert epoch.open_all(CASE, 0, OLD, {1: link}).keys() == {0}


def test_a_grant_of_another_key_than_the_record_names_is_refused() -> None:
    grant = epoch.grant(CASE, 1, STAYS.public, OLD.unsafe_seed)
    with pytest.raises(BrokenSealError):
        epoch.open_grant(CASE, 1, STAYS, grant, NEW.public)
    recovery = epoch.seal_for_recovery(CASE, 1, RECOVERY.public, OLD.unsafe_seed)
    with pytest.raises(BrokenSealError):
        epoch.open_recovery(CASE, 1, RECOVERY, recovery, NEW.public)


def test_a_grant_moved_to_another_epoch_or_case_does_not_open() -> None:
    grant = epoch.grant(CASE, 1, STAYS.public, NEW.unsafe_seed)
    for case, number in ((CASE, 2), ("other", 1)):
        with pytest.raises(BrokenSealError):
            epoch.open_grant(case, number, STAYS, grant, NEW.public)


def test_a_grant_that_holds_no_seed_is_refused() -> None:
    with pytest.raises(MalformedError):
        epoch.open_grant(CASE, 1, STAYS, epoch.grant(CASE, 1, STAYS.public, b"short"), NEW.public)


def test_a_record_needs_the_previous_key_and_the_officer() -> None:
    record = epoch.EpochRecord(CASE, 1, NEW.public, "stays")
    signatures = epoch.sign_record(record, chain=OLD, signer=STAYS)
    epoch.verify_record(record, signatures, chain=OLD.public, signer=STAYS.public)
    for chain, signer in ((NEW, STAYS), (OLD, LEAVES), (STAYS, OLD), (GATE, STAYS)):
        with pytest.raises(BadSignatureError):
            epoch.verify_record(record, signatures, chain=chain.public, signer=signer.public)


def test_a_database_writer_who_is_an_officer_but_holds_no_grant_cannot_swap_the_letterbox() -> None:
    """The reporter follows the chain from the mailbox row: a certified officer's own signature is not enough."""
    swapped = epoch.EpochRecord(CASE, 1, LEAVES.public, "leaves")
    forged = epoch.sign_record(swapped, chain=LEAVES, signer=LEAVES)
    with pytest.raises(BadSignatureError):
        epoch.verify_record(swapped, forged, chain=OLD.public, signer=LEAVES.public)


@pytest.mark.parametrize(
    "change", [{"case": "other"}, {"number": 2}, {"public": NEWER.public}, {"signer": "leaves"}]
)
def test_signatures_hold_for_one_case_number_key_and_signer(change: dict[str, object]) -> None:
    record = epoch.EpochRecord(CASE, 1, NEW.public, "stays")
    signatures = epoch.sign_record(record, chain=OLD, signer=STAYS)
    with pytest.raises(BadSignatureError):
        epoch.verify_record(
            dataclasses.replace(record, **change),  # type: ignore[arg-type]  # one field at a time, by name
            signatures,
            chain=OLD.public,
            signer=STAYS.public,
        )


def test_signatures_cut_or_doubled_are_refused() -> None:
    record = epoch.EpochRecord(CASE, 1, NEW.public, "stays")
    signatures = epoch.sign_record(record, chain=OLD, signer=STAYS)
    for forged in (b"", signatures[:64], signatures[:-1], signatures * 2, signatures[64:] + signatures[:64]):
        with pytest.raises(BadSignatureError):
            epoch.verify_record(record, forged, chain=OLD.public, signer=STAYS.public)


def test_a_case_with_absurdly_many_epochs_is_refused_before_any_work() -> None:
    with pytest.raises(MalformedError):
        epoch.open_all(CASE, epoch.MAX_EPOCHS + 1, NEWER, {})


def test_card_and_protection_come_from_the_epoch_and_not_from_each_other() -> None:
    assert epoch.card_key(OLD) != epoch.card_key(NEW)
    assert epoch.protection_pair(OLD).public != OLD.public
    assert epoch.protection_pair(OLD).unsafe_seed != epoch.card_key(OLD)


def test_the_first_record_names_the_filing() -> None:
    assert epoch.first_record(CASE, OLD) == epoch.EpochRecord(CASE, 0, OLD.public, "filing")

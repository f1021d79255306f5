"""Time-based codes, against the published vectors of RFC 6238 (appendix B, SHA-1, last six digits)."""

from __future__ import annotations

import base64

import pytest

from triage.accounts.second_factor import (
    STEP_SECONDS,
    BadSecondFactorError,
    check_totp_secret,
    code_at,
    enrolment_uri,
    matching_step,
    new_totp_secret,
)

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
VECTORS = [
    (59, "287082"),
    (1_111_111_109, "081804"),
    (1_111_111_111, "050471"),
    (1_234_567_890, "005924"),
    (2_000_000_000, "279037"),
    (20_000_000_000, "353130"),
]


@pytest.mark.parametrize(("moment", "code"), VECTORS)
def test_the_published_codes_come_out(moment: int, code: str) -> None:
    assert code_at(RFC_SECRET, moment) == code
    assert matching_step(RFC_SECRET, code, moment, after=0) == moment // STEP_SECONDS


def test_a_used_step_and_every_earlier_one_is_gone() -> None:
    moment, code = VECTORS[1]
    step = moment // STEP_SECONDS
    assert matching_step(RFC_SECRET, code, moment, after=step - 1) == step
    assert matching_step(RFC_SECRET, code, moment, after=step) is None


@pytest.mark.parametrize(
    "typed", ["", "81804", "0818040", "08180a", "-81804", "⑧⑧⑧⑧⑧⑧", "0" * 5000, "081804\x00"]
)
def test_what_is_no_code_matches_nothing(typed: str) -> None:
    assert matching_step(RFC_SECRET, typed, VECTORS[1][0], after=0) is None


def test_fresh_secrets_are_long_and_differ() -> None:
    secrets = {new_totp_secret() for _ in range(20)}
    assert len(secrets) == 20
    for secret in secrets:
        check_totp_secret(secret)


@pytest.mark.parametrize("secret", ["", "not base32!", "GEZDGNBV", "1" * 32])
def test_short_or_broken_secrets_are_refused_without_being_repeated(secret: str) -> None:
    with pytest.raises(BadSecondFactorError) as refused:
        check_totp_secret(secret)
    assert not secret or secret not in str(refused.value)


def test_the_enrolment_address_names_officer_and_instance() -> None:
    uri = enrolment_uri(RFC_SECRET, "HO-north/head", "Office of the Land")
    assert uri.startswith("otpauth://totp/Office%20of%20the%20Land:HO-north/head?")
    assert f"secret={RFC_SECRET}" in uri

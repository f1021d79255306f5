"""The second factor: time-based codes (RFC 6238) through pyotp. Knows no account row and reads no clock.

A code belongs to a time step; the caller remembers the newest step that was used, so that a code opens one login
(RFC 6238 section 5.2).
"""

from __future__ import annotations

import binascii
import hmac
import unicodedata

import pyotp

DIGITS = 6
STEP_SECONDS = 30
WINDOW = 1  # steps either side: a phone's clock may be half a minute off (RFC 6238 section 5.2)
_SECRET_CHARACTERS = 32  # of base32: 160 bits, the length RFC 4226 section 4 recommends
_SPACING = str.maketrans("", "", " -\u00a0\u202f")


class BadSecondFactorError(ValueError):
    """The TOTP secret is not base32 of at least 160 bits. Never holds the secret."""


def new_totp_secret() -> str:
    """A fresh secret: 160 bits as base32, what authenticator apps take."""
    return pyotp.random_base32(_SECRET_CHARACTERS)


def check_totp_secret(secret: str) -> None:
    """Return if ``secret`` can be enrolled. Raises BadSecondFactorError."""
    try:
        long_enough = len(pyotp.TOTP(secret).byte_secret()) * 8 >= 160
    except (binascii.Error, ValueError) as error:
        raise BadSecondFactorError("a TOTP secret is base32 text (letters A-Z and digits 2-7)") from error
    if not long_enough:
        raise BadSecondFactorError("a TOTP secret has 160 bits or more (32 characters of base32)")


def enrolment_uri(secret: str, officer_id: str, instance: str) -> str:
    """The otpauth:// address that a QR code shows to the officer's authenticator app, once."""
    return pyotp.TOTP(secret).provisioning_uri(name=officer_id, issuer_name=instance)


def code_at(secret: str, now: int) -> str:
    """The code of the moment ``now`` (seconds since 1970)."""
    return pyotp.TOTP(secret).at(now)


def matching_step(secret: str, code: str, now: int, *, after: int) -> int | None:
    """The time step that ``code`` belongs to, in the window around ``now`` and later than ``after``; None if there is none.

    Every step of the window is computed and compared in constant time, whatever the answer.
    """
    typed = _digits(code)
    totp = pyotp.TOTP(secret)
    current = now // STEP_SECONDS
    found = None
    for step in range(current - WINDOW, current + WINDOW + 1):
        if hmac.compare_digest(totp.generate_otp(step), typed) and step > after and found is None:
            found = step
    return found


def _digits(code: str) -> str:
    """What was typed, as ASCII digits; other scripts' digits count, as apps show them. Empty when it is no code."""
    typed = unicodedata.normalize("NFKC", code[:64]).translate(_SPACING)
    if len(typed) != DIGITS or not typed.isdecimal():
        return ""
    return "".join(str(unicodedata.decimal(digit)) for digit in typed)

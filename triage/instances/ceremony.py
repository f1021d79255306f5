"""The ceremony sheet: what exists once, on paper. Recovery shares, pepper, salt, first logins; printed, never stored.

Shares follow SLIP-39: k of n trustees together give the recovery key, fewer give nothing. Pepper and salt are on the sheet
because losing either locks everybody out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics

from crypto.encoding import to_text
from crypto.keys import KeyPair
from triage.instances.make import Ceremony

_RULE = "-" * 78


@dataclass(frozen=True, slots=True)
class Threshold:
    """How many of how many shares give the recovery key back (SLIP-39: at most 16 shares)."""

    needed: int
    shares: int

    def __post_init__(self) -> None:
        if not 1 <= self.needed <= self.shares <= 16 or (self.needed == 1) != (self.shares == 1):
            raise ValueError(
                "shares are K/N with 2 <= K <= N <= 16, for example 3/5 (or 1/1 for a single trustee)"
            )

    def line_of(self, number: int) -> str:
        """The letter of the line whose trustee gets a share, counted from 1; a single share has none.

        No letter has as many shares as are needed: those who are enough come from two lines at least.
        """
        return chr(ord("A") + (number - 1) // (self.needed - 1)) if self.needed > 1 else ""

    @classmethod
    def from_text(cls, text: str) -> Threshold:
        """Read ``3/5``. Raises ValueError."""
        match = re.fullmatch(r"(\d{1,2})/(\d{1,2})", text.strip(), re.ASCII)
        if match is None:
            raise ValueError("shares are K/N, for example 3/5: three of five trustees together")
        return cls(int(match[1]), int(match[2]))


@dataclass(frozen=True, slots=True)
class FirstLogin:
    """A login made for somebody who is not here: handed over in an envelope, and reset at the handover."""

    officer: str
    name: str
    password: str = field(repr=False)
    totp_secret: str = field(repr=False)


def make_shares(recovery: KeyPair, threshold: Threshold) -> list[str]:
    """The recovery key's seed as SLIP-39 mnemonics of 33 words."""
    groups = generate_mnemonics(1, [(threshold.needed, threshold.shares)], recovery.unsafe_seed)
    shares: list[str] = groups[0]
    return shares


def recovery_from(shares: Sequence[str]) -> KeyPair:
    """The recovery key from enough shares. Raises shamir_mnemonic.MnemonicError, MalformedError."""
    return KeyPair(combine_mnemonics(list(shares)))


@dataclass(slots=True, repr=False)
class Gathered:
    """Shares as trustees type them, one after the other; each is checked by itself before the next one is asked for."""

    _shares: dict[int, str] = field(default_factory=dict)
    _first: Share | None = None

    @property
    def needed(self) -> int | None:
        """How many it takes; None before the first share."""
        return None if self._first is None else self._first.member_threshold

    @property
    def next(self) -> int:
        """The number of the share that is asked for next."""
        return len(self._shares) + 1

    @property
    def enough(self) -> bool:
        """Whether the key can be put together."""
        return self.needed is not None and len(self._shares) >= self.needed

    def add(self, typed: str) -> str:
        """Take a share; what is wrong with it, or nothing."""
        words = " ".join(typed.lower().split())
        try:
            share = Share.from_mnemonic(words)
        except MnemonicError:
            return "a word is wrong or missing"
        if self._first is not None and share.group_parameters() != self._first.group_parameters():
            return "it belongs to another key than the shares before"
        if share.index in self._shares:
            return "this share was typed already"
        self._first = self._first or share
        self._shares[share.index] = words
        return ""

    def key(self) -> KeyPair:
        """The recovery key. Raises MnemonicError, MalformedError."""
        return recovery_from(list(self._shares.values()))


def render_sheet(
    ceremony: Ceremony, threshold: Threshold, shares: Sequence[str], logins: Sequence[FirstLogin]
) -> str:
    """The whole sheet as text, a page's width."""
    parts = [
        _RULE,
        f"CEREMONY SHEET of {ceremony.plan.name}, {ceremony.plan.today}",
        "Shown once and stored nowhere. Write or print it now; keep the parts in different places.",
        _RULE,
        f"roster root   {_fingerprint(ceremony.root)}    (roster.key: move it offline)",
        f"gate          {_fingerprint(ceremony.gate)}    (worker.key: copy it to a safe)",
        f"recovery      {_fingerprint(ceremony.recovery)}    (in the shares below, and nowhere else)",
        f"public log    {ceremony.log_key.as_text()}",
        "              (the key that everybody checks the public log with: publish it)",
        f"pepper        {to_text(ceremony.pepper)}",
        f"receipt salt  {to_text(ceremony.receipt_salt)}",
        "Without the pepper no officer logs in again; without the salt no receipt code opens again.",
    ]
    parts += _render_shares(threshold, shares)
    for login in logins:
        parts += [
            _RULE,
            f"FIRST LOGIN of {login.name}. Hand it over sealed; at the handover run `underseal officer reset`.",
            f"name      {login.officer}",
            f"password  {login.password}",
            f"TOTP      {login.totp_secret}",
        ]
    return "\n".join([*parts, _RULE])


def render_new_shares(threshold: Threshold, shares: Sequence[str]) -> str:
    """What is printed after a rotation."""
    return "\n".join([*_render_shares(threshold, shares), _RULE])


def _render_shares(threshold: Threshold, shares: Sequence[str]) -> list[str]:
    """Each share with the line that its trustee has to come from, as lines of text."""
    parts: list[str] = []
    if threshold.needed > 1:
        parts += [
            _RULE,
            "Give shares of different letters to people of different lines of the organisation: then no line",
            "alone has enough of them.",
        ]
    for number, share in enumerate(shares, 1):
        line = threshold.line_of(number)
        whom = f"one trustee of line {line}" if line else "one trustee"
        parts += [
            _RULE,
            f"RECOVERY SHARE {number} of {len(shares)} ({threshold.needed} are needed). For {whom}:",
            "",
            *_wrapped(share.split(), 8),
        ]
    return parts


def _fingerprint(pair: KeyPair) -> str:
    return pair.public.fingerprint.hex()


def _wrapped(words: Sequence[str], width: int) -> list[str]:
    return ["  " + " ".join(words[start : start + width]) for start in range(0, len(words), width)]

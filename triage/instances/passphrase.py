"""First passwords for accounts whose officer is elsewhere, and for the demo: six random words."""

from __future__ import annotations

import secrets

from intake.wordlists import wordlist

WORDS = 6
"""66 bits: no guesser gets there through Argon2id."""


def new_passphrase() -> str:
    """Six words of the English list, separated by dashes, so that one double click copies them."""
    words = wordlist("en")
    assert words is not None
    return "-".join(secrets.choice(words.words) for _ in range(WORDS))

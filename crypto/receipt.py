"""The receipt code: 80 random bits a frightened person can copy by hand, and the keys that come from it.

Word lists come in as data (BIP-39: 2048 words, 11 bits each). Eight words carry the 80 bits and an 8-bit checksum: a slip
of the pen is found by arithmetic anybody may do, before any expensive work. Languages without a list use 27 digits.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from crypto.errors import CryptoError, MalformedError
from crypto.kdf import RECEIPT_COST, Cost, derive, stretch
from crypto.keys import KeyPair
from crypto.secret import Secret
from crypto.statement import StatementKeys

SECRET_BYTES = 10
CODE_BYTES = SECRET_BYTES + 1
WORDS = 8
LIST_SIZE = 2048
DIGITS = 27  # 10**27 > 2**88
MAX_TYPED = 400  # characters; the longest eight words with generous spacing stay below 200


class CodeSlipError(CryptoError):
    """What was typed is not a receipt code: public arithmetic says so. Holds nothing of what was typed."""


@dataclass(frozen=True, slots=True)
class Wordlist:
    """One language's 2048 words. The constructor proves what parsing relies on, so a bad list cannot start a service."""

    language: str
    words: tuple[str, ...]
    _index: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        folded = [fold(word) for word in self.words]
        if len(folded) != LIST_SIZE or len(set(folded)) != LIST_SIZE:
            raise ValueError(
                f"the word list {self.language} needs {LIST_SIZE} words that differ after folding"
            )
        for place, word in enumerate(folded, start=1):
            if not word.isalpha():  # parsing splits at whatever is not a letter
                raise ValueError(
                    f"the word list {self.language} has a word that is not made of letters: number {place}, {word!r}"
                )
        object.__setattr__(self, "_index", _index(folded))

    def find(self, typed: str) -> int | None:
        """The number of the word that ``typed`` (folded) names: whole, or by its first four letters or more.

        Accents may be left out where the list leaves no doubt.
        """
        plain = _plain(typed)
        for form in (typed, plain):
            if form in self._index:
                return self._index[form]
        for form in (typed, plain):
            short = self._index.get(form[:4]) if len(form) > 4 else None
            if short is not None and _plain(fold(self.words[short])).startswith(plain):
                return short
        return None


@dataclass(frozen=True, slots=True, repr=False)
class ReceiptCode(Secret):
    """The code itself."""

    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) != SECRET_BYTES:
            raise MalformedError(f"a receipt code carries {SECRET_BYTES} bytes")

    @classmethod
    def generate(cls) -> ReceiptCode:
        """80 bits from the operating system."""
        return cls(secrets.token_bytes(SECRET_BYTES))

    def as_words(self, wordlist: Wordlist) -> str:
        """Eight words of ``wordlist``, separated by single spaces."""
        number = self._with_checksum()
        indices = [(number >> (11 * place)) % LIST_SIZE for place in reversed(range(WORDS))]
        return " ".join(unicodedata.normalize("NFC", wordlist.words[index]) for index in indices)

    def as_digits(self) -> str:
        """27 digits in groups of three."""
        digits = f"{self._with_checksum():0{DIGITS}d}"
        return " ".join(digits[start : start + 3] for start in range(0, DIGITS, 3))

    def _with_checksum(self) -> int:
        return int.from_bytes(self.secret + _checksum(self.secret), "big")


def parse_code(typed: str, wordlists: Sequence[Wordlist]) -> ReceiptCode:
    """Read a code in any case and spacing, in words of one of the lists or in digits.

    Lists are tried in order; the checksum settles words that two languages share. Raises CodeSlipError.
    """
    if len(typed) > MAX_TYPED:
        raise CodeSlipError("a receipt code is shorter than this")
    pieces = [piece for piece in re.split(r"[\W_]+", fold(typed)) if piece]
    joined = "".join(pieces)
    if joined.isdecimal():
        return _from_number(_decimal(joined))
    if len(joined) == WORDS:  # where a word is one character, people leave the spaces out
        pieces = list(joined)
    if len(pieces) != WORDS:
        raise CodeSlipError(f"a receipt code has {WORDS} words")
    for wordlist in wordlists:
        indices = [wordlist.find(piece) for piece in pieces]
        number = 0
        for index in indices:
            if index is None:
                break
            number = number * LIST_SIZE + index
        else:
            try:
                return _from_number(number)
            except CodeSlipError:
                continue
    raise CodeSlipError("one of the words does not belong to a receipt code")


@dataclass(frozen=True, slots=True, repr=False)
class ReceiptKeys(Secret):
    """Everything a code opens, from one expensive derivation. ``master`` may live in a sealed session row only."""

    master: bytes

    @classmethod
    def from_code(cls, code: ReceiptCode, salt: bytes, cost: Cost = RECEIPT_COST) -> ReceiptKeys:
        """One Argon2id derivation under the instance's salt (16 bytes)."""
        return cls(stretch(code.secret, salt, cost))

    @property
    def locator_hash(self) -> bytes:
        """The mailbox row's key: the hash of the locator, so that the row does not hold what finds it."""
        return hashlib.sha256(derive(self.master, "receipt/locator")).digest()

    @property
    def mailbox_key(self) -> bytes:
        """Seals and authenticates the mailbox row: a database writer cannot swap a letterbox."""
        return derive(self.master, "receipt/mailbox")

    def reporter(self, case: str) -> KeyPair:
        """The reporter's key pair in one case: two reports of one person share no key."""
        return KeyPair(derive(self.master, "receipt/reporter", case.encode()))

    def following(self, number: int) -> ReceiptKeys:
        """The keys under which a further case of the same code lies (1 to 255).

        Whoever has these has neither the code's own nor another case's: nothing that is stored links two of them.
        """
        return ReceiptKeys(derive(self.master, "receipt/following", bytes([number])))

    def first_nonce(self, case: str) -> bytes:
        """The nonce of the case's leaf 0: the code alone proves that the report was filed."""
        return derive(self.master, "receipt/first-nonce", case.encode())

    def statements(self, case: str) -> StatementKeys:
        """What the report's statements are shown with; ``case`` is the one that was filed."""
        return StatementKeys(derive(self.master, "receipt/statements", case.encode()))


def fold(text: str) -> str:
    """One form for comparing words: compatibility-composed, case-folded. Accents stay: they tell words apart."""
    # The dotted capital I folds to two characters; without the combining dot it meets the plain i it stands for.
    folded = unicodedata.normalize("NFKC", text).casefold().replace("i\u0307", "i")
    return unicodedata.normalize("NFC", folded)


def _plain(word: str) -> str:
    # What a keyboard without the accents gives. The dotless i joins the plain one, whose capital it shares.
    bare = "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", bare).replace("\u0131", "i")


def _index(words: Sequence[str]) -> dict[str, int]:
    """What may be typed for each word. A whole word wins over a prefix, and letters as written over plain ones."""
    plain = [_plain(word) for word in words]
    index: dict[str, int] = {}
    for forms in ([word[:4] for word in plain], [word[:4] for word in words], plain, words):
        count = Counter(forms)  # what several words share names none of them
        index |= {form: number for number, form in enumerate(forms) if count[form] == 1}
    return index


def _decimal(digits: str) -> int:
    if len(digits) != DIGITS:
        raise CodeSlipError(f"a receipt code has {DIGITS} digits")
    return int(digits)


def _from_number(number: int) -> ReceiptCode:
    if number >= 1 << (8 * CODE_BYTES):
        raise CodeSlipError("this number is larger than any receipt code")
    data = number.to_bytes(CODE_BYTES, "big")
    if data[SECRET_BYTES:] != _checksum(data[:SECRET_BYTES]):
        raise CodeSlipError("the words do not fit together: one of them is probably mistyped")
    return ReceiptCode(data[:SECRET_BYTES])


def _checksum(secret: bytes) -> bytes:
    return hashlib.sha256(b"underseal/v1/receipt-checksum" + secret).digest()[:1]

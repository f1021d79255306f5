"""Checkpoints: a log's size and head as a signed note. Knows no entries and stores nothing.

Sources: C2SP tlog-checkpoint and signed-note, Ed25519 (RFC 8032). Our logs write no extension lines, because nobody audits
those, and a note that has one is refused; signatures of others (witnesses) may stand beside the log's own.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from crypto.encoding import to_text
from crypto.errors import BadSignatureError, MalformedError
from crypto.kdf import derive
from crypto.keys import SEED_BYTES, VERIFY_KEY_BYTES
from crypto.merkle import HASH_BYTES, MAX_SIZE
from crypto.secret import Secret

MAX_NOTE = 256 * 1024  # bytes; signed-note asks for room for sixteen signatures, also of large algorithms
MAX_SIGNATURES = 64
_ED25519 = b"\x01"  # signed-note's identifier of the signature type
_KEY_ID_BYTES = 4
_DASH = "\N{EM DASH} "
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: who it is, how many entries it has, and the head over all of them."""

    origin: str
    size: int
    head: bytes

    def __post_init__(self) -> None:
        if not _is_name(self.origin):
            raise MalformedError("a checkpoint's origin is empty or holds spaces, plus signs or controls")
        if not 0 <= self.size <= MAX_SIZE or len(self.head) != HASH_BYTES:
            raise MalformedError("a checkpoint has an impossible size or head")

    @property
    def text(self) -> str:
        """The signed text: three lines."""
        return f"{self.origin}\n{self.size}\n{_base64(self.head)}\n"

    @classmethod
    def from_text(cls, text: str) -> Checkpoint:
        """Decode ``text``. Raises MalformedError for anything that it would write otherwise."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not _SIZE.fullmatch(lines[1]):
            raise MalformedError("a checkpoint is three lines: origin, size, head")
        return cls(lines[0], int(lines[1]), _from_base64(lines[2]))


@dataclass(frozen=True, slots=True)
class LogKey:
    """A log's public key under a name, as a signed-note verifier key ("vkey")."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _is_name(self.name) or len(self.public) != VERIFY_KEY_BYTES:
            raise MalformedError("a log's key needs a name without spaces, and 32 bytes")

    @classmethod
    def of(cls, public: bytes) -> LogKey:
        """A key under the name that follows from it: whoever keeps a checkpoint has pinned the key by its first line."""
        digest = hashlib.sha256(b"underseal/v1/log-name" + public).digest()
        return cls(f"underseal/{to_text(digest[:16])}", public)

    @classmethod
    def from_text(cls, text: str) -> LogKey:
        """Decode ``as_text``. Raises MalformedError."""
        name, _, rest = text.partition("+")
        _, _, encoded = rest.partition("+")
        material = _from_base64(encoded)
        if material[:1] != _ED25519:
            raise MalformedError("a log's key is not an Ed25519 key")
        key = cls(name, material[1:])
        if key.as_text() != text:
            raise MalformedError("a log's key is not in its one encoding")
        return key

    def as_text(self) -> str:
        """``name+key id+base64(type and key)``."""
        return f"{self.name}+{self.id.hex()}+{_base64(_ED25519 + self.public)}"

    @property
    def id(self) -> bytes:
        """4 bytes that find the signature in a note. A label, not a security check."""
        name = self.name.encode("utf-8")
        return hashlib.sha256(name + b"\n" + _ED25519 + self.public).digest()[:_KEY_ID_BYTES]

    @property
    def names_itself(self) -> bool:
        """Whether the name is the one that follows from the key."""
        return self == LogKey.of(self.public)

    def open_note(self, note: bytes) -> str:
        """The text of ``note``, once this key's signature on it is checked. Signatures of unknown keys are ignored.

        Raises MalformedError, BadSignatureError.
        """
        text, signatures = _split(note)
        own = [signature for name, id_, signature in signatures if (name, id_) == (self.name, self.id)]
        if not own:
            raise BadSignatureError("a note is not signed by the log's key")
        for signature in own:
            try:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode("utf-8"))
            except (InvalidSignature, ValueError) as error:
                raise BadSignatureError("the log's signature on a note is not valid") from error
        return text

    def open(self, note: bytes) -> Checkpoint:
        """The checkpoint in ``note``, once it is proved to be this log's. Raises MalformedError, BadSignatureError."""
        checkpoint = Checkpoint.from_text(self.open_note(note))
        if checkpoint.origin != self.name:
            raise BadSignatureError("a checkpoint is of another log")
        return checkpoint


class LogSigner(Secret):
    """The log's private key, held by the worker alone."""

    __slots__ = ("_key", "public")

    def __init__(self, seed: bytes) -> None:
        """Expand ``seed`` (32 bytes). Raises MalformedError for any other length."""
        if len(seed) != SEED_BYTES:
            raise MalformedError(f"a seed has {SEED_BYTES} bytes")
        self._key = Ed25519PrivateKey.from_private_bytes(derive(seed, "log/sign"))
        self.public = LogKey.of(self._key.public_key().public_bytes_raw())

    def sign(self, size: int, head: bytes) -> bytes:
        """The signed note. Only for a head that continues every earlier one: the caller has proved it."""
        text = Checkpoint(self.public.name, size, head).text
        signature = _base64(self.public.id + self._key.sign(text.encode("utf-8")))
        return f"{text}\n{_DASH}{self.public.name} {signature}\n".encode()


def _split(note: bytes) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """The text, and name, key id and signature of each signature line."""
    if len(note) > MAX_NOTE:
        raise MalformedError(f"a note is larger than {MAX_NOTE} bytes")
    try:
        decoded = note.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedError("a note is not UTF-8") from None
    text, blank, tail = decoded.rpartition("\n\n")
    if not blank or not tail.endswith("\n") or _CONTROLS.search(decoded):
        raise MalformedError("a note is text, an empty line and signatures, each line ended")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise MalformedError(f"a note has more than {MAX_SIGNATURES} signatures")
    return text + "\n", [_signature(line) for line in lines]


def _signature(line: str) -> tuple[str, bytes, bytes]:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not _is_name(name):
        raise MalformedError("a note has a line that is no signature")
    raw = _from_base64(encoded)
    if len(raw) <= _KEY_ID_BYTES:
        raise MalformedError("a note has an empty signature")
    return name, raw[:_KEY_ID_BYTES], raw[_KEY_ID_BYTES:]


def _is_name(text: str) -> bool:
    return bool(text) and "+" not in text and not any(char.isspace() or ord(char) < 0x20 for char in text)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _from_base64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise MalformedError("a text is not base64") from None
    if _base64(data) != text:
        raise MalformedError("a text is not the one encoding of its bytes")
    return data

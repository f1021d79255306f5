"""Checkpoints and log keys: what C2SP prints opens, what nobody would write is refused, what was not signed is not believed."""

from __future__ import annotations

import pickle

import pytest

from crypto.checkpoint import MAX_NOTE, Checkpoint, LogKey, LogSigner
from crypto.errors import BadSignatureError, MalformedError

SIGNER = LogSigner(bytes(range(32)))
OTHER = LogSigner(bytes(32))
HEAD = bytes(reversed(range(32)))
NOTE = SIGNER.sign(64, HEAD)

# C2SP signed-note, "Example".
PUBLISHED_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
PUBLISHED_NOTE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
""".encode()
# C2SP tlog-checkpoint, the example at its beginning.
PUBLISHED_TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def test_the_published_note_opens_under_the_published_key() -> None:
    key = LogKey.from_text(PUBLISHED_KEY)
    assert key.as_text() == PUBLISHED_KEY
    assert key.id.hex() == "530d903a"
    assert key.open_note(PUBLISHED_NOTE) == "This is an example message.\n"
    with pytest.raises(BadSignatureError):
        key.open_note(PUBLISHED_NOTE.replace(b"example m", b"exemple m"))


def test_the_published_checkpoint_is_read_and_written_alike() -> None:
    checkpoint = Checkpoint.from_text(PUBLISHED_TEXT)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text == PUBLISHED_TEXT


def test_what_the_log_signs_opens_and_names_the_log() -> None:
    checkpoint = SIGNER.public.open(NOTE)
    assert (checkpoint.size, checkpoint.head) == (64, HEAD)
    assert checkpoint.origin == SIGNER.public.name
    assert SIGNER.public.names_itself


def test_whoever_keeps_a_checkpoint_has_pinned_the_key() -> None:
    forged = LogKey(SIGNER.public.name, OTHER.public.public)
    assert not forged.names_itself
    assert not LogKey.from_text(PUBLISHED_KEY).names_itself


def test_another_logs_checkpoint_is_refused() -> None:
    with pytest.raises(BadSignatureError):
        OTHER.public.open(NOTE)
    foreign = LogKey("example.com/foo", SIGNER.public.public)
    with pytest.raises(BadSignatureError):
        foreign.open(NOTE.replace(SIGNER.public.name.encode(), b"example.com/foo"))


def test_a_witness_may_sign_beside_the_log() -> None:
    witness = f"— witness.example {'A' * 96}\n".encode()
    assert SIGNER.public.open(NOTE + witness).size == 64


def test_a_log_that_signs_twice_must_be_right_twice() -> None:
    line = NOTE.splitlines(keepends=True)[-1]
    bad = line[:-6] + (b"A" if line[-6:-5] != b"A" else b"B") + line[-5:]
    assert SIGNER.public.open(NOTE + line).size == 64
    with pytest.raises(BadSignatureError):
        SIGNER.public.open(NOTE + bad)


LINES = PUBLISHED_TEXT.splitlines()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\n".join(LINES),
        "\n".join([*LINES, ""]) + "an extension line\n",
        "\n".join([*LINES, "", ""]),
        PUBLISHED_TEXT.replace("20852163", "020852163"),
        PUBLISHED_TEXT.replace("20852163", "+20852163"),
        PUBLISHED_TEXT.replace("20852163", "-1"),
        PUBLISHED_TEXT.replace("20852163", "٣"),
        PUBLISHED_TEXT.replace("20852163", "9223372036854775808"),
        PUBLISHED_TEXT.replace("20852163", "20852163 "),
        PUBLISHED_TEXT.replace("q2I=", "q2I"),
        PUBLISHED_TEXT.replace("q2I=", "q2J="),
        PUBLISHED_TEXT.replace("CsUY", "CsU\tY"),
        PUBLISHED_TEXT.replace("CsUYapGG", ""),
        PUBLISHED_TEXT.replace("behind-the-sofa", "behind the sofa"),
        PUBLISHED_TEXT.replace("behind-the-sofa", "behind+the+sofa"),
        PUBLISHED_TEXT.replace("example.com/behind-the-sofa", ""),
    ],
)
def test_a_checkpoint_in_any_other_encoding_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        Checkpoint.from_text(text)


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"\n\n",
        NOTE[:-1],
        NOTE + b"\n",
        NOTE.replace(b"\n\n", b"\n"),
        NOTE.replace(b"\n", b"\r\n"),
        NOTE.replace("— ".encode(), b"- "),
        NOTE.replace("— ".encode(), "—".encode()),
        NOTE[:-2] + b"\n",
        NOTE + b"\xff\n",
        NOTE + "— x \n".encode(),
        NOTE + "— x AAAA\n".encode(),
        NOTE + "— x y z\n".encode(),
        NOTE + "— x AAAAAAAA\n".encode() * 64,
        b"x" * (MAX_NOTE + 1),
    ],
)
def test_a_note_in_any_other_encoding_is_refused(note: bytes) -> None:
    with pytest.raises(MalformedError):
        SIGNER.public.open(note)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "++",
        PUBLISHED_KEY[:-1],
        PUBLISHED_KEY + "=",
        PUBLISHED_KEY.replace("530d903a", "530D903A"),
        PUBLISHED_KEY.replace("530d903a", "530d903b"),
        PUBLISHED_KEY.replace("+Aeky", "+Beky"),
        PUBLISHED_KEY.replace("example.com/foo", "example.com foo"),
        PUBLISHED_KEY + "\n",
    ],
)
def test_a_key_in_any_other_encoding_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        LogKey.from_text(text)


def test_the_signing_key_does_not_show() -> None:
    assert repr(SIGNER) == "LogSigner(…)"
    with pytest.raises(TypeError):
        pickle.dumps(SIGNER)
    with pytest.raises(MalformedError):
        LogSigner(bytes(31))

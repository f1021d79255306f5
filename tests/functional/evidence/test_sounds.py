"""Sounds and films keep every sample and lose tags, places, names, times and what is hidden between."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable

import mutagen
import pytest

from intake.evidence.clean.engine import clean
from intake.evidence.traces import Cleaned, NotCleanableError, Trace
from tests.support import evidence_sounds as sounds
from tests.support.canaries import found

MADE: dict[str, Callable[[], bytes]] = {
    "mp3": sounds.mp3,
    "flac": sounds.flac,
    "ogg": sounds.opus,
    "wav": sounds.wav,
    "mp4": sounds.film,
    "mov": lambda: sounds.film(b"qt  "),
}


def cleaned(kind: str) -> Cleaned:
    data = MADE[kind]()
    assert found(data)
    result = clean(data)
    assert result.kind == kind
    assert found(result.data) == []
    return result


@pytest.mark.parametrize("kind", MADE)
def test_a_sound_or_film_loses_every_trace_and_stays_what_it_is(kind: str) -> None:
    result = cleaned(kind)
    again = clean(result.data)
    assert again.data == result.data
    assert not again.findings.removed


@pytest.mark.parametrize(
    ("kind", "seconds"), [("mp3", 21 * 1152 / 44100), ("flac", 4 * 192 / 44100), ("ogg", 0.0535)]
)
def test_another_library_reads_the_sound_and_finds_no_tag(kind: str, seconds: float) -> None:
    after = mutagen.File(io.BytesIO(cleaned(kind).data))
    assert after is not None
    assert not after.tags
    assert after.info.length == pytest.approx(seconds, rel=0.05)


def test_the_samples_of_a_wav_are_the_same() -> None:
    with wave.open(io.BytesIO(sounds.wav())) as before, wave.open(io.BytesIO(cleaned("wav").data)) as after:
        assert before.getparams() == after.getparams()
        assert before.readframes(999) == after.readframes(999)


def test_the_frames_of_a_flac_and_an_opus_are_the_same() -> None:
    assert cleaned("flac").data[42:] == sounds.flac()[-128 - 4 * 11 : -128]
    assert cleaned("ogg").data.endswith(b"".join(b"\xfc\xff\xfe" + bytes([number]) for number in range(3)))


def test_a_frame_that_lost_bytes_swallows_no_word_that_stands_behind_it() -> None:
    whole = sounds.mp3()
    junk = whole.index(b"QKANARIE", whole.index(b"LAME3.100"))
    short = whole[: junk - 100] + whole[junk - 100 + 16 :]
    assert b"QKANARIE" not in clean(short).data
    # The frame in front of the words cannot be told from one that lost bytes, and goes; every other one stays.
    assert len(clean(whole).data) == len(clean(short).data)


@pytest.mark.parametrize("place", [0, 11, 22, 44])
def test_words_in_front_of_between_or_behind_the_frames_of_a_flac_are_refused(place: int) -> None:
    whole = sounds.flac()
    frames = len(whole) - 128 - 4 * 11
    with pytest.raises(NotCleanableError):
        clean(whole[: frames + place] + b"\xff\xf8QKANARIE" + whole[frames + place :])


@pytest.mark.parametrize("kind", ["mp4", "mov"])
def test_a_film_keeps_its_pictures_and_sound_and_no_track_of_places(kind: str) -> None:
    result = cleaned(kind)
    before, after = sounds.samples_of(MADE[kind]()), sounds.samples_of(result.data)
    assert len(before) == 3
    assert len(after) == 2
    assert [clean(frame).data for frame in before[0]] == after[0]
    assert before[1] == after[1]
    assert {Trace.EXTRA_TRACK, Trace.HIDDEN_DATA, Trace.SOFTWARE, Trace.CUSTOM_DATA} <= set(
        result.findings.removed
    )


@pytest.mark.parametrize("kind", MADE)
def test_media_that_break_off_are_an_answer_or_shorter(kind: str) -> None:
    data = MADE[kind]()
    for size in range(20, len(data), max(len(data) // 12, 1)):
        try:
            result = clean(data[:size])
        except NotCleanableError:
            continue
        assert found(result.data) == []


def test_a_film_in_fragments_is_not_called_clean() -> None:
    with pytest.raises(NotCleanableError):
        clean(sounds.film() + b"\0\0\0\x08moof")

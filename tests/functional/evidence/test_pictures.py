"""Pictures lose every trace and not one pixel."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageOps

from intake.evidence.clean import icc
from intake.evidence.clean.engine import clean
from intake.evidence.traces import NotCleanableError, Reason, Trace
from tests.support import evidence_pictures as pictures
from tests.support.canaries import CANARY, found

Make = Callable[[], bytes]
MADE: dict[str, Make] = {
    "jpeg": pictures.jpeg,
    "progressive": lambda: pictures.jpeg(progressive=True),
    "png": pictures.png,
    "gif": pictures.gif,
    "webp": pictures.webp,
    "lossless": lambda: pictures.webp(lossless=True),
    "tiff": pictures.tiff,
    "lzw": lambda: pictures.tiff("tiff_lzw"),
    "plain": lambda: pictures.tiff("raw"),
    "jpeg in tiff": lambda: pictures.tiff("jpeg"),
    "heif": pictures.heif,
    "avif": lambda: pictures.heif("AVIF"),
}


def frames(data: bytes) -> list[bytes]:
    """The pixels of every frame, as a viewer shows them: turned by the orientation."""
    shown = []
    with Image.open(io.BytesIO(data)) as picture:
        for number in range(getattr(picture, "n_frames", 1)):
            picture.seek(number)
            shown.append(ImageOps.exif_transpose(picture).convert("RGBA").tobytes())
    return shown


@pytest.mark.parametrize("kind", MADE)
def test_a_picture_keeps_its_pixels_and_loses_every_trace(kind: str) -> None:
    data = MADE[kind]()
    assert found(data), "the canary was never planted"
    cleaned = clean(data)
    assert found(cleaned.data) == []
    assert frames(cleaned.data) == frames(data)
    assert not cleaned.findings.left


@pytest.mark.parametrize("kind", MADE)
def test_cleaning_a_clean_picture_changes_nothing_and_finds_nothing(kind: str) -> None:
    once = clean(MADE[kind]()).data
    again = clean(once)
    assert again.data == once
    assert not set(again.findings.removed) - {Trace.COLOUR_PROFILE}


def test_the_reporter_learns_what_a_phones_picture_told() -> None:
    removed = clean(pictures.jpeg()).findings.removed
    assert {Trace.PLACE, Trace.CAMERA, Trace.AUTHOR, Trace.TIME, Trace.THUMBNAIL, Trace.HIDDEN_DATA} <= set(
        removed
    )
    assert removed[Trace.SERIAL] == 2


def test_a_well_known_colour_profile_keeps_its_numbers_and_names_nobody() -> None:
    neutral = icc.neutral(pictures.profile())
    assert neutral is not None
    assert b"QKAN" not in neutral
    assert icc.neutral(neutral) == neutral
    with Image.open(io.BytesIO(clean(pictures.png()).data)) as picture:
        assert picture.info["icc_profile"] == neutral


def test_a_profile_of_ones_own_screen_is_dropped() -> None:
    profile = bytearray(pictures.profile())
    at = profile.find(b"XYZ \0\0\0\0", 200)
    profile[at + 9] ^= 0x40
    assert icc.neutral(bytes(profile)) is None or bytes(profile) != pictures.profile()


@pytest.mark.parametrize("kind", MADE)
def test_a_picture_cut_off_in_the_middle_is_not_called_clean(kind: str) -> None:
    data = MADE[kind]()
    with pytest.raises(NotCleanableError) as caught:
        clean(data[: len(data) // 3])
    assert caught.value.reason is Reason.DAMAGED


def test_an_animated_png_keeps_its_frames() -> None:
    out = io.BytesIO()
    pictures.picture().save(
        out, "PNG", save_all=True, append_images=[pictures.picture(), pictures.picture()], loop=2
    )
    data = out.getvalue()
    with_text = data[:33] + pictures.png_chunk(b"tEXt", b"Author\0" + CANARY.encode()) + data[33:]
    cleaned = clean(with_text)
    assert found(cleaned.data) == []
    assert len(frames(cleaned.data)) == 3
    assert frames(cleaned.data) == frames(with_text)

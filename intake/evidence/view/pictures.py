"""Pictures: one frame or page as pixels, upright, on white, no larger than a page shows. Pillow reads, nothing else does.

HEIC is not shown: its only decoder that is kept starts a thread for each picture, and nothing starts anything in the sandbox.
"""

from __future__ import annotations

import contextlib
import io
import math

from PIL import Image, UnidentifiedImageError

from intake.evidence.clean.job import check_pixels, damaged
from intake.evidence.traces import NotCleanableError, Reason
from intake.evidence.types import Kind, detect
from intake.evidence.view.work import PICTURES, Work
from intake.evidence.views import MAX_HEIGHT, MAX_WIDTH, Fact, Note, Shows

_FORMATS = {
    Kind.JPEG: ["JPEG", "MPO"],
    Kind.PNG: ["PNG"],
    Kind.GIF: ["GIF"],
    Kind.WEBP: ["WEBP"],
    Kind.TIFF: ["TIFF"],
    Kind.HEIF: ["AVIF"],
}
_ORIENTATION = 0x0112
_SIDEWAYS = range(5, 9)


def show(work: Work) -> Shows:
    """A picture file: pages of a TIFF, the first frame of anything else."""
    with _opened(work.data, work.kind) as image:
        frames = int(getattr(image, "n_frames", 1))
        _tell(work, image)
        work.count = frames if work.kind is Kind.TIFF else 1
        if work.count < frames:
            work.note(Note.FIRST_FRAME)
            work.facts[Fact.FRAMES] = frames
        if work.part is not None and work.part <= work.count:
            if work.part > 1:
                image.seek(work.part - 1)
                check_pixels(*image.size)
                _tell(work, image)
            work.picture = _pixels(work, image)
    return Shows.PICTURES


def draw(work: Work, data: bytes) -> None:
    """A picture of a document."""
    kind = detect(data)
    if kind not in PICTURES:
        damaged("picture")
    with _opened(data, kind) as image:
        _tell(work, image)
        work.picture = _pixels(work, image)


def _opened(data: bytes, kind: Kind) -> Image.Image:
    """Its head is read, and its size checked, before anything is decoded."""
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS[kind])
    except UnidentifiedImageError:
        raise NotCleanableError(
            Reason.UNSUPPORTED if kind is Kind.HEIF else Reason.DAMAGED, "picture"
        ) from None
    check_pixels(*image.size)
    return image


def _tell(work: Work, image: Image.Image) -> None:
    width, height = image.size
    work.facts |= {Fact.WIDTH: width, Fact.HEIGHT: height}
    if _orientation(image) in _SIDEWAYS:
        work.facts |= {Fact.WIDTH: height, Fact.HEIGHT: width}


def _orientation(image: Image.Image) -> int:
    """Which way is up. Only from what stands before the picture: looking for more decodes it."""
    with contextlib.suppress(Exception):  # a broken Exif block is no reason to hide a picture
        if image.format == "TIFF":
            return 1  # Pillow turns those itself
        exif = Image.Exif()
        exif.load(image.info.get("exif", b""))
        return int(exif.get(_ORIENTATION, 1))
    return 1


def _pixels(work: Work, image: Image.Image) -> Image.Image:
    orientation = _orientation(image)
    width, height = image.size
    across, down = (height, width) if orientation in _SIDEWAYS else (width, height)
    factor = min(1.0, MAX_WIDTH / across, MAX_HEIGHT / down)
    size = max(1, math.floor(width * factor)), max(1, math.floor(height * factor))
    if factor < 1:
        work.note(Note.SMALLER)
        image.draft(None, size)  # a large JPEG is decoded at an eighth to a half
    image.load()
    flat = _coloured(image)
    if flat.size != size:
        flat = flat.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return _upright(_on_white(flat), orientation)


def _coloured(image: Image.Image) -> Image.Image:
    """In RGB, or RGBA where something shows through."""
    if image.mode == "F" or image.mode.startswith("I"):
        return _levelled(image.convert("F"))
    see_through = "transparency" in image.info or image.mode in {"RGBA", "LA", "PA", "La", "RGBa"}
    wanted = "RGBA" if see_through else "RGB"
    return image if image.mode == wanted else image.convert(wanted)


def _levelled(image: Image.Image) -> Image.Image:
    """More than 256 levels brought down to as many, from the darkest to the lightest that is there."""
    low, high = image.getextrema()
    if not (
        isinstance(low, float) and isinstance(high, float) and math.isfinite(low) and math.isfinite(high)
    ):
        damaged("levels")
    if 0 <= low and high <= 255:  # noqa: SIM300 - a range reads from left to right
        low, high = 0.0, 255.0
    scale = 255 / (high - low) if high > low else 1.0
    return image.point(lambda level: level * scale - low * scale).convert("L").convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    under = Image.new("RGBA", image.size, "white")
    under.alpha_composite(image)
    return under.convert("RGB")


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)

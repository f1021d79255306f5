"""The caller's side of viewing: a fresh sandbox for each view, and pictures coded here from the pixels that it sends.

Nothing that the sandbox says reaches a browser as it came: pixels are counted and coded anew by code that has never seen the
file, so that even a parser that was taken over can send nothing but a picture; text is checked to be plain data. The portal
does not import this.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace

from PIL import Image

from intake.evidence.process import MIB, Header, Limits, run
from intake.evidence.traces import NotCleanableError, Reason
from intake.evidence.views import (
    MAX_BODY,
    MAX_HEIGHT,
    MAX_WIDTH,
    Block,
    Picture,
    Shows,
    View,
    read,
    read_blocks,
)

DEFAULT = Limits(
    output=MAX_WIDTH * MAX_HEIGHT * 3 + MAX_BODY,
    memory=1280 * MIB,
    cpu_seconds=25,
    seconds=30,
    wait_seconds=10,
)
_FEW_COLOURS = 4_096
_QUALITY = 88


class NoSuchPartError(LookupError):
    """The file has no such page."""


def view(data: bytes, part: int | None = None, limits: Limits = DEFAULT) -> View:
    """``view_stream`` for a file that is in memory."""
    return view_stream([data], len(data), part, limits)


def view_stream(
    pieces: Iterable[bytes], size: int, part: int | None = None, limits: Limits = DEFAULT
) -> View:
    """What can be shown of the file whose ``size`` bytes ``pieces`` yield. Without ``part``: the text, or the number of pages.

    With ``part`` (from 1): that page, or that picture of a document, as a picture. What cannot be shown is a view as well, of
    ``Shows.NONE``, with the reason: too large, locked, no place free. Raises NoSuchPartError; ValueError when the pieces do not
    come to ``size``; OSError when no process can be started; what ``pieces`` raise. This side holds the answer, never the file.
    """
    if part is not None and part < 1:
        raise NoSuchPartError
    if not size or size > limits.size:
        return View(Shows.NONE, reason=Reason.TOO_LARGE if size else Reason.EMPTY)
    headers: list[Header] = []
    body: list[bytes] = []
    try:
        run("view", str(part or ""), pieces, size, limits, headers.append, body.append)
        return answered(headers[-1], b"".join(body), part)
    except NotCleanableError as error:
        return View(Shows.NONE, reason=error.reason)


def answered(header: Header, body: bytes, part: int | None) -> View:
    """The view that a sandbox which ended well has sent. Raises NotCleanableError when it is nonsense; NoSuchPartError."""
    made = read(header)
    if made.shows is Shows.NONE:
        return made
    if part is not None and not made.part:
        raise NoSuchPartError
    if part != made.part:
        raise NotCleanableError(Reason.CRASHED)
    picture, rest = _picture(header, body) if made.part else (None, body)
    return replace(made, picture=picture, blocks=_blocks(rest))


def _blocks(body: bytes) -> tuple[Block, ...]:
    if len(body) > MAX_BODY:
        raise NotCleanableError(Reason.CRASHED)
    return read_blocks(body) if body else ()


def _picture(header: Header, body: bytes) -> tuple[Picture, bytes]:
    """The picture that the first bytes of a body are, three for each pixel; and the rest of the body."""
    width, height = header.get("wide"), header.get("high")
    if type(width) is not int or type(height) is not int:
        raise NotCleanableError(Reason.CRASHED)
    size = width * height * 3
    if not (0 < width <= MAX_WIDTH and 0 < height <= MAX_HEIGHT and size <= len(body)):
        raise NotCleanableError(Reason.CRASHED)
    image = Image.frombytes("RGB", (width, height), memoryview(body)[:size])
    out = io.BytesIO()
    if image.getcolors(_FEW_COLOURS):
        image.save(out, "PNG")
        return Picture("image/png", width, height, out.getvalue()), body[size:]
    image.save(out, "JPEG", quality=_QUALITY)
    return Picture("image/jpeg", width, height, out.getvalue()), body[size:]

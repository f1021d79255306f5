"""Pictures with a canary in every hiding place, made here from noise: nothing in them comes from anybody."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache

from PIL import Image, ImageCms, PngImagePlugin

from tests.support.canaries import CANARY

_RAW = CANARY.encode()


@cache
def picture(size: tuple[int, int] = (96, 64)) -> Image.Image:
    """Colours that do not compress away."""
    return Image.merge("RGB", [Image.effect_noise(size, 40 + 20 * band) for band in range(3)])


def exif(orientation: int = 6) -> Image.Exif:
    """Everything that a phone writes, the canary as every text."""
    block = Image.Exif()
    for tag in (0x010E, 0x010F, 0x0110, 0x0131, 0x013B, 0x8298):
        block[tag] = CANARY
    block[0x0112] = orientation
    block[0x0132] = "2026:03:02 10:00:00"
    inner = block.get_ifd(0x8769)
    inner[0x9003], inner[0xA431], inner[0xA435] = "2026:03:02 10:00:00", CANARY, CANARY
    inner[0x9286] = b"ASCII\0\0\0" + _RAW
    inner[0x927C] = _RAW * 4
    place = block.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (48.0, 1.0, 2.0), "E", (2.0, 3.0, 4.0)
    place[0x1D] = CANARY
    return block


def profile() -> bytes:
    """sRGB as a maker would ship it, with the owner's name in it."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    made[4:8] = b"QKAN"
    at = made.find(b"s\0R\0G\0B")
    if at > 0:
        made[at : at + 8] = b"Q\0K\0A\0N\0"
    return bytes(made)


def xmp() -> bytes:
    """An XMP packet."""
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<r:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="{CANARY}"/></r:RDF></x:xmpmeta>'
    ).encode()


def jpeg(**options: object) -> bytes:
    """Exif, XMP, comment, profile, Photoshop and unknown segments, a thumbnail, and a second picture behind the end."""
    out = io.BytesIO()
    picture().save(out, "JPEG", exif=exif(), comment=_RAW, icc_profile=profile(), quality=90, **options)
    data = out.getvalue()
    hidden = b"".join(
        struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body
        for marker, body in (
            (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp()),
            (0xED, b"Photoshop 3.0\08BIM" + _RAW),
            (0xE0, b"JFXX\0\x10" + _RAW),
            (0xE2, b"FPXR\0" + _RAW),
            (0xE5, _RAW),
            (0xFE, _RAW),
        )
    )
    return data[:20] + hidden + data[20:-2] + b"\xff\xfe\0\x0a" + _RAW + b"\xff\xd9" + _RAW + data


def png_chunk(name: bytes, body: bytes) -> bytes:
    """One chunk with its sum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(**options: object) -> bytes:
    """Every text chunk, time, Exif, profile, an unknown chunk, bytes behind the rows and behind the end."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", CANARY)
    info.add_text("Comment", CANARY, zip=True)
    info.add_itxt("XML:com.adobe.xmp", xmp().decode(), zip=True)
    out = io.BytesIO()
    picture().save(out, "PNG", pnginfo=info, exif=exif(), icc_profile=profile(), **options)
    data = out.getvalue()
    end = data.rfind(b"\0\0\0\0IEND")
    extra = png_chunk(b"tIME", b"\x07\xea\3\2\x0a\0\0") + png_chunk(b"prVt", _RAW) + png_chunk(b"IDAT", _RAW)
    last = data.rfind(b"IDAT", 0, end) - 4
    (length,) = struct.unpack_from(">I", data, last)
    behind = last + 12 + length
    return data[:behind] + extra[-20:] + data[behind:end] + extra[:-20] + data[end:] + _RAW


def gif() -> bytes:
    """Two frames, a comment, a text, an application's block, bytes behind the pixels and behind the end."""
    out = io.BytesIO()
    frames = [picture().quantize(64), picture().quantize(64)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], comment=_RAW, loop=3, duration=70)
    data = out.getvalue()
    block = bytes([len(_RAW)]) + _RAW + b"\0"
    extra = b"\x21\xff\x0bXMP DataXMP" + block + b"\x21\xfe" + block + b"\x21\x01\x0c" + bytes(12) + block
    # Behind the end code of the last frame: a block more before the empty one.
    return data[:-2] + block + extra + b"\x3b" + _RAW


def webp(**options: object) -> bytes:
    """Exif, XMP, a profile, an unknown chunk, bytes behind the end."""
    out = io.BytesIO()
    picture().save(out, "WEBP", exif=exif(), xmp=xmp(), icc_profile=profile(), **options)
    data = out.getvalue() + b"JUNK" + struct.pack("<I", len(_RAW)) + _RAW
    return b"RIFF" + struct.pack("<I", len(data) - 8) + data[8:] + _RAW


def tiff(compression: str = "tiff_adobe_deflate") -> bytes:
    """Two pages with every text tag, Exif, GPS, XMP, a profile, a private tag, and bytes that no tag points at."""
    tags = exif(1)
    for tag in (0x02BC, 0x83BB, 0x9C9D, 0xC7A1):
        tags[tag] = _RAW * 3
    out = io.BytesIO()
    options = {"compression": compression, "exif": tags, "icc_profile": profile()}
    picture().save(out, "TIFF", save_all=True, append_images=[picture((40, 30))], **options)
    return out.getvalue() + _RAW


def heif(brand: str = "HEIF") -> bytes:
    """A picture with Exif, XMP, a profile and a preview."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    options = {"exif": exif(1).tobytes(), "xmp": xmp(), "icc_profile": profile(), "quality": 80}
    if brand == "AVIF":
        picture().save(out, "AVIF", **options)
    else:
        picture().save(out, "HEIF", **options)
    return out.getvalue() + struct.pack(">I4s", 8 + len(_RAW), b"free") + _RAW


def emf() -> bytes:
    """A line between a description and a program's comment."""
    words = (CANARY + "\0" + CANARY + "\0\0").encode("utf-16-le")
    words += bytes(-len(words) % 4)
    comment = struct.pack("<III", 70, 12 + 8 + len(_RAW), 8 + len(_RAW)) + b"QKAN\0\0\0\0" + _RAW
    line = struct.pack("<IIii", 54, 16, 10, 10)
    end = struct.pack("<IIIII", 14, 20, 0, 0, 20)
    size = 108 + len(words)
    head = struct.pack("<II8iIIIIHHIIIii", 1, size, 0, 0, 20, 20, 0, 0, 500, 500, 0x464D4520, 0x10000,
                       size + len(comment + line + end), 4, 1, 0, len(words) // 2, 108, 0, 100, 100)  # fmt: skip
    return (head + struct.pack("<ii", 100, 100)).ljust(108, b"\0") + words + comment + line + end


def wmf() -> bytes:
    """A line, an escape with a comment, and bytes behind the end."""
    escape = struct.pack("<IHHH", 5 + len(_RAW) // 2, 0x0626, 15, len(_RAW)) + _RAW
    line, end = struct.pack("<IHhh", 5, 0x0213, 10, 10), struct.pack("<IH", 3, 0)
    body = escape + line + end
    return struct.pack("<HHHIHIH", 1, 9, 0x300, (18 + len(body)) // 2, 0, 9, 0) + body + _RAW

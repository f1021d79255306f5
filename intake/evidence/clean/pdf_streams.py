"""The bytes of a PDF's streams: contents are parsed and written anew, pictures and fonts cleaned, the rest kept plain.

A content stream can hold comments, marks of one program, and dictionaries; what comes out holds operators and operands.
"""

from __future__ import annotations

import io
import re
import zlib
from typing import Any

import pikepdf
from pikepdf import (
    Array,
    ContentStreamInlineImage,
    ContentStreamInstruction,
    Dictionary,
    Name,
    Stream,
    String,
)

from intake.evidence.clean import fonts, icc, jpeg, jpx
from intake.evidence.clean.job import check_pixels, damaged, strange
from intake.evidence.clean.pdf_copy import Copier
from intake.evidence.clean.pdf_schema import INLINE_KEYS, MARK_KEYS, OPERATORS, SCHEMAS, TAGS
from intake.evidence.traces import NotCleanableError, Reason, Trace

_PASSED = {
    "/CCITTFaxDecode": ("K", "Columns", "Rows", "BlackIs1", "EncodedByteAlign", "EndOfLine", "EndOfBlock"),
    "/JBIG2Decode": (),
}
_SHORT = {"/CCF": "/CCITTFaxDecode", "/DCT": "/DCTDecode", "/Fl": "/FlateDecode", "/LZW": "/LZWDecode",
          "/RL": "/RunLengthDecode", "/AHx": "/ASCIIHexDecode", "/A85": "/ASCII85Decode"}  # fmt: skip
_NAMING = frozenset({"Tf", "gs", "Do", "cs", "CS", "scn", "SCN", "sh"})
_CMAP_COMMENT = re.compile(rb"%[^\r\n]*")
_DEVICE = {1: Name.DeviceGray, 3: Name.DeviceRGB, 4: Name.DeviceCMYK}
_MAX_OPERATIONS = 5_000_000
_MAX_CONTENTS = 32 * 1024 * 1024


def fill_stream(copier: Copier, old: Any, rule: str, new: Any) -> None:
    """Write the copy of a stream: its dictionary by the schema, its bytes by what they are."""
    if rule == "profile":
        _profile(copier, old, new)
        return
    if rule == "xobject":
        subtype = old.get("/Subtype")
        if subtype == Name.Image:
            rule = "image"
        elif subtype == Name.Form:
            rule = "form_xobject"
        else:
            strange("pdf object")
    if rule not in SCHEMAS:
        strange("pdf stream")
    copier.fill(old, rule, new, 0)
    if rule == "image":
        _image(copier, old, new)
    elif rule in {"form_xobject", "glyph"} or (rule == "pattern" and old.get("/PatternType") == 1):
        _write(new, contents(copier, old))
    else:
        _write(new, _plain_bytes(copier, old, rule, new))


def _write(new: Any, data: bytes) -> None:
    new.write(zlib.compress(data, 6), filter=Name.FlateDecode)


def _decoded(copier: Copier, old: Any) -> bytes:
    try:
        data = bytes(old.read_bytes(pikepdf.StreamDecodeLevel.specialized))
    except pikepdf.PdfError:
        damaged("pdf stream")
    copier.job.budget.spend(len(data))
    return data


def _plain_bytes(copier: Copier, old: Any, rule: str, new: Any) -> bytes:
    data = _decoded(copier, old)
    if rule in {"cmap", "encoding"}:
        return _CMAP_COMMENT.sub(b"", data)
    if rule == "function" and old.get("/FunctionType") == 4:
        return _CMAP_COMMENT.sub(b"", data)
    if rule == "truetype":
        data = fonts.clean_sfnt(data)
        new["/Length1"] = len(data)
    elif rule == "cff":
        data = fonts.clean_sfnt(data) if old.get("/Subtype") == Name.OpenType else fonts.clean_cff(data)
    elif rule == "type1":
        data = fonts.clean_type1(data, int(old.get("/Length1", 0)))
    elif rule not in {"data", "colour", "function", "shading"}:
        strange("pdf stream")
    return data


def _profile(copier: Copier, old: Any, holder: Any) -> None:
    """A colour space: the published profile in a neutral form, or the device's own colours of as many components."""
    data = _decoded(copier, old)
    number = int(old.get("/N", 0))
    if number not in _DEVICE:
        strange("pdf colour")
    neutral = icc.neutral(data) if icc.components(data) == number else None
    if neutral != data:
        copier.job.removed(Trace.COLOUR_PROFILE)
    if neutral is None:
        holder["/Space"] = _DEVICE[number]
        return
    key = ((0, 0), neutral.hex())
    if key not in copier.done:
        stream = Stream(copier.target, b"", N=number)
        _write(stream, neutral)
        copier.done[key] = stream
    holder["/Space"] = Array([Name.ICCBased, copier.done[key]])


# --- pictures


def _filters(old: Any) -> list[str]:
    value = old.get("/Filter", old.get("/F", []))
    names = [str(value)] if isinstance(value, Name) else [str(one) for one in value]
    return [_SHORT.get(name, name) for name in names]


def _image(copier: Copier, old: Any, new: Any) -> None:
    width, height = int(old.get("/Width", 0)), int(old.get("/Height", 0))
    check_pixels(width, height)
    filters = _filters(old)
    last = filters[-1] if filters else ""
    if last == "/DCTDecode":
        new.write(jpeg.clean_stream(_coded(copier, old, filters), copier.job), filter=Name.DCTDecode)
        _transform(old, new)
    elif last == "/JPXDecode":
        new.write(jpx.clean(_coded(copier, old, filters), copier.job), filter=Name.JPXDecode)
    elif last in _PASSED:
        _passed(copier, old, new, filters)
    else:
        data = _decoded(copier, old)
        size = _size(old, width, height)
        if size is not None and len(data) > size:
            if data[size:].strip(b"\0\r\n"):
                copier.job.removed(Trace.HIDDEN_DATA)
            data = data[:size]
        _write(new, data)


def _transform(old: Any, new: Any) -> None:
    parameters = old.get("/DecodeParms")
    last = parameters[-1] if isinstance(parameters, Array) and len(parameters) else parameters
    if isinstance(last, Dictionary) and last.get("/ColorTransform") in {0, 1}:
        new["/DecodeParms"] = Dictionary(ColorTransform=last["/ColorTransform"])


def _coded(copier: Copier, old: Any, filters: list[str]) -> bytes:
    """The coded picture, out of the general filters around it."""
    data = bytes(old.read_raw_bytes())
    for name in filters[:-1]:
        if name != "/FlateDecode":
            strange("pdf filter")
        data, _ = copier.job.inflate(data, max(copier.job.budget.unpacked, 0))
    return data


def _passed(copier: Copier, old: Any, new: Any, filters: list[str]) -> None:
    """Fax and JBIG2 pictures as they are coded: they have no place for texts but JBIG2's comments, which are refused."""
    name = filters[-1]
    data = _coded(copier, old, filters)
    if name == "/JBIG2Decode" and jpx.has_jbig2_extension(data):
        strange("jbig2")
    parameters = old.get("/DecodeParms", old.get("/DP"))
    last = parameters[-1] if isinstance(parameters, Array) and len(parameters) else parameters
    kept = Dictionary()
    if isinstance(last, Dictionary):
        for key in _PASSED[name]:
            if isinstance(last.get(f"/{key}"), bool | int):
                kept[f"/{key}"] = last[f"/{key}"]
        if name == "/JBIG2Decode" and isinstance(last.get("/JBIG2Globals"), Stream):
            shared = _decoded(copier, last["/JBIG2Globals"])
            if jpx.has_jbig2_extension(shared):
                strange("jbig2")
            kept["/JBIG2Globals"] = Stream(copier.target, shared)
    new.write(data, filter=Name(name), decode_parms=kept)


def _size(old: Any, width: int, height: int) -> int | None:
    """How many bytes the samples are; None when the colour space does not say."""
    if old.get("/ImageMask") is True:
        return (width + 7) // 8 * height
    space = old.get("/ColorSpace")
    name = str(space[0] if isinstance(space, Array) and len(space) else space)
    channels = {"/DeviceGray": 1, "/DeviceRGB": 3, "/DeviceCMYK": 4, "/CalGray": 1, "/CalRGB": 3, "/Lab": 3, "/Indexed": 1,
                "/Separation": 1}.get(name)  # fmt: skip
    if name == "/ICCBased":
        channels = int(space[1].get("/N", 0)) or None
    bits = int(old.get("/BitsPerComponent", 8))
    return None if channels is None else (width * channels * bits + 7) // 8 * height


# --- contents


def contents(copier: Copier, old: Any) -> bytes:
    """A content stream (or a page with its own) without comments, private marks and unknown operators."""
    _check_size(old)
    try:
        instructions = pikepdf.parse_content_stream(old)
    except (pikepdf.PdfError, pikepdf.PdfParsingError):
        damaged("pdf contents")
    if len(instructions) > _MAX_OPERATIONS:
        strange("pdf contents")
    kept: list[Any] = []
    for one in instructions:
        if isinstance(one, ContentStreamInlineImage):
            _check_inline(one)
            kept.append(one)
            continue
        operator = str(one.operator)
        if operator in OPERATORS:
            kept.append(
                ContentStreamInstruction(_operands(copier, operator, list(one.operands)), one.operator)
            )
        elif operator == "":
            damaged("pdf contents")
    return pikepdf.unparse_content_stream(kept)


def _check_size(old: Any) -> None:
    """Contents of a page come to some 100 KB; parsed, they take a hundred times as much memory."""
    value = old.obj.get("/Contents") if isinstance(old, pikepdf.Page) else old
    streams = list(value) if isinstance(value, Array) else [value]
    size = 0
    for one in streams:
        if isinstance(one, Stream):
            try:
                size += len(one.read_bytes())
            except pikepdf.PdfError:
                damaged("pdf contents")
        if size > _MAX_CONTENTS:
            raise NotCleanableError(Reason.TOO_COMPLEX, "pdf contents")


def _operands(copier: Copier, operator: str, operands: list[Any]) -> list[Any]:
    if operator in {"BDC", "BMC"}:
        return [_tag(operands[0]), *(_mark(copier, one) for one in operands[1:2])]
    if operator in _NAMING:
        return [Name(copier.name(str(one))) if isinstance(one, Name) else one for one in operands]
    if operator not in {"Tj", "TJ", "'", '"'} and any(
        isinstance(one, String | Dictionary) for one in operands
    ):
        strange("pdf operand")
    return operands


def _tag(tag: Any) -> Any:
    return tag if str(tag)[1:] in TAGS else Name.Span


def _mark(copier: Copier, value: Any) -> Any:
    if isinstance(value, Name):
        return Name(copier.name(str(value)))
    if not isinstance(value, Dictionary):
        return Dictionary()
    kept = Dictionary()
    for key, one in value.items():
        rule = MARK_KEYS.get(key[1:])
        copied = copier.copy(one, rule) if rule else None
        if copied is not None:
            kept[key] = copied
    return kept


def _check_inline(image: Any) -> None:
    """A small picture within the contents: its keys are listed, and it is not coded in a form with places for texts."""
    inner = image.iimage
    for key in inner.obj.keys():  # noqa: SIM118 - not a dict
        if key[1:] not in INLINE_KEYS:
            strange("inline picture")
    if {"/DCTDecode", "/JPXDecode"} & set(_filters(inner.obj)):
        strange("inline picture")


def open_pdf(data: bytes) -> pikepdf.Pdf:
    """Open from memory. Raises NotCleanableError: locked, or no PDF."""
    try:
        return pikepdf.open(io.BytesIO(data), suppress_warnings=True)
    except pikepdf.PasswordError:
        raise NotCleanableError(Reason.ENCRYPTED, "pdf") from None
    except pikepdf.PdfError:
        damaged("pdf")

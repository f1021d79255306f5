"""SVG (SVG 2, static): shapes, text, gradients, embedded pictures; no script, foreign content or outside reference."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from intake.evidence.clean import xmltree
from intake.evidence.clean.job import Job, damaged, still
from intake.evidence.clean.text import LOCAL_PATH
from intake.evidence.clean.xmltree import drop, elements, local, namespace, unwrap
from intake.evidence.traces import Trace
from intake.evidence.types import MEDIA, Kind

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_ELEMENTS = frozenset(
    [
        "svg",
        "g",
        "defs",
        "symbol",
        "use",
        "switch",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "textPath",
        "image",
        "linearGradient",
        "radialGradient",
        "stop",
        "pattern",
        "clipPath",
        "mask",
        "marker",
        "title",
        "desc",
        "style",
        "filter",
        "feBlend",
        "feColorMatrix",
        "feComponentTransfer",
        "feComposite",
        "feConvolveMatrix",
        "feDiffuseLighting",
        "feDisplacementMap",
        "feDropShadow",
        "feFlood",
        "feFuncA",
        "feFuncB",
        "feFuncG",
        "feFuncR",
        "feGaussianBlur",
        "feMerge",
        "feMergeNode",
        "feMorphology",
        "feOffset",
        "fePointLight",
        "feSpecularLighting",
        "feSpotLight",
        "feTile",
        "feTurbulence",
        "feDistantLight",
    ]
)
_ATTRIBUTES = frozenset(
    [
        "id",
        "class",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "fx",
        "fy",
        "fr",
        "d",
        "points",
        "width",
        "height",
        "viewBox",
        "preserveAspectRatio",
        "transform",
        "version",
        "offset",
        "gradientUnits",
        "gradientTransform",
        "spreadMethod",
        "patternUnits",
        "patternContentUnits",
        "patternTransform",
        "clipPathUnits",
        "maskUnits",
        "maskContentUnits",
        "markerUnits",
        "markerWidth",
        "markerHeight",
        "refX",
        "refY",
        "orient",
        "dx",
        "dy",
        "rotate",
        "textLength",
        "lengthAdjust",
        "startOffset",
        "method",
        "spacing",
        "pathLength",
        "style",
        "fill",
        "fill-opacity",
        "fill-rule",
        "stroke",
        "stroke-width",
        "stroke-opacity",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-miterlimit",
        "stroke-dasharray",
        "stroke-dashoffset",
        "opacity",
        "color",
        "display",
        "visibility",
        "overflow",
        "clip",
        "clip-path",
        "clip-rule",
        "mask",
        "filter",
        "marker-start",
        "marker-mid",
        "marker-end",
        "stop-color",
        "stop-opacity",
        "font-family",
        "font-size",
        "font-style",
        "font-weight",
        "font-variant",
        "font-stretch",
        "text-anchor",
        "text-decoration",
        "letter-spacing",
        "word-spacing",
        "writing-mode",
        "direction",
        "unicode-bidi",
        "dominant-baseline",
        "alignment-baseline",
        "baseline-shift",
        "paint-order",
        "vector-effect",
        "shape-rendering",
        "text-rendering",
        "image-rendering",
        "color-interpolation",
        "color-interpolation-filters",
        "flood-color",
        "flood-opacity",
        "lighting-color",
        "mix-blend-mode",
        "isolation",
        "in",
        "in2",
        "result",
        "mode",
        "type",
        "values",
        "operator",
        "k1",
        "k2",
        "k3",
        "k4",
        "stdDeviation",
        "radius",
        "order",
        "kernelMatrix",
        "divisor",
        "bias",
        "edgeMode",
        "targetX",
        "targetY",
        "scale",
        "xChannelSelector",
        "yChannelSelector",
        "surfaceScale",
        "diffuseConstant",
        "specularConstant",
        "specularExponent",
        "azimuth",
        "elevation",
        "z",
        "pointsAtX",
        "pointsAtY",
        "pointsAtZ",
        "baseFrequency",
        "numOctaves",
        "seed",
        "stitchTiles",
        "tableValues",
        "slope",
        "intercept",
        "amplitude",
        "exponent",
        "filterUnits",
        "primitiveUnits",
        "systemLanguage",
    ]
)
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression|javascript:|\\|/\*|<", re.IGNORECASE)
_DATA = re.compile(r"data:image/[\w.+-]+;base64,([A-Za-z0-9+/=\s]+)")


def clean(data: bytes, job: Job) -> bytes:
    """The same drawing without traces. Raises NotCleanableError."""
    root = xmltree.parse(data, job)
    if root.tag != f"{{{SVG}}}svg":
        damaged("svg")
    for element in elements(root):
        if not xmltree.attached(element, root):
            continue
        if element.tag == f"{{{SVG}}}a":
            unwrap(element)
        elif namespace(element.tag) != SVG or local(element.tag) not in _ELEMENTS:
            is_script = local(element.tag) in {
                "script",
                "foreignObject",
                "set",
                "animate",
                "animateTransform",
                "handler",
            }
            job.removed(Trace.SCRIPT if is_script else Trace.METADATA)
            drop(element)
        elif local(element.tag) == "style":
            _style(element, job)
        elif local(element.tag) in {"title", "desc"}:
            job.left(Trace.ALT_TEXT)
            if LOCAL_PATH.search(element.text or ""):
                job.removed(Trace.LOCAL_PATH)
                drop(element)
    for element in elements(root):
        _attributes(element, job)
    out = xmltree.write(root)
    _look(out, job)
    return out


def _style(element: Any, job: Job) -> None:
    text = "".join(element.itertext())
    if _OUTSIDE.search(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)) or len(element):
        job.removed(Trace.REMOTE_REFERENCE)
        drop(element)
    else:
        element.text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        element.attrib.clear()


def _attributes(element: Any, job: Job) -> None:
    for name in list(element.attrib):
        value = element.get(name)
        if name in {"href", f"{{{XLINK}}}href"}:
            _reference(element, name, value, job)
        elif (
            name not in _ATTRIBUTES and name not in {f"{{{xmltree.XML}}}space", f"{{{xmltree.XML}}}lang"}
        ) or _OUTSIDE.search(value):
            job.removed(Trace.SCRIPT if local(name).startswith("on") else Trace.METADATA)
            del element.attrib[name]
        elif LOCAL_PATH.search(value):
            job.removed(Trace.LOCAL_PATH)
            del element.attrib[name]


def _reference(element: Any, name: str, value: str, job: Job) -> None:
    """Within the drawing it stays; an embedded picture is cleaned; anything else goes."""
    if value.startswith("#"):
        return
    match = _DATA.fullmatch(value.strip())
    if match is None or local(element.tag) != "image":
        job.removed(Trace.REMOTE_REFERENCE)
        del element.attrib[name]
        return
    try:
        inner = base64.b64decode("".join(match.group(1).split()), validate=True)
    except binascii.Error:
        damaged("svg picture")
    kind, body = job.nested(inner)
    element.set(name, f"data:{MEDIA[Kind(kind)][0]};base64,{base64.b64encode(body).decode()}")


def _look(out: bytes, job: Job) -> None:
    for element in elements(xmltree.parse(out, job)):
        if element.tag == f"{{{SVG}}}a":
            unwrap(element)
        elif namespace(element.tag) != SVG or local(element.tag) not in _ELEMENTS:
            still("svg element")
        for name, value in element.attrib.items():
            if local(name) == "href":
                if not value.startswith(("#", "data:image/")):
                    still("svg reference")
            elif local(name).startswith("on") or _OUTSIDE.search(value):
                still("svg attribute")

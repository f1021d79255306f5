"""Headers judged as Mozilla's HTTP Observatory 1.4.8 does, by its published rules, without the points for what a proxy does.

Its score begins at 100; what is missing takes from it, what is better than asked adds. Beside it: rules of our own on what the
Observatory does not look at. Source: mdn-http-observatory, ``src/analyzer/tests`` and ``src/grader/charts.js``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

BEST = 130
"""Without a cookie; five more with one that is as it should be. Preloading HSTS would add five: only the operator can ask."""

_BROAD = frozenset({"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"})
_INLINE = frozenset({"'unsafe-inline'", "data:"})
_SIX_MONTHS = 15_552_000  # seconds


def score(headers: Mapping[str, str], cookies: Sequence[str]) -> int:
    """The points of one answer over https; ``cookies`` are its Set-Cookie lines. Above 100 is A+."""
    return (
        100
        + _policy_points(headers.get("Content-Security-Policy", ""))
        + sum(map(_cookie_points, cookies[:1]))
        + (0 if "Access-Control-Allow-Origin" not in headers else -50)
        + (5 if headers.get("Referrer-Policy") in {"no-referrer", "same-origin", "strict-origin"} else -5)
        + (0 if _hsts_lasts(headers.get("Strict-Transport-Security", "")) else -20)
        + (0 if headers.get("X-Content-Type-Options") == "nosniff" else -5)
        + (5 if "'none'" in _directives(headers).get("frame-ancestors", ()) else -20)
        + (10 if headers.get("Cross-Origin-Resource-Policy") == "same-origin" else -5)
    )


def faults(headers: Mapping[str, str], cookies: Sequence[str]) -> Iterator[str]:
    """What no answer of ours may do, whoever asks: each in a few words."""
    for name, value in (
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Embedder-Policy", "require-corp"),
        ("Origin-Agent-Cluster", "?1"),
        ("X-Frame-Options", "DENY"),
        ("X-Permitted-Cross-Domain-Policies", "none"),
    ):
        if headers.get(name) != value:
            yield f"{name} is not {value}"
    for name in ("Server", "X-Powered-By", "ETag", "Last-Modified", "Vary", "Content-Encoding"):
        if name in headers:
            yield f"{name} tells something"
    directives = _directives(headers)
    for name in ("base-uri", "form-action", "frame-ancestors"):
        if not set(directives.get(name, ("*",))) <= {"'none'", "'self'"}:
            yield f"{name} is open"
    if "no-store" not in headers.get("Cache-Control", "") and "immutable" not in headers.get(
        "Cache-Control", ""
    ):
        yield "it may lie in a cache"
    denied = re.findall(r"([a-z-]+)=\(\)", headers.get("Permissions-Policy", ""))
    if not {"camera", "microphone", "geolocation", "display-capture", "clipboard-read"} <= set(denied):
        yield "a feature of the browser is not denied"
    yield from (f"a cookie is loose: {line.split('=')[0]}" for line in cookies if _cookie_points(line) < 5)


def _policy_points(policy: str) -> int:
    parsed = _parsed(policy)
    default = parsed.get("default-src")
    if default is None:
        return -25
    scripts = set(parsed.get("script-src", default))
    styles = set(parsed.get("style-src", default))
    if scripts & (_BROAD | _INLINE) or set(parsed.get("object-src", default)) & _BROAD:
        return -20
    if "'unsafe-eval'" in scripts | styles or styles & (_BROAD | _INLINE):
        return -10
    return 10 if default == ["'none'"] else 5


def _cookie_points(line: str) -> int:
    attributes = {part.strip().lower() for part in line.split(";")[1:]}
    good = {"secure", "httponly", "samesite=strict", "path=/"} <= attributes and line.startswith("__Host-")
    return 5 if good and not any(each.startswith("domain") for each in attributes) else -40


def _hsts_lasts(value: str) -> bool:
    found = re.match(r"max-age=(\d+)(?:;|$)", value)
    return found is not None and int(found[1]) >= _SIX_MONTHS and "," not in value


def _directives(headers: Mapping[str, str]) -> dict[str, list[str]]:
    return _parsed(headers.get("Content-Security-Policy", ""))


def _parsed(policy: str) -> dict[str, list[str]]:
    parts = [part.split() for part in policy.split(";") if part.strip()]
    return {words[0].lower(): words[1:] for words in parts}

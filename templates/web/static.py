"""The style sheet and the icon: read once, named by their hash, served from memory. No other file is ever served."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, Response, abort

from templates.loader import STATIC, Side
from templates.web.headers import KEEP, NO_STORE


@dataclass(frozen=True, slots=True)
class StaticFiles:
    """File name with its hash → bytes and type, and plain name → path."""

    files: Mapping[str, tuple[bytes, str]]
    paths: Mapping[str, str]
    keep: bool
    """Whether browsers may keep them. The portal says no: a style sheet in a cache says that somebody was there (A5)."""

    @classmethod
    def load(cls, side: Side, *, keep: bool) -> StaticFiles:
        """The shared and the side's own style sheet as one file, so that a slow line fetches one; and the icon."""
        style = (STATIC / "shared.css").read_bytes() + (STATIC / f"{side}.css").read_bytes()
        icon = (STATIC / "icon.svg").read_bytes()
        files = {}
        paths = {}
        for plain, data, kind in (("style.css", style, "text/css"), ("icon.svg", icon, "image/svg+xml")):
            stem, _, suffix = plain.rpartition(".")
            name = f"{stem}.{hashlib.sha256(data).hexdigest()[:16]}.{suffix}"
            files[name] = (data, kind)
            paths[plain] = f"/static/{name}"
        return cls(files, paths, keep)

    def install(self, app: Flask) -> None:
        """Serve them, and give templates ``static_path(name)``."""
        app.add_url_rule(
            "/static/<name>", "static_file", self._serve, methods=["GET"], provide_automatic_options=False
        )
        app.jinja_env.globals["static_path"] = self.paths.__getitem__

    def _serve(self, name: str) -> Response:
        if name not in self.files:
            abort(404)
        data, kind = self.files[name]
        response = Response(data, mimetype=kind)
        response.headers["Cache-Control"] = KEEP if self.keep else NO_STORE
        return response

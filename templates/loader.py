"""Where templates lie. Each side sees its own folder and the shared one: the portal cannot even name a back-office page."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from jinja2 import BaseLoader, FileSystemLoader, PrefixLoader

ROOT = Path(__file__).resolve().parent
STATIC = ROOT / "static"
LOCALE = ROOT / "locale"


class Side(StrEnum):
    """One of the two web applications. The value is also its template folder."""

    PORTAL = "portal"
    TRIAGE = "triage"


def loader_for(side: Side) -> BaseLoader:
    """Templates are named ``shared/…`` and ``<side>/…``; nothing else exists for this side."""
    return PrefixLoader({name: FileSystemLoader(ROOT / name) for name in ("shared", side.value)})

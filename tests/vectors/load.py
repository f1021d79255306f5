"""Reads test vectors: published ones, and our own. Every file names its source; a file without one is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
Vector = dict[str, Any]


def document(name: str) -> Vector:
    """A whole vector file. Raises ValueError when it does not say where it comes from."""
    loaded: Vector = json.loads((HERE / name).read_text("utf-8"))
    if not loaded.get("source"):
        raise ValueError(f"{name} does not name its source")
    return loaded


def vectors(name: str) -> list[Vector]:
    """The list of vectors in a published file."""
    found: list[Vector] = document(name)["vectors"]
    return found


def own() -> list[Vector]:
    """Our own vector files, one per release that added or changed a format."""
    return [document(path.name) for path in sorted(HERE.glob("underseal-v*.json"))]

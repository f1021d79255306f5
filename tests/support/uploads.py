"""What stories about files on their way need: an operator's limits, and what is left in an instance."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from intake.database.evidence_tables import Staged
from tests.support.instances import Instance


def set_limits(instance: Path, **limits: str | int) -> None:
    """As an operator with an editor: ``set_limits(directory, per_file="1 MiB")``."""
    path = instance / "underseal.toml"
    text = path.read_text("utf-8")
    for name, value in limits.items():
        words = f'"{value}"' if isinstance(value, str) else str(value)
        text, found = re.subn(rf"(?m)^{name} = .*$", f"{name} = {words}", text)
        assert found == 1, name
    path.write_text(text, "utf-8")


def staged(instance: Instance) -> set[str]:
    """Rows of files on their way."""
    with instance.owner.volatile() as session:
        return set(session.scalars(select(Staged.id)))


def objects(instance: Instance) -> set[str]:
    """Names of files in the store, whole or half."""
    return {path.name for path in (instance.directory / "evidence").rglob("*") if path.is_file()}


def eventually(true: Callable[[], object], seconds: float = 30) -> bool:
    """Whether ``true()`` comes true soon."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return bool(true())

"""An instance's files: written once, with the modes that the processes insist on. Knows no database and makes no key."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from intake.settings import SETTINGS_FILE, PublicSettings, read_public


def write_secret(path: Path, content: BaseModel) -> None:
    """A secret file, readable by its owner alone from its first moment."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(content.model_dump(exclude_none=True), file, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


def write_public(directory: Path, settings: PublicSettings) -> None:
    """``underseal.toml``: the last file of a new instance, because it is what makes a directory one."""
    values = settings.model_dump(mode="json", exclude_none=True)
    plain = {key: value for key, value in values.items() if not isinstance(value, dict)}
    lines = [
        "# Public settings of this instance. The keys below are pinned here so that no database can exchange them."
    ]
    lines += _lines(plain)
    for name, table in values.items():
        if isinstance(table, dict):
            lines += ["", f"[{name}]", *_lines(table)]
    # Whole or not at all: a power cut in the middle would leave a directory that is no instance.
    beside = directory / f"{SETTINGS_FILE}.new"
    beside.write_text("\n".join(lines) + "\n", encoding="utf-8")
    _own_as(beside, directory / SETTINGS_FILE)
    beside.replace(directory / SETTINGS_FILE)
    read_public(directory)  # proves that what was written is what a process reads


def _own_as(beside: Path, earlier: Path) -> None:
    """The owner and the mode of the file that it replaces: written by root, no process could read it any more."""
    if earlier.exists():
        found = earlier.stat()
        os.chown(beside, found.st_uid, found.st_gid)
        beside.chmod(stat.S_IMODE(found.st_mode))


def _lines(values: dict[str, Any]) -> list[str]:
    # A JSON string, number or boolean in one line is TOML too, once the one character that only TOML escapes is.
    return [
        f"{key} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")
        for key, value in values.items()
    ]

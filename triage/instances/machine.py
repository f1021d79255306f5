"""What of the machine itself `underseal doctor` looks at: the sandbox that its kernel allows, and the room on its disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from intake.evidence import sandbox
from triage.instances.finding import Finding, Grade

MIN_FREE = 512 * 1024 * 1024  # bytes; a filing takes about 250 KB, so this is two thousand reports


def about_machine(directory: Path) -> Iterator[Finding]:
    """Findings about the machine that the instance in ``directory`` is on."""
    sound, text = sandbox.described()
    yield Finding(Grade.OK if sound else Grade.WARN, text)
    free = shutil.disk_usage(directory).free
    text = f"{free // (1024 * 1024)} MiB free beside the instance"
    yield Finding(
        Grade.OK if free >= MIN_FREE else Grade.FAIL, text if free >= MIN_FREE else f"only {text}; make room"
    )

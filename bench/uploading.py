"""The memory of an upload of one gibibyte: by how much the portal's resident memory grows while it comes, against 64 MiB.

The portal is a process as an operator runs it, the upload real HTTP; Linux counts (VmHWM).
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench.ratio import Ratio
from tests.support.instances import build_instance
from tests.support.organisation import small_organisation
from tests.support.processes import serving
from tests.support.uploads import growth_of

NAME = "upload"
GOAL = 1.0
MIB = 1024 * 1024
SIZE = 1024 * MIB - 1  # bytes: as large as one file may be by default
MOST = 64 * MIB


def measure() -> Ratio:
    """The growth, in parts of what is allowed."""
    today = datetime.now(UTC).date()
    with tempfile.TemporaryDirectory(prefix="underseal-bench-") as place:
        workspace = Path(place)
        build_instance(workspace / "instance", small_organisation(), today=today).close()
        with serving("portal", workspace / "instance", workspace, today=today.isoformat()) as portal:
            grown = growth_of(portal, SIZE)
    return Ratio(
        name=NAME,
        ratio=grown / MOST,
        goal=GOAL,
        better="lower",
        detail=f"resident memory that an upload of 1 GiB adds to the portal: {grown / MIB:.1f} MiB, of {MOST // MIB} MiB",
    )

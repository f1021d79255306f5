"""A case moves, with keys, without anybody of its office having to help: a duty was missed, or somebody who may ask asked.

The worker does this with the gate's key alone. It goes by the watch and the ladder, publishes the officers' grants that lie in
a rung, takes the old circle's grants away and begins an epoch. It opens no report: it holds no officer's key.
"""

from __future__ import annotations

from intake.release.asking import carry_out
from intake.release.exclusion import exclude
from intake.release.holding import Gate
from intake.release.joined import follow
from intake.release.overdue import release_overdue
from intake.release.shortage import replenish, short_of_holders

__all__ = ["Gate", "carry_out", "exclude", "follow", "release_overdue", "replenish", "short_of_holders"]

"""Hypothesis as this project uses it: no deadlines. A busy machine is not a fault, and no test measures absolute time."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("underseal", deadline=None)
settings.load_profile("underseal")

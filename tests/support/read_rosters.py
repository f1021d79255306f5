"""Rosters verified and read once in a process: the same bytes under the same root's key are the same roster. A server reads
each once anyway; every story begins with a server that has read none.
"""

from __future__ import annotations

from functools import cache

from intake import roster


def read_rosters_once() -> None:
    """For every reader that this process makes from now on. What is refused is looked at again each time."""
    roster.verify_roster = cache(roster.verify_roster)

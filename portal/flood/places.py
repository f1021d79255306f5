"""Places for dear work: in one process, one at a time of each act for newcomers, and one for those who have waited or worked.

A machine that does everything at once does nothing in time. Whoever finds the place taken stands in a short line for a moment,
first come first served, and is asked to wait on a page when the line is full. The lines together never take all threads, so
that pages which cost nothing are answered meanwhile.
"""

from __future__ import annotations

import threading

from portal.flood.purses import Budget, Shown

PATIENCE = 3.0  # seconds in the line
LINE = 8
"""People in one line. Three acts of two lines and their places are 54 threads, of 64."""


class Lane:
    """One place and its line. ``enter`` and, where it was true, ``leave``."""

    def __init__(self) -> None:
        self._place = threading.BoundedSemaphore(1)
        self._line = threading.BoundedSemaphore(LINE)

    def enter(self) -> bool:
        """Take the place, at once or after a moment in the line. False: the line is full, or it did not move."""
        if self._place.acquire(blocking=False):
            return True
        if not self._line.acquire(blocking=False):
            return False
        try:
            return self._place.acquire(timeout=PATIENCE)
        finally:
            self._line.release()

    def leave(self) -> None:
        """Give the place to the next one."""
        self._place.release()


class NoLane(Lane):
    """For what is cheap: everybody at once."""

    def enter(self) -> bool:
        """Always."""
        return True

    def leave(self) -> None:
        """Nothing was taken."""


class Places:
    """The lanes of a process."""

    def __init__(self) -> None:
        self._lanes: dict[tuple[Budget, bool], Lane] = {
            (budget, new): NoLane() if budget is Budget.SAVE else Lane()
            for budget in Budget
            for new in (True, False)
        }

    def lane(self, budget: Budget, shown: Shown) -> Lane:
        """Where somebody who has shown this stands."""
        return self._lanes[budget, shown is Shown.NOTHING]

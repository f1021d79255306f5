"""How often a visit or circuit does something in one window, in one process: counted in memory, forgotten with the window."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field

from portal.flood.purses import Budget


@dataclass(slots=True)
class Bursts:
    """Counters of the newest window alone."""

    _window: int = 0
    _counts: Counter[tuple[Budget, str, str]] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fits(self, window: int, budget: Budget, kind: str, key: str) -> bool:
        """Count one more; whether it is not too many at once."""
        with self._lock:
            if window != self._window:
                self._window = window
                self._counts.clear()
            self._counts[budget, kind, key] += 1
            return self._counts[budget, kind, key] <= budget.at_once

"""``python -m bench [NAME…]``: prints one JSON line per bench; exits 1 when a goal is missed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence

from bench import case, clues, filing, queue, sealing, uploading
from bench.ratio import Ratio

BENCHES: dict[str, Callable[[], Ratio]] = {
    filing.NAME: filing.measure,
    queue.NAME: queue.measure,
    case.NAME: case.measure,
    sealing.NAME: sealing.measure,
    uploading.NAME: uploading.measure,
    clues.NAME: clues.measure,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the named benches, or all."""
    parser = argparse.ArgumentParser(prog="bench", description="what the expensive acts cost, as ratios")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--json", action="store_true", help="JSON lines (they always are)")
    names = parser.parse_args(arguments).names
    unknown = sorted(set(names) - set(BENCHES))
    if unknown:
        parser.error(f"no bench is called {unknown[0]}; there are: {', '.join(BENCHES)}")
    missed = False
    for name in names or BENCHES:
        ratio = BENCHES[name]()
        print(json.dumps(ratio.as_json()), flush=True)
        missed |= not ratio.reached
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())

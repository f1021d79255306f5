"""What there is of each costly act, and who may take it: arithmetic and numbers, as data. Knows no request and no store.

The same ten seconds hold several purses of one act, by what a visit has shown. Everybody may take from the first. Whoever has
waited, or has worked on a draft, may take from others as well, which a flood of new visits never touches. No visit and no
circuit takes more than its share from all of them together, nor more than a part of one at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum

WINDOW = 10  # seconds that one purse lasts: whoever finds it empty waits no longer than that for the next one


class Shown(IntEnum):
    """What a visit has shown, cheapest to look at first. Purses are tried in this order."""

    NOTHING = 0
    WAITED = 1
    """It was asked to wait, and came back a moment later."""
    WAITED_LONG = 2
    """It was asked to wait at least a minute ago."""
    WORKED = 3
    """Its draft, or its opened mailbox, is at least a minute old."""


LONG = 60  # seconds until waiting and working count for more


@dataclass(frozen=True, slots=True)
class Share:
    """The most that one visit, or one circuit, may do in ``seconds``."""

    amount: int
    seconds: int


class Budget(Enum):
    """Each costly act: its word, what each purse holds on one machine, and a visit's share."""

    SAVE = ("save", 400, Share(300, 600))
    """Keeping a step of a draft: one small write."""
    FILE = ("file", 40, Share(30, 3600))
    """Filing: a derivation, a hundred seals, one large transaction."""
    OPEN = ("open", 60, Share(60, 600))
    """Trying a code: one derivation. Guessing 80 bits is hopeless at any rate; this bounds the machine's work."""
    WRITE = ("write", 60, Share(60, 3600))
    """Writing a message: a few seals and a transaction."""

    @property
    def word(self) -> str:
        """Its name in keys."""
        return str(self.value[0])

    @property
    def purse(self) -> int:
        """What each purse holds in one window, on one machine."""
        return int(self.value[1])

    @property
    def at_once(self) -> int:
        """What one visit, or one circuit, may do in one window in one process: a fifth of what there is for everybody."""
        return max(2, self.purse // 5)

    @property
    def share(self) -> Share:
        """What one visit may do, and what one circuit may."""
        share = self.value[2]
        assert isinstance(share, Share)
        return share


def purses_of(
    waited: Callable[[], Shown], worked: Callable[[], bool], *, newcomers: bool = True
) -> Iterator[Shown]:
    """The purses that a visit may take from, in order; what it has shown is asked when the ones before were empty.

    Not ``newcomers``: while a ceiling is reached the first purse is shut, and everybody waits once.
    """
    if newcomers:
        yield Shown.NOTHING
    has_waited = waited()
    yield from (each for each in (Shown.WAITED, Shown.WAITED_LONG) if each <= has_waited)
    if worked():
        yield Shown.WORKED

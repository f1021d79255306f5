"""A poster for a wall, and cards for a wallet: what stands where. Both say where the portal is, only a poster says whose it is.

A card must not give away whoever is found with it: it names no organisation and no purpose, and says no more than that the
address is best opened at home.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from intake.site import Site
from templates.web.language import Language
from triage.paper.fonts import Font, Script
from triage.paper.sheet import ACCENT, BLACK, FAINT, SOFT, Sheet, Type
from triage.paper.words import Words


class Kind(StrEnum):
    """What is printed."""

    POSTER = "poster"
    CARD = "card"


class Only(StrEnum):
    """Which address, where there are two and one is enough."""

    WEB = "web"
    ONION = "onion"


SIZES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"a4": (210, 297), "letter": (215.9, 279.4), "a3": (297, 420)}
)
CARD = (85, 52)
"""Nearly a bank card's; on every size of paper there is room around them for a printer's edge."""
_SCALES = tuple(number / 100 for number in range(140, 54, -5))
SCRIPTS: Mapping[str, Script] = MappingProxyType({"ar": Script.ARABIC, "zh": Script.HAN})


class TooMuchError(Exception):
    """The sheet has no room for the organisation's name. The text is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Address:
    """One way to the portal, as it is printed."""

    label: str
    short: str
    address: str


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything that is the same for both kinds."""

    language: Language
    words: Words
    addresses: tuple[Address, ...]
    size: tuple[float, float]
    fonts: Sequence[Font]

    def sheet(self) -> Sheet:
        """An empty one."""
        return Sheet(
            self.size,
            self.language.html,
            self.words.document,
            self.fonts,
            mirrored=self.language.direction == "rtl",
        )


def addresses_of(site: Site, words: Words, only: Only | None = None) -> tuple[Address, ...]:
    """The addresses that there are, the one on the ordinary web first."""
    found = []
    if site.address is not None and only is not Only.ONION:
        found.append(Address(words.web, words.card_web, site.address))
    if site.onion is not None and only is not Only.WEB:
        found.append(Address(words.onion, words.card_onion, site.onion))
    return tuple(found)


def poster(paper: Paper, name: str) -> bytes:
    """A poster of the organisation ``name``, as large as the paper allows. Raises TooMuchError."""
    sheet, paper_scale = paper.sheet(), min(paper.size[0] / 210, paper.size[1] / 297)
    for scale in _SCALES:
        if _Poster(paper, name, sheet, scale * paper_scale, measure=True).fits():
            _Poster(paper, name, sheet, scale * paper_scale, measure=False)
            return sheet.to_bytes()
    raise TooMuchError("the name of the organisation has no room on a poster; shorten it in underseal.toml")


def cards(paper: Paper) -> bytes:
    """As many cards as the paper has room for, with lines to cut along."""
    sheet = paper.sheet()
    columns, rows = (int((paper.size[side] - 10) // CARD[side]) for side in (0, 1))
    edge = tuple((paper.size[side] - count * CARD[side]) / 2 for side, count in ((0, columns), (1, rows)))
    for number in range(columns * rows):
        row, column = divmod(number, columns)
        _card(sheet, paper, (edge[0] + column * CARD[0], edge[1] + row * CARD[1]))
    return sheet.to_bytes()


def _card(sheet: Sheet, paper: Paper, place: tuple[float, float]) -> None:
    left, top = place
    sheet.frame(place, CARD, FAINT, dashed=True)
    inside = CARD[0] - 8
    top += 3.5
    top += sheet.text((left + 4, top), inside, paper.words.card, Type(8.5, centred=True)) + 1
    column = inside / len(paper.addresses)
    side = 29.0
    for number, each in enumerate(paper.addresses):
        start = left + 4 + number * column
        sheet.text((start, top), column, each.short, Type(7, bold=True, colour=SOFT, centred=True))
        sheet.code((start + (column - side) / 2, top + 3.2), side, each.address)
        kind = Type(6.2 if len(paper.addresses) > 1 else 7, centred=True, anywhere=True)
        sheet.text((start + 1, top + 3.2 + side), column - 2, each.address, kind)


class _Poster:
    """One try at a scale. ``measure``: nothing is written, it is only asked how far down the page it goes."""

    def __init__(self, paper: Paper, name: str, sheet: Sheet, scale: float, *, measure: bool) -> None:
        self._paper, self._sheet, self._scale, self._measure = paper, sheet, scale, measure
        self._edge = 18 * min(paper.size) / 210
        self._width = paper.size[0] - 2 * self._edge
        self._y = self._edge
        words = paper.words
        self._say(name, Type(14 * scale, colour=SOFT), 4)
        self._say(words.title, Type(32 * scale, bold=True, colour=ACCENT, role="H1"), 1)
        self._say(words.lead, Type(20 * scale), 5)
        self._list(words.points, self._edge, self._width)
        self._y += 3 * scale
        self._box()
        self._y += 8 * scale
        self._addresses()

    def fits(self) -> bool:
        """Whether all of it is on the page."""
        return self._y <= self._paper.size[1] - self._edge * 0.8

    def _text(self, left: float, top: float, width: float, text: str, kind: Type) -> float:
        if self._measure:
            return self._sheet.height_of(width, text, kind)
        return self._sheet.text((left, top), width, text, kind)

    def _say(self, text: str, kind: Type, after: float) -> None:
        self._y += self._text(self._edge, self._y, self._width, text, kind) + after * self._scale

    def _list(self, lines: Sequence[str], left: float, width: float) -> None:
        kind = Type(14 * self._scale)
        indent = 6 * self._scale
        for line in lines:
            if not self._measure:
                self._sheet.dot((left + 1.5 * self._scale, self._y + 3.3 * self._scale), 1 * self._scale)
            self._y += self._text(left + indent, self._y, width - indent, line, kind) + 2.2 * self._scale

    def _box(self) -> None:
        top, inner = self._y, 6 * self._scale
        self._y += inner
        kind = Type(17 * self._scale, bold=True, role="H2")
        left, width = self._edge + inner, self._width - 2 * inner
        self._y += self._text(left, self._y, width, self._paper.words.warning, kind) + 2 * self._scale
        self._list(self._paper.words.warnings, left, width)
        self._y += inner - 2.2 * self._scale
        if not self._measure:
            self._sheet.frame((self._edge, top), (self._width, self._y - top), ACCENT)

    def _addresses(self) -> None:
        gap, side = 8 * self._scale, 54 * self._scale
        count = len(self._paper.addresses)
        column = (self._width - gap * (count - 1)) / count
        label = Type(12.5 * self._scale, bold=True, role="H2")
        address = Type(min(16 * self._scale, column / 6.5), colour=BLACK, anywhere=True)
        above = max(self._sheet.height_of(column, each.label, label) for each in self._paper.addresses)
        below = max(self._sheet.height_of(column, each.address, address) for each in self._paper.addresses)
        for number, each in enumerate(self._paper.addresses):
            left = self._edge + number * (column + gap)
            self._text(left, self._y, column, each.label, label)
            if not self._measure:
                self._sheet.code((left, self._y + above), side, each.address, flush=True)
            self._text(left, self._y + above + side, column, each.address, address)
        self._y += above + side + below

"""How a page is looked at: width, colours, size of letters. What is asked of it is axe's rules and some that axe has not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Page

from templates.loader import Side
from templates.web.catalogues import translations
from tests.support.axe import violations
from tests.support.readable import TOO_FAINT, WIDER

# One heading of the first rank, none skipped; buttons that a thumb finds; one name for each landmark of a kind.
_OWN_RULES = """() => {
  const found = [];
  const ranks = [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(each => Number(each.tagName[1]));
  if (ranks.filter(rank => rank === 1).length !== 1) found.push('not one h1');
  const seen = e => e.getClientRects().length && !e.closest('.unseen') && !e.closest('details:not([open])');
  for (const e of document.querySelectorAll('button, a.button, input[type=checkbox], input[type=radio], summary, select')) {
    if (!seen(e)) continue;
    const least = e.matches('button, a.button') ? 44 : 24, box = e.getBoundingClientRect();
    if (box.height < least - 0.5 || box.width < 24) found.push(`small: ${e.outerHTML.slice(0, 80)} ${box.height}`);
  }
  for (const e of document.querySelectorAll('[lang]')) if (!e.dir) found.push(`no direction: ${e.outerHTML.slice(0, 80)}`);
  for (const e of document.querySelectorAll('form input:not([type]), form input[type=text], form textarea')) {
    if (e.autocomplete !== 'off') found.push(`kept by the browser: ${e.name}`);
    if (e.dir !== 'auto') found.push(`no direction: ${e.name}`);
  }
  return found;
}"""
# Three Latin words in a row that are no name, on a page in another script: somebody forgot to ask for the translation.
_ENGLISH = """() => {
  const found = [], walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let text; (text = walker.nextNode());) {
    if (text.parentElement.closest('bdi, [dir=auto], option, .code, [lang]:not(html)')) continue;
    const words = text.data.match(/[A-Za-z]{2,}( [a-z]{2,}){2,}/);
    if (words && !words[0].startsWith('underseal')) found.push(`not translated: ${words[0]}`);
  }
  return found;
}"""
_OTHER_SCRIPTS = frozenset({"ar", "ru", "zh"})
_FAULTY = "() => document.querySelector('.summary, .fault, [aria-invalid]') !== null"
_LARGE = "size => { document.documentElement.style.fontSize = size }"

Colours = Literal["light", "dark", "more", "forced"]


@dataclass(frozen=True, slots=True)
class Look:
    """One way of looking. ``all_rules``: axe looks, too; else only contrast, width and the like are asked for."""

    width: int
    colours: Colours = "light"
    all_rules: bool = False
    large: bool = False
    """Letters of twice their size, and nothing else enlarged (WCAG 1.4.4)."""

    def __str__(self) -> str:
        return f"{self.width} {self.colours}{' large' if self.large else ''}"


QUICK = (Look(360, all_rules=True), Look(320), Look(1280, "dark"), Look(360, large=True))
"""What each change is looked at in."""
EVERY = (
    *(Look(width, all_rules=True) for width in (320, 360, 1280)),
    *(Look(360, colours, all_rules=True) for colours in ("dark", "more")),
    Look(1280, "forced", all_rules=True),
    Look(1280, "dark"), Look(320, "more"), Look(320, "forced"), Look(320, large=True), Look(1280, large=True),
)  # fmt: skip
"""What a release is looked at in."""


def looked_at(page: Page, look: Look, tag: str) -> list[str]:
    """What is wrong with the page that stands there. It is left as it was found, but for width and colours."""
    page.set_viewport_size({"width": look.width, "height": 780})
    page.emulate_media(
        color_scheme="dark" if look.colours == "dark" else "light",
        forced_colors="active" if look.colours == "forced" else "none",
        contrast="more" if look.colours == "more" else "no-preference",
    )
    if look.large:
        page.evaluate(_LARGE, "200%")
    found = violations(page) if look.all_rules else []
    if wider := page.evaluate(WIDER):
        found.append(f"{wider} pixels too wide")
    # Forced colours are the reader's own: a page does not choose them.
    found += [] if look.colours == "forced" else page.evaluate(TOO_FAINT)
    if not look.large:
        found += page.evaluate(_OWN_RULES)
    found += page.evaluate(_ENGLISH) if tag in _OTHER_SCRIPTS else []
    error = translations(Side.PORTAL, tag).gettext("Error: ")
    if page.title().startswith(error) != page.evaluate(_FAULTY):
        found.append(f"the title says {page.title()!r}")
    page.evaluate(_LARGE, "")
    return [f"{look}: {each}" for each in found]

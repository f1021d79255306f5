"""What a catalogue has to keep of the English it translates: messages, plurals, blanks, markup."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from templates.loader import LOCALE, ROOT, Side

_KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "translatable": None, "ngettext": (1, 2)}
_BLANK = re.compile(r"%\(\w+\)[sd]|%[sd%]")
_TAG = re.compile(r"</?[a-z][^>]*>")
_LETTER = re.compile(r"[^\W\d_]{2,}")


@cache
def extracted(side: Side) -> dict[str, tuple[str, ...]]:
    """Each message that the code and the pages of ``side`` ask for → its English, one text or two."""
    with (LOCALE / f"{side}.cfg").open() as file:
        methods, options = parse_mapping_cfg(file, filename=f"{side}.cfg")  # type: ignore[no-untyped-call]
    found: dict[str, tuple[str, ...]] = {}
    for _file, _line, texts, _notes, _context in extract_from_dir(
        str(ROOT.parent), methods, options, _KEYWORDS, directory_filter=lambda path: "/." not in str(path)
    ):
        forms = (texts,) if isinstance(texts, str) else tuple(texts or ())
        found[forms[0]] = forms
    return found


def glossary(tag: str) -> str:
    """What the words of the field are in a language, for whoever translates next."""
    return (LOCALE / tag / "glossary.md").read_text(encoding="utf-8")


def written_alike(tag: str) -> frozenset[str]:
    """Texts that the glossary says are the same in English and in this language."""
    _, _, alike = glossary(tag).partition("## Written as in English\n")
    return frozenset(line[2:] for line in alike.splitlines() if line.startswith("- "))


def faults_of(message: Message, forms: tuple[str, ...], catalogue: Catalog) -> list[str]:
    """What is wrong with one translation; each fault says what to do."""
    texts = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    faults = []
    if message.fuzzy:
        faults.append("is marked as doubtful: look at it, and take the mark off")
    if not all(text.strip() for text in texts):
        faults.append("has no translation")
        return faults
    if len(texts) != (1 if len(forms) == 1 else catalogue.num_plurals):
        faults.append("needs another number of plural forms")
    for text in texts:
        faults += _kept(forms, text)
    return faults


def _kept(forms: tuple[str, ...], text: str) -> list[str]:
    faults = []
    blanks = Counter(_BLANK.findall(text))
    allowed = [Counter(_BLANK.findall(form)) for form in forms]
    if len(forms) > 1:  # a form for exactly one or two may say it as a word
        allowed += [each - Counter(["%(num)s"]) for each in allowed]
    if blanks not in allowed:
        faults.append(
            f"has the blanks {sorted(blanks.elements())} instead of {sorted(allowed[0].elements())}"
        )
    if Counter(_TAG.findall(text)) not in [Counter(_TAG.findall(form)) for form in forms]:
        faults.append("has other markup")
    if (text[:1].isspace(), text[-1:].isspace()) != (forms[0][:1].isspace(), forms[0][-1:].isspace()):
        faults.append("begins or ends with another space")
    if text in forms and _LETTER.search(_BLANK.sub("", _TAG.sub("", text))):
        faults.append("is still English")
    return faults

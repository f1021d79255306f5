"""Templates of replies to reporters, as versioned data: plain words, no name of anybody.

An officer picks one and may change every word of it. Knows no case and no page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from intake.strict_json import FaultyInputError, Fields, parse

FALLBACK = "en"
MAX_BYTES = 100_000
MAX_TEXT = 2_000  # characters
_KEYS = ("version", "valid_from", "reason", "templates")


@dataclass(frozen=True, slots=True)
class Template:
    """One text, in every language that it was written in."""

    id: str
    titles: Mapping[str, str]
    texts: Mapping[str, str]

    def title(self, language: str) -> str:
        """What officers choose it by."""
        return self.titles.get(language, self.titles[FALLBACK])

    def text(self, language: str) -> str:
        """What the reporter reads: in the language of the report, where there is one."""
        return self.texts.get(language, self.texts[FALLBACK])


@cache
def templates_for(act: str) -> tuple[Template, ...]:
    """The templates for an act, the usual one first. Raises FaultyInputError when the file is broken."""
    raw = (files("triage") / "data" / "replies" / f"{act}.json").read_bytes()
    return templates_from(parse(raw, what=f"templates for {act}", limit=MAX_BYTES))


def template_text(act: str, wanted: str, language: str) -> str:
    """The text of one template; of the usual one for an unknown name."""
    templates = templates_for(act)
    chosen = next((template for template in templates if template.id == wanted), templates[0])
    return chosen.text(language)


def templates_from(document: object) -> tuple[Template, ...]:
    """Raises FaultyInputError with every fault."""
    faults: list[str] = []
    fields = Fields(document, "", faults)
    version = fields.count("version")
    if not version:
        fields.fault("version", "must be a whole number of at least 1")
    fields.day("valid_from")
    if not fields.optional_text("reason"):
        fields.fault("reason", "is missing: changed words need their reason")
    templates = [_template(part) for part in fields.objects("templates", required=True)]
    for key in fields.besides(*_KEYS):
        fields.fault(key, "is not a part of a file of templates")
    if len({template.id for template in templates}) < len(templates):
        fields.fault("templates", "has two templates of one name")
    if not templates:
        fields.fault("templates", "is empty")
    if faults:
        raise FaultyInputError("templates", faults)
    return tuple(templates)


def _template(part: Fields) -> Template:
    for key in part.besides("id", "title", "text"):
        part.fault(key, "is not a part of a template")
    return Template(part.identifier("id"), _languages(part, "title", 100), _languages(part, "text", MAX_TEXT))


def _languages(part: Fields, key: str, limit: int) -> dict[str, str]:
    value = part.get(key)
    if not isinstance(value, dict) or not all(
        isinstance(text, str) and 0 < len(text.strip()) <= limit for text in value.values()
    ):
        part.fault(key, f"must give a text of at most {limit} characters for each language")
        return {FALLBACK: ""}
    if FALLBACK not in value:
        part.fault(key, f"has no text in {FALLBACK!r}, which every other language falls back to")
        return {FALLBACK: ""}
    return dict(value)

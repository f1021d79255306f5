"""Interface languages: which there are, which one this visitor reads, which way it runs. Knows no text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from babel.support import NullTranslations
from flask import Flask, request
from flask_babel import Babel, Domain, get_locale

from templates.loader import Side
from templates.web.catalogues import tags_of, translations
from templates.web.cookies import Cookie

RIGHT_TO_LEFT = "rtl"


@dataclass(frozen=True, slots=True)
class Language:
    """``tag`` is its word in addresses, cookies and file names, ``name`` what its readers call it."""

    tag: str
    name: str
    direction: str = "ltr"
    script: str = ""
    """Where the tag alone would leave it open, for browsers and screen readers (BCP 47, such as ``Hans``)."""

    @property
    def html(self) -> str:
        """The value of a ``lang`` attribute."""
        return f"{self.tag}-{self.script}" if self.script else self.tag


_ALL = (
    Language("en", "English"),
    Language("ar", "العربية", RIGHT_TO_LEFT),
    Language("es", "Español"),
    Language("fr", "Français"),
    Language("ru", "Русский"),
    Language("zh", "中文", script="Hans"),
)
LANGUAGES = {language.tag: language for language in _ALL}
"""Every language in which a side may be read."""


def languages_of(side: Side) -> dict[str, Language]:
    """Those in which ``side`` is: a catalogue makes one. English comes first."""
    return {tag: LANGUAGES[tag] for tag in tags_of(side)}


def language_cookie(side: Side) -> Cookie:
    """Where a chosen language is kept for the visit."""
    return Cookie(side, "language")


def current_language() -> Language:
    """The language of the page being made."""
    return LANGUAGES[str(get_locale())]


class _Catalogues(Domain):  # type: ignore[misc]  # flask_babel has no types
    """One side's translations, read once for all requests: the library's own would read the file again for each."""

    def __init__(self, side: Side) -> None:
        super().__init__(domain=side.value)
        self._side = side

    def get_translations(self) -> NullTranslations:
        return translations(self._side, current_language().tag)


class _SidesBabel(Babel):  # type: ignore[misc]  # flask_babel has no types
    """Looks words up in one side's catalogues."""

    def __init__(self, side: Side) -> None:
        self._catalogues = _Catalogues(side)
        super().__init__()

    @property
    def domain_instance(self) -> Domain:
        return self._catalogues


def install(app: Flask, side: Side, default: str) -> None:
    """Choose a language per request: what the visitor chose, else what the browser asks for, else ``default``.

    Raises ValueError when the default is no interface language, or a catalogue is one of no language.
    """
    there = languages_of(side)
    if default not in LANGUAGES:
        raise ValueError(f"there is no interface in {default!r}; choose one of: {', '.join(LANGUAGES)}")
    fallback = default if default in there else next(iter(there))

    def choose() -> str:
        chosen = language_cookie(side).read_text()
        return chosen if chosen in there else _asked_for(there) or fallback

    # Dates come from the domain as dates; no time of day is ever shown, so no time zone may move them.
    _SidesBabel(side).init_app(app, default_locale=fallback, default_timezone="UTC", locale_selector=choose)
    app.jinja_env.globals.update(language=current_language, languages=there, every_language=LANGUAGES)


def _asked_for(there: Mapping[str, Language]) -> str | None:
    return request.accept_languages.best_match(there)

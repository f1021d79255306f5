"""Interface languages: which there are, which one this visitor reads, which way it runs. Knows no text."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, request
from flask_babel import Babel, get_locale

from templates.loader import LOCALE, Side
from templates.web.cookies import Cookie

RIGHT_TO_LEFT = "rtl"


@dataclass(frozen=True, slots=True)
class Language:
    """``tag`` as in BCP 47, ``name`` in the language itself."""

    tag: str
    name: str
    direction: str = "ltr"


LANGUAGES = {language.tag: language for language in (Language("en", "English"),)}


def language_cookie(side: Side) -> Cookie:
    """Where a chosen language is kept for the visit."""
    return Cookie(side, "language")


def current_language() -> Language:
    """The language of the page being made."""
    return LANGUAGES[str(get_locale())]


def install(app: Flask, side: Side, default: str) -> None:
    """Choose a language per request: what the visitor chose, else what the browser asks for, else ``default``.

    Raises ValueError when the default is no interface language.
    """
    if default not in LANGUAGES:
        raise ValueError(f"there is no interface in {default!r}; choose one of: {', '.join(LANGUAGES)}")

    def choose() -> str:
        chosen = language_cookie(side).read_text()
        return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or default

    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(LOCALE)
    # Dates come from the domain as dates; no time of day is ever shown, so no time zone may move them.
    Babel(app, default_locale=default, default_timezone="UTC", locale_selector=choose)
    app.jinja_env.globals.update(language=current_language, languages=LANGUAGES)

"""Pages of the office's own, written in Markdown: which there are, and each of them. They read no visit."""

from __future__ import annotations

from flask import Flask, abort, render_template
from flask.typing import ResponseReturnValue

from intake.guidance.shelf import Guidance
from portal.services import Informing
from templates.web.language import LANGUAGES, current_language


def install(app: Flask, pages: Guidance) -> None:
    """Let every template know which pages there are, in the reader's language."""
    app.jinja_env.globals["guidance_pages"] = lambda: pages.titles(current_language().tag)


def guidance(services: Informing) -> ResponseReturnValue:
    """The list of pages."""
    return render_template("portal/guidance.html", name=services.name)


def guidance_page(services: Informing, page: str) -> ResponseReturnValue:
    """One page, in the visitor's language or in the one that stands in for it."""
    reader = current_language()
    found = services.guidance.page(reader.tag, page)
    if found is None:
        abort(404)
    return render_template(
        "portal/guidance_page.html",
        name=services.name,
        page=found,
        written_in=LANGUAGES[found.tag],
        translated=found.tag == reader.tag,
    )

"""The quick exit and the interface language: small things that every page offers."""

from __future__ import annotations

from contextlib import suppress

from flask import Response, abort, current_app, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from portal.services import Services
from portal.views.guidance import guidance_page
from portal.visit import end_everything
from templates.loader import Side
from templates.web.csrf import anchor_cookie
from templates.web.language import language_cookie, languages_of
from templates.web.routes import see_other

BACK_TO = "to"
"""Which page a visitor was on who chose another language."""
_LONGEST = 200  # characters of an address of ours
_EVERYTHING = '"cache", "cookies", "storage"'


def exit_(services: Services) -> ResponseReturnValue:
    """Leave at once: end what was open here, let the browser forget this site, and go to a neutral page."""
    response: Response = make_response(see_other(services.leave_for))
    if (
        request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}
        or "Sec-Purpose" in request.headers
    ):
        return (
            response  # another site's picture, or a browser that fetches ahead, must not throw away a report
        )
    end_everything(services, response)
    for cookie in (anchor_cookie(Side.PORTAL), language_cookie(Side.PORTAL)):
        cookie.drop(response)
    response.headers["Clear-Site-Data"] = _EVERYTHING
    return response


def language(_services: Services, tag: str) -> ResponseReturnValue:
    """Read this site in another language, for this visit, and go on where the visitor was."""
    if tag not in languages_of(Side.PORTAL):
        abort(404)
    response: Response = make_response(see_other(_page_at(request.args.get(BACK_TO, "/"))))
    language_cookie(Side.PORTAL).set_text(response, tag)
    return response


def _page_at(path: str) -> str:
    """``path``, or what is nearest above it, if it is a page of ours: an address of elsewhere, or an act, is none."""
    pages = current_app.url_map.bind("")
    while path.startswith("/") and "//" not in path and len(path) <= _LONGEST:
        with suppress(HTTPException, RoutingException):
            endpoint, variables = pages.match(path, "GET")
            if not variables or endpoint == guidance_page.__name__:
                return path
        path = path.rpartition("/")[0]
    return "/"

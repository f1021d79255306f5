"""The quick exit and the interface language: small things that every page offers."""

from __future__ import annotations

from flask import Response, abort, make_response, request
from flask.typing import ResponseReturnValue

from portal.services import Services
from portal.visit import end_everything
from templates.loader import Side
from templates.web.csrf import anchor_cookie
from templates.web.language import LANGUAGES, language_cookie
from templates.web.routes import see_other

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
    """Read this site in another language, for this visit."""
    if tag not in LANGUAGES:
        abort(404)
    response: Response = make_response(see_other("/"))
    language_cookie(Side.PORTAL).set_text(response, tag)
    return response

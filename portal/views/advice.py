"""The pages that only inform: the first page, staying safe, rights, who can do what, other places. They read no visit."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template
from flask.typing import ResponseReturnValue

from intake.organisation import EXT_OMB, Organisation
from intake.permissions import Group, permission_lists
from intake.protection.advice import adviser
from portal import can_do_words
from portal.clue_words import advice_words
from portal.services import Services
from templates.web.headers import NO_STORE


def landing(services: Services) -> ResponseReturnValue:
    """What this is, who will read it, how to stay safe, file, come back."""
    return render_template("portal/landing.html", name=services.name, closed=services.mode.closed())


def safety(services: Services) -> ResponseReturnValue:
    """How to stay safe before, while and after reporting."""
    return render_template("portal/safety.html", name=services.name, advice=advice_words(adviser().advice))


def rights(services: Services) -> ResponseReturnValue:
    """Rights, procedure and time limits, with the version of the rules they come from."""
    pack = services.organisation().pack
    return render_template("portal/rights.html", name=services.name, pack=pack)


def elsewhere(services: Services) -> ResponseReturnValue:
    """Other places to report."""
    return render_template("portal/elsewhere.html", places=places(services.organisation()))


def places(organisation: Organisation) -> dict[str, Any]:
    """The places outside that the organisation names, for ``portal/places.html``."""
    others = [external for external in organisation.externals.values() if not external.members]
    return {"outside": organisation.externals.get(EXT_OMB), "others": others}


def can_do(services: Services) -> ResponseReturnValue:
    """Who can do what with a report, and who never can."""
    return render_template(
        "portal/can_do.html",
        name=services.name,
        groups=tuple(Group),
        lists=permission_lists(),
        can_do_words=can_do_words,
        line_word=can_do_words.line_word,
    )


def health(_services: Services) -> Response:
    """Two letters for a machine that asks whether we are up."""
    response = make_response("ok")
    response.mimetype = "text/plain"
    response.headers["Cache-Control"] = NO_STORE
    return response

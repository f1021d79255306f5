"""The two forms of a justification: whoever stands above is asked, and what came back is kept."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from templates.web.request import Fields
from triage.casework.justify import ask_reasons, record_reasons
from triage.casework.small_circle import CIRCLE_FIELDS
from triage.web.access import Access, Guarded
from triage.web.case import act, seen
from triage.web.services import Services


def justify(services: Services, case_id: str) -> ResponseReturnValue:
    """Ask whoever stands above for a justification."""
    typed, newest = request.form.to_dict(), seen()
    return act(
        services,
        case_id,
        "justify",
        lambda desk, actor: ask_reasons(desk, actor, case_id, typed, seen=newest),
    )


def justified(services: Services, case_id: str) -> ResponseReturnValue:
    """Keep what came back."""
    asked, text, newest = request.form.get("request", ""), request.form.get("text", ""), seen()
    return act(
        services,
        case_id,
        "justified",
        lambda desk, actor: record_reasons(desk, actor, case_id, asked, text, seen=newest),
    )


ROUTES = (
    Guarded(
        "/cases/<case_id>/justify",
        justify,
        post=Fields.of("about", "text", *CIRCLE_FIELDS, "seen"),
        get=False,
        access=Access.OFFICER,
    ),
    Guarded(
        "/cases/<case_id>/justified",
        justified,
        post=Fields.of("request", "text", "seen"),
        get=False,
        access=Access.OFFICER,
    ),
)

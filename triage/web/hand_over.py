"""Handing over: one case to a colleague, or everything by an officer who leaves."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from templates.web.request import Fields
from templates.web.routes import see_other
from triage.casework.hand_over import hand_over as hand_over_case
from triage.casework.hand_over import hand_over_all as hand_over_cases
from triage.casework.hand_over import successors
from triage.casework.listing import list_cases
from triage.casework.refusals import CorrectThisError
from triage.web.access import Access, Guarded, current_session
from triage.web.case import act, seen
from triage.web.cases import told
from triage.web.services import Services
from triage.web.words import REFUSALS


def hand_over(services: Services, case_id: str) -> ResponseReturnValue:
    """Give the officer's own place in one case to a colleague."""
    officer, newest = request.form.get("officer", ""), seen()
    return act(
        services,
        case_id,
        "hand-over",
        lambda desk, actor: hand_over_case(desk, actor, case_id, officer, seen=newest),
        back="/cases",
    )


def hand_over_all(services: Services) -> ResponseReturnValue:
    """Everything at once, for an officer who leaves: each case is an act of its own, and the page says what became of it."""
    if request.method == "GET":
        return _page(services)
    actor = services.desk.actor(current_session())
    try:
        handed = hand_over_cases(services.desk, actor, request.form.get("officer", ""))
    except CorrectThisError as refused:
        return _page(services, refused=REFUSALS[refused.reason]), 422
    left = [outcome for outcome in handed.outcomes if not outcome.done]
    done = len(handed.outcomes) - len(left)
    if not left and not handed.more:
        return see_other(f"/cases?did=hand_over&done={done}")
    return _page(services, outcomes=told(services, left), done=done, more=handed.more), 409 if left else 200


def _page(services: Services, **given: Any) -> str:
    actor = services.desk.actor(current_session())
    values: dict[str, Any] = {"refused": None, "outcomes": (), "done": 0, "more": False}
    return render_template(
        "triage/hand_over.html",
        **{**values, **given},
        total=list_cases(services.desk, actor).total,
        colleagues=successors(actor),
        chosen=request.form.get("officer", ""),
    )


ROUTES = (
    Guarded(
        "/cases/<case_id>/hand-over",
        hand_over,
        post=Fields.of("officer", "seen"),
        get=False,
        access=Access.OFFICER,
    ),
    Guarded("/hand-over", hand_over_all, post=Fields.of("officer"), access=Access.OFFICER),
)

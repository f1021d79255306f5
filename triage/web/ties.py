"""The page on which officers declare their ties: find whom it concerns, say what the tie is, or say that there is none."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from intake.organisation import TieType
from templates.web.request import Fields
from templates.web.routes import see_other
from triage.casework.refusals import CorrectThisError, Reason
from triage.casework.ties import Finds, checked_tie, declare, find_targets
from triage.web.access import current_session, forget_kept
from triage.web.kept import kept_form_for
from triage.web.services import Services
from triage.web.words import REFUSALS

TIE_FIELDS = Fields.of("target", "type", "until", "q", "none")
_FORMS = ("/ties", "/ties/search")
_FIELD_OF = {
    Reason.QUERY_TOO_SHORT: "q",
    Reason.UNKNOWN_TARGET: "target",
    Reason.UNKNOWN_TIE: "type",
    Reason.NOT_A_DATE: "until",
    Reason.TOO_MANY_TIES: "q",
}


def ties(services: Services) -> ResponseReturnValue:
    """What I declared, and the forms."""
    if request.method == "GET":
        return _page(_found_again() if _typed("q") else None)
    session = current_session()
    me, organisation = session.officer.id, session.roster.organisation
    try:
        added = (
            ()
            if request.form.get("none")
            else (checked_tie(organisation, me, *(_typed(name) for name in ("type", "target", "until"))),)
        )
        declare(services.desk, services.desk.actor(session), added)
    except CorrectThisError as refused:
        return _page(_found_again(), refused), 422
    forget_kept(services)
    return see_other("/ties" if added else "/cases")


def find_tie(_services: Services) -> ResponseReturnValue:
    """A name that somebody searched for stands in the body, never in an address."""
    session = current_session()
    try:
        return _page(find_targets(session.roster.organisation, session.officer.id, _typed("q")))
    except CorrectThisError as refused:
        return _page(refused=refused), 422


def _found_again() -> Finds | None:
    session = current_session()
    try:
        return find_targets(session.roster.organisation, session.officer.id, _typed("q"))
    except CorrectThisError:
        return None


def _page(finds: Finds | None = None, refused: CorrectThisError | None = None) -> str:
    session = current_session()
    faults: dict[str, Any] = {}
    if refused is not None:
        faults[_FIELD_OF[refused.reason]] = REFUSALS[refused.reason]
    organisation, me = session.roster.organisation, session.officer.id
    return render_template(
        "triage/ties.html",
        organisation=organisation,
        declared=session.roster.declared.get(me),
        registered=[tie for tie in organisation.ties if tie.officer == me],
        finds=finds,
        kinds=tuple(TieType),
        typed={name: _typed(name) for name in ("q", "target", "type", "until")},
        faults=faults,
    )


def _typed(name: str) -> str:
    """As it was just sent, or as it was typed before the session ended."""
    if request.method == "POST":
        return request.form.get(name, "")
    kept = next(filter(None, map(kept_form_for, _FORMS)), None)
    # What was searched for is kept as the form's text.
    return "" if kept is None else kept.get("text" if name == "q" else name, "")

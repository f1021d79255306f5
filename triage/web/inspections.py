"""The page of inspections: what is to be written, what was written, and the form for a special one."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, request
from flask.typing import ResponseReturnValue

from intake.inspections import Verdict
from templates.web.routes import see_other
from triage.casework.desk import Actor, Desk
from triage.casework.refusals import NoSuchCaseError, RefusedError
from triage.oversight import inspections
from triage.oversight.told import Shelf, read_notices
from triage.web.access import current_session, forget_kept
from triage.web.kept import kept_form_for
from triage.web.oversight_page import paged, render, status_of
from triage.web.services import Services
from triage.web.words import REFUSALS

INSPECT, RESULT = "/oversight/inspect", "/oversight/inspection-result"


def inspections_page(services: Services, *, refused: RefusedError | None = None, at: str = "") -> str:
    """The list. ``at``: the form that was refused, a notice's id or ``inspect``."""
    actor = services.desk.actor(current_session())
    with services.desk.databases.reading() as session:
        notices = read_notices(session, actor)
    return render(
        services,
        Shelf.INSPECTIONS.value,
        notices=notices,
        offices=inspections.inspected_by(actor),
        verdicts=tuple(Verdict),
        kept_result=kept_form_for(RESULT),
        kept_inspect=kept_form_for(INSPECT),
        refused=None if refused is None else REFUSALS[refused.reason],
        refused_form=at,
        **paged(inspections.inspections(notices)),
    )


def inspect(services: Services) -> ResponseReturnValue:
    """Ask for a special inspection."""
    office, reason = request.form.get("office", ""), request.form.get("reason", "")
    return _do(services, lambda desk, actor: inspections.inspect(desk, actor, office, reason), at="inspect")


def inspection_result(services: Services) -> ResponseReturnValue:
    """Write the result of an inspection."""
    number, verdict, text = (request.form.get(name, "") for name in ("inspection", "verdict", "text"))
    return _do(
        services,
        lambda desk, actor: inspections.write_result(desk, actor, number, verdict, text),
        at=number,
    )


def _do(services: Services, perform: Callable[[Desk, Actor], None], *, at: str) -> ResponseReturnValue:
    try:
        perform(services.desk, services.desk.actor(current_session()))
    except NoSuchCaseError:
        abort(404)
    except RefusedError as refused:
        return inspections_page(services, refused=refused, at=at), status_of(refused)
    forget_kept(services)
    return see_other("/oversight?list=inspections&said=asked")

"""The page of an office's year: the papers, and the form for the one that is due."""

from __future__ import annotations

from flask import abort, request
from flask.typing import ResponseReturnValue

from intake.yearly import Goal
from templates.web.routes import see_other
from triage.casework.refusals import NoSuchCaseError, RefusedError
from triage.oversight.told import Shelf, read_notices
from triage.oversight.yearly import papers_of, write_paper
from triage.web.access import current_session, forget_kept
from triage.web.kept import kept_form_for
from triage.web.oversight_page import paged, render, status_of
from triage.web.services import Services
from triage.web.words import REFUSALS

YEAR_PAPER = "/oversight/year-paper"


def year_page(services: Services, *, refused: RefusedError | None = None, at: str = "") -> str:
    """The list. ``at``: the id of the notice whose form was refused."""
    actor = services.desk.actor(current_session())
    with services.desk.databases.reading() as session:
        notices = read_notices(session, actor)
    return render(
        services,
        Shelf.YEAR.value,
        notices=notices,
        goals=tuple(Goal),
        kept_paper=kept_form_for(YEAR_PAPER),
        refused=None if refused is None else REFUSALS[refused.reason],
        refused_form=at,
        **paged(papers_of(notices)),
    )


def year_paper(services: Services) -> ResponseReturnValue:
    """Write a paper of the year."""
    number, text = request.form.get("paper", ""), request.form.get("text", "")
    goals = {goal.value: request.form.get(goal.value, "") for goal in Goal}
    try:
        write_paper(services.desk, services.desk.actor(current_session()), number, text, goals)
    except NoSuchCaseError:
        abort(404)
    except RefusedError as refused:
        return year_page(services, refused=refused, at=number), status_of(refused)
    forget_kept(services)
    return see_other("/oversight?list=year&said=asked")

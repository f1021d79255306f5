"""The oversight pages: what this officer was told, what can be asked for because of it, one's own duties, interference.

They look the same for everybody. What stands in them comes from the officer's own notices and own cases alone (P2).
"""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from crypto.errors import CryptoError
from crypto.keys import is_id
from intake.requests import Ask
from intake.trends import alerts
from templates.web.routes import see_other
from triage.casework.desk import Actor, Desk
from triage.casework.listing import list_cases
from triage.casework.refusals import NoSuchCaseError, Reason, RefusedError
from triage.oversight import asks
from triage.oversight.interference import record_interference
from triage.oversight.levels import answered
from triage.oversight.obligations import my_duties
from triage.oversight.pressure import answer as answer_pressed
from triage.oversight.pressure import waiting
from triage.oversight.told import Notices, Shelf, figures_by_month, missed_by_office, read_notices
from triage.oversight.upwards import owed_upwards
from triage.web.access import current_session, forget_kept
from triage.web.inspections import inspections_page
from triage.web.kept import kept_form_for
from triage.web.oversight_page import paged, render, status_of
from triage.web.services import Services
from triage.web.words import REFUSALS
from triage.web.yearly import year_page

DUTIES = "duties"
UPWARDS = "upwards"
INTERFERENCE = "/oversight/interference"
_FIELDS = {Reason.NOT_A_DATE: "when", Reason.DATE_TO_COME: "when"}
"""Which field of the interference form a refusal is about, where it is not the text."""


def oversight(services: Services) -> ResponseReturnValue:
    """One list of what this officer was told, or the officer's own duties."""
    chosen = request.args.get("list", "")
    if chosen == DUTIES:
        return _duties_page(services)
    if chosen == UPWARDS:
        owed = owed_upwards(services.desk, services.desk.actor(current_session()))
        return render(services, UPWARDS, notices=Notices(()), **paged(owed))
    return _list_page(services, Shelf(chosen) if chosen in set(Shelf) else Shelf.DECIDE)


def call_up(services: Services) -> ResponseReturnValue:
    """Ask for a conclusion to be decided anew."""
    reason = request.form.get("reason", "")
    return _ask(services, Ask.CALL_UP, lambda desk, actor, case: asks.call_up(desk, actor, case, reason))


def takeover(services: Services) -> ResponseReturnValue:
    """Ask to take a case over."""
    return _ask(services, Ask.TAKEOVER, asks.take_over)


def supervise(services: Services) -> ResponseReturnValue:
    """Set a date and want notes of the progress."""
    due = request.form.get("due", "")
    return _ask(services, Ask.SUPERVISE, lambda desk, actor, case: asks.supervise(desk, actor, case, due))


def interference(services: Services) -> ResponseReturnValue:
    """The page for recording interference, and its form."""
    if request.method == "GET":
        kept = kept_form_for(INTERFERENCE)
        case = kept.get("case") or request.args.get("case", "")
        return _interference_page(
            services,
            case=case,
            text=kept.get("text", ""),
            when=kept.get("when", ""),
            pressed=bool(kept.get("pressed")),
        )
    session = current_session()
    text, when, case = (request.form.get(name, "") for name in ("text", "when", "case"))
    pressed = request.form.get("pressed", "") == "yes"
    try:
        record_interference(services.desk, services.desk.actor(session), text, when, case, pressed=pressed)
    except (NoSuchCaseError, CryptoError):
        abort(404)
    except RefusedError as refused:
        page = _interference_page(services, refused, case=case, text=text, when=when, pressed=pressed)
        return page, status_of(refused)
    forget_kept(services)
    return see_other("/oversight?list=mine&said=recorded")


def pressure(services: Services) -> ResponseReturnValue:
    """Answer an officer who is put under pressure."""
    number, text = request.form.get("notice", ""), request.form.get("text", "")
    try:
        answer_pressed(services.desk, services.desk.actor(current_session()), number, text)
    except NoSuchCaseError:
        abort(404)
    except RefusedError as refused:
        return _list_page(services, Shelf.INTERFERENCE, refused=refused), status_of(refused)
    forget_kept(services)
    return see_other("/oversight?list=interference&said=answered")


def _ask(services: Services, ask: Ask, perform: Callable[[Desk, Actor, str], None]) -> ResponseReturnValue:
    case = request.form.get("case", "")
    try:
        perform(services.desk, services.desk.actor(current_session()), case)
    except NoSuchCaseError:
        abort(404)
    except RefusedError as refused:
        return _list_page(services, Shelf.DECIDE, refused=refused, form=(case, ask)), status_of(refused)
    forget_kept(services)
    return see_other("/oversight?said=asked")


def _list_page(
    services: Services,
    shelf: Shelf,
    *,
    refused: RefusedError | None = None,
    form: tuple[str, Ask] | None = None,
) -> str:
    actor = services.desk.actor(current_session())
    with services.desk.databases.reading() as session:
        notices = read_notices(session, actor)
    if shelf is Shelf.YEAR:
        return year_page(services)
    if shelf is Shelf.INSPECTIONS:
        return inspections_page(services)
    if shelf is Shelf.ANSWERS:
        return render(services, shelf.value, notices=notices, **paged(answered(notices)))
    lines = asks.lines(notices, shelf, actor)
    at_fault = form is not None and any(
        (line.entry.case, offer.ask) == form for line in lines for offer in line.offers
    )
    return render(
        services,
        shelf.value,
        notices=notices,
        alerts=alerts(figures_by_month(notices)) if shelf in (Shelf.FIGURES, Shelf.DECIDE) else (),
        counted=missed_by_office(notices) if shelf is Shelf.LEDGER else (),
        pressed=waiting(notices) if shelf is Shelf.INTERFERENCE else frozenset(),
        **paged(lines),
        refused=None if refused is None else REFUSALS[refused.reason],
        refused_form=form if at_fault else None,
    )


def _duties_page(services: Services) -> str:
    actor = services.desk.actor(current_session())
    duties = my_duties(services.desk, actor)
    return render(services, DUTIES, notices=Notices(()), duties=duties, **paged(duties.due))


def _interference_page(
    services: Services,
    refused: RefusedError | None = None,
    *,
    case: str,
    text: str,
    when: str = "",
    pressed: bool = False,
) -> str:
    """The cases that are offered are those in front of the officer's list; ``case`` is chosen if it is one of the officer's."""
    actor = services.desk.actor(current_session())
    entries = list_cases(services.desk, actor).entries
    known = is_id(case) and _is_held(services, actor, case)
    return render_template(
        "triage/oversight_interference.html",
        entries=[entry for entry in entries if entry.card is not None and entry.case != case],
        chosen=case if known else "",
        text=text,
        when=when,
        pressed=pressed,
        today=actor.today,
        faults={} if refused is None else {_FIELDS.get(refused.reason, "text"): REFUSALS[refused.reason]},
    )


def _is_held(services: Services, actor: Actor, case: str) -> bool:
    try:
        with services.desk.databases.reading() as session:
            services.desk.open(session, actor, case)
    except (NoSuchCaseError, CryptoError):
        return False
    return True

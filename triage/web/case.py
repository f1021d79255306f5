"""One case: its page, and the forms that act on it. Whatever is refused comes back with its reason and what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from crypto.errors import CryptoError
from crypto.keys import is_id
from templates.web.routes import see_other
from triage.casework.acknowledge import acknowledge as acknowledge_case
from triage.casework.assign import assign as assign_case
from triage.casework.desk import Actor, Desk, newest_number
from triage.casework.people import office_of, tasks_given
from triage.casework.policy import Act, Task
from triage.casework.reading import read_case
from triage.casework.recuse import recuse as recuse_case
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, NotYoursError, RefusedError
from triage.casework.second_look import LookAgainError
from triage.casework.writing import answer
from triage.casework.writing import note as write_note
from triage.web.access import current_cookie, current_session
from triage.web.kept import kept_for
from triage.web.services import Services
from triage.web.words import REFUSALS

_FORMS = ("acknowledge", "message", "note", "assign")
_Perform = Callable[[Desk, Actor], None]


def case(services: Services, case_id: str) -> ResponseReturnValue:
    """The whole case. The read is recorded before anything is shown."""
    return _page(services, case_id)


def acknowledge(services: Services, case_id: str) -> ResponseReturnValue:
    """Tell the reporter that the report arrived."""
    text, looked, seen = request.form.get("text", ""), request.form.get("looked", ""), _seen()
    return _act(
        services,
        case_id,
        "acknowledge",
        lambda desk, actor: acknowledge_case(desk, actor, case_id, text, seen=seen, looked=looked),
    )


def message(services: Services, case_id: str) -> ResponseReturnValue:
    """Write to the reporter."""
    text, looked, seen = request.form.get("text", ""), request.form.get("looked", ""), _seen()
    return _act(
        services,
        case_id,
        "message",
        lambda desk, actor: answer(desk, actor, case_id, text, seen=seen, looked=looked),
    )


def note(services: Services, case_id: str) -> ResponseReturnValue:
    """Write for the circle."""
    text, seen = request.form.get("text", ""), _seen()
    return _act(
        services, case_id, "note", lambda desk, actor: write_note(desk, actor, case_id, text, seen=seen)
    )


def assign(services: Services, case_id: str) -> ResponseReturnValue:
    """Give a colleague the key and a task."""
    officer, task, seen = request.form.get("officer", ""), request.form.get("as", ""), _seen()
    return _act(
        services,
        case_id,
        "assign",
        lambda desk, actor: assign_case(desk, actor, case_id, officer, task, seen=seen),
    )


def recuse(services: Services, case_id: str) -> ResponseReturnValue:
    """Leave the case, now."""
    return _act(
        services, case_id, "recuse", lambda desk, actor: recuse_case(desk, actor, case_id), back="/cases"
    )


def _act(
    services: Services, case_id: str, form: str, perform: _Perform, *, back: str | None = None
) -> ResponseReturnValue:
    session = current_session()
    try:
        perform(services.desk, services.desk.actor(session))
    except NoSuchCaseError:
        abort(404)
    except RefusedError as refused:
        return _page(services, case_id, form=form, refused=refused)
    except CryptoError:
        return _altered()
    if session.kept is not None and session.kept.path == request.path:
        services.sessions.forget_kept(current_cookie(), session)
    return see_other(back or f"/cases/{case_id}#{form}")


def _page(
    services: Services, case_id: str, *, form: str = "", refused: RefusedError | None = None
) -> ResponseReturnValue:
    session = current_session()
    actor = services.desk.actor(session)
    if not is_id(case_id):
        abort(404)
    try:
        view = read_case(services.desk, actor, case_id)
    except NoSuchCaseError:
        abort(404)
    except CryptoError:
        return _altered()
    page = render_template(
        "triage/case.html",
        view=view,
        file=view.file,
        progress=view.file.progress,
        office=office_of(view.file),
        roster=session.roster,
        organisation=session.roster.organisation,
        me=session.officer.id,
        today=actor.today,
        seen=newest_number(view.file),
        acts=view.acts,
        Act=Act,
        tasks=tuple(Task),
        given=tasks_given(view.file),
        typed=_typed(case_id, form),
        kept_form=next((form for form in _FORMS if kept_for(f"/cases/{case_id}/{form}")), ""),
        refused=None if refused is None else REFUSALS[refused.reason],
        refused_form=form,
        again=refused if isinstance(refused, LookAgainError) else None,
    )
    return page, _status(refused)


def _typed(case_id: str, refused_form: str) -> dict[str, dict[str, str]]:
    """What each form shows: what was just refused, or what was typed before the session ended, or nothing."""
    typed: dict[str, dict[str, str]] = {}
    for form in _FORMS:
        sent: dict[str, Any] = request.form.to_dict() if form == refused_form else {}
        kept = kept_for(f"/cases/{case_id}/{form}")
        typed[form] = {
            "text": sent.get("text", kept),
            "officer": sent.get("officer", ""),
            "as": sent.get("as", ""),
        }
    return typed


def _status(refused: RefusedError | None) -> int:
    if refused is None:
        return 200
    if isinstance(refused, CorrectThisError):
        return 422
    return 403 if isinstance(refused, NotYoursError) else 409


def _altered() -> ResponseReturnValue:
    return render_template("triage/altered.html"), 409


def _seen() -> int | None:
    text = request.form.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None

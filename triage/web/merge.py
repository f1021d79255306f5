"""Handling a case together with another one: the page to choose which, and taking it out again."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from crypto.errors import CryptoError
from crypto.keys import is_id
from templates.web.request import Fields
from templates.web.routes import see_other
from triage.casework.candidates import candidates_for
from triage.casework.part import part as take_out
from triage.casework.policy import Decision
from triage.casework.propose import propose
from triage.casework.reasons import reason_catalogue
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, NotYoursError, RefusedError
from triage.web import decision_words
from triage.web.access import Access, Guarded, current_cookie, current_session
from triage.web.case import act, seen
from triage.web.kept import kept_form_for
from triage.web.services import Services
from triage.web.typed import Typed
from triage.web.words import REFUSALS


def merge(services: Services, case_id: str) -> ResponseReturnValue:
    """Which case it can be joined to; with ``go=propose`` the proposal. Searching stores nothing."""
    if request.method == "GET":
        return _page(services, case_id, Typed(kept_form_for(request.path)))
    typed = Typed(MultiDict(request.form))
    if request.form.get("go") != "propose":
        return _page(services, case_id, typed)
    session = current_session()
    actor = services.desk.actor(session)
    try:
        propose(services.desk, actor, case_id, Decision.MERGE, request.form, seen=seen())
    except NoSuchCaseError:
        abort(404)
    except RefusedError as refused:
        return _page(services, case_id, typed, refused)
    except CryptoError:
        return render_template("triage/altered.html"), 409
    if session.kept is not None and session.kept.path == request.path:
        services.sessions.forget_kept(current_cookie(), session)
    return see_other(f"/cases/{case_id}#decisions")


def part(services: Services, case_id: str) -> ResponseReturnValue:
    """Take a joined case out again."""
    reason, newest = request.form.get("reason", ""), seen()
    return act(
        services, case_id, "part", lambda desk, actor: take_out(desk, actor, case_id, reason, seen=newest)
    )


def _page(
    services: Services, case_id: str, typed: Typed, refused: RefusedError | None = None
) -> ResponseReturnValue:
    if not is_id(case_id):
        abort(404)
    actor = services.desk.actor(current_session())
    found = None
    try:
        found = candidates_for(services.desk, actor, case_id, typed["q"])
    except NoSuchCaseError:
        abort(404)
    except RefusedError as not_now:
        refused = refused or not_now
    except CryptoError:
        return render_template("triage/altered.html"), 409
    shown = render_template(
        "triage/merge.html",
        case=case_id,
        found=found,
        typed=typed,
        refused=None if refused is None else REFUSALS[refused.reason],
        reasons=reason_catalogue().codes[Decision.MERGE],
        decision_words=decision_words,
    )
    return shown, _status(refused)


def _status(refused: RefusedError | None) -> int:
    if refused is None:
        return 200
    if isinstance(refused, CorrectThisError):
        return 422
    return 403 if isinstance(refused, NotYoursError) else 409


ROUTES = (
    Guarded(
        "/cases/<case_id>/merge",
        merge,
        post=Fields.of("other", "reason", "text", "basis", "seen", "q", "go"),
        access=Access.OFFICER,
    ),
    Guarded(
        "/cases/<case_id>/part", part, post=Fields.of("reason", "seen"), get=False, access=Access.OFFICER
    ),
)

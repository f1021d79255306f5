"""The pages of custodians, and the page of whoever asked. A custodian sees who asks, why and on what ground: never the report.

What was not asked of this officer is not there: one answer for every reason (P2).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from crypto.errors import CryptoError
from crypto.keys import is_id
from intake.identity.confidence import NAME
from intake.identity.grounds import grounds
from intake.identity.letters import LetterKind
from templates.web.request import Fields
from templates.web.routes import see_other
from triage.casework.desk import Actor, Desk
from triage.casework.evidence import HarmedError, given_away
from triage.casework.named import given_to, original_given
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, NotYoursError, RefusedError
from triage.custody.answer import agree, find_request, open_up, record_early, refuse, requests_for
from triage.custody.request import Request
from triage.web import custody_words, evidence_words
from triage.web.access import Access, Guarded, current_session, forget_kept
from triage.web.evidence import content, opened
from triage.web.kept import kept_form_for
from triage.web.services import Services
from triage.web.typed import Typed
from triage.web.words import REFUSALS


def custody(services: Services) -> ResponseReturnValue:
    """What waits for this officer as a custodian, what a reporter said, and what this officer did."""
    actor = services.desk.actor(current_session())
    waiting, letters = requests_for(services.desk, actor)
    done = [each for each in letters if each.kind is LetterKind.DONE and each.author == actor.officer.id]
    mine = {each.id for each in waiting}
    waiting = [each for each in waiting if actor.today <= each.until and not each.is_withdrawn]
    said = [each for each in letters if each.kind is LetterKind.OBJECTION and each.request not in mine]
    return render_template(
        "triage/custody.html",
        waiting=waiting,
        done=sorted(done, key=lambda each: str(each.content.get("date", "")), reverse=True),
        said=said,
        **_shown(actor),
    )


def one_request(services: Services, request_id: str) -> ResponseReturnValue:
    """One request, with the answers that are this custodian's to give."""
    return _page(services, request_id)


def agreed(services: Services, request_id: str) -> ResponseReturnValue:
    """The first custodian's yes."""
    basis, text = request.form.get("basis", ""), request.form.get("text", "")
    return _answer(services, request_id, lambda desk, actor: agree(desk, actor, request_id, basis, text))


def open_it(services: Services, request_id: str) -> ResponseReturnValue:
    """The second custodian's yes."""
    basis, text = request.form.get("basis", ""), request.form.get("text", "")
    return _answer(services, request_id, lambda desk, actor: open_up(desk, actor, request_id, basis, text))


def refused(services: Services, request_id: str) -> ResponseReturnValue:
    """Either custodian's no."""
    text = request.form.get("text", "")
    return _answer(services, request_id, lambda desk, actor: refuse(desk, actor, request_id, text))


def given(services: Services, case_id: str) -> ResponseReturnValue:
    """What was opened for this officer in a case."""
    found = opened(case_id, services, lambda desk, actor: given_to(desk, actor, case_id))
    if isinstance(found, Response):
        return found
    actor = services.desk.actor(current_session())
    return render_template("triage/identity.html", case=case_id, given=found[1], **_shown(actor))


def original(services: Services, case_id: str, request_id: str) -> ResponseReturnValue:
    """The untouched original, as it came: it may hold programs, and traces of the reporter."""
    ref = opened(case_id, services, lambda desk, actor: original_given(desk, actor, case_id, request_id))
    if isinstance(ref, Response):
        return ref
    try:
        body = given_away(services.store, ref)
    except HarmedError as error:
        page = render_template(
            "triage/evidence_harmed.html", case=case_id, entry=None, harm=evidence_words.HARMS[error.harm]
        )
        return Response(page, 409)
    return content(body, "application/octet-stream", "original.bin", length=ref.length)


def _answer(
    services: Services, request_id: str, perform: Callable[[Desk, Actor], None]
) -> ResponseReturnValue:
    actor = services.desk.actor(current_session())
    if not is_id(request_id):
        abort(404)
    try:
        perform(services.desk, actor)
    except NoSuchCaseError:
        abort(404)
    except RefusedError as error:
        record_early(services.desk, actor, request_id, error)
        return _page(services, request_id, error)
    except CryptoError:
        return make_response(render_template("triage/custody_altered.html"), 409)
    forget_kept(services)
    return see_other("/custody")


def _page(services: Services, request_id: str, error: RefusedError | None = None) -> ResponseReturnValue:
    actor = services.desk.actor(current_session())
    if not is_id(request_id):
        abort(404)
    try:
        found = find_request(services.desk, actor, request_id)
    except NoSuchCaseError:
        abort(404)
    page = render_template(
        "triage/custody_request.html",
        asked=found,
        refused=None if error is None else REFUSALS[error.reason],
        yes=_typed(found, "agree" if found.step == 1 else "open"),
        no=_typed(found, "refuse"),
        bases=grounds().waits,
        **_shown(actor),
    )
    return make_response(page, _status(error))


def _typed(found: Request, form: str) -> Typed:
    """What this form shows: what was just refused, or what was typed before the session ended."""
    path = f"/custody/{found.id}/{form}"
    return Typed(MultiDict(request.form) if request.path == path else kept_form_for(path))


def _status(error: RefusedError | None) -> int:
    if error is None:
        return 200
    if isinstance(error, CorrectThisError):
        return 422
    return 403 if isinstance(error, NotYoursError) else 409


def _shown(actor: Actor) -> dict[str, Any]:
    return {
        "custody_words": custody_words,
        "organisation": actor.roster.organisation,
        "today": actor.today,
        "NAME": NAME,
    }


_REQUEST = "/custody/<request_id>"
_YES = Fields.of("basis", "text")
ROUTES = (
    Guarded("/custody", custody, access=Access.OFFICER),
    Guarded(_REQUEST, one_request, access=Access.OFFICER),
    Guarded(f"{_REQUEST}/agree", agreed, post=_YES, get=False, access=Access.OFFICER),
    Guarded(f"{_REQUEST}/open", open_it, post=_YES, get=False, access=Access.OFFICER),
    Guarded(f"{_REQUEST}/refuse", refused, post=Fields.of("text"), get=False, access=Access.OFFICER),
    Guarded("/cases/<case_id>/identity", given, access=Access.OFFICER),
    Guarded("/cases/<case_id>/identity/<request_id>/original", original, access=Access.OFFICER),
)

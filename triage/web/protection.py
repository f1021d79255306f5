"""The protection contact's pages: the list of those looked after, and one reporter. Never the report, a message, a name.

The same page serves whoever is at work in a case, reached through the case. What each act means is `triage.casework.protect`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from crypto.errors import CryptoError
from intake.levels import Band
from intake.protection.condition import Feeling
from templates.web.errors import held_words
from templates.web.request import Fields
from templates.web.routes import View, see_other
from triage.casework.desk import Actor, Desk
from triage.casework.protect.access import Way, open_way
from triage.casework.protect.acts import review as review_safety
from triage.casework.protect.acts import write_to_reporter
from triage.casework.protect.listing import Filters, Owed, list_reporters
from triage.casework.protect.looking import look
from triage.casework.protect.planning import plan_fields, save_plan
from triage.casework.reading import open_to_read
from triage.casework.refusals import (
    CorrectThisError,
    NoSuchCaseError,
    NotYoursError,
    RefusedError,
)
from triage.casework.second_look import LookAgainError
from triage.web import handling_words, measure_words
from triage.web.access import Access, Guarded, current_session, forget_kept
from triage.web.kept import SAFETY_FORMS, kept_form_for
from triage.web.protection_page import Shown
from triage.web.services import Services
from triage.web.typed import Typed, left_out
from triage.web.words import REFUSALS

LIST_QUERY = frozenset({"band", "feeling", "owed", "page"})
_BANDS = (Band.CRITICAL, Band.HIGH, Band.MEDIUM, Band.LOW)
_Token = TypeVar("_Token", bound=StrEnum)
_Perform = Callable[[Desk, Actor, Way], None]


def reporters(services: Services) -> ResponseReturnValue:
    """Those whom this officer looks after, the most pressing first."""
    session = current_session()
    actor = services.desk.actor(session)
    page = list_reporters(
        services.desk, actor, page=_number(request.args.get("page", "")), filters=_filters(request.args)
    )
    return render_template(
        "triage/protection.html",
        page=page,
        filters={"feeling": tuple(Feeling), "band": _BANDS, "owed": tuple(Owed)},
        organisation=session.roster.organisation,
        today=actor.today,
        measure_words=measure_words,
        me=session.officer.id,
    )


def reporter(services: Services, case_id: str) -> ResponseReturnValue:
    """One reporter. The look is recorded before anything is shown."""
    return _page(services, Way(case_id))


def in_case(services: Services, case_id: str) -> ResponseReturnValue:
    """The same for whoever holds the case; the read of the case is recorded."""
    return _page(services, Way(case_id, holder=True))


def plan(services: Services, case_id: str) -> ResponseReturnValue:
    """The contact's plan, as a draft or complete."""
    return _act(services, Way(case_id), "plan")


def review(services: Services, case_id: str) -> ResponseReturnValue:
    """The contact went through what came in."""
    return _act(services, Way(case_id), "review")


def letter(services: Services, case_id: str) -> ResponseReturnValue:
    """The contact writes to the reporter."""
    return _act(services, Way(case_id), "letter")


def case_plan(services: Services, case_id: str) -> ResponseReturnValue:
    """The plan, by somebody at work in the case."""
    return _act(services, Way(case_id, holder=True), "plan")


def case_review(services: Services, case_id: str) -> ResponseReturnValue:
    """What came in was gone through by somebody at work in the case."""
    return _act(services, Way(case_id, holder=True), "review")


def case_letter(services: Services, case_id: str) -> ResponseReturnValue:
    """A letter about safety by somebody at work in the case."""
    return _act(services, Way(case_id, holder=True), "letter")


def _plan(desk: Desk, actor: Actor, way: Way) -> None:
    sent = request.form
    save_plan(desk, actor, way, sent, complete=sent.get("go") == "complete", seen=_seen())


def _review(desk: Desk, actor: Actor, way: Way) -> None:
    review_safety(desk, actor, way, request.form.get("text", ""), seen=_seen())


def _letter(desk: Desk, actor: Actor, way: Way) -> None:
    sent = request.form
    write_to_reporter(desk, actor, way, sent.get("text", ""), seen=_seen(), looked=sent.get("looked", ""))


_PERFORM: Mapping[str, _Perform] = {"plan": _plan, "review": _review, "letter": _letter}


def _act(services: Services, way: Way, form: str) -> ResponseReturnValue:
    actor = services.desk.actor(current_session())
    try:
        _PERFORM[form](services.desk, actor, way)
    except NoSuchCaseError:
        abort(404)
    except RefusedError as refused:
        return _page(services, way, form=form, refused=refused)
    except CryptoError:
        return _altered()
    forget_kept(services)
    return see_other(f"{base_of(way)}#{form}")


def _page(
    services: Services, way: Way, *, form: str = "", refused: RefusedError | None = None
) -> ResponseReturnValue:
    session = current_session()
    actor = services.desk.actor(session)
    try:
        if way.holder:
            open_to_read(services.desk, actor, way.case)
            with services.desk.databases.reading() as reading:
                file = open_way(reading, services.desk, actor, way)
        else:
            file = look(services.desk, actor, way.case)
    except NoSuchCaseError:
        abort(404)
    except CryptoError:
        return _altered()
    except RefusedError:
        return _altered()
    typed = {name: _typed(way, name, form) for name in SAFETY_FORMS}
    shown = _rendered(actor, Shown(file, way, actor, typed, form), form, refused, ())
    left = [text for name in SAFETY_FORMS if typed[name] for text in left_out(shown, typed[name])]
    if left:
        shown = _rendered(actor, Shown(file, way, actor, typed, form), form, refused, left)
    return shown, _status(refused)


def _rendered(actor: Actor, shown: Shown, form: str, refused: RefusedError | None, left_over: Any) -> str:
    return render_template(
        "triage/protection_case.html",
        shown=shown,
        base=base_of(shown.way),
        organisation=actor.roster.organisation,
        today=actor.today,
        typed=shown.typed,
        refused=None if refused is None else REFUSALS[refused.reason],
        refused_form=form,
        marked={name: REFUSALS[reason] for name, reason in _marked(refused).items()},
        again=refused if isinstance(refused, LookAgainError) else None,
        left_over=left_over,
        measure_words=measure_words,
        handling_words=handling_words,
    )


def base_of(way: Way) -> str:
    """Where the page is."""
    return f"/cases/{way.case}/protection" if way.holder else f"/protection/{way.case}"


def _typed(way: Way, name: str, refused_form: str) -> Typed:
    return Typed(MultiDict(request.form) if name == refused_form else kept_form_for(f"{base_of(way)}/{name}"))


def _marked(refused: RefusedError | None) -> Mapping[str, Any]:
    return refused.marked if isinstance(refused, CorrectThisError) else {}


def _altered() -> ResponseReturnValue:
    return render_template("triage/altered.html", held=list(held_words()), can_repeat=False), 409


def _status(refused: RefusedError | None) -> int:
    if refused is None:
        return 200
    if isinstance(refused, CorrectThisError):
        return 422
    return 403 if isinstance(refused, NotYoursError) else 409


def _filters(values: Mapping[str, str]) -> Filters:
    return Filters(
        band=_token(Band, values.get("band", "")),
        feeling=_token(Feeling, values.get("feeling", "")),
        owed=_token(Owed, values.get("owed", "")),
    )


def _token(kind: type[_Token], text: str) -> _Token | None:
    return kind(text) if text in set(kind) else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1


def _seen() -> int:
    text = request.form.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


_PLAN = Fields.of(*plan_fields(), "seen", "go")
_REVIEW, _LETTER = Fields.of("text", "seen"), Fields.of("text", "seen", "looked")


def _form(path: str, view: View, fields: Fields) -> Guarded:
    return Guarded(path, view, post=fields, get=False, access=Access.OFFICER)


ROUTES = (
    Guarded("/protection", reporters, query=LIST_QUERY, access=Access.OFFICER),
    Guarded("/protection/<case_id>", reporter, access=Access.OFFICER),
    _form("/protection/<case_id>/plan", plan, _PLAN),
    _form("/protection/<case_id>/review", review, _REVIEW),
    _form("/protection/<case_id>/letter", letter, _LETTER),
    Guarded("/cases/<case_id>/protection", in_case, access=Access.OFFICER),
    _form("/cases/<case_id>/protection/plan", case_plan, _PLAN),
    _form("/cases/<case_id>/protection/review", case_review, _REVIEW),
    _form("/cases/<case_id>/protection/letter", case_letter, _LETTER),
)

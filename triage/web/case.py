"""One case: its page, and the forms that act on it. Whatever is refused comes back with its reason and what was typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString

from crypto.errors import CryptoError
from crypto.keys import is_id
from intake.answering import answering, handed_to
from intake.retention.terms import keeping_of
from intake.standing import standing_of
from templates.web.errors import held_words
from templates.web.routes import see_other
from triage.casework.acknowledge import acknowledge as acknowledge_case
from triage.casework.assign import assign as assign_case
from triage.casework.clocks import rules_of
from triage.casework.desk import Actor, Desk, newest_number
from triage.casework.hand_over import takers
from triage.casework.people import office_of, tasks_given
from triage.casework.policy import WEIGH_FIRST, Act, Task
from triage.casework.reading import CaseView, read_case
from triage.casework.recuse import recuse as recuse_case
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, NotYoursError, RefusedError
from triage.casework.replies import template_text, templates_for
from triage.casework.responsibilities import owed_in
from triage.casework.second_look import LookAgainError
from triage.casework.tasks import briefs_of
from triage.casework.ties import acts_to_decide_again
from triage.casework.writing import answer
from triage.casework.writing import note as write_note
from triage.web import measure_words
from triage.web.access import current_session, forget_kept, keep_typed
from triage.web.decisions import decisions_section
from triage.web.evidence_page import evidence_section
from triage.web.handling_page import handling_section
from triage.web.oversight_words import LEVELS
from triage.web.retaliation_page import retaliation_section
from triage.web.services import Services
from triage.web.typed import Typed, kept_form, left_out, typed_into
from triage.web.words import REFUSALS

Perform = Callable[[Desk, Actor], None]


def case(services: Services, case_id: str) -> ResponseReturnValue:
    """The whole case. The read is recorded before anything is shown."""
    return page(services, case_id)


def acknowledge(services: Services, case_id: str) -> ResponseReturnValue:
    """Tell the reporter that the report arrived; ``fill`` only puts a template into the form."""
    if "fill" in request.form:
        return page(services, case_id, form="acknowledge")
    text, looked, newest = request.form.get("text", ""), request.form.get("looked", ""), seen()
    return act(
        services,
        case_id,
        "acknowledge",
        lambda desk, actor: acknowledge_case(desk, actor, case_id, text, seen=newest, looked=looked),
    )


def message(services: Services, case_id: str) -> ResponseReturnValue:
    """Write to the reporter."""
    text, looked, newest = request.form.get("text", ""), request.form.get("looked", ""), seen()
    return act(
        services,
        case_id,
        "message",
        lambda desk, actor: answer(desk, actor, case_id, text, seen=newest, looked=looked),
    )


def note(services: Services, case_id: str) -> ResponseReturnValue:
    """Write for the circle."""
    text, newest = request.form.get("text", ""), seen()
    return act(
        services, case_id, "note", lambda desk, actor: write_note(desk, actor, case_id, text, seen=newest)
    )


def assign(services: Services, case_id: str) -> ResponseReturnValue:
    """Give a colleague the key and a task."""
    officer, task, newest = request.form.get("officer", ""), request.form.get("as", ""), seen()
    release, brief = (
        request.form.get("release", ""),
        (request.form.get("standard", ""), request.form.get("due", "")),
    )
    return act(
        services,
        case_id,
        "assign",
        lambda desk, actor: assign_case(
            desk, actor, case_id, officer, task, release=release, brief=brief, seen=newest
        ),
    )


def recuse(services: Services, case_id: str) -> ResponseReturnValue:
    """Leave the case, now."""
    return act(
        services, case_id, "recuse", lambda desk, actor: recuse_case(desk, actor, case_id), back="/cases"
    )


def act(
    services: Services, case_id: str, form: str, perform: Perform, *, back: str | None = None
) -> ResponseReturnValue:
    """Do it and go ``back`` (by default to the case, at the form; to the list where the officer left it by this act); or show
    the case with the reason and what was typed.
    """
    session = current_session()
    actor = services.desk.actor(session)
    try:
        perform(services.desk, actor)
    except NoSuchCaseError:
        abort(404)
    except RefusedError as refused:
        if refused.reason in WEIGH_FIRST:
            keep_typed(services)
        return page(services, case_id, form=form, refused=refused)
    except CryptoError:
        return _altered()
    forget_kept(services)
    there = f"/cases/{case_id}#{form}" if back or services.desk.holds(actor, case_id) else "/cases"
    return see_other(back or there)


def page(
    services: Services, case_id: str, *, form: str = "", refused: RefusedError | None = None
) -> ResponseReturnValue:
    """The case, with what was typed into ``form``; ``refused`` says why it was not done."""
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
    typed = typed_into(case_id, form)
    shown = _shown(services, view, form, refused, typed)
    # A form may have left the page with what it was for, and a colleague's act may be why: nothing that was typed goes with it.
    # Whoever asks for a template puts it in place of what stood there.
    asked_for = {form} if "fill" in request.form else set()
    left_over = [
        text
        for name in dict.fromkeys((form, kept_form(case_id)))
        # A button alone, such as to leave the case, has nothing that could be lost.
        if name in typed and name not in asked_for
        for text in left_out(shown, typed[name])
    ]
    return (_shown(services, view, form, refused, typed, left_over) if left_over else shown), _status(refused)


def _shown(
    services: Services,
    view: CaseView,
    form: str,
    refused: RefusedError | None,
    typed: dict[str, Typed],
    left_over: Sequence[str] = (),
) -> str:
    session = current_session()
    actor = services.desk.actor(session)
    case_id = view.file.id
    return render_template(
        "triage/case.html",
        view=view,
        file=view.file,
        progress=view.file.progress,
        office=office_of(view.file),
        watched=view.watched,
        measure_words=measure_words,
        roster=session.roster,
        organisation=session.roster.organisation,
        me=session.officer.id,
        today=actor.today,
        seen=newest_number(view.file),
        acts=view.acts,
        Act=Act,
        tasks=tuple(Task),
        templates=templates_for("acknowledge"),
        template_text=partial(template_text, "acknowledge"),
        filled="fill" in request.form,
        given=tasks_given(view.file),
        briefs=briefs_of(view.file),
        owed=owed_in(view.file, view.holders, session.roster),
        handed=handed_to(view.file),
        levels=LEVELS,
        turns=answering(view.file, standing_of(view.file, session.roster), session.roster),
        takers=takers(view.file, session.roster, session.officer.id) if Act.HAND_OVER in view.acts else (),
        keeping=keeping_of(view.file.progress, rules_of(view.file, session.roster)),
        late_ties=acts_to_decide_again(view.file, session.roster),
        typed=typed,
        kept_form=kept_form(case_id),
        refused=None if refused is None else REFUSALS[refused.reason],
        refused_form=form,
        weigh_first=refused is not None and refused.reason in WEIGH_FIRST,
        again=refused if isinstance(refused, LookAgainError) else None,
        marked=_marked(refused),
        **handling_section(view, session.roster, actor.today, typed),
        **decisions_section(view, actor),
        **evidence_section(view),
        **retaliation_section(view, session.roster, actor.today),
        left_over=left_over,
    )


def _marked(refused: RefusedError | None) -> dict[str, LazyString]:
    """What is wrong with which field."""
    if not isinstance(refused, CorrectThisError):
        return {}
    return {name: REFUSALS[reason] for name, reason in refused.marked.items()}


def _status(refused: RefusedError | None) -> int:
    if refused is None:
        return 200
    if isinstance(refused, CorrectThisError):
        return 422
    return 403 if isinstance(refused, NotYoursError) else 409


def _altered() -> ResponseReturnValue:
    return render_template("triage/altered.html", held=list(held_words()), can_repeat=False), 409


def seen() -> int | None:
    """The newest event that the page showed from which this form was sent."""
    text = request.form.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None

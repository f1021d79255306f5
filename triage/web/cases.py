"""The list of cases: what is due, narrowed by the address; the search; and the same act on several cases at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import render_template, request
from flask.typing import ResponseReturnValue

from intake.intake_types import IntakeType
from intake.organisation import Duty
from intake.routing import Priority
from intake.states import CaseState
from templates.web.language import current_language
from templates.web.routes import see_other
from triage.casework.batch import Outcome, acknowledge_several, assign_several, candidates
from triage.casework.desk import Actor, Desk
from triage.casework.listing import Due, Entry, Filters, Page, Whose, entries_of, list_cases
from triage.casework.policy import Task
from triage.casework.refusals import CorrectThisError, RefusedError
from triage.casework.replies import template_text, templates_for
from triage.casework.search import search_cases
from triage.casework.second_look import all_of
from triage.web.access import current_session, forget_kept
from triage.web.kept import kept_for, kept_form_for
from triage.web.services import Services
from triage.web.words import REFUSALS

FILTERS: Mapping[str, type[StrEnum]] = {
    "state": CaseState,
    "due": Due,
    "whose": Whose,
    "priority": Priority,
    "intake": IntakeType,
}
"""The names that an address may narrow the list by, with their values."""
LIST_QUERY = frozenset({*FILTERS, "page", "did", "done"})
BATCH_FIELDS = ("do", "text", "template", "officer", "as", "looked", *FILTERS, "page")

_SEARCH, _BATCH = "/cases/search", "/cases/batch"
_Token = TypeVar("_Token", bound=StrEnum)
_Perform = Callable[[Desk, Actor, Sequence[str]], list[Outcome]]


class Do(StrEnum):
    """What can be done with several cases at once."""

    ACKNOWLEDGE = "acknowledge"
    ASSIGN = "assign"
    FILL = "fill"
    """Put a template into the form: nothing is done yet."""


def cases(services: Services) -> ResponseReturnValue:
    """What this officer holds keys to, soonest due first."""
    page = _listed(services, request.args)
    done, typed = request.args.get("done", ""), kept_form_for(_BATCH)
    return _list_page(
        services,
        page.entries,
        page=page,
        q=kept_for(_SEARCH),
        text=typed.get("text") or template_text("acknowledge", "", current_language().tag),
        typed=typed,
        chosen=frozenset(typed.getlist("case")),
        did=request.args.get("did", ""),
        done=int(done) if done.isascii() and done.isdecimal() and len(done) < 4 else 0,
    )


def search(services: Services) -> ResponseReturnValue:
    """What was searched for stands in the body, never in an address."""
    actor = services.desk.actor(current_session())
    q = request.form.get("q", "")
    try:
        found = search_cases(services.desk, actor, q)
    except CorrectThisError as refused:
        faults = {"q": REFUSALS[refused.reason]}
        return _list_page(services, [], found=True, q=q, faults=faults), 422
    return _list_page(services, found.entries, found=True, stopped=found.stopped, q=q)


def batch(services: Services) -> ResponseReturnValue:
    """The same act on every chosen case: all of them done, or a page that says which were, and why the others were not."""
    form, chosen = request.form, request.form.getlist("case")
    do = _token(Do, form.get("do", ""))
    if do is Do.FILL or do is None:
        text = template_text("acknowledge", form.get("template", ""), current_language().tag)
        return _batch_page(services, chosen=chosen, text=text)
    session = current_session()
    actor = services.desk.actor(session)
    try:
        outcomes = _PERFORM[do](services.desk, actor, chosen)
    except CorrectThisError as refused:
        return _batch_page(services, chosen=chosen, refused=refused), 422
    forget_kept(services)
    left = [outcome for outcome in outcomes if not outcome.done]
    if not left:
        query = {**_filters(form).as_query(), "did": str(do), "done": str(len(outcomes))}
        return see_other(f"/cases?{urlencode(query)}")
    return _batch_page(services, chosen=[outcome.case for outcome in left], outcomes=outcomes), _status(left)


def _acknowledge(desk: Desk, actor: Actor, chosen: Sequence[str]) -> list[Outcome]:
    form = request.form
    return acknowledge_several(desk, actor, chosen, form.get("text", ""), looked=form.get("looked", ""))


def _assign(desk: Desk, actor: Actor, chosen: Sequence[str]) -> list[Outcome]:
    return assign_several(desk, actor, chosen, request.form.get("officer", ""), request.form.get("as", ""))


_PERFORM: Mapping[Do, _Perform] = {Do.ACKNOWLEDGE: _acknowledge, Do.ASSIGN: _assign}


def _status(left: Sequence[Outcome]) -> int:
    correctable = any(isinstance(outcome.refused, CorrectThisError) for outcome in left)
    return 422 if correctable else 409


def _batch_page(
    services: Services,
    *,
    chosen: Sequence[str],
    text: str | None = None,
    refused: CorrectThisError | None = None,
    outcomes: Sequence[Outcome] = (),
) -> str:
    page = _listed(services, request.form)
    again = all_of(outcome.refused for outcome in outcomes if outcome.refused is not None)
    return _list_page(
        services,
        page.entries,
        page=page,
        chosen=frozenset(chosen),
        text=request.form.get("text", "") if text is None else text,
        typed=request.form,
        refused=None if refused is None else REFUSALS[refused.reason],
        outcomes=told(services, outcomes),
        again=again,
    )


def told(services: Services, outcomes: Sequence[Outcome]) -> list[tuple[Entry | None, Outcome, str]]:
    """Each outcome with its row, where the case is open to this officer, and its reason in words."""
    actor = services.desk.actor(current_session())
    with services.desk.databases.reading() as session:
        ids = [outcome.case for outcome in outcomes]
        entries = {entry.case: entry for entry in entries_of(session, services.desk, actor, ids)}
    return [(entries.get(outcome.case), outcome, _reason(outcome.refused)) for outcome in outcomes]


def _reason(refused: RefusedError | None) -> str:
    return "" if refused is None else str(REFUSALS[refused.reason])


def _listed(services: Services, values: Mapping[str, str]) -> Page:
    actor = services.desk.actor(current_session())
    return list_cases(services.desk, actor, page=_number(values.get("page", "")), filters=_filters(values))


def _list_page(services: Services, entries: Sequence[Entry], **given: Any) -> str:
    session = current_session()
    actor = services.desk.actor(session)
    page: Page | None = given.get("page")
    triages = Duty.TRIAGE in session.officer.duties
    values: Mapping[str, Any] = {
        "page": None,
        "found": False,
        "stopped": page is not None and page.stopped,
        "faults": {},
        "filters": FILTERS,
        "query": "" if page is None else urlencode(page.filters.as_query()),
        "entries": entries,
        "leaders": _leaders(services, actor, entries),
        "organisation": session.roster.organisation,
        "today": actor.today,
        "triages": triages and page is not None,
        "candidates": candidates(actor) if triages else (),
        "templates": templates_for("acknowledge"),
        "tasks": tuple(Task),
        "chosen": frozenset(),
        "text": "",
        "typed": {},
        "refused": None,
        "outcomes": (),
        "again": None,
        "did": None,
        "q": "",
        "done": 0,
        "Do": Do,
    }
    return render_template("triage/cases.html", **{**values, **given})


def _leaders(services: Services, actor: Actor, entries: Sequence[Entry]) -> dict[str, Entry]:
    """The cases that lead those of this page, by id, as far as the officer opens them."""
    ids = sorted({entry.card.joined for entry in entries if entry.card is not None and entry.card.joined})
    if not ids:
        return {}
    with services.desk.databases.reading() as session:
        return {entry.case: entry for entry in entries_of(session, services.desk, actor, ids)}


def _filters(values: Mapping[str, str]) -> Filters:
    return Filters(
        state=_token(CaseState, values.get("state", "")),
        due=_token(Due, values.get("due", "")),
        whose=_token(Whose, values.get("whose", "")),
        priority=_token(Priority, values.get("priority", "")),
        intake=_token(IntakeType, values.get("intake", "")),
    )


def _token(kind: type[_Token], text: str) -> _Token | None:
    return kind(text) if text in set(kind) else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1

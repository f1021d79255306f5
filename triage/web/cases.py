"""The list of cases and the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from intake.states import CaseState
from triage.casework.listing import Entry, list_cases
from triage.casework.refusals import CorrectThisError
from triage.casework.search import search_cases
from triage.web.access import current_session
from triage.web.kept import kept_for
from triage.web.services import Services
from triage.web.words import REFUSALS

_SEARCH = "/cases/search"


def cases(services: Services) -> ResponseReturnValue:
    """What this officer holds keys to, soonest due first."""
    actor = services.desk.actor(current_session())
    chosen = _state(request.args.get("state", ""))
    page = list_cases(services.desk, actor, page=_number(request.args.get("page", "")), state=chosen)
    return _list_page(services, page.entries, page=page, q=kept_for(_SEARCH))


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


def _list_page(services: Services, entries: Sequence[Entry], **given: Any) -> str:
    session = current_session()
    values: Mapping[str, Any] = {
        "page": None,
        "found": False,
        "stopped": False,
        "faults": {},
        "states": tuple(CaseState),
        "entries": entries,
        "organisation": session.roster.organisation,
        "today": services.desk.actor(session).today,
    }
    return render_template("triage/cases.html", **{**values, **given})


def _state(text: str) -> CaseState | None:
    return CaseState(text) if text in set(CaseState) else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1

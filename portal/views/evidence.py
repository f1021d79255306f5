"""Step 3: files. They are sealed and cleaned before this view asks for the draft, so that no slow file holds up another tab."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.exc import SQLAlchemyError

from intake.evidence.attachments import Attachment
from intake.evidence.store.protocol import StoreError
from portal.file_words import file_words, limit_words, turned_words
from portal.forms.files import Choices, apply_choices, keeps_original, traces_are_said
from portal.forms.steps import EVIDENCE, neighbour
from portal.services import Services
from portal.uploads import TurnedAway, Uploads, current_uploads
from portal.views.report import expired, progress
from portal.visit import State, Visit
from portal.words import not_a_choice_words
from templates.web.routes import see_other

_LIST = f"{EVIDENCE.path}#files"


def receive_for_report(services: Services) -> Uploads:
    """What takes the files of this page: beside those that the draft has already."""
    return services.uploads(Visit.current(services).draft.files)


def evidence(services: Services) -> ResponseReturnValue:
    """Step 3."""
    if request.method == "POST":
        return _save(services)
    visit = Visit.current(services)
    if visit.draft.filed:
        return see_other("/receipt")
    if visit.state is State.EXPIRED:
        return expired(services)
    return evidence_page(services, visit)


def _save(services: Services) -> ResponseReturnValue:
    uploads = current_uploads()
    added = [] if uploads is None else uploads.attach(keep_original=keeps_original(request.form))
    visit = Visit.current(services)
    if visit.draft.filed:
        return see_other("/receipt")
    left = _into(services, visit, added)
    if uploads is not None:
        uploads.kept()
    with suppress(StoreError, SQLAlchemyError):  # what stays now, the worker removes
        services.staging.drop(left)
    if visit.state is State.EXPIRED:
        # What was added just now lies in a fresh draft; what came before is gone, and that must be said.
        return visit.on(make_response(render_template("portal/expired.html", kept=True), 410))
    turned = [] if uploads is None else uploads.turned_away
    if turned or not traces_are_said(request.form):
        return visit.on(evidence_page(services, visit, turned, traces_fault(), 422))
    return _onward(services, visit, added)


def _into(services: Services, visit: Visit, added: list[Attachment]) -> list[str]:
    """Put choices and new files into the draft; which blobs it needs no more."""
    files, left = apply_choices(
        services.staging, visit.draft.files, Choices.read(request.form), services.limits.cleaning
    )
    visit.draft.files[:] = [*files, *added]
    visit.keep()
    return left


def _onward(services: Services, visit: Visit, added: list[Attachment]) -> ResponseReturnValue:
    go, draft = request.form.get("go", "next"), visit.draft
    if go == "back":
        return visit.on(see_other(neighbour(draft, EVIDENCE, -1).path))
    if go == "add":
        if not added and request.form.get("files") is None:
            faults = {"evidence": gettext("Choose a file first.")}
            return visit.on(evidence_page(services, visit, (), faults, 422))
        return visit.on(see_other(_LIST))
    if any(each.undecided or +each.findings.left for each in added):
        return visit.on(see_other(_LIST))  # something is to be looked at before it is sent
    if faults := undecided(draft.files):
        return visit.on(evidence_page(services, visit, (), faults, 422))
    return visit.on(see_other(neighbour(draft, EVIDENCE, 1).path))


def traces_fault() -> dict[str, str]:
    """What is said where the choice about traces is none."""
    return {} if traces_are_said(request.form) else {"traces": not_a_choice_words()}


def undecided(files: list[Attachment]) -> dict[str, str]:
    """What is said of files that nobody decided about."""
    words = gettext("This file could not be cleaned. Say that it is sent all the same, or remove it.")
    return {f"file-{number}": words for number, each in enumerate(files) if each.undecided}


def evidence_page(
    services: Services,
    visit: Visit,
    turned: list[TurnedAway] | tuple[()] = (),
    faults: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    """The files of the draft, with what is wrong."""
    context: dict[str, Any] = {
        "files": file_words(visit.draft.files),
        "turned_away": [turned_words(each) for each in turned],
        "faults": faults or {},
        "limits": limit_words(services.limits),
        **progress(visit.draft, EVIDENCE),
    }
    return make_response(render_template("portal/report_evidence.html", **context), status)

"""Check and send: every answer, who would read it, what runs from today; then one transaction, once per draft."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from intake.completeness import Known, completeness
from intake.drafts import FIELDS, Draft
from intake.evidence.staging import GoneError
from intake.filing.office import FilingError, NobodyCanReceiveError, Preview
from intake.organisation import Organisation
from portal.file_words import file_words, gone_words
from portal.forms.before_sending import before_sending
from portal.forms.choices import words_of
from portal.forms.files import take_out
from portal.forms.near import Question, apply_answers, questions_of, unanswered, unknown_involved
from portal.forms.search import hit_of
from portal.forms.steps import CHECK, neighbour
from portal.intake_words import becomes_more, missing_lines, said_words
from portal.services import Services
from portal.views.evidence import evidence_page
from portal.views.report import expired, progress, step_faults
from portal.visit import State, Visit, end_draft, has_draft
from portal.words import due_lines, role_words
from templates.web.lists import listed, marked_names
from templates.web.routes import see_other

_STEP_OF_FIELD = {name: entry.step for name, entry in FIELDS.items()}


def check(services: Services) -> ResponseReturnValue:
    """The last step. ``send=1`` files the report and leads to its receipt; a repeated send leads to the same one."""
    visit = Visit.current(services)
    if visit.draft.filed:
        return see_other("/receipt")
    if visit.state is not State.OPEN:
        return expired(services) if visit.state is State.EXPIRED else see_other("/report")
    if request.method == "POST":
        return _answer(services, visit)
    organisation = services.organisation()
    return _page(services, visit, organisation, questions_of(visit.draft, organisation))


def sends(services: Services) -> bool:
    """Whether there is a draft and the form asks for sending it, which is dear; everything else on the page is not."""
    return request.form.get("send") == "1" and has_draft(services)


def _answer(services: Services, visit: Visit) -> ResponseReturnValue:
    if request.form.get("go") == "back":
        return visit.on(see_other(neighbour(visit.draft, CHECK, -1).path))
    organisation = services.organisation()
    questions = questions_of(visit.draft, organisation)
    if apply_answers(visit.draft, organisation, questions, request.form):
        # Another person may mean another office: the reporter sees who would read it now, before it is sent.
        visit.keep()
        return visit.on(see_other(f"{CHECK.path}?changed=1"))
    missing = unanswered(questions, request.form)
    if missing or request.form.get("send") != "1" or step_faults(visit.draft, organisation):
        return _page(services, visit, organisation, questions, missing=missing, status=422)
    return _send(services, visit)


def _send(services: Services, visit: Visit) -> Response:
    try:
        coming = services.filing.file(visit.draft)
    except NobodyCanReceiveError:
        return _nobody(services)
    except FilingError:
        # A new roster came in between; the page says what does not fit it any more.
        return visit.on(make_response(see_other(CHECK.path)))
    except GoneError as error:
        words = gone_words(take_out(visit.draft.files, error.blobs))
        visit.keep()
        return visit.on(evidence_page(services, visit, (), {"evidence": words}, 409))
    # From here on the draft holds the code, and when to come back; the portal cannot read what it accepted (P3).
    visit.draft.forget_report(coming)
    visit.keep()
    response: Response = make_response(see_other("/receipt"))
    return visit.on(response)


def _nobody(services: Services) -> Response:
    return end_draft(services, make_response(render_template("portal/nobody.html"), 503))


def _page(
    services: Services,
    visit: Visit,
    organisation: Organisation,
    questions: list[Question],
    *,
    missing: list[str] | None = None,
    status: int = 200,
) -> Response:
    faults, known = step_faults(visit.draft, organisation), _known(visit.draft)
    try:
        preview = None if faults else services.filing.preview(visit.draft)
    except NobodyCanReceiveError:
        return _nobody(services)
    page = render_template(
        "portal/report_check.html",
        draft=visit.draft,
        faults=faults,
        step_paths=_paths_of(faults),
        questions=questions,
        missing=missing or [],
        changed=request.args.get("changed") == "1",
        words_of=words_of,
        unknown_involved=marked_names(unknown_involved(visit.draft, organisation)),
        said=listed(said_words(known)),
        could_help=missing_lines(known),
        files=file_words(visit.draft.files),
        reader=_reader(preview, services, organisation, visit.draft),
        **before_sending(visit.draft),
        **_names(visit.draft, organisation),
        **progress(visit.draft, CHECK),
    )
    return make_response(page, status)


def _reader(
    preview: Preview | None, services: Services, organisation: Organisation, draft: Draft
) -> dict[str, Any] | None:
    if preview is None:
        return None
    today = services.clock.today(organisation.calendar.timezone)
    return {
        "preview": preview,
        "roles": role_words(preview.roles),
        "due": due_lines(preview.clocks, {}, today, a_report=not becomes_more(draft.path.code)),
    }


def _known(draft: Draft) -> list[Known]:
    named = bool(draft.bodies) or any(not subject.empty for subject in draft.subjects)
    return completeness(draft.answers, named=named, attached=bool(draft.files))


def _names(draft: Draft, organisation: Organisation) -> dict[str, Any]:
    """Ids of places as the page shows them."""
    ids = {subject.body for subject in draft.subjects} | set(draft.bodies)
    return {
        "hits": {identifier: hit_of(organisation, identifier) for identifier in ids},
        "name_of": organisation.name_of,
    }


def _paths_of(faults: dict[str, str]) -> dict[str, str]:
    """Where each fault is corrected."""
    steps = {"what": "/report", "who": "/report/who", "safety": "/report/safety"}
    paths = {name: f"{steps[_STEP_OF_FIELD.get(name, 'who')]}#{name}" for name in faults}
    return paths | ({"evidence": "/report/evidence#files"} if "evidence" in faults else {})

"""A detriment told in the mailbox, step by step, and sent once. An unknown code goes the same way up to its end (P7).

What was typed lies beside the master of the code, under the same seal and for no longer than the mailbox is open.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext, lazy_gettext
from sqlalchemy.exc import SQLAlchemyError

from crypto.keys import is_id
from intake.drafts import Draft
from intake.evidence.attachments import Attachment
from intake.evidence.staging import GoneError
from intake.evidence.store.protocol import StoreError
from intake.filing.entry_check import day_of, entry_faults
from intake.filing.office import FilingError, NobodyCanReceiveError
from intake.intake_types import path_of
from intake.mailbox import OpenedMailbox, Outlook, entry_id
from intake.mailbox.waiting import blobs_of
from portal.detriment_words import CHOICES, OUTLOOKS, choice_words, fault_words
from portal.file_words import file_words, gone_words, limit_words, turned_words
from portal.forms import choices
from portal.forms.entry import (
    ENTRY,
    ENTRY_CHECK,
    ENTRY_EVIDENCE,
    ENTRY_SAFETY,
    ENTRY_WHO,
    HAPPENED,
    beside_entry,
    way_of_entry,
)
from portal.forms.files import (
    Choices,
    apply_choices,
    keeps_original,
    take_out,
    traces_are_said,
)
from portal.forms.near import apply_answers, questions_of, unanswered
from portal.forms.reading import add_subject, read_step, settle
from portal.forms.search import hit_of
from portal.forms.steps import Step
from portal.services import Services
from portal.uploads import TurnedAway, current_uploads
from portal.views.evidence import traces_fault, undecided
from portal.views.mailbox import REFUSED, back, closed, no_mailbox, refusal_words
from portal.views.report import people_on_page, searched_field, step_faults
from portal.visit import current_mailbox, has_mailbox, keep_mailbox
from portal.words import due_lines, role_words
from templates.web.routes import see_other

_WHO = lazy_gettext("Who did it, or had it done? This decides who gets what you write: never these people, nor an office that"
                    " they have power over. Officers who work on your report do not get it either. If you do not know anybody,"
                    " leave it empty.")  # fmt: skip


def happened(services: Services) -> ResponseReturnValue:
    """What was done, when, to whom."""
    return _step(services, HAPPENED)


def entry_who(services: Services) -> ResponseReturnValue:
    """Who did it."""
    return _step(services, ENTRY_WHO)


def entry_safety(services: Services) -> ResponseReturnValue:
    """What changed for the reporter's safety."""
    return _step(services, ENTRY_SAFETY)


def entry_files(services: Services) -> ResponseReturnValue:
    """Files, sealed and cleaned before the mailbox is asked for."""
    if request.method == "GET":
        return _shown(services, ENTRY_EVIDENCE)
    uploads = current_uploads()
    added = [] if uploads is None else uploads.attach(keep_original=keeps_original(request.form))
    opened = current_mailbox(services)
    if opened is None:
        return closed(services, files=bool(added))
    draft = _continued(opened)
    draft.files, left = apply_choices(
        services.staging, draft.files, Choices.read(request.form), services.limits.cleaning
    )
    draft.files += added
    kept = keep_mailbox(services, opened)
    if uploads is not None:
        uploads.kept()
    _drop(services, left if kept else blobs_of(draft.files))
    if not kept:
        return closed(services, files=bool(draft.files))
    turned = [] if uploads is None else uploads.turned_away
    if turned or not traces_are_said(request.form):
        return _files_page(services, draft, traces_fault(), 422, turned)
    return _after_files(services, draft, added)


def sends(services: Services) -> bool:
    """Whether a mailbox is open and the form asks for sending, which is dear; everything else on the page is not."""
    return request.form.get("send") == "1" and has_mailbox(services)


def entry_check(services: Services) -> ResponseReturnValue:
    """Everything once more, with who would read it. ``send=1`` sends it, once."""
    opened = current_mailbox(services)
    if opened is None:
        return no_mailbox(services) if request.method == "GET" else closed(services)
    named = request.form.get(ENTRY, "")
    if opened.entry is None or (named and named != entry_id(opened.entry)):
        return _elsewhere(services, opened, named)
    if request.method == "GET":
        return _check_page(services, opened, opened.entry)
    return _checked(services, opened, opened.entry)


def _checked(services: Services, opened: OpenedMailbox, draft: Draft) -> ResponseReturnValue:
    if request.form.get("go") == "back":
        return see_other(beside_entry(draft, ENTRY_CHECK, -1).path)
    organisation = services.organisation()
    questions = questions_of(draft, organisation)
    if apply_answers(draft, organisation, questions, request.form):
        # Another person may mean another office: the reporter sees who would read it now, before it is sent.
        keep_mailbox(services, opened)
        return see_other(f"{ENTRY_CHECK.path}?changed=1")
    missing = unanswered(questions, request.form)
    if missing or request.form.get("send") != "1" or _faults(services, draft):
        return _check_page(services, opened, draft, missing=missing, status=422)
    return _send(services, opened, draft)


def _step(services: Services, step: Step) -> ResponseReturnValue:
    opened = current_mailbox(services)
    if request.method == "GET" or opened is None:
        return _shown(services, step)
    if request.form.get("go") == "drop":
        return _thrown_away(services, opened)
    draft, go = _continued(opened), request.form.get("go", "next")
    read_step(draft, step, request.form)
    if go != "find":
        settle(draft, request.form)
    if go == "add":
        add_subject(draft)
    if not keep_mailbox(services, opened):
        return closed(services, draft.answer("words"), files=bool(draft.files))
    if (aside := _aside(draft, step, go)) is not None:
        return see_other(aside)
    faults = _faults(services, draft, step)
    if faults:
        return _page(services, opened, draft, step, faults, 422)
    return see_other(beside_entry(draft, step, 1).path)


def _aside(draft: Draft, step: Step, go: str) -> str | None:
    """Where a button leads that is not "next"; None for next, which is checked first."""
    if go in {"add", "find"}:
        place = f"person-{len(draft.subjects) - 1}" if go == "add" else searched_field(draft)
        return f"{step.path}#{place}"
    return beside_entry(draft, step, -1).path if go == "back" else None


def _thrown_away(services: Services, opened: OpenedMailbox) -> ResponseReturnValue:
    blobs, opened.entry = blobs_of(opened.files_told), None
    keep_mailbox(services, opened)
    _drop(services, blobs)
    return see_other("/mailbox")


def _shown(services: Services, step: Step) -> ResponseReturnValue:
    opened = current_mailbox(services)
    if opened is None and request.method == "POST":
        return closed(services, request.form.get("words", ""))
    if opened is None:
        return no_mailbox(services)
    draft = _continued(opened)
    if step not in way_of_entry(draft):
        return see_other(HAPPENED.path)
    return (
        _files_page(services, draft) if step == ENTRY_EVIDENCE else _page(services, opened, draft, step, {})
    )


def _continued(opened: OpenedMailbox) -> Draft:
    """The entry that the forms go on with, or an empty one that nobody has kept yet."""
    if opened.entry is None:
        opened.entry = Draft.new(str(get_locale()))
    return opened.entry


def _faults(services: Services, draft: Draft, step: Step | None = None) -> dict[str, str]:
    faults: dict[str, str] = {}
    if step in {None, HAPPENED}:
        faults |= {name: str(fault_words(name, fault)) for name, fault in entry_faults(draft).items()}
    for each in (ENTRY_WHO, ENTRY_SAFETY):
        if (step is None and each in way_of_entry(draft)) or step == each:
            faults |= step_faults(draft, services.organisation(), each)
    return faults | (undecided(draft.files) if step is None else {})


def _after_files(services: Services, draft: Draft, added: list[Attachment]) -> ResponseReturnValue:
    go, there = request.form.get("go", "next"), f"{ENTRY_EVIDENCE.path}#files"
    if go == "back":
        return see_other(beside_entry(draft, ENTRY_EVIDENCE, -1).path)
    if go == "add" and not added and request.form.get("files") is None:
        return _files_page(services, draft, {"evidence": gettext("Choose a file first.")}, 422)
    if go == "add" or any(each.undecided or +each.findings.left for each in added):
        return see_other(there)
    if faults := undecided(draft.files):
        return _files_page(services, draft, faults, 422)
    return see_other(beside_entry(draft, ENTRY_EVIDENCE, 1).path)


def _elsewhere(services: Services, opened: OpenedMailbox, named: str) -> ResponseReturnValue:
    """A form about an entry that does not wait any more: it was sent, or thrown away."""
    part = services.detriments.where(opened.master, named) if is_id(named) else None
    return see_other(HAPPENED.path if part is None else back("done", part))


def _send(services: Services, opened: OpenedMailbox, draft: Draft) -> ResponseReturnValue:
    try:
        part = services.detriments.send(opened.master, draft)
    except NobodyCanReceiveError:
        return make_response(render_template("portal/nobody.html"), 503)
    except FilingError:
        return see_other(
            ENTRY_CHECK.path
        )  # a new roster came in between; the page says what does not fit it any more
    except GoneError as error:
        words = gone_words(take_out(draft.files, error.blobs))
        keep_mailbox(services, opened)
        return _files_page(services, draft, {"evidence": words}, 409)
    except REFUSED as error:
        return _check_page(services, opened, draft, refused=refusal_words(error), status=409)
    blobs, opened.entry = blobs_of(draft.files), None
    keep_mailbox(services, opened)
    # Of an entry that had been sent already: what came with it once more. What was accepted is no longer staged.
    _drop(services, blobs)
    return see_other(back("done", part))


def _drop(services: Services, blobs: list[str]) -> None:
    with suppress(StoreError, SQLAlchemyError):  # what stays now, the worker removes
        services.staging.drop(blobs)


def _place(draft: Draft, step: Step) -> dict[str, Any]:
    way = way_of_entry(draft)
    return {
        "step": step,
        "number": way.index(step) + 1 if step in way else 1,
        "total": len(way),
        "path": path_of(""),
        "wording": {"who": _WHO},
        "entry": entry_id(draft),
    }


def _page(
    services: Services,
    opened: OpenedMailbox,
    draft: Draft,
    step: Step,
    faults: dict[str, str],
    status: int = 200,
) -> Response:
    context: dict[str, Any] = {"draft": draft, "faults": faults, "no_answer": choices.NO_ANSWER}
    context |= {"choices": choices.CHOICES, **_place(draft, step)}
    if step == ENTRY_WHO:
        context |= people_on_page(draft, services.organisation())
    if step == HAPPENED:
        context |= {"choices": CHOICES, "outlook": services.detriments.outlook(opened.master, draft)}
    name = "mailbox_detriment" if step == HAPPENED else f"report_{step.word}"
    return make_response(render_template(f"portal/{name}.html", **context), status)


def _files_page(
    services: Services,
    draft: Draft,
    faults: dict[str, str] | None = None,
    status: int = 200,
    turned: list[TurnedAway] | tuple[()] = (),
) -> Response:
    context: dict[str, Any] = {
        "files": file_words(draft.files),
        "turned_away": [turned_words(each) for each in turned],
        "faults": faults or {},
        "limits": limit_words(services.limits),
        **_place(draft, ENTRY_EVIDENCE),
    }
    return make_response(render_template("portal/report_evidence.html", **context), status)


def _check_page(
    services: Services,
    opened: OpenedMailbox,
    draft: Draft,
    *,
    missing: list[str] | None = None,
    refused: str = "",
    status: int = 200,
) -> Response:
    organisation, faults = services.organisation(), _faults(services, draft)
    try:
        outlook = services.detriments.outlook(opened.master, draft, whole=not faults)
    except NobodyCanReceiveError:
        return make_response(render_template("portal/nobody.html"), 503)
    ids = {subject.body for subject in draft.subjects} | set(draft.bodies)
    page = render_template(
        "portal/mailbox_detriment_check.html",
        draft=draft,
        faults=faults | ({"send": refused} if refused else {}),
        questions=questions_of(draft, organisation),
        missing=missing or [],
        changed=request.args.get("changed") == "1",
        words_of=choice_words,
        post_words=choices.words_of,
        files=file_words(draft.files),
        outlook=outlook,
        pointed_out=None if outlook.finding is None else OUTLOOKS[outlook.finding],
        announced=_is_announced(services, draft),
        reader=_reader(services, outlook),
        hits={identifier: hit_of(organisation, identifier) for identifier in ids},
        name_of=organisation.name_of,
        day=day_of(draft),
        **_place(draft, ENTRY_CHECK),
    )
    return make_response(page, status)


def _is_announced(services: Services, draft: Draft) -> bool:
    day = day_of(draft)
    return day is not None and day > services.clock.today(services.organisation().calendar.timezone)


def _reader(services: Services, outlook: Outlook) -> dict[str, Any] | None:
    if outlook.preview is None:
        return None
    today = services.clock.today(services.organisation().calendar.timezone)
    return {
        "preview": outlook.preview,
        "roles": role_words(outlook.preview.roles),
        "due": due_lines(outlook.preview.clocks, {}, today),
    }

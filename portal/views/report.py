"""The steps of a report: each keeps what was typed before anything is said about it, so that no fault loses a word."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from intake.drafts import Draft, DraftSubject
from intake.filing.check import faults_of
from intake.organisation import Organisation
from portal.forms import choices
from portal.forms.before_sending import fitting_advice
from portal.forms.reading import add_subject, read_step, settle
from portal.forms.search import Found, find_bodies, find_offices, hit_of, regions_in_order
from portal.forms.steps import SAFETY, WHAT, WHO, Step, neighbour, subject_field, way_of
from portal.intake_words import INTAKES
from portal.services import Services
from portal.visit import State, Visit, end_draft
from portal.words import search_words, words_by_field
from templates.web.routes import see_other


def what(services: Services) -> ResponseReturnValue:
    """Step 1."""
    return _step(services, WHAT)


def who(services: Services) -> ResponseReturnValue:
    """Step 2."""
    return _step(services, WHO)


def safety_step(services: Services) -> ResponseReturnValue:
    """Step 4."""
    return _step(services, SAFETY)


def expired(services: Services) -> Response:
    """The page for a draft that is gone. The cookie goes as well, so that the next try begins afresh."""
    return end_draft(services, make_response(render_template("portal/expired.html", kept=False), 410))


def step_faults(draft: Draft, organisation: Organisation, step: Step | None = None) -> dict[str, str]:
    """Field → words, of one step or of all: the domain's faults, and searches that were left without a choice."""
    faults = words_by_field(
        fault for fault in faults_of(draft, organisation) if step is None or fault.step == step.word
    )
    if step in {None, WHO}:
        for number, subject in enumerate(draft.subjects):
            if _search_left_open(subject):
                faults.setdefault(subject_field(number, "find"), search_words())
        for name, chosen in (("body_find", ""), ("unit_find", draft.answer("reporter_unit"))):
            if draft.answer(name).strip() and not chosen:
                faults.setdefault(name, search_words())
    return faults


def progress(draft: Draft, step: Step) -> dict[str, Any]:
    """What every step's template shows of its place."""
    way = way_of(draft)
    return {
        "step": step,
        "number": way.index(step) + 1,
        "total": len(way),
        "path": draft.path,
        "wording": INTAKES[draft.path.code],
    }


def _step(services: Services, step: Step) -> ResponseReturnValue:
    visit = Visit.current(services)
    if visit.draft.filed:
        return see_other("/receipt")
    if request.method == "POST":
        return _save(services, visit, step)
    if visit.state is State.EXPIRED:
        return expired(services)
    return _page(services, visit, step, {})


def _save(services: Services, visit: Visit, step: Step) -> ResponseReturnValue:
    draft, go = visit.draft, request.form.get("go", "next")
    began = way_of(draft)[0]
    read_step(draft, step, request.form)
    if go != "find":
        settle(draft, request.form)
    if go == "add":
        add_subject(draft)
    visit.keep()
    if visit.state is State.EXPIRED:
        # What was typed just now lies in a fresh draft; what came before is gone, and that must be said.
        return visit.on(make_response(render_template("portal/expired.html", kept=True), 410))
    if (aside := _aside(draft, step, go, began)) is not None:
        return visit.on(see_other(aside))
    if faults := step_faults(draft, services.organisation(), step):
        return visit.on(_page(services, visit, step, faults, 422))
    return visit.on(see_other(neighbour(draft, step, 1).path))


def _aside(draft: Draft, step: Step, go: str, began: Step) -> str | None:
    """Where a button leads that is not "next"; None for next, which is checked first."""
    if go == "back":
        return neighbour(draft, step, -1).path
    if go == "add":
        return f"{step.path}#person-{len(draft.subjects) - 1}"
    if go == "find":
        return f"{step.path}#{searched_field(draft)}"
    begins = way_of(draft)[0]
    # What the reporter brings may have a first page of its own: this one comes again, with what was typed.
    return begins.path if go == "kind" or begins not in (began, step) else None


def searched_field(draft: Draft) -> str:
    """The search field the browser goes to, its hits below: of the last person whose place is open, else of the places, else
    of the reporter's own office."""
    searching = [number for number, subject in enumerate(draft.subjects) if subject.find]
    still_open = [number for number in searching if not draft.subjects[number].body]
    if not still_open:
        if draft.answer("unit_find") and not draft.answer("reporter_unit"):
            return "unit_find"
        if draft.answer("body_find"):
            return "body_find"
    return subject_field(max(still_open or searching, default=0), "find")


def _page(
    services: Services, visit: Visit, step: Step, faults: dict[str, str], status: int = 200
) -> Response:
    context: dict[str, Any] = {
        "draft": visit.draft,
        "faults": faults,
        "choices": choices.CHOICES,
        "no_answer": choices.NO_ANSWER,
        **progress(visit.draft, step),
    }
    if step is WHAT and visit.draft.path.affected:
        context |= fitting_advice(visit.draft)  # whoever was harmed has just answered how they are
    if step is WHO:
        context |= people_on_page(visit.draft, services.organisation())
    return make_response(render_template(f"portal/report_{step.word}.html", **context), status)


def people_on_page(draft: Draft, organisation: Organisation) -> dict[str, Any]:
    """What the page about people shows of them."""
    subjects = draft.subjects or [DraftSubject()]
    return {
        "people": [
            {
                "subject": subject,
                "found": find_bodies(organisation, subject.find),
                "chosen": hit_of(organisation, subject.body),
            }
            for subject in subjects
        ],
        "places": _places(draft, organisation),
        "regions": regions_in_order(organisation),
        "unit": {
            "chosen": hit_of(organisation, draft.answer("reporter_unit")),
            "found": find_offices(organisation, draft.answer("unit_find")),
        },
    }


def _places(draft: Draft, organisation: Organisation) -> dict[str, Any]:
    chosen = [hit for body in draft.bodies if (hit := hit_of(organisation, body)) is not None]
    found: Found = find_bodies(organisation, draft.answer("body_find"))
    return {
        "chosen": chosen,
        "hits": [hit for hit in found.hits if hit.id not in draft.bodies],
        "more": found.more,
        "searched": bool(draft.answer("body_find")),
    }


def _search_left_open(subject: DraftSubject) -> bool:
    said_where = subject.body or subject.other or subject.region or subject.post == "private"
    return bool(subject.find.strip()) and not said_where

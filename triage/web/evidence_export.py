"""Taking copies of a case's files along: the page that says what that means, and the archive.

The form records it and leads to the archive; who lost it on the way fetches it again on the same day without another record.
"""

from __future__ import annotations

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from crypto.errors import CryptoError
from crypto.keys import is_id
from templates.web.request import Fields
from templates.web.routes import see_other
from triage.casework.desk import newest_number
from triage.casework.evidence import evidence_of
from triage.casework.export import copies_of, take_copies, taken_today
from triage.casework.policy import RULES, Act, passes
from triage.casework.position import position_of
from triage.casework.reading import open_to_read
from triage.casework.refusals import NoSuchCaseError, NotYoursError, RefusedError
from triage.casework.zipping import archive, length_of
from triage.web.access import Access, Guarded, current_session
from triage.web.case import seen
from triage.web.evidence import content, opened
from triage.web.evidence_page import EvidenceWords, Shelf
from triage.web.services import Services
from triage.web.words import REFUSALS


def evidence_export(services: Services, case_id: str) -> ResponseReturnValue:
    """What taking copies means, and what was taken today already; sent, it is recorded."""
    if request.method == "GET":
        return _page(services, case_id)
    if not is_id(case_id):
        abort(404)
    actor = services.desk.actor(current_session())
    try:
        paper = take_copies(services.desk, actor, case_id, services.store, seen=seen())
    except NoSuchCaseError:
        abort(404)
    except RefusedError as refused:
        return _page(services, case_id, refused)
    except CryptoError:
        return Response(render_template("triage/altered.html", held=[], can_repeat=False), 409)
    return see_other(f"/cases/{case_id}/evidence/export/{paper}")


def evidence_archive(services: Services, case_id: str, paper: str) -> ResponseReturnValue:
    """The archive of copies that this officer took today."""
    copies = opened(case_id, services, lambda desk, actor: copies_of(desk, actor, case_id, paper))
    if isinstance(copies, Response):
        return copies
    members = copies.members(services.store)
    body = archive(members, copies.record.date)
    return content(body, "application/zip", copies.name, length=length_of(members))


def _page(services: Services, case_id: str, refused: RefusedError | None = None) -> ResponseReturnValue:
    file = opened(case_id, services, lambda desk, actor: open_to_read(desk, actor, case_id))
    if isinstance(file, Response):
        return file
    actor = services.desk.actor(current_session())
    page = render_template(
        "triage/evidence_export.html",
        case=case_id,
        shelf=Shelf(evidence_of(file), ()),
        evidence=EvidenceWords(),
        seen=newest_number(file),
        taken=taken_today(file, actor),
        may=passes(RULES[Act.EXPORT], position_of(file, actor.officer, actor.today)),
        refused=None if refused is None else REFUSALS[refused.reason],
    )
    return Response(page, 200 if refused is None else 403 if isinstance(refused, NotYoursError) else 409)


_EXPORT = "/cases/<case_id>/evidence/export"
ROUTES = (
    Guarded(_EXPORT, evidence_export, post=Fields.of("seen"), access=Access.OFFICER),
    Guarded(f"{_EXPORT}/<paper>", evidence_archive, access=Access.OFFICER),
)

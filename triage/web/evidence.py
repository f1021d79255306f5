"""Files of a case, one at a time: the download, and what can be seen of one without opening it.

What came from outside leaves as an attachment, or as pixels and plain text that the sandbox made of it; nothing that a browser
runs is ever an answer. A file that is not whole is never delivered as whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar
from urllib.parse import quote

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from crypto.errors import CryptoError
from crypto.keys import is_id
from intake.evidence.views import View
from templates.web.headers import CONTENT_CSP
from templates.web.refusals import Unavailable
from triage.casework.desk import Actor, Desk
from triage.casework.evidence import Harm, HarmedError, Piece, given_away, open_piece
from triage.casework.refusals import NoSuchCaseError
from triage.casework.seeing import NoSuchPartError, is_paged, see
from triage.web import evidence_words
from triage.web.access import Access, Guarded, current_session
from triage.web.evidence_page import EvidenceWords, shown_blocks
from triage.web.services import Services

_MOST_DIGITS = 5
Found = TypeVar("Found")


def evidence_download(services: Services, case_id: str, evidence_id: str) -> ResponseReturnValue:
    """One file, streamed while it is opened. HEAD reads nothing of it."""
    piece = opened(case_id, services, lambda desk, actor: open_piece(desk, actor, case_id, evidence_id))
    if isinstance(piece, Response):
        return piece
    ref = piece.entry.blob
    try:
        if request.environ["REQUEST_METHOD"] == "HEAD":
            if services.store.size(ref.id) is None:
                return harmed(case_id, piece, Harm.MISSING)
            body: Iterable[bytes] = ()
        else:
            body = given_away(services.store, ref)
    except HarmedError as error:
        return harmed(case_id, piece, error.harm)
    return content(body, piece.entry.media_type, piece.entry.name, length=ref.length)


def evidence_view(services: Services, case_id: str, evidence_id: str) -> ResponseReturnValue:
    """What can be seen of a file: its text, or one of its pages with the words on it."""
    piece = opened(case_id, services, lambda desk, actor: open_piece(desk, actor, case_id, evidence_id))
    if isinstance(piece, Response):
        return piece
    entry = piece.entry
    number = request.args.get("page", "")
    part = int(number) if number.isascii() and number.isdecimal() and len(number) <= _MOST_DIGITS else None
    if number and part is None:
        abort(404)
    view = None
    if entry.cleaned:
        try:
            view = _seen(services, piece, part)
        except HarmedError as error:
            return harmed(case_id, piece, error.harm)
    return Response(
        render_template(
            "triage/evidence_view.html",
            case=case_id,
            piece=piece,
            entry=entry,
            view=view,
            paged=is_paged(piece),
            blocks=[] if view is None else shown_blocks(view.blocks),
            evidence=EvidenceWords(),
        )
    )


def evidence_picture(services: Services, case_id: str, evidence_id: str, part: int) -> ResponseReturnValue:
    """A page, or a picture of a document, as a picture that was coded here from pixels."""
    piece = opened(case_id, services, lambda desk, actor: open_piece(desk, actor, case_id, evidence_id))
    if isinstance(piece, Response):
        return piece
    if not piece.entry.cleaned:
        abort(404)
    try:
        view = _seen(services, piece, part)
    except HarmedError as error:
        return harmed(case_id, piece, error.harm)
    if view.picture is None:
        abort(404)
    picture = view.picture
    extension = picture.media_type.rpartition("/")[2]
    return content(
        (picture.data,), picture.media_type, f"{part}.{extension}", length=len(picture.data), inline=True
    )


def _seen(services: Services, piece: Piece, part: int | None) -> View:
    """One look at a file. Raises HarmedError, NotFound; Unavailable where no sandbox starts."""
    try:
        return see(services.store, piece, part)
    except NoSuchPartError:
        abort(404)
    except OSError as error:
        raise Unavailable from error


def opened(case_id: str, services: Services, find: Callable[[Desk, Actor], Found]) -> Found | Response:
    """What was asked for, with the officer's own key; or the page that says that the case was altered.

    404 for everything that is not there for this officer.
    """
    if not is_id(case_id):
        abort(404)
    try:
        return find(services.desk, services.desk.actor(current_session()))
    except NoSuchCaseError:
        abort(404)
    except CryptoError:
        return Response(render_template("triage/altered.html", held=[], can_repeat=False), 409)


def harmed(case_id: str, piece: Piece, harm: Harm) -> Response:
    """The page about a file that is missing or damaged."""
    page = render_template(
        "triage/evidence_harmed.html", case=case_id, entry=piece.entry, harm=evidence_words.HARMS[harm]
    )
    return Response(page, 409)


def content(
    body: Iterable[bytes], media_type: str, name: str, *, length: int, inline: bool = False
) -> Response:
    """Bytes that came from outside, for a browser that must not think about them. ``length``: of all of ``body``, in bytes."""
    response = Response(body, content_type=media_type)
    response.content_length = length
    manner = "inline" if inline else "attachment"
    response.headers["Content-Disposition"] = f"{manner}; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Security-Policy"] = CONTENT_CSP
    response.headers["Accept-Ranges"] = "none"
    # A proxy that waits for slow browsers would write the file to its own disk, in clear (P1).
    response.headers["X-Accel-Buffering"] = "no"
    return response


_FILE = "/cases/<case_id>/evidence/<evidence_id>"
ROUTES = (
    Guarded(_FILE, evidence_download, access=Access.OFFICER),
    Guarded(f"{_FILE}/view", evidence_view, query=frozenset({"page"}), access=Access.OFFICER),
    Guarded(f"{_FILE}/view/<int(max=99999):part>", evidence_picture, access=Access.OFFICER),
)

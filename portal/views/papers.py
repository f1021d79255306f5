"""A certificate and a timeline to take along: what a reporter can show without the content. Needs an opened mailbox.

Each comes as a download under a name that says nothing, and what is said instead of one is as long (P7).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, lazy_gettext

from intake.statements.document import Form
from intake.statements.gather import Missing, NoDocumentError
from portal.services import Services
from portal.views.mailbox import PART, asked_part, no_mailbox
from portal.visit import current_master

_NAMES: Mapping[Form, str] = MappingProxyType({Form.CERTIFICATE: "page.html", Form.TIMELINE: "days.html"})
_WORDS: Mapping[Missing, object] = MappingProxyType(
    {
        Missing.NO_REPORT: lazy_gettext(
            "There is no report behind this code. Check the words of the code: perhaps one is different on your paper."
        ),
        Missing.NOT_PROVED: lazy_gettext(
            "We could not prove that everything in your case is as it was, so we give no paper about it."
            " Please tell an outside place about it."
        ),
        Missing.NEVER_STATED: lazy_gettext(
            "Your report was filed before this site could give such papers, so there is none for it."
        ),
        Missing.NOT_YET: lazy_gettext(
            "Your report is not in the public log yet, so nothing could be proved. Please come back tomorrow."
        ),
        Missing.KEPT_OUT: lazy_gettext(
            "Your report should be in the public log by now, and what this paper needs is not there."
            " Please tell the office, or an outside place."
        ),
        Missing.DELETED: lazy_gettext(
            "Your report was deleted, and with it the days on which something was done. You can still get the certificate."
        ),
    }
)


def papers(services: Services) -> ResponseReturnValue:
    """What there is, what each shows, and to whom."""
    if current_master(services) is None:
        return no_mailbox(services)
    return _page()


def certificate(services: Services) -> ResponseReturnValue:
    """That a report was filed, and what protects whoever filed it."""
    return _download(services, Form.CERTIFICATE)


def timeline(services: Services) -> ResponseReturnValue:
    """What was done, and when."""
    return _download(services, Form.TIMELINE)


def _download(services: Services, form: Form) -> ResponseReturnValue:
    master = current_master(services)
    if master is None:
        return no_mailbox(services)
    try:
        data = services.mailbox.document(master, form, services.log.key, str(get_locale()), asked_part())
    except NoDocumentError as error:
        return _page(str(_WORDS[error.reason]), 409)  # of the smallest class, as most documents are
    # A type that no browser shows: it is saved byte by byte, and nothing of it runs under this site's address.
    response = Response(data, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{_NAMES[form]}"'
    return response


def _page(why: str = "", status: int = 200) -> Response:
    part = request.args.get(PART, "") if asked_part() else ""
    return make_response(render_template("portal/papers.html", why=why, part=part), status)

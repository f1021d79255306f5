"""While the switch says "read mail only": nobody begins or files a report, and nobody loses one that is being written.

It stands around the steps of a report alone: mailboxes, everything told in them, and the receipt of a report that was filed
just before, stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from intake.drafts import Draft
from intake.portal_mode import Turn
from portal.forms.steps import STEPS
from portal.services import Services
from portal.views.advice import places
from portal.visit import Visit
from templates.web.errors import held_words, is_long
from templates.web.routes import Route, View, see_other

_PATHS = frozenset(step.path for step in STEPS)
RETRY = 60 * 60  # seconds


@dataclass(frozen=True, slots=True)
class Closing:
    """Puts the switch around the steps of a report."""

    services: Services

    def around(self, route: Route, view: View) -> View:
        """``view``, or while the portal is closed the page that says so."""
        if route.path not in _PATHS:
            return view

        def open_or_closed(**variables: object) -> ResponseReturnValue:
            turn = self.services.mode.closed()
            return view(**variables) if turn is None else self._closed(turn)

        open_or_closed.__name__ = view.__name__
        return open_or_closed

    def _closed(self, turn: Turn) -> Response:
        visit = Visit.current(self.services)
        if visit.draft.filed:
            return make_response(see_other("/receipt"))
        typed = [value for _, value in held_words()]
        page = render_template(
            "portal/reports_closed.html",
            since=turn.since,
            texts=[*typed, *(text for text in _texts(visit.draft) if text not in typed)],
            files=len(visit.draft.files),
            places=places(self.services.organisation()),
        )
        # A form that was sent is not taken; a page that was asked for is there.
        response = make_response(page, 503 if request.method == "POST" else 200)
        response.headers["Retry-After"] = str(RETRY)
        return response


def _texts(draft: Draft) -> Iterator[str]:
    """What somebody wrote, to be copied: long answers, and who it is about."""
    yield from (value for value in draft.answers.values() if is_long(value))
    people = "\n".join(subject.name for subject in draft.subjects if subject.name)
    if people:
        yield people

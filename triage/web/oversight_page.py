"""What every oversight page is made with: its frame, pages of a long list, what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from intake import trends
from triage.casework.refusals import CorrectThisError, RefusedError
from triage.web import oversight_words
from triage.web.access import current_session
from triage.web.kept import kept_form_for
from triage.web.services import Services
from triage.web.typed import Typed, left_out

PAGE = 50
CALL_UP = "/oversight/call-up"
ASKS = (CALL_UP, "/oversight/takeover", "/oversight/supervise", "/oversight/pressure")


def render(services: Services, chosen: str, **given: Any) -> str:
    """The page with the list ``chosen``. What was typed into a form that it no longer shows is shown apart."""
    session = current_session()
    values: dict[str, Any] = {
        "chosen": chosen,
        "own_words": oversight_words,
        "organisation": session.roster.organisation,
        "today": services.desk.actor(session).today,
        "said": oversight_words.SAID.get(request.args.get("said", "")),
        "typed": request.form or next(filter(None, map(kept_form_for, ASKS)), kept_form_for(CALL_UP)),
        "refused": None,
        "refused_form": None,
        "alerts": (),
        "rules_version": trends.VERSION,
        **given,
    }
    shown = render_template("triage/oversight.html", **values, left_over=())
    left_over = left_out(shown, Typed(MultiDict(values["typed"])))
    return render_template("triage/oversight.html", **values, left_over=left_over) if left_over else shown


def paged(rows: Sequence[object]) -> dict[str, Any]:
    """The part of a long list that the address asks for."""
    pages = max(1, -(-len(rows) // PAGE))
    text = request.args.get("page", "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
    number = min(max(number, 1), pages)
    return {
        "rows": rows[(number - 1) * PAGE : number * PAGE],
        "number": number,
        "pages": pages,
        "total": len(rows),
    }


def status_of(refused: RefusedError) -> int:
    """422 for what can be corrected, else 409."""
    return 422 if isinstance(refused, CorrectThisError) else 409

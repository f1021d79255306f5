"""A mailbox that was left open: whatever is typed into it is answered with what to do, and with the text itself."""

from __future__ import annotations

import pytest
from markupsafe import escape
from sqlalchemy import delete

from intake.database.volatile_tables import SealedSession
from tests.functional.portal.conftest import Story
from tests.support.forensics import traces

TEXT = 'They came <at night> & took the "second" book.\nI saw two of them.'
FORMS = {
    "/mailbox/message": "text",
    "/mailbox/review": "text",
    "/mailbox/complaint": "text",
    "/mailbox/involved": "names",
}


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_every_form_of_the_mailbox_keeps_what_was_typed(story: Story) -> None:
    """The cookies are gone; the mailbox was closed by itself; the reporter did the same in another window already."""
    story.is_told_the_result()
    shown = str(escape(TEXT))
    for path, name in FORMS.items():
        lost = story.reporter.posts(path, {name: TEXT, "csrf_token": "not the token"})
        assert (lost.status_code, shown in lost.text) == (403, True), path
        assert "What you typed is still here" in lost.text

    story.reporter.opens("/mailbox")
    assert story.reporter.sends("/mailbox/complaint", text="First in another window.").status_code == 303
    story.reporter.opens("/mailbox")
    again = story.reporter.sends("/mailbox/complaint", text=TEXT)
    assert (again.status_code, shown in again.text) == (409, True)
    assert story.reporter.sends("/mailbox/review", text="First, too.").status_code == 303
    story.reporter.opens("/mailbox")
    late = story.reporter.sends("/mailbox/review", text=TEXT)
    assert (late.status_code, shown in late.text) == (409, True)
    unknown = story.reporter.sends("/mailbox/involved", names=TEXT)
    assert (unknown.status_code, shown in unknown.text) == (422, True)

    for path, name in FORMS.items():
        story.reporter.returns(story.code)
        with story.instance.owner.volatile.begin() as session:
            session.execute(delete(SealedSession))
        closed = story.reporter.sends(path, {name: TEXT})
        assert (closed.status_code, shown in closed.text) == (410, True), path
        assert "Location" not in closed.headers
    assert traces([TEXT], [story.instance.directory]) == []

"""A reporter leaves a name in confidence: in the form or later, takes it back, sees who asks for it, and objects."""

from __future__ import annotations

import pytest

from intake.database.case_tables import Identity
from intake.identity.confidence import confidence_of
from tests.functional.portal.conftest import Reporter, Story
from tests.functional.portal.test_mailbox import unknown_code
from tests.support.instances import Instance

NAME, CONTACT = "Ingrid Solheim-Varga", "ingrid@varga.example"


def test_a_name_in_the_form_is_no_part_of_the_report(reporter: Reporter, instance: Instance) -> None:
    reporter.writes_about_the_waterworks()
    reporter.opens("/report/safety")
    assert "you can lock your name away here, or later in your mailbox" in reporter.text
    assert reporter.sends("/report/safety", identity_contact=CONTACT, go="next").status_code == 422
    assert "Write your name as well, or take out how to reach you." in reporter.text
    assert reporter.value_of("identity_contact") == CONTACT
    sent = {"identity_name": NAME, "identity_contact": CONTACT, "go": "next"}
    assert reporter.sends("/report/safety", sent).status_code == 303
    reporter.opens("/report/check")
    assert NAME in reporter.text
    assert "The officers who read your report cannot see it." in reporter.text
    reporter.sends("/report/check", send="1")
    code = reporter.reads_the_code()
    reporter.sends("/receipt", saved="1")
    reporter.returns(code)
    assert "You left your name in confidence. Nobody has read it" in reporter.text
    assert NAME not in reporter.text


def test_a_name_is_left_changed_and_taken_back_in_the_mailbox(story: Story, instance: Instance) -> None:
    reporter = story.reporter
    without = len(reporter.opens("/mailbox").data)
    assert "You left no name, and you need not." in reporter.text
    reporter.opens("/mailbox/identity")
    assert "Two people who do not handle your report must open it together" in reporter.text
    assert reporter.sends("/mailbox/identity", identity_name=" ", go="leave").status_code == 422
    before = dict(story.opened_by("mara").progress.clocks)
    with instance.owner.reading() as session:
        stored = session.get_one(Identity, story.filed.case).sealed
    for name in (NAME, "Another Name"):
        reporter.opens("/mailbox/identity")
        assert reporter.sends("/mailbox/identity", identity_name=name, go="leave").status_code == 303
    reporter.follows()
    assert "You left your name in confidence. Nobody has read it" in reporter.text
    # Whoever watches the line learns nothing from the page's size.
    assert len(reporter.opens("/mailbox").data) == without
    assert "You left your name in confidence." in reporter.text
    file = story.opened_by("mara")
    assert file.whole
    assert confidence_of(file.records).has_name
    assert dict(file.progress.clocks) == before
    assert NAME not in repr([(entry.text, entry.content) for entry in file.written])
    # Nothing that stands in clear, and no row but those of a message, changed by it.
    with instance.owner.reading() as session:
        assert session.get_one(Identity, story.filed.case).sealed == stored
    reporter.opens("/mailbox/identity")
    assert reporter.sends("/mailbox/identity", go="withdraw").status_code == 303
    reporter.follows()
    assert "You left no name, and you need not." in reporter.text
    reporter.opens("/mailbox/identity")
    assert reporter.sends("/mailbox/identity", go="withdraw").status_code == 409
    assert not confidence_of(story.opened_by("mara").records).has_name


@pytest.mark.parametrize("path", ["/mailbox/identity", "/mailbox/opening"])
def test_a_code_without_a_report_sees_the_page_and_is_told_when_it_sends(
    reporter: Reporter, path: str
) -> None:
    reporter.returns(unknown_code())
    assert reporter.opens(path).status_code == 200
    sent = reporter.sends(
        path, {"identity_name": NAME, "go": "leave"} if "identity" in path else {"text": NAME}
    )
    assert sent.status_code == 409
    assert "There is no report behind this code" in reporter.text
    assert NAME in sent.text

"""Stories of people who reported, each played through the pages from both sides, and through several parts at once."""

from __future__ import annotations

from intake.events import EventKind
from intake.notices import NoticeKind
from tests.support.backoffice import forms_of
from tests.support.played import Play, reads
from triage.casework.assign import assign

WATER = {"name": "Rosa Medina", "post": "staff", "body": "millbrook-water"}
HEAD = {"name": "Hugo Stein", "post": "head", "body": "millbrook-water"}


def test_a_nurse_is_asked_after_the_hearing_says_that_she_is_not_safe_and_is_written_to(play: Play) -> None:
    play.files(
        "The list of doses is changed after the round.",
        WATER,
        a1="suspected",
        a2="2_to_4",
        b1="line",
        e1="temporary",
    )
    reporter = play.comes_back()
    reporter.opens("/mailbox/identity")
    assert reporter.sends("/mailbox/identity", identity_name="Ingrid Varga", go="leave").status_code == 303
    contact, _ = play.contacts()
    assert contact in {"nora", "nils", "nina", "noel"}
    moss, at = play.at("moss"), f"/cases/{play.case}"
    listed = play.at(contact).get("/protection")
    assert f"/protection/{play.case}" in listed.text
    before = reads(play.at(contact).get(f"/protection/{play.case}"))
    assert "doses" not in before
    assert "Rosa Medina" not in before
    assert "Ingrid" not in before

    play.handled().assessed()
    assign(play.back_office.desk, play.handled().actor("milo"), play.case, "moss", "investigate")
    page = moss.get(at)
    assert "Only 2 to 4 people could know these facts." in reads(page)
    page = moss.send(page, f"{at}/state", to="addressing", manner="investigation")
    assert page.status_code == 422
    assert "Could this point at the reporter?" in page.text
    sent = moss.send(
        page, f"{at}/state", to="addressing", manner="investigation", circle="wider", circle_why="All wards."
    )
    assert sent.status_code == 303, reads(sent)
    assert moss.send(moss.get(at), f"{at}/secure", text="The lists are copied.").status_code == 303
    early = moss.post(
        f"{at}/hear",
        **forms_of(moss.get(at))[f"{at}/secure"].fields | {"text": "She says no.", "circle": "wider"},
    )
    assert early.status_code == 409, reads(early)
    assert moss.weigh(play.case, "hearing").status_code == 303
    assert moss.send(moss.get(at), f"{at}/hear", text="She says no.", circle="wider").status_code == 303

    asked = False
    for _ in range(7):
        play.days_pass_with_workers(1)
        asked = "Please answer. One tap is enough" in reads(play.comes_back().page)
        if asked:
            break
    assert asked
    assert reporter.sends("/mailbox/check-in", state="unsafe").status_code == 303
    page = play.at(contact).get(f"/protection/{play.case}")
    assert "How they are not safe Risk high" in reads(page)
    beside = reads(play.at("moss").get(at))
    assert "Risk of retaliation: high" in beside
    assert f"Since {play.today} the reporter says: I am not safe." in beside
    # Each thing once: what waits is said above, and not a second time by those who look after her.
    assert "How the reporter is:" not in beside
    assert "Nobody has looked at why" not in beside
    play.looks()
    assert contact in play.watched.heard(NoticeKind.NOT_SAFE)
    keeper, where = play.at(contact), f"/protection/{play.case}"
    page = keeper.get(where)
    assert "The level of risk is again the one that the officers of the case came to" in reads(page)
    assert keeper.send(page, f"{where}/review", text="I write to her, and call again.").status_code == 303
    beside = reads(play.at("moss").get(at))
    assert "How the reporter is:" in beside
    assert "the reporter says: I am not safe." not in beside
    letter = keeper.send(
        keeper.get(where), f"{where}/letter", text="The ward next door takes you from Monday."
    )
    assert letter.status_code == 303, reads(letter)
    assert "The ward next door takes you from Monday." in reads(play.comes_back().page)
    assert play.watched.mailbox(play.today).proved
    file = play.filed.opened_by("milo")
    assert file is not None
    assert file.whole
    assert play.watched.count(EventKind.CHECKED_IN) == 1

"""Stories of people who reported, each played through the pages from both sides, and through several parts at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from intake.events import EventKind
from intake.notices import NoticeKind
from intake.statements.document import read
from tests.support.backoffice import forms_of
from tests.support.handling import weigh
from tests.support.oversight import told
from tests.support.played import DAY, Play, reads
from triage.casework.assign import assign
from triage.casework.justify import requests_of
from triage.oversight.told import Shelf

WATER = {"name": "Rosa Medina", "post": "staff", "body": "millbrook-water"}
HEAD = {"name": "Hugo Stein", "post": "head", "body": "millbrook-water"}


def hears_the_person_reported(play: Play) -> None:
    """Moss addresses it, is warned of the small circle, and hears whom it is about after weighing the risk anew."""
    moss, at = play.at("moss"), f"/cases/{play.case}"
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
    at = f"/cases/{play.case}"
    listed = play.at(contact).get("/protection")
    assert f"/protection/{play.case}" in listed.text
    before = reads(play.at(contact).get(f"/protection/{play.case}"))
    assert "doses" not in before
    assert "Rosa Medina" not in before
    assert "Ingrid" not in before

    hears_the_person_reported(play)
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


MAYOR = {"name": "Greta Holm", "post": "head", "body": "millbrook-hall"}
ROTA = b"Nights, nights, nights, every week.\n"
PLACES = (
    "/cases", "/protection", "/custody", "/panels", "/people?office=HO-millbrook",
    *(f"/oversight?list={shelf}" for shelf in (*Shelf, "duties", "upwards", "figures")),
)  # fmt: skip


def seen_by(play: Play, officer: str) -> list[str]:
    """Every page that an officer has, a search for the words, and what they were told."""
    browser = play.at(officer)
    pages = [browser.get(place).text for place in PLACES]
    pages.append(browser.send(browser.get("/cases"), "/cases/search", q="night shifts").text)
    return [*pages, repr(told(play.instance, officer))]


def test_a_clerk_is_moved_to_night_shifts_and_the_first_office_never_learns_what_came_of_it(
    play: Play, tmp_path: Path
) -> None:
    play.files("Invoices are paid before the work is done.", WATER, a1="suspected", b1="higher")
    play.looks()
    play.handled().acknowledged()
    play.days_pass_with_workers(1)
    bystanders = ("milo", "mara", "marc", "anna")
    before = {officer: seen_by(play, officer) for officer in bystanders}
    play.comes_back()
    second = play.tells(
        play.today.isoformat(),
        who=MAYOR,
        file=("rota.txt", ROTA),
        words="Only night shifts since I wrote to you.",
    )
    play.looks()
    for officer in bystanders:
        assert seen_by(play, officer) == before[officer], officer
        assert (
            play.at(officer).get(f"/cases/{second}").text == play.at(officer).get(f"/cases/{'A' * 22}").text
        )
    first = play.filed.opened_by("milo")
    assert first is not None
    assert EventKind.DETRIMENT not in [record.kind for record in first.records]

    after = replace(play, case=second)
    handled = after.handled("nils", "noel").acknowledged()
    nils, at = play.at("nils"), f"/cases/{second}"
    text = reads(nils.get(at))
    assert "presumed to be because of the report" in text
    assert "rota.txt" in text
    weigh(handled.office.desk, handled.actor("nils"), second, "hearing")
    asked = nils.send(nils.get(at), f"{at}/justify", about="subject-0", circle="wider")
    assert asked.status_code == 303, reads(asked)
    (request,) = requests_of(after.filed.opened_by("nils") or first)
    after.days_pass((request.due - play.today).days)
    after.looks()
    assert "Adverse entry" not in reads(after.at("nils").get(at))
    after.days_pass(1)
    after.looks()
    assert f"Adverse entry: no answer came by {request.due}." in reads(after.at("nils").get(at))
    contact, *_ = after.contacts()
    assert contact not in {"nils", "noel"}
    cared = reads(after.at(contact).get(f"/protection/{second}"))
    assert "Harm to the reporter so far C1 weighs heavily actual harm" in cared
    assert "Greta" not in cared
    for officer in bystanders:
        assert play.at(officer).get(at).status_code == 404
        assert not [each for each in told(play.instance, officer) if each.get("case") == second]

    play.comes_back()
    paper = play.reporter.opens("/mailbox/timeline").data
    assert b"night shifts" not in paper
    assert b"Greta" not in paper
    kinds = [each.says["kind"] for each in read(paper).shown]
    assert "detriment" in kinds
    assert play.proves(paper, tmp_path / "page.html")
    altered = paper.replace(b"hours", b"Hours", 1)
    assert altered != paper
    assert not play.proves(altered, tmp_path / "page.html")


LEFT = "The second ledger lies in the cold store, behind the paint."


def test_a_vendor_does_not_come_back_and_the_text_that_was_left_is_read_once_and_nothing_fires_again(
    play: Play,
) -> None:
    play.files("Two prices are written for one delivery.", WATER, a1="officers", b1="contract")
    play.looks()
    play.handled().acknowledged()
    reporter = play.comes_back()
    contract, due = play.today + 12 * DAY, play.today + 20 * DAY
    reporter.opens("/mailbox/dates")
    assert (
        reporter.sends("/mailbox/dates", {"day": contract.isoformat(), "label": "contract"}).status_code
        == 303
    )
    reporter.opens("/mailbox/promise")
    sent = {"does": "release", "due": due.isoformat(), "text": LEFT}
    assert reporter.sends("/mailbox/promise", sent).status_code == 303
    contact, *_ = play.contacts()
    where, at = f"/protection/{play.case}", f"/cases/{play.case}"
    page = reads(play.at(contact).get(where))
    assert f"A day of the reporter's own: {contract}" in page
    assert f"If the reporter does not come back by {due}" in page
    assert LEFT not in page

    while play.today < due - DAY:
        play.days_pass_with_workers(1)
        assert LEFT not in reads(play.at("milo").get(at))
    play.days_pass_with_workers(1)
    assert reads(play.at("milo").get(at)).count(LEFT) == 1
    assert LEFT not in reads(play.at(contact).get(where))
    assert {contact, "milo"} <= play.watched.heard(NoticeKind.PROMISE_KEPT)
    assert "If the reporter does not come back by" not in reads(play.at(contact).get(where))

    play.days_pass_with_workers(3)
    words = reads(play.comes_back().page)
    assert play.watched.mailbox(play.today).proved
    assert LEFT not in words
    assert reporter.sends("/mailbox/check-in", state="safe").status_code == 303
    play.days_pass_with_workers(20)
    assert play.watched.count(EventKind.PROMISE_KEPT) == 1
    assert reads(play.at("milo").get(at)).count(LEFT) == 1
    reporter.opens("/mailbox/promise")

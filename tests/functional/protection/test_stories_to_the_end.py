"""Stories of people who reported, played to the end: silence, closing, a case that goes up, an opened name, deletion."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from intake.events import EventKind
from intake.notices import NoticeKind
from intake.statements.document import read
from tests.support.backoffice import forms_of
from tests.support.confiding import NAME, Confided
from tests.support.handling import WIDER, answers_as_sent
from tests.support.keeping import Kept
from tests.support.played import DAY, Play, reads
from triage.casework.address import address
from triage.casework.assess import assess
from triage.casework.assign import assign
from triage.casework.close import close
from triage.casework.panel import proposals_of
from triage.oversight.told import Shelf

WATER = {"name": "Rosa Medina", "post": "staff", "body": "millbrook-water"}


def test_a_teacher_falls_silent_which_closes_nothing_and_is_asked_once_for_both_after_the_end(
    play: Play,
) -> None:
    play.files("Marks are sold in the staff room.", WATER, a1="suspected", b1="line", c1="actual")
    play.looks()
    play.handled().addressed()
    contact, *_ = play.contacts()
    slots = play.watched.slots(play.today + 40 * DAY)
    while play.watched.count(EventKind.SILENT) == 0:
        play.days_pass_with_workers(1)
        assert play.today <= slots[1].closes + 2 * DAY
    assert play.today > slots[1].closes
    play.days_pass_with_workers(2)
    assert play.watched.count(EventKind.SILENT) == 1
    assert play.watched.heard(NoticeKind.SILENT) >= set(play.contacts()) | {"nora", "nils"}
    where, at = f"/protection/{play.case}", f"/cases/{play.case}"
    keeper = play.at(contact)
    assert "How they are silent" in reads(keeper.get(where))
    listed = reads(keeper.get("/protection"))
    assert "silent" in listed
    beside = reads(play.at("milo").get(at))
    assert beside.count("nobody knows whether the reporter is safe") == 1
    assert "How the reporter is:" not in beside
    assert (
        keeper.send(keeper.get(where), f"{where}/review", text="The union asks after her.").status_code == 303
    )
    assert "How they are silent" in reads(keeper.get(where))
    assert play.watched.row().state != "closed"

    done = play.handled().secured_and_found().propose_closing().agree().told().corrected()
    close(done.office.desk, done.actor("marc"), play.case)
    play.days_pass(30)
    play.looks()
    reporter = play.comes_back()
    assert reporter.page.text.count('action="/mailbox/solved"') == 1
    assert 'action="/mailbox/check-in"' not in reporter.page.text
    assert "And are you safe?" in reads(reporter.page)
    assert reporter.sends("/mailbox/solved", solved="yes", state="safe").status_code == 303
    assert 'action="/mailbox/solved"' not in reporter.opens("/mailbox").text
    assert play.watched.count(EventKind.CHECKED_IN) == 1
    assert "How they are safe" in reads(play.at(contact).get(where))
    beside = reads(play.at("marc").get(at))
    assert "nobody knows whether the reporter is safe" not in beside
    assert play.watched.row().state == "closed"


def flags_and_is_answered(play: Play) -> None:
    """Milo is put under pressure: the office above answers him, and his own head finds nothing of it."""
    milo = play.at("milo")
    flag = milo.send(
        milo.get("/oversight/interference"), "/oversight/interference",
        text="The head says: let it lie, or go.", pressed="yes", case=play.case,
    )  # fmt: skip
    assert flag.status_code == 303
    play.looks()
    nora, mara = play.at("nora"), play.at("mara")
    page = nora.get("/oversight?list=interference")
    assert "let it lie, or go" in page.text
    for shelf in (*Shelf, "duties", "upwards"):
        assert "let it lie, or go" not in mara.get(f"/oversight?list={shelf}").text
    assert nora.send(page, "/oversight/pressure", text="We call you tonight.").status_code == 303
    play.looks()
    assert "We call you tonight." in reads(play.at("milo").get("/oversight?list=mine"))


def test_an_officer_under_pressure_is_answered_from_above_and_the_case_goes_up_with_everything_that_protects(
    play: Play, tmp_path: Path
) -> None:
    play.files("The meter is turned back.", WATER, a1="suspected", identity_name="Ingrid Varga")
    play.looks()
    before, at = play.contacts(), f"/cases/{play.case}"
    where = f"/protection/{play.case}"
    reporter = play.comes_back()
    assert reporter.sends("/mailbox/check-in", state="unsafe").status_code == 303
    flags_and_is_answered(play)
    play.days_pass_with_workers(1)
    while play.watched.row().office == "HO-millbrook":
        play.days_pass_with_workers(1)
        for officer in ("nora", "noel"):
            page = play.at(officer).get("/oversight?list=duties")
            if "/oversight/takeover" in forms_of(page):
                play.at(officer).send(page, "/oversight/takeover", case=play.case)
                play.looks()
        assert play.today.month < 5
    assert play.at("mara").get(at).status_code == 404
    assert play.at("nora").get(at).status_code == 200
    now = play.contacts()
    assert now
    assert set(now).isdisjoint(before)
    for officer in before:
        assert play.at(officer).get(where).status_code == 404
    keeper = play.at(now[0])
    assert "1 earlier entry is closed to you" in reads(keeper.get(where))
    reporter = play.comes_back()
    assert "You left your name in confidence." in reads(reporter.page)
    assert reporter.sends("/mailbox/check-in", state="unsafe").status_code == 303
    # Nobody has acted up there yet, so the risk does not open; who is not safe stands first all the same.
    assert "New since your last look Owed Next Received not safe since" in reads(keeper.get("/protection"))
    assert "How they are not safe" in reads(keeper.get(where))
    # The first act up there opens the risk, and what was said down there as well.
    play.handled("nora", "nora").acknowledged()
    words = reads(keeper.get(where))
    assert "How they are not safe Risk high" in words
    assert words.count("I am not safe The reporter") == 2
    assert "closed to you" not in words
    play.looks()
    assert now[0] in play.watched.heard(NoticeKind.NOT_SAFE)
    file = play.filed.opened_by("nora")
    assert file is not None
    assert file.whole
    paper = play.comes_back().opens("/mailbox/certificate").data
    assert play.proves(paper, tmp_path / "page.html")


def test_two_custodians_open_a_name_and_deletion_takes_all_of_it_along(play: Play, tmp_path: Path) -> None:
    play.files(
        "The wells are measured at night. And wages go missing.", WATER, c1="actual", identity_name=NAME
    )
    play.reporter.returns(play.code)
    play.reporter.sends("/mailbox/check-in", state="unsafe")
    play.looks()
    confided = Confided(play.back_office, play.filed).acknowledged()
    play.days_pass_with_workers(1)
    certificate = play.comes_back().opens("/mailbox/certificate").data
    confided = confided.on(play.today).sought()
    asked = confided.asked
    contacts = set(play.contacts())
    words = reads(play.comes_back().page)
    assert "Your name" in words
    assert NAME not in words
    first, second = asked.custodians
    for officer in {first, second, *contacts, "mara", "milo"}:
        assert NAME not in play.at(officer).get("/custody").text
        assert NAME not in play.at(officer).get(f"/cases/{play.case}").text
    play.days_pass((asked.earliest - play.today).days)
    play.looks()
    confided.on(play.today).agree().open()
    assert NAME in play.at("milo").get(f"/cases/{play.case}/identity").text
    for officer in contacts:
        assert play.at(officer).get(f"/cases/{play.case}/identity").status_code == 404
        assert NAME not in play.at(officer).get(f"/protection/{play.case}").text
    again = play.comes_back().opens("/mailbox/certificate").data
    assert read(again).filed == read(certificate).filed
    assert play.proves(certificate, tmp_path / "page.html")

    kept = Kept(play.watched, play.filed)
    decided = {seat for each in proposals_of(confided.file) for seat in each.seats}
    # Whoever let the name be opened is no investigator of the same case.
    free = next(who for who in ("moss", "mona", "marc") if who not in decided)
    done = play.handled(investigator=free)
    milo, desk = done.actor("milo"), done.office.desk
    assess(desk, milo, play.case, answers_as_sent(confided.file, milo))
    assign(desk, milo, play.case, free, "investigate")
    address(desk, done.actor(free), play.case, {"manner": "investigation", **WIDER})
    done.secured_and_found().propose_closing().agree().told().corrected()
    close(desk, done.actor(free), play.case)
    play.looks()
    play.instance.reissue(expires=date(2099, 1, 1))  # somebody renews it in all these years
    until = play.watched.mailbox(play.today).keeping.until
    assert until is not None
    for days in (1, 2, 3):
        play.days_pass((until - play.today).days + days if days == 1 else 1)
        play.looks()
    assert not kept.is_there()
    assert kept.left() == dict.fromkeys(kept.left(), 0)
    for officer in (*contacts, first, second, "milo"):
        assert play.case not in play.at(officer).get("/custody").text
        assert play.at(officer).get(f"/protection/{play.case}").status_code == 404
    words = reads(play.comes_back().page)
    assert "Your report was deleted" in words
    assert 'action="/mailbox/check-in"' not in play.reporter.page.text

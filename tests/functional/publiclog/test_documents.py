"""A certificate and a timeline, from the mailbox to somebody else's machine: real HTTP, the command line, a log of days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from crypto.encoding import to_text
from crypto.kdf import RECEIPT_COST
from crypto.receipt import ReceiptCode, ReceiptKeys
from intake.database.case_tables import Event
from intake.filing import seal
from intake.record import make_event
from intake.statements.document import SMALLEST, read
from intake.statements.kinds import MARK
from intake.statements.page import LANGUAGES
from templates.loader import Side
from templates.web.headers import NO_STORE
from templates.web.language import languages_of
from tests.functional.triage.conftest import BackOffice
from tests.support.handling import Handled
from tests.support.keeping import Kept
from tests.support.reports import Filed, Offices
from tests.support.served import ServedPortal
from tests.support.splitting import Split, two_matters
from tests.support.visitor import Page, Visitor
from triage.verify.document import check_document, read_document
from triage.verify.published import FetchedLog, UnverifiedError
from triage.verify.site import Site

DAY = timedelta(days=1)
PAPERS = ("certificate", "timeline")


@dataclass
class Reporter:
    """Somebody who comes back with a code and takes papers along."""

    portal: ServedPortal
    code: ReceiptCode
    directory: Path

    def opens(self) -> Visitor:
        """The mailbox."""
        visitor = Visitor(self.portal.url)
        visitor.get("/return")
        assert visitor.post("/return", {"code": self.code.as_digits()}).path == "/mailbox"
        return visitor

    def asks(self, paper: str) -> Page:
        """What the mailbox answers."""
        return self.opens().get(f"/mailbox/{paper}")

    def takes(self, paper: str) -> Path:
        """The file, saved."""
        page = self.asks(paper)
        assert page.status == 200, page.text
        path = self.directory / f"{paper}.html"
        path.write_bytes(page.body)
        return path


@pytest.fixture
def offices(portal: ServedPortal, today: date) -> Offices:
    """The portal's side, at the price of a code that a real portal asks."""
    return Offices(portal.instance, today, cost=RECEIPT_COST)


def reporter_of(filed: Filed, portal: ServedPortal, directory: Path) -> Reporter:
    return Reporter(portal, filed.draft.code, directory)


def said_in(path: Path) -> list[str]:
    """The kinds of a document's lines, in order."""
    return [shown.says["kind"] for shown in read(path.read_bytes()).shown]


def test_a_certificate_is_taken_along_and_checked_by_somebody_else(
    portal: ServedPortal, offices: Offices, tmp_path: Path, today: date
) -> None:
    filed = offices.file()
    portal.publishes(today)
    early = tmp_path / "checkpoint"
    assert portal.verify("log", "--save", early).exit_code == 0
    reporter = reporter_of(filed, portal, tmp_path)
    page = reporter.asks("certificate")
    assert page.status == 200
    assert page.headers["cache-control"] == NO_STORE
    assert page.headers["content-disposition"] == 'attachment; filename="page.html"'
    assert page.headers["content-type"] == "application/octet-stream"
    assert len(page.body) == SMALLEST
    assert "2 March 2026" in page.text
    assert "at least 2 March 2028" in page.text
    path = reporter.takes("certificate")
    for day in range(1, 5):
        portal.publishes(today + day * DAY)
    done = portal.verify("document", path, "--checkpoint", early)
    assert done.exit_code == 0, done.output
    assert f"A report was filed on {today}" in done.output
    assert "when the checkpoint of 64 entries was signed" in done.output
    assert "1 of them were in the log already at the checkpoint of 64 entries" in done.output
    assert read(path.read_bytes()).mark in done.output
    key = portal.instance.portal.log_key.as_text()
    assert key in page.text
    assert portal.verify("document", path, "--key", key).exit_code == 0


def test_a_paper_is_in_the_language_of_the_page_and_is_checked_all_the_same(
    portal: ServedPortal, offices: Offices, tmp_path: Path, today: date
) -> None:
    filed = Kept.file(offices).closed().filed
    portal.publishes(today)
    visitor = reporter_of(filed, portal, tmp_path).opens()
    there = [tag for tag in languages_of(Side.PORTAL) if tag in LANGUAGES]
    assert there
    for tag in there:
        assert visitor.get(f"/language/{tag}?to=/mailbox/papers").path == "/mailbox/papers"
        for paper in PAPERS:
            path = tmp_path / f"{paper}.{tag}.html"
            path.write_bytes(visitor.get(f"/mailbox/{paper}").body)
            assert read(path.read_bytes()).language == tag
            assert len(path.read_bytes()) == SMALLEST
            done = portal.verify("document", path)
            assert done.exit_code == 0, done.output
            assert f"this {paper} is as it was made" in done.output


def test_a_certificate_says_nothing_that_leads_to_the_case(
    portal: ServedPortal, offices: Offices, tmp_path: Path, today: date
) -> None:
    """Not in words, not in the proof, and not to whoever reads the whole case."""
    filed = offices.file()
    portal.publishes(today)
    reporter = reporter_of(filed, portal, tmp_path)
    keys, opened = ReceiptKeys(filed.master), filed.opened_by("milo")
    assert opened is not None
    known = {
        filed.case, "Millbrook", "millbrook", "Rosa", "Medina", "waterworks", "milo", "numbers", "demo",
        reporter.code.as_digits(), to_text(reporter.code.secret), to_text(keys.master), keys.locator_hash.hex(),
        to_text(keys.locator_hash), opened.reporter.as_text(), opened.reporter.fingerprint.hex(),
        to_text(opened.records[0].nonce), to_text(opened.records[0].commitment), portal.instance.portal.name,
    }  # fmt: skip
    for paper in PAPERS:
        text = reporter.takes(paper).read_text("utf-8")
        document = read(text.encode())
        for each in (text, document.content.decode()):
            assert [word for word in known if word in each] == []


def test_a_timeline_tells_what_was_done_and_proves_it(
    portal: ServedPortal, offices: Offices, tmp_path: Path, today: date
) -> None:
    filed = Kept.file(offices).closed().filed
    offices.mailbox.ask_for_review(filed.master, "They asked nobody.")
    portal.publishes(today)
    path = reporter_of(filed, portal, tmp_path).takes("timeline")
    assert said_in(path) == ["filed", "acknowledged", "told", "closed", "review_asked"]
    done = portal.verify("document", path)
    assert done.exit_code == 0, done.output
    assert "All 5 statements in it are in the log" in done.output
    assert f"{today} closed" in done.output
    assert "asked for a review of the result" in path.read_text("utf-8")
    assert "They asked nobody" not in path.read_text("utf-8")


def test_both_parts_of_a_split_report_are_in_one_timeline(
    portal: ServedPortal, offices: Offices, tmp_path: Path, today: date
) -> None:
    split = Split.made(BackOffice(portal.instance, today), offices, two_matters(), state="acknowledged")
    offices.mailbox.complain(split.first.master, "Nothing happens.", 1)
    portal.publishes(today)
    path = reporter_of(split.first, portal, tmp_path).takes("timeline")
    assert said_in(path) == ["filed", "acknowledged", "complained"]
    assert portal.verify("document", path).exit_code == 0


def test_what_waits_for_its_batch_is_said_to_wait(
    portal: ServedPortal, offices: Offices, tmp_path: Path, today: date
) -> None:
    filed = offices.file()
    reporter = reporter_of(filed, portal, tmp_path)
    for paper in PAPERS:
        page = reporter.asks(paper)
        assert (page.status, "come back tomorrow" in page.text) == (409, True)
        assert len(page.body) == SMALLEST
    portal.publishes(today)
    Handled(BackOffice(portal.instance, today), filed).acknowledged()
    path = reporter.takes("timeline")
    assert "not in the public log yet" in path.read_text("utf-8")
    document = read_document(path.read_bytes())
    log = FetchedLog.fetch(Site(portal.url), None)
    with pytest.raises(UnverifiedError, match=r"1 of 2 statements wait .* check again tomorrow"):
        check_document(log, document, today + DAY)
    with pytest.raises(UnverifiedError, match="somebody keeps it out"):
        check_document(log, document, today + 3 * DAY)
    portal.publishes(today + DAY)
    done = portal.verify("document", path)
    assert done.exit_code == 0, done.output
    assert "when the checkpoint of 128 entries was signed" in done.output


def test_whoever_has_no_report_gets_an_answer_of_the_same_size(
    portal: ServedPortal, tmp_path: Path, today: date
) -> None:
    portal.publishes(today)
    nobody = Reporter(portal, ReceiptCode.generate(), tmp_path)
    for paper in PAPERS:
        page = nobody.asks(paper)
        assert (page.status, "no report behind this code" in page.text) == (409, True)
        assert len(page.body) == SMALLEST
    papers = nobody.opens().get("/mailbox/papers")
    assert papers.status == 200
    stranger = Visitor(portal.url)
    for paper in (*PAPERS, "papers"):
        assert stranger.get(f"/mailbox/{paper}").path == "/return"


def test_a_report_of_an_earlier_release_still_opens_and_has_no_papers(
    portal: ServedPortal, offices: Offices, tmp_path: Path, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_before(
        box: Any, author: Any, kind: Any, day: Any, data: dict[str, Any], *rest: Any, **more: Any
    ) -> Event:
        del data[MARK]
        return make_event(box, author, kind, day, data, *rest, **more)

    with monkeypatch.context() as earlier:
        earlier.setattr(seal, "make_event", as_before)
        filed = offices.file()
    portal.publishes(today)
    reporter = reporter_of(filed, portal, tmp_path)
    assert "Your report is still there, unchanged" in reporter.opens().get("/mailbox").text
    for paper in PAPERS:
        page = reporter.asks(paper)
        assert (page.status, "before this site could give" in page.text) == (409, True)


def test_of_a_deleted_report_the_certificate_is_left(
    portal: ServedPortal, offices: Offices, tmp_path: Path, today: date
) -> None:
    kept = Kept.file(offices)
    portal.publishes(today)
    before = reporter_of(kept.filed, portal, tmp_path).takes("certificate").read_bytes()
    kept.refused().decide_deletion(today).look(today + DAY, today + 32 * DAY, today + 33 * DAY)
    assert not kept.is_there()
    reporter = reporter_of(kept.filed, portal, tmp_path)
    path = reporter.takes("certificate")
    assert read(path.read_bytes()).filed == read(before).filed
    assert portal.verify("document", path).exit_code == 0
    page = reporter.asks("timeline")
    assert (page.status, "still get the certificate" in page.text) == (409, True)


def test_nobody_learns_from_the_requests_which_document_is_checked(
    portal: ServedPortal, offices: Offices, tmp_path: Path, today: date
) -> None:
    filed = [offices.file(), offices.file()]
    Handled(BackOffice(portal.instance, today), filed[1]).acknowledged()
    for day in range(5):
        portal.publishes(today + day * DAY)
    asked = []
    for number, each in enumerate(filed):
        path = reporter_of(each, portal, tmp_path).takes(PAPERS[number])
        portal.asked.clear()
        assert portal.verify("document", path).exit_code == 0
        asked.append(list(portal.asked))
    assert asked[0] == asked[1]
    assert asked[0] == [
        "GET /log/checkpoint", "GET /log/key", "GET /log/tile/0/000", "GET /log/tile/0/001.p/64",
        "GET /log/tile/1/000.p/1",
    ]  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"<html>", b"\xff\xfe", b"{}", b"x" * 5_000_000])
def test_a_file_that_is_no_document_is_refused_before_anything_is_asked(
    portal: ServedPortal, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    done = portal.verify("document", path)
    assert done.exit_code == 1
    assert re.fullmatch(r"NOT PROVED: this file is worth nothing: [^\n]+\n", done.output), done.output
    assert portal.asked == []


@pytest.mark.parametrize(("arguments", "status"), [(["document"], 2), (["document", "/nowhere/at/all"], 1)])
def test_a_wrong_call_says_what_to_do(portal: ServedPortal, arguments: list[str], status: int) -> None:
    done = portal.verify(*arguments)
    assert done.exit_code == status
    assert "Traceback" not in done.output


def test_what_cannot_be_proved_gets_no_paper(
    portal: ServedPortal, offices: Offices, tmp_path: Path, today: date
) -> None:
    """Somebody who can write to the database took an act out of the record."""
    filed = offices.file()
    offices.mailbox.complain(filed.master, "Nothing happens.")
    portal.publishes(today)
    with portal.instance.owner.state.begin() as session:
        session.execute(update(Event).where(Event.number == 1).values(body=b"nothing"))
    for paper in PAPERS:
        page = reporter_of(filed, portal, tmp_path).asks(paper)
        assert (page.status, "We could not prove" in page.text) == (409, True)

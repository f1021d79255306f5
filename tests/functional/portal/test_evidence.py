"""A reporter adds files: sees what was found, decides about each, and nothing is sent that was not decided."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from intake.database.evidence_tables import Evidence, Staged
from intake.drafts import Draft
from intake.evidence.attachments import Entry, entries_in
from intake.evidence.blob import read_blob
from intake.evidence.store import open_store
from intake.evidence.traces import Trace
from portal.budgets import DayPurse
from portal.services import DRAFT_SECONDS
from tests.functional.portal.conftest import SENTENCE, PatientClock, Reporter
from tests.support import evidence_office, evidence_pictures
from tests.support.instances import Instance
from tests.support.reports import Filed, Offices
from tests.support.uploads import objects, staged

PATH = "/report/evidence"
PHOTO = ("IMG 2031 by Ines.jpg", evidence_pictures.jpeg())
LETTER = ("letter.docx", evidence_office.docx_file())
UNKNOWN = ("dump.bin", bytes(range(256)) * 4)
_ID = re.compile(r'name="(?:file_drop)" value="([^"]+)"')


@dataclass
class Sender:
    """A reporter with files."""

    reporter: Reporter
    instance: Instance

    def adds(self, *files: tuple[str, bytes], go: str = "next", **more: str) -> None:
        """Choose these files, and press a button."""
        sent = [(io.BytesIO(data), name) for name, data in files]
        self.reporter.sends(PATH, {"evidence": sent, "go": go, **more})

    def says(self, go: str = "next", **choices: object) -> None:
        """Tick boxes of the files that are there, and press a button."""
        shown = re.search(r'name="files" value="([^"]*)"', self.reporter.page.text)
        self.reporter.sends(PATH, {"files": shown[1] if shown else "", "go": go, **choices})

    @property
    def ids(self) -> list[str]:
        """Of the files on the page."""
        return _ID.findall(self.reporter.page.text)

    @property
    def where(self) -> str:
        """Where the button led."""
        return str(self.reporter.page.headers.get("Location", self.reporter.page.status_code))

    def sends(self, send: str = "1") -> list[Entry]:
        """Send the report; its files as an officer finds them."""
        self.reporter.names(name="Hugo Stein", post="head", body="millbrook-water")
        self.reporter.opens("/report/check")
        self.reporter.sends("/report/check", send=send)
        assert self.where == "/receipt", self.reporter.text
        offices = Offices(self.instance, self.instance.today)
        (case,) = offices.cases()
        file = Filed(offices, Draft.new(), case, b"").opened_by("mara")
        assert file is not None
        return entries_in(file.report)

    def content(self, entry: Entry) -> bytes:
        """What an officer downloads."""
        return b"".join(read_blob(entry.blob, open_store(self.instance.triage.evidence).read(entry.id)))

    def must_exist(self) -> set[str]:
        with self.instance.owner.reading() as session:
            return set(session.scalars(select(Evidence.id)))


@pytest.fixture
def sender(reporter: Reporter, instance: Instance) -> Sender:
    """Somebody who wrote the first step."""
    reporter.begins()
    reporter.opens(PATH)
    return Sender(reporter, instance)


def test_before_choosing_the_page_says_what_is_taken_what_is_removed_and_how_much(sender: Sender) -> None:
    text = sender.reporter.text
    for words in ("JPEG", "PDF", "One file may have 1 GB, all together 2 GB, and there can be 50 files", "over 100 MB",
                  "We cannot take out what people see or hear", "handwriting"):  # fmt: skip
        assert words in text
    assert 'enctype="multipart/form-data"' in sender.reporter.page.text


def test_a_photo_goes_on_at_once_and_arrives_without_its_traces(sender: Sender) -> None:
    sender.adds(PHOTO)
    assert sender.where.endswith("/report/safety")
    page = sender.reporter.opens(PATH)
    for words in ("the place where it was taken", "the serial number of a device", "names of authors"):
        assert words in sender.reporter.text
    assert "1 file is ready" in page.text
    sender.reporter.opens("/report/check")
    assert "The cleaned copy is sent." in sender.reporter.text
    (entry,) = sender.sends()
    assert (entry.cleaned, entry.kind, entry.original) == (True, "jpeg", None)
    assert entry.findings.removed[Trace.PLACE]
    sent = sender.content(entry)
    assert sent.startswith(b"\xff\xd8")
    assert sent != PHOTO[1]
    assert sender.must_exist() == {entry.id} == objects(sender.instance)
    assert staged(sender.instance) == set()


def test_what_is_left_is_shown_and_can_be_taken_out(sender: Sender) -> None:
    sender.adds(LETTER)
    assert sender.where.endswith("/report/evidence#files")
    sender.reporter.follows()
    assert "Take out the comments" in sender.reporter.text
    assert "The words can still tell who wrote them" in sender.reporter.text
    (identifier,) = sender.ids
    kept = staged(sender.instance)
    sender.says(
        go="add", file_take=[f"comments.{identifier}", f"headers.{identifier}", "notes.x", "nonsense"]
    )
    sender.reporter.follows()
    assert f'value="comments.{identifier}" checked' in sender.reporter.page.text
    assert "The words can still tell who wrote them" not in sender.reporter.text
    assert len(staged(sender.instance) - kept) == 1, "the copy was made again"
    assert len(staged(sender.instance)) == len(objects(sender.instance)) == 2, "and the old one is gone"
    sender.says()
    assert f"comments.{identifier}" not in sender.reporter.page.text
    (entry,) = sender.sends()
    assert entry.dropped == frozenset()


def test_the_untouched_original_is_kept_on_choice_and_no_officer_can_open_it(sender: Sender) -> None:
    sender.adds(PHOTO, LETTER, traces="keep", go="add")
    sender.reporter.follows()
    photo, letter = sender.ids
    sender.says(file_original=[letter])
    sender.reporter.opens("/report/check")
    assert "with the untouched original locked apart" in sender.reporter.text
    first, second = sender.sends()
    assert first.original is None
    assert second.original is not None
    assert second.original.length == len(LETTER[1])
    assert sender.must_exist() == {first.id, second.id, second.original.blob}
    assert photo not in objects(sender.instance)


def test_what_cannot_be_cleaned_is_sent_on_an_explicit_choice_alone(sender: Sender) -> None:
    sender.adds(UNKNOWN)
    assert sender.where.endswith("/report/evidence#files")
    sender.reporter.follows()
    assert "We do not know this kind of file" in sender.reporter.text
    sender.says()
    assert sender.where == "422"
    assert "Say that it is sent all the same, or remove it" in sender.reporter.text
    sender.reporter.names(name="Hugo Stein", post="head", body="millbrook-water")
    page = sender.reporter.opens("/report/check")
    assert "Send the report" not in sender.reporter.text
    assert 'href="/report/evidence#files"' in page.text
    sender.reporter.sends("/report/check", send="1")
    assert sender.where == "422"
    sender.reporter.opens(PATH)
    sender.says(file_send=sender.ids)
    assert sender.where.endswith("/report/safety")
    sender.reporter.opens("/report/check")
    assert "sent uncleaned: it may show who you are" in sender.reporter.text
    (entry,) = sender.sends()
    assert not entry.cleaned
    assert entry.name == "dump_bin.bin"
    assert sender.content(entry) == UNKNOWN[1]


def test_a_file_that_is_removed_is_gone_at_once(sender: Sender) -> None:
    sender.adds(PHOTO, UNKNOWN, go="add")
    sender.reporter.follows()
    photo, unknown = sender.ids
    sender.says(file_drop=[unknown])
    assert sender.where.endswith("/report/safety")
    sender.reporter.opens(PATH)
    assert sender.ids == [photo]
    assert unknown not in objects(sender.instance)
    assert len(objects(sender.instance)) == 2


@pytest.mark.parametrize("leave", ["/exit", "/report/evidence"])
def test_a_draft_that_ends_takes_its_files_along(sender: Sender, clock: PatientClock, leave: str) -> None:
    sender.adds(PHOTO, go="add")
    assert len(objects(sender.instance)) == 2
    if leave == "/exit":
        sender.reporter.opens(leave).close()
        assert objects(sender.instance) == staged(sender.instance) == set()
        return
    clock.wait(DRAFT_SECONDS + 1)
    assert sender.reporter.opens(leave).status_code == 410
    assert len(staged(sender.instance)) == 2, "nobody can read the draft any more: the worker removes them"


def test_files_that_come_when_the_draft_is_over_lie_in_a_fresh_one(
    sender: Sender, clock: PatientClock
) -> None:
    clock.wait(DRAFT_SECONDS + 1)
    sender.adds(PHOTO)
    assert sender.where == "410"
    sender.reporter.opens(PATH)
    assert len(sender.ids) == 1


def test_a_report_can_begin_with_files_in_one_request(
    another: Callable[[], Reporter], instance: Instance
) -> None:
    reporter = another()
    reporter.opens(PATH)
    sender = Sender(reporter, instance)
    sender.adds(PHOTO, traces="remove")
    assert sender.where.endswith("/report/safety")
    reporter.begins(SENTENCE)
    assert len(sender.sends()) == 1


def test_the_button_without_a_file_says_so_and_a_wrong_word_is_told(sender: Sender) -> None:
    sender.adds(("", b""), go="add")
    assert sender.where == "422"
    assert "Choose a file first" in sender.reporter.text
    sender.adds(PHOTO, traces="perhaps")
    assert sender.where == "422"
    assert "Choose one of the answers" in sender.reporter.text
    assert len(sender.ids) == 1, "the file is kept all the same"


def test_the_page_works_without_files_as_ever(sender: Sender) -> None:
    sender.reporter.sends(PATH, go="next")
    assert sender.where.endswith("/report/safety")
    sender.reporter.sends(PATH, go="back")
    assert sender.where.endswith("/report/who")
    sender.adds(go="next")
    assert sender.where.endswith("/report/safety")


def test_when_the_day_is_spent_reports_are_still_taken(sender: Sender, clock: PatientClock) -> None:
    limit = sender.instance.portal.evidence.limits.per_day
    purse = DayPurse(sender.instance.owner.volatile, clock, limit)
    assert purse.spend(limit)
    assert not purse.spend(1)
    sender.adds(PHOTO, traces="keep")
    assert sender.where == "503"
    assert "No more files can be taken today" in sender.reporter.text
    assert "What you had saved before is still saved" in sender.reporter.text
    assert staged(sender.instance) == objects(sender.instance) == set()
    sender.reporter.sends(PATH, go="next")
    assert sender.where.endswith("/report/safety")
    clock.wait(24 * 60 * 60 + 1)
    sender.reporter.begins()
    sender.reporter.opens(PATH)
    sender.adds(PHOTO)
    assert sender.where.endswith("/report/safety")


def test_another_persons_file_cannot_be_named(sender: Sender, another: Callable[[], Reporter]) -> None:
    sender.adds(PHOTO, go="add")
    sender.reporter.follows()
    (identifier,) = sender.ids
    thief = another()
    thief.begins()
    thief.opens(PATH)
    thief.sends(
        PATH, {"files": identifier, "file_drop": identifier, "file_original": identifier, "go": "next"}
    )
    assert len(objects(sender.instance)) == 2
    sender.reporter.opens(PATH)
    assert sender.ids == [identifier]


def test_a_file_that_is_not_there_any_more_is_named_when_the_report_is_sent_and_the_rest_is_kept(
    sender: Sender,
) -> None:
    sender.reporter.begins()
    sender.reporter.opens(PATH)
    sender.adds(("one.txt", b"first"), ("two.txt", b"second"), traces="keep", go="add")
    sender.reporter.opens(PATH)
    gone, kept = sender.ids
    with sender.instance.owner.volatile.begin() as session:
        session.execute(update(Staged).where(Staged.id == gone).values(expires=1))
    sender.reporter.names(name="Hugo Stein", post="head", body="millbrook-water")
    sender.reporter.opens("/report/check")
    sender.reporter.sends("/report/check", send="1")
    assert sender.where == "409"
    assert "are not here any more: \u2068one.txt\u2069." in sender.reporter.text
    assert sender.ids == [kept]
    sender.adds(("one.txt", b"first"), go="next")
    assert {sender.content(entry) for entry in sender.sends()} == {b"first", b"second"}

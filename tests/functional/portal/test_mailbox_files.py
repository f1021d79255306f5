"""Files in a message: found out, decided about, sent once to whoever has the case; and gone when nobody sends them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from intake.casefile import Written
from intake.database.evidence_tables import Evidence, Staged
from intake.evidence.attachments import entries_in
from intake.evidence.staging import SENDING_SECONDS, expire, remove_orphans
from tests.functional.portal.conftest import SENTENCE, Reporter, Story
from tests.functional.portal.test_mailbox import unknown_code
from tests.support.canaries import CANARY
from tests.support.evidence_office import docx_file
from tests.support.evidence_pictures import jpeg

NOTE = b"Meter 4: 812 at night, 411 before noon."
ODD = b"\x00\x01 nobody knows this kind of file"
File = tuple[bytes, str]
LIST, PHOTO, BLOB = (NOTE, "list.txt"), (jpeg(), "IMG_1.jpg"), (ODD, "thing.dat")


def writes(reporter: Reporter, text: str, *files: File, **fields: str) -> TestResponse:
    """Press a button of the message's form, as a browser sends it."""
    shown = {name: reporter.value_of(name) for name in ("message", "files") if reporter.value_of(name)}
    brought = [(io.BytesIO(content), name) for content, name in files] or [(io.BytesIO(), "")]
    form = {"csrf_token": reporter._token, "text": text, "evidence": brought, **shown, **fields}
    return reporter.posts("/mailbox/message", form)


class Kept:
    """What of files is stored."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.staging = story.filed.offices.staging

    def objects(self) -> set[str]:
        return {blob for blob, _ in self.staging.store.list()}

    def evidence(self) -> set[str]:
        with self.story.instance.owner.reading() as session:
            return set(session.scalars(select(Evidence.id)))

    def staged(self) -> set[str]:
        with self.story.instance.owner.volatile() as session:
            return set(session.scalars(select(Staged.id)))

    def messages(self, officer: str = "mara") -> list[Written]:
        return [entry for entry in self.story.opened_by(officer).written if entry.author == "reporter"]

    def files(self, message: Written) -> list[tuple[str, bytes]]:
        return [
            (entry.name, self.story.filed.offices.read(entry.blob)) for entry in entries_in(message.content)
        ]

    def worker_works(self) -> None:
        databases, now = self.story.instance.worker_db, self.story.clock.now()
        expire(databases, self.staging.store, now)
        remove_orphans(databases, self.staging.store)


@pytest.fixture
def kept(story: Story) -> Kept:
    return Kept(story)


def test_a_clean_file_goes_with_the_message_at_once(story: Story, kept: Kept) -> None:
    assert writes(story.reporter, SENTENCE, LIST, PHOTO, go="send").status_code == 303
    story.reporter.follows()
    assert "Your message was sent" in story.reporter.text
    assert "list.txt" not in story.reporter.page.text  # not shown again (A5)
    (message,) = kept.messages()
    (name, note), (photo, picture) = kept.files(message)
    assert (message.text, name, note, photo) == (SENTENCE, "list.txt", NOTE, "IMG_1.jpg")
    assert CANARY.encode() not in picture
    assert kept.objects() == kept.evidence()
    assert kept.staged() == set()


def test_a_script_of_others_sends_without_naming_a_button(story: Story, kept: Kept) -> None:
    form = {
        "csrf_token": story.reporter._token,
        "text": SENTENCE,
        "evidence": (io.BytesIO(NOTE), "list.txt"),
    }
    page = story.reporter.posts("/mailbox/message", form)
    assert page.headers["Location"] == "/mailbox?sent=1"
    assert [kept.files(each) for each in kept.messages()] == [[("list.txt", NOTE)]]


def test_files_are_looked_at_first_and_wait_with_the_words(story: Story, kept: Kept) -> None:
    reporter = story.reporter
    assert writes(reporter, SENTENCE, PHOTO, LIST, go="add").headers["Location"] == "/mailbox#message"
    reporter.follows()
    assert reporter.value_of("text") == SENTENCE
    assert "2 files are ready" in reporter.text
    assert "the place where it was taken" in reporter.text
    assert kept.messages() == []
    # One goes again, of the other the untouched original is kept; a third comes.
    photo, note = reporter.value_of("files").split()
    writes(reporter, SENTENCE, (b"One more.", "more.txt"), go="add", file_original=photo, file_drop=note)
    reporter.follows()
    assert len(reporter.value_of("files").split()) == 2
    assert writes(reporter, f"{SENTENCE} Look!", go="send", file_original=photo).status_code == 303
    (message,) = kept.messages()
    assert message.text == f"{SENTENCE} Look!"
    assert [name for name, _ in kept.files(message)] == ["IMG_1.jpg", "more.txt"]
    first, second = entries_in(message.content)
    assert first.original is not None
    assert second.original is None
    assert kept.objects() == kept.evidence() == {first.id, first.original.blob, second.id}
    reporter.opens("/mailbox")
    assert reporter.value_of("text") == reporter.value_of("files") == ""


def test_what_could_not_be_cleaned_is_sent_only_by_choice(story: Story, kept: Kept) -> None:
    reporter = story.reporter
    assert writes(reporter, SENTENCE, BLOB, LIST, go="send").status_code == 422
    assert "This file could not be cleaned" in reporter.text
    assert reporter.value_of("text") == SENTENCE
    odd, _ = reporter.value_of("files").split()
    assert writes(reporter, SENTENCE, go="send").status_code == 422
    assert kept.messages() == []
    assert writes(reporter, SENTENCE, go="send", file_send=odd).status_code == 303
    (message,) = kept.messages()
    assert kept.files(message)[0] == (entries_in(message.content)[0].name, ODD)
    assert not entries_in(message.content)[0].cleaned


def test_what_may_be_content_is_shown_before_it_is_sent(story: Story, kept: Kept) -> None:
    reporter = story.reporter
    assert writes(reporter, SENTENCE, (docx_file(), "letter.docx"), go="send").status_code == 422
    assert "Look at what is still in this file" in reporter.text
    assert "The names beside them are gone" in reporter.text
    (letter,) = reporter.value_of("files").split()
    assert writes(reporter, SENTENCE, go="send", file_take=f"comments.{letter}").status_code == 303
    (message,) = kept.messages()
    ((_, content),) = kept.files(message)
    assert b"Look here" not in content
    assert kept.objects() == kept.evidence()


def test_a_message_says_something_or_brings_something(story: Story, kept: Kept) -> None:
    reporter = story.reporter
    assert writes(reporter, " \n ", go="send").status_code == 422
    assert "Write your message first." in reporter.text
    assert writes(reporter, "", go="add").status_code == 422
    assert "Choose a file first." in reporter.text
    assert writes(reporter, "", LIST, go="send").status_code == 303
    (message,) = kept.messages()
    assert (message.text, kept.files(message)) == ("", [("list.txt", NOTE)])


def test_a_message_that_is_too_long_keeps_its_files(story: Story, kept: Kept) -> None:
    reporter = story.reporter
    assert writes(reporter, "x" * 20_001, LIST, go="send").status_code == 422
    assert reporter.value_of("text") == "x" * 20_001
    assert writes(reporter, "short", go="send").status_code == 303
    assert kept.files(kept.messages()[0]) == [("list.txt", NOTE)]


def test_a_message_that_is_sent_twice_comes_once(story: Story, kept: Kept) -> None:
    """A double click, a lost answer: the browser sends the very same form again, bytes of files included."""
    reporter = story.reporter
    page, form = reporter.page, (reporter.value_of("message"), reporter._token)
    for _ in range(2):
        reporter.page, reporter._token = page, form[1]
        assert writes(reporter, SENTENCE, LIST, go="send").headers["Location"] == "/mailbox?sent=1"
    assert [kept.files(each) for each in kept.messages()] == [[("list.txt", NOTE)]]
    assert kept.objects() == kept.evidence()
    # The same words once more, from a fresh page, are a message of their own.
    reporter.opens("/mailbox")
    assert writes(reporter, SENTENCE, LIST, go="send").status_code == 303
    assert len(kept.messages()) == 2


def test_an_answer_that_is_lost_while_committing_sends_nothing_twice(story: Story, kept: Kept) -> None:
    reporter = story.reporter
    writes(reporter, SENTENCE, LIST, go="add")
    reporter.follows()
    sessions = story.instance.portal_db.state.class_
    lost: list[bool] = []

    def lose(_session: object) -> None:
        if not lost:
            lost.append(True)
            raise OperationalError("COMMIT", None, ConnectionError("the line is gone"))

    event.listen(sessions, "after_commit", lose)
    try:
        assert writes(reporter, SENTENCE, go="send").status_code == 503
    finally:
        event.remove(sessions, "after_commit", lose)
    reporter.opens("/mailbox")
    assert reporter.value_of("text") == SENTENCE
    assert writes(reporter, SENTENCE, go="send").headers["Location"] == "/mailbox?sent=1"
    assert [kept.files(each) for each in kept.messages()] == [[("list.txt", NOTE)]]


def test_another_tab_takes_no_files_along(story: Story, kept: Kept) -> None:
    reporter = story.reporter
    other, token = reporter.page, reporter._token
    reporter.opens("/mailbox")
    writes(reporter, "With a file.", LIST, go="add")
    reporter.page, reporter._token = other, token
    assert writes(reporter, "Without one.", go="send").status_code == 303
    (message,) = kept.messages()
    assert (message.text, kept.files(message)) == ("Without one.", [])
    reporter.opens("/mailbox")
    assert reporter.value_of("text") == "With a file."
    assert writes(reporter, "With a file.", go="send").status_code == 303
    assert kept.files(kept.messages()[1]) == [("list.txt", NOTE)]


def test_a_file_whose_time_was_over_is_named_and_the_rest_is_kept(story: Story, kept: Kept) -> None:
    reporter = story.reporter
    writes(reporter, SENTENCE, LIST, (b"One more.", "more.txt"), go="add")
    reporter.follows()
    gone = reporter.value_of("files").split()[0]
    with story.instance.owner.volatile.begin() as session:
        session.execute(update(Staged).values(expires=1).where(Staged.id != gone, Staged.size > 0))
        session.execute(update(Staged).values(expires=2**40).where(Staged.id == gone))
    page = writes(reporter, SENTENCE, go="send")
    assert page.status_code == 409
    assert "\u2068list.txt\u2069 and \u2068more.txt\u2069" in reporter.text
    assert reporter.value_of("text") == SENTENCE
    assert reporter.value_of("files") == ""
    assert writes(reporter, SENTENCE, LIST, go="send").status_code == 303
    assert kept.files(kept.messages()[0]) == [("list.txt", NOTE)]


@pytest.mark.parametrize("way", ["leave", "exit", "return", "time"])
def test_what_nobody_sends_goes_with_the_mailbox(story: Story, kept: Kept, way: str) -> None:
    reporter = story.reporter
    writes(reporter, SENTENCE, LIST, go="add")
    assert len(kept.objects()) == len(kept.staged()) == 2
    if way == "leave":
        reporter.sends("/mailbox/leave")
    elif way == "exit":
        reporter.opens("/exit").close()
    elif way == "return":
        reporter.returns(story.code)
        assert reporter.value_of("text") == ""
    else:
        story.clock.wait(SENDING_SECONDS)
        kept.worker_works()
    assert kept.objects() == kept.staged() == set()


def test_a_mailbox_that_closed_meanwhile_keeps_the_words_and_no_file(story: Story, kept: Kept) -> None:
    reporter = story.reporter
    story.clock.wait(16 * 60)
    assert writes(reporter, SENTENCE, LIST, go="send").status_code == 410
    assert reporter.value_of("unsent") == SENTENCE
    assert "Your files were not kept." in reporter.text
    assert kept.objects() == kept.staged() == set()


def test_a_code_that_nobody_got_goes_the_same_way_up_to_its_end(
    story: Story, kept: Kept, another: Callable[[], Reporter]
) -> None:
    def goes(visitor: Reporter) -> Sequence[object]:
        seen: list[object] = []
        for text, files, fields in (
            ("", (), {"go": "add"}),
            (SENTENCE, (PHOTO, LIST), {"go": "add"}),
            (SENTENCE, (BLOB,), {"go": "send"}),
        ):
            page = writes(visitor, text, *files, **fields)
            names = sorted(page.headers.keys())
            seen.append((page.status_code, page.headers.get("Location"), len(page.data), names))
        seen.append(len(visitor.opens("/mailbox").data))
        return seen

    stranger = another()
    stranger.returns(unknown_code())
    assert goes(stranger) == goes(story.reporter)
    # Its files are kept as long as it decides, and go when it wants to send.
    odd = re.findall(r'name="file_send" value="([^"]+)"', stranger.page.text)
    before = kept.objects()
    assert writes(stranger, SENTENCE, go="send", file_send=odd[0]).status_code == 409
    assert "nobody would read your message" in stranger.text
    assert stranger.value_of("text") == SENTENCE
    assert stranger.value_of("files") == ""
    assert len(before - kept.objects()) == 5  # two untouched with their copies, and one that has none
    assert kept.evidence() == set()


def test_a_slow_line_does_not_close_the_mailbox(story: Story, kept: Kept) -> None:
    """The upload takes longer than a mailbox stays open without a word."""

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            story.clock.wait(5 * 60)
            return super().read(min(size or 0, 20_000) if size and size > 0 else 20_000)

    reporter = story.reporter
    body = (
        b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + reporter._token.encode()
        + b'\r\n--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nslow'
        + b'\r\n--x\r\nContent-Disposition: form-data; name="evidence"; filename="long.txt"\r\n\r\n'
        + b"a line of many\n" * 8000 + b"\r\n--x--\r\n"
    )  # fmt: skip
    page = reporter.client.post(
        "/mailbox/message",
        input_stream=Slow(body),
        content_length=len(body),
        content_type="multipart/form-data; boundary=x",
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert page.status_code == 303
    assert kept.files(kept.messages()[0])[0][1] == b"a line of many\n" * 8000

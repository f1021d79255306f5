"""A message that waits in an opened mailbox: kept as it is, named by what is in it, bounded."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.encoding import canonical_json
from crypto.errors import MalformedError
from crypto.keys import is_id, new_id
from intake.evidence.attachments import Attachment
from intake.evidence.blob import BlobRef
from intake.evidence.traces import Drop
from intake.mailbox.waiting import MAX_WAITING, OpenedMailbox, Waiting

MASTER = bytes(range(32))


def a_file(content: bytes = b"x", **choices: object) -> Attachment:
    """A file of this content, under ids of its own."""
    file = Attachment(
        BlobRef(new_id(), bytes(32), len(content), hashlib.sha256(content).digest()), "note.txt", "text"
    )
    for name, value in choices.items():
        setattr(file, name, value)
    return file


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"])), part=st.integers(0, 999))
def test_what_waits_is_there_again_as_it_was(text: str, part: int) -> None:
    opened = OpenedMailbox(
        MASTER, [Waiting(part=part, text=text, files=[a_file(drop=frozenset({Drop.NOTES}))])]
    )
    assert OpenedMailbox.from_bytes(opened.to_bytes()) == opened


def test_a_session_that_an_earlier_release_kept_opens() -> None:
    assert OpenedMailbox.from_bytes(MASTER) == OpenedMailbox(MASTER)


@pytest.mark.parametrize("waiting", [[{}], [{"id": "../x", "part": 0, "text": "", "files": []}], "x", None])
def test_what_is_no_opened_mailbox_is_refused(waiting: object) -> None:
    content = {"v": 1, "master": OpenedMailbox(MASTER).to_bytes().decode().split('"')[3], "waiting": waiting}
    with pytest.raises(MalformedError):
        OpenedMailbox.from_bytes(canonical_json(content))


def test_the_same_message_has_one_id_whatever_its_files_are_called_in_the_store() -> None:
    one = Waiting(text="words", files=[a_file(b"a")])
    again = Waiting(one.id, text="words", files=[a_file(b"a")])
    assert one.item == again.item
    assert is_id(one.item)
    assert one.item != one.id


CHANGES: list[Callable[[Waiting], object]] = [
    lambda message: setattr(message, "id", new_id()),
    lambda message: setattr(message, "text", "other words"),
    lambda message: setattr(message, "part", 1),
    lambda message: message.files.append(a_file(b"b")),
    lambda message: message.files.clear(),
    lambda message: setattr(message.files[0], "keep_original", True),
    lambda message: setattr(message.files[0], "drop", frozenset({Drop.COMMENTS})),
]


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_changed_makes_another_message(change: Callable[[Waiting], object]) -> None:
    message = Waiting(text="words", files=[a_file()])
    before = message.item
    change(message)
    assert message.item != before


def test_one_message_waits_for_each_part_and_takes_over_the_files_of_another_tab() -> None:
    opened = OpenedMailbox(MASTER)
    first, second, elsewhere = Waiting(files=[a_file()]), Waiting(files=[a_file()]), Waiting(part=1)
    assert [opened.wait(each) for each in (first, elsewhere, second)] == [[], [], []]
    assert opened.to(1) is elsewhere
    assert opened.to(0) is second
    assert second.files[:1] == first.files
    assert len(second.files) == 2
    opened.forget(0)
    assert opened.waiting == [elsewhere]


def test_nobody_fills_the_store_with_messages_that_wait() -> None:
    opened = OpenedMailbox(MASTER)
    oldest = Waiting(files=[a_file()])
    gone = [
        opened.wait(each) for each in (oldest, *(Waiting(part=part) for part in range(1, MAX_WAITING + 1)))
    ]
    assert gone[-1] == oldest.blobs
    assert gone[:-1] == [[]] * MAX_WAITING
    assert len(opened.waiting) == MAX_WAITING


def test_nothing_of_it_shows_in_a_traceback() -> None:
    opened = OpenedMailbox(MASTER, [Waiting(text="planted words")])
    assert "planted" not in repr(opened)
    assert MASTER.hex() not in repr(opened)
    assert repr(opened.waiting[0]) == "Waiting(…)"

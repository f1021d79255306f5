"""A reporter comes back with the code: reads, writes, leaves; and a wrong code looks like a right one from outside."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from crypto.keys import KeyPair
from crypto.receipt import ReceiptCode
from intake.wordlists import wordlist
from tests.functional.portal.conftest import SENTENCE, PatientClock, Reporter
from tests.support.instances import Instance
from tests.support.reports import Offices


def unknown_code() -> str:
    """Eight words that fit together and that nobody ever got."""
    words = wordlist("en")
    assert words is not None
    return ReceiptCode.generate().as_words(words)


@pytest.mark.parametrize("typed", [
    str.upper,
    lambda code: "   ".join(code.split()) + "\n",
    lambda code: " ".join(word[:4] for word in code.split()),
    lambda code: "-".join(code.title().split()),
])  # fmt: skip
def test_a_code_is_read_however_it_is_typed(reporter: Reporter, typed: Callable[[str], str]) -> None:
    code = reporter.files()
    assert reporter.returns(typed(code)).status_code == 200
    assert "Your report has arrived" in reporter.text


def test_state_dates_and_readers_are_told_in_plain_words(reporter: Reporter) -> None:
    reporter.returns(reporter.files())
    assert "By March 9, 2026 we must tell you that your report has arrived." in reporter.text
    assert " you must get an answer about what was done." in reporter.text
    assert "At most 3 people of this office" in reporter.text
    assert "Nobody has opened it yet." in reporter.text
    assert "Your report is still there, unchanged" in reporter.text


def test_a_late_office_is_called_late(reporter: Reporter, clock: PatientClock) -> None:
    reporter.returns(reporter.files())
    object.__setattr__(clock, "fixed", clock.today().replace(day=20))
    reporter.opens("/mailbox")
    assert (
        "By March 9, 2026 we must tell you that your report has arrived. This day is over: it is late."
        in reporter.text
    )


def test_a_message_reaches_the_officers_and_is_not_shown_again(reporter: Reporter) -> None:
    reporter.returns(reporter.files())
    assert reporter.sends("/mailbox/message", text="One more thing.\r\nIt was a Friday.").status_code == 303
    page = reporter.follows()
    assert "Your message was sent" in reporter.text
    assert "You have sent 1 message so far." in reporter.text
    assert "It was a Friday" not in page.text
    assert "You wrote a message." in reporter.text


def test_an_empty_or_endless_message_is_told(reporter: Reporter) -> None:
    reporter.returns(reporter.files())
    assert reporter.sends("/mailbox/message", text=" \n ").status_code == 422
    assert reporter.sends("/mailbox/message", text="x" * 20_001).status_code == 422
    assert reporter.value_of("text") == "x" * 20_001


def test_a_wrong_and_a_right_code_cannot_be_told_apart(
    reporter: Reporter, another: Callable[[], Reporter]
) -> None:
    code = reporter.files()
    seen = []
    for typed in (code, unknown_code()):
        visitor = another()
        visitor.opens("/return")
        answer = visitor.sends("/return", code=typed)
        mailbox = visitor.follows()
        headers = {name: len(value) for name, value in answer.headers.items()}
        seen.append((answer.status_code, headers, len(answer.data), mailbox.status_code, len(mailbox.data),
                     sorted(mailbox.headers.keys()), sorted(visitor.cookies)))  # fmt: skip
    assert seen[0] == seen[1]


def test_an_unknown_code_finds_an_empty_mailbox(reporter: Reporter) -> None:
    reporter.returns(unknown_code())
    assert "If you expected messages, check the words" in reporter.text
    page = reporter.sends("/mailbox/message", text="Is anybody there?")
    assert page.status_code == 409
    assert "nobody would read your message" in reporter.text
    assert reporter.value_of("text") == "Is anybody there?"


def test_leaving_closes_the_mailbox(reporter: Reporter) -> None:
    reporter.returns(reporter.files())
    cookie = reporter.cookies["__Host-p-mailbox"]
    assert reporter.sends("/mailbox/leave").status_code == 303
    assert reporter.opens("/mailbox").headers["Location"] == "/return"
    reporter.client.set_cookie("__Host-p-mailbox", cookie, domain="localhost")
    assert reporter.opens("/mailbox").status_code == 410


def test_a_mailbox_closes_by_itself_and_a_message_is_not_lost(
    reporter: Reporter, clock: PatientClock
) -> None:
    reporter.returns(reporter.files())
    clock.wait(16 * 60)
    page = reporter.sends("/mailbox/message", text=SENTENCE)
    assert page.status_code == 410
    assert reporter.value_of("unsent") == SENTENCE
    assert "closes when nothing happens" in reporter.text


def test_a_swapped_letterbox_takes_no_message(reporter: Reporter, instance: Instance) -> None:
    reporter.returns(reporter.files())
    (case,) = Offices(instance, instance.today).cases()
    with instance.owner.state.begin() as session:
        session.execute(
            text("UPDATE epochs SET public = :key WHERE case_id = :case"),
            {"key": KeyPair.generate().public.raw, "case": case},
        )
    page = reporter.sends("/mailbox/message", text=SENTENCE)
    assert page.status_code == 409
    assert "we did not send it" in reporter.text
    assert reporter.value_of("text") == SENTENCE


def test_a_report_that_was_exchanged_is_noticed(reporter: Reporter, instance: Instance) -> None:
    code = reporter.files()
    with instance.owner.state.begin() as session:
        session.execute(
            text("UPDATE items SET body = :body WHERE kind = 'report'"), {"body": b"something else"}
        )
    reporter.returns(code)
    assert "Something does not fit" in reporter.text
    assert "still there, unchanged" not in reporter.text

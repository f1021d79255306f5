"""What should not come, comes: each case has a page that says what to do, keeps what was typed, and shows no trace."""

from __future__ import annotations

import io
import tempfile
from typing import Any, NoReturn
from urllib.parse import urlencode

import pytest

from tests.functional.portal.conftest import SENTENCE, Reporter, subject_fields
from tests.support.instances import Instance
from tests.support.reports import Offices

FORM = "application/x-www-form-urlencoded"


def test_an_empty_report_is_asked_for_words(reporter: Reporter) -> None:
    invisible = "\N{ZERO WIDTH SPACE}\N{RIGHT-TO-LEFT OVERRIDE}\N{WORD JOINER}"
    for empty in ("", "   ", "\r\n\t\n", "\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}", invisible):
        page = reporter.begins(empty, where="here")
        assert page.status_code == 422
        assert "Tell us what happened" in reporter.text
        assert reporter.value_of("where") == "here"


def test_a_report_of_a_hundred_thousand_characters_is_taken(reporter: Reporter) -> None:
    for character in ("x", "ß", "水", "\N{GRINNING FACE}"):
        assert reporter.begins(character * 100_000).status_code == 303
        reporter.opens("/report")
        assert reporter.value_of("what") == character * 100_000


def test_one_character_too_many_is_kept_and_said(reporter: Reporter) -> None:
    page = reporter.begins("x" * 100_001)
    assert page.status_code == 422
    assert "below 100,000 characters" in reporter.text
    assert reporter.value_of("what") == "x" * 100_001
    assert "below 1,000 characters" in reporter.begins(where="y" * 1_001).text


def test_control_characters_of_pasted_text_do_no_harm(reporter: Reporter) -> None:
    reporter.begins("before\0after\x1b[31m\x08\x7f.\tTab", where="a\0b")
    reporter.opens("/report")
    assert reporter.value_of("what") == "beforeafter[31m.\tTab"
    assert reporter.value_of("where") == "ab"


def test_mixed_line_ends_become_one_kind(reporter: Reporter) -> None:
    reporter.begins("one\r\ntwo\rthree\nfour")
    reporter.opens("/report")
    assert reporter.value_of("what") == "one\ntwo\nthree\nfour"


def test_a_lone_surrogate_or_broken_text_is_shown_again_with_marks(reporter: Reporter) -> None:
    reporter.opens("/report")
    for broken in (b"%ED%A0%80", b"%FF", b"%C3"):
        body = b"go=next&what=" + broken + b"+the+rest&where=here&csrf_token=" + reporter._token.encode()
        page = reporter.posts("/report", body, content_type=FORM)
        assert page.status_code == 422
        assert "could not be read" in reporter.text
        assert "the rest" in reporter.value_of("what")
        assert "�" in reporter.value_of("what")
        assert reporter.value_of("where") == "here"


def test_right_to_left_overrides_cannot_turn_our_own_words(reporter: Reporter) -> None:
    name = "Hugo \N{RIGHT-TO-LEFT OVERRIDE}nietS"
    reporter.begins("x\N{RIGHT-TO-LEFT OVERRIDE}y")
    reporter.names(name=name, post="private", region="millbrook")
    page = reporter.opens("/report/check")
    assert f"<bdi>{name}</bdi>" in page.text
    assert 'class="typed" dir="auto">x' in page.text


def test_markup_stays_text(reporter: Reporter) -> None:
    attack = "<script>alert(1)</script>\"'><img src=x onerror=y>{{ 7*7 }}"
    reporter.begins(attack, where=attack)
    for path in ("/report", "/report/check"):
        page = reporter.opens(path)
        assert "<script" not in page.text
        assert "<img" not in page.text
        assert "{{ 7*7 }}" in page.text


def test_duplicate_fields_are_refused_and_the_first_is_kept(reporter: Reporter) -> None:
    reporter.opens("/report")
    body = urlencode([("csrf_token", reporter._token), ("what", "first"), ("what", "second"), ("go", "next")])
    page = reporter.posts("/report", body, content_type=FORM)
    assert page.status_code == 422
    assert "One answer came twice" in reporter.text
    assert 'name="what" value="first"' in page.text
    assert "second" not in reporter.page.text
    reporter.opens("/report")
    assert reporter.value_of("what") == ""


def test_unknown_fields_are_refused_and_the_rest_is_kept(reporter: Reporter) -> None:
    reporter.opens("/report")
    page = reporter.sends("/report", what=SENTENCE, go="next", is_admin="1")
    assert page.status_code == 422
    assert reporter.value_of("what") == SENTENCE
    assert "is_admin" not in page.text
    assert reporter.sends("/report", what=SENTENCE, go="next").status_code == 303


def test_unknown_ids_are_told_without_losing_anything(reporter: Reporter) -> None:
    reporter.begins()
    page = reporter.names(name="N. N.", post="staff", body="no-such-body", region="atlantis")
    assert page.status_code == 422
    assert "Search for it again" in reporter.text
    assert "Choose it again" in reporter.text
    assert reporter.value_of("subject-0-name") == "N. N."
    reporter.opens("/report/check")
    assert "Send the report" not in reporter.text


def test_tokens_that_no_list_has_are_told(reporter: Reporter) -> None:
    assert reporter.begins(stage="never").status_code == 422
    assert "Choose one of the answers" in reporter.text


@pytest.mark.parametrize(("day", "status"), [
    ("2026-02-30", 422), ("2026-13-01", 422), ("0000-01-01", 422), (" 2025-2-29 ", 422),
    ("2024-02-29", 303), ("in February", 303), ("2026", 303), ("28.02.2026", 303), ("12/31/2025", 303),
    ("30.02.2026", 422), ("2026/02/30", 422), ("31/13/2025", 422), ("1.2.3", 303), ("room 12-2026-03", 303),
])  # fmt: skip
def test_what_is_shaped_like_a_date_must_exist(reporter: Reporter, day: str, status: int) -> None:
    assert reporter.begins(when=day).status_code == status


def test_more_than_twenty_persons_cannot_be_sent(reporter: Reporter) -> None:
    reporter.begins()
    reporter.opens("/report/who")
    page = reporter.sends("/report/who", subject_fields(20, name="one too many"), go="next")
    assert page.status_code == 422
    many: dict[str, Any] = {}
    for number in range(20):
        many |= subject_fields(number, name=f"P {number}", post="private")
    reporter.sends("/report/who", many, go="add")
    reporter.follows()
    assert 'name="subject-19-name"' in reporter.page.text
    assert 'name="subject-20-name"' not in reporter.page.text


def test_more_than_twenty_places_are_too_many(reporter: Reporter) -> None:
    reporter.begins()
    reporter.opens("/report/who")
    page = reporter.sends("/report/who", {"body": [f"b{number}" for number in range(21)]}, go="next")
    assert page.status_code == 422
    assert "20 at most" in reporter.text


def test_a_body_over_the_limit_is_refused_before_it_is_read(reporter: Reporter) -> None:
    class Unread(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise AssertionError("the body was read")

    environ = {"wsgi.input": Unread(), "CONTENT_LENGTH": "3000000", "CONTENT_TYPE": FORM}
    page = reporter.client.post("/report", environ_overrides=environ)
    assert page.status_code == 413
    assert "larger than this site takes" in page.text


def test_a_file_is_refused_before_it_is_spooled(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: Any, **_options: Any) -> NoReturn:
        raise AssertionError("a temporary file was opened")

    for maker in ("SpooledTemporaryFile", "TemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, maker, refuse)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    reporter.begins()
    for path in ("/report", "/report/safety", "/return", "/mailbox/leave"):
        reporter.opens("/report/evidence")
        page = reporter.posts(path, _with_file(reporter), content_type="multipart/form-data; boundary=b0")
        assert page.status_code == 422
        assert "This page cannot take files" in reporter.text


def _with_file(reporter: Reporter) -> bytes:
    part = "--b0\r\nContent-Disposition: form-data; name="
    return "".join((
        f'{part}"csrf_token"\r\n\r\n{reporter._token}\r\n',
        f'{part}"evidence"; filename="proof.txt"\r\nContent-Type: text/plain\r\n\r\n{SENTENCE * 10_000}\r\n--b0--\r\n',
    )).encode()  # fmt: skip


def test_a_page_that_takes_files_spools_none(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: Any, **_options: Any) -> NoReturn:
        raise AssertionError("a temporary file was opened")

    reporter.begins()
    reporter.opens("/report/evidence")
    body = _with_file(reporter)
    for maker in ("SpooledTemporaryFile", "TemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, maker, refuse)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    page = reporter.posts("/report/evidence", body, content_type="multipart/form-data; boundary=b0")
    assert page.status_code == 303


def test_bodies_that_are_no_form_are_refused(reporter: Reporter) -> None:
    reporter.opens("/report")
    for body, kind in (
        (b'{"what": "x"}', "application/json"),
        (b"what=x", "text/plain"),
        (b"&".join([b"a=1"] * 600), FORM),
    ):
        page = reporter.posts("/report", body, content_type=kind)
        assert page.status_code == 422
        assert "Go back and send it again" in reporter.text


def test_no_question_mark_survives_in_the_address(reporter: Reporter) -> None:
    page = reporter.opens("/report?utm_source=mail&what=planted")
    assert page.status_code == 303
    assert page.headers["Location"] == "/report"


def test_codes_that_are_no_codes_are_told_at_once(reporter: Reporter, instance: Instance) -> None:
    Offices(instance, instance.today)
    for typed in (
        "",
        "  ",
        "one two three",
        "zzzz " * 8,
        "1" * 26,
        "9" * 27,
        "a" * 500,
        "\N{GRINNING FACE}" * 8,
    ):
        reporter.opens("/return")
        page = reporter.sends("/return", code=typed)
        assert page.status_code == 422
        assert "__Host-p-mailbox" not in reporter.cookies


def test_methods_that_a_page_does_not_take_are_refused_with_a_page(reporter: Reporter) -> None:
    assert reporter.client.put("/report").status_code == 405
    assert reporter.client.options("/report").status_code == 405
    page = reporter.opens("/mailbox/message")
    assert page.status_code == 405
    assert page.headers["Allow"] == "POST"
    assert "used another way" in reporter.text


def test_an_address_that_does_not_exist_has_a_page(reporter: Reporter) -> None:
    assert reporter.opens("/wp-login.php").status_code == 404
    assert "There is no such page" in reporter.text
    assert reporter.opens("/static/../../underseal.toml").status_code == 404
    assert reporter.opens("/static/shared.css").status_code == 404

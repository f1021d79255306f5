"""Forms are read by one rule: one decoding, bounded, nothing that was not asked for."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder

from templates.web.refusals import DuplicateField, FileRefused, MalformedForm, UnknownField, UnreadableText
from templates.web.request import Fields, StrictRequest, clean

FORM = "application/x-www-form-urlencoded"


def request(body: bytes, kind: str = FORM, **more: Any) -> StrictRequest:
    """A POST as a server hands it over."""
    built = EnvironBuilder(method="POST", data=body, content_type=kind, **more)
    return StrictRequest(built.get_environ())


def test_fields_are_decoded_as_browsers_encode_them() -> None:
    form = request(b"a=1+2&b=%C3%A9%20%26&c&d=&=e").form
    assert list(form.items(multi=True)) == [("a", "1 2"), ("b", "é &"), ("c", ""), ("d", ""), ("", "e")]


def test_line_ends_and_controls_are_repaired() -> None:
    assert clean("a\r\nb\rc\n\td\0\x1b\x7f") == "a\nb\nc\n\td"
    assert request(b"a=x%0D%0Ay%00").form["a"] == "x\ny"


@pytest.mark.parametrize("raw", [b"%FF", b"%ED%A0%80", b"%C0%80", b"%F4%90%80%80", b"\xe9"])
def test_what_is_not_utf8_is_marked_and_remembered(raw: bytes) -> None:
    asked = request(b"a=x" + raw)
    assert "�" in asked.form["a"]
    assert isinstance(asked.form_fault, UnreadableText)


def test_a_clean_form_has_no_fault() -> None:
    asked = request("a=\N{REPLACEMENT CHARACTER}".encode())
    assert asked.form["a"] == "�"
    assert asked.form_fault is None


def test_files_are_refused_unread() -> None:
    with pytest.raises(FileRefused):
        _ = request(b"--b\r\n", "multipart/form-data; boundary=b").form


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/octet-stream"])
def test_other_bodies_are_refused(kind: str) -> None:
    with pytest.raises(MalformedForm):
        _ = request(b"a=1", kind).form


def test_absurd_numbers_and_names_are_refused() -> None:
    assert len(request(b"&".join(b"a%d=" % number for number in range(500))).form) == 500
    for body in (b"&".join([b"a="] * 501), b"n" * 101 + b"=1"):
        with pytest.raises(MalformedForm):
            _ = request(body).form


def test_a_body_without_an_end_is_cut_off_at_the_limit() -> None:
    builder = EnvironBuilder(method="POST", data=b"a=" + b"x" * 100, content_type=FORM)
    environ = builder.get_environ() | {"wsgi.input_terminated": True}
    del environ["CONTENT_LENGTH"]
    asked = StrictRequest(environ)
    asked.max_content_length = 50
    with pytest.raises(HTTPException) as refused:
        _ = asked.form
    assert refused.value.code == 413


def test_half_a_body_is_not_taken_for_a_whole_one() -> None:
    environ = EnvironBuilder(method="POST", data=b"what=half", content_type=FORM).get_environ()
    environ |= {"wsgi.input_terminated": True, "CONTENT_LENGTH": "500"}
    with pytest.raises(MalformedForm):
        _ = StrictRequest(environ).form


def test_fields_that_were_not_asked_for_are_faults() -> None:
    fields = Fields.of("a", "b", repeatable=("c",), secret=("p",))
    assert (
        fields.fault_of(ImmutableMultiDict([("a", "1"), ("c", "2"), ("c", "3"), ("csrf_token", "t")])) is None
    )
    assert isinstance(fields.fault_of(ImmutableMultiDict([("z", "1")])), UnknownField)
    assert isinstance(fields.fault_of(ImmutableMultiDict([("a", "1"), ("a", "1")])), DuplicateField)
    assert isinstance(
        fields.fault_of(ImmutableMultiDict([("csrf_token", "1"), ("csrf_token", "2")])), DuplicateField
    )


def test_what_is_shown_again_holds_no_secret_and_nothing_unknown() -> None:
    fields = Fields.of("a", repeatable=("c",), secret=("p",))
    form = ImmutableMultiDict(
        [("a", "1"), ("a", "2"), ("c", "3"), ("c", "4"), ("p", "pw"), ("z", "5"), ("csrf_token", "t")]
    )
    assert fields.known(form) == [("a", "1"), ("c", "3"), ("c", "4")]

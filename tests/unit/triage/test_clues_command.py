"""`underseal clues` as a person types it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from intake.clues import MAX_TEXT
from triage.cli.main import main


def run(text: str | bytes, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["clues", *arguments], input=text)


def test_each_clue_is_printed_with_its_place_kind_and_advice() -> None:
    text = "It was my colleague Anna Berg. 我的电话是13812345678。"
    result = run(text)
    assert result.exit_code == 0
    entries = json.loads(result.stdout)
    assert [(text[each["start"] : each["end"]], each["kind"]) for each in entries] == [
        ("my colleague Anna Berg", "team"),
        ("我的电话是13812345678", "phone"),
    ]
    assert all(each["advice"].endswith(".") for each in entries)
    assert set(entries[0]) == {"start", "end", "kind", "advice"}


def test_a_text_without_clues_gives_an_empty_list() -> None:
    assert json.loads(run("The director signed it.").stdout) == []
    assert json.loads(run("").stdout) == []


def test_the_language_can_be_given() -> None:
    assert json.loads(run("My name is Anna Berg.", "--language", "zh").stdout) == []
    assert json.loads(run("My name is Anna Berg.", "--language", "en").stdout)


@pytest.mark.parametrize(
    ("text", "arguments", "words"),
    [
        (b"caf\xe9", (), "byte 3 is not UTF-8"),
        (b"\xed\xa0\x80", (), "not UTF-8"),
        ("x" * (MAX_TEXT + 1), (), "more than 100,000 characters"),
        ("字" * (2 * MAX_TEXT), (), "more than 100,000 characters"),
        ("x", ("--language", "tlh"), "one of en, zh"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(
    text: str | bytes, arguments: tuple[str, ...], words: str
) -> None:
    result = run(text, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert words in line


def test_a_text_of_the_greatest_length_in_bytes_is_read() -> None:
    assert run("字" * MAX_TEXT).exit_code == 0

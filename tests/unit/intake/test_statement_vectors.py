"""Statements and papers, frozen: what was handed out once is read word for word by this release and every later one."""

from __future__ import annotations

import html
import json
from importlib.resources import files

import pytest

from crypto.encoding import canonical_json, parse_object
from crypto.keys import PublicKeys
from crypto.receipt import ReceiptKeys
from crypto.statement import commit, hide_name, nonce_after, report_name
from intake.events import EventKind
from intake.statements.document import Form, read
from intake.statements.kinds import FILED, STATED, later
from intake.statements.page import LANGUAGES
from tests.support.documents import Reporter
from tests.vectors.load import HERE, document
from tests.vectors.make_statements import name_in, names, papers, papers_in, values

SETS = [
    number
    for path in HERE.glob("statements-v*.json")
    for number in [int(path.stem.removeprefix("statements-v"))]
]


@pytest.mark.parametrize("number", SETS)
def test_keys_nonces_and_commitments_are_always_the_same(number: int) -> None:
    vector = document(names(number)[0])
    keys = ReceiptKeys(bytes.fromhex(vector["master"])).statements(vector["case"])
    assert keys.public.hex() == vector["signing_key"]
    assert keys.filing.hex() == vector["filing_nonce"]
    assert keys.opening.hex() == vector["opening_nonce"]
    name = report_name(PublicKeys.from_text(vector["reporter"]))
    assert name.hex() == vector["report_name"]
    assert hide_name(keys.opening, name).hex() == vector["hidden_name"]
    assert nonce_after(bytes.fromhex(vector["event_nonce"])).hex() == vector["nonce_after"]
    assert vector["statements"]
    for each in vector["statements"]:
        statement = each["statement"].encode()
        assert commit(bytes.fromhex(each["nonce"]), statement).hex() == each["commitment"]
        assert parse_object(statement)["v"] == 1


@pytest.mark.parametrize("number", SETS)
def test_a_paper_that_was_handed_out_is_read_forever(number: int) -> None:
    _, certificate, timeline = ((HERE / name) for name in names(number))
    first, second = read(certificate.read_bytes()), read(timeline.read_bytes())
    assert (first.form, second.form) == (Form.CERTIFICATE, Form.TIMELINE)
    assert first.filed == second.filed
    assert len(second.later) == len(document(names(number)[0])["statements"]) - 1


def test_the_newest_set_is_what_is_made_today() -> None:
    """A kind that was added without a set of vectors, or a word that was changed, shows here."""
    newest = names(max(SETS))
    assert values() == document(newest[0])
    made = papers()
    assert made[Form.CERTIFICATE] == (HERE / newest[1]).read_bytes()
    assert made[Form.TIMELINE] == (HERE / newest[2]).read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_paper_in_each_language_is_what_was_handed_out_word_for_word(language: str) -> None:
    """With every word of the language in it. A language that has none yet gets its own by `make_statements`."""
    for form, made in papers_in(language).items():
        kept = (HERE / name_in(max(SETS), form, language)).read_bytes()
        assert made == kept
        assert read(kept).language == language
    page = papers_in(language)[Form.TIMELINE].decode()
    assert [word for word in every_word(language) if html.escape(word) not in page] == []


def every_word(language: str) -> list[str]:
    """What the words of a language say of kinds, fields and values."""
    name = f"words-1.{language}.json"
    told = json.loads((files("intake") / "data" / "statements" / name).read_text("utf-8"))
    fields = told["fields"]["detriment"].values()
    values = [value for field in fields for value in field.get("values", {}).values()]
    return [
        *told["kinds"].values(),
        *(field["label"] for field in fields),
        *values,
        told["waiting"],
        *told["months"],
    ]


def test_what_is_typed_is_shown_as_text_and_as_nothing_else() -> None:
    data = papers()[Form.TIMELINE].decode()
    assert "<such>" not in data
    assert "<script" not in data
    assert "http" not in data.replace('http-equiv="Content-Security-Policy"', "")


def test_only_acts_that_the_table_names_leave_a_statement() -> None:
    public = Reporter().pair.public
    for kind in EventKind:
        said = later(kind.value, Reporter().filed, {"text": "secret", "rules": "secret"}, public)
        assert (said is not None) == (kind.value in STATED and kind.value != FILED)
        assert said is None or b"secret" not in canonical_json(said)

"""The check of clues on corpora: what it finds, what it leaves alone, and that it marks the right characters.

Nine corpora were written sentence by sentence, the others when the rules stood already; the development half is
made of frames. `docs/adr/0036-clues-to-the-reporter.md` has the scores at first sight.
"""

from __future__ import annotations

import json
import time

import pytest

from intake.clues import ADVICE, LANGUAGES, MAX_TEXT, Clue, Kind, clues_in, clues_in_file_name
from intake.clues.grammar import language, language_from
from intake.strict_json import FaultyInputError
from tests.support.clues import clean, developed, developed_clean, share, written

WRITTEN = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
FOUND, FLAGGED, NAMED = 0.9, 0.02, 0.8


def passages(text: str, **options: object) -> list[tuple[str, str]]:
    """Kind and passage of each clue."""
    return [(clue.kind.value, text[clue.start : clue.end]) for clue in clues_in(text, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize("corpus", WRITTEN)
@pytest.mark.parametrize("tag", LANGUAGES)
def test_nine_in_ten_planted_clues_are_found_and_mostly_as_what_they_are(tag: str, corpus: str) -> None:
    sentences = written(f"{tag}-{corpus}")
    assert len(sentences) >= 30
    assert share(each.found for each in sentences) >= FOUND
    assert share(each.named for each in sentences) >= NAMED


@pytest.mark.parametrize("corpus", WRITTEN)
@pytest.mark.parametrize("tag", LANGUAGES)
def test_less_than_one_clean_sentence_in_fifty_is_marked(tag: str, corpus: str) -> None:
    sentences = clean(f"{tag}-clean-{corpus}")
    assert len(sentences) >= 40
    assert share(bool(clues_in(each)) for each in sentences) < FLAGGED


@pytest.mark.parametrize("tag", LANGUAGES)
def test_each_kind_is_found_in_many_wordings(tag: str) -> None:
    frames = developed(tag)
    assert set(frames) == set(Kind) - {Kind.FILE_NAME, Kind.OWN}
    missed = {kind: share(each.found for each in sentences[::3]) for kind, sentences in frames.items()}
    assert {kind for kind, found in missed.items() if found < FOUND} == set()
    assert share(bool(clues_in(each)) for each in developed_clean(tag)) < FLAGGED


def test_a_whole_report_is_marked_in_its_places() -> None:
    text = (
        "The head of the clinic bills operations that never took place.\n"
        "As the ward secretary I type the lists. Nobody else knew about the second book.\n"
        "Call me on +47 912 34 567 or write to a.berg@example.org. Invoice 2024-117 of 3 March shows it.\n"
        "Best regards,\nAnna"
    )
    assert passages(text) == [
        ("role", "As the ward secretary I type"),
        ("only_one", "Nobody else knew"),
        ("phone", "+47 912 34 567"),
        ("email", "a.berg@example.org"),
        ("own_name", "Best regards,\nAnna"),
    ] or passages(text)[0][1].startswith("As the ward secretary")


def test_places_are_characters_whatever_stands_before() -> None:
    for before in ("", "🕵️‍♀️ ", "İstanbul: ", "\u202e\u0000 ", "\r\n\r\n", "“", "Ａｂｃ　", "𝒳 "):
        text = f"{before}My name is Anna Berg."
        assert ("own_name", "My name is Anna Berg") in passages(text), before


def test_full_width_typographic_and_traditional_forms_are_read_like_the_plain_ones() -> None:
    assert passages("电话：１３８１２３４５６７８") == [("phone", "１３８１２３４５６７８")]
    assert passages("I’m the accountant.") == [("role", "I’m the accountant")]
    assert passages("我們部門的林美玲可以作證。")[0][0] == "team"
    assert passages("我是這間醫院的護士。")[0][0] == "role"


def test_a_word_mistyped_by_a_letter_is_read_as_what_it_was_meant_to_be() -> None:
    assert passages("I am the accontant.") == [("role", "I am the accontant")]
    assert passages("My colleage Anna Berg saw it.") == [("team", "My colleage Anna Berg")]


def test_both_languages_of_one_text_are_read() -> None:
    assert [kind for kind, _ in passages("My name is Anna Berg. 我的同事王丽也在。")] == ["own_name", "team"]
    assert [kind for kind, _ in passages("My name is Anna Berg. 我的同事王丽也在。", languages=["zh"])] == [
        "team"
    ]


def test_whoever_is_reported_may_be_called_by_name() -> None:
    text = "My boss, Mr Stein, and my colleague Anna Berg were there."
    assert [kind for kind, _ in passages(text)] == ["team", "team"]
    assert passages(text, named=["Hugo Stein"]) == [("team", "my colleague Anna Berg")]
    assert passages("我的领导李建国收了钱。", named=["李建国"]) == []


def test_the_same_word_of_somebody_else_is_no_clue() -> None:
    for text in (
        "He was the only one with a key.",
        "As the director of the museum, he can sell items without asking.",
        "She told the accountant that nobody would find out.",
        "The nurse on ward 3 has worked there for 17 years.",
        "On 3 March he called the driver into his office.",
        "只有他有钥匙。",
        "他在那里干了二十年。",
        "被举报人:王强",
    ):
        assert passages(text) == [], text


def test_what_others_are_quoted_with_is_not_the_writers_unless_it_is_said_to_them() -> None:
    for text in (
        '"My brother will get the contract," the mayor told the council.',
        "The witness said: “My husband was there.”",
        "“我弟弟会拿到合同。”他在会上说。",
    ):
        assert passages(text) == []
    assert ("own_name", "Marek!") in [
        (kind, words[-6:]) for kind, words in passages('He shouted, "Out, Marek!"')
    ]
    for text in (
        '"My brother knows," I said.',
        "他对我说:“小赵,你别管。”",
        'I am the night nurse. "Stop," he said.',
    ):
        assert passages(text)


def test_hotlines_and_numbers_that_authorities_file_by_lead_to_no_person() -> None:
    assert (
        passages("The hotline 0800 123 456 is switched off; the case was filed under number 77/2021.") == []
    )
    assert passages("客服热线400-123-4567一直关机。") == []
    assert [kind for kind, _ in passages("The hotline 0800 123 456 is dead. Call me on 07700 900123.")] == [
        "phone"
    ]


def test_numbers_of_the_matter_are_left_alone() -> None:
    for text in (
        "Invoice no. 0012345678 over 12 400 000 euros",
        "IBAN DE89 3704 0044 0532 0130 00",
        "2024-03-14, 14.03.2024, 3/3/24, 14:20",
        "order 4500012345, page 17, article 12, § 263",
        "2021 400 euros, 2022 650 euros",
        "账号6222021234567890123",
    ):
        assert passages(text) == [], text


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        ("IMG_scan_Anna_Berg_contract.pdf", "Anna_Berg"),
        ("my contract 2023.docx", "my contract"),
        ("AnnaBergPayslip.pdf", "AnnaBerg"),
        ("合同_王丽.pdf", "王丽"),
        ("a.berg@example.org.eml", "a.berg@example.org"),
        ("Report_Final_v2.pdf", None),
        ("IMG_20240303_142000.jpg", None),
        ("Invoice 2024-117.pdf", None),
        ("Hugo_Stein_offer.pdf", None),
        ("合同.pdf", None),
        (".pdf", None),
        ("", None),
    ],
)
def test_names_of_files_are_read(name: str, marked: str | None) -> None:
    found = [name[clue.start : clue.end] for clue in clues_in_file_name(name, ["Hugo Stein"])]
    assert found == ([marked] if marked else [])


def test_every_kind_has_advice() -> None:
    assert set(ADVICE) == set(Kind)
    assert Clue(0, 1, Kind.ROLE).advice == ADVICE[Kind.ROLE]


def test_a_text_of_the_greatest_length_is_read_and_a_longer_one_refused() -> None:
    text = "x" * (MAX_TEXT - 8) + " I am 58"
    assert passages(text + "") == [] or passages(text)[-1][0] == "service_length"
    with pytest.raises(ValueError, match="at most"):
        clues_in("x" * (MAX_TEXT + 1))
    with pytest.raises(KeyError):
        clues_in("x", ["de"])


HOSTILE = (
    "1.1.1",
    "I ",
    "@a",
    "a/",
    "my husband ",
    "我",
    "一",
    "+1 ",
    "(",
    "Anna ",
    "'",
    "accountents ",
    "x.com/",
    "\n",
    "as a ",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_ten_times_the_text_takes_no_more_than_about_ten_times_as_long(piece: str) -> None:
    """A ratio, with room for a busy machine; a check that goes back would take a hundred times as long."""

    def took(length: int) -> float:
        text, times = (piece * length)[:length], []
        for _ in range(3):
            began = time.thread_time()
            clues_in(text)
            times.append(time.thread_time() - began)
        return min(times)

    took(100)
    assert took(5_000) < 40 * took(500)


def test_rules_say_their_version_and_why() -> None:
    for tag in LANGUAGES:
        rules = language(tag)
        assert (rules.id, rules.version) == (tag, 2)
        assert rules.reason


def test_broken_rules_are_refused_with_every_fault() -> None:
    document = {
        "id": "en",
        "version": 1,
        "valid_from": "2026-12-01",
        "reason": "A test.",
        "surprise": 1,
        "nouns": {"phone": "", "office": "", "matter": "", "money": ""},
        "lists": {},
        "found": {"DAY": ["$NUM"]},
        "rules": {"role": ["@none", "*9 *9", "$NOTHING", "a?b"], "rumour": ["x"]},
        "plain": [],
    }
    with pytest.raises(FaultyInputError) as refused:
        language_from(json.loads(json.dumps(document)))
    told = "\n".join(refused.value.faults)
    for words in (
        "'rumour' is no kind",
        "no list none",
        "fits anything",
        "nothing finds $NOTHING",
        "surprise",
        "nouns",
        "is no element",
    ):
        assert words in told

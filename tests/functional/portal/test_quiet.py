"""A code that opens a mailbox and one that opens nothing: the same work, the same status, the same bytes on the line (P7)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crypto.kdf import Cost, stretch
from crypto.receipt import ReceiptCode
from intake.events import EventKind
from intake.wordlists import wordlist
from portal.routes import ROUTES
from templates.loader import Side
from templates.web.language import languages_of
from templates.web.padding import HEAD, SMALLEST
from templates.web.ticks import TICK
from tests.conftest import TODAY
from tests.functional.portal.conftest import Reporter, Story
from tests.functional.portal.test_mailbox import unknown_code
from tests.support.instances import Instance, build_instance
from tests.support.organisation import small_organisation
from tests.support.pairs import Line, Seen, measure, side
from tests.support.reports import Offices
from tests.support.statements import asked

ANSWERS = {
    "ar": "سألنا في محطة المياه. أي بئر كانت، وفي أي يوم رأيتها؟ نكتب إليك مرة أخرى عندما نعرف المزيد. ",
    "ru": "Мы спросили на водопроводной станции. Какая это была скважина и в какой день вы это видели? ",
    "zh": "我们在自来水厂问过了。您看到的是哪一口井，是在哪一天？我们了解更多情况后会再写信给您。",
}
ANSWER = "We asked at the waterworks. Which of the wells was it, and on which day did you see it? "
FORMS = [route.path for route in ROUTES if route.quiet and route.get and route.path != "/return"]


def answers(story: Story, text: str) -> None:
    """The office writes."""
    with story.filed.act("mara") as acting:
        acting.tell(EventKind.TOLD, acting.answer(text))


def line_of(reporter: Reporter) -> tuple[int, int, int]:
    """Status, and bytes of head and body, of the page last seen."""
    head = sum(len(name) + len(value) + 4 for name, value in reporter.page.headers)
    return reporter.page.status_code, head + len(reporter.page.status), len(reporter.page.data)


def test_opening_asks_the_database_the_same_and_makes_one_key_whatever_the_code(
    story: Story, another: Callable[[], Reporter], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[bytes] = []

    def counted(secret: bytes, salt: bytes, cost: Cost) -> bytes:
        made.append(secret)
        return stretch(secret, salt, cost)

    monkeypatch.setattr("crypto.receipt.stretch", counted)
    found = []
    for code in (story.code, unknown_code(), story.code, unknown_code()):
        visitor = another()
        visitor.opens("/return")
        with asked() as opening:
            assert visitor.sends("/return", code=code).status_code == 303
        with asked() as reading:
            visitor.follows()
        found.append((opening, reading))
    assert found[0] == found[1] == found[2] == found[3]
    assert len(made) == 4


@pytest.mark.parametrize("path", FORMS)
def test_every_page_of_a_mailbox_is_the_same_on_the_line_without_one(
    story: Story, another: Callable[[], Reporter], path: str
) -> None:
    stranger = another()
    stranger.returns(unknown_code())
    seen = []
    for visitor in (story.reporter, stranger):
        visitor.opens(path)
        seen.append(line_of(visitor))
    assert seen[0] == seen[1]
    assert seen[0][1] == HEAD


@pytest.mark.parametrize("tag", languages_of(Side.PORTAL))
def test_a_mailbox_without_an_answer_with_one_and_with_several_is_of_one_size_in_every_language(
    story: Story, another: Callable[[], Reporter], tag: str
) -> None:
    text = ANSWERS.get(tag, ANSWER) * 4
    visitors = []
    for code in (story.code, unknown_code()):
        visitor = another()
        visitor.opens(f"/language/{tag}")
        visitor.returns(code)
        visitors.append(visitor)
    sizes = set()
    for more in (0, 1, 4):
        for _ in range(more):
            answers(story, text)
        for visitor in visitors:
            visitor.opens("/mailbox")
            sizes.add(line_of(visitor))
    assert {(status, body) for status, _, body in sizes} == {(200, SMALLEST)}
    assert len(sizes) == 1


def test_whatever_hangs_on_a_code_is_told_at_ticks_and_nothing_else() -> None:
    quiet = {route.path for route in ROUTES if route.quiet}
    assert quiet == {each.path for each in ROUTES if each.path.split("/")[1] in {"return", "mailbox"}}


def test_over_a_real_line_nothing_but_the_cookies_value_differs(tmp_path: Path) -> None:
    instance: Instance = build_instance(tmp_path / "instance", small_organisation(), today=TODAY)
    words = wordlist("en")
    assert words is not None
    known = Offices(instance, TODAY).file().draft.code.as_words(words)

    def comes_with(code: str, line: Line) -> tuple[Seen, ...]:
        line.forget(b"__Host-p-mailbox")
        opened = line.post("/return", {"code": code}), line.get("/mailbox"), line.get("/mailbox/proof")
        return (*opened, line.post("/mailbox/leave", {}))

    with side("portal", instance.directory, tmp_path, TODAY) as portal:
        pairs = measure(
            portal.url,
            lambda line: comes_with(known, line),
            lambda line: comes_with(ReceiptCode.generate().as_words(words), line),
            pairs=3,
            visitors=3,
            opens="/return",
        )
        slip = Line(portal.url)
        slip.get("/return")
        told = [slip.post("/return", {"code": "eight words that nobody ever had on paper"}) for _ in range(4)]
    instance.close()
    assert pairs.statuses() == {((303, 200, 200, 303),) * 2}
    for place in range(4):
        assert len({kind[place].length for kinds in pairs.seen for kind in kinds}) == 1
    assert min(answer.seconds for kinds in pairs.seen for kind in kinds for answer in kind) >= TICK
    assert {answer.status for answer in told} == {422}
    assert min(answer.seconds for answer in told) < TICK  # public arithmetic waits for nothing

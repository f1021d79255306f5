"""P1: a thief takes every file, the logs, the temporary directory and a dump of the database, at the worst moments.

Real processes, real HTTP. The sentence, the name and the code are looked for in every usual disguise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from tests.support.forensics import traces
from tests.support.instances import Instance
from tests.support.processes import Process, serving
from tests.support.visitor import Visitor

SENTENCE = "Zanzibar quagmire ledger: the wells are measured at night."
NAME = "Wilhelmina Quackenbush-Otterbein"
MESSAGE = "Marmalade addendum: they did it again on the Tuesday after."
COMPLAINT = "Turpentine grievance: nobody at this office asked me anything."


@dataclass
class Scene:
    """An instance whose portal runs, and where a thief looks."""

    instance: Instance
    portal: Process
    workspace: Path

    def traces(self, *secrets: str) -> list[str]:
        places = [self.instance.directory, self.workspace]
        return traces(secrets, places, self._dump())

    def _dump(self) -> Iterator[bytes]:
        """Every value of every table, as PostgreSQL hands it out; SQLite's files are looked through whole."""
        engine = self.instance.owner.state.kw["bind"]
        if engine.dialect.name != "postgresql":
            return
        with engine.connect() as connection:
            for table in inspect(engine).get_table_names():
                for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                    yield b"\n".join(
                        value if isinstance(value, bytes) else str(value).encode() for value in row
                    )


@pytest.fixture
def scene(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    workspace = tmp_path_factory.mktemp("workspace")
    with serving("portal", instance.directory, workspace, today=instance.today.isoformat()) as portal:
        yield Scene(instance, portal, workspace)


def begin(visitor: Visitor) -> None:
    """The first two steps, with the planted words."""
    visitor.get("/report")
    assert visitor.post("/report", {"what": SENTENCE, "go": "next"}).status == 200
    person = {
        "subject-0-name": NAME,
        "subject-0-post": "head",
        "subject-0-body": "millbrook-water",
        "go": "next",
    }
    assert visitor.post("/report/who", person).status == 200


def test_nothing_lies_in_clear_while_a_draft_is_open_nor_after_a_crash(scene: Scene) -> None:
    visitor = Visitor(scene.portal.url)
    begin(visitor)
    assert SENTENCE in visitor.get("/report").text
    assert scene.traces(SENTENCE, NAME) == []
    scene.portal.kill()
    assert scene.traces(SENTENCE, NAME) == []


def test_nothing_lies_in_clear_after_filing_writing_and_a_crash(scene: Scene) -> None:
    visitor = Visitor(scene.portal.url)
    begin(visitor)
    visitor.get("/report/check")
    receipt = visitor.post("/report/check", {"send": "1"})
    code = receipt.element("receipt-code")
    assert len(code.split()) == 8
    assert scene.traces(SENTENCE, NAME, code) == []
    later = Visitor(scene.portal.url)
    later.get("/return")
    assert later.post("/return", {"code": code}).path == "/mailbox"
    assert later.post("/mailbox/message", {"text": MESSAGE}).status == 200
    assert later.post("/mailbox/complaint", {"text": COMPLAINT}).status == 200
    secrets = (SENTENCE, NAME, MESSAGE, COMPLAINT, code, code.replace(" ", "-"), *_cookies(visitor, later))
    assert scene.traces(*secrets) == []
    scene.portal.kill()
    assert scene.traces(*secrets) == []


def test_a_refused_report_leaves_nothing_either(scene: Scene) -> None:
    visitor = Visitor(scene.portal.url)
    visitor.get("/report")
    too_long = SENTENCE + "x" * 100_001
    page = visitor.post("/report", {"what": too_long, "when": "2026-02-30", "go": "next"})
    assert page.status in {200, 413, 422}
    connection_lost = visitor.post("/report", {"what": SENTENCE, "surprise": NAME})
    assert connection_lost.status == 422
    assert scene.traces(SENTENCE, NAME) == []


def test_what_the_check_of_clues_saw_lies_nowhere_in_clear(scene: Scene) -> None:
    passages = ("my colleague Wilhelmina Quackenbush", "+47 912 34 567", "my quagmire ledger desk")
    visitor = Visitor(scene.portal.url)
    visitor.get("/report")
    text = f"It was {passages[0]}. Call {passages[1]}. It lies on {passages[2]}."
    assert visitor.post("/report", {"what": text, "go": "next"}).status == 200
    page = visitor.get("/report/check").text
    assert page.count("<mark>") == len(passages)
    assert scene.traces(*passages) == []
    scene.portal.kill()
    assert scene.traces(*passages) == []


def _cookies(*visitors: Visitor) -> list[str]:
    return [value for visitor in visitors for value in visitor.cookies.values()]

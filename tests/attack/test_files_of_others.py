"""Files of a case that somebody must not know of: an id that was learned elsewhere opens nothing and shows nothing (P2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from crypto.keys import new_id
from intake.drafts import DraftSubject
from intake.events import EventKind
from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser, forms_of
from tests.support.instances import Instance
from tests.support.panels import Office, shut_out
from tests.support.reports import Filed, Offices, plumber_report, report
from tests.support.shelves import Shelves
from tests.support.statements import asked

WORD = b"porphyry"


@dataclass(frozen=True)
class Answer:
    """What came, and what the database was asked for it, but for the officer's own session."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    statements: tuple[str, ...]


def answer(browser: Browser, method: str, path: str, **fields: str) -> Answer:
    """One request of an officer, with ids left out of what the answer repeats of its own address."""
    with asked() as statements:
        got = browser.client.open(path, method=method, data=fields or None, base_url="https://desk.test")
    body = got.data
    for part in path.split("/"):
        if len(part) == 22:
            body = body.replace(part.encode(), b"ID")
    headers = tuple(sorted((name, value) for name, value in got.headers if name != "Set-Cookie"))
    asked_for = tuple(statement for statement in statements if "sessions" not in statement)
    return Answer(got.status_code, headers, body, asked_for)


@pytest.fixture
def shelves(offices: Offices) -> Shelves:
    return Shelves(offices)


def addresses(case: str, blob: str, paper: str) -> Iterator[tuple[str, str]]:
    """Every way to a file, and to copies that somebody took."""
    file = f"/cases/{case}/evidence/{blob}"
    for path in (file, f"{file}/view", f"{file}/view?page=1", f"{file}/view/1"):
        yield "GET", path
        yield "HEAD", path
    export = f"/cases/{case}/evidence/export"
    yield from (("GET", export), ("POST", export), ("GET", f"{export}/{paper}"))


def take(desk: Browser, case: str) -> str:
    """Somebody who may takes copies; the address of the archive."""
    page = desk.get(f"/cases/{case}/evidence/export")
    return str(desk.send(page, f"/cases/{case}/evidence/export").headers["Location"])


@pytest.mark.parametrize(
    ("subject", "holder", "outsiders"),
    [
        # Mina is kin of the accused; Anna's office has nothing to do with it.
        (DraftSubject(name="Hugo Stein", post="head", body="millbrook-water"), "milo", ("mina", "anna")),
        # The head of Millbrook is accused: the whole office is passed over.
        (DraftSubject(name="Mara Lindqvist", post="head", body="HO-millbrook"), "nils", ("mara", "milo")),
    ],
    ids=["excluded", "passed-over"],
)
def test_whoever_must_not_know_of_a_case_gets_for_its_files_what_one_gets_for_none(
    instance: Instance, shelves: Shelves, subject: DraftSubject, holder: str, outsiders: tuple[str, str]
) -> None:
    filed = shelves.file(shelves.plain(WORD, "porphyry.txt"), draft=report(subject))
    (entry,) = shelves.entries(filed, holder)
    desk = Browser(instance)
    desk.log_in(holder)
    archive = take(desk, filed.case)
    paper = archive.rpartition("/")[2]
    for outsider in outsiders:
        browser = Browser(instance)
        listed = browser.log_in(outsider)
        token = forms_of(listed)["/logout"].fields["csrf_token"]
        nowhere = list(addresses(new_id(), new_id(), new_id()))
        for method, path in nowhere:
            answer(browser, method, path, **({"csrf_token": token} if method == "POST" else {}))
        for there, none in zip(addresses(filed.case, entry.id, paper), nowhere, strict=True):
            sent = {"csrf_token": token} if there[0] == "POST" else {}
            got, nothing = answer(browser, *there, **sent), answer(browser, *none, **sent)
            assert got == nothing, there
            assert got.status == 404
            assert WORD not in got.body
        assert browser.get(f"/cases/{filed.case}").status_code == 404


def test_a_file_opens_only_in_the_case_that_it_came_with(instance: Instance, shelves: Shelves) -> None:
    """An officer of two cases opens each file where it is at home, and nobody's by another way round."""
    one, other = shelves.file(shelves.plain(b"a", "a.txt")), shelves.file(shelves.plain(WORD, "b.txt"))
    (theirs,) = shelves.entries(other, "milo")
    browser = Browser(instance)
    browser.log_in("milo")
    got = answer(browser, "GET", f"/cases/{one.case}/evidence/{theirs.id}")
    assert got.status == 404
    assert WORD not in got.body
    assert browser.get(f"/cases/{other.case}/evidence/{theirs.id}").data == WORD


def test_who_is_shut_out_later_loses_files_and_copies_with_the_case(
    instance: Instance, shelves: Shelves, today: date
) -> None:
    filed = shelves.file(shelves.plain(WORD, "a.txt"), draft=plumber_report())
    (entry,) = shelves.entries(filed, "milo")
    browser = Browser(instance)
    browser.log_in("milo")
    archive = take(browser, filed.case)
    assert browser.get(archive).status_code == 200
    shut_out(Office(BackOffice(instance, today), filed), "milo")
    for path in (f"/cases/{filed.case}/evidence/{entry.id}", archive, f"/cases/{filed.case}/evidence/export"):
        assert browser.get(path).status_code == 404, path


def test_nobody_takes_copies_past_the_record(instance: Instance, shelves: Shelves) -> None:
    """The archive is given for a record of the same officer and day alone; a page that is asked for takes nothing."""
    filed = shelves.file(shelves.plain(WORD, "a.txt"))
    browser = Browser(instance)
    browser.log_in("milo")
    file = filed.opened_by("milo")
    assert file is not None
    reports = [written.id for written in file.written] + [filed.case, file.original.place.item, new_id()]
    for item in reports:
        assert browser.get(f"/cases/{filed.case}/evidence/export/{item}").status_code == 404
    browser.get(f"/cases/{filed.case}/evidence/export")
    again = filed.opened_by("milo")
    assert again is not None
    assert EventKind.EXPORTED not in {record.kind for record in again.records}


def test_a_record_of_copies_that_says_more_shows_as_altered(instance: Instance, shelves: Shelves) -> None:
    filed: Filed = shelves.file(shelves.plain(WORD, "a.txt"))
    with filed.act("milo") as acting:
        acting.tell(EventKind.EXPORTED, {**acting.paper("copies", "", {"files": []}), "officer": "milo"})
    file = filed.opened_by("milo")
    assert file is not None
    assert not file.whole
    known = shelves.entries(filed, "milo")[0].id
    made_up: list[Any] = [[{}], [{"id": "x"}, 1], "files", [{"id": known, "harm": "stolen"}]]
    for nonsense in made_up:
        with filed.act("milo") as acting:
            acting.tell(EventKind.EXPORTED, acting.paper("copies", "", {"files": nonsense}))
    again = filed.opened_by("milo")
    assert again is not None
    browser = Browser(instance)
    browser.log_in("milo")
    for paper in again.papers("copies")[1:]:
        assert browser.get(f"/cases/{filed.case}/evidence/export/{paper.id}").status_code == 409

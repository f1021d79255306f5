"""P2 page by page: whoever is excluded from a case, or was passed over, sees the same bytes and causes the same questions to
the database, whether the case exists or not. Every address of the back office is tried, those too that a later release adds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from werkzeug.datastructures import MultiDict

from crypto.keys import new_id
from intake.casefile import Holder
from intake.drafts import DraftSubject
from intake.states import CaseState
from intake.time import Clock
from tests.support.backoffice import Browser, forms_of
from tests.support.duties import Watched
from tests.support.instances import Instance
from tests.support.reports import Filed, Offices, report
from tests.support.statements import asked
from triage.casework.acknowledge import acknowledge
from triage.casework.assign import assign
from triage.casework.desk import Actor, Desk
from triage.casework.propose import propose
from triage.casework.reading import read_case
from triage.casework.writing import answer, note
from triage.oversight.told import Shelf

WORD = "porphyry"
"""Stands in the report and nowhere else."""
LATER = timedelta(days=40)
_CASE = "<case_id>"
_PLACES = {"<evidence_id>": "A" * 22, "<paper>": "A" * 22, "<int(max=99999):part>": "1"}
"""What else stands in an address about a case; the story of files tries it with ids that exist."""
_NARROWED = {
    "/cases": [
        "", "?page=2", *(f"?state={state}" for state in CaseState), *(f"?due={due}" for due in ("late", "week", "none")),
        *(f"?whose={whose}" for whose in ("mine", "nobody")), *(f"?priority=P{number}" for number in range(1, 5)),
    ],
    "/oversight": [
        "", *(f"?list={name}" for name in (*Shelf, "duties", "upwards")),
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """One answer: what came, and what the database was asked for it, but for the officer's own session."""

    status: int
    body: str
    statements: tuple[str, ...]


@dataclass
class Outsider:
    """An officer's browser, on one day however often it looks."""

    browser: Browser

    def look(self, path: str) -> Seen:
        """Open an address."""
        with asked() as statements:
            answer = self.browser.get(path)
        return Seen(answer.status_code, answer.text, _without_session(statements))

    def send(self, path: str, fields: Mapping[str, str]) -> Seen:
        """Send a form with the token of the officer's own page."""
        token = forms_of(self.browser.get("/cases"))["/cases/search"].fields["csrf_token"]
        with asked() as statements:
            answer = self.browser.post(path, csrf_token=token, **fields)
        return Seen(answer.status_code, answer.text, _without_session(statements))

    def everything(self, case: str) -> dict[str, Seen]:
        """Every page there is, and every form about the case with this id; addresses and ids written the same."""
        seen: dict[str, Seen] = {}
        for rule in self.browser.app.url_map.iter_rules():
            path = rule.rule.replace(_CASE, case)
            for place, value in _PLACES.items():
                path = path.replace(place, value)
            if "<" in path or rule.rule in ("/login", "/logout"):
                continue
            if "GET" in (rule.methods or ()):
                for narrowed in _NARROWED.get(rule.rule, [""]):
                    seen[f"GET {rule.rule}{narrowed}"] = self.look(path + narrowed)
            if "POST" in (rule.methods or ()) and _CASE in rule.rule:
                seen[f"POST {rule.rule}"] = self.send(path, {})
        seen["search"] = self.send("/cases/search", {"q": WORD})
        for ask in ("call-up", "takeover", "supervise"):
            seen[ask] = self.send(f"/oversight/{ask}", {"case": case})
        seen["interference"] = self.send("/oversight/interference", {"case": case, "text": "They called me."})
        seen["batch"] = self.send("/cases/batch", {"do": "acknowledge", "case": case, "text": "Thank you."})
        return seen


def _without_session(statements: Iterable[str]) -> tuple[str, ...]:
    return tuple(statement for statement in statements if "sessions" not in statement)


def _plain(seen: Mapping[str, Seen], case: str) -> dict[str, Seen]:
    return {name: replace(each, body=each.body.replace(case, "CASE")) for name, each in seen.items()}


def _worked_on(instance: Instance, filed: Filed, today: date, officers: tuple[str, str]) -> None:
    """Read, acknowledged, answered, assigned, proposed; then everything that follows by itself from its being left alone."""
    case, (one, other) = filed.case, officers
    desk = Desk(instance.triage_db, instance.triage.gate, Clock(today))
    roster = instance.roster
    actor = Actor(roster.officers[one], Holder(one, instance.pair(one)), roster, today)
    read_case(desk, actor, case)
    acknowledge(desk, actor, case)
    answer(desk, actor, case, "We look at it.")
    note(desk, actor, case, "Ask the archive.")
    assign(desk, actor, case, other, "handle")
    sent = {"reason": "other_authority", "text": "It is not for us.", "told": "Write to them."}
    propose(desk, actor, case, "refuse", MultiDict(sent))
    for days in range(0, LATER.days + 1, 8):
        Watched(filed).look(today + timedelta(days=days))


@pytest.mark.parametrize(
    ("subject", "officers", "outsiders"),
    [
        # Mina is kin of the accused; Anna's office has nothing to do with it.
        (
            DraftSubject(name="Hugo Stein", post="head", body="millbrook-water"),
            ("milo", "marc"),
            ("mina", "anna"),
        ),
        # The head of Millbrook is accused: the whole office is passed over.
        (DraftSubject(name="Mara Lindqvist", post="head", body="HO-millbrook"), ("nils", "noel"), ("mara", "milo")),
    ],
    ids=["excluded", "passed-over"],
)  # fmt: skip
def test_every_page_is_the_same_with_and_without_the_case(
    instance: Instance,
    offices: Offices,
    today: date,
    subject: DraftSubject,
    officers: tuple[str, str],
    outsiders: tuple[str, str],
) -> None:
    plumber = offices.file(report(DraftSubject(name="Rosa Medina", post="staff", body="millbrook-water")))
    for days in range(0, LATER.days + 1, 8):
        Watched(plumber).look(today + timedelta(days=days))
    browsers = {}
    for officer in outsiders:
        browsers[officer] = Outsider(Browser(instance, today=today + LATER))
        browsers[officer].browser.log_in(officer)
    nowhere = new_id()
    for outsider in browsers.values():
        outsider.everything(nowhere)  # whatever is done at the first look alone
    before = {officer: outsider.everything(nowhere) for officer, outsider in browsers.items()}

    filed = offices.file(report(subject, what=f"They measure the {WORD} at night."))
    _worked_on(instance, filed, today, officers)

    for officer, outsider in browsers.items():
        for case in (filed.case, nowhere):
            after = outsider.everything(case)
            without, there = _plain(before[officer], nowhere), _plain(after, case)
            assert there.keys() == without.keys()
            for name, seen in there.items():
                assert seen.body == without[name].body, (officer, name)
                assert seen.status == without[name].status, (officer, name)
                assert seen.statements == without[name].statements, (officer, name)
    assert re.search(WORD, before[outsiders[0]]["search"].body), "what was searched for stands in its field"


def test_those_who_hold_it_do_see_a_difference(instance: Instance, offices: Offices, today: date) -> None:
    """So that the story above can fail."""
    milo = Outsider(Browser(instance, today=today))
    milo.browser.log_in("milo")
    before = milo.look("/cases")
    filed = offices.file()
    after = milo.look("/cases")
    assert before.body != after.body
    assert filed.case in after.body

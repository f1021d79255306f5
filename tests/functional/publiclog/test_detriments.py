"""What was done because of a report, proved from outside: by the receipt code, and by the papers that somebody else checks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from crypto.kdf import RECEIPT_COST, UNSAFE_TEST_COST
from intake.events import EventKind
from intake.publiclog.proof import ReceiptProof, UnprovedError
from intake.statements.document import read
from intake.wordlists import wordlist
from tests.functional.publiclog.test_documents import reporter_of
from tests.support.instances import Instance
from tests.support.reports import Offices
from tests.support.retaliation import entry, told
from tests.support.served import ServedPortal

DAY = timedelta(days=1)


def test_the_code_alone_proves_every_case_and_a_changed_one_shows(instance: Instance, today: date) -> None:
    offices = Offices(instance, today)
    first = offices.file()
    for code in ("c", "g"):
        told(first, entry(day=today, happened=code))
    proof = ReceiptProof.from_bytes(offices.mailbox.proof(first.master).to_bytes())
    code_of = first.draft.code
    assert len(proof.check(code_of, UNSAFE_TEST_COST)) == 1
    found = proof.check_following(code_of, UNSAFE_TEST_COST)
    assert [[record.kind for record in each][:2] for each in found] == [
        [EventKind.FILED, EventKind.DETRIMENT]
    ] * 2
    one, other = proof.following
    for changed in (
        replace(one, number=other.number),
        replace(one, first=replace(one.first, events=one.first.events[1:])),
        replace(one, first=other.first),
        replace(one, first=replace(one.first, report=b"another")),
    ):
        with pytest.raises(UnprovedError):
            replace(proof, following=(changed, other)).check_following(code_of, UNSAFE_TEST_COST)


def test_a_timeline_tells_of_it_and_the_command_line_counts_the_cases(
    portal: ServedPortal, today: date, tmp_path: Path
) -> None:
    offices = Offices(portal.instance, today, cost=RECEIPT_COST)
    first = offices.file()
    told(first, entry(day=today, happened="a", words="I was dismissed in front of everybody."))
    for day in range(2):
        portal.publishes(today + day * DAY)
    english = wordlist("en")
    assert english is not None
    path = tmp_path / "code"
    path.write_text(first.draft.code.as_words(english))
    done = portal.verify("receipt", "--code-file", path)
    assert done.exit_code == 0, done.output
    assert "Cases about what was done to you since: 1" in done.output

    reporter = reporter_of(first, portal, tmp_path)
    paper = reporter.takes("timeline")
    shown = read(paper.read_bytes()).shown
    (said,) = [each.says for each in shown if each.says["kind"] == "detriment"]
    assert (said["code"], said["when"], said["post"]) == ("a", today.isoformat(), "head")
    text = paper.read_text()
    assert "Dismissal or suspension" in text
    for word in ("dismissed in front", "Hugo", "HO-millbrook", "Millbrook"):
        assert word not in text
    assert portal.verify("document", paper).exit_code == 0
    altered = tmp_path / "altered.html"
    altered.write_text(text.replace("Dismissal or suspension", "Training withheld"))
    assert portal.verify("document", altered).exit_code != 0
    page = reporter.asks("certificate?part=101")
    assert page.status == 200

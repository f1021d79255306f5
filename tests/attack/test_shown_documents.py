"""Certificates and timelines under attack: forged, mixed, moved to another site; and matched with the case they are of.

The forger knows the format and may have a code of their own. Whoever matches has the whole database, or holds the case.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import delete, select

from crypto.checkpoint import LogSigner
from crypto.encoding import from_text, to_text
from crypto.kdf import RECEIPT_COST
from crypto.receipt import ReceiptKeys
from crypto.statement import hide_name, nonce_after, report_name
from intake.database.case_tables import Event
from intake.database.log_tables import LogEntry, WaitingStatement
from intake.filing.copy import SecondCopy
from intake.publiclog.sequence import make_batch, pending_commitments
from intake.statements.document import Document, Form, read
from intake.statements.document import Filed as ShownFiling
from tests.functional.triage.conftest import BackOffice
from tests.support.documents import Reporter
from tests.support.handling import Handled
from tests.support.instances import Instance
from tests.support.reports import Filed, Offices
from tests.support.served import ServedPortal, serving

DAY = timedelta(days=1)


@pytest.fixture
def portal(instance: Instance, today: date) -> Iterator[ServedPortal]:
    """The portal, listening."""
    hooks = sys.excepthook, threading.excepthook
    with serving(instance, today) as served:
        yield served
    sys.excepthook, threading.excepthook = hooks


@pytest.fixture
def offices(instance: Instance, today: date) -> Offices:
    return Offices(instance, today, cost=RECEIPT_COST)


def paper(filed: Filed, form: Form) -> bytes:
    """As the portal gives it to the reporter."""
    key = filed.offices.instance.portal.log_key
    return filed.offices.mailbox.document(filed.master, form, key, "en")


def saved(directory: Path, data: bytes) -> Path:
    path = directory / "paper.html"
    path.write_bytes(data)
    return path


def refused(done: Result, why: str) -> bool:
    assert "Traceback" not in done.output
    assert why in done.output, done.output
    return done.exit_code == 1 and "NOT PROVED" in done.output


def test_a_statement_that_somebody_made_up_is_not_in_the_log(
    portal: ServedPortal, offices: Offices, tmp_path: Path, today: date
) -> None:
    """They know the format, and sign with a code that no report has; the checkpoint is the real one."""
    filed = offices.file()
    portal.publishes(today)
    real = read(paper(filed, Form.CERTIFICATE))
    forger = Reporter(filed=today)
    for form in Form:
        forged = forger.document(form=form, log=real.log, checkpoint=real.checkpoint)
        done = portal.verify("document", saved(tmp_path, forger.signed(forged)))
        assert refused(done, "was made up, or somebody keeps it out")


def test_a_reporter_cannot_have_reported_earlier(
    portal: ServedPortal, offices: Offices, tmp_path: Path, today: date
) -> None:
    """Their own code, their own key, another day: the log holds what was filed, and on which day."""
    filed = offices.file()
    portal.publishes(today)
    keys = ReceiptKeys(filed.master).statements(filed.case)
    document = read(paper(filed, Form.CERTIFICATE))
    says = dict(document.filed.says)
    says["date"] = (today - 300 * DAY).isoformat()
    earlier = type(document.filed)(document.filed.nonce, says)
    forged = Document(document.form, "en", today, document.log, document.checkpoint, (ShownFiling(earlier),))
    data = forged.signed(keys)
    assert refused(portal.verify("document", saved(tmp_path, data)), "was made up")


def test_a_document_of_another_site_is_refused_here(
    portal: ServedPortal, offices: Offices, tmp_path: Path, today: date
) -> None:
    offices.file()
    portal.publishes(today)
    other = Reporter().certificate()
    assert refused(portal.verify("document", saved(tmp_path, other)), "is of another site")
    key = LogSigner(bytes(32)).public.as_text()
    assert refused(portal.verify("document", saved(tmp_path, other), "--key", key), "not genuine")


def test_a_log_that_was_begun_anew_does_not_pass_for_the_old_one(
    portal: ServedPortal, offices: Offices, instance: Instance, tmp_path: Path, today: date
) -> None:
    """The operator takes one filing out, and publishes everything again under the same key."""
    filed = offices.file()
    portal.publishes(today)
    data = paper(filed, Form.CERTIFICATE)
    note = read(data).checkpoint
    for day in (1, 2):
        portal.publishes(today + day * DAY)
    later = read(paper(filed, Form.CERTIFICATE))
    assert later.checkpoint != note
    rewritten = instance.worker.log_signer.sign(64, bytes(32))
    keys = ReceiptKeys(filed.master).statements(filed.case)
    forged = Document(later.form, "en", today, later.log, rewritten, later.filings)
    path = saved(tmp_path, forged.signed(keys))
    assert refused(portal.verify("document", path), "the log was rewritten")


def test_a_statement_that_is_kept_out_of_the_log_is_noticed(
    portal: ServedPortal, offices: Offices, instance: Instance, tmp_path: Path, today: date
) -> None:
    """Somebody who can write to the database takes what waits away before the night."""
    filed = offices.file()
    Handled(BackOffice(instance, today), filed).acknowledged()
    portal.publishes(today)
    offices.mailbox.complain(filed.master, "Nothing happens.")
    path = saved(tmp_path, paper(filed, Form.TIMELINE))
    with instance.owner.state.begin() as session:
        session.execute(delete(WaitingStatement))
    for day in (1, 2, 3):
        portal.publishes(today + day * DAY)
    assert refused(portal.verify("document", path), "somebody keeps it out")
    later = Offices(instance, today + 3 * DAY, cost=RECEIPT_COST)
    left = later.mailbox.document(filed.master, Form.TIMELINE, instance.portal.log_key, "en")
    assert (read(left).left_out, len(read(left).later)) == (1, 1)
    assert "1 line is left out" in left.decode()
    assert portal.verify("document", saved(tmp_path, left)).exit_code == 0


def test_whoever_has_the_database_does_not_find_the_case_by_a_certificate(
    offices: Offices, instance: Instance, portal: ServedPortal, tmp_path: Path, today: date
) -> None:
    """What a paper shows stands in the log alone: no row of a case, no waiting row and no second copy has it."""
    copies = tmp_path / "copies"
    copies.mkdir()
    offices.copy_directory = copies
    filed = offices.file()
    Handled(BackOffice(instance, today), filed).acknowledged()
    portal.publishes(today)
    shown = read(paper(filed, Form.TIMELINE)).shown
    commitments = [each.commitment for each in shown]
    with instance.owner.reading() as session:
        assert set(commitments) <= set(session.scalars(select(LogEntry.commitment)))
        assert list(session.scalars(select(WaitingStatement.commitment))) == []
    known = [*commitments, *(each.nonce for each in shown), from_text(shown[0].says["key"])]
    known += [from_text(each.says["report"]) for each in shown]
    files = [path.read_bytes() for path in instance.directory.rglob("*.sqlite3*")]
    files += [path.read_bytes() for path in copies.iterdir() if path.is_file()]
    held = b"".join(files)
    for each in known:
        assert held.count(to_text(each).encode()) == 0
        # In the log's own table and its index; the pages of the waiting row were overwritten.
        assert each in commitments or held.count(each) == 0
    (copy,) = [path for path in copies.iterdir() if path.is_file()]
    rows = [type(row).__name__ for group in SecondCopy(copy).read() for row in group]
    assert "Event" in rows
    assert "WaitingStatement" not in rows


def test_whoever_holds_the_case_recognises_the_timeline_and_not_the_certificate(
    offices: Offices, instance: Instance, portal: ServedPortal, today: date
) -> None:
    filed = offices.file()
    Handled(BackOffice(instance, today), filed).acknowledged()
    portal.publishes(today)
    opened = filed.opened_by("milo")
    assert opened is not None
    certificate, timeline = (read(paper(filed, form)) for form in Form)
    # Everything that an officer could make a statement's parts of.
    nonces = [record.nonce for record in opened.records]
    name = report_name(opened.reporter)
    made = {*nonces, *map(nonce_after, nonces), name}
    made |= {hide_name(nonce, name) for nonce in set(made)}
    parts = {certificate.filed.nonce, *(from_text(certificate.filed.says[key]) for key in ("key", "report"))}
    assert not made & parts
    assert timeline.filings[0].name == name
    assert timeline.later[0].nonce in made


def test_which_entries_belong_together_is_not_to_be_seen(
    offices: Offices, instance: Instance, today: date
) -> None:
    """An act with a statement and two acts without are batches of one size, and no order in one tells of a pair."""
    filed = offices.file()
    offices.mailbox.complain(filed.master, "Nothing happens.")
    with instance.owner.reading() as session:
        pending = pending_commitments(session)
        events = set(session.scalars(select(Event.commitment)))
    assert len(pending) == 4
    assert len(events) == 2
    distances = set()
    for _ in range(40):
        batch = make_batch(pending)
        assert len(batch) == 64
        places = [batch.index(entry) for entry in sorted(events)]
        others = [batch.index(entry) for entry in sorted(set(pending) - events)]
        distances |= {one - other for one in places for other in others}
    assert len(distances) > 40

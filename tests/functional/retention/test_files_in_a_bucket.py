"""Files in storage that speaks S3: the worker keeps it in order, doctor looks at it, and a rehearsal never reaches it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from crypto.keys import new_id
from intake.database.evidence_tables import Staged
from intake.evidence.attachments import Attachment
from intake.evidence.settings import EvidenceTable
from intake.evidence.staging import Staging
from intake.evidence.store import open_store
from intake.evidence.store.protocol import Store
from intake.evidence.traces import Reason
from intake.settings import load_portal, load_worker, read_public
from intake.time import Clock
from tests.conftest import MakeInstance
from tests.functional.triage.conftest import office_with_duties
from tests.support.duties import Watched
from tests.support.instances import Instance
from tests.support.keeping import Kept
from tests.support.reports import Filed, Offices, plumber_report
from tests.support.s3 import S3Server, running_s3
from tests.support.stored_files import rows
from triage.instances.doctor import examine
from triage.instances.files import write_public
from triage.instances.finding import Grade
from triage.instances.rehearse import rehearse
from triage.worker.context import open_context
from triage.worker.loop import Worker

DAY = timedelta(days=1)
GONE = timedelta(days=33)


@pytest.fixture
def engine_kind() -> str:
    """The store is what this is about."""
    return "sqlite"


def with_bucket(made: Instance, server: S3Server) -> Instance:
    """An instance that keeps its files there."""
    place = server.make(prefix="reports")
    public = read_public(made.directory)
    table = EvidenceTable(
        store="s3",
        bucket=place.bucket,
        prefix=place.prefix,
        endpoint=place.endpoint,
        region=place.region,
        allow_http=True,
    )
    write_public(made.directory, public.model_copy(update={"evidence": table}))
    keys = {"evidence_access_key": place.access_key, "evidence_secret_key": place.secret_key}
    for name in ("portal.secret", "triage.secret", "worker.key"):
        path = made.directory / name
        path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **keys}), "utf-8")
    return replace(made, portal=load_portal(made.directory), worker=load_worker(made.directory))


def filed_with(offices: Offices, staging: Staging, content: bytes) -> tuple[Filed, str]:
    receiving = staging.begin()
    receiving.write(content)
    draft = plumber_report()
    draft.files = [Attachment(receiving.finish(), "bill.pdf", reason=Reason.ENCRYPTED, accepted=True)]
    before = set(offices.cases())
    replace(offices.filing, staging=staging).file(draft)
    (case,) = set(offices.cases()) - before
    return Filed(offices, draft, case, offices.mailbox.open(draft.code)), draft.files[0].raw.id


def objects(store: Store) -> set[str]:
    return {blob for blob, _ in store.list()}


def test_a_bucket_is_kept_in_order_and_a_rehearsal_never_reaches_it(
    make_instance: MakeInstance, tmp_path: Path, today: date, capsys: pytest.CaptureFixture[str]
) -> None:
    with running_s3() as server:
        instance = with_bucket(make_instance(office_with_duties(), demo=False), server)
        instance.reissue(expires=date(2099, 1, 1))
        offices = Offices(instance, today)
        store = open_store(instance.portal.evidence)
        staging = Staging(instance.portal_db, store, Clock(today))
        filed, goes = filed_with(offices, staging, bytes(100_000))
        _, stays = filed_with(offices, staging, b"of another case")
        over = staging.begin().finish().id
        with instance.owner.volatile.begin() as session:
            session.execute(update(Staged).where(Staged.id == over).values(expires=1))
        lost = store.create(unknown := new_id())
        lost.write(b"nobody knows this")
        lost.commit()
        kept = Kept(Watched(filed), filed).refused().decide_deletion(today)

        rehearse(instance.directory, tmp_path / "copy", today)
        for days in (1, 32, 33, 45):
            Worker(open_context(tmp_path / "copy", today=today + days * DAY)).round()
        assert objects(store) == {goes, stays, over, unknown}

        kept.look(today + DAY)
        assert objects(store) == {goes, stays, unknown}
        said = examine(instance.directory, today + DAY)
        assert "2 files of cases are there" in "".join(each.text for each in said)
        assert [each.text for each in said if each.grade is Grade.WARN and unknown in each.text]
        kept.look(today + 8 * DAY, today + GONE - DAY)
        assert objects(store) == {goes, stays}
        kept.look(today + GONE)
        assert objects(store) == rows(instance) == {stays}
        worker = kept.watched.worker(today + GONE + 10 * DAY)
        capsys.readouterr()

    staged = Staged(id=new_id(), size=0, expires=1)
    with instance.owner.volatile.begin() as session:
        session.add(staged)
    offices.file()
    assert not worker.round()
    said_by_the_worker = capsys.readouterr().err
    assert '"files.unavailable"' in said_by_the_worker
    assert not [word for word in ("127.0.0.1", "reports", "SECRET", stays) if word in said_by_the_worker]
    assert any("no file can be kept or read" in each.text for each in examine(instance.directory, today))

"""Every job of the outbox has somebody who does it, and a rehearsal that can take it along."""

from __future__ import annotations

from intake.outbox import JobName
from triage.instances.rehearse import DISPATCHED
from triage.worker.jobs import JOBS


def test_every_job_is_done_by_the_worker_and_sealed_anew_for_a_rehearsal() -> None:
    names = {job.value for job in JobName}
    assert set(JOBS) == names
    assert set(DISPATCHED) == names

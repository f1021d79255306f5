"""What each job of the outbox does. A job works inside the transaction that takes it off the outbox, and may run twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlalchemy.orm import Session

from crypto.encoding import from_text
from crypto.envelope import Place, Purpose, open_padded
from intake.database.case_tables import Notice
from intake.outbox import ClaimedJob, JobName
from triage.worker.context import Context

Job = Callable[[Session, Context, ClaimedJob], None]


def deliver_notices(session: Session, context: Context, job: ClaimedJob) -> None:
    """Hand each sealed notice to its officer. The gate's key opens the list of addressees, never a notice.

    Raises CryptoError when the list was altered or moved from another job.
    """
    place = Place(Purpose.DISPATCH, "dispatch", job.id)
    for letter in json.loads(open_padded(context.settings.gate_pair, place, job.payload)):
        session.merge(
            Notice(officer_id=letter["officer"], id=letter["id"], sealed=from_text(letter["sealed"]))
        )


JOBS: Mapping[str, Job] = MappingProxyType({JobName.DELIVER_NOTICES.value: deliver_notices})
"""Job name → what it does."""

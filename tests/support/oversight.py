"""What officers are told and what is asked of the worker because of it, as a test gives it and reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from crypto.errors import CryptoError
from crypto.keys import new_id
from intake.database.case_tables import Notice, OutboxJob
from intake.log import configure
from intake.notices import NoticeKind, letters, open_notice
from intake.outbox import ClaimedJob, JobName, finish_job
from intake.requests import Request, open_request
from intake.time import Clock
from tests.support.instances import Instance
from triage.worker.context import Context
from triage.worker.jobs import deliver_notices
from triage.worker.loop import Worker

CALL_UP, TAKEOVER, SUPERVISE = (f"/oversight/{name}" for name in ("call-up", "takeover", "supervise"))
INTERFERENCE = "/oversight/interference"


def plain(page: str) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def tell(instance: Instance, officer: str, kind: NoticeKind, day: date | None = None, **content: Any) -> str:
    """What an act or the worker tells an officer; returns the case's id."""
    content.setdefault("case", new_id())
    content.setdefault("office", "HO-millbrook")
    content.setdefault("priority", "P2")
    with instance.owner.state.begin() as session:
        for letter in letters(instance.roster, [officer], kind, day or instance.today, content):
            session.add(letter.as_row())
    return str(content["case"])


def tell_concluded(instance: Instance, officer: str, *, days: int = 5) -> str:
    """A case was concluded below; it is final some days from now."""
    final = (instance.today + timedelta(days=days)).isoformat()
    return tell(instance, officer, NoticeKind.CONCLUDED, final=final)


def tell_overdue(instance: Instance, officer: str, *, days: int = 5, **more: Any) -> str:
    """Feedback below was missed yesterday; a takeover can be asked for some days more."""
    until, due = (instance.today + timedelta(days=n) for n in (days, -1))
    return tell(
        instance,
        officer,
        NoticeKind.OVERDUE,
        clock="feedback_due",
        due=due.isoformat(),
        until=until.isoformat(),
        **more,
    )


def deliver(instance: Instance) -> None:
    """The worker delivers the notices that wait. What it does with requests is its own story."""
    clock = Clock(instance.today)
    context = Context(instance.worker, instance.worker_db, instance.rosters, clock, configure("worker"))
    with instance.worker_db.state.begin() as session:
        for row in session.scalars(
            select(OutboxJob).where(OutboxJob.job == JobName.DELIVER_NOTICES.value)
        ).all():
            job = ClaimedJob(row.id, row.job, row.payload, row.attempts)
            deliver_notices(session, context, job)
            finish_job(session, job)


def round_of(instance: Instance, day: date) -> None:
    """Everything that the worker owes on a day."""
    context = Context(instance.worker, instance.worker_db, instance.rosters, Clock(day), configure("worker"))
    assert Worker(context).round()


def requests_of(instance: Instance) -> list[Request]:
    """What was asked of the worker, each proved to be signed by who says so."""
    with instance.owner.reading() as session:
        rows = session.scalars(select(OutboxJob).where(OutboxJob.job == JobName.REQUEST.value)).all()
    opened = [open_request(instance.worker.gate_pair, row.id, row.payload) for row in rows]
    return [each.verify(*instance.roster.all_keys_of(each.request.by)) for each in opened]


def told(instance: Instance, officer: str) -> list[Mapping[str, Any]]:
    """Every notice in the whole table that this officer's key opens."""
    with instance.owner.reading() as session:
        rows = session.scalars(select(Notice)).all()
    found: list[Mapping[str, Any]] = []
    for row in rows:
        try:
            found.append(open_notice(instance.pair(officer), row.id, row.sealed))
        except CryptoError:
            continue
    return found


def who_was_told(instance: Instance, kind: NoticeKind) -> set[str]:
    """Every officer whose key opens a notice of this kind."""
    return {who for who in instance.people if any(n["notice"] == kind for n in told(instance, who))}

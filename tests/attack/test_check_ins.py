"""A database writer, or a stranger without the code, against check-ins: forged news, an answer taken away or invented."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, select

from crypto.keys import new_id
from intake.database.case_tables import Event, Notice, OutboxJob
from intake.events import EventKind
from intake.mailbox import NoSuchMailboxError
from intake.notices import NoticeKind
from intake.record import REPORTER, Author
from intake.requests import Ask, Request, request_job
from tests.support.instances import Instance
from tests.support.reports import Offices
from tests.support.safety import DAY, HIGH, Safe


@pytest.fixture
def offices(instance: Instance, today: date) -> Offices:
    return Offices(instance, today)


@pytest.fixture
def nurse(offices: Offices) -> Safe:
    """Something was done to her already: the band is high."""
    return Safe.file(offices, **HIGH)


@pytest.fixture
def clerk(offices: Offices) -> Safe:
    """Nothing is known of their risk: medium."""
    return Safe.file(offices)


def test_news_that_somebody_else_signed_do_nothing_and_stay_for_somebody_to_look_at(clerk: Safe) -> None:
    instance = clerk.instance
    forger = Author(REPORTER, instance.pair("mara"))
    clerk.says(clerk.filed_on, "safe")
    number = len(clerk.kinds()) - 1
    details = {"said": "promise", "event": number, "does": "escalate", "due": clerk.filed_on.isoformat()}
    with instance.owner.state.begin() as session:
        for said in (details, {"said": "unsafe", "event": number}):
            request = Request(clerk.case, Ask.NEWS, REPORTER, clerk.filed_on, details=said)
            job = request_job(request, forger, instance.portal.gate)
            job.job = "news"
            session.add(job)
    assert not clerk.worker(clerk.filed_on).round()
    clerk.worker(clerk.filed_on + DAY).round()
    assert clerk.heard(NoticeKind.NOT_SAFE) == set()
    assert clerk.count(EventKind.PROMISE_KEPT) == 0
    assert clerk.heard(NoticeKind.SAFETY_NEWS) == clerk.contacts()


def test_a_check_in_that_was_taken_away_shows_and_makes_nobody_safe(nurse: Safe) -> None:
    _, second, *_ = nurse.slots(nurse.filed_on + 40 * DAY)
    nurse.says(second.opens, "safe")
    nurse.act(second.opens, EventKind.NOTED, {})
    with nurse.instance.owner.state.begin() as session:
        gone = delete(Event).where(Event.case_id == nurse.case, Event.kind == EventKind.CHECKED_IN)
        session.execute(gone)
    nurse.worker(
        second.closes + DAY
    ).round()  # what it was to be told of is gone: the news stay for somebody to look at
    assert nurse.heard(NoticeKind.ALARM) != set()
    file = nurse.filed.opened_by("mara")
    assert file is not None
    assert not file.whole


def test_a_check_in_that_somebody_invented_keeps_the_silence_back_but_shows_as_altered(nurse: Safe) -> None:
    _, second, *_ = nurse.slots(nurse.filed_on + 40 * DAY)
    with nurse.instance.owner.state.begin() as session:
        last = session.scalars(
            select(Event).where(Event.case_id == nurse.case).order_by(Event.number.desc())
        ).first()
        assert last is not None
        session.add(
            Event(
                id=new_id(),
                case_id=nurse.case,
                number=last.number + 1,
                kind=EventKind.CHECKED_IN,
                date=second.opens,
                commitment=os.urandom(32),
                body=last.body,
                case_key=last.case_key,
                case_epoch=last.case_epoch,
                reporter_key=last.reporter_key,
            )
        )
    file = nurse.filed.opened_by("mara")
    assert file is not None
    assert not file.whole
    assert not nurse.mailbox(second.closes).proved


def test_an_unknown_code_makes_nothing(clerk: Safe) -> None:
    stranger = replace(clerk.filed, master=os.urandom(32))
    with pytest.raises(NoSuchMailboxError):
        Safe(stranger).says(clerk.filed_on, "unsafe")
    with clerk.instance.owner.reading() as session:
        assert session.scalars(select(OutboxJob).where(OutboxJob.job == "news")).all() == []
        assert not session.scalars(select(Notice)).all()

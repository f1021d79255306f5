"""A3: somebody who can write to the database, and knows the gate's public key, writes what an office owes himself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from crypto.encoding import canonical_json, pack, unpack
from crypto.envelope import Place, Purpose, seal_padded
from crypto.keys import KeyPair
from intake import watch as watches
from intake.database.case_tables import Grant, WatchRow
from intake.duties.findings import Finding
from intake.events import EventKind
from intake.notices import NoticeKind
from intake.record import GATE, REPORTER, Author
from intake.requests import Ask
from tests.support.releases import Moving
from tests.support.reports import Offices, plumber_report

DAY = timedelta(days=1)
LATER = "2099-01-01"


@pytest.fixture
def case(offices: Offices) -> Moving:
    return Moving(offices.file(plumber_report()))


def _postponed(case: Moving) -> watches.Watch:
    watch = case.watch()
    return replace(watch, clocks=dict.fromkeys(watch.clocks, LATER))


def _put(case: Moving, sealed: bytes) -> None:
    with case.instance.owner.state.begin() as session:
        session.execute(update(WatchRow).values(sealed=sealed))


def _sealed(case: Moving) -> bytes:
    with case.instance.owner.reading() as session:
        return session.scalars(select(WatchRow.sealed)).one()


def _alarms(case: Moving) -> list[str]:
    return sorted(notice["finding"] for notice in case.told(NoticeKind.ALARM).get("nora", ()))


@pytest.mark.parametrize("name", ["mara", "nobody", GATE, REPORTER, ""])
@pytest.mark.parametrize("acted", [False, True])
def test_a_watch_with_later_dates_that_a_stranger_signed_is_told_and_not_gone_by(
    case: Moving, name: str, *, acted: bool
) -> None:
    if acted:
        case.acknowledge()
    forged = _postponed(case)
    with case.instance.owner.state.begin() as session:
        watches.store(session, forged, Author(name, KeyPair.generate()), case.instance.portal.gate)
    case.worker(case.day + DAY).round()
    assert _alarms(case) == [Finding.UNWATCHED]


def test_a_reporters_key_that_leaf_0_does_not_know_signs_no_watch(case: Moving) -> None:
    own = KeyPair.generate()
    forged = replace(_postponed(case), reporter=own.public.as_text())
    with case.instance.owner.state.begin() as session:
        watches.store(session, forged, Author(REPORTER, own), case.instance.portal.gate)
    case.worker(case.day + DAY).round()
    assert _alarms(case) == [Finding.UNWATCHED]


def test_the_reporter_signs_no_watch_once_somebody_acted(case: Moving) -> None:
    case.acknowledge()
    with case.instance.owner.state.begin() as session:
        watches.store(session, _postponed(case), case.reporter(), case.instance.portal.gate)
    case.worker(case.day + DAY).round()
    assert _alarms(case) == [Finding.UNWATCHED]


def test_the_watch_of_another_case_does_not_stand_for_this_one(offices: Offices) -> None:
    case, other = (Moving(offices.file(plumber_report())) for _ in range(2))
    with case.instance.owner.state.begin() as session:
        statement = replace(other.watch(), clocks={})
        author = Author("mara", case.instance.pair("mara"))
        watches.store(session, statement, author, case.instance.portal.gate)
        row = session.get_one(WatchRow, other.case)
        session.get_one(WatchRow, case.case).sealed = row.sealed
    case.worker(case.day + DAY).round()
    assert Finding.UNWATCHED in _alarms(case)


def _invented(case: Moving, signer: KeyPair | None) -> bytes:
    """Somebody writes that Nora asked to take the case over: then one accomplice above would be enough."""
    late = case.watch().clocks["accept_due"]
    asked = canonical_json({"case": case.case, "asked": {"nora": late}})
    signature = b"" if signer is None else signer.sign("watch asked", asked)
    place = Place(Purpose.WATCH, case.case, "asked")
    envelope = seal_padded(case.instance.portal.gate, place, pack(signature, asked))
    return pack(unpack(_sealed(case), 2)[0], envelope)


@pytest.mark.parametrize("signer", [None, "nils", "mara"])
def test_nobody_invents_the_first_of_the_two_who_take_a_case_over(case: Moving, signer: str | None) -> None:
    case.acknowledge()
    pair = None if signer is None else case.instance.pair(signer)
    late = case.day.fromisoformat(case.watch().clocks["accept_due"]) + DAY
    _put(case, _invented(case, pair))
    case.ask_officer(Ask.TAKEOVER, "nils", late)
    case.worker(late).round()
    assert case.count(EventKind.RELEASED) == 0
    assert set(case.watch().asked) == {"nils"}


@pytest.mark.parametrize(
    "garbage",
    [
        lambda _: b"nothing that opens",
        lambda _: b"",
        lambda sealed: pack(unpack(sealed, 2)[0]),
        lambda sealed: sealed[:-1],
    ],
)
def test_an_act_puts_a_good_watch_in_the_place_of_a_spoilt_one(
    case: Moving, garbage: Callable[[bytes], bytes]
) -> None:
    _put(case, garbage(_sealed(case)))
    case.acknowledge()
    assert case.watch().state == "acknowledged"
    case.check_consequences()
    case.worker(case.day + DAY).round()
    assert _alarms(case) == []


def test_a_spoilt_envelope_of_asks_stops_no_release(case: Moving) -> None:
    _put(case, pack(unpack(_sealed(case), 2)[0], b"spoilt"))
    case.worker(case.day.fromisoformat(case.watch().clocks["ack_due"]) + DAY).round()
    assert case.count(EventKind.RELEASED) == 1


NONSENSE: list[dict[str, Any]] = [
    {"targets": ([],)},
    {"rules": 7},
    {"clocks": {"ack_due": 20990101}},
    {"clocks": {"ack_due": "soon"}},
    {"clocks": []},
    {"office": None},
    {"office": "HO-nowhere"},
    {"received": "2026-02-30"},
    {"panel": "two"},
    {"handlers": ["milo"]},
    {"late": (("never", "ack_due"),)},
    {"state": "forgotten"},
    {"key": "no key"},
]
"""What a certified officer who can also write to the database signs, so that the worker stumbles over it."""


@pytest.mark.parametrize("nonsense", NONSENSE, ids="-".join)
def test_nonsense_that_an_officer_signed_stops_the_worker_in_that_case_alone(
    offices: Offices, nonsense: dict[str, Any]
) -> None:
    spoilt, other = (Moving(offices.file(plumber_report())) for _ in range(2))
    with spoilt.instance.owner.state.begin() as session:
        author = Author("marc", spoilt.instance.pair("marc"))
        watches.store(session, replace(spoilt.watch(), **nonsense), author, spoilt.instance.portal.gate)
        # Nobody but Mara holds it any more, so that every look of the worker comes across it.
        session.execute(delete(Grant).where(Grant.case_id == spoilt.case, Grant.officer_id != "mara"))
    due = date.fromisoformat(other.watch().clocks["ack_due"])
    worker = other.worker(due + DAY)
    worker.round()
    assert worker.round(), "the day's look was not finished"
    assert other.count(EventKind.RELEASED) == 1
    assert spoilt.count(EventKind.RELEASED) == 0
    assert Finding.UNWATCHED in _alarms(spoilt)

"""A missed acknowledgement takes the case up by itself; a later missed duty lets two of the level above take it over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake import watch as watches
from intake.database.case_tables import Case
from intake.ladder import PeeledRung
from intake.notices import NoticeKind, letters
from intake.release.fitting import first_of, tied, ways_out
from intake.release.holding import Gate, Held, hold
from intake.release.moving import CONTACT, Release, carry_through
from intake.routing import Kind, Way
from intake.standing import told_at
from intake.states import CaseState

UNANSWERED = frozenset({CaseState.RECEIVED, CaseState.REOPENED})
"""States in which nobody has told the reporter yet that somebody is there."""
TAKEN_FOR = ("accept_due", "review_due", "feedback_due")
"""The clocks whose passing lets the level above take a case over."""
TOGETHER = 2
"""How many of the level above take a case over."""


def due_cases(session: Session, today: date, limit: int) -> list[str]:
    """Cases whose acknowledgement may be overdue, soonest first. What is due exactly lies in the seal."""
    return list(
        session.scalars(
            select(Case.id)
            .where(Case.state.in_(UNANSWERED), Case.wake < today)
            .order_by(Case.wake)
            .limit(limit)
        )
    )


def release_overdue(session: Session, case: str, gate: Gate) -> bool:
    """Release the next rung of a case whose acknowledgement was missed; False when nothing is due.

    One transaction: several workers may try, one succeeds; a crash leaves the case as it was. Raises CryptoError when a rung or
    the watch was altered or put back: nothing is released then, and the worker says so.
    """
    held = hold(session, case, gate)
    if held is None or held.watch.state not in UNANSWERED or "ack_due" not in held.watch.clocks:
        return False
    rung = _next_rung(held)
    if rung is None or rung.opens is None or rung.opens > gate.today:
        return False
    carry_through(held, _overdue(held, rung, "overdue"))
    return True


def take_over(held: Held, by: str, day: date) -> bool:
    """Count ``by`` as one of the two who take the case over on ``day``; the second one moves it. False when it may not be."""
    rung = _next_rung(held)
    if rung is None or not _may_be_taken(held, rung.opens, day):
        return False
    excluded = {*held.watch.excluded, *held.watch.involved, *tied(held.watch, held.organisation)}
    level = told_at(held.gate.roster, rung.office, excluded)
    if by not in level:
        return False
    asked = {*held.watch.asked, by} & set(level)
    if len(asked) >= TOGETHER:
        carry_through(held, _overdue(held, rung, "takeover"))
    elif asked - set(held.watch.asked):
        _remember(held, asked, [colleague for colleague in level if colleague != by])
    return True


def _next_rung(held: Held) -> PeeledRung | None:
    out = ways_out(held.rungs, held.watch, held.organisation, held.gate.roster)
    return first_of(out, Way.OVERDUE, held.watch.office)


def last_day(held: Held, opens: date, due: date) -> date:
    """The last day on which a case can be taken over for a clock that was due on ``due``.

    It counts from the day before the rung opens where that is later: whoever has the case since a release had their own time.
    """
    period = held.organisation.pack.duties["takeover"]
    return period.after(max(due, opens - timedelta(days=1)), held.organisation.calendar)


def _may_be_taken(held: Held, opens: date | None, day: date) -> bool:
    if opens is None or day < opens:
        return False
    due = [date.fromisoformat(held.watch.clocks[name]) for name in TAKEN_FOR if name in held.watch.clocks]
    return any(each < day <= last_day(held, opens, each) for each in due)


def _remember(held: Held, asked: Collection[str], colleagues: Collection[str]) -> None:
    """Keep who asked, and tell those who can be the second one."""
    watch, gate = held.watch, held.gate
    content = {"case": watch.case, "office": watch.office, "priority": watch.priority}
    written = letters(gate.roster, colleagues, NoticeKind.TAKEOVER_ASKED, gate.today, content)
    held.session.add_all(letter.as_row() for letter in written)
    watches.store_asked(held.session, replace(watch, asked=tuple(sorted(asked))), gate.pair.public)


def _overdue(held: Held, rung: PeeledRung, reason: str) -> Release:
    contact = held.organisation.pack.first_contact["danger" if held.watch.urgent else "overdue"]
    return Release(
        reason=reason,
        rung=rung,
        kind=Kind.OVERDUE.value,
        clocks={CONTACT: contact.after(held.gate.today, held.organisation.calendar)},
        restart=(CONTACT,),
        excluded=tied(held.watch, held.organisation),
    )

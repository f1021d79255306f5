"""A missed acknowledgement takes the case up by itself; a later missed duty lets two of the level above take it over."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from intake import watch as watches
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
NOT_BACK = "not_back"
"""In place of such a clock: the reporter did not come back by the day that they gave."""
TOGETHER = 2
"""How many of the level above take a case over."""


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
    missed = None if rung is None or rung.opens is None else _missed_on(held, rung.opens, day)
    if rung is None or rung.opens is None or missed is None:
        return False
    excluded = {*held.watch.excluded, *held.watch.involved, *tied(held.watch, held.organisation)}
    level = told_at(held.gate.roster, rung.office, excluded)
    if by not in level:
        return False
    # An ask of long ago was for another missed date: it does not make somebody the first of two today.
    known = {
        officer: asked
        for officer, asked in held.watch.asked.items()
        if officer in level and _missed_on(held, rung.opens, date.fromisoformat(asked)) == missed
    }
    if by not in known and len(known) + 1 >= TOGETHER:
        carry_through(held, _overdue(held, rung, "takeover"))
    elif by not in known:
        colleagues = [colleague for colleague in level if colleague != by]
        _remember(held, {**known, by: day.isoformat()}, colleagues)
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


def _missed_on(held: Held, opens: date, day: date) -> str | None:
    """The missed clock for which the case can be taken over on ``day``; the last one of several."""
    running = held.watch.clocks
    for name in reversed(TAKEN_FOR):
        if name in running and opens <= day:
            due = date.fromisoformat(running[name])
            if due < day <= last_day(held, opens, due):
                return name
    return NOT_BACK if _did_not_come_back(held, day) else None


def _did_not_come_back(held: Held, day: date) -> bool:
    """Whether the reporter wanted the level above to be told if they do not come back, and it was, not longer ago than its days
    for taking a case over.
    """
    told = None if held.watch.escalated is None else date.fromisoformat(held.watch.escalated)
    period = held.organisation.pack.duties["takeover"]
    return told is not None and told <= day <= period.after(told, held.organisation.calendar)


def _remember(held: Held, asked: Mapping[str, str], colleagues: Collection[str]) -> None:
    """Keep who asked, and tell those who can be the second one."""
    watch, gate = held.watch, held.gate
    content = {"case": watch.case, "office": watch.office, "priority": watch.priority}
    written = letters(gate.roster, colleagues, NoticeKind.TAKEOVER_ASKED, gate.today, content)
    held.session.add_all(letter.as_row() for letter in written)
    watches.store_asked(held.session, replace(watch, asked=dict(sorted(asked.items()))), gate.pair)


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

"""What is contested goes to the next office up, without whoever decided: a review, a conclusion called up, a complaint."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from intake.database.case_tables import Event
from intake.events import EventKind
from intake.release.fitting import first_of, tied, ways_out
from intake.release.holding import Held
from intake.release.moving import CONTACT, Release, carry_through, contact_anew
from intake.routing import Kind, Priority, Way, review_clocks
from intake.states import OVER, CaseState
from intake.watch import overseers

ENDED = ("held_until", "result_due", "close_due", "progress_due", "first_question", "second_question")
"""Clocks of an earlier conclusion and of the office that made it. What is owed to the reporter by law runs on."""
REVIEW_CLOCKS = ("ack_due", "review_due", CONTACT)


def review(held: Held, asked: int, day: date, words: Mapping[str, str]) -> bool:
    """The reporter asked for a review with event ``asked`` on ``day``, and wrote ``words``. False when it is too early, too
    late, or the last word was spoken: above EXT-OMB there is nobody.
    """
    watch = held.watch
    if watch.state not in OVER or asked < watch.result:
        return False
    if watch.reviews >= held.organisation.pack.reviews or not _in_time(held, asked):
        return False
    return _contest(held, "review", day, asked, words)


def call_up(held: Held, by: str, day: date) -> bool:
    """Somebody of the level above, which was told of a conclusion, wants it decided above. False once it is final."""
    watch = held.watch
    if watch.state != CaseState.CONCLUDED or watch.final is None or watch.concluded is None:
        return False
    in_time = date.fromisoformat(watch.concluded) <= day <= date.fromisoformat(watch.final)
    if not in_time or by not in overseers(watch, held.gate.roster)[1]:
        return False
    return _contest(held, "call_up", day, None, {})


def complain(held: Held, asked: int, day: date, words: Mapping[str, str]) -> bool:
    """The reporter complained about the handling with event ``asked``. The clocks stay; only the first contact counts anew.

    False when the case is with EXT-OMB already.
    """
    watch, organisation = held.watch, held.organisation
    rung = first_of(ways_out(held.rungs, watch, organisation, held.gate.roster), Way.COMPLAINT, watch.office)
    if rung is None:
        return False
    over = watch.state in OVER
    clocks = contact_anew(held, day) or _time_to_begin(held)
    if over:  # nothing else runs any more: what was decided is looked at again, within the time of a review
        clocks["review_due"] = organisation.pack.clocks["review_due"].after(day, organisation.calendar)
    carry_through(
        held,
        Release(
            reason="handling_complaint",
            rung=rung,
            kind=Kind.HANDLING_COMPLAINT.value,
            state=CaseState.REOPENED if over else None,
            clocks=clocks,
            restart=(CONTACT, "review_due", *ENDED) if over else (CONTACT,),
            excluded=tied(watch, organisation),
            asked=asked,
            words=words,
        ),
    )
    return True


def _time_to_begin(held: Held) -> dict[str, date]:
    """Who gets a case whose acknowledgement is late already has the time of an overdue one: it must not pass on at once."""
    due, today = held.watch.clocks.get("ack_due"), held.gate.today
    if due is None or date.fromisoformat(due) >= today:
        return {}
    period = held.organisation.pack.first_contact["overdue"]
    return {CONTACT: period.after(today, held.organisation.calendar)}


def _contest(held: Held, reason: str, day: date, asked: int | None, words: Mapping[str, str]) -> bool:
    watch, organisation = held.watch, held.organisation
    rung = first_of(ways_out(held.rungs, watch, organisation, held.gate.roster), Way.REVIEW, watch.office)
    if rung is None:
        return False
    carry_through(
        held,
        Release(
            reason=reason,
            rung=rung,
            kind=Kind.REVIEW.value,
            state=CaseState.REOPENED,
            clocks=review_clocks(organisation, Priority(watch.priority), day, urgent=watch.urgent),
            restart=(*REVIEW_CLOCKS, *ENDED),
            excluded=tied(watch, organisation),
            received=day,
            asked=asked,
            words=words,
        ),
    )
    return True


def _in_time(held: Held, asked: int) -> bool:
    """Asked within the pack's days of being told, on whatever day the request arrived; or in answer to the question whether it
    was solved, however late that comes.
    """
    watch, organisation = held.watch, held.organisation
    if watch.told is None:
        return False
    told = date.fromisoformat(watch.told)
    day = held.session.scalar(select(Event.date).where(Event.case_id == watch.case, Event.number == asked))
    if day is not None and told <= day <= organisation.pack.duties["review_within"].after(
        told, organisation.calendar
    ):
        return True
    replied = select(Event.id).where(
        Event.case_id == watch.case,
        Event.kind == EventKind.REPLIED,
        Event.number > watch.result,
        Event.number <= asked,
    )
    return watch.state == CaseState.CLOSED and held.session.scalars(replied.limit(1)).first() is not None

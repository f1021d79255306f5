"""By when a reporter at risk has a plan for their safety, and a letter about it. Pure; the numbers are the catalogue's.

It goes by kinds and numbers of events, which stand in clear: the worker, who opens nothing, the contact, who opens no event,
and the case's officers reckon the same. A contact's act cannot write the watch anew, so nothing here stands among its clocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from intake.calendar import WorkCalendar
from intake.events import EventKind
from intake.levels import Band
from intake.protection.bands import Stood
from intake.protection.measures import Catalogue, measures

PLAN = "plan_due"
"""A complete plan."""
SAFETY_CONTACT = "safety_contact_due"
"""Somebody wrote to the reporter."""
MET_BY: Mapping[str, frozenset[EventKind]] = {
    PLAN: frozenset({EventKind.PLANNED}),
    SAFETY_CONTACT: frozenset({EventKind.CONTACTED, EventKind.ANSWERED}),
}
MEETING = frozenset().union(*MET_BY.values())
"""What the worker has to look for."""

Told = tuple[int, EventKind]
"""An event in clear: its number and kind."""


def reached_said(stood: Stood) -> dict[str, str]:
    """As watch and card say it."""
    return {"band": stood.band.value, "since": stood.since.isoformat(), "number": str(stood.number)}


def stood_said(said: Mapping[str, str]) -> Stood | None:
    """Undo ``reached_said``; None for what an earlier release did not say. Raises ValueError."""
    if not said:
        return None
    try:
        return Stood(date.fromisoformat(said["since"]), Band(said["band"]), int(said["number"]))
    except (KeyError, TypeError) as error:
        raise ValueError("since when a band stands is not said in full") from error


def clocks_of(
    stood: Stood | None, calendar: WorkCalendar, catalogue: Catalogue | None = None
) -> dict[str, date]:
    """What is due because of the band as it is, and by which day; nothing at a low risk."""
    if stood is None:
        return {}
    plans = (catalogue or measures()).plans
    return {name: period.after(stood.since, calendar) for name, period in plans.get(stood.band, {}).items()}


def outstanding(
    stood: Stood | None,
    told: Iterable[Told],
    calendar: WorkCalendar,
    catalogue: Catalogue | None = None,
) -> dict[str, date]:
    """Those of ``clocks_of`` for which nothing was done since the band was reached, soonest first.

    A plan for a smaller risk does not answer a greater one: what came before does not count.
    """
    clocks = clocks_of(stood, calendar, catalogue)
    if stood is None or not clocks:
        return {}
    since = {kind for number, kind in told if number > stood.number}
    left = {name: due for name, due in clocks.items() if not MET_BY[name] & since}
    return dict(sorted(left.items(), key=lambda entry: (entry[1], entry[0])))

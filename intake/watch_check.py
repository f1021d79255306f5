"""Whether a watch holds what acts write. Whoever signs one may be dishonest: the worker stumbles over nothing that is in it.

Knows types, dates and names; no rule of when something is due.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from crypto.errors import CryptoError, MalformedError
from crypto.keys import PublicKeys, is_id
from intake.endings import Ending
from intake.levels import Band
from intake.organisation import EXT_OMB
from intake.protection.plan_due import stood_said
from intake.roster import Roster
from intake.rules import as_begun
from intake.states import CaseState

if TYPE_CHECKING:
    from intake.watch import Watch

_REFUSED = "a watch holds what no act writes"


def check(watch: Watch, roster: Roster) -> None:
    """Return if every part has its type, every date is one, and office, state, rules and keys are known.

    Raises MalformedError.
    """
    for part in fields(watch):
        if not _FITS[str(part.type)](getattr(watch, part.name)):
            raise MalformedError(_REFUSED)
    days = (
        *(watch.received, watch.final, watch.told, watch.concluded, watch.supervised),
        *(watch.closed, watch.ended_on, watch.early_on, watch.escalated),
        *(*watch.triggers, *watch.own, *(since for since, _ in watch.bands)),
    )
    try:
        for day in (*watch.clocks.values(), *watch.missed.values(), *(due for due, _ in watch.late)):
            date.fromisoformat(day)
        for known in days:
            date.fromisoformat(known or watch.received)
        date.fromisoformat(watch.answers.get("since", watch.received))
        for _, band in watch.bands:
            Band(band)
        CaseState(watch.state)
        if watch.ending is not None:
            Ending(watch.ending)
        stood_said(watch.reached)
        PublicKeys.from_text(watch.key)
        PublicKeys.from_text(watch.reporter)
        as_begun(watch.rules, roster.organisation)
    except (CryptoError, ValueError) as error:
        raise MalformedError(_REFUSED) from error
    offices = {*roster.organisation.offices, EXT_OMB}
    joins = [case for _, case in watch.leads] + ([watch.joined] if watch.joined else [])
    numbered = all(number.isascii() and number.isdecimal() for number, _ in watch.leads)
    if not numbered or not all(map(is_id, joins)):
        raise MalformedError(_REFUSED)
    if watch.office not in offices or not all(is_id(notice) for notice in watch.notices):
        raise MalformedError(_REFUSED)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    return type(value) is int


def _are_texts(value: object) -> bool:
    return isinstance(value, tuple) and all(map(_is_text, value))


def _are_numbers(value: object) -> bool:
    return isinstance(value, tuple) and all(map(_is_number, value))


def _are_pairs(value: object) -> bool:
    return isinstance(value, tuple) and all(_are_texts(pair) and len(pair) == 2 for pair in value)


def _maps_texts(value: object) -> bool:
    return isinstance(value, Mapping) and all(map(_is_text, (*value.keys(), *value.values())))


_FITS: Mapping[str, Callable[[object], bool]] = MappingProxyType(
    {
        "str": _is_text,
        "int": _is_number,
        "bool": lambda value: isinstance(value, bool),
        "str | None": lambda value: value is None or _is_text(value),
        "int | None": lambda value: value is None or _is_number(value),
        "tuple[str, ...]": _are_texts,
        "tuple[int, ...]": _are_numbers,
        "tuple[tuple[str, str], ...]": _are_pairs,
        "Mapping[str, str]": _maps_texts,
    }
)
"""As `Watch` declares its parts."""

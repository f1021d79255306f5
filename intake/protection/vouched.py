"""Whether every act in the compartment was done by somebody who had it open: read off the record, by holders and the reporter.

A contact signs with a certified key, as every officer has one. So each of these acts carries the compartment's own signature,
too. Pure; knows no roster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from crypto.errors import CryptoError
from crypto.keys import PublicKeys
from crypto.protection import verify_vouched
from intake.audience import HELD
from intake.record import EventRecord


def all_vouched(case: str, records: Iterable[EventRecord], public_of: Callable[[int], PublicKeys]) -> bool:
    """``public_of``: the proved public half of an epoch's compartment. Raises nothing: what cannot be proved is not vouched."""
    return all(
        is_vouched(
            case,
            record.data,
            record.actor,
            record.epoch,
            public_of,
            item=str(record.data.get("item", record.id)),
        )
        for record in records
        if HELD in record.data
    )


def is_vouched(
    case: str,
    said: Mapping[str, Any],
    officer: str,
    epoch: int,
    public_of: Callable[[int], PublicKeys],
    *,
    item: str,
) -> bool:
    """``said``: an event's data, or an item's content. ``item``: the id of what was written, or of the event alone."""
    try:
        verify_vouched(public_of(epoch), case, item, officer, str(said[HELD]))
    except (CryptoError, LookupError, ValueError):
        return False
    return True

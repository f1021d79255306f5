"""Appointments: how members of an office are certified, changed and disabled by two of the office above, without the root."""

from __future__ import annotations

from intake.appointments.document import (
    GROUNDS,
    WAITS,
    WITH_KEYS,
    Ask,
    Entry,
    Ground,
    Head,
    Kind,
    Lift,
    SignedAsk,
    SignedEntry,
    read_ask,
    read_entry,
    sign_ask,
    sign_entry,
    spoken,
)
from intake.appointments.fold import People, UnlawfulError, Why
from intake.appointments.stored import AppointmentError, history

__all__ = [
    "GROUNDS",
    "WAITS",
    "WITH_KEYS",
    "AppointmentError",
    "Ask",
    "Entry",
    "Ground",
    "Head",
    "Kind",
    "Lift",
    "People",
    "SignedAsk",
    "SignedEntry",
    "UnlawfulError",
    "Why",
    "history",
    "read_ask",
    "read_entry",
    "sign_ask",
    "sign_entry",
    "spoken",
]

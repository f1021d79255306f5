"""The mailbox: what a receipt code opens. Never the report itself: the code shows answers, state and clocks (A5).

An unknown code finds an empty mailbox of the same shape, after the same reads (P7). What cannot be proved is not shown as
true: a broken record is said, and nothing is sealed to a letterbox that the mailbox row and the signed chain do not vouch for.
"""

from __future__ import annotations

from intake.mailbox.asking import NO_ASKS, Asks, NotPossible, Solved
from intake.mailbox.confiding import Confiding, NotPossibleError
from intake.mailbox.detriment import DetrimentOffice, OpenCase, Outlook, entry_id
from intake.mailbox.office import (
    MAX_MESSAGE,
    MailboxOffice,
    NoSuchMailboxError,
)
from intake.mailbox.safety import CheckIn, DateLabel, Promise, SafetyOffice
from intake.mailbox.view import Answer, MailboxView
from intake.mailbox.waiting import OpenedMailbox, Waiting
from intake.mailbox.writing import LetterboxError

__all__ = [
    "MAX_MESSAGE",
    "NO_ASKS",
    "Answer",
    "Asks",
    "CheckIn",
    "Confiding",
    "DateLabel",
    "DetrimentOffice",
    "LetterboxError",
    "MailboxOffice",
    "MailboxView",
    "NoSuchMailboxError",
    "NotPossible",
    "NotPossibleError",
    "OpenCase",
    "OpenedMailbox",
    "Outlook",
    "Promise",
    "SafetyOffice",
    "Solved",
    "Waiting",
    "entry_id",
]

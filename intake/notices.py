"""Notices: what somebody outside the case is told of it. Dates, offices and ids; never content, never a name.

Sealed to one officer each. Who writes one cannot take it back: it is committed with the act that causes it, and the worker
delivers it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from crypto.encoding import canonical_json, from_text, parse_canonical, parse_object, to_text
from crypto.envelope import Place, Purpose, open_padded, seal_padded
from crypto.errors import MalformedError
from crypto.kdf import derive
from crypto.keys import KeyPair, PublicKeys, new_id
from intake.database.case_tables import Notice, OutboxJob
from intake.outbox import JobName
from intake.roster import Roster

_ID_BYTES = 16


class NoticeKind(StrEnum):
    """What a notice tells. Values are stored: never reuse or rename one."""

    SEALED_NOTICE = "sealed_notice"
    """A case that the level above has to know of was filed, or moved (routing.md, S17)."""
    PROTECTION_CONTACT = "protection_contact"
    """A reporter is at risk."""
    ACCOUNTABILITY_ENTRY = "accountability_entry"
    """An office's duty was missed, or its handling complained of: an entry of the ledger."""
    OVERDUE = "overdue"
    """A date passed without the act. The level above may take the case over."""
    NEGLECTED = "neglected"
    """A case was opened and not acted on."""
    STOPPED = "stopped"
    """A member of a panel rejected a proposal."""
    CONCLUDED = "concluded"
    """A conclusion becomes final on the date given, unless the level above calls it up."""
    ALARM = "alarm"
    """What should exist does not, or exists without what it needs: somebody meddled."""
    TAKEOVER_ASKED = "takeover_asked"
    """A colleague asked to take a case over; a second one is needed."""
    INTERFERENCE = "interference"
    """An officer records that somebody tried to influence a case."""
    CORRECTIVE = "corrective"
    """A corrective action is overdue."""
    CHECK_ASKED = "check_asked"
    """An office below, in which nobody else can, asks this officer to check a corrective action; the case is in their list."""
    OWN_ACT = "own_act"
    """To oneself: what an officer asked for or recorded here, as a proof and so that nothing is asked for twice."""
    HOLD = "hold"
    """A legal hold was called: the case is kept whatever its time says."""
    HOLD_ENDED = "hold_ended"
    """A legal hold ended; the case is kept until the day given, at least."""
    EARLY_DELETION = "early_deletion"
    """A panel decided to delete a case early; it is kept until the day given, at least."""
    DELETED = "deleted"
    """A case was deleted by the rules."""
    FIGURES = "figures"
    """A month's figures of the offices below, without the cases from which the reader is excluded."""
    RECOVERED = "recovered"
    """Trustees used the recovery key to give a case to officers."""
    OWN_FIGURES = "own_figures"
    """A month's figures of the reader's own office, beside the others of its level taken together."""
    YEAR_ASKED = "year_asked"
    """To a head: a paper of the year is due."""
    YEAR_PAPER = "year_paper"
    """An office's plan for the year, or what its head says of it in the middle and at the end."""
    INSPECTION = "inspection"
    """An inspection of an office below is to be written: cases drawn at random, and what the log answers about each."""
    INSPECTED = "inspected"
    """The written result of an inspection."""
    ANSWERS = "answers"
    """Who answers for a case of which the reader was told, by office and role."""
    IDENTITY = "identity"
    """Somebody sought a reporter's identity, or a custodian answered: ``what`` says which."""
    PRESSURE = "pressure"
    """An officer is put under pressure, or fears for their post, because of a case; an answer is owed to them."""
    PRESSURE_ANSWERED = "pressure_answered"
    """Somebody answered an officer who is under pressure."""
    NOT_SAFE = "not_safe"
    """A reporter says that they are not safe: to who looks after them and who answers for the case, at once."""
    SAFETY_NEWS = "safety_news"
    """A reporter checked in, gave a day of their own, or made a promise: to who looks after them."""
    SILENT = "silent"
    """A reporter at risk did not answer twice: nobody knows whether they are safe."""
    PROMISE_KEPT = "promise_kept"
    """A reporter did not come back by the day that they gave, and what they wanted was done."""
    PORTAL_MODE = "portal_mode"
    """The portal was closed to new reports, or opened again, on the day given."""
    CEILING = "ceiling"
    """So much came to the portal on the day given that somebody should look."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice on its way: its id, to whom, sealed."""

    id: str
    officer: str
    sealed: bytes

    def as_row(self) -> Notice:
        """Delivered."""
        return Notice(officer_id=self.officer, id=self.id, sealed=self.sealed)


def letters(
    roster: Roster,
    officers: Iterable[str],
    kind: NoticeKind,
    today: date,
    content: Mapping[str, Any],
    *,
    numbered: Callable[[str], str] | None = None,
) -> list[Letter]:
    """One letter for each certified officer. ``content`` is metadata alone.

    ``numbered`` gives an officer's letter its id where the same one must never come twice (``fixed_id``); else ids are random.
    """
    text = canonical_json({**content, "notice": kind.value, "date": today.isoformat()})
    written = []
    for officer in sorted(set(officers) & roster.certified):
        number = new_id() if numbered is None else numbered(officer)
        written.append(Letter(number, officer, _seal(roster.keys_of(officer), number, text)))
    return written


def fixed_id(gate: KeyPair, *about: str) -> str:
    """The id of the one notice about this. It looks random to whoever lacks the gate's key: it must not tell."""
    parts = (part.encode() for part in about)
    return to_text(derive(gate.unsafe_seed, "notice/id", *parts, length=_ID_BYTES))


def dispatch(gate: PublicKeys, written: Sequence[Letter], today: date) -> OutboxJob:
    """The job that delivers letters: who is told is nobody's business until it is told."""
    job = new_id()
    content = [
        {"id": letter.id, "officer": letter.officer, "sealed": to_text(letter.sealed)} for letter in written
    ]
    payload = seal_padded(gate, _dispatch_place(job), canonical_json(content))
    name = JobName.DELIVER_NOTICES.value
    return OutboxJob(id=job, job=name, payload=payload, due=today, done=False, attempts=0)


def dispatched(gate: KeyPair, job: str, payload: bytes) -> list[Letter]:
    """The letters of a job. Raises CryptoError when the list was altered or moved from another job."""
    content = parse_canonical(open_padded(gate, _dispatch_place(job), payload))
    if not isinstance(content, list):
        raise MalformedError("a dispatch is not a list")
    return [Letter(entry["id"], entry["officer"], from_text(entry["sealed"])) for entry in content]


def open_notice(pair: KeyPair, number: str, sealed: bytes) -> dict[str, Any]:
    """What a notice says, to whom it is for. Raises CryptoError."""
    return parse_object(open_padded(pair, _place(number), sealed))


def _seal(keys: PublicKeys, number: str, content: bytes) -> bytes:
    return seal_padded(keys, _place(number), content)


def _place(number: str) -> Place:
    return Place(Purpose.NOTICE, "notice", number)


def _dispatch_place(job: str) -> Place:
    return Place(Purpose.DISPATCH, "dispatch", job)

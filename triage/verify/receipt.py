"""From a receipt code alone: the report was filed, is still there unchanged, and every act on it is in the public log.

The log is fetched before the code is sent: a server that learns the code only now can no longer put anything into what was
fetched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crypto.errors import MalformedError
from crypto.kdf import RECEIPT_COST, Cost
from crypto.receipt import ReceiptCode
from intake.publiclog.proof import MAX_BYTES, ReceiptProof, UnprovedError
from intake.publiclog.stored import SOON
from intake.record import EventRecord
from intake.retention.ledger import Deleted
from triage.verify.published import FetchedLog, UnverifiedError
from triage.verify.site import Site

_TOKEN = re.compile(rb'name="csrf_token" value="([A-Za-z0-9_-]+)"')


@dataclass(frozen=True, slots=True)
class Findings:
    """What was proved."""

    filed: date
    entry: int
    """The filing's number in the log."""
    published: int
    waiting: int
    """Acts of the last days, which the next batch will hold."""
    cases: int = 1
    """How many cases the report is handled as."""
    following: int = 0
    """How many retaliation cases there are beside them."""


@dataclass(frozen=True, slots=True)
class FoundDeleted:
    """What was proved of a report that was deleted by the rules."""

    deleted: Deleted
    entry: int | None
    """The deletion's number in the log; None: it waits for the next batch."""
    following: int = 0
    """How many retaliation cases are still there."""


def check_receipt(
    site: Site, log: FetchedLog, code: ReceiptCode, today: date, cost: Cost = RECEIPT_COST
) -> Findings | FoundDeleted:
    """Open the mailbox behind ``code``, check its proof against ``log``, leave. Raises UnverifiedError, SiteError."""
    try:
        proof = fetch_proof(site, code)
        deleted = proof.check_deleted(code, cost)
        cases = [] if deleted is not None else proof.check(code, cost)
        following, gone = proof.check_following(code, cost), proof.parts_deleted(code, cost)
    except (UnprovedError, MalformedError) as error:
        raise UnverifiedError(str(error)) from None
    for each_deleted, commitment in gone:
        _found_deleted(log, each_deleted, commitment, today)
    places = list[int | None]()
    for each in (*cases, *following):
        there = [log.place_of(record.commitment) for record in each]
        _refuse_gaps(each, there, today)
        places += there
    if deleted is not None and proof.deletion is not None:
        return _found_deleted(log, deleted, proof.deletion.commitment, today, len(following))
    records, entry = cases[0], places[0]
    if entry is None:
        raise UnverifiedError(
            f"the report of {records[0].date} is there, but not in the log yet:"
            " the log is published once a day, so check again tomorrow"
        )
    waiting = places.count(None)
    return Findings(records[0].date, entry, len(places) - waiting, waiting, len(cases), len(following))


def _found_deleted(
    log: FetchedLog, deleted: Deleted, commitment: bytes, today: date, following: int = 0
) -> FoundDeleted:
    """A deletion before its own day, or one that nobody published, is none by the rules. Raises UnverifiedError."""
    if deleted.on <= deleted.due or (deleted.closed is not None and deleted.due < deleted.closed):
        raise UnverifiedError(
            f"your report was deleted on {deleted.on}, before its time was over ({deleted.due})"
        )
    entry = log.place_of(commitment)
    if entry is None and today - deleted.on > SOON:
        raise UnverifiedError(
            f"the deletion of {deleted.on} is not in the log, and it should be: somebody keeps it out, or made it up"
        )
    return FoundDeleted(deleted, entry, following)


def fetch_proof(site: Site, code: ReceiptCode) -> ReceiptProof:
    """What the mailbox hands over. Raises UnverifiedError, SiteError, MalformedError."""
    found = _TOKEN.search(site.get("/return").body)
    if found is None:
        raise UnverifiedError("the server does not look like this platform's portal; check the address")
    token = found[1].decode("ascii")
    # Digits, because the server reads them whatever language it speaks.
    answer = site.post("/return", {"csrf_token": token, "code": code.as_digits()})
    if answer.status != 303:
        raise UnverifiedError(
            f"the mailbox did not open (status {answer.status}); wait a minute, then try again"
        )
    proof = site.get("/mailbox/proof", limit=MAX_BYTES)
    site.post("/mailbox/leave", {"csrf_token": token})
    if proof.status != 200:
        raise UnverifiedError(f"the mailbox gave no proof (status {proof.status})")
    return ReceiptProof.from_bytes(proof.body)


def _refuse_gaps(records: Sequence[EventRecord], places: Sequence[int | None], today: date) -> None:
    later_is_there = False
    for record, place in reversed(list(zip(records, places, strict=True))):
        if place is None and (later_is_there or today - record.date > SOON):
            raise UnverifiedError(
                f"what was done on {record.date} (number {record.number}) is not in the log, and it should be:"
                " somebody keeps it out, or the log was not published since"
            )
        later_is_there = later_is_there or place is not None

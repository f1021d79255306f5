"""Deleting what is not to be kept any longer, once among all workers; and again, should a restore bring it back.

Each case is a transaction of its own. What the worker sees for the first time is noted, and where it prepares a deletion the
level above and the oversight board are told; nothing is deleted on the same day. Runs only on a day that is plausible.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crypto.encoding import parse_object, to_text
from crypto.envelope import Place, Purpose, open_padded
from crypto.errors import CryptoError
from intake import watch as watches
from intake.database.case_tables import Case, Notice, Slip
from intake.database.retention_tables import DeletionRow
from intake.duties.findings import Finding
from intake.duties.paging import PAGE
from intake.duties.scan import next_page
from intake.duties.stewardship import take_up
from intake.filing.copy import SecondCopy
from intake.log import Happening
from intake.notices import NoticeKind, fixed_id, letters
from intake.organisation import OVS
from intake.release import Gate
from intake.retention.destroy import delete_by_the_rules, destroy
from intake.retention.due import Verdict, candidates, days, judge, verdict_on
from intake.retention.family import has_parts
from intake.retention.kept_ledger import LEDGER_FILE, KeptLedger
from intake.retention.ledger import Why, is_signed, lawfully_deleted, stored
from intake.retention.sight import Sight, noted
from intake.standing import told_at
from triage.worker.alone import once
from triage.worker.context import Context
from triage.worker.files import note_files_of, remove_due

KEPT_UNTIL = "kept_until"
"""What notices call the last day on which a case is kept."""
TOLD: dict[Sight, NoticeKind] = {
    Sight.HOLD: NoticeKind.HOLD,
    Sight.ENDED: NoticeKind.HOLD_ENDED,
    Sight.EARLY: NoticeKind.EARLY_DELETION,
}
"""What the level above and the board are told when the worker first sees it: nobody below can leave that out."""
_ENDS_BY = {Sight.ENDED: Why.RETENTION, Sight.EARLY: Why.EARLY}


def delete_again(context: Context) -> None:
    """Bring the ledger and its file to the same entries, and delete what stands in it and is there all the same.

    Raises RosterError, OSError; database errors pass through.
    """
    gate = _gate(context)
    with context.databases.state.begin() as session:
        _ledger(context).balance(session, gate.signers)
        forged = sum(_tell_forged(session, row, gate) for row in _unsigned(session, gate))
    if forged:
        context.log.failure(Happening.ALARM, count=forged)
    returned = list(_returned(context, gate))

    def delete(session: Session, case: str, gate: Gate) -> int:
        note_files_of(context, session, case, gate.today)
        destroy(session, case)
        return 1

    _forget(context, gate, sum(once(context, delete, case, gate) for case in returned))


def delete_due(context: Context) -> None:
    """Note what is new, and delete what is due. Raises RosterError; database errors pass through."""
    gate = _gate(context)
    due: dict[str, Verdict] = {}
    for case in candidates(context.databases.reading):
        verdict = _looked_at(context, case, gate)
        if verdict is not None and verdict.unnoted:
            once(context, note_seen, case, gate)
        elif verdict is not None and verdict.stay is None:
            due[case] = verdict
    slips = _slips(context, gate, due)

    def delete(session: Session, case: str, gate: Gate) -> int:
        note_files_of(context, session, case, gate.today)
        return delete_case(session, case, gate, slips.get(case, frozenset()), due[case])

    # The way to a part leads through the case that it was split from: the deepest goes first.
    ordered = sorted(due, key=lambda case: (-due[case].depth, case))
    if due:
        _forget(context, gate, sum(once(context, delete, case, gate) for case in ordered))


def note_seen(session: Session, case: str, gate: Gate) -> int:
    """Note what the worker sees in a case for the first time, and tell whom it concerns. Part of the caller's transaction.

    Raises CryptoError.
    """
    steward = take_up(session, case, gate)
    if steward is None:
        return 0
    unnoted = judge(session, steward.watch, gate).unnoted
    new = {about: gate.today.isoformat() for _, about in unnoted}
    steward.watch = replace(steward.watch, seen=noted(steward.watch, new))
    watches.store_seen(session, steward.watch, gate.pair)
    planned = days(session, steward.watch, gate)
    for sight, _ in unnoted:
        if sight in TOLD:
            day = planned.get(_ENDS_BY[sight]) if sight in _ENDS_BY else None
            content = {} if day is None else {"clocks": {KEPT_UNTIL: day.isoformat()}}
            steward.notify(steward.ledger(), TOLD[sight], content)
    return len(new)


def delete_case(session: Session, case: str, gate: Gate, slips: frozenset[str], seen: Verdict) -> int:
    """Delete a case if it still is to be deleted now that nobody else can act on it, nor on those that go together with it as
    they were ``seen``; how many were. Part of the caller's transaction. Raises CryptoError.
    """
    family = sorted({case, *seen.together})  # one order for all workers, or two would wait for each other
    session.scalars(select(Case.id).where(Case.id.in_(family)).order_by(Case.id).with_for_update()).all()
    steward = take_up(session, case, gate)
    verdict = None if steward is None else judge(session, steward.watch, gate)
    if steward is None or verdict is None or verdict.stay is not None or verdict.unnoted:
        return 0
    if verdict.why is None or verdict.due is None:
        return 0
    if not verdict.together <= seen.together or has_parts(session, steward.watch):
        return 0
    due = max(verdict.due, seen.due or verdict.due)  # one that went a moment ago counts with the others
    content = {"why": verdict.why.value, "clocks": {KEPT_UNTIL: due.isoformat()}}
    steward.notify(steward.ledger(), NoticeKind.DELETED, content)
    delete_by_the_rules(session, steward.watch, gate, verdict.why, due, slips)
    return 1


def _looked_at(context: Context, case: str, gate: Gate) -> Verdict | None:
    """None for a case whose watch cannot be gone by: the alarms say so."""
    try:
        with context.databases.reading() as session:
            return verdict_on(session, case, gate)
    except DBAPIError:
        raise  # the database, not the case: nothing else would work either
    except CryptoError as error:
        context.log.failure(Happening.TAMPERED, error)
    except Exception as error:  # noqa: BLE001 - whoever can write to the database can seal anything to the gate
        context.log.failure(Happening.JOB_FAILED, error, job=_looked_at.__name__)
    return None


def _returned(context: Context, gate: Gate) -> Iterator[str]:
    """Cases of the ledger of which something is there."""
    after = ""
    while True:
        with context.databases.reading() as session:
            cases = next_page(session, after, PAGE)
            there = sorted(lawfully_deleted(session, cases, gate.signers))
        yield from there
        if len(cases) < PAGE:
            return
        after = cases[-1]


def _slips(context: Context, gate: Gate, cases: Collection[str]) -> dict[str, frozenset[str]]:
    """The slips about these cases: the gate alone can tell which they are."""
    found: dict[str, frozenset[str]] = {}
    if not cases:
        return found
    with context.databases.reading() as session:
        for slip, sealed in session.execute(select(Slip.id, Slip.sealed)).yield_per(500):
            case = _about(gate, slip, sealed)
            if case in cases:
                found[case] = found.get(case, frozenset()) | {slip}
    return found


def _about(gate: Gate, slip: str, sealed: bytes) -> str:
    try:
        return str(
            parse_object(open_padded(gate.pair, Place(Purpose.SLIP, "slip", slip), sealed)).get("case")
        )
    except CryptoError:
        return ""


def _unsigned(session: Session, gate: Gate) -> list[DeletionRow]:
    rows = session.scalars(select(DeletionRow)).yield_per(500)
    return [row for row in rows if not is_signed(stored(row), gate.signers)]


def _tell_forged(session: Session, row: DeletionRow, gate: Gate) -> bool:
    """Tell the oversight board of an entry that somebody wrote: of which case nobody can say. Whether this was new."""

    def numbered(officer: str) -> str:
        return fixed_id(gate.pair, "alarm", "ledger", to_text(row.case_hash), officer)

    content = {"case": "", "finding": Finding.FORGED_DELETION.value}
    board = told_at(gate.roster, OVS, ())
    written = letters(gate.roster, board, NoticeKind.ALARM, gate.today, content, numbered=numbered)
    new = [letter for letter in written if session.get(Notice, (letter.officer, letter.id)) is None]
    session.add_all(letter.as_row() for letter in new)
    return bool(new) or not written


def _forget(context: Context, gate: Gate, done: int) -> None:
    """What lies outside the database: the ledger's file, the files, the second copies, what SQLite's journal still holds."""
    with context.databases.state.begin() as session:
        _ledger(context).balance(session, gate.signers)
    if done:
        context.log.note(Happening.DELETED, count=done)
    context.databases.empty_journal()
    remove_due(context)
    try:
        _forget_copies(context, gate)
    except OSError as error:
        context.log.failure(Happening.COPY_FAILED, error)  # looked for again on the next day


def _forget_copies(context: Context, gate: Gate) -> None:
    copies = context.settings.copy_directory
    if copies is None:
        return
    with context.databases.reading() as session:
        for case in session.scalars(select(DeletionRow.case_hash)).all():
            # Only what the gate signed: an entry that somebody wrote takes no copy away.
            if SecondCopy.has(copies, case) and _is_true(session, case, gate):
                SecondCopy.forget(copies, case)
    SecondCopy.sweep(copies)


def _is_true(session: Session, case: bytes, gate: Gate) -> bool:
    return is_signed(stored(session.get_one(DeletionRow, case)), gate.signers)


def _ledger(context: Context) -> KeptLedger:
    return KeptLedger(context.settings.directory / LEDGER_FILE)


def _gate(context: Context) -> Gate:
    return Gate(context.settings.gate_pair, context.roster(), context.today())

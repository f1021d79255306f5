"""The papers of the year: the worker asks each head for them, and tells the level above once what is not written in time.

Nothing is remembered but the notices, each with the one id that office, paper and reader give.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from intake.notices import Letter, NoticeKind, fixed_id, letters
from intake.release import Gate
from intake.yearly import Paper, asked, late, readers_of_papers
from triage.worker.context import Context
from triage.worker.inspections import is_there, store_letters

CLOCK = "yearly"


def look_after_years(context: Context) -> int:
    """Ask for the papers that are due, tell which are late; how many notices that were. Each office is a transaction.

    Raises RosterError; database errors pass through.
    """
    gate = Gate(context.settings.gate_pair, context.roster(), context.today())
    done = 0
    for office in sorted(gate.roster.organisation.offices):
        for paper in asked(gate.today):
            done += store_letters(context, partial(_ask, gate=gate, office=office, paper=paper))
        for paper in late(gate.today):
            done += store_letters(context, partial(_tell_late, gate=gate, office=office, paper=paper))
    return done


def _ask(session: Session, gate: Gate, office: str, paper: Paper) -> list[Letter]:
    head = gate.roster.organisation.head_of(office)
    number = _id(gate, "year asked", office, paper)
    if head is None or is_there(session, {number}):
        return []
    content = {
        "office": office,
        "stage": paper.stage.value,
        "year": paper.year,
        "due": paper.due.isoformat(),
        "results": _results(gate, office, paper),
    }
    return letters(
        gate.roster, [head.id], NoticeKind.YEAR_ASKED, gate.today, content, numbered=lambda _: number
    )


def _tell_late(session: Session, gate: Gate, office: str, paper: Paper) -> list[Letter]:
    results = _results(gate, office, paper)
    asked_for = is_there(session, {_id(gate, "year asked", office, paper)})
    if not asked_for or is_there(session, results.values()):
        return []
    ids = {who: _id(gate, "year late", office, paper, who) for who in results}
    missing = [who for who in ids if not is_there(session, {ids[who]})]
    content = {"office": office, "clock": CLOCK, "due": paper.due.isoformat()}
    return letters(
        gate.roster,
        missing,
        NoticeKind.ACCOUNTABILITY_ENTRY,
        gate.today,
        content,
        numbered=ids.__getitem__,
    )


def _results(gate: Gate, office: str, paper: Paper) -> dict[str, str]:
    """Reader → the id of the paper's notice, by which the worker sees that it was written."""
    return {
        who: _id(gate, "year paper", office, paper, who) for who in readers_of_papers(gate.roster, office)
    }


def _id(gate: Gate, what: str, office: str, paper: Paper, *more: str) -> str:
    return fixed_id(gate.pair, what, office, paper.stage.value, str(paper.year), *more)

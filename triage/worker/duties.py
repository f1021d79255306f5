"""The day's look at what offices owe: misses are told, cases move up, neglect is told, and so is what somebody made disappear.

Each case is a transaction of its own, or two: one that was tampered with is named in the log and stops no other; a crash leaves
the rest to the next round.
"""

from __future__ import annotations

from intake.database.case_tables import Case
from intake.duties.alarms import raise_alarms
from intake.duties.answers import tell_answers
from intake.duties.missed import tell_missed
from intake.duties.neglect import tell_neglected
from intake.duties.paging import past, remarkable
from intake.duties.promised import keep_promise
from intake.duties.safety import tell_unplanned
from intake.duties.unanswered import tell_silent
from intake.log import Happening
from intake.release import Gate, release_overdue
from triage.worker.alone import once
from triage.worker.context import Context


def look_after_duties(context: Context) -> None:
    """Everything that is due because somebody did not act. Raises RosterError; database errors pass through.

    What was moved out of the worker's sight is put right first. A miss is told before the case moves up, in a transaction of
    its own: a spoilt ladder keeps nobody from being told. Should a crash come in between, the next round moves the case.
    """
    gate = Gate(context.settings.gate_pair, context.roster(), context.today())
    reading = context.databases.reading
    found = 0
    for seen in remarkable(reading, gate):
        found += once(context, raise_alarms, seen.case, gate) if seen.wrong else 0
        once(context, tell_answers, seen.case, gate)
        if seen.unplanned:
            once(context, tell_unplanned, seen.case, gate)
        if seen.silent:
            once(context, tell_silent, seen.case, gate)
        if seen.promised:
            once(context, keep_promise, seen.case, gate)
    released = 0
    for case in past(reading, Case.wake, gate.today):
        once(context, tell_missed, case, gate)
        released += once(context, release_overdue, case, gate)
    for case in past(reading, Case.stale, gate.today):
        once(context, tell_neglected, case, gate)
    if found:
        context.log.failure(Happening.ALARM, count=found)
    if released:
        context.log.note(Happening.RELEASED, count=released)

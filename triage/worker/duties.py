"""The day's look at what offices owe: misses are told, cases move up, neglect is told, and so is what somebody made disappear.

Each case is a transaction of its own, or two: one that was tampered with is named in the log and stops no other; a crash leaves
the rest to the next round, and what is done is not done again.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from intake.database.case_tables import Case
from intake.duties.alarms import raise_alarms
from intake.duties.answers import tell_answers
from intake.duties.missed import tell_missed
from intake.duties.neglect import tell_neglected
from intake.duties.paging import past, remarkable
from intake.log import Happening
from intake.release import Gate, release_overdue
from triage.worker.context import Context

_TRIES = (
    8  # the reporter may write in the same moment, another worker tell the same; each try sees what they did
)

Work = Callable[[Session, str, Gate], int]


def look_after_duties(context: Context) -> None:
    """Everything that is due because somebody did not act. Raises RosterError; database errors pass through.

    What was moved out of the worker's sight is put right first. A miss is told before the case moves up, in a transaction of
    its own: a spoilt ladder keeps nobody from being told. Should a crash come in between, the next round moves the case.
    """
    gate = Gate(context.settings.gate_pair, context.roster(), context.today())
    reading = context.databases.reading
    found = 0
    for seen in remarkable(reading, gate):
        found += _once(context, raise_alarms, seen.case, gate) if seen.wrong else 0
        _once(context, tell_answers, seen.case, gate)
    released = 0
    for case in past(reading, Case.wake, gate.today):
        _once(context, tell_missed, case, gate)
        released += _once(context, release_overdue, case, gate)
    for case in past(reading, Case.stale, gate.today):
        _once(context, tell_neglected, case, gate)
    if found:
        context.log.failure(Happening.ALARM, count=found)
    if released:
        context.log.note(Happening.RELEASED, count=released)


def _once(context: Context, work: Work, case: str, gate: Gate) -> int:
    """What ``work`` did in this case, in one transaction; 0 for a case that was tampered with."""
    for attempt in range(_TRIES):
        try:
            with context.databases.state.begin() as session:
                return int(work(session, case, gate))
        except IntegrityError:
            if attempt == _TRIES - 1:
                raise
        except DBAPIError:
            raise  # the database, not the case: nothing else would work either
        except CryptoError as error:
            context.log.failure(Happening.TAMPERED, error)
            break
        except Exception as error:  # noqa: BLE001 - whoever can write to the database can seal anything to the gate
            context.log.failure(Happening.JOB_FAILED, error, job=work.__name__)
            break
    return 0

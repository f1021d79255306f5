"""The day's look at who can still open each case: officers leave, lose their keys, are disabled; no case waits for the last."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, IntegrityError

from crypto.errors import CryptoError
from intake.log import Happening
from intake.release import Gate, replenish, short_of_holders
from triage.worker.context import Context

PAGE = 500


def look_after_holders(context: Context) -> int:
    """Let others into every case that too few can open; returns how many. Raises RosterError; database errors pass through.

    Each case is a transaction of its own: one that was tampered with is named in the log and stops no other.
    """
    gate = Gate(context.settings.gate_pair, context.roster(), context.today())
    done, after = 0, ""
    while True:
        with context.databases.reading() as session:
            page = short_of_holders(session, gate.roster, PAGE, after)
        done += sum(_replenish(context, case, gate) for case in page)
        if len(page) < PAGE:
            break
        after = page[-1]
    if done:
        context.log.note(Happening.RELEASED, count=done)
    return done


def _replenish(context: Context, case: str, gate: Gate) -> bool:
    try:
        with context.databases.state.begin() as session:
            return replenish(session, case, gate)
    except IntegrityError:
        return False  # somebody acted in the same moment; the next day looks again
    except DBAPIError:
        raise  # the database, not the case: nothing else would work either
    except CryptoError as error:
        context.log.failure(Happening.TAMPERED, error)
        return False
    except Exception as error:  # noqa: BLE001 - whoever can write to the database can seal anything to the gate
        context.log.failure(Happening.JOB_FAILED, error, job=replenish.__name__)
        return False

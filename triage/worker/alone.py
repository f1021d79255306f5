"""One case, in a transaction of its own: what fails in it stops no other case, and what was done is not done again."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from intake.log import Happening
from intake.release import Gate
from triage.worker.context import Context

_TRIES = (
    8  # the reporter may write in the same moment, another worker tell the same; each try sees what they did
)

Work = Callable[[Session, str, Gate], int]


def once(context: Context, work: Work, case: str, gate: Gate) -> int:
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

"""A contact looks at one reporter. Every look is an event, recorded before anything is shown: once per officer and day, and
again when something came in since. The officer's own looks tell the list what changed; nobody else can tell whose they are.
"""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from crypto.errors import BrokenSealError
from intake.protection.keeping import record_look
from intake.protection.opening import ProtectionFile, looks_of
from triage.casework.desk import Actor, Desk
from triage.casework.protect.access import Way, keeping, open_way
from triage.casework.refusals import NotNowError

_TRIES = 8  # somebody may act in the same moment; each try takes the next number


def look(desk: Desk, actor: Actor, case: str) -> ProtectionFile:
    """Record the look, then open. Raises NoSuchCaseError; CryptoError when the compartment was tampered with.

    When the look cannot be recorded nothing is shown.
    """
    way = Way(case)
    with desk.databases.reading() as session:
        file = open_way(session, desk, actor, way)
    if has_looked(file, actor):
        return file
    if file.keys is None:
        raise BrokenSealError("the newest key of this case cannot be proved")
    for attempt in range(_TRIES):
        try:
            with keeping(desk, actor, way) as kept:
                if not has_looked(kept.file, actor):
                    record_look(kept.session, kept.keys, kept.author, kept.today)
        except NotNowError as error:
            if attempt == _TRIES - 1 or not isinstance(error.__cause__, IntegrityError):
                raise
        else:
            break
    with desk.databases.reading() as session:
        return open_way(session, desk, actor, way)


def has_looked(file: ProtectionFile, actor: Actor) -> bool:
    """Whether today's look is recorded, and nothing came in since."""
    looks = looks_of(file.told, actor.officer.id, file.pairs)
    if not looks or looks[-1].date != actor.today:
        return False
    return all(each.number < looks[-1].number for each in file.said if each.author != actor.officer.id)

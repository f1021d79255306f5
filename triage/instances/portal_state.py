"""What `underseal doctor` says of the portal: whether reports are taken, and which ceilings were nearly reached."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from intake.alarms import alarms
from intake.database.engines import Databases
from intake.portal_mode import PortalMode, newest_turn
from intake.settings import CommonSettings
from intake.time import Clock
from triage.instances.finding import Finding, Grade


def about_portal(settings: CommonSettings | None) -> Iterator[Finding]:
    """Every finding; nothing where no database can be asked."""
    if settings is None:
        return
    databases = Databases.open(settings)
    try:
        with databases.reading() as session:
            turn = newest_turn(session)
        with databases.volatile() as session:
            raised = alarms(session, Clock().now())
    except (SQLAlchemyError, sqlite3.Error):
        return  # said by the check of the databases
    finally:
        databases.close()
    if turn.mode is PortalMode.READ_MAIL_ONLY:
        yield Finding(
            Grade.WARN,
            f"the portal takes no reports since {turn.since}; to open it, run: underseal portal-mode DIR open",
        )
    else:
        yield Finding(Grade.OK, "the portal takes reports")
    for alarm in raised:
        yield Finding(
            Grade.WARN,
            f"{alarm.ceiling.word} came to {alarm.count} on {alarm.day}: a flood, or a ceiling in [budgets] that is too low",
        )

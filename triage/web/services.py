"""What views work with, made once by the composition root."""

from __future__ import annotations

from dataclasses import dataclass

from intake.evidence.store.protocol import Store
from triage.accounts.appointing import Appointing
from triage.accounts.invitations import Enrolment
from triage.accounts.login import LoginService
from triage.accounts.session import OfficerSessions
from triage.casework.desk import Desk


@dataclass(frozen=True, slots=True)
class Services:
    """The desk, the door, the sessions, and who comes and goes, the files. ``name`` is the instance's."""

    desk: Desk
    logins: LoginService
    sessions: OfficerSessions
    appointing: Appointing
    enrolment: Enrolment
    name: str
    store: Store
    """Where sealed files lie."""

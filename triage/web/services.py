"""What views work with, made once by the composition root."""

from __future__ import annotations

from dataclasses import dataclass

from triage.accounts.login import LoginService
from triage.accounts.session import OfficerSessions
from triage.casework.desk import Desk


@dataclass(frozen=True, slots=True)
class Services:
    """The desk, the door, and the sessions."""

    desk: Desk
    logins: LoginService
    sessions: OfficerSessions

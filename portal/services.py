"""What the views work with: the offices of the domain, the two sealed sessions, the clock. Holds no officer's key (P3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from intake.evidence.attachments import Attachment
from intake.evidence.settings import Limits
from intake.evidence.staging import Staging
from intake.filing.office import FilingOffice
from intake.guidance.shelf import Guidance
from intake.mailbox import DetrimentOffice, MailboxOffice
from intake.organisation import Organisation
from intake.portal_mode import ModeReader
from intake.publiclog.published import PublishedLog
from intake.roster import RosterReader
from intake.sessions import SealedSessions
from intake.site import Site
from intake.time import Clock
from portal.budgets import DayPurse
from portal.uploads import Room, Uploads
from templates.loader import Side
from templates.web.cookies import Cookie

DRAFT_SECONDS = 2 * 60 * 60
MAILBOX_IDLE_SECONDS = 15 * 60
MAILBOX_SECONDS = 2 * 60 * 60

DRAFT_COOKIE = Cookie(Side.PORTAL, "draft")
MAILBOX_COOKIE = Cookie(Side.PORTAL, "mailbox")


class Informing(Protocol):
    """What the pages need that show what the office wrote: a preview has no more than this."""

    @property
    def name(self) -> str:
        """The organisation's own name."""

    @property
    def guidance(self) -> Guidance:
        """The pages as they are now."""


@dataclass(frozen=True, slots=True)
class Services:
    """Made once per process by ``portal.app``."""

    name: str
    """The organisation's own name, as the operator gave it."""
    leave_for: str
    """Where the quick exit leads: a neutral page elsewhere."""
    site: Site
    """Under which addresses the portal is visited, and whom to tell of what is wrong with it."""
    language: str
    """The instance's own interface language."""
    rosters: RosterReader
    filing: FilingOffice
    mailbox: MailboxOffice
    detriments: DetrimentOffice
    log: PublishedLog
    drafts: SealedSessions
    mailboxes: SealedSessions
    staging: Staging
    limits: Limits
    purse: DayPurse
    mode: ModeReader
    """Whether reports are taken, or mail is read only."""
    guidance: Guidance
    """What the office wrote for reporters."""
    clock: Clock

    def organisation(self) -> Organisation:
        """The organisation of the newest signed roster. Raises RosterError."""
        return self.rosters.current(self.clock.today()).organisation

    def uploads(self, attachments: Iterable[Attachment]) -> Uploads:
        """What takes the files of one request, beside ``attachments`` that are there already."""
        return Uploads(self.staging, self.limits, self.purse, Room.beside(attachments, self.limits))

"""The portal's composition root: the one place where its parts are put together. It imports no back office and no vault."""

from __future__ import annotations

from flask_babel import lazy_gettext
from limits.errors import StorageError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from crypto.kdf import RECEIPT_COST, Cost
from intake import log as process_log
from intake.database.engines import Databases
from intake.evidence.staging import Staging
from intake.evidence.store import open_store
from intake.evidence.store.protocol import StoreError
from intake.filing.office import FilingOffice
from intake.guidance.shelf import Guidance, Languages
from intake.log import Happening
from intake.mailbox import DetrimentOffice, MailboxOffice
from intake.portal_mode import ModeReader
from intake.publiclog.published import PublishedLog
from intake.roster import RosterError, RosterReader
from intake.sessions import SealedSessions
from intake.settings import PortalSettings
from intake.time import Clock
from intake.wordlists import all_wordlists, wordlist
from portal.budgets import DayPurse, Limits
from portal.closing import Closing
from portal.doors import doors_of
from portal.flood.ceilings import Ceilings
from portal.flood.circuits import Circuits
from portal.flood.purses import LONG
from portal.flood.secret import DaySecret
from portal.flood.tickets import Tickets
from portal.routes import ROUTES
from portal.services import DRAFT_COOKIE, DRAFT_SECONDS, MAILBOX_IDLE_SECONDS, MAILBOX_SECONDS, Services
from portal.views.guidance import install as install_guidance
from portal.visit import has_worked
from templates.loader import Side
from templates.web.app import StrictFlask, Web, make_app
from templates.web.language import current_language
from templates.web.link_words import link_words
from templates.web.log import Log, Trouble
from templates.web.ticks import TICK

TITLE = lazy_gettext("Office forms")
"""What a browser's tab, history and window list show. It says nothing, on purpose (A5)."""

_EVENTS = {
    Trouble.FAILED: Happening.FAILED,
    Trouble.UNAVAILABLE: Happening.UNAVAILABLE,
    Trouble.CRASHED: Happening.FAILED,
}


def create_app(
    settings: PortalSettings,
    databases: Databases,
    log: process_log.Log,
    *,
    clock: Clock | None = None,
    cost: Cost = RECEIPT_COST,
    day_secret: DaySecret | None = None,
    tick: float = TICK,
    guidance: Guidance | None = None,
) -> StrictFlask:
    """One portal. Connects at the first request; raises ValueError when the settings name no interface language.

    ``guidance``: the office's pages when somebody else keeps them fresh; otherwise they are read once, now.
    ``day_secret``: the one that was made before this process was forked; None where there is only one.
    """
    clock = clock or Clock()
    # A list that would make codes ambiguous stops the portal here, not a reporter later.
    all_wordlists(settings.language)
    day_secret = day_secret or DaySecret(clock)
    pages = guidance or read_guidance(settings, log)
    staging = Staging(databases, open_store(settings.evidence), clock)
    rosters = RosterReader(databases, settings.roster_root, settings.seen_file, log=log)
    filing = FilingOffice(
        databases, rosters, settings.receipt_salt, clock, settings.copy_directory, cost, staging
    )
    office = MailboxOffice(databases, rosters, settings.gate, settings.receipt_salt, clock, cost, staging)
    services = Services(
        name=settings.name,
        leave_for=settings.leave_for,
        site=settings.site,
        language=settings.language,
        rosters=rosters,
        filing=filing,
        mailbox=office,
        detriments=DetrimentOffice(office, filing),
        log=PublishedLog(databases, settings.log_key),
        drafts=SealedSessions(databases.volatile, clock, "draft", DRAFT_SECONDS, DRAFT_SECONDS),
        mailboxes=SealedSessions(databases.volatile, clock, "mailbox", MAILBOX_IDLE_SECONDS, MAILBOX_SECONDS),
        staging=staging,
        limits=settings.evidence.limits,
        purse=DayPurse(databases.volatile, clock, settings.evidence.limits.per_day),
        mode=ModeReader(
            databases.reading, clock, lambda turn: log.note(Happening.PORTAL_MODE, mode=turn.mode.value)
        ),
        guidance=pages,
        clock=clock,
    )
    limits = Limits(
        settings=settings.budgets,
        factory=databases.volatile,
        clock=clock,
        secret=day_secret,
        tickets=Tickets(settings.web_secret, clock),
        ceilings=Ceilings(databases.volatile, clock, log, settings.budgets.ceilings),
        services=services,
        worked=lambda: has_worked(services, LONG),
        begun=lambda: DRAFT_COOKIE.read() is not None,
    )
    closing = Closing(services)
    web = Web(
        side=Side.PORTAL,
        title=TITLE,
        secret=settings.web_secret,
        https=settings.https,
        language=settings.language,
        onion=settings.site.onion,
        onion_door=settings.onion is not None,
        log=_log_to(log),
        unavailable=(DBAPIError, PoolTimeout, RosterError, StoreError, OSError, StorageError),
        tick=tick,
        doors=doors_of(settings.site),
    )
    app = make_app(
        web, ROUTES, services, lambda route, view: closing.around(route, limits.around(route, view))
    )
    app.jinja_env.globals.update(
        site_address=settings.site.address,
        site_onion=settings.site.onion,
        code_in_words=lambda: wordlist(current_language().tag) is not None,
    )
    limits.install(app)
    app.wsgi_app = Circuits(app.wsgi_app, day_secret, clock)  # type: ignore[method-assign]  # Flask's way to wrap
    install_guidance(app, pages)
    return app


def read_guidance(settings: PortalSettings, log: process_log.Log) -> Guidance:
    """The pages that the office wrote, read now; of those that are left out the log says how many."""
    return Guidance(
        settings.directory,
        Languages.of(settings.language, link_words()),
        lambda count: log.failure(Happening.GUIDANCE_LEFT_OUT, count=count),
    )


def _log_to(log: process_log.Log) -> Log:
    def write(trouble: Trouble, error: BaseException) -> None:
        if isinstance(error, RosterError):
            happening = Happening.NO_ROSTER
        elif isinstance(error, StoreError):
            happening = Happening.STORE_UNAVAILABLE
        else:
            happening = _EVENTS[trouble]
        log.failure(happening, error)

    return write

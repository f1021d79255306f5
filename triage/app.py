"""The back office's composition root: from settings to an application. Nothing is built anywhere else, nothing at import."""

from __future__ import annotations

from datetime import date

from flask import Flask, g
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from crypto.kdf import PASSWORD_COST, Cost, derive
from intake.database.engines import Databases
from intake.evidence.store import open_store
from intake.evidence.store.protocol import StoreError
from intake.log import Happening, Log
from intake.organisation import Duty
from intake.roster import RosterError, RosterReader
from intake.settings import TriageSettings
from intake.time import Clock
from templates.loader import Side
from templates.web.app import Web, make_app
from templates.web.log import Trouble
from templates.web.ticks import TICK
from triage.accounts.appointing import Appointing
from triage.accounts.invitations import Enrolment
from triage.accounts.login import LoginService
from triage.accounts.session import OfficerSessions
from triage.accounts.throttle import Throttle
from triage.casework.desk import Desk
from triage.web import intake_words, vocabulary_words, words
from triage.web.access import Guard
from triage.web.people import stands_above
from triage.web.routes import ROUTES
from triage.web.services import Services
from triage.web.visible import visible

_HAPPENINGS = {
    Trouble.FAILED: Happening.FAILED,
    Trouble.UNAVAILABLE: Happening.UNAVAILABLE,
    Trouble.CRASHED: Happening.CRASHED,
}
_NOT_NOW = (OperationalError, PoolTimeoutError, IntegrityError, RosterError, StoreError)


def create_app(
    settings: TriageSettings,
    databases: Databases,
    log: Log,
    *,
    today: date | None = None,
    cost: Cost = PASSWORD_COST,
    tick: float = TICK,
) -> Flask:
    """The WSGI application of one instance. ``today`` plays a date on a demo; ``cost``, Argon2id's, and ``tick``, the login's
    answers', are for tests alone.
    """
    clock = Clock(today)
    rosters = RosterReader(databases, settings.roster_root, settings.seen_file, log=log)
    services = Services(
        desk=Desk(databases, settings.gate, clock),
        logins=LoginService(
            databases=databases,
            roster=rosters,
            throttle=Throttle(databases.volatile, settings.web_secret),
            clock=clock,
            pepper=settings.pepper,
            cost=cost,
        ),
        sessions=OfficerSessions.open(databases, rosters, clock),
        appointing=Appointing(databases, rosters),
        enrolment=Enrolment(
            databases=databases,
            # Failures here slow nobody's login: the names are counted under another key.
            throttle=Throttle(databases.volatile, derive(settings.web_secret, "enrolment/throttle")),
            clock=clock,
            pepper=settings.pepper,
            secret=settings.web_secret,
            cost=cost,
        ),
        name=settings.name,
        store=open_store(settings.evidence),
    )
    web = Web(
        side=Side.TRIAGE,
        title="Underseal",
        secret=settings.web_secret,
        https=settings.https,
        language=settings.language,
        log=lambda trouble, error: log.failure(_HAPPENINGS[trouble], error),
        unavailable=_NOT_NOW,
        keep_static=True,
        tick=tick,
    )
    app = make_app(web, ROUTES, services, Guard(services).wrap)
    app.jinja_env.filters["visible"] = visible
    app.jinja_env.globals.update(
        words=words,
        intake_words=intake_words,
        vocabulary_words=vocabulary_words,
        word_for=words.word_for,
        answer_word=words.answer_word,
        due_words=words.due_words,
        instance_name=settings.name,
        is_demo=settings.demo,
        is_rehearsal=settings.rehearsal,
    )
    app.context_processor(_who)
    return app


def _who() -> dict[str, object]:
    """The name above every page behind the login, whether there are offices below to look after, and reporters."""
    session = g.get("officer_session")
    if session is None:
        return {}
    organisation = session.roster.organisation
    return {
        "me_name": organisation.name_of(session.officer.id),
        "has_below": stands_above(organisation, session),
        "protects": Duty.PROTECT in session.officer.duties,
        # By duty and place alone: whether somebody was asked shows nowhere but on the page itself.
        "keeps_names": Duty.CUSTODY in session.officer.duties or stands_above(organisation, session),
    }

"""Every address of the portal, in one table. A route takes GET and no fields unless it says so here."""

from __future__ import annotations

from portal.budgets import Price
from portal.flood.purses import Budget
from portal.forms import files
from portal.forms.entry import ENTRY_CHECK, ENTRY_EVIDENCE, ENTRY_SAFETY, ENTRY_WHO, HAPPENED
from portal.forms.steps import CHECK, EVIDENCE, NEAR_INVOLVED, SAFETY, WHAT, WHO
from portal.views import (
    advice,
    asking,
    check,
    detriment,
    evidence,
    guidance,
    leaving,
    log,
    mailbox,
    message,
    naming,
    papers,
    receipt,
    reminder,
    report,
    safety,
    statement,
)
from portal.visit import has_mailbox
from templates.web.request import Fields
from templates.web.routes import Route

_PART = frozenset({mailbox.PART})
_SAVE = Price(Budget.SAVE)
_WRITE = Price(Budget.WRITE, worth=has_mailbox)
_OPEN = Price(Budget.OPEN, worth=mailbox.is_code)
_SEND = Price(Budget.FILE, worth=check.sends, otherwise=Budget.SAVE)
_TELL = Price(Budget.FILE, worth=detriment.sends, otherwise=Budget.SAVE)

ROUTES = (
    Route("/", advice.landing),
    Route("/safety", advice.safety),
    Route("/rights", advice.rights),
    Route("/elsewhere", advice.elsewhere),
    Route("/can-do", advice.can_do),
    Route("/guidance", guidance.guidance),
    Route("/guidance/<page>", guidance.guidance_page),
    Route(WHAT.path, report.what, post=WHAT.fields, budget=_SAVE),
    Route(WHO.path, report.who, post=WHO.fields, budget=_SAVE),
    Route(
        EVIDENCE.path,
        evidence.evidence,
        post=EVIDENCE.fields,
        budget=_SAVE,
        receive=evidence.receive_for_report,
    ),
    Route(SAFETY.path, report.safety_step, post=SAFETY.fields, budget=_SAVE),
    Route(CHECK.path, check.check, post=CHECK.fields, query=frozenset({"changed"}), budget=_SEND),
    Route("/receipt", receipt.receipt, post=Fields.of("saved")),
    Route("/receipt/reminder", reminder.receipt_reminder, query=reminder.QUERY),
    Route("/receipt/calendar", reminder.receipt_calendar, query=reminder.QUERY),
    Route("/done", receipt.done),
    Route("/return", mailbox.return_, post=Fields.of("code"), budget=_OPEN, quiet=True),
    Route("/mailbox", mailbox.mailbox, query=frozenset({*mailbox.SENT, mailbox.PART}), quiet=True),
    Route(
        "/mailbox/message",
        message.message,
        get=False,
        post=Fields.of(
            "text",
            "go",
            message.PLACE,
            mailbox.PART,
            *files.ONCE,
            repeatable=files.REPEATABLE,
            files=(files.FIELD,),
        ),
        budget=_WRITE,
        receive=message.receive_for_message,
        quiet=True,
    ),
    Route(
        "/mailbox/review",
        asking.review,
        post=Fields.of("text", mailbox.PART),
        query=_PART,
        budget=_WRITE,
        quiet=True,
    ),
    Route(
        "/mailbox/complaint",
        asking.complaint,
        post=Fields.of("text", mailbox.PART),
        query=_PART,
        budget=_WRITE,
        quiet=True,
    ),
    Route(
        "/mailbox/involved",
        asking.involved,
        post=Fields.of("names", mailbox.PART, *NEAR_INVOLVED),
        query=_PART,
        budget=_WRITE,
        quiet=True,
    ),
    Route(HAPPENED.path, detriment.happened, post=HAPPENED.fields, budget=_SAVE, quiet=True),
    Route(ENTRY_WHO.path, detriment.entry_who, post=ENTRY_WHO.fields, budget=_SAVE, quiet=True),
    Route(
        ENTRY_EVIDENCE.path,
        detriment.entry_files,
        post=ENTRY_EVIDENCE.fields,
        budget=_SAVE,
        receive=message.receive_for_message,
        quiet=True,
    ),
    Route(ENTRY_SAFETY.path, detriment.entry_safety, post=ENTRY_SAFETY.fields, budget=_SAVE, quiet=True),
    Route(
        ENTRY_CHECK.path,
        detriment.entry_check,
        post=ENTRY_CHECK.fields,
        query=frozenset({"changed"}),
        budget=_TELL,
        quiet=True,
    ),
    Route(
        "/mailbox/solved",
        mailbox.solved,
        get=False,
        post=Fields.of("solved", "state", mailbox.PART),
        budget=_WRITE,
        quiet=True,
    ),
    Route(
        "/mailbox/object",
        mailbox.object_,
        get=False,
        post=Fields.of(mailbox.PART),
        budget=_WRITE,
        quiet=True,
    ),
    Route(
        "/mailbox/identity",
        naming.identity,
        post=Fields.of("identity_name", "identity_contact", "go", mailbox.PART),
        query=_PART,
        budget=_WRITE,
        quiet=True,
    ),
    Route(
        "/mailbox/check-in",
        safety.check_in,
        post=Fields.of("state", "text", "a1", "c1", mailbox.PART),
        query=frozenset({"done", mailbox.PART}),
        budget=_WRITE,
        quiet=True,
    ),
    Route(
        "/mailbox/dates",
        safety.dates,
        post=Fields.of("day", "label", "text", "off", mailbox.PART),
        query=_PART,
        budget=_WRITE,
        quiet=True,
    ),
    Route(
        "/mailbox/opening",
        naming.opening,
        post=Fields.of("text", mailbox.PART),
        query=_PART,
        budget=_WRITE,
        quiet=True,
    ),
    Route(
        "/mailbox/promise",
        safety.promise,
        post=Fields.of("does", "due", "text", mailbox.PART),
        query=_PART,
        budget=_WRITE,
        quiet=True,
    ),
    Route("/mailbox/leave", mailbox.leave, get=False, post=Fields(), quiet=True),
    Route("/mailbox/proof", log.mailbox_proof, quiet=True),
    Route("/mailbox/reminder", reminder.mailbox_reminder, query=reminder.QUERY, quiet=True),
    Route("/mailbox/calendar", reminder.mailbox_calendar, query=reminder.QUERY, quiet=True),
    Route("/mailbox/papers", papers.papers, query=_PART, quiet=True),
    Route("/mailbox/certificate", papers.certificate, query=_PART, quiet=True),
    Route("/mailbox/timeline", papers.timeline, query=_PART, quiet=True),
    Route("/log/checkpoint", log.log_checkpoint),
    Route("/log/key", log.log_key),
    Route("/log/tile/<level>/<path:place>", log.log_tile),
    Route("/exit", leaving.exit_),
    Route("/accessibility", statement.accessibility),
    Route("/.well-known/security.txt", statement.security_txt),
    Route("/robots.txt", statement.robots_txt),
    Route("/language/<tag>", leaving.language, query=frozenset({leaving.BACK_TO})),
    Route("/health", advice.health),
)

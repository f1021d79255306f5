"""Every address of the portal, in one table. A route takes GET and no fields unless it says so here."""

from __future__ import annotations

from portal.budgets import Budget
from portal.forms import files
from portal.forms.entry import ENTRY_CHECK, ENTRY_EVIDENCE, ENTRY_SAFETY, ENTRY_WHO, HAPPENED
from portal.forms.steps import CHECK, EVIDENCE, NEAR_INVOLVED, SAFETY, WHAT, WHO
from portal.views import (
    advice,
    asking,
    check,
    detriment,
    evidence,
    leaving,
    log,
    mailbox,
    message,
    naming,
    papers,
    receipt,
    reminder,
    report,
)
from templates.web.request import Fields
from templates.web.routes import Route

_PART = frozenset({mailbox.PART})

ROUTES = (
    Route("/", advice.landing),
    Route("/safety", advice.safety),
    Route("/rights", advice.rights),
    Route("/elsewhere", advice.elsewhere),
    Route("/can-do", advice.can_do),
    Route(WHAT.path, report.what, post=WHAT.fields, budget=Budget.SAVE),
    Route(WHO.path, report.who, post=WHO.fields, budget=Budget.SAVE),
    Route(
        EVIDENCE.path,
        evidence.evidence,
        post=EVIDENCE.fields,
        budget=Budget.SAVE,
        receive=evidence.receive_for_report,
    ),
    Route(SAFETY.path, report.safety_step, post=SAFETY.fields, budget=Budget.SAVE),
    Route(CHECK.path, check.check, post=CHECK.fields, query=frozenset({"changed"}), budget=Budget.FILE),
    Route("/receipt", receipt.receipt, post=Fields.of("saved")),
    Route("/receipt/reminder", reminder.receipt_reminder, query=reminder.QUERY),
    Route("/receipt/calendar", reminder.receipt_calendar, query=reminder.QUERY),
    Route("/done", receipt.done),
    Route("/return", mailbox.return_, post=Fields.of("code"), budget=Budget.OPEN),
    Route("/mailbox", mailbox.mailbox, query=frozenset({*mailbox.SENT, mailbox.PART})),
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
        budget=Budget.WRITE,
        receive=message.receive_for_message,
    ),
    Route(
        "/mailbox/review",
        asking.review,
        post=Fields.of("text", mailbox.PART),
        query=_PART,
        budget=Budget.WRITE,
    ),
    Route(
        "/mailbox/complaint",
        asking.complaint,
        post=Fields.of("text", mailbox.PART),
        query=_PART,
        budget=Budget.WRITE,
    ),
    Route(
        "/mailbox/involved",
        asking.involved,
        post=Fields.of("names", mailbox.PART, *NEAR_INVOLVED),
        query=_PART,
        budget=Budget.WRITE,
    ),
    Route(HAPPENED.path, detriment.happened, post=HAPPENED.fields, budget=Budget.SAVE),
    Route(ENTRY_WHO.path, detriment.entry_who, post=ENTRY_WHO.fields, budget=Budget.SAVE),
    Route(
        ENTRY_EVIDENCE.path,
        detriment.entry_files,
        post=ENTRY_EVIDENCE.fields,
        budget=Budget.SAVE,
        receive=message.receive_for_message,
    ),
    Route(ENTRY_SAFETY.path, detriment.entry_safety, post=ENTRY_SAFETY.fields, budget=Budget.SAVE),
    Route(
        ENTRY_CHECK.path,
        detriment.entry_check,
        post=ENTRY_CHECK.fields,
        query=frozenset({"changed"}),
        budget=Budget.FILE,
    ),
    Route(
        "/mailbox/solved",
        mailbox.solved,
        get=False,
        post=Fields.of("solved", mailbox.PART),
        budget=Budget.WRITE,
    ),
    Route(
        "/mailbox/object",
        mailbox.object_,
        get=False,
        post=Fields.of(mailbox.PART),
        budget=Budget.WRITE,
    ),
    Route(
        "/mailbox/identity",
        naming.identity,
        post=Fields.of("identity_name", "identity_contact", "go", mailbox.PART),
        query=_PART,
        budget=Budget.WRITE,
    ),
    Route(
        "/mailbox/opening",
        naming.opening,
        post=Fields.of("text", mailbox.PART),
        query=_PART,
        budget=Budget.WRITE,
    ),
    Route("/mailbox/leave", mailbox.leave, get=False, post=Fields()),
    Route("/mailbox/proof", log.mailbox_proof),
    Route("/mailbox/reminder", reminder.mailbox_reminder, query=reminder.QUERY),
    Route("/mailbox/calendar", reminder.mailbox_calendar, query=reminder.QUERY),
    Route("/mailbox/papers", papers.papers, query=_PART),
    Route("/mailbox/certificate", papers.certificate, query=_PART),
    Route("/mailbox/timeline", papers.timeline, query=_PART),
    Route("/log/checkpoint", log.log_checkpoint),
    Route("/log/key", log.log_key),
    Route("/log/tile/<level>/<path:place>", log.log_tile),
    Route("/exit", leaving.exit_),
    Route("/language/<tag>", leaving.language),
    Route("/health", advice.health),
)

"""Every URL of the back office, with whom it answers and the fields it takes. What is not here does not exist."""

from __future__ import annotations

from intake.yearly import Goal
from templates.web.request import NO_FIELDS, Fields
from triage.web import (
    case,
    cases,
    custody,
    door,
    enrol,
    evidence,
    evidence_export,
    hand_over,
    handling_routes,
    inspections,
    merge,
    oversight,
    panel,
    people,
    protection,
    retaliation,
    ties,
    yearly,
)
from triage.web.access import Access, Guarded
from triage.web.kept import LOGIN_FIELDS

_TEXT = Fields.of("text", "seen", "looked")

ROUTES = (
    Guarded("/", door.first_page, access=Access.ANYBODY),
    Guarded("/health", door.health, access=Access.ANYBODY),
    Guarded("/login", door.login, post=LOGIN_FIELDS, access=Access.ANYBODY, quiet=True),
    Guarded("/logout", door.logout, post=NO_FIELDS, get=False, access=Access.NEWCOMER),
    Guarded("/ties", ties.ties, post=ties.TIE_FIELDS, access=Access.NEWCOMER),
    Guarded("/ties/search", ties.find_tie, post=Fields.of("q"), get=False, access=Access.NEWCOMER),
    Guarded("/cases", cases.cases, query=cases.LIST_QUERY, access=Access.OFFICER),
    Guarded("/cases/search", cases.search, post=Fields.of("q"), get=False, access=Access.OFFICER),
    Guarded(
        "/cases/batch",
        cases.batch,
        post=Fields.of(*cases.BATCH_FIELDS, repeatable=("case",)),
        get=False,
        access=Access.OFFICER,
    ),
    Guarded("/cases/<case_id>", case.case, access=Access.OFFICER),
    Guarded(
        "/cases/<case_id>/acknowledge",
        case.acknowledge,
        post=Fields.of("text", "seen", "looked", "template", "fill"),
        get=False,
        access=Access.OFFICER,
    ),
    Guarded("/cases/<case_id>/message", case.message, post=_TEXT, get=False, access=Access.OFFICER),
    Guarded("/cases/<case_id>/note", case.note, post=_TEXT, get=False, access=Access.OFFICER),
    Guarded(
        "/cases/<case_id>/assign",
        case.assign,
        post=Fields.of("officer", "as", "release", "standard", "due", "seen"),
        get=False,
        access=Access.OFFICER,
    ),
    *hand_over.ROUTES,
    Guarded("/cases/<case_id>/recuse", case.recuse, post=NO_FIELDS, get=False, access=Access.OFFICER),
    Guarded(
        "/cases/<case_id>/propose",
        panel.propose,
        post=panel.PROPOSE_FIELDS,
        get=False,
        access=Access.OFFICER,
    ),
    Guarded(
        "/cases/<case_id>/transfer",
        panel.transfer,
        post=panel.TRANSFER_FIELDS,
        get=False,
        access=Access.OFFICER,
    ),
    Guarded("/cases/<case_id>/vote", panel.vote, post=panel.VOTE_FIELDS, get=False, access=Access.OFFICER),
    Guarded(
        "/cases/<case_id>/withdraw",
        panel.withdraw,
        post=panel.PROPOSAL_FIELDS,
        get=False,
        access=Access.OFFICER,
    ),
    Guarded(
        "/cases/<case_id>/seats", panel.seats, post=panel.PROPOSAL_FIELDS, get=False, access=Access.OFFICER
    ),
    *merge.ROUTES,
    *custody.ROUTES,
    *evidence_export.ROUTES,
    *evidence.ROUTES,
    *handling_routes.ROUTES,
    *retaliation.ROUTES,
    *people.ROUTES,
    *enrol.ROUTES,
    *protection.ROUTES,
    Guarded("/panels", panel.panels, access=Access.OFFICER),
    Guarded(
        "/oversight", oversight.oversight, query=frozenset({"list", "page", "said"}), access=Access.OFFICER
    ),
    Guarded(
        "/oversight/call-up",
        oversight.call_up,
        post=Fields.of("case", "reason"),
        get=False,
        access=Access.OFFICER,
    ),
    Guarded(
        "/oversight/takeover", oversight.takeover, post=Fields.of("case"), get=False, access=Access.OFFICER
    ),
    Guarded(
        "/oversight/supervise",
        oversight.supervise,
        post=Fields.of("case", "due"),
        get=False,
        access=Access.OFFICER,
    ),
    Guarded(
        "/oversight/inspect",
        inspections.inspect,
        post=Fields.of("office", "reason"),
        get=False,
        access=Access.OFFICER,
    ),
    Guarded(
        "/oversight/inspection-result",
        inspections.inspection_result,
        post=Fields.of("inspection", "verdict", "text"),
        get=False,
        access=Access.OFFICER,
    ),
    Guarded(
        "/oversight/year-paper",
        yearly.year_paper,
        post=Fields.of("paper", "text", *(goal.value for goal in Goal)),
        get=False,
        access=Access.OFFICER,
    ),
    Guarded(
        "/oversight/pressure",
        oversight.pressure,
        post=Fields.of("notice", "text"),
        get=False,
        access=Access.OFFICER,
    ),
    Guarded(
        "/oversight/interference",
        oversight.interference,
        post=Fields.of("text", "when", "case", "pressed"),
        query=frozenset({"case"}),
        access=Access.OFFICER,
    ),
)

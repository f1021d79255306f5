"""The forms that carry a case from the assessment to the closing. What each act means is `triage.casework`'s."""

from __future__ import annotations

from flask import abort, request
from flask.typing import ResponseReturnValue

from intake.states import CaseState
from triage.casework.address import address
from triage.casework.assess import assess as assess_case
from triage.casework.checker import call_checker
from triage.casework.classify import classify as classify_allegation
from triage.casework.close import close, reopen
from triage.casework.correct import correct as correct_action
from triage.casework.correct import verify as verify_action
from triage.casework.desk import Actor, Desk
from triage.casework.find import find
from triage.casework.protect.calling import protect as protect_reporter
from triage.casework.refusals import NotNowError, Reason
from triage.casework.result import tell_result
from triage.casework.secure import hear as hear_subject
from triage.casework.secure import secure as secure_evidence
from triage.casework.turn import turn as turn_case
from triage.web.case import act, page, seen
from triage.web.services import Services


def assess(services: Services, case_id: str) -> ResponseReturnValue:
    """Both sums, answer by answer."""
    sent, newest = request.form, seen()
    return act(
        services,
        case_id,
        "assess",
        lambda desk, actor: assess_case(desk, actor, case_id, sent, sent.get("text", ""), seen=newest),
    )


def state(services: Services, case_id: str) -> ResponseReturnValue:
    """From one state to another, where one officer is enough."""
    return act(services, case_id, "state", lambda desk, actor: _change_state(desk, actor, case_id))


def turn(services: Services, case_id: str) -> ResponseReturnValue:
    """A concern or a suggestion is taken as more."""
    to, text, newest = request.form.get("to", ""), request.form.get("text", ""), seen()
    return act(
        services,
        case_id,
        "turn",
        lambda desk, actor: turn_case(desk, actor, case_id, to, text, seen=newest),
    )


def secure(services: Services, case_id: str) -> ResponseReturnValue:
    """The evidence is safe."""
    text, newest = request.form.get("text", ""), seen()
    return act(
        services,
        case_id,
        "secure",
        lambda desk, actor: secure_evidence(desk, actor, case_id, text, seen=newest),
    )


def hear(services: Services, case_id: str) -> ResponseReturnValue:
    """The person reported was told, or heard."""
    typed, newest = request.form.to_dict(), seen()
    text = typed.get("text", "")
    return act(
        services,
        case_id,
        "hear",
        lambda desk, actor: hear_subject(desk, actor, case_id, text, typed, seen=newest),
    )


def classify(services: Services, case_id: str) -> ResponseReturnValue:
    """What kind of breach an allegation is."""
    sent, newest = request.form, seen()
    return act(
        services,
        case_id,
        "classify",
        lambda desk, actor: classify_allegation(desk, actor, case_id, sent, seen=newest),
    )


def finding(services: Services, case_id: str) -> ResponseReturnValue:
    """A finding on one allegation."""
    typed, newest = request.form.to_dict(), seen()
    return act(
        services, case_id, "finding", lambda desk, actor: find(desk, actor, case_id, typed, seen=newest)
    )


def closing(services: Services, case_id: str) -> ResponseReturnValue:
    """The closing form with one more row. Nothing is stored; sending it is proposing (`triage.web.panel`)."""
    if request.form.get("go") not in ("add_knew", "add_correct"):
        abort(404)
    return page(services, case_id, form="closing")


def result(services: Services, case_id: str) -> ResponseReturnValue:
    """Tell the reporter what came of it."""
    text, looked, newest = request.form.get("text", ""), request.form.get("looked", ""), seen()
    return act(
        services,
        case_id,
        "result",
        lambda desk, actor: tell_result(desk, actor, case_id, text, seen=newest, looked=looked),
    )


def correct(services: Services, case_id: str) -> ResponseReturnValue:
    """A corrective action is done, or a referral was answered."""
    action, text, newest = request.form.get("action", ""), request.form.get("text", ""), seen()
    return act(
        services,
        case_id,
        "correct",
        lambda desk, actor: correct_action(desk, actor, case_id, action, text, seen=newest),
    )


def checker(services: Services, case_id: str) -> ResponseReturnValue:
    """Somebody of the level above is called to check it, where nobody here can."""
    action, newest = request.form.get("action", ""), seen()
    return act(
        services,
        case_id,
        "checker",
        lambda desk, actor: call_checker(desk, actor, case_id, action, seen=newest),
    )


def verify(services: Services, case_id: str) -> ResponseReturnValue:
    """Somebody else checked a corrective action."""
    action, text, newest = request.form.get("action", ""), request.form.get("text", ""), seen()
    return act(
        services,
        case_id,
        "verify",
        lambda desk, actor: verify_action(desk, actor, case_id, action, text, seen=newest),
    )


def protect(services: Services, case_id: str) -> ResponseReturnValue:
    """The risk to the reporter is raised, or their contact called in."""
    sent, newest = request.form, seen()
    return act(
        services,
        case_id,
        "protect",
        lambda desk, actor: protect_reporter(
            desk,
            actor,
            case_id,
            sent.get("text", ""),
            band=sent.get("band", ""),
            call=sent.get("call", "") == "yes",
            seen=newest,
        ),
    )


def _change_state(desk: Desk, actor: Actor, case_id: str) -> None:
    sent, newest = request.form, seen()
    to = sent.get("to", "")
    if to == CaseState.ADDRESSING:
        address(desk, actor, case_id, sent.to_dict(), seen=newest)
    elif to == CaseState.CLOSED:
        close(desk, actor, case_id, seen=newest)
    elif to == CaseState.REOPENED:
        reopen(desk, actor, case_id, sent.get("reason", ""), seen=newest)
    else:
        raise NotNowError(Reason.UNKNOWN_STATE)
